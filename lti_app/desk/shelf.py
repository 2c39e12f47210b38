"""What a link can open, in sections, and the search through it. It asks no database."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from lti_app.catalog.library import Library
from lti_app.catalog.pack import PackItem
from lti_app.submissions.contract import ItemLabel

#: More results than this are no answer; the page asks for more of the title then.
MOST_FOUND = 30
#: Says what people call an item.
LabelOf = Callable[[PackItem], ItemLabel]
#: Nobody looks for a longer text.
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Offer:
    """One item that a link can open, as its card shows it."""

    item: PackItem
    label: ItemLabel

    @property
    def address(self) -> str:
        """What the item is chosen by."""
        return self.item.address


@dataclass(frozen=True)
class Section:
    """Offers that stand together: a module of a pack.

    Attributes:
        key: what its address names it by.
        shelf: what the section stands on, such as the title of the course pack.
        number: of the module; None where sections have none.
    """

    key: str
    shelf: str
    title: str
    offers: tuple[Offer, ...]
    number: int | None = None

    def find(self, words: Sequence[str]) -> list[Offer]:
        """Return the offers in which every word stands, wherever it does."""
        return [one for one in self.offers if all(word in self._text(one) for word in words)]

    def _text(self, offer: Offer) -> str:
        spec = offer.item.spec
        parts = (spec.title, spec.summary, self.title, offer.label.title)
        return "\n".join(parts).casefold()


def pack_sections(library: Library, label_of: LabelOf) -> list[Section]:
    """Return a section for each module that has something to open."""
    return [
        Section(
            key=f"{pack.slug}/{module.head.slug}",
            shelf=pack.course.title,
            title=module.head.title,
            offers=tuple(Offer(item, label_of(item)) for item in module.items),
            number=module.number,
        )
        for pack in library.packs
        for module in pack.modules
        if module.items
    ]


def by_shelf(sections: Iterable[Section]) -> list[tuple[str, list[Section]]]:
    """Return the sections under what they stand on, in their order."""
    return [(shelf, list(group)) for shelf, group in groupby(sections, key=lambda one: one.shelf)]


def find_offers(sections: Iterable[Section], wanted: str) -> list[Offer]:
    """Return what has all these words in its title, summary, kind or module."""
    words = wanted.casefold().split()
    return [offer for section in sections for offer in section.find(words)]


def find_offer(sections: Iterable[Section], address: str) -> Offer | None:
    """Return the offer with this address, None when there is none."""
    offers = (offer for section in sections for offer in section.offers)
    return next((offer for offer in offers if offer.address == address), None)


def open_section(sections: Sequence[Section], key: str, address: str) -> Section | None:
    """Return the section to show: the named one, else that of the chosen item, else the first."""
    named = (one for one in sections if one.key == key)
    chosen = (one for one in sections if any(offer.address == address for offer in one.offers))
    return next(named, None) or next(chosen, None) or next(iter(sections), None)
