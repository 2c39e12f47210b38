"""Where in a YAML file a key stands. Only who tells an author of mistakes needs to know."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from lti_app.catalog.flaws import Problem, Where


def line_of(problem: Problem) -> int | None:
    """Return the line of a problem, counted from 1; None for a file that is not there.

    A key that is missing has the line where the group begins that lacks it.
    """
    if problem.flaw.line is not None:
        return problem.flaw.line
    if problem.path.suffix != ".yaml":
        return None
    return _find(problem.path, problem.flaw.where)


def _find(path: Path, where: Where) -> int | None:
    reader = YAML(typ="rt")
    reader.allow_duplicate_keys = True
    try:
        node: Any = reader.load(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, YAMLError):
        return None
    line = getattr(getattr(node, "lc", None), "line", 0)
    for part in where:
        try:
            place = node.lc.item(part) if type(part) is int else node.lc.key(part)
            line, node = place[0], node[part]
        except (KeyError, IndexError, TypeError, AttributeError):
            break  # a value, or a key that is not there: the line around it is the nearest
    return int(line) + 1
