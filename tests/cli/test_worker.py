"""`rapport worker`: which engine, and what it needs, in words."""

import sys

import pytest

from tests.peers.operator import RunOn


def test_a_fleet_without_a_broker_is_told_what_to_set(run_on: RunOn) -> None:
    refused = run_on("worker", "--engine", "celery")

    assert refused.exit_code == 1
    assert "RAPPORT_BROKER_URL" in refused.output


def test_a_fleet_without_celery_is_told_what_to_install(
    run_on: RunOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.delitem(sys.modules, "lti_app.fleet", raising=False)
    monkeypatch.setitem(sys.modules, "celery", None)

    refused = run_on("worker", "--engine", "celery")

    assert refused.exit_code == 1
    assert "rapport[celery]" in refused.output


def test_an_engine_that_does_not_exist_is_refused(run_on: RunOn) -> None:
    assert run_on("worker", "--engine", "steam").exit_code == 2
