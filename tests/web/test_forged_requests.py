"""Abuse 48 and case ST-24: nothing is changed by a request that our own page did not send."""

import pytest
from sqlalchemy import select

from lti_app.core.db import Database
from lti_app.people.roles import Role
from lti_app.web.models import LaunchSession
from tests.conftest import BASE_URL
from tests.peers.world import Visitor, World


@pytest.fixture
def visitor(world: World) -> Visitor:
    return world.visitor(world.platform(), Role.INSTRUCTOR)


def is_over(database: Database) -> bool:
    with database.read() as session:
        return session.scalars(select(LaunchSession.ended_at)).one() is not None


def leave(visitor: Visitor, headers: dict[str, str], **data: str) -> int:
    return visitor.client.post(
        visitor.path("leave"), data=data, headers=headers, base_url=BASE_URL
    ).status_code


OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize(
    "headers",
    [OURS, {"Origin": BASE_URL}],
    ids=["fetch-metadata", "origin-alone"],
)
def test_our_own_form_is_accepted(
    visitor: Visitor, database: Database, headers: dict[str, str]
) -> None:
    assert leave(visitor, headers, csrf_token=visitor.csrf_token()) == 200
    assert is_over(database)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": BASE_URL},
        {"Origin": "null"},
        {"Origin": "https://evil.test"},
        {"Origin": "https://tool.test.evil.test"},
        {"Origin": "http://tool.test"},
        {},
    ],
    ids=lambda headers: ",".join(f"{name}={value}" for name, value in headers.items()) or "absent",
)
def test_abuse_48_a_request_from_elsewhere_is_refused_even_with_the_right_token(
    visitor: Visitor, database: Database, headers: dict[str, str]
) -> None:
    assert leave(visitor, headers, csrf_token=visitor.csrf_token()) == 403
    assert not is_over(database)


@pytest.mark.parametrize("token", ["", "x", "another"])
def test_abuse_48_a_form_without_this_sessions_token_is_refused(
    world: World, visitor: Visitor, database: Database, token: str
) -> None:
    given = token
    if token == "another":
        given = world.visitor(world.platform("c2"), Role.INSTRUCTOR).csrf_token()

    assert leave(visitor, OURS, csrf_token=given) == 403
    with database.read() as session:
        assert not any(session.scalars(select(LaunchSession.ended_at)))


def test_abuse_48_a_token_in_the_query_of_a_get_changes_nothing(
    visitor: Visitor, database: Database
) -> None:
    answer = visitor.client.get(
        visitor.path(f"leave?csrf_token={visitor.csrf_token()}"), base_url=BASE_URL
    )

    assert answer.status_code == 405
    assert not is_over(database)


@pytest.mark.parametrize("body", ['{"a": 1}', "a=1"])
@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_abuse_48_a_body_that_is_no_form_of_ours_is_refused(
    visitor: Visitor, database: Database, body: str, kind: str
) -> None:
    answer = visitor.client.post(
        visitor.path("leave"), data=body, content_type=kind, headers=OURS, base_url=BASE_URL
    )

    assert answer.status_code == 403
    assert not is_over(database)
