"""How a person is called on a page, also when the platform withholds the name."""

from collections.abc import Callable
from dataclasses import dataclass

from lti_app.core.translation import _
from lti_app.people.roles import Role

_NEUTRAL = {
    Role.INSTRUCTOR: _("Teacher %(tag)s"),
    Role.TEACHING_ASSISTANT: _("Assistant %(tag)s"),
    Role.DESIGNER: _("Designer %(tag)s"),
    Role.LEARNER: _("Learner %(tag)s"),
    Role.OBSERVER: _("Observer %(tag)s"),
    Role.GUEST: _("Guest %(tag)s"),
}
_TAG_LENGTH = 4


@dataclass(frozen=True)
class PersonName:
    """What is known of a name.

    Attributes:
        public_id: of the user; its first characters tell neutral labels apart.
    """

    public_id: str
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None

    def display(self, role: Role, translate: Callable[[str], str]) -> str:
        """Return the full name, else its parts, else the e-mail, else a neutral label.

        >>> PersonName("3f2aq").display(Role.INSTRUCTOR, str)
        'Teacher 3f2a'
        >>> PersonName("x", given_name="Ann").display(Role.LEARNER, str)
        'Ann'
        """
        parts = " ".join(part for part in (self.given_name, self.family_name) if part)
        known = self.name or parts or self.email
        return known or translate(_NEUTRAL[role]) % {"tag": self.public_id[:_TAG_LENGTH]}

    def sort_key(self) -> tuple[str, str]:
        """Return what a list of people is ordered by: family name first, case folded."""
        first = self.family_name or self.name or self.given_name or self.email or self.public_id
        return first.casefold(), (self.given_name or "").casefold()
