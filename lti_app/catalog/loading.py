"""Read a course pack from its folder, whole: every file, and what they say of each other."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from lti_app.catalog.flaws import Flaw, PackError, Where, one_of
from lti_app.catalog.folder import (
    FACILITATOR,
    GLOSSARY,
    LESSON,
    find_stray_files,
    find_stray_folders,
    find_visible,
    folder_of,
)
from lti_app.catalog.pack import (
    OWN_PACK,
    CoursePack,
    ItemSource,
    Module,
    PackItem,
    SharedSource,
)
from lti_app.catalog.reading import Reader
from lti_app.catalog.spec import (
    EVIDENCE,
    CourseFile,
    Evidence,
    Glossary,
    ItemSpec,
    ModuleHead,
    Shared,
)
from lti_app.core.terms import find_marks

COURSE = "course.yaml"
#: The file of `shared/` that every pack may have, whatever kinds there are.
SOURCES = "evidence"
_TAKEN = f"a folder called `{OWN_PACK}` stands for what instructors make themselves"
_PICTURE = re.compile(r"!\[[^\]\n]{0,200}\]\(")


def load_pack(folder: Path, sources: Sequence[ItemSource]) -> CoursePack:
    """Read one course pack.

    Raises:
        PackError: with every problem of every file; of the modules only when what they all rest
            on can be read.
    """
    reader = Reader()
    course = reader.yaml(folder / COURSE, CourseFile.model_validate, CourseFile.model_json_schema)
    shared = _shared(folder, sources, reader)
    if folder.name == OWN_PACK:
        reader.note(folder / COURSE, Flaw((), _TAKEN, "Give the folder of the pack another name."))
    if course is None or reader.problems:
        raise PackError(reader.problems)
    reader.problems += find_stray_folders(folder, course.modules)
    pack = _PackReader(folder, sources, shared, reader)
    modules = tuple(
        pack.module(number, head)
        for number, head in enumerate(course.modules, start=1)
        if folder_of(folder, number, head).is_dir()
    )
    if reader.problems:
        raise PackError(reader.problems)
    return CoursePack(folder.name, course, modules)


def _shared(folder: Path, sources: Sequence[ItemSource], reader: Reader) -> Shared:
    known = {SOURCES: SharedSource(EVIDENCE.validate_python, EVIDENCE.json_schema)}
    for source in sources:
        known |= source.shared
    found: Shared = {}
    for path in find_visible(folder / "shared", "*.yaml"):
        rules = known.get(path.stem)
        read = partial(_checked, rules.read) if rules else _as_it_is
        found[path.stem] = reader.yaml(path, read, rules.schema if rules else dict)
    return found


def _checked(read: Callable[[Any], object], document: Any) -> Any:
    """Return what a file says as it stands there, because items take parts of it."""
    read(document)
    return document


def _as_it_is(document: Any) -> Any:
    return document


@dataclass(frozen=True)
class _PackReader:
    """Reads the modules of one pack."""

    folder: Path
    sources: Sequence[ItemSource]
    shared: Shared
    reader: Reader
    #: Where each id stands that was read so far.
    ids: dict[str, Path] = field(default_factory=dict)

    @property
    def evidence(self) -> Evidence:
        return EVIDENCE.validate_python(self.shared.get(SOURCES) or {})

    def module(self, number: int, head: ModuleHead) -> Module:
        folder = folder_of(self.folder, number, head)
        self.reader.problems += find_stray_files(folder, [one.files for one in self.sources])
        where: Where = ("modules", number - 1)
        keys = [*head.evidence]
        for flaw in self._unknown_evidence(head.evidence):
            self.reader.note(self.folder / COURSE, flaw.below(where))
        items = []
        for source in self.sources:
            for path in find_visible(folder, source.files):
                spec = self._item(path, source)
                if spec is not None:
                    items.append(PackItem(self.folder.name, source.kind, head, number, spec))
                    keys += spec.evidence
        glossary = self._glossary(folder / GLOSSARY)
        return Module(
            number,
            head,
            self._prose(folder / LESSON, glossary),
            tuple(items),
            glossary or Glossary(),
            self._prose(folder / FACILITATOR, glossary, is_needed=False),
            tuple(self.evidence[key] for key in dict.fromkeys(keys) if key in self.evidence),
        )

    def _item(self, path: Path, source: ItemSource) -> ItemSpec | None:
        documents: list[Any] = []

        def read(document: Any) -> ItemSpec:
            documents.append(document)
            return source.read(document, self.shared)

        spec = self.reader.yaml(path, read, source.schema)
        if spec is not None:
            for flaw in (*self._unknown_evidence(spec.evidence), *self._taken(spec.id, path)):
                self.reader.note(path, flaw, documents[0])
        return spec

    def _unknown_evidence(self, keys: Sequence[str]) -> Iterator[Flaw]:
        for place, key in enumerate(keys):
            if key not in self.evidence:
                what = f"shared/{SOURCES}.yaml has no `{key}`"
                yield Flaw(("evidence", place), what, one_of(key, self.evidence))

    def _taken(self, item: str, path: Path) -> Iterator[Flaw]:
        first = self.ids.setdefault(item, path)
        if first != path:
            what = f"the id `{item}` is taken by {first.relative_to(self.folder)}"
            yield Flaw(("id",), what, "Give this item an id of its own.")

    def _glossary(self, path: Path) -> Glossary | None:
        """Return the terms of a module; None when they cannot be read."""
        if not path.exists():
            return Glossary()
        return self.reader.yaml(path, Glossary.model_validate, Glossary.model_json_schema)

    def _prose(self, path: Path, glossary: Glossary | None, *, is_needed: bool = True) -> str:
        if not (is_needed or path.exists()):
            return ""
        text = self.reader.text(path) or ""
        for found in _PICTURE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            what = "a picture stands here, and pages show only its words"
            self.reader.note(path, Flaw((), what, "Say in the text what it shows.", line))
        names = glossary.names if glossary else {}
        for mark in find_marks(text):
            # What a broken glossary has, nobody can tell.
            if glossary and mark.term not in names:
                what = f"`[[{mark.shown}]]` marks a term that the glossary does not have"
                self.reader.note(path, Flaw((), what, one_of(mark.term, names), mark.line))
        return text
