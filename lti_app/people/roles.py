"""What a person is in one context. It decides nothing about routes; `web.access` does."""

from enum import StrEnum


class Role(StrEnum):
    """One role in one context; the highest that the platform gave wins."""

    INSTRUCTOR = "instructor"
    TEACHING_ASSISTANT = "teaching_assistant"
    DESIGNER = "designer"
    LEARNER = "learner"
    OBSERVER = "observer"
    GUEST = "guest"

    @property
    def is_staff(self) -> bool:
        """Whether this role follows people's work in the context."""
        return self in (Role.INSTRUCTOR, Role.TEACHING_ASSISTANT)

    @property
    def may_decide(self) -> bool:
        """Whether this role decides in the context: about settings, grades and releases."""
        return self is Role.INSTRUCTOR

    @property
    def may_author(self) -> bool:
        """Whether this role makes the course: a designer does, and sees no learner's work."""
        return self in (Role.INSTRUCTOR, Role.DESIGNER)


#: From most to least privilege.
PRECEDENCE = (
    Role.INSTRUCTOR,
    Role.TEACHING_ASSISTANT,
    Role.DESIGNER,
    Role.LEARNER,
    Role.OBSERVER,
    Role.GUEST,
)


def highest(roles: set[Role]) -> Role:
    """Return the role that wins; GUEST when there is none.

    >>> highest({Role.LEARNER, Role.INSTRUCTOR})
    <Role.INSTRUCTOR: 'instructor'>
    >>> highest(set())
    <Role.GUEST: 'guest'>
    """
    return next((role for role in PRECEDENCE if role in roles), Role.GUEST)
