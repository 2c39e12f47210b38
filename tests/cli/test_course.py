import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lti_app.cli.course import command
from lti_app.core.paths import resource_path

EXERCISE = "modules/01-why-knowledge-gets-stuck/exercises/01-where-do-i-start.yaml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(resource_path("courses") / "leading-knowledge", tmp_path / "p"))


def test_the_course_we_ship_has_no_mistake() -> None:
    result = run("check")

    assert (result.exit_code, result.output) == (0, "No mistake found.\n")


def test_a_mistake_is_named_with_file_line_and_key(pack: Path) -> None:
    path = pack / EXERCISE
    path.write_text(path.read_text().replace("minutes: 8", "minutes: soon"))

    result = run("check", str(pack))

    assert result.exit_code == 1
    assert f"{path}:5: minutes: " in result.output


def test_a_misspelt_key_says_what_to_do(pack: Path) -> None:
    path = pack / EXERCISE
    path.write_text(path.read_text().replace("title:", "titel:"))

    output = run("check", str(pack)).output

    assert f"{path}:1: title: this key is missing. Did you mean `titel`" in output
    assert f"{path}:3: titel: this key is not used here" in output


def test_every_item_is_listed_with_its_address() -> None:
    output = run("list").output

    assert "leading-knowledge/m1-self20-pre  exercise  Where do I start?  8 min, 10 pts" in output
    assert "  1. Why knowledge gets stuck: lesson, 16 terms, notes\n" in output


def test_a_list_of_what_cannot_be_read_is_its_mistakes(pack: Path) -> None:
    path = pack / EXERCISE
    path.write_text(path.read_text().replace("minutes: 8", "minutes: soon"))

    result = run("list", str(pack))

    assert result.exit_code == 1
    assert f"{path}:5: minutes: `soon` is not a whole number." in result.output


def test_a_folder_of_packs_is_checked_whole(pack: Path) -> None:
    (pack / "course.yaml").write_text("title: 5")
    shutil.copytree(pack, pack.parent / "q")

    output = run("check", str(pack.parent)).output

    assert {line.split(":")[0] for line in output.splitlines()} == {
        str(pack / "course.yaml"),
        str(pack.parent / "q/course.yaml"),
    }


def test_a_folder_without_a_pack_says_what_is_missing(tmp_path: Path) -> None:
    assert run("check", str(tmp_path)).output.startswith(f"{tmp_path}/course.yaml: the file is")


@pytest.mark.parametrize("part", ["course", "glossary", "evidence", "exercise", "scales"])
def test_a_schema_is_printed_for_editors(part: str) -> None:
    schema = json.loads(run("schema", part).output)

    assert "oneOf" in schema or schema["type"] == "object"


def test_a_part_that_is_not_there_is_named() -> None:
    result = run("schema", "quiz")

    assert result.exit_code == 1
    assert "Use one of: course, glossary, evidence, exercise, scales." in result.output
