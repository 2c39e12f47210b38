"""Languages that nobody speaks: each message in brackets, so a word without them was forgotten."""

import re
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.house.checkout import ROOT

#: The one is read from right to left, the other from left to right; both have plurals.
LOCALES = ("ar", "de")
_WRAPPED = re.compile(r"⟦[^⟦⟧]*⟧")
_WORD = re.compile(r"[A-Za-z]{2,}")
#: What is the same in every language.
_NAMES = ("Rapport", "UTC")


def collected(folder: Path) -> Catalog:
    """Return every message of the program and its pages, as `make messages` collects them."""
    file = folder / "messages.pot"
    options = ["--mapping-file", str(ROOT / "pyproject.toml"), "--ignore-dirs", ".*"]
    sources = [str(ROOT / "lti_app"), str(ROOT / "templates")]
    command = ["pybabel", "--quiet", "extract", *options, "--output-file", str(file), *sources]
    CommandLineInterface().run(command)
    with file.open("rb") as stored:
        return read_po(stored)


def write_pseudo(folder: Path) -> None:
    """Write a compiled catalogue for each of the made-up languages."""
    messages = [message for message in collected(folder) if message.id]
    for locale in LOCALES:
        made = Catalog(locale)
        for message in messages:
            one, many = message.id if message.pluralizable else (message.id, message.id)
            wrapped = tuple(f"⟦{many}⟧" for _ in range(made.num_plurals))
            made.add(message.id, wrapped if message.pluralizable else f"⟦{one}⟧")
        target = folder / locale / "LC_MESSAGES" / "messages.mo"
        target.parent.mkdir(parents=True)
        with target.open("wb") as file:
            write_mo(file, made)


def forgotten(text: str, given: Iterable[str]) -> str:
    """Return what of a text was neither translated nor given by people and courses.

    >>> forgotten("⟦Handed in on ⟦3⟧⟧: Ann, late", ["Ann"])
    'late'
    """
    while _WRAPPED.search(text):
        text = _WRAPPED.sub(" ", text)
    for known in sorted((*given, *_NAMES), key=len, reverse=True):
        text = text.replace(known, " ")
    return " ".join(_WORD.findall(text))
