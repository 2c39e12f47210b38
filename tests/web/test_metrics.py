"""Metrics: behind their own token, and not there without it."""

from flask import Flask
from sqlalchemy import select

from lti_app.app import create_app
from lti_app.core.db import Database
from lti_app.core.parts import Parts
from lti_app.core.reason import Reason
from lti_app.grading import settling
from lti_app.grading.ledger import SEND_SCORE
from lti_app.grading.models import DeliveryState
from lti_app.jobs.holds import hold_jobs
from lti_app.lti.models import Platform
from tests.conftest import BASE_URL, FrozenClock
from tests.grading.owing import make_ledger


def app_with_token(parts: Parts, token: str) -> Flask:
    settings = parts.settings.model_copy(update={"metrics_token": token})
    return create_app(Parts(settings, parts.database, parts.http, parts.keyring, parts.clock))


def ask(app: Flask, token: str | None) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = app.test_client().get("/metrics", base_url=BASE_URL, headers=headers)
    return answer.status_code, answer.text


def test_without_a_token_in_the_settings_there_are_no_metrics(parts: Parts) -> None:
    assert ask(app_with_token(parts, ""), "")[0] == 404


def test_with_the_right_token_the_counters_are_shown(parts: Parts) -> None:
    app = app_with_token(parts, "t" * 32)
    app.test_client().get("/health/live", base_url=BASE_URL)

    status, text = ask(app, "t" * 32)

    assert status == 200
    assert 'rapport_requests_total{endpoint="health.live",status="200"}' in text


def test_with_a_wrong_token_they_are_not_there(parts: Parts) -> None:
    app = app_with_token(parts, "t" * 32)

    assert ask(app, "x" * 32)[0] == ask(app, None)[0] == 404


def test_what_is_owed_is_told_by_state_and_the_platforms_public_id(
    parts: Parts, database: Database, clock: FrozenClock
) -> None:
    app = app_with_token(parts, "t" * 32)
    make_ledger(database, clock)
    with database.read() as session:
        platform = session.scalars(select(Platform.public_id)).one()
    clock.advance(seconds=90)

    text = ask(app, "t" * 32)[1]

    assert f'rapport_owed_scores{{platform="{platform}",state="owed"}} 1.0' in text
    assert "rapport_oldest_owed_score_seconds 90.0" in text
    assert 'rapport_jobs{kind="score.send",state="waiting"} 1.0' in text
    assert "rapport_sending_held 0.0" in text
    assert "amara" not in text


def test_a_score_that_is_held_is_counted_and_waits_no_longer(
    parts: Parts, database: Database, clock: FrozenClock
) -> None:
    app = app_with_token(parts, "t" * 32)
    ledger = make_ledger(database, clock)
    held = ledger.claim()
    with database.write() as session:
        settling.hold(session, held, DeliveryState.REFUSED, Reason("refused"), now=clock())

    text = ask(app, "t" * 32)[1]

    assert 'state="refused"} 1.0' in text
    assert "rapport_oldest_owed_score_seconds 0.0" in text


def test_a_hold_on_sending_is_told(parts: Parts, database: Database, clock: FrozenClock) -> None:
    app = app_with_token(parts, "t" * 32)
    with database.write() as session:
        hold_jobs(session, [SEND_SCORE], "restored", now=clock())

    assert "rapport_sending_held 1.0" in ask(app, "t" * 32)[1]
