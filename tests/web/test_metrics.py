"""Metrics: behind their own token, and not there without it."""

from flask import Flask

from lti_app.app import create_app
from lti_app.core.parts import Parts
from tests.conftest import BASE_URL


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
