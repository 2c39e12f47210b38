"""What the file of a sorting exercise says. Where each card belongs is its key."""

from typing import Literal

from pydantic import Field

from lti_app.catalog.spec import ItemSpec, Line, Slug, Strict, Text


class Bin(Strict):
    """A place for cards."""

    id: Slug
    title: Line
    about: Line


class Card(Strict):
    """One card. `bin` is where it belongs; `feedback` why, shown when the settings allow it."""

    id: Slug
    text: Line
    bin: Slug
    feedback: Text


class SortItem(ItemSpec):
    """Cards to be placed into bins.

    Attributes:
        penalty: whether a card in a wrong bin takes away what one in its own gives.
        conclusion: shown with the feedback.
    """

    kind: Literal["sort"]
    introduction: Text
    bins: tuple[Bin, ...] = Field(min_length=2, max_length=8)
    cards: tuple[Card, ...] = Field(min_length=2, max_length=40)
    penalty: bool = False
    conclusion: Text
