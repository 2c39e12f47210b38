"""What has been picked so far, and how it is kept between two pages. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from lti_app.catalog.pack import PackItem
from lti_app.catalog.rules import Dates

#: Nobody adds more at a time.
MOST_PICKED = 30
_DATES = ("opens_at", "due_at", "closes_at")


@dataclass(frozen=True)
class Picked:
    """One activity to be added, as it shall be.

    Attributes:
        address: of the item it is made of.
    """

    address: str
    title: str
    points: Decimal
    in_gradebook: bool = True
    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None

    @property
    def dates(self) -> Dates:
        """The dates, in their order."""
        return Dates(self.opens_at, self.due_at, self.closes_at)


def as_picked(item: PackItem) -> Picked:
    """Return an item as it is picked at first.

    Its title is its own: what a platform suggests is mostly the name of the tool, as in Moodle.
    """
    return Picked(item.address, item.spec.title, Decimal(item.spec.points))


def read_picked(stored: Iterable[Mapping[str, Any]]) -> list[Picked]:
    """Return what was kept."""
    return [
        Picked(
            address=one["address"],
            title=one["title"],
            points=Decimal(one["points"]),
            in_gradebook=one["in_gradebook"],
            **{name: _moment(one[name]) for name in _DATES},
        )
        for one in stored
    ]


def write_picked(picked: Iterable[Picked]) -> list[dict[str, object]]:
    """Return what is picked as JSON values."""
    return [
        {
            "address": one.address,
            "title": one.title,
            "points": str(one.points),
            "in_gradebook": one.in_gradebook,
            **{name: _text(getattr(one, name)) for name in _DATES},
        }
        for one in picked
    ]


def ticked(
    before: Sequence[Picked], offers: Sequence[Picked], shown: Iterable[str], chosen: Iterable[str]
) -> list[Picked]:
    """Return what is picked after a page was sent: in the order in which it was picked.

    Args:
        offers: everything that can be picked, as it is at first.
        shown: the addresses that stood on the page; only those can have lost their tick.
        chosen: the addresses with a tick.
    """
    kept, gone = set(chosen), set(shown)
    still = [one for one in before if one.address in kept or one.address not in gone]
    known = {one.address for one in still}
    return still + [one for one in offers if one.address in kept - known]


def _moment(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
