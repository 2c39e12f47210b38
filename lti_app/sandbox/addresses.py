"""The addresses that tools are given: services and the way back. They decide no access.

Every dialect spells them in its own way; a tool must take them as they come.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from lti_app.sandbox.models import Course, LineItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Where a platform serves what, with `{course}`, `{item}` and `{tool}` to be filled in.

    Attributes:
        prefixes: what all paths that tools call begin with; these answer no pages.
        names_tool: addresses of the gradebook end with the number of the registration.
        course_is_a_number: the course stands there under a number of its own, which is not the
            context id that tools are told.
        groups, group_sets, notices: empty where a platform has no such service.
    """

    auth: str
    token: str
    key_set: str
    line_items: str
    line_item: str
    memberships: str
    configuration: str
    registration: str
    prefixes: tuple[str, ...]
    groups: str = ""
    group_sets: str = ""
    notices: str = ""
    names_tool: bool = False
    course_is_a_number: bool = False

    @property
    def scores(self) -> str:
        return f"{self.line_item}/scores"

    @property
    def results(self) -> str:
        return f"{self.line_item}/results"


def rule_of(path: str) -> str:
    """Return the routing rule of a path.

    >>> rule_of("/courses/{course}/items/{item}")
    '/courses/<course_key>/items/<int:item_id>'
    """
    return (
        path.replace("{course}", "<course_key>")
        .replace("{item}", "<int:item_id>")
        .replace("{tool}", "<int:tool_id>")
    )


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of one platform that is served at this origin."""

    origin: str
    paths: Paths

    @property
    def auth_url(self) -> str:
        return self.origin + self.paths.auth

    @property
    def token_url(self) -> str:
        return self.origin + self.paths.token

    @property
    def key_set_url(self) -> str:
        return self.origin + self.paths.key_set

    @property
    def configuration_url(self) -> str:
        return self.origin + self.paths.configuration

    @property
    def registration_url(self) -> str:
        return self.origin + self.paths.registration

    def line_items_url(self, course: Course, tool_id: int) -> str:
        """Return the container of a course's gradebook columns."""
        return self._filled(self.paths.line_items, course, tool_id=tool_id)

    def line_item_url(self, item: LineItem) -> str:
        """Return one column."""
        return self._filled(self.paths.line_item, item.course, tool_id=item.tool_id, item=item.id)

    def results_url(self, item: LineItem, **query: str) -> str:
        """Return the results of a column, narrowed by what is given."""
        return self._filled(
            self.paths.results, item.course, tool_id=item.tool_id, item=item.id, query=query
        )

    def result_url(self, item: LineItem, result_id: int) -> str:
        """Return the address of one result below those of its column."""
        path = f"{self.paths.results}/{result_id}"
        return self._filled(path, item.course, tool_id=item.tool_id, item=item.id)

    def memberships_url(self, course: Course, tool_id: int) -> str:
        """Return the roster of a course."""
        key = quote(self._key(course), safe="")
        return self.origin + self.paths.memberships.format(course=key, tool=tool_id)

    def groups_url(self, course: Course) -> str | None:
        """Return the groups of a course."""
        return self._of_course(self.paths.groups, course)

    def group_sets_url(self, course: Course) -> str | None:
        """Return the sets of groups of a course."""
        return self._of_course(self.paths.group_sets, course)

    def notices_url(self, tool_id: int, deployment_id: str) -> str | None:
        """Return where one deployment of a tool says what it wants to be told."""
        if not self.paths.notices:
            return None
        query = urlencode({"deployment_id": deployment_id})
        return f"{self.origin}{self.paths.notices.format(tool=tool_id)}?{query}"

    def _of_course(self, path: str, course: Course) -> str | None:
        return self.origin + path.format(course=quote(self._key(course), safe="")) if path else None

    def return_url(self, course: Course) -> str:
        """Return where a tool sends a person who is done with it."""
        return f"{self.origin}/courses/{quote(course.context_id, safe='')}/back"

    def _key(self, course: Course) -> str:
        return str(course.id) if self.paths.course_is_a_number else course.context_id

    def _filled(
        self,
        path: str,
        course: Course,
        *,
        tool_id: int,
        item: int | None = None,
        query: dict[str, str] | None = None,
    ) -> str:
        named = {"type_id": str(tool_id)} if self.paths.names_tool else {}
        url = self.origin + path.format(course=quote(self._key(course), safe=""), item=item)
        asked = urlencode({**named, **(query or {})})
        return f"{url}?{asked}" if asked else url
