"""The privacy register: what every table says about the personal data in it.

GDPR articles 13, 15, 17, 20 and 30. A test fails for a table that says nothing.
"""

from dataclasses import dataclass
from enum import StrEnum


class Subject(StrEnum):
    """Whose data a row holds."""

    NOBODY = "nobody"
    USER = "user"
    STAFF = "staff"


class Keep(StrEnum):
    """How long a row stays."""

    MINUTES = "minutes"
    DAYS = "days"
    COURSE = "course"
    REGISTRATION = "registration"
    AUDIT = "audit"
    SYSTEM = "system"


@dataclass(frozen=True)
class Privacy:
    """What a table holds of people.

    Attributes:
        subject: whose data it is.
        personal: the columns that are personal; empty when the subject is nobody.
        export: how it leaves in a person's export: the section's name, or None with the reason.
        erase: what becomes of the row when the person is erased.
        keep: how long it is kept.
    """

    subject: Subject
    keep: Keep
    personal: tuple[str, ...] = ()
    export: str = "not exported: holds nothing of a person"
    erase: str = "stays: holds nothing of a person"
