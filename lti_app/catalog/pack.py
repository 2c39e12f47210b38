"""A course pack as values, and where the kinds keep what they add to one. It reads no file."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lti_app.catalog.spec import CourseFile, Glossary, ItemSpec, ModuleHead, Shared, Source

_NO_GLOSSARY = Glossary()

#: Stands for the pack where an item is in none. No folder of a pack may be called so.
OWN_PACK = "own"


@dataclass(frozen=True)
class SharedSource:
    """A file of `shared/` that a kind's items name things from.

    Attributes:
        read: raises ValueError (pydantic's included) when the content is not what it must be.
        schema: returns the JSON Schema of the file, for editors.
    """

    read: Callable[[Any], object]
    schema: Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class ItemSource:
    """Where a kind keeps its items in a module, and how one is read.

    Attributes:
        files: pattern of file names below the module's folder, such as `exercises/*.yaml`.
        read: turns a file's content and the pack's shared files into the item, complete in
            itself; raises ValueError (pydantic's included) when it is not one. A `FlawedError`
            says where and what to do.
        schema: returns the JSON Schema of such a file, for editors.
        shared: the files of `shared/` that it reads from, by name without ending.
    """

    kind: str
    files: str
    read: Callable[[Any, Shared], ItemSpec]
    schema: Callable[[], dict[str, Any]]
    shared: Mapping[str, SharedSource] = field(default_factory=dict)


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
    """One module with its items, in the order of their files.

    Attributes:
        lesson, facilitator: Markdown for everybody, and for who runs the course; the second is
            empty where there is none. Both may mark terms of the glossary.
        evidence: the sources that the module and its items lean on.
    """

    number: int
    head: ModuleHead
    lesson: str
    items: tuple[PackItem, ...]
    glossary: Glossary = _NO_GLOSSARY
    facilitator: str = ""
    evidence: tuple[Source, ...] = ()


@dataclass(frozen=True)
class CoursePack:
    """A whole course as its folder says."""

    slug: str
    course: CourseFile
    modules: tuple[Module, ...]
