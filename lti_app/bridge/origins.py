"""Which activity a copied link was opening before: from what is told to one answer, or several.

Pure. It has seen no activity of another deployment: those are not asked for.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lti_app.lti.histories import nearest


@dataclass(frozen=True)
class Opened:
    """An activity that a link of this deployment opens or is named by.

    Attributes:
        link_title: of the link that opens it; None where the platform gave none.
        address: of its item, as links name it.
        origins: public ids of what it was copied from, the nearest first.
    """

    activity_id: int
    public_id: str
    link_title: str | None
    address: str
    origins: tuple[str, ...] = ()

    def descends_from(self, public_id: str) -> bool:
        """Whether it is the activity with this name or was copied from it, over any courses."""
        return public_id == self.public_id or public_id in self.origins


@dataclass(frozen=True)
class Told:
    """What a launch says of where its link comes from.

    Attributes:
        named: the activity that the link's own custom parameter names; None for none that is here.
        title: of the link.
        address: of the item that a custom parameter names; None for none.
        links, courses: histories, the nearest first.
    """

    named: Opened | None
    title: str | None
    address: str | None
    links: tuple[str, ...] = ()
    courses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """What we know of what is told.

    Attributes:
        by_link: what links of the history open, by their ids.
        by_course: what links of each course open, by its id; the launch's own course included.
        own_course: the id of that.
    """

    by_link: Mapping[str, Opened]
    by_course: Mapping[str, Sequence[Opened]]
    own_course: str


def choose_origins(told: Told, known: Known) -> tuple[Opened, ...]:
    """Return what the link is a copy of: nothing, one activity, or those among which to ask.

    A link's own history is exact and comes first, unless it leads away from what the link names.
    What it names is the first of all copies; a later one, in a nearer course, has the settings
    that the copied course had.
    """
    link = nearest(told.links, known.by_link)
    found = known.by_link[link] if link is not None else None
    if found is not None and (told.named is None or found.descends_from(told.named.public_id)):
        return (found,)
    if told.named is not None:
        return _copies_of(told.named, told, known)
    return _alike(told, known)


def _copies_of(named: Opened, told: Told, known: Known) -> tuple[Opened, ...]:
    for course in (known.own_course, *told.courses):
        copies = [one for one in _in(course, known) if one.descends_from(named.public_id)]
        if copies:
            return _narrowed(copies, told)
    return (named,)


def _alike(told: Told, known: Known) -> tuple[Opened, ...]:
    taken = {name for one in _in(known.own_course, known) for name in one.origins}
    for course in told.courses:
        free = [one for one in _in(course, known) if one.public_id not in taken]
        alike = [one for one in free if _is_like(one, told)]
        if alike:
            return _narrowed(alike, told)
    return ()


def _is_like(one: Opened, told: Told) -> bool:
    """Whether a link opens the item that this one names, or has its title where it names none."""
    if told.address is not None:
        return one.address == told.address
    return told.title is not None and one.link_title == told.title


def _narrowed(found: Collection[Opened], told: Told) -> tuple[Opened, ...]:
    """Return those with the title of the link if there are any; each activity once."""
    same = [one for one in found if told.title is not None and one.link_title == told.title]
    return tuple({one.activity_id: one for one in same or found}.values())


def _in(course: str, known: Known) -> Sequence[Opened]:
    return known.by_course.get(course, ())
