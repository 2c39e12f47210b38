"""Cases ST-06 and PS-15, where words are kept: only the page that the token's browser got finishes.

Whoever begins a login learns its state, its nonce and the secret. He may send somebody else's
browser to the platform with them, so that it posts that person's token; its answer he never sees.
"""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lti_app.app import create_app
from lti_app.core.parts import Parts
from lti_app.lti.errors import Reason
from lti_app.lti.models import LoginAttempt, WaitingLaunch
from lti_app.web.models import LaunchSession
from tests.cases.browser import Browser
from tests.cases.stage import Stage
from tests.cases.storage import OWN_REQUEST, Waiting, data_of, wait_for_storage
from tests.peers.platform import TOOL


def hijack(stage: Stage) -> Waiting:
    """Return what the browser of somebody who began a login can send, once another has posted."""
    attacker, victim = stage.browser(), stage.browser()
    login = attacker.login(stage.platform, lti_storage_target="_parent")
    words = {
        "state": login.state,
        "nonce": login.nonce,
        "secret": data_of(login.response)["secret"],
    }
    token = stage.token(login, {"sub": "victim", "name": "Vic Tim"})
    page = victim.post_launch({"id_token": token, "state": login.state})
    assert page.status_code == 200
    return Waiting(attacker, login, token, page, words)


def sessions(stage: Stage) -> int:
    with stage.database.read() as session:
        return session.scalar(select(func.count()).select_from(LaunchSession)) or 0


@pytest.mark.parametrize(
    "ticket",
    [
        pytest.param("", id="ST-06 no ticket"),
        pytest.param("x" * 43, id="ST-06 a ticket of his own making"),
        pytest.param([], id="ST-06 no word at all"),
    ],
)
def test_who_began_a_login_cannot_finish_the_launch_of_somebody_else(
    stage: Stage, ticket: object
) -> None:
    stolen = hijack(stage)

    stage.check_refused(
        lambda: stolen.finish(ticket=ticket),
        status=401,
        reason=Reason.NOT_WAITING,
        secrets=(stolen.token, *stolen.stored.values()),
    )

    assert sessions(stage) == 0
    with stage.database.read() as session:
        session.scalars(select(WaitingLaunch)).one()  # it waits for its own page
        assert session.scalars(select(LoginAttempt)).one().consumed_at is None


def test_st_06_the_ticket_of_another_launch_finishes_nothing(stage: Stage) -> None:
    stolen, own = hijack(stage), wait_for_storage(stage)

    stage.check_refused(
        lambda: stolen.finish(ticket=own.ticket), status=401, reason=Reason.NOT_WAITING
    )

    assert own.finish().status_code == 200
    assert sessions(stage) == 1


def test_st_06_the_page_of_the_tokens_browser_reports_what_its_own_platform_kept(
    stage: Stage,
) -> None:
    """It has the ticket and not the words: nobody gets in."""
    stolen = hijack(stage)

    stage.check_refused(
        lambda: stolen.finish(changes={"state": None, "nonce": None, "secret": None}),
        status=401,
        reason=Reason.NOT_IN_STORAGE,
    )

    assert sessions(stage) == 0


def test_ps_15_the_page_has_its_ticket_and_nobody_else_does(stage: Stage) -> None:
    waiting = wait_for_storage(stage)
    again = waiting.browser.post_launch({"id_token": waiting.token, "state": waiting.login.state})

    assert len(waiting.ticket) == 43
    assert data_of(again)["ticket"] != waiting.ticket, "each page has its own"
    assert waiting.ticket not in waiting.login.response.text
    assert not waiting.page.headers.getlist("Set-Cookie")
    assert again.headers["Cache-Control"] == "no-store"
    assert waiting.ticket not in stage.log.stream.getvalue()
    with stage.database.read() as session:
        row = session.scalars(select(WaitingLaunch)).one()
        assert row.ticket_hash not in (waiting.ticket, data_of(again)["ticket"])


def test_ps_15_who_guesses_is_told_to_come_again_later(stage: Stage, parts: Parts) -> None:
    """Reports are counted by address, as logins are, and not together with them."""
    small = parts.settings.model_copy(update={"login_burst_per_address": 3})
    client = Browser(create_app(replace(parts, settings=small))).client

    def report(address: str) -> TestResponse:
        return client.post(
            "/lti/finish",
            json={"state": "x", "ticket": "x", "stored": {}},
            headers=OWN_REQUEST,
            base_url=TOOL,
            environ_overrides={"REMOTE_ADDR": address},
        )

    answers = [report("192.0.2.1") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert report("198.51.100.7").status_code == 401
