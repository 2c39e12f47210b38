"""One good pack, spoilt in one way at a time: file, line, key and fix are the right ones.

The cases are data; see `tests/data/broken_packs.yaml`.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from lti_app.cli.course import command

DATA = Path(__file__).parents[1] / "data"
CASES = yaml.safe_load((DATA / "broken_packs.yaml").read_text("utf-8"))
#: What pydantic and PyYAML say of mistakes, and no author should have to read.
FOREIGN = ("input should", "field required", "pydantic", "traceback", "while parsing", "token")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA / "good_pack", tmp_path / "pack"))


def check(pack: Path) -> Result:
    return CliRunner().invoke(command, ["check", str(pack)])


def spoil(pack: Path, change: dict[str, Any]) -> None:
    path = pack / change["file"]
    if "old" in change:
        text = path.read_text("utf-8")
        assert change["old"] in text
        path.write_text(text.replace(change["old"], change["new"], 1), "utf-8")
    elif "content" in change:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(change["content"].encode("latin-1") * change.get("times", 1))
    elif "renamed" in change:
        path.rename(pack / change["renamed"])
    elif path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def test_the_good_pack_has_no_mistake(pack: Path) -> None:
    assert check(pack).output == "No mistake found.\n"


def test_there_are_at_least_forty_broken_packs() -> None:
    assert len({case["name"] for case in CASES}) == len(CASES) >= 40


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_broken_pack_says_file_line_key_and_fix(pack: Path, case: dict[str, Any]) -> None:
    for change in case["changes"]:
        spoil(pack, change)

    result = check(pack)

    assert result.exit_code == 1
    assert result.output.replace(f"{pack}/", "").splitlines() == case["says"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_no_mistake_is_told_in_the_words_of_a_library(case: dict[str, Any]) -> None:
    said = "\n".join(case["says"]).lower()

    assert not [words for words in FOREIGN if words in said]


def test_mistakes_of_several_files_stand_in_the_order_of_files_and_lines(pack: Path) -> None:
    start = pack / "modules/01-first/exercises/01-start.yaml"
    start.write_text(start.read_text().replace(": 10", ": 0").replace("minutes: 2", "minutes: 0"))
    (pack / "modules/01-first/lesson.md").write_text("[[nothing]]")

    lines = check(pack).output.replace(f"{pack}/modules/01-first/", "").splitlines()

    assert [line.split(": ")[0] for line in lines] == [
        "exercises/01-start.yaml:5",
        "exercises/01-start.yaml:6",
        "lesson.md:1",
    ]


def test_a_pack_is_not_called_as_what_instructors_make(pack: Path) -> None:
    said = check(pack.rename(pack.parent / "own"))

    assert said.exit_code == 1
    assert "a folder called `own` stands for what instructors make themselves" in said.output
    assert "Give the folder of the pack another name." in said.output
