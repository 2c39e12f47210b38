"""`rapport course`: what there is to teach, whether it can be read, and how its files look."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from lti_app.catalog.flaws import PackError, Problem
from lti_app.catalog.lines import line_of
from lti_app.catalog.loading import SOURCES, load_pack
from lti_app.catalog.pack import ItemSource
from lti_app.catalog.spec import EVIDENCE, CourseFile, Glossary
from lti_app.core.paths import resource_path
from lti_app.submissions.registry import load_rules


@click.group()
def command() -> None:
    """Look at course packs."""


@command.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
def check(path: Path | None) -> None:
    """Read the pack in PATH, or every pack, and name each mistake: file, line, key and fix."""
    problems = [problem for pack in _folders(path) for problem in _problems(pack)]
    for line, problem in sorted(
        ((line_of(problem) or 0, problem) for problem in problems),
        key=lambda found: (found[1].path, found[0]),
    ):
        click.echo(problem.at(line or None))
    if problems:
        sys.exit(1)
    click.echo("No mistake found.")


@command.command("list")
def list_packs() -> None:
    """List every pack with its modules and items."""
    for folder in _folders(None):
        pack = load_pack(folder, _sources())
        click.echo(f"{pack.slug}: {pack.course.title}, version {pack.course.version}")
        for module in pack.modules:
            click.echo(f"  {module.number}. {module.head.title}")
            for item in module.items:
                click.echo(f"     {item.address}  {item.kind}  {item.spec.title}")


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
    if path is not None:
        return [path]
    return sorted(found.parent for found in resource_path("courses").glob("*/course.yaml"))


def _problems(folder: Path) -> Sequence[Problem]:
    try:
        load_pack(folder, _sources())
    except PackError as error:
        return error.problems
    return ()
