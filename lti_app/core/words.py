"""How a setting is shown: what its values are called, and among what it stands.

Both are written in the annotation of the setting, `Annotated[Colour, Section.GRADE, Words({…})]`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Section(StrEnum):
    """The parts of a page of settings, in their order. KIND: what the kind alone knows of."""

    LEARNERS = "learners"
    WHEN = "when"
    ATTEMPTS = "attempts"
    LATE = "late"
    GRADE = "grade"
    KIND = "kind"


@dataclass(frozen=True)
class Words:
    """A name for each value, marked for translation."""

    of: Mapping[str, str]
