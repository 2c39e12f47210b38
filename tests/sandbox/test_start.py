"""A start: registrations follow the options, everything else stays as it was."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from flask import Flask

from lti_app.sandbox.app import create_sandbox
from lti_app.sandbox.config import SandboxConfig, rapport_registration
from lti_app.sandbox.demo_course import DEMO_COURSE, demo_course
from lti_app.sandbox.dialects import CANVAS, MOODLE, PLAIN, Dialect
from lti_app.sandbox.roles import CourseRole
from lti_app.sandbox.state import sandbox_of
from lti_app.sandbox.vocabulary import AGS_CLAIM, MediaType
from tests.sandbox.courses import A
from tests.sandbox.lms import ITEM, Lms, Service
from tests.sandbox.ports import free_port

_PATIENCE_SECONDS = 30


@contextmanager
def restarted(lms: Lms, config: SandboxConfig) -> Iterator[Lms]:
    again: Flask = create_sandbox(config)
    try:
        yield Lms(again, lms.tool, lms.clock)
    finally:
        sandbox_of(again).close()


def test_grades_and_tokens_outlive_a_restart(lms: Lms, config: SandboxConfig) -> None:
    service = lms.service()
    service.post_score(lms.score_body())

    with restarted(lms, config) as again:
        results = Service(again.browser(), service.token).results()

    assert [row["resultScore"] for row in results] == [8.0]


def test_columns_move_with_the_address_of_the_platform(lms: Lms, config: SandboxConfig) -> None:
    issuer = "http://127.0.0.1:9001"

    with restarted(lms, replace(config, issuer=issuer)) as again:
        service = Service(again.browser(), lms.service().token)
        item = service.read(ITEM, MediaType.LINE_ITEM).json or {}

    assert item["id"] == f"{issuer}{ITEM}"


def test_registration_follows_the_address_of_the_tool(lms: Lms, config: SandboxConfig) -> None:
    moved = tuple(
        rapport_registration("http://localhost:9000", client_id=name, deployment_ids=("d1", "d2"))
        for name in ("c1", "c2")
    )

    with restarted(lms, replace(config, tools=moved)) as again:
        page = again.browser().enter("amara").get(f"/courses/{A}/links/graded/launch").text

    assert 'action="http://localhost:9000/lti/login"' in page


def test_links_and_columns_stay_with_a_tool_whose_client_id_changes(
    lms: Lms, config: SandboxConfig
) -> None:
    first, second = config.tools
    lms.service().post_score(lms.score_body())
    lms.tool.keys["c3"] = lms.tool.keys["c1"]
    lms.tool.sets["c3"] = [{**lms.tool.sets["c1"][0], "kid": "c3-k"}]
    changed = replace(first, client_id="c3", jwks_url=lms.tool.jwks_url("c3"))

    with restarted(lms, replace(config, tools=(changed, second))) as again:
        claims = again.browser().enter("amara").launch()
        results = again.service(client_id="c3").results()
        refused = again.ask_token(again.tool.assertion("c1", again.clock()))

    assert claims["aud"] == "c3"
    assert claims[AGS_CLAIM]["lineitem"].endswith(ITEM)
    assert len(results) == 1
    assert refused.status_code == 400


def test_tool_that_is_no_longer_named_is_shut_out(lms: Lms, config: SandboxConfig) -> None:
    token = lms.service(client_id="c2").token

    with restarted(lms, replace(config, tools=config.tools[:1])) as again:
        items = f"/lti/courses/{A}/lineitems"
        answer = Service(again.browser(), token).read(items, MediaType.LINE_ITEMS)

    assert answer.status_code == 401


def test_link_of_a_deployment_that_is_gone_moves_to_the_first(
    lms: Lms, config: SandboxConfig
) -> None:
    tools = (replace(config.tools[0], deployment_ids=("d7",)), config.tools[1])

    with restarted(lms, replace(config, tools=tools)) as again:
        login = again.browser().enter("amara").open_link()

    assert login["lti_deployment_id"] == "d7"


@pytest.mark.parametrize("name", ["issuer", "served_at"])
def test_platform_must_be_served_at_an_origin(config: SandboxConfig, name: str) -> None:
    with pytest.raises(ValueError, match="no origin"):
        replace(config, **{name: "http://127.0.0.1:8001/"})  # type: ignore[arg-type] # two of many


def test_services_can_be_elsewhere_than_the_issuer(lms: Lms, config: SandboxConfig) -> None:
    hosted = replace(config, issuer="https://hosted.example", served_at=config.issuer)

    with restarted(lms, hosted) as again:
        login = again.browser().enter("amara").open_link()
        claims = again.browser().enter("amara").launch()
        score = again.service().post_score(again.score_body())

    assert login["iss"] == claims["iss"] == "https://hosted.example"
    assert claims[AGS_CLAIM]["lineitem"] == config.issuer + ITEM
    assert score.status_code == 200


@pytest.mark.parametrize(
    ("dialect", "context_id", "first_sub", "first_link"),
    [
        (PLAIN, "sb-course-1", "sb-1001", "sb-link-1"),
        (MOODLE, "2", "3", "1"),
        (CANVAS, "[0-9a-f]{40}", "[0-9a-f]{40}", "[0-9a-f]{40}"),
    ],
)
def test_ids_of_the_demo_look_as_a_dialect_spells_them(
    dialect: Dialect, context_id: str, first_sub: str, first_link: str
) -> None:
    course = demo_course(dialect)

    assert re.fullmatch(context_id, course.context_id)
    assert re.fullmatch(first_sub, course.people[0].sub)
    assert re.fullmatch(first_link, course.links[0].resource_link_id)
    assert len({person.sub for person in course.people}) == len(DEMO_COURSE.people)


def test_plain_demo_is_spelled_as_it_is_written() -> None:
    assert demo_course(PLAIN) == DEMO_COURSE


def test_demo_course_has_the_people_a_demo_needs() -> None:
    roles = [member.role for member in DEMO_COURSE.people]

    assert roles.count(CourseRole.LEARNER) >= 10
    assert roles.count(CourseRole.INSTRUCTOR) == 1
    assert roles.count(CourseRole.TEACHING_ASSISTANT) == 1
    assert roles.count(CourseRole.TEST_STUDENT) == 1


def _start(database: Path, port: int, *more: str) -> "subprocess.Popen[bytes]":
    options = ["--port", str(port), "--database", str(database), *more]
    return subprocess.Popen(
        [sys.executable, "-m", "lti_app.sandbox", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


@contextmanager
def program(database: Path, port: int, *more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the sandbox as a program until the block ends, from when it answers."""
    running = _start(database, port, *more)
    try:
        _wait_until_it_answers(port)
        yield running
    finally:
        running.kill()
        running.communicate()


