"""The wheel carries everything and runs; an editable installation uses the checkout's own files."""

import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.checkout import ROOT, copy_to, install, make_environment

DATA_FOLDERS = ("courses", "migrations", "templates")
_SHOW_A_PAGE = """
from lti_app.app import create_app
from lti_app.core.parts import make_parts
from lti_app.core.settings import load_settings

client = create_app(make_parts(load_settings())).test_client()
page = client.get("/nowhere", base_url="http://localhost:8000")
style = client.get("/static/vendor/app.css", base_url="http://localhost:8000")
abroad = client.get("/nowhere", base_url="http://localhost:8000", headers={"Accept-Language": "eo"})
print(page.status_code, b"There is nothing here" in page.data, style.status_code)
print(b'lang="eo"' in abroad.data, "Kion fari" in abroad.text)
"""
_CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "What to do"
msgstr "Kion fari"
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel made from a source distribution made from a clean checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    source = copy_to(folder / "checkout", with_front_end=False)
    catalogue = source / "lti_app/translations/eo/LC_MESSAGES/messages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(_CATALOGUE)
    subprocess.run(
        [sys.executable, "-m", "build", "--outdir", folder / "dist", source],
        check=True,
        capture_output=True,
    )
    return next((folder / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    python = make_environment(tmp_path_factory.mktemp("installed") / "venv")
    install(python, str(wheel))
    return python


@dataclass(frozen=True)
class Editable:
    """A checkout with a built front end, and the environment where it is installed editable."""

    source: Path
    python: Path
    built_before: int
    built_at: int


@pytest.fixture(scope="module")
def editable(tmp_path_factory: pytest.TempPathFactory) -> Editable:
    folder = tmp_path_factory.mktemp("editable")
    source = copy_to(folder / "checkout", with_front_end=True)
    stamp = source / "lti_app/static/vendor/built-from.txt"
    built_before = stamp.stat().st_mtime_ns
    python = make_environment(folder / "venv")
    install(python, "--editable", str(source))
    return Editable(source, python, built_before, stamp.stat().st_mtime_ns)


def run(program: Path, *arguments: str, folder: Path) -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "RAPPORT_ENV": "development",
        "RAPPORT_DATA_DIR": str(folder / "var"),
    }
    done = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_wheel_carries_data_folders_and_front_end_but_no_sources_of_it(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    folders = {name.split("/")[2] for name in names if name.startswith("lti_app/_data/")}
    assert folders == set(DATA_FOLDERS)
    assert "lti_app/_data/templates/base.html" in names
    vendor = {name.rsplit("/", 1)[1] for name in names if "/static/vendor/" in name}
    assert {"app.css", "icons.svg", "figtree-latin.woff2"} <= vendor
    assert not [name for name in names if "static_src" in name or "node_modules" in name]
    assert not [name for name in names if name.startswith(("tests/", "templates/"))]


def test_licences_of_what_the_wheel_carries_travel_with_it(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    licences = {Path(name).stem for name in names if "/vendor/licences/" in name}

    assert licences == {"bootstrap", "bootstrap-icons", "figtree"}


def test_installed_wheel_runs_by_both_names(installed: Path, tmp_path: Path) -> None:
    by_script = run(installed.parent / "rapport", "--help", folder=tmp_path)
    by_module = run(installed, "-m", "lti_app", "--help", folder=tmp_path)

    assert "demo" in by_script
    assert by_script.splitlines()[2:] == by_module.splitlines()[2:]


def test_installed_wheel_migrates_and_draws_pages_without_a_checkout(
    installed: Path, tmp_path: Path
) -> None:
    run(installed.parent / "rapport", "db", "upgrade", folder=tmp_path)

    shown = run(installed, "-c", _SHOW_A_PAGE, folder=tmp_path).splitlines()

    assert shown[-2:] == ["404 True 200", "True True"]


def test_editable_installation_finds_the_files_of_the_checkout(
    editable: Editable, tmp_path: Path
) -> None:
    places = run(
        editable.python,
        "-c",
        "import lti_app.core.paths as p\n"
        f"for name in {DATA_FOLDERS!r}: print(p.resource_path(name))",
        folder=tmp_path,
    )
    assert places.split() == [str(editable.source / name) for name in DATA_FOLDERS]
    assert not (editable.source / "lti_app/_data").exists()
    assert editable.built_at == editable.built_before, "an up-to-date front end is not built again"


def test_changed_style_is_built_again(editable: Editable) -> None:
    style = editable.source / "lti_app/static_src/css/_page.scss"
    style.write_text(style.read_text() + "\n.rp-quite-new { color: inherit; }\n")

    install(editable.python, "--editable", str(editable.source))

    assert ".rp-quite-new" in (editable.source / "lti_app/static/vendor/app.css").read_text()


def test_tests_themselves_run_on_the_checkout() -> None:
    import lti_app  # noqa: PLC0415 - where it comes from is what is asked

    assert Path(lti_app.__file__) == ROOT / "lti_app" / "__init__.py"
