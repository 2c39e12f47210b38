"""An editor that knows our schemas accepts our own files, and marks what the check refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from lti_app.cli.course import command
from lti_app.core.paths import resource_path
from tests.catalog.json_schema import faults

GOOD = Path(__file__).parents[1] / "data/good_pack"
STORY = GOOD / "modules/01-first/exercises/02-story.yaml"
#: The schema of a file, by what its path ends in.
SCHEMAS = {
    "course.yaml": "course",
    "glossary.yaml": "glossary",
    "shared/evidence.yaml": "evidence",
    "shared/scales.yaml": "scales",
    "exercises/*.yaml": "exercise",
}
FILES = [
    (path, name)
    for folder in (resource_path("courses"), GOOD)
    for pattern, name in SCHEMAS.items()
    for path in sorted(folder.glob(f"**/{pattern}"))
]


def schema(part: str) -> Any:
    return json.loads(CliRunner().invoke(command, ["schema", part]).output)


@pytest.mark.parametrize(("path", "name"), FILES, ids=[path.name for path, _name in FILES])
def test_our_own_files_fit_their_schema(path: Path, name: str) -> None:
    assert [*faults(schema(name), yaml.safe_load(path.read_text("utf-8")))] == []


def test_every_yaml_file_of_our_packs_has_a_schema() -> None:
    there = {
        path for folder in (resource_path("courses"), GOOD) for path in folder.glob("**/*.yaml")
    }

    assert {path for path, _name in FILES} == there


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("title: A small", "titel: A small", id="a misspelt key"),
        pytest.param("kind: branch", "kind: likert", id="another kind"),
        pytest.param("minutes: 3", "minutes: soon", id="a number in words"),
        pytest.param("points: 10", "points: 0", id="no points"),
        pytest.param("id: monday", "id: On Monday", id="an id with spaces"),
        pytest.param("        to: tuesday\n", "", id="an option without its target"),
        pytest.param("points: 2\n", "points: 200\n", id="points out of range"),
    ],
)
def test_an_editor_marks_what_the_check_refuses(old: str, new: str) -> None:
    text = STORY.read_text("utf-8")
    assert old in text

    assert [*faults(schema("exercise"), yaml.safe_load(text.replace(old, new, 1)))]


def test_the_schema_of_exercises_tells_them_apart_by_their_kind() -> None:
    described = schema("exercise")

    assert described["discriminator"]["propertyName"] == "kind"
    assert set(described["discriminator"]["mapping"]) == {"likert", "branch", "sort"}
    assert len(described["oneOf"]) == 3
