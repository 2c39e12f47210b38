"""What import contracts cannot see: kinds stay nameless, processes load only what they need."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "lti_app"
FLEET = {"celery", "kombu", "billiard", "redis"}
KINDS = {path.parent.name for path in (PACKAGE / "activities").glob("*/kind.py")}


def literals(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_there_is_a_kind() -> None:
    assert KINDS


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kinds_name_stands_only_in_its_own_room(kind: str) -> None:
    elsewhere = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if PACKAGE / "activities" / kind not in path.parents and kind in literals(path)
    ]

    assert elsewhere == []


@cache
def loaded_with(entrance: str) -> frozenset[str]:
    """Import a module in a new process and return every module that it brought along."""
    script = f"import sys, {entrance}; print(' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    return frozenset(done.stdout.split())


def libraries_of(entrance: str) -> set[str]:
    return {name.split(".")[0] for name in loaded_with(entrance)}


def test_a_web_process_never_loads_what_only_commands_and_jobs_need() -> None:
    loaded = libraries_of("lti_app.wsgi")

    assert "flask" in loaded
    assert not loaded & {"alembic", "ortools", "fpdf", "icalendar", "ruamel", *FLEET}


def test_the_worker_loads_no_web_framework() -> None:
    web = {"flask", "wtforms", "flask_wtf", "gunicorn"}
    assert not libraries_of("lti_app.worker") & {*web, *FLEET}


def test_celery_is_loaded_by_the_fleet_alone() -> None:
    assert libraries_of("lti_app.fleet") >= {"celery"}
    for entrance in ("lti_app.wsgi", "lti_app.worker", "lti_app.cli.worker", "lti_app.cli.serve"):
        assert not libraries_of(entrance) & FLEET


def test_the_tool_never_loads_the_sandbox() -> None:
    for entrance in ("lti_app.wsgi", "lti_app.worker"):
        loaded = loaded_with(entrance)
        assert entrance in loaded
        assert not [name for name in loaded if name.startswith("lti_app.sandbox")]
