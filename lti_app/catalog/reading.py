"""Read the files of a pack one by one, and keep what is amiss with each."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from lti_app.catalog.flaws import Flaw, FlawedError, Problem, Where
from lti_app.catalog.value_words import short
from lti_app.catalog.wording import flaws_of
from lti_app.catalog.yaml_text import decode, read_yaml

T = TypeVar("T")


class Reader:
    """Reads files, and goes on after a mistake.

    Attributes:
        problems: what was amiss so far, in the order of reading.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def note(self, path: Path, flaw: Flaw, document: Any = None) -> None:
        """Keep a mistake.

        Args:
            document: what the file says, if it could be read that far.
        """
        self.problems.append(Problem(path, flaw, _key(document, flaw.where)))

    def text(self, path: Path) -> str | None:
        """Return what is written in a file; None after noting that nothing can be read there."""
        try:
            text = decode(path.read_bytes())
        except FileNotFoundError:
            self.note(path, Flaw((), "the file is missing", "Add it, with something to read."))
        except OSError:
            self.note(path, Flaw((), "this is no file that can be read", "Look at what it is."))
        except FlawedError as error:
            for flaw in error.flaws:
                self.note(path, flaw)
        else:
            if text.strip():
                return text
            self.note(path, Flaw((), "the file is empty", "Write something, or remove it."))
        return None

    def yaml(
        self, path: Path, read: Callable[[Any], T], schema: Callable[[], dict[str, Any]]
    ) -> T | None:
        """Return what a YAML file says, as `read` makes it; None after noting what is amiss."""
        text = self.text(path)
        if text is None:
            return None
        document = None
        try:
            document = read_yaml(text)
            return read(document)
        except ValueError as error:
            for flaw in flaws_of(error, document, schema):
                self.note(path, flaw, document)
        return None


def _key(document: Any, where: Where) -> str:
    """Return a place as authors call it: entries of a list by their id, if they have one.

    >>> _key({"scenes": [{"id": "monday", "text": 5}]}, ("scenes", 0, "text"))
    'scenes.monday.text'
    >>> _key({"labels": ["never", 5]}, ("labels", 1))
    'labels.2'
    """
    words = []
    for part in where:
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            document = None
        name = document.get("id") if isinstance(document, dict) else None
        if isinstance(part, int):
            words.append(name if isinstance(name, str) else str(part + 1))
        else:
            words.append(short(part))
    return ".".join(words)
