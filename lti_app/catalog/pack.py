"""Read course packs from their folder. What an item of a kind looks like, the kind says."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lti_app.catalog.spec import CourseFile, ItemSpec, ModuleHead, Shared

T = TypeVar("T")
_MISSING_FILE = "the file is missing"


@dataclass(frozen=True)
class Problem:
    """One mistake in a file of a pack.

    Attributes:
        where: the keys and places that lead to it; empty for the file as a whole.
        message: what is amiss and what to write instead.
    """

    path: Path
    where: tuple[str | int, ...]
    message: str

    def __str__(self) -> str:
        """Return file, key and message as one line."""
        key = ".".join(str(part) for part in self.where)
        return f"{self.path}: {key}: {self.message}" if key else f"{self.path}: {self.message}"


class PackError(Exception):
    """Files of a pack do not say what they must.

    Attributes:
        problems: every mistake that was found.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True)
class ItemSource:
    """Where a kind keeps its items in a module, and how one is read.

    Attributes:
        files: pattern of file names below the module's folder, such as `exercises/*.yaml`.
        read: turns a file's content and the pack's shared files into the item, complete in
            itself; raises ValueError (pydantic's included) when it is not one.
        schema: returns the JSON Schema of such a file, for editors.
    """

    kind: str
    files: str
    read: Callable[[Any, Shared], ItemSpec]
    schema: Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class PackItem:
    """One item of a pack, and what is kept of it when it is placed."""

    pack: str
    kind: str
    module: ModuleHead
    module_number: int
    spec: ItemSpec

    @property
    def address(self) -> str:
        """What a launch's custom parameter names it by: `<pack>/<item id>`."""
        return f"{self.pack}/{self.spec.id}"

    @property
    def content(self) -> dict[str, object]:
        """The item as JSON values."""
        return self.spec.model_dump(mode="json")

    @property
    def digest(self) -> str:
        """SHA-256 of the content: another digest is another version."""
        return hashlib.sha256(json.dumps(self.content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Module:
    """One module with its lesson (Markdown) and its items, in the order of their files."""

    number: int
    head: ModuleHead
    lesson: str
    items: tuple[PackItem, ...]


@dataclass(frozen=True)
class CoursePack:
    """A whole course as its folder says."""

    slug: str
    course: CourseFile
    modules: tuple[Module, ...]


def load_pack(folder: Path, sources: Sequence[ItemSource]) -> CoursePack:
    """Read one course pack.

    Raises:
        PackError: with every problem of every file.
    """
    problems: list[Problem] = []
    course = _read(folder / "course.yaml", CourseFile.model_validate, problems)
    if course is None:
        raise PackError(problems)
    shared = {
        path.stem: _read(path, lambda document: document, problems)
        for path in sorted((folder / "shared").glob("*.yaml"))
    }
    modules = tuple(
        _module(folder, number, head, sources, shared, problems)
        for number, head in enumerate(course.modules, start=1)
    )
    problems += _repeated_ids(folder, modules)
    if problems:
        raise PackError(problems)
    return CoursePack(folder.name, course, modules)


def _module(
    pack: Path,
    number: int,
    head: ModuleHead,
    sources: Sequence[ItemSource],
    shared: Shared,
    problems: list[Problem],
) -> Module:
    folder = pack / "modules" / f"{number:02}-{head.slug}"
    read = [
        (source.kind, _item(path, source, shared, problems))
        for source in sources
        for path in sorted(folder.glob(source.files))
    ]
    items = tuple(
        PackItem(pack.name, kind, head, number, spec) for kind, spec in read if spec is not None
    )
    return Module(number, head, _lesson(folder / "lesson.md", problems), items)


def _item(
    path: Path, source: ItemSource, shared: Shared, problems: list[Problem]
) -> ItemSpec | None:
    return _read(path, lambda document: source.read(document, shared), problems)


def _lesson(path: Path, problems: list[Problem]) -> str:
    if not path.is_file():
        problems.append(Problem(path, (), _MISSING_FILE))
        return ""
    return path.read_text(encoding="utf-8")


def _read(path: Path, read: Callable[[Any], T], problems: list[Problem]) -> T | None:
    """Return what a file says, or None after noting what is amiss with it."""
    try:
        return read(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        problems.append(Problem(path, (), _MISSING_FILE))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        problems += [Problem(path, one["loc"], _in_words(one)) for one in found]
    except (yaml.YAMLError, ValueError) as error:
        problems.append(Problem(path, (), " ".join(str(error).split())))
    return None


def _in_words(error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return "this key is missing"
    if error["type"] == "extra_forbidden":
        return "this key is not used here; remove it, or look at its spelling"
    return error["msg"]


def _repeated_ids(folder: Path, modules: Sequence[Module]) -> list[Problem]:
    ids = [item.spec.id for module in modules for item in module.items]
    repeated = sorted({one for one in ids if ids.count(one) > 1})
    return [Problem(folder, (), f"the id {one} is used twice") for one in repeated]
