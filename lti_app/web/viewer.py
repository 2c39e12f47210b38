"""Who makes this request, as what, from where. A value; it asks no database."""

from dataclasses import dataclass

from lti_app.people.roles import Role


@dataclass(frozen=True)
class Viewer:
    """The person behind a launch session.

    Attributes:
        role: in the context of this launch; GUEST without a context.
        is_test: the platform's test user: sees everything a learner sees, is never graded.
        context_id, placement_id: None for a launch outside a course.
        time_zone: IANA name from the browser, or None.
        has_way_back: whether the launch said where one leaves to.
        wants_contrast: whether the platform knows that they read better with high contrast.
    """

    platform_id: int
    user_id: int
    user_public_id: str
    name: str
    role: Role
    session_public_id: str
    is_test: bool = False
    context_id: int | None = None
    placement_id: int | None = None
    locale: str = "en"
    time_zone: str | None = None
    has_way_back: bool = False
    wants_contrast: bool = False

    @property
    def is_graded(self) -> bool:
        """Whether this viewer's work may reach a gradebook."""
        return self.role is Role.LEARNER and not self.is_test
