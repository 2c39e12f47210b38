"""Languages that nobody speaks: each message in brackets, so a word without them was forgotten."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.house.checkout import ROOT

#: Read from right to left, with six forms of a plural; and from left to right, with two.
LOCALES = ("ar", "de")
_BRACKETS = re.compile(r"⟦[^⟦⟧]*⟧")
_WORD = re.compile(r"[A-Za-z]{2,}")
#: What is the same in every language.
_NAMES = ("Rapport", "UTC")


def collected(folder: Path) -> Catalog:
    """Return every message of the program and its pages, as `make messages` collects them."""
    file = folder / "messages.pot"
    options = ["--mapping-file", str(ROOT / "pyproject.toml"), "--ignore-dirs", ".*"]
    sources = [str(ROOT / "lti_app"), str(ROOT / "templates")]
    command = ["pybabel", "--quiet", "extract", *options, "--output-file", str(file), *sources]
    CommandLineInterface().run(command)  # type: ignore[no-untyped-call] # Babel's commands have no types
    with file.open("rb") as stored:
        return read_po(stored)


def write_pseudo(folder: Path) -> None:
    """Write a compiled catalogue for each of the made-up languages."""
    messages = [message for message in collected(folder) if message.id]
    for locale in LOCALES:
        made = Catalog(locale)
        for message in messages:
            made.add(message.id, _wrapped(message.id, made.num_plurals))
        target = folder / locale / "LC_MESSAGES" / "messages.mo"
        target.parent.mkdir(parents=True)
        with target.open("wb") as file:
            write_mo(file, made)


def _wrapped(words: str | Sequence[str], plurals: int) -> str | tuple[str, ...]:
    """Put brackets around a message, or around its plural for every number there is."""
    return f"⟦{words}⟧" if isinstance(words, str) else (f"⟦{words[-1]}⟧",) * plurals


def forgotten(text: str, given: Iterable[str]) -> str:
    """Return what of a text was neither translated nor given by people and courses.

    >>> forgotten("⟦Handed in on ⟦3⟧⟧: Ann, late", ["Ann"])
    'late'
    """
    while _BRACKETS.search(text):
        text = _BRACKETS.sub(" ", text)
    for known in sorted((*given, *_NAMES), key=len, reverse=True):
        text = text.replace(known, " ")
    return " ".join(_WORD.findall(text))
