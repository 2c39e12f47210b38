"""What the roster tells tools of each person, and what its filters mean. It reads no table.

Source: NRPS 2.0, section 2.
"""

from dataclasses import asdict

from lti_app.sandbox.dialects.plain.claims import LaunchClaims
from lti_app.sandbox.facts import Identity, LaunchFacts
from lti_app.sandbox.roles import CourseRole, course_roles, has_role
from lti_app.sandbox.vocabulary import CLAIM, RESOURCE_LINK_REQUEST


class Roster:
    """Everybody with full roles; who is suspended is inactive. Changes are told on their own."""

    tells_of_suspended: bool = True
    tells_of_groups: bool = True
    tells_of_changes: bool = True

    def roles_wanted(self, role: str) -> list[CourseRole]:
        """Return the parts of a course that a filter by role lets through."""
        return [one for one in CourseRole if has_role(one, role)]

    def roles_of(self, role: CourseRole) -> list[str]:
        """Return how somebody's part in the course is written."""
        return course_roles(role)

    def member(self, identity: Identity, role: CourseRole, *, is_active: bool) -> dict[str, object]:
        """Return one member in the form that tools read."""
        known = {name: value for name, value in asdict(identity).items() if value}
        sub = known.pop("sub")
        return {
            "user_id": sub,
            "status": "Active" if is_active else "Inactive",
            "roles": self.roles_of(role),
            **known,
        }

    def gone(self, identity: Identity) -> dict[str, object]:
        """Return what is told of somebody who is not in the course any more."""
        return {"user_id": identity.sub, "status": "Deleted", "roles": []}

    def message(self, facts: LaunchFacts, claims: LaunchClaims) -> dict[str, object]:
        """Return what a person would be launched with. Source: NRPS 2.0, section 3.4."""
        return {
            f"{CLAIM}message_type": RESOURCE_LINK_REQUEST,
            f"{CLAIM}custom": claims.custom(facts),
        }
