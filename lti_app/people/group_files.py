"""What a file of people and groups would change: read, compared, explained. Pure.

Nobody is taken out of a group by a file: who is not named in it, or without a group, stays.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lti_app.core.csv_text import original
from lti_app.people.groups import GroupedPerson, SetDetail
from lti_app.people.models import NAME_LENGTH

#: The heads of the file that we write and read, whatever the language of the page.
ID, EMAIL, NAME, GROUP = "id", "email", "name", "group"
COLUMNS = (ID, EMAIL, NAME, GROUP)
#: Other words that people put over these columns.
_ALSO = {
    "e-mail": EMAIL,
    "mail": EMAIL,
    "email address": EMAIL,
    "person": NAME,
    "full name": NAME,
    "user id": ID,
    "user_id": ID,
    "group name": GROUP,
}
_SEPARATORS = ",;\t"
MOST_LINES = 10_000


class Flaw(StrEnum):
    """Why a line of a file, or the whole file, cannot be used."""

    NOT_CSV = "not_csv"
    NO_GROUP_COLUMN = "no_group_column"
    NO_PERSON_COLUMN = "no_person_column"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    NOBODY_NAMED = "nobody_named"
    UNKNOWN_PERSON = "unknown_person"
    SEVERAL_PEOPLE = "several_people"
    NAMED_TWICE = "named_twice"
    LONG_NAME = "long_name"


class UnreadableFileError(Exception):
    """Nothing of the file can be used; `flaw` says why."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True)
class BadLine:
    """A line that changes nothing. `number` counts as an editor does; the head is line 1."""

    number: int
    flaw: Flaw
    said: str


@dataclass(frozen=True)
class Move:
    """Somebody who would come into another group; `before` is empty for none."""

    person: GroupedPerson
    before: str
    after: str


@dataclass(frozen=True)
class Plan:
    """What a file would change.

    Attributes:
        moves: in the order of the file.
        same_count: people who are where the file wants them.
        left_count: people of the file without a group: they stay where they are.
        new_groups: names of groups that would be made.
    """

    moves: tuple[Move, ...]
    same_count: int
    left_count: int
    new_groups: tuple[str, ...]
    bad: tuple[BadLine, ...]

    @property
    def wanted(self) -> Mapping[int, str]:
        """The group's name by user id, for whoever moves."""
        return {one.person.user_id: one.after for one in self.moves}


@dataclass(frozen=True)
class _Line:
    number: int
    person: str
    said: Mapping[str, str]

    @property
    def group(self) -> str:
        return " ".join(self.said.get(GROUP, "").split())


def plan_of(text: str, detail: SetDetail, call: Callable[[GroupedPerson], str]) -> Plan:
    """Return what a file would change in a set.

    Args:
        call: how a person is called on pages; the file may call them so.

    Raises:
        UnreadableFileError: nothing of it can be used.
    """
    return _plan(_lines_of(text), detail, call)


def plan_again(
    wanted: Iterable[tuple[str, str]], detail: SetDetail, call: Callable[[GroupedPerson], str]
) -> Plan:
    """Return what moves that were seen would change now.

    Args:
        wanted: public ids of people, each with the name of the group.
    """
    lines = (
        _Line(number, person, {ID: person, GROUP: group})
        for number, (person, group) in enumerate(wanted, 1)
    )
    return _plan(lines, detail, call)


def _plan(lines: Iterable[_Line], detail: SetDetail, call: Callable[[GroupedPerson], str]) -> Plan:
    finder = _Finder(detail.people, call)
    names = {group.public_id: group.name for group in detail.groups}
    spelled = {group.name.casefold(): group.name for group in detail.groups}
    moves: dict[int, Move] = {}
    bad: list[BadLine] = []
    known: set[int] = set()
    same = left = 0
    new: dict[str, str] = {}
    for line in lines:
        found = finder.find(line.said)
        flaw = found if isinstance(found, Flaw) else _flaw(line, found, known)
        if flaw is not None or isinstance(found, Flaw):
            bad.append(BadLine(line.number, flaw or Flaw.UNKNOWN_PERSON, line.person))
            continue
        known.add(found.user_id)
        before = names[found.group_ids[0]] if found.group_ids else ""
        after = spelled.get(line.group.casefold()) or new.get(line.group.casefold(), line.group)
        if not after:
            left += 1
        elif after == before:
            same += 1
        else:
            if after.casefold() not in spelled:
                new.setdefault(after.casefold(), after)
            moves[found.user_id] = Move(found, before, after)
    return Plan(tuple(moves.values()), same, left, tuple(new.values()), tuple(bad))


def _flaw(line: _Line, person: GroupedPerson, known: set[int]) -> Flaw | None:
    if person.user_id in known:
        return Flaw.NAMED_TWICE
    return Flaw.LONG_NAME if len(line.group) > NAME_LENGTH else None


class _Finder:
    """Finds people by id, else by e-mail, else by name."""

    def __init__(
        self, people: Sequence[GroupedPerson], call: Callable[[GroupedPerson], str]
    ) -> None:
        self._by: dict[str, dict[str, list[GroupedPerson]]] = {
            column: defaultdict(list) for column in (ID, EMAIL, NAME)
        }
        for one in people:
            self._by[ID][one.name.public_id.casefold()].append(one)
            self._by[ID][one.sub.casefold()].append(one)
            if one.name.email:
                self._by[EMAIL][one.name.email.casefold()].append(one)
            self._by[NAME][_plain(call(one))].append(one)

    def find(self, said: Mapping[str, str]) -> GroupedPerson | Flaw:
        """Return the one person whom a line means; the most certain column decides.

        Where the platform gives nobody's e-mail address, an address decides nothing beside a name.
        """
        is_mail_of_use = bool(self._by[EMAIL]) or not said.get(NAME)
        for column in (ID, EMAIL, NAME):
            value = said.get(column, "")
            if not value or (column == EMAIL and not is_mail_of_use):
                continue
            found = self._by[column].get(_plain(value), [])
            if len(found) == 1:
                return found[0]
            return Flaw.SEVERAL_PEOPLE if found else Flaw.UNKNOWN_PERSON
        return Flaw.NOBODY_NAMED


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _lines_of(text: str) -> list[_Line]:
    rows = _rows_of(text)
    if not rows:
        raise UnreadableFileError(Flaw.EMPTY)
    (_, head), *rest = rows
    columns = [_column(cell) for cell in head]
    if GROUP not in columns:
        raise UnreadableFileError(Flaw.NO_GROUP_COLUMN)
    if not {ID, EMAIL, NAME} & {*columns}:
        raise UnreadableFileError(Flaw.NO_PERSON_COLUMN)
    if len(rest) > MOST_LINES:
        raise UnreadableFileError(Flaw.TOO_LONG)
    return [_line(number, columns, cells) for number, cells in rest]


def _line(number: int, columns: Sequence[str], cells: Sequence[str]) -> _Line:
    # Not strict: a line may be shorter than the head, or end with empty cells.
    said = {column: original(cell).strip() for column, cell in zip(columns, cells, strict=False)}
    called = (said[one] for one in (NAME, EMAIL, ID) if said.get(one))
    return _Line(number, next(called, ""), said)


def _column(head: str) -> str:
    word = _plain(original(head))
    return _ALSO.get(word, word)


def _rows_of(text: str) -> list[tuple[int, list[str]]]:
    """Return the lines that hold something, each with its number."""
    first = text.lstrip("\ufeff").partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(
        io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator, strict=True
    )
    rows: list[tuple[int, list[str]]] = []
    try:
        begins = 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFileError(Flaw.NOT_CSV) from error
    return rows
