"""What the file of a sorting exercise says. Where each card belongs is its key."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from lti_app.catalog.flaws import Flaw, one_of, refuse, repeated
from lti_app.catalog.spec import ItemSpec, Line, Slug, Strict, Text


class Bin(Strict):
    """A place for cards. It may be one where no card belongs."""

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
        conclusion: shown with the key, because it may tell where cards belong.
    """

    kind: Literal["sort"]
    introduction: Text
    bins: tuple[Bin, ...] = Field(min_length=2, max_length=8)
    cards: tuple[Card, ...] = Field(min_length=2, max_length=40)
    penalty: bool = False
    conclusion: Text

    @model_validator(mode="after")
    def _is_consistent(self) -> "SortItem":
        refuse(self._flaws())
        return self

    def _flaws(self) -> Iterator[Flaw]:
        known = [one.id for one in self.bins]
        yield from repeated((("bins", n, "id"), one) for n, one in enumerate(known))
        yield from repeated((("cards", n, "id"), one.id) for n, one in enumerate(self.cards))
        # Two that read the same could not be told apart by whoever sorts them.
        titles = ((("bins", n, "title"), one.title) for n, one in enumerate(self.bins))
        texts = ((("cards", n, "text"), one.text) for n, one in enumerate(self.cards))
        yield from repeated(titles, what="title")
        yield from repeated(texts, what="text")
        for place, card in enumerate(self.cards):
            if card.bin not in known:
                what = f"there is no bin `{card.bin}`"
                yield Flaw(("cards", place, "bin"), what, one_of(card.bin, known))

    def bin_of(self, bin_id: str) -> Bin:
        """Return a bin that the item has."""
        return next(one for one in self.bins if one.id == bin_id)
