"""Whatever stands where a value belongs, an author is told in our words, or it is taken."""

import re
import shutil
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from lti_app.catalog.flaws import PackError, Problem
from lti_app.catalog.lines import line_of
from lti_app.catalog.loading import load_pack
from lti_app.submissions.registry import load_rules
from tests.catalog.test_broken_packs import DATA, FOREIGN

GOOD = DATA / "good_pack"
WORDS = ("", "''", "yes", "1.5", "-3", "[]", "{}", "[x]", "{a: b}", "1e400", ".nan", "0o17", "~")
SIGNS = ("*a", "&a x", "!!set {a}", "!x y", "a: b", "| x", "%x", "12:30", "'", "[", "2026-01-01")
STRANGE = (*WORDS, *SIGNS, "9" * 400, "x" * 300, '"\\e[31m"', '"\\0"', '"\\ud800"')
VALUE = re.compile(r"(?<=: )[^\n,{}\[\]]+")
SOURCES = [rules.source for rules in load_rules()]


def spoilt(text: str) -> Iterator[str]:
    """Yield a text with each of its values replaced by strange ones, one at a time."""
    strange = cycle(STRANGE)
    for found in VALUE.finditer(text):
        for value in (next(strange), next(strange)):
            yield text[: found.start()] + value + text[found.end() :]


def problems_of(pack: Path) -> tuple[Problem, ...]:
    try:
        load_pack(pack, SOURCES)
    except PackError as error:
        return error.problems
    return ()


@pytest.mark.parametrize(
    "file", [str(path.relative_to(GOOD)) for path in sorted(GOOD.rglob("*.yaml"))]
)
def test_every_problem_has_a_line_our_words_and_a_fix(tmp_path: Path, file: str) -> None:
    pack = Path(shutil.copytree(GOOD, tmp_path / "pack"))
    found = []

    for text in spoilt((GOOD / file).read_text("utf-8")):
        (pack / file).write_text(text, "utf-8")
        found += [(problem, line_of(problem)) for problem in problems_of(pack)]

    assert found
    for problem, line in found:
        said = problem.at(line).replace(str(pack), "")
        assert line
        assert said.isprintable()
        assert problem.flaw.fix.endswith((".", "?"))
        assert not [words for words in FOREIGN if words in said.lower()]
