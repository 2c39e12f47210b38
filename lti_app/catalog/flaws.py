"""Mistakes of an author as values: where, what is amiss, what to write instead."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

_UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"

#: Keys and places that lead to a value.
Where = tuple[str | int, ...]


@dataclass(frozen=True)
class Flaw:
    """One mistake in what was read.

    Attributes:
        where: from the value that is looked at; empty for the whole of it.
        what: a sentence without its capital and stop.
        fix: a sentence that says what to do.
        line: where the author finds it, counted from 1, if `where` does not say.
    """

    where: Where
    what: str
    fix: str
    line: int | None = None

    def below(self, where: Where) -> "Flaw":
        """Return the same as seen from further out."""
        return replace(self, where=where + self.where)


class FlawedError(ValueError):
    """What was read cannot be used; a validator may raise it, with all that it found."""

    def __init__(self, flaws: Iterable[Flaw]) -> None:
        self.flaws = tuple(flaws)
        super().__init__("; ".join(flaw.what for flaw in self.flaws))


def refuse(flaws: Iterable[Flaw]) -> None:
    """Let nothing pass with a flaw.

    Raises:
        FlawedError: there is at least one.
    """
    if found := tuple(flaws):
        raise FlawedError(found)


def one_of(word: str, known: Iterable[str], *, most: int = 12) -> str:
    """Return the fix for a name that nothing has: the one that was meant, or those there are.

    >>> one_of("evasiv", ["evasive", "limit"])
    'Did you mean `evasive`?'
    >>> one_of("x", ["evasive", "limit"])
    'Use one of: evasive, limit.'
    """
    names = list(known)
    if close := get_close_matches(word, names, n=1, cutoff=0.7):
        return f"Did you mean `{close[0]}`?"
    if not names:
        return "There is none yet: remove it, or add what it names."
    more = ", …" if len(names) > most else ""
    return f"Use one of: {', '.join(names[:most])}{more}."


def repeated(values: Iterable[tuple[Where, str]], *, what: str = "id") -> Iterable[Flaw]:
    """Yield a flaw for each value that stands earlier in the list already."""
    seen: set[str] = set()
    for where, value in values:
        if value in seen:
            yield Flaw(where, f"the {what} `{value}` is used twice", f"Give one another {what}.")
        seen.add(value)


@dataclass(frozen=True)
class Problem:
    """One mistake in a file of a pack.

    Attributes:
        key: what the author calls the place; empty for the file as a whole.
    """

    path: Path
    flaw: Flaw
    key: str = ""

    def at(self, line: int | None) -> str:
        """Return file, line, key, what is amiss and the fix as one line."""
        place = f"{self.path}:{line}" if line else f"{self.path}"
        parts = [place, *([self.key] if self.key else []), f"{self.flaw.what}. {self.flaw.fix}"]
        # What somebody wrote stands in it, and must not move the cursor or turn the direction.
        return "".join(one if one.isprintable() else _UNPRINTABLE for one in ": ".join(parts))

    def __str__(self) -> str:
        """Return the same without looking for the line."""
        return self.at(self.flaw.line)


class PackError(Exception):
    """Files of a pack do not say what they must.

    Attributes:
        problems: every mistake that was found.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
