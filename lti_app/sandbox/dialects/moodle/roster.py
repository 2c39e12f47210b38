"""Moodle's roster: short names, and nobody who is suspended. It reads no table."""

from lti_app.sandbox.dialects.plain.claims import LaunchClaims
from lti_app.sandbox.dialects.plain.roster import Roster
from lti_app.sandbox.facts import Identity, LaunchFacts
from lti_app.sandbox.roles import MEMBERSHIP, CourseRole
from lti_app.sandbox.vocabulary import CLAIM, RESOURCE_LINK_REQUEST

_TEACHING = "Instructor"
_LEARNING = "Learner"


class MoodleRoster(Roster):
    """A non-editing teacher is launched as Instructor, and on the roster a Learner."""

    tells_of_suspended = False
    tells_of_groups = False
    tells_of_changes = False

    def roles_wanted(self, role: str) -> list[CourseRole]:
        """Return the parts of a course that a filter by role lets through.

        It knows two roles; any other filter lets everybody through.
        """
        wanted = role.removeprefix(f"{MEMBERSHIP}#")
        if wanted not in (_TEACHING, _LEARNING):
            return list(CourseRole)
        return [one for one in CourseRole if self.roles_of(one) == [wanted]]

    def roles_of(self, role: CourseRole) -> list[str]:
        return [_TEACHING if role is CourseRole.INSTRUCTOR else _LEARNING]

    def member(self, identity: Identity, role: CourseRole, *, is_active: bool) -> dict[str, object]:
        plain = super().member(identity, role, is_active=is_active)
        return {**plain, "lis_person_sourcedid": "", "ext_user_username": identity.sub}

    def message(self, facts: LaunchFacts, claims: LaunchClaims) -> dict[str, object]:
        """Return the little that a roster with a link tells of each launch: no custom values."""
        del facts, claims
        return {f"{CLAIM}message_type": RESOURCE_LINK_REQUEST}
