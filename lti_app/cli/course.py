"""`rapport course`: what there is to teach, whether it can be read, and how its files look."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from lti_app.catalog.flaws import PackError, Problem
from lti_app.catalog.lines import line_of
from lti_app.catalog.loading import COURSE, SOURCES, load_pack
from lti_app.catalog.pack import ItemSource, Module, PackItem
from lti_app.catalog.spec import EVIDENCE, CourseFile, Glossary
from lti_app.core.paths import resource_path
from lti_app.submissions.registry import load_rules

_path = click.argument(
    "path", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False)
)


@click.group()
def command() -> None:
    """Look at course packs."""


@command.command()
@_path
def check(path: Path | None) -> None:
    """Read the packs in PATH, or ours; name each mistake with file, line, key and fix."""
    problems = [problem for pack in _folders(path) for problem in _problems(pack)]
    if problems:
        _tell(problems)
    click.echo("No mistake found.")


@command.command("list")
@_path
def list_packs(path: Path | None) -> None:
    """List the packs in PATH, or ours, with their modules and items."""
    for folder in _folders(path):
        try:
            pack = load_pack(folder, _sources())
        except PackError as error:
            _tell(error.problems)
        click.echo(f"{pack.slug}: {pack.course.title}, version {pack.course.version}")
        for module in pack.modules:
            click.echo(f"  {module.number}. {module.head.title}: {_parts(module)}")
            for item in module.items:
                click.echo(f"     {item.address}  {item.kind}  {item.spec.title}  {_size(item)}")


def _parts(module: Module) -> str:
    """Return what a module has beside its items."""
    terms = len(module.glossary.terms)
    parts = ["lesson", f"{terms} terms" if terms else "", "notes" if module.facilitator else ""]
    return ", ".join(filter(None, parts))


def _size(item: PackItem) -> str:
    return f"{item.spec.minutes} min, {item.spec.points:g} pts"


def _tell(problems: Iterable[Problem]) -> NoReturn:
    """Print every mistake, by file and line, and end."""
    found = [(problem.path, line_of(problem), problem) for problem in problems]
    for _path, line, problem in sorted(found, key=lambda one: (one[0], one[1] or 0)):
        click.echo(problem.at(line))
    sys.exit(1)


@command.command()
@click.argument("part", default="course")
def schema(part: str) -> None:
    """Print the JSON Schema of a file: `course`, `glossary`, `evidence`, or a kind's."""
    schemas: dict[str, Callable[[], dict[str, Any]]] = {
        "course": CourseFile.model_json_schema,
        "glossary": Glossary.model_json_schema,
        SOURCES: EVIDENCE.json_schema,
    }
    for source in _sources():
        schemas[source.kind] = source.schema
        schemas |= {name: one.schema for name, one in source.shared.items()}
    if part not in schemas:
        raise click.ClickException(f"There is no {part}. Use one of: {', '.join(schemas)}.")
    click.echo(json.dumps(schemas[part](), indent=2))


def _sources() -> Sequence[ItemSource]:
    return [rules.source for rules in load_rules()]


def _folders(path: Path | None) -> list[Path]:
    """Return the pack in a folder, or those that lie in it; what we ship without one."""
    if path is not None and (path / COURSE).exists():
        return [path]
    folder = resource_path("courses") if path is None else path
    packs = sorted(found.parent for found in folder.glob(f"*/{COURSE}"))
    return packs if path is None else packs or [path]


def _problems(folder: Path) -> Sequence[Problem]:
    try:
        load_pack(folder, _sources())
    except PackError as error:
        return error.problems
    return ()
