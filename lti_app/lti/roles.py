"""What a person is in one context, from the role URIs of a launch.

Only exact names of the context vocabulary count: an institution or system role never makes
anybody an instructor of a course. It knows no user and no permission.
Source: LTI 1.3 Core, appendix A.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class ContextRole(StrEnum):
    """What somebody is in a context, most powerful first."""

    INSTRUCTOR = "instructor"
    TEACHING_ASSISTANT = "teaching_assistant"
    DESIGNER = "designer"
    LEARNER = "learner"
    OBSERVER = "observer"
    OTHER = "other"


@dataclass(frozen=True)
class LaunchRoles:
    """The roles of one launch.

    Attributes:
        roles: never empty; OTHER stands alone when nothing was recognised.
        is_test_user: the platform's preview learner, whose work counts nowhere.
    """

    roles: frozenset[ContextRole]
    is_test_user: bool = False

    @property
    def highest(self) -> ContextRole:
        """The most powerful role; it decides the view."""
        return next(role for role in ContextRole if role in self.roles)


_LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
_MEMBERSHIP = f"{_LIS}membership#"
_SUB_ROLE = f"{_LIS}membership/"
_URN = "urn:lti:role:ims/lis/"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"

_CORE = {
    "Instructor": ContextRole.INSTRUCTOR,
    "ContentDeveloper": ContextRole.DESIGNER,
    "Learner": ContextRole.LEARNER,
    "Mentor": ContextRole.OBSERVER,
    "Administrator": ContextRole.OTHER,
    "Manager": ContextRole.OTHER,
    "Member": ContextRole.OTHER,
    "Officer": ContextRole.OTHER,
}
_ASSISTANTS = frozenset(
    {
        "Grader",
        "TeachingAssistant",
        "TeachingAssistantGroup",
        "TeachingAssistantOffering",
        "TeachingAssistantSection",
        "TeachingAssistantSectionAssociation",
        "TeachingAssistantTemplate",
    }
)
#: An old map of Canvas spells the parent in lower case.
_CANVAS_ASSISTANT = f"{_SUB_ROLE}instructor#TeachingAssistant"


def parse_roles(uris: Iterable[str]) -> LaunchRoles:
    """Return what the URIs say about this context; unknown ones are ignored.

    A platform sends `membership#Instructor` beside the sub-role of an assistant, because parents
    should accompany sub-roles. Alone beside an assistant's sub-role it therefore adds nothing.

    >>> parse_roles(["Learner"]).highest.value
    'learner'
    >>> parse_roles(["http://purl.imsglobal.org/vocab/lis/v2/membership/Learner#Instructor"]).roles
    frozenset({<ContextRole.LEARNER: 'learner'>})
    """
    return _parse(frozenset(uris))


@lru_cache(maxsize=256)
def _parse(seen: frozenset[str]) -> LaunchRoles:
    """Most people of a course have one of few lists of roles."""
    parents = {role for uri in seen if (role := _core_role(uri))}
    subs = {role for uri in seen if (role := _sub_role(uri))}
    if ContextRole.TEACHING_ASSISTANT in subs and ContextRole.INSTRUCTOR not in subs:
        parents.discard(ContextRole.INSTRUCTOR)
    roles = frozenset(parents | subs) or frozenset({ContextRole.OTHER})
    return LaunchRoles(roles, is_test_user=TEST_USER in seen)


def _core_role(uri: str) -> ContextRole | None:
    for prefix in (_MEMBERSHIP, _URN):
        if uri.startswith(prefix):
            return _CORE.get(uri.removeprefix(prefix))
    return _CORE.get(uri)


def _sub_role(uri: str) -> ContextRole | None:
    if uri == _CANVAS_ASSISTANT:
        return ContextRole.TEACHING_ASSISTANT
    if uri.startswith(_SUB_ROLE):
        parent, _, name = uri.removeprefix(_SUB_ROLE).partition("#")
    elif uri.startswith(_URN):
        parent, _, name = uri.removeprefix(_URN).partition("/")
    else:
        return None
    if not name:
        return None
    if parent == "Instructor" and name in _ASSISTANTS:
        return ContextRole.TEACHING_ASSISTANT
    return _CORE.get(parent)
