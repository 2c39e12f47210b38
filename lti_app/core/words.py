"""What people call the values of a setting: written beside it, shown where it is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """A name for each value, marked for translation; in the order of the choice.

    It stands in the annotation: `Annotated[Colour, Words({Colour.RED: _("Red")})]`.
    """

    of: Mapping[str, str]
