"""The commands an operator types: registering a platform by hand, keys, the database."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet
from sqlalchemy import select

from lti_app.audit.models import AuditEvent
from lti_app.cli import main
from lti_app.core.db import Database
from lti_app.core.settings import describe_settings

Run = Callable[..., Result]

MOODLE = (
    "platform",
    "add",
    "--name=Our Moodle",
    "--issuer=https://moodle.example.org",
    "--client-id=AbC123",
    "--auth-url=https://moodle.example.org/mod/lti/auth.php",
    "--token-url=https://moodle.example.org/mod/lti/token.php",
    "--jwks-url=https://moodle.example.org/mod/lti/certs.php",
)


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    given = {
        "RAPPORT_BASE_URL": "https://rapport.example.org",
        "RAPPORT_SECRET_KEY": "q7Zp2mVx9Kd4Rb8Ty3Lw6Nc1Hs5Jf0GaQe",
        "RAPPORT_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "RAPPORT_DATA_DIR": str(tmp_path),
    }
    for name in describe_settings():
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return given


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def call(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    assert call("db", "upgrade").exit_code == 0
    return call


def platform_id(run: Run) -> str:
    found = re.search(r"[a-z2-7]{26}", run("platform", "list").output)
    assert found
    return found[0]


def test_a_platform_is_registered_and_shown_with_what_it_needs_in_return(run: Run) -> None:
    added = run(*MOODLE, "--deployment-id=3", "--deployment-id=4")
    shown = run("platform", "show", platform_id(run)).output

    assert added.exit_code == 0, added.output
    for address in ("/lti/login", "/lti/launch", "/lti/jwks.json"):
        assert f"https://rapport.example.org{address}" in added.output
    for fact in ("Our Moodle", "https://moodle.example.org", "AbC123", "active"):
        assert fact in shown
    assert shown.count("approved") == 2


def test_the_same_platform_twice_is_refused_in_words(run: Run) -> None:
    run(*MOODLE)

    again = run(*MOODLE)

    assert again.exit_code == 1
    assert "registered already" in again.output
    assert "Traceback" not in again.output


def test_an_address_without_tls_is_refused_in_words(run: Run) -> None:
    refused = run(*MOODLE[:-1], "--jwks-url=http://moodle.example.org/certs.php")

    assert refused.exit_code == 1
    assert "https://" in refused.output
    assert "No platform" in run("platform", "list").output


def test_an_unknown_platform_is_named_in_words(run: Run) -> None:
    for command in ("show", "disable"):
        refused = run("platform", command, "nothing")
        assert refused.exit_code == 1
        assert "rapport platform list" in refused.output


def test_a_platform_can_be_switched_off_and_stays_listed(run: Run) -> None:
    run(*MOODLE)

    assert run("platform", "disable", platform_id(run)).exit_code == 0
    assert "disabled" in run("platform", "list").output


def test_a_deployment_that_nobody_knows_cannot_be_approved(run: Run) -> None:
    run(*MOODLE)

    refused = run("deployment", "approve", platform_id(run), "99")

    assert refused.exit_code == 1
    assert "rapport platform show" in refused.output


def test_what_an_operator_does_is_written_down(run: Run, tmp_path: Path) -> None:
    run(*MOODLE)
    database = Database(f"sqlite:///{tmp_path}/rapport.sqlite3")
    with database.read() as session:
        events = session.execute(
            select(AuditEvent.actor, AuditEvent.action).order_by(AuditEvent.id)
        ).all()
    database.dispose()

    assert ("operator", "platform.added") in {tuple(event) for event in events}


def test_a_new_signing_key_is_published_before_it_signs(run: Run) -> None:
    new = run("keys", "rotate").output.split()[0]
    listed = run("keys", "list").output.strip().splitlines()

    assert len(listed) == 2
    assert listed[0].startswith(f"{new}  published, signs from ")
    assert "signs since" in listed[1]
    assert "published until" in listed[1]


def test_the_list_of_keys_says_when_the_next_one_takes_over(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("keys", "rotate", "--immediate")

    assert "No key" not in run("keys", "list").output
    monkeypatch.setenv("RAPPORT_KEY_ROTATION_DAYS", "0")
    assert "rapport keys rotate" in run("keys", "list").output


def test_an_immediate_rotation_says_what_it_costs(run: Run) -> None:
    assert (
        "refuse our requests until they fetch it anew"
        in run("keys", "rotate", "--immediate").output
    )


def test_a_key_that_waits_is_not_joined_by_another(run: Run) -> None:
    assert run("keys", "rotate").output == run("keys", "rotate").output


def test_a_new_encryption_key_is_one_that_the_settings_accept(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_ENCRYPTION_KEYS", run("keys", "encryption", "new").output.strip())

    assert run("platform", "list").exit_code == 0


def test_the_database_says_how_it_is(run: Run) -> None:
    checked = run("db", "check")

    assert checked.exit_code == 0
    assert "integrity: ok" in checked.output
    assert run("db", "upgrade").output.strip() == "already up to date"


def test_an_empty_database_is_told_what_to_run(environment: dict[str, str]) -> None:
    checked = CliRunner().invoke(main, ["db", "check"])

    assert checked.exit_code == 1
    assert "rapport db upgrade" in checked.output


def test_insecure_settings_are_told_line_by_line_and_nothing_starts(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_SECRET_KEY", "short")
    monkeypatch.setenv("RAPPORT_BASE_URL", "http://rapport.example.org")

    for command in (["platform", "list"], ["serve"], ["worker"], ["db", "upgrade"]):
        refused = CliRunner().invoke(main, command)
        assert refused.exit_code == 2
        lines = refused.output.strip().splitlines()
        assert len(lines) == 2
        assert all(line.startswith("rapport does not start: RAPPORT_") for line in lines)


def test_more_than_one_web_process_on_sqlite_is_refused_with_the_reason(run: Run) -> None:
    refused = run("serve", "--workers", "2")

    assert refused.exit_code == 1
    assert "PostgreSQL" in refused.output


def test_kinds_are_listed(run: Run) -> None:
    assert "exercise" in run("kinds").output


def test_help_lists_every_command_without_loading_them() -> None:
    script = (
        "import sys; from lti_app.cli import main;"
        "main(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    ).stdout

    for command in (
        "course",
        "db",
        "demo",
        "deployment",
        "jobs",
        "keys",
        "kinds",
        "scores",
        "serve",
    ):
        assert re.search(rf"^\s+{command}\s", shown, re.MULTILINE)
    assert "'flask'" not in shown
    assert "'alembic'" not in shown


def test_an_old_secret_is_asked_for_kept_and_forgotten(run: Run) -> None:
    run(*MOODLE)
    command = ("platform", "old-secret", platform_id(run), "--key=old-key")

    kept = CliRunner().invoke(main, command, input="old-secret-of-the-school\n")
    forgotten = run(*command, "--forget")

    assert kept.exit_code == forgotten.exit_code == 0
    assert "kept: the secret of old-key" in kept.output
    assert "forgotten: the secret of old-key" in forgotten.output
    assert "old-secret-of-the-school" not in kept.output


def test_an_old_secret_of_an_unknown_platform_is_refused_in_words(run: Run) -> None:
    answer = CliRunner().invoke(main, ("platform", "old-secret", "x", "--key=k"), input="s\n")

    assert answer.exit_code == 1
    assert "No platform with this id" in answer.output
