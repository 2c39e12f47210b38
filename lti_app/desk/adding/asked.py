"""The request for content that the viewer's launch came with."""

from lti_app.catalog.pack import PackItem
from lti_app.core.errors import NotFoundError
from lti_app.desk.adding.basket import Picked, as_picked, read_picked, ticked, write_picked
from lti_app.desk.adding.port import Adding, AnsweredError, Whose, courier
from lti_app.desk.shelf import Section
from lti_app.web.context import clock, db, viewer


def whose() -> Whose:
    """Return whose a request must be to be the viewer's.

    Raises:
        NotFoundError: outside a course there is none.
    """
    who = viewer()
    if who.context_id is None:
        raise NotFoundError
    return Whose(who.platform_id, who.user_id, who.context_id, who.session_public_id)


def my_request() -> Adding:
    """Return the request of this launch.

    Raises:
        NotFoundError: the launch asked for no content.
        AnsweredError: it was answered.
    """
    found = courier().find(db(), whose())
    if found is None:
        raise NotFoundError
    if found.is_finished:
        raise AnsweredError
    return found


def is_late(asked: Adding) -> bool:
    """Whether the platform no longer waits."""
    return clock()() >= asked.expires_at


def is_adding() -> bool:
    """Whether this launch is there to add content, and has not done so yet."""
    if viewer().context_id is None:
        return False
    found = courier().find(db(), whose())
    return found is not None and not found.is_finished and not is_late(found)


def picked_of(asked: Adding, sections: list[Section]) -> list[Picked]:
    """Return what is picked and still there to be picked."""
    there = {offer.address for section in sections for offer in section.offers}
    return [one for one in read_picked(asked.chosen) if one.address in there]


def keep_picked(picked: list[Picked]) -> None:
    """Keep what is picked for the next page.

    Raises:
        ConflictError: it is too late for that.
    """
    courier().keep(db(), whose(), write_picked(picked), now=clock()())


def pick_item(item: PackItem) -> None:
    """Pick what was just made, beside what is picked already where several may be."""
    asked = my_request()
    before = read_picked(asked.chosen) if asked.accept_multiple else []
    keep_picked(ticked(before, [as_picked(item)], (), [item.address]))


def offered(sections: list[Section]) -> list[Picked]:
    """Return everything that can be picked, as it is at first."""
    return [as_picked(offer.item) for one in sections for offer in one.offers]
