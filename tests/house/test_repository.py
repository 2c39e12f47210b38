"""What stands in the repository ties it to no registry, and explains itself completely."""

import json
import re
import subprocess
import tomllib
from itertools import chain

import click
import pytest

from lti_app.cli import main
from lti_app.core.settings import describe_settings
from tests.house.checkout import ROOT, own_files

# Written in two halves, so that this file is not its own finding.
REGISTRIES = [
    f"{host}.{end}"
    for host, end in (
        ("registry.npmjs", "org"),
        ("registry.yarnpkg", "com"),
        ("pypi", "org"),
        ("files.pythonhosted", "org"),
        ("deb.debian", "org"),
    )
]
ROOMS = sorted(path.parent.name for path in (ROOT / "lti_app").glob("*/__init__.py"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_no_file_names_a_registry() -> None:
    named = [
        (str(path.relative_to(ROOT)), host)
        for path in own_files()
        for host in REGISTRIES
        if host.encode() in path.read_bytes()
    ]

    assert named == []


def test_front_end_is_locked_by_content_and_without_addresses() -> None:
    lock = (ROOT / "package-lock.json").read_text()

    packages = json.loads(lock)["packages"]
    assert "://" not in lock
    assert [name for name, one in packages.items() if name and not one.get("integrity")] == []
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    assert packages[""]["devDependencies"] == wanted
    assert [version for version in wanted.values() if not version[0].isdigit()] == []


def test_constraints_pin_every_requirement_and_hold_nothing_but_pins() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    project = PYPROJECT["project"]
    required = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]

    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.!+]+", pin)] == []
    pinned = {_normal(pin) for pin in pins}
    assert [one for one in required if _normal(one) not in pinned] == []


def _normal(requirement: str) -> str:
    name = re.match(r"[\w.-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def test_example_of_settings_holds_exactly_those_there_are() -> None:
    text = (ROOT / ".env.example").read_text()

    named = re.findall(r"^#?(RAPPORT_[A-Z_]+)=", text, re.MULTILINE)

    assert sorted(named) == sorted(describe_settings())


def test_example_explains_each_setting_right_above_it() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()

    for at, line in enumerate(lines):
        if re.match(r"#?RAPPORT_[A-Z_]+=", line):
            assert lines[at - 1].startswith("# "), line


def test_commands_named_in_documents_exist() -> None:
    documents = [ROOT / ".env.example", ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    in_code = re.compile(r"(?:`|^\s+|; )rapport ([a-z]+(?: [a-z]+(?:-[a-z]+)*)*)", re.MULTILINE)
    named = {words for path in documents for words in in_code.findall(path.read_text())}

    assert named
    assert [words for words in sorted(named) if not _is_command(words.split())] == []


def _is_command(words: list[str]) -> bool:
    found: click.Command | None = main
    for word in words:
        if not isinstance(found, click.Group):
            return found is not None
        found = found.get_command(click.Context(found), word)
    return found is not None


def test_make_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony

    shown = subprocess.run(["make"], cwd=ROOT, check=True, capture_output=True, text=True).stdout  # noqa: S607 - make of this machine

    assert sorted(re.findall(r"^  ([a-z]+) {2,}\S", shown, re.MULTILINE)) == sorted(
        phony.group(1).split()
    )


@pytest.mark.parametrize("room", ROOMS)
def test_room_is_named_in_the_contracts_that_are_lists(room: str) -> None:
    contracts = {one["name"]: one for one in PYPROJECT["tool"]["importlinter"]["contracts"]}
    free = {"Only the bridge": {"bridge", "cli", "lti"}, "The sandbox": {"cli", "sandbox"}}

    for beginning, exempt in free.items():
        contract = next(one for name, one in contracts.items() if name.startswith(beginning))
        assert room in exempt or f"lti_app.{room}" in contract["source_modules"]
