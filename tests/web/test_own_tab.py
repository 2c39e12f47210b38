"""A tab of its own: a hand-over that works once, within a minute, for a session of its own."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lti_app.core.db import Database
from lti_app.people.roles import Role
from lti_app.web.models import LaunchSession
from tests.conftest import BASE_URL, FrozenClock
from tests.peers.world import Visitor, World

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def visitor(world: World) -> Visitor:
    return world.visitor(world.platform(), Role.INSTRUCTOR)


def offered(visitor: Visitor) -> str:
    found = re.search(r'name="token" value="([^"]+)"', visitor.post("own-tab").text)
    assert found
    return found[1]


def take(tool: Flask, token: str) -> tuple[TestResponse, TestResponse | None]:
    """Use a hand-over in a browser that has no cookie of ours; return both answers."""
    tab = tool.test_client()
    answer = tab.post("/own-tab", data={"token": token}, headers=OURS, base_url=BASE_URL)
    if answer.status_code != 303:
        return answer, None
    return answer, tab.get(answer.headers["Location"], base_url=BASE_URL, follow_redirects=True)


def test_the_tab_gets_a_session_of_its_own_for_the_same_person(
    tool: Flask, visitor: Visitor, database: Database
) -> None:
    _, page = take(tool, offered(visitor))

    assert page is not None
    assert page.status_code == 200
    assert "Ångström" in page.text
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(LaunchSession)) == 2
    assert visitor.client.get(visitor.path(), base_url=BASE_URL).status_code in (200, 302, 303)


def test_a_hand_over_works_once(tool: Flask, visitor: Visitor) -> None:
    token = offered(visitor)
    take(tool, token)

    assert take(tool, token)[0].status_code == 404


def test_a_hand_over_is_over_after_a_minute(
    tool: Flask, visitor: Visitor, clock: FrozenClock
) -> None:
    token = offered(visitor)
    clock.advance(seconds=61)

    assert take(tool, token)[0].status_code == 404


@pytest.mark.parametrize("token", ["", "x", "x" * 43])
def test_an_unknown_hand_over_is_not_there(tool: Flask, visitor: Visitor, token: str) -> None:
    assert take(tool, token)[0].status_code == 404


def test_another_site_cannot_use_a_hand_over_in_somebodys_browser(
    tool: Flask, visitor: Visitor
) -> None:
    answer = tool.test_client().post(
        "/own-tab",
        data={"token": offered(visitor)},
        headers={"Sec-Fetch-Site": "cross-site"},
        base_url=BASE_URL,
    )

    assert answer.status_code == 403


def test_a_tab_does_not_make_a_session_last_longer(
    tool: Flask, visitor: Visitor, database: Database, clock: FrozenClock
) -> None:
    clock.advance(minutes=50)
    take(tool, offered(visitor))

    with database.read() as session:
        began = session.scalars(select(LaunchSession.created_at).distinct()).all()
    assert len(began) == 1
