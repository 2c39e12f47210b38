"""Launches as real platforms send them, and what must hold between platforms."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from lti_app.app import create_app
from lti_app.core.db import Database
from lti_app.core.parts import Parts
from lti_app.lti.models import Platform, ServiceEndpoint
from lti_app.people.roles import Role
from tests.cases.browser import LOGIN_HINT, asked
from tests.cases.stage import Stage
from tests.cases.watching import Log, connections_since
from tests.conftest import FrozenClock
from tests.peers.http_peer import hangs_up
from tests.peers.launch_claims import (
    LTI,
    MEMBERSHIP,
    canvas_claims,
    recorded_moodle_claims,
    recorded_moodle_login,
)
from tests.peers.platform import TOOL, TestPlatform, served

TARGET = f"{TOOL}/lti/launch"
MOODLE = "http://localhost:8000"
SCHOOL = "https://canvas.example.edu"


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("launch-learner", Role.LEARNER),
        ("launch-learner-ungraded-link", Role.LEARNER),
        ("launch-from-deep-link", Role.LEARNER),
        ("launch-teacher", Role.INSTRUCTOR),
        ("launch-teacher-ungraded-link", Role.INSTRUCTOR),
        ("launch-non-editing-teacher", Role.INSTRUCTOR),
        ("launch-site-admin", Role.INSTRUCTOR),
    ],
)
def test_a_launch_recorded_from_moodle_is_accepted(
    tool: Flask, database: Database, clock: FrozenClock, log: Log, name: str, role: Role
) -> None:
    with served(TestPlatform(issuer=MOODLE, deployment_ids=("1",))) as moodle:
        stage = Stage(tool, database, clock, moodle, log)
        browser = stage.browser()
        recorded = {**recorded_moodle_login(), "client_id": moodle.client_id}
        login = browser.login(moodle, **{**recorded, "target_link_uri": TARGET})
        token = stage.token(login, base=recorded_moodle_claims(name, target=TARGET))

        seat = stage.seat(browser, browser.post_launch({"id_token": token, "state": login.state}))

    assert login["lti_message_hint"] == recorded["lti_message_hint"]
    assert seat.role is role
    assert seat.context is not None
    assert seat.context.title == "LTI Lab course"
    assert seat.page().status_code == 200
    with database.read() as session:
        endpoint = session.scalars(select(ServiceEndpoint)).one()
        assert session.scalars(select(Platform.family)).one() == "moodle"
    assert endpoint.lineitems_url == f"{MOODLE}/mod/lti/services.php/2/lineitems?type_id=1"


@pytest.mark.parametrize("role", [Role.LEARNER, Role.INSTRUCTOR])
def test_a_launch_as_canvas_describes_it_is_accepted(
    tool: Flask, database: Database, clock: FrozenClock, log: Log, role: Role
) -> None:
    named = MEMBERSHIP + role.value.capitalize()
    claims = canvas_claims(target=TARGET, school=SCHOOL, roles=(named,))
    canvas = TestPlatform(
        issuer="https://canvas.instructure.com",
        client_id="10000000000001",
        deployment_ids=(claims[f"{LTI}deployment_id"],),
    )
    with served(canvas):
        stage = Stage(tool, database, clock, canvas, log)
        browser = stage.browser()
        hint = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9." + "h" * 1500
        fields = {**asked(canvas), "lti_message_hint": hint, "deployment_id": "123:8865"}
        del fields["target_link_uri"]
        page = browser.ask_login(fields, method="POST")
        assert page.status_code == 200
        login = browser.login(canvas, lti_message_hint=hint, lti_storage_target="_parent")
        hour = {"azp": canvas.client_id, "exp": int(clock().timestamp()) + 3600}
        token = stage.token(login, hour, base=claims)
        form = {"id_token": token, "state": login.state, "lti_storage_target": "_parent"}

        seat = stage.seat(browser, browser.post_launch(form))

    assert seat.role is role
    policy = seat.page().headers["Content-Security-Policy"]
    assert f"frame-ancestors 'self' {SCHOOL} https://canvas.instructure.com" in policy


def test_a_warm_launch_opens_no_connection(stage: Stage) -> None:
    stage.accept()
    before = len(connections_since())

    for number in range(3):
        stage.accept({"sub": f"user-{number}"})

    assert connections_since(before) == []


def test_with_the_platform_down_warm_launches_still_work(stage: Stage) -> None:
    stage.accept()
    stage.platform.answer = hangs_up

    for _ in range(3):
        stage.clock.advance(minutes=15)
        stage.accept()


def test_a_restarted_process_needs_the_platform_no_sooner(stage: Stage, parts: Parts) -> None:
    stage.accept()
    stage.app = create_app(parts)
    before = len(connections_since())

    stage.accept()

    assert connections_since(before) == []


def test_two_registrations_of_one_issuer_share_nothing(stage: Stage) -> None:
    with served(TestPlatform(client_id="c2")) as second:
        other = stage.register(second)
        same = {f"{LTI}roles": [MEMBERSHIP + "Instructor"]}

        ours, theirs = stage.accept(same), stage.accept(same, platform=second)

    assert (ours.user.platform_id, theirs.user.platform_id) == (stage.registration.id, other.id)
    assert ours.context is not None
    assert theirs.context is not None
    assert ours.context.id != theirs.context.id
    crossed = ours.browser.client.get(theirs.path, base_url=TOOL)
    assert crossed.status_code == 404


def test_where_no_approval_is_needed_a_new_deployment_is_let_in(stage: Stage, parts: Parts) -> None:
    settings = parts.settings.model_copy(update={"approve_deployments": False})
    stage.app = create_app(replace(parts, settings=settings))

    seats = [stage.accept({f"{LTI}deployment_id": "d77"}) for _ in range(2)]

    assert seats[0].context is not None
    assert seats[1].context is not None
    assert seats[0].context.id == seats[1].context.id


def test_an_accepted_launch_leaves_nothing_of_a_person_in_the_log(stage: Stage) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    token = stage.token(login)
    stage.seat(browser, browser.post_launch({"id_token": token, "state": login.state}))

    written = stage.log.stream.getvalue()
    for secret in (token, login.state, login.nonce, LOGIN_HINT, "ann@example.org", "Ångström"):
        assert secret not in written
