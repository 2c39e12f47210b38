"""A school whose platform answers with groups, page by page, well or badly."""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from lti_app.bridge.handlers import make_handlers
from lti_app.core.parts import Parts
from lti_app.lti.configuration import GROUPS
from lti_app.lti.groups import CLAIM, GROUPS_TYPE, SETS_TYPE
from lti_app.lti.nrps import ROSTER_TYPE
from lti_app.people.groups import SYNC_JOB, CourseRef, SyncState, find_sync, get_set, list_sets
from lti_app.people.models import Context
from lti_app.people.roster import READ_ROSTER, owe_reading
from tests.cases.stage import Seat, Stage
from tests.jobs.running import run_due
from tests.peers.http_peer import Reply, Seen, json_reply
from tests.peers.launch_claims import LTI, MEMBERSHIP, NRPS_CLAIM

COURSE = "course-1"


def group(name: str, set_id: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a group whose id is its name in small letters."""
    of_set = {"set_id": set_id} if set_id else {}
    return {"id": name.lower(), "name": name, **of_set, **more}


@dataclass
class GroupSchool:
    """One course.

    Attributes:
        pages: lists of groups; a reply stands for itself.
        sets: None for a platform that tells of none.
        in_groups: the groups of each person, for whoever asks for one.
        roster: members of the course's roster; None for a platform without one.
        link: the next page of a page, by its number; None for the usual one.
    """

    stage: Stage
    parts: Parts
    pages: list[Any] = field(default_factory=lambda: [[group("Red"), group("Blue")]])
    sets: Any = None
    in_groups: dict[str, list[str]] = field(default_factory=dict)
    roster: list[dict[str, Any]] | None = None
    link: dict[int, str] = field(default_factory=dict)
    asked: list[Seen] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stage.platform.answer = self._answer

    @property
    def url(self) -> str:
        return f"{self.stage.platform.url}/groups"

    def _answer(self, seen: Seen) -> Any:
        path = urlsplit(seen.path).path
        if path == "/jwks":
            return json_reply({"keys": self.stage.platform.published})
        if path == "/token":
            scope = parse_qs(seen.body.decode())["scope"][0]
            self.scopes.append(scope)
            given = {"access_token": "t1", "token_type": "Bearer", "expires_in": 3600}
            return json_reply({**given, "scope": scope})
        self.asked.append(seen)
        if path == "/sets" and self.sets is not None:
            return _listed("sets", self.sets, SETS_TYPE)
        if path == "/members" and self.roster is not None:
            body = {"id": seen.path, "context": {"id": COURSE}, "members": self.roster}
            return json_reply(body, media_type=ROSTER_TYPE)
        return self._groups(seen) if path == "/groups" else Reply(404)

    def _groups(self, seen: Seen) -> Any:
        query = parse_qs(urlsplit(seen.path).query)
        if "user_id" in query:
            names = self.in_groups.get(query["user_id"][0], [])
            return _listed("groups", [group(name) for name in names], GROUPS_TYPE)
        number = int(query.get("page", ["0"])[0])
        reply = _listed("groups", self.pages[number % len(self.pages)], GROUPS_TYPE)
        usual = f'<{self.url}?type=3&page={number + 1}>; rel="next"'
        link = self.link.get(number, usual if number + 1 < len(self.pages) else "")
        return replace(reply, headers={**reply.headers, "Link": link}) if link else reply

    def claim(self, **changes: Any) -> dict[str, Any]:
        return {
            "context_groups_url": f"{self.url}?type=3",
            "scope": [GROUPS],
            "service_versions": ["1.0"],
            **({"context_group_sets_url": f"{self.stage.platform.url}/sets"} if self.sets else {}),
            **changes,
        }

    def launch(self, sub: str = "teacher", role: str = "Instructor", claim: Any = None) -> Seat:
        claims: dict[str, Any] = {
            "sub": sub,
            "name": f"{sub.title()} Green",
            f"{LTI}roles": [MEMBERSHIP + role],
        }
        if self.roster is not None:
            members = f"{self.stage.platform.url}/members"
            claims[NRPS_CLAIM] = {"context_memberships_url": members, "service_versions": ["2.0"]}
        return self.stage.accept({**claims, CLAIM: self.claim() if claim is None else claim})

    def work(self) -> None:
        """Read the roster if that is owed, then groups."""
        for kind in (READ_ROSTER, SYNC_JOB):
            handlers = {kind: make_handlers(self.parts)[kind]}
            run_due(self.stage.database, handlers, self.stage.clock)

    def read_roster(self) -> None:
        """Read the people of the course, as their own day has it."""
        course, clock = self.course, self.stage.clock
        clock.advance(hours=1)
        with self.stage.database.write() as session:
            owe_reading(
                session,
                platform_id=course.platform_id,
                context_id=course.context_id,
                now=clock(),
                is_urgent=True,
            )
        handlers = {READ_ROSTER: make_handlers(self.parts)[READ_ROSTER]}
        run_due(self.stage.database, handlers, clock)

    @property
    def course(self) -> CourseRef:
        with self.stage.database.read() as session:
            context = session.scalars(select(Context)).one()
            return CourseRef(context.platform_id, context.id)

    def known(self) -> dict[str | None, dict[str, list[str]]]:
        """Return who is in which group, by names of sets and groups."""
        course = self.course
        with self.stage.database.read() as session:
            found = [
                get_set(session, course, view.public_id) for view in list_sets(session, course)
            ]
        return {
            detail.view.name: {
                one.name: sorted(person.sub for person in detail.members(one))
                for one in detail.groups
            }
            for detail in found
        }

    def sync(self) -> SyncState | None:
        with self.stage.database.read() as session:
            return find_sync(session, self.course)

    def why_not(self) -> str | None:
        found = self.sync()
        assert found is not None, "the course has no groups"
        return found.why_not

    def group_requests(self) -> list[str]:
        return [seen.path for seen in self.asked if seen.path.startswith("/groups")]


def _listed(name: str, entries: Any, media_type: str) -> Reply:
    if isinstance(entries, Reply):
        return entries
    return json_reply({"id": "list", name: entries}, media_type=media_type)
