"""The groups of a set as lists of people to be shown, narrowed by a search. Pure but for names."""

from dataclasses import dataclass

from flask_babel import gettext as _

from lti_app.people.groups import GroupedPerson, SetDetail

#: People whom one list shows; more are found by name.
MOST_SHOWN = 200


@dataclass(frozen=True)
class Shown:
    """One person; `tick_id` tells their boxes apart where they are in several groups."""

    public_id: str
    name: str
    tick_id: str


@dataclass(frozen=True)
class GroupList:
    """A group with those of its people who are shown; `public_id` is empty for no group.

    Attributes:
        count: of everybody in it, shown or not.
        more: how many were found and are not shown.
    """

    public_id: str
    name: str
    count: int
    people: tuple[Shown, ...]
    more: int
    tag: str | None = None


def called(person: GroupedPerson) -> str:
    """Return how somebody is called, in the reader's language."""
    return person.name.display(person.role, _)


def listed(detail: SetDetail, wanted: str) -> list[GroupList]:
    """Return who is in no group, where there is anybody, then every group.

    Args:
        wanted: a part of a name; empty shows everybody.
    """
    waiting = detail.without_group
    lists = [_list("", "", waiting, wanted)] if waiting and detail.view.is_ours else []
    lists += [
        _list(group.public_id, group.name, detail.members(group), wanted, group.tag)
        for group in detail.groups
    ]
    return lists


def _list(
    public_id: str, name: str, people: list[GroupedPerson], wanted: str, tag: str | None = None
) -> GroupList:
    found = [
        (one.name.public_id, words)
        for one in people
        if wanted.casefold() in (words := called(one)).casefold()
    ]
    shown = tuple(
        Shown(person, words, f"{public_id or 'none'}-{person}")
        for person, words in found[:MOST_SHOWN]
    )
    return GroupList(public_id, name, len(people), shown, more=len(found) - len(shown), tag=tag)
