"""A set-up that cannot work leaves nothing behind and names the one command that helps."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.checkout import ROOT

_TOOLS = ("bash", "dirname", "env", "ls", "mktemp", "rm", "tail", "touch")
_OLD = "exit 1"
_WITHOUT_VENV = (
    'case "$*" in *version_info*) exit 0 ;; *) echo "No module named venv" >&2; exit 1 ;; esac'
)
_WITHOUT_NETWORK = """case "$*" in
  *version_info*) exit 0 ;;
  "-m venv "*) mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
  *) echo "Could not find a version that satisfies the requirement" >&2; exit 1 ;;
esac"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci/venv", folder / ".ci/venv")
    return folder


def set_up(project: Path, *, python: str) -> subprocess.CompletedProcess[str]:
    """Run the set-up where the only Python is a script with these words."""
    programs = project.parent / "bin"
    programs.mkdir()
    for name in (*_TOOLS, "cp", "mkdir"):
        found = shutil.which(name)
        assert found, name
        (programs / name).symlink_to(found)
    (programs / "python3").write_text(f"#!{programs}/bash\n{python}\n")
    (programs / "python3").chmod(0o755)
    environment = {"PATH": str(programs), "TMPDIR": str(project.parent)}
    return subprocess.run(
        [str(programs / "bash"), ".ci/venv", "run"],
        cwd=project,
        env={**environment, "HOME": os.environ.get("HOME", "/")},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("python", "helps"),
    [
        pytest.param(_OLD, "apt install python3 python3-venv", id="no Python that is new enough"),
        pytest.param(_WITHOUT_VENV, "apt install python3-venv", id="no venv module"),
        pytest.param(_WITHOUT_NETWORK, "make demo", id="nothing can be fetched"),
    ],
)
def test_failed_set_up_removes_what_it_made_and_names_what_helps(
    project: Path, python: str, helps: str
) -> None:
    done = set_up(project, python=python)

    assert done.returncode == 1
    assert done.stderr.rstrip().endswith(f"This helps:  {helps}")
    assert not (project / ".venv").exists()


def test_environment_without_a_stamp_is_made_anew(project: Path) -> None:
    (project / ".venv").mkdir()
    (project / ".venv" / "half-made").touch()

    done = set_up(project, python=_WITHOUT_VENV)

    assert "Making .venv" in done.stdout
    assert not (project / ".venv" / "half-made").exists()
