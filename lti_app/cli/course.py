"""`rapport course`: what there is to teach, whether it can be read, and how its files look."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from lti_app.catalog.pack import ItemSource, PackError, Problem, load_pack
from lti_app.catalog.spec import CourseFile
from lti_app.core.paths import resource_path
from lti_app.submissions.registry import load_rules


@click.group()
def command() -> None:
    """Look at course packs."""


@command.command()
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
def check(path: Path | None) -> None:
    """Read the pack in PATH, or every pack, and name each mistake with file, line and key."""
    problems = [problem for pack in _folders(path) for problem in _problems(pack)]
    for problem in problems:
        line = _line_of(problem.path, problem.where)
        click.echo(str(problem).replace(f"{problem.path}:", f"{problem.path}{line}:", 1))
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
    """Print the JSON Schema of a file: `course`, or the name of a kind of activity."""
    schemas: dict[str, Callable[[], dict[str, Any]]] = {"course": CourseFile.model_json_schema}
    schemas |= {source.kind: source.schema for source in _sources()}
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


def _line_of(path: Path, where: Sequence[str | int]) -> str:
    """Return `:line` of the key, or of the nearest one around it; nothing if there is none."""
    try:
        node: Any = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except (OSError, YAMLError):
        return ""
    line = None
    for part in where:
        try:
            place = node.lc.item(part) if isinstance(part, int) else node.lc.key(part)
            line, node = place[0], node[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            break  # a value, or a key that is not there: the line around it is the nearest
    return "" if line is None else f":{line + 1}"
