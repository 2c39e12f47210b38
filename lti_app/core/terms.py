"""How a text marks a term: `[[term]]`, or `[[shown words|term]]`. It knows no term."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: One mark; each part is kept short, so that no text takes long to look through.
MARK = re.compile(r"\[\[([^\[\]|\n]{1,80})(?:\|([^\[\]|\n]{1,80}))?\]\]")


@dataclass(frozen=True)
class TermMark:
    """One mark of a text.

    Attributes:
        shown: the words that stand in the text.
        term: what its entry is found by, folded.
        line: where it stands, counted from 1.
    """

    shown: str
    term: str
    line: int = 1


def fold_term(term: str) -> str:
    """Return a term as it is looked up by: without capitals, with single spaces.

    >>> fold_term("Knowledge  hiding")
    'knowledge hiding'
    """
    return " ".join(term.split()).casefold()


def mark_of(found: re.Match[str], *, line: int = 1) -> TermMark:
    """Return what a match of `MARK` says."""
    shown, term = found.group(1), found.group(2)
    return TermMark(" ".join(shown.split()), fold_term(term or shown), line)


def find_marks(text: str) -> Iterator[TermMark]:
    """Iterate over the marks of a text, in its order.

    >>> [(one.shown, one.term) for one in find_marks("It [[hides|knowledge hiding]].")]
    [('hides', 'knowledge hiding')]
    """
    for found in MARK.finditer(text):
        yield mark_of(found, line=text.count("\n", 0, found.start()) + 1)
