"""The checkout as the tests of the house see it: its files, and copies of it to install from."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
_LOCAL = (".venv", ".git", "var", "dist", "node_modules", "__pycache__", ".*_cache", ".hypothesis")


@cache
def own_files() -> tuple[Path, ...]:
    """Return every file that git has or would take, so nothing that a tool made."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 - git of this machine
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return tuple(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())


def copy_to(folder: Path, *, with_front_end: bool) -> Path:
    """Copy the checkout as a newcomer has it, or with the front end that is already built."""
    built = () if with_front_end else ("vendor",)
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*_LOCAL, *built))
    return folder


def make_environment(folder: Path) -> Path:
    """Make a virtual environment that sees this one's libraries, and return its Python.

    What is installed there comes first; an editable installation here is not seen from there.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    ours, theirs = (_site_packages(Path(one)) for one in (sys.executable, python))
    (theirs / "libraries-of-the-tests.pth").write_text(f"{ours}\n")
    return python


def _site_packages(python: Path) -> Path:
    found = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        check=True,
        text=True,
    )
    return Path(found.stdout.strip())


def install(python: Path, *what: str) -> None:
    """Install without dependencies, by pip or, in an environment that uv made, by uv."""
    has_pip = subprocess.run([sys.executable, "-c", "import pip"], check=False, capture_output=True)
    by_pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    by_uv = ["uv", "pip", "install", "--quiet", "--python", str(python)]
    command = by_uv if has_pip.returncode else by_pip
    subprocess.run([*command, "--no-deps", *what], check=True)
