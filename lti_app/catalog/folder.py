"""Whether the folders of a pack are what its `course.yaml` says. It reads no file's content."""

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from lti_app.catalog.flaws import Flaw, Problem, one_of
from lti_app.catalog.spec import ModuleHead

MODULES = "modules"
LESSON, GLOSSARY, FACILITATOR = "lesson.md", "glossary.yaml", "facilitator.md"
_OURS = (LESSON, GLOSSARY, FACILITATOR)
_NUMBERED = re.compile(r"(\d\d)-[a-z0-9-]+\.yaml")


def folder_of(pack: Path, number: int, head: ModuleHead) -> Path:
    """Return the folder of a module."""
    return pack / MODULES / f"{number:02}-{head.slug}"


def find_stray_folders(pack: Path, heads: Sequence[ModuleHead]) -> Iterator[Problem]:
    """Yield what course.yaml and the folders of modules do not agree about."""
    wanted = [folder_of(pack, number, head).name for number, head in enumerate(heads, start=1)]
    there = [one.name for one in find_visible(pack / MODULES, "*") if one.is_dir()]
    course = pack / "course.yaml"
    for place, name in enumerate(wanted):
        if name not in there:
            what = f"there is no folder {MODULES}/{name}"
            fix = _meant(name, set(there) - set(wanted)) or f"Make it, with a {LESSON} in it."
            where, key = ("modules", place, "slug"), f"modules.{place + 1}.slug"
            yield Problem(course, Flaw(where, what, fix), key)
    for name in there:
        if name not in wanted and not _meant(name, set(wanted) - set(there)):
            what = f"the folder {MODULES}/{name} stands in no entry"
            slug = name.partition("-")[2] or name
            fix = f"Add an entry with `slug: {slug}`, or remove the folder."
            yield Problem(course, Flaw(("modules",), what, fix), "modules")


def find_stray_files(folder: Path, patterns: Sequence[str]) -> Iterator[Problem]:
    """Yield the files of a module that nothing reads, and those whose order is not clear.

    Args:
        patterns: of the files that kinds read, such as `exercises/*.yaml`.
    """
    files = [path for path in find_visible(folder, "**/*") if path.is_file()]
    names = [str(path.relative_to(folder)) for path in files]
    for name in names:
        if not any(fnmatch(name, pattern) for pattern in (*_OURS, *patterns)):
            yield Problem(
                folder / name, Flaw((), "nothing reads this file", _rename(name, patterns))
            )
    for pattern in patterns:
        if "*" in pattern:
            yield from _unordered(folder, [name for name in names if fnmatch(name, pattern)])


def _unordered(folder: Path, names: Iterable[str]) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for name in names:
        file = name.rpartition("/")[2]
        found = _NUMBERED.fullmatch(file)
        if found is None:
            fix = "Call it `NN-name.yaml`: two digits, a hyphen, small letters and hyphens."
            yield Problem(folder / name, Flaw((), "the file's name does not say its place", fix))
        elif (first := taken.setdefault(found[1], file)) != file:
            what = f"{first} has the number {found[1]}, too"
            yield Problem(folder / name, Flaw((), what, "Give each file a number of its own."))


def _rename(name: str, patterns: Sequence[str]) -> str:
    if name.endswith(".yml"):
        return f"Call it {name.removesuffix('.yml')}.yaml."
    fix = one_of(name, _OURS)
    if fix.startswith("Did you mean"):
        return fix
    return f"Remove it, or call it one of: {', '.join((*_OURS, *patterns))}."


def _meant(name: str, others: Iterable[str]) -> str:
    """Return the fix where a folder was named otherwise than its entry; empty for no such."""
    fix = one_of(name, sorted(others))
    return fix if fix.startswith("Did you mean") else ""


def find_visible(folder: Path, pattern: str) -> list[Path]:
    """Return what stands in a folder, by name, without what systems and editors leave behind."""
    return sorted(
        path
        for path in folder.glob(pattern)
        if not path.name.startswith((".", "~")) and not path.name.endswith("~")
    )
