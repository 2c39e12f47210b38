"""Cases O, the rest: lost state, a database that is down, upgrades, clocks, other people's eyes."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, text

from lti_app.app import create_app
from lti_app.core.db import Database
from lti_app.core.db.migration import upgrade
from lti_app.core.parts import Parts
from lti_app.grading.rules import next_score_time
from lti_app.lti.errors import Reason
from lti_app.lti.models import LoginAttempt
from lti_app.lti.scores import written_time
from lti_app.submissions.registry import Registry
from tests.cases.stage import Stage
from tests.peers.launch_claims import LTI


@pytest.fixture
def second(parts: Parts, registry: Registry) -> Flask:
    """Another web process of the same installation."""
    return create_app(parts, registry=registry)


def test_mg_01_two_processes_know_the_same_logins_and_after_a_loss_neither_lets_in(
    stage: Stage, second: Flask
) -> None:
    browser = stage.browser()
    known, lost = browser.login(stage.platform), browser.login(stage.platform)
    browser.client.application = second
    fields = {"id_token": stage.token(known), "state": known.state}
    assert browser.post_launch(fields).status_code == 303

    with stage.database.write() as session:
        session.execute(delete(LoginAttempt))
    fields = {"id_token": stage.token(lost), "state": lost.state}
    for process in (second, stage.app):
        browser.client.application = process
        stage.check_refused(
            lambda: browser.post_launch(fields), status=401, reason=Reason.STATE_UNKNOWN
        )


def test_mg_02_while_the_database_is_down_nobody_is_let_in_and_the_login_is_not_used_up(
    stage: Stage,
) -> None:
    stage.accept()
    browser = stage.browser()
    login = browser.login(stage.platform)
    fields = {"id_token": stage.token(login), "state": login.state}

    with down(stage.database):
        answer = browser.post_launch(fields)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert not [one for one in answer.headers.getlist("Set-Cookie") if "Max-Age=0" not in one]
    assert browser.post_launch(fields).status_code == 303


@contextmanager
def down(database: Database) -> Iterator[None]:
    """Let nobody write: SQLite's file is held by somebody else, PostgreSQL lets nobody in."""
    if database.is_sqlite:
        held = sqlite3.connect(str(database.url.database), isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            held.execute("ROLLBACK")
            held.close()
        return
    url = database.url
    server = Database(url.set(database="postgres").render_as_string(hide_password=False))
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS false'))
        ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        connection.execute(text(ending), {"name": url.database})
        try:
            yield
        finally:
            connection.execute(text(f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS true'))
    server.dispose()


def test_mg_03_a_login_begun_before_an_upgrade_ends_after_it(
    stage: Stage, parts: Parts, registry: Registry
) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)

    upgrade(stage.database)
    browser.client.application = create_app(parts, registry=registry)
    answer = browser.post_launch({"id_token": stage.token(login), "state": login.state})

    assert answer.status_code == 303


@pytest.mark.parametrize(
    "state", ["v0:12345", "eyJhbGciOiJub25lIn0.e30.", "a" * 43, "a" * 600], ids=lambda s: s[:8]
)
def test_mg_03_a_state_of_another_make_ends_on_a_page_that_says_what_to_do(
    stage: Stage, state: str
) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)

    answer = stage.check_refused(
        lambda: browser.post_launch({"id_token": stage.token(login), "state": state}),
        status=401,
        reason=Reason.STATE_UNKNOWN,
    )

    assert "open the activity from your course again" in answer.text


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/New_York", "Pacific/Apia", "UTC"])
@pytest.mark.parametrize(
    "begin",
    [
        datetime(2026, 3, 29, 0, 59, 58, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 59, 58, tzinfo=UTC),
        datetime(2016, 12, 31, 23, 59, 58, 900_000, tzinfo=UTC),
    ],
    ids=["MG-04 clocks forward", "MG-04 clocks back", "MG-04 leap second"],
)
def test_score_times_rise_and_are_utc_wherever_the_machine_stands(
    monkeypatch: pytest.MonkeyPatch, begin: datetime, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    # A leap second is a second that comes twice.
    seconds = (0, 0.5, 1, 1, 1.2, 1, 2, 1.9, 3, 0, 4)
    sent: list[str] = []
    last = None

    for second in seconds:
        last = next_score_time(begin + timedelta(seconds=second), last)
        sent.append(written_time(last))

    monkeypatch.undo()
    time.tzset()
    assert sent == sorted(set(sent))
    assert all(one.endswith(".000Z") for one in sent)
    assert sent[0] == begin.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def test_mg_07_what_is_refused_leaves_no_token_and_nobodys_name_in_the_log(stage: Stage) -> None:
    browser = stage.browser()
    secrets = ["ann@example.org", "Ångström", "canary-subject-7"]
    now = stage.clock().timestamp()
    for header, changes in (
        ({"kid": "k9"}, {}),
        ({"alg": "none"}, {}),
        ({"alg": "HS256"}, {}),
        ({}, {"exp": now - 3600, "iat": now - 7200}),
        ({}, {"aud": "somebody-else"}),
        ({}, {f"{LTI}version": "1.2.0"}),
        ({}, {f"{LTI}roles": "canary-subject-7"}),
        ({}, {f"{LTI}context": {"id": 7, "title": "canary-subject-7"}}),
    ):
        login = browser.login(stage.platform)
        said = {"sub": "canary-subject-7", **changes}
        token = stage.token(login, said, header=header)
        for sent in (token, token[:-6] + "AAAAAA", token.rsplit(".", 1)[0]):
            answer = browser.post_launch({"id_token": sent, "state": login.state})
            assert answer.status_code in (400, 401)
        secrets += [token, *token.split("."), login.state, login.nonce]

    written = json.dumps(stage.log.lines(), ensure_ascii=False)
    shown = [one for one in secrets if one and one in written]
    assert shown == []
    assert "request refused" in written
