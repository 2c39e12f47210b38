"""What `docs/courses.md` shows can be copied and works."""

import re
from pathlib import Path

from click.testing import CliRunner

from lti_app.catalog.yaml_text import MOST_BYTES
from lti_app.cli.course import command

DOC = Path(__file__).parents[2] / "docs/courses.md"
BLOCK = re.compile(r"^```(?:yaml|markdown)\n# (\S+)\n(.+?)^```$", re.MULTILINE | re.DOTALL)


def test_the_pack_of_the_guide_has_no_mistake(tmp_path: Path) -> None:
    blocks = BLOCK.findall(DOC.read_text("utf-8"))
    for name, text in blocks:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")

    assert len(blocks) == 8
    assert CliRunner().invoke(command, ["check", str(tmp_path)]).output == "No mistake found.\n"


def test_the_guide_names_the_largest_file_there_may_be() -> None:
    assert f"beyond {MOST_BYTES // 1024} KB" in DOC.read_text("utf-8")
