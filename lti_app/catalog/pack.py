"""Read course packs from their folder. What an item of a kind looks like, the kind says."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from lti_app.catalog.spec import CourseFile, ItemSpec, ModuleHead, Shared

T = TypeVar("T")


class PackError(Exception):
    """A file of a pack does not say what it must.

    Attributes:
        problems: one line for each: file, key, what is amiss.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class ItemSource:
    """Where a kind keeps its items in a module, and how one is read.

    Attributes:
        files: pattern of file names below the module's folder, such as `exercises/*.yaml`.
        read: turns a file's content and the pack's shared files into the item, complete in
            itself; raises ValueError (pydantic's included) when it is not one.
    """

    kind: str
    files: str
    read: Callable[[Any, Shared], ItemSpec]


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
        PackError: with every problem of the first file that has one.
    """
    course = _checked(folder / "course.yaml", CourseFile.model_validate)
    shared = {path.stem: _yaml(path) for path in sorted((folder / "shared").glob("*.yaml"))}
    modules = tuple(
        _module(folder, number, head, sources, shared)
        for number, head in enumerate(course.modules, start=1)
    )
    pack = CoursePack(folder.name, course, modules)
    _refuse_repeated_ids(folder, pack)
    return pack


def _module(
    pack: Path, number: int, head: ModuleHead, sources: Sequence[ItemSource], shared: Shared
) -> Module:
    folder = pack / "modules" / f"{number:02}-{head.slug}"
    lesson = folder / "lesson.md"
    if not lesson.is_file():
        raise PackError([f"{lesson}: the file is missing"])
    items = tuple(
        PackItem(pack.name, source.kind, head, number, _item(path, source, shared))
        for source in sources
        for path in sorted(folder.glob(source.files))
    )
    return Module(number, head, lesson.read_text(encoding="utf-8"), items)


def _item(path: Path, source: ItemSource, shared: Shared) -> ItemSpec:
    return _checked(path, lambda document: source.read(document, shared))


def _checked(path: Path, read: Callable[[Any], T]) -> T:
    try:
        return read(_yaml(path))
    except ValidationError as error:
        raise PackError(_lines(path, error)) from error
    except ValueError as error:
        raise PackError([f"{path}: {error}"]) from error


def _lines(path: Path, error: ValidationError) -> list[str]:
    return [
        f"{path}: {'.'.join(str(part) for part in problem['loc']) or 'file'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)
    ]


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PackError([f"{path}: the file is missing"]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PackError([f"{path}: {error}"]) from error


def _refuse_repeated_ids(folder: Path, pack: CoursePack) -> None:
    ids = [item.spec.id for module in pack.modules for item in module.items]
    repeated = sorted({one for one in ids if ids.count(one) > 1})
    if repeated:
        raise PackError(f"{folder}: the id {one} is used twice" for one in repeated)