def _wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            requests.get(f"http://127.0.0.1:{port}/", timeout=5)
        except requests.ConnectionError:
            assert time.monotonic() < deadline, "the sandbox did not start"
            time.sleep(0.05)
        else:
            return


def test_program_serves_stops_when_told_and_finds_everything_again(tmp_path: Path) -> None:
    database, port = tmp_path / "lms" / "sandbox.sqlite3", free_port()
    keys = f"http://127.0.0.1:{port}/lti/jwks.json"

    with program(database, port) as running:
        before = requests.get(keys, timeout=5).json()
        running.send_signal(signal.SIGTERM)
        assert running.wait(_PATIENCE_SECONDS) == 0
    with program(database, port):
        after = requests.get(keys, timeout=5).json()
    with program(database, port, "--fresh"):
        fresh = requests.get(keys, timeout=5).json()

    assert before == after
    assert fresh != before


@pytest.mark.parametrize(
    ("name", "path"), [("moodle", "/mod/lti/certs.php"), ("canvas", "/api/lti/security/jwks")]
)
def test_program_speaks_another_dialect(tmp_path: Path, name: str, path: str) -> None:
    port = free_port()

    with program(tmp_path / "lms.sqlite3", port, "--dialect", name):
        keys = requests.get(f"http://127.0.0.1:{port}{path}", timeout=5)
        page = requests.get(f"http://127.0.0.1:{port}/controls", timeout=5)

    assert keys.json()["keys"]
    assert page.status_code == 404


def test_control_page_can_be_opened_by_the_environment_of_a_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAPPORT_SANDBOX_OPEN_CONTROL", "1")
    port = free_port()

    with program(tmp_path / "lms.sqlite3", port):
        page = requests.get(f"http://127.0.0.1:{port}/controls", timeout=5)

    assert "speaks as plain" in page.text


def test_program_says_when_its_port_is_taken(tmp_path: Path) -> None:
    port = free_port()

    with program(tmp_path / "one.sqlite3", port):
        second = _start(tmp_path / "two.sqlite3", port)
        output, _ = second.communicate(timeout=_PATIENCE_SECONDS)

    assert second.returncode == 1
    assert b"cannot be opened" in output
