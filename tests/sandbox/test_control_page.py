"""The control page: who gets in, and that its buttons do what they say."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from lti_app.sandbox.app import create_sandbox
from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.faults import Service
from lti_app.sandbox.state import sandbox_of
from lti_app.sandbox.vocabulary import MediaType
from tests.sandbox.courses import A
from tests.sandbox.lms import CONTROL_TOKEN, ITEM, Browser, Lms

COURSE = f"/controls/courses/{A}"
BUTTONS = [
    ("/controls/faults", {"service": "scores", "preset": "unavailable"}),
    ("/controls/faults/clear", {"service": "scores"}),
    ("/controls/platform", {"deed": "end_tokens"}),
    ("/controls/storage", {"manner": "silent"}),
    (COURSE, {"deed": "conclude"}),
    (f"{COURSE}/columns", {"column": "1", "deed": "delete"}),
    (f"{COURSE}/cells", {"column": "1", "sub": "amara", "score": "4"}),
    (f"{COURSE}/people", {"sub": "amara", "standing": "gone"}),
    (f"{COURSE}/copy", {}),
    (f"{COURSE}/links/copy", {"link": "graded"}),
]


@pytest.fixture
def page(lms: Lms) -> Browser:
    browser = lms.browser()
    assert browser.post("/controls", data={"token": CONTROL_TOKEN}).status_code == 303
    return browser


@contextmanager
def started(config: SandboxConfig, lms: Lms) -> Iterator[Lms]:
    made = create_sandbox(config)
    yield Lms(made, lms.tool, lms.clock)
    sandbox_of(made).close()


def press(page: Browser, path: str, **fields: str) -> str:
    """Press a button of the page and return the page that comes next."""
    answer = page.post(path, data=fields)
    assert answer.status_code == 303, answer.text
    return page.get(answer.headers["Location"]).text


def test_page_asks_for_the_control_token_first(lms: Lms) -> None:
    browser = lms.browser()
    closed = browser.get("/controls")

    wrong = browser.post("/controls", data={"token": "guess"})

    assert "Control token" in closed.text
    assert "Let it go wrong" not in closed.text
    assert wrong.status_code == 403
    assert CONTROL_TOKEN not in closed.text + wrong.text


@pytest.mark.parametrize(("path", "fields"), BUTTONS)
def test_buttons_are_nothing_to_strangers(lms: Lms, path: str, fields: dict[str, str]) -> None:
    service = lms.service()

    assert lms.browser().enter("rima").post(path, data=fields).status_code == 404

    assert lms.sandbox.faults.current() == {}
    assert service.post_score(lms.score_body()).status_code == 200


@pytest.mark.parametrize(("path", "fields"), BUTTONS)
def test_buttons_work_for_whoever_is_in(page: Browser, path: str, fields: dict[str, str]) -> None:
    assert page.post(path, data=fields).status_code == 303


def test_page_of_another_site_presses_nothing(page: Browser) -> None:
    path, fields = BUTTONS[0]

    answer = page.post(path, data=fields, headers={"Origin": "http://localhost:8000"})

    assert answer.status_code == 403


def test_entering_as_somebody_keeps_the_page_open(page: Browser) -> None:
    page.enter("rima")

    assert "Let it go wrong" in page.get("/controls").text


def test_page_does_not_exist_without_token_and_option(config: SandboxConfig, lms: Lms) -> None:
    with started(replace(config, control_token=None), lms) as closed:
        assert closed.browser().get("/controls").status_code == 404
        assert "/controls" not in closed.browser().get("/").text


def test_page_is_open_to_everybody_where_a_start_says_so(config: SandboxConfig, lms: Lms) -> None:
    with started(replace(config, control_token=None, control_is_open=True), lms) as opened:
        page = opened.browser().get("/controls").text

        assert "Let it go wrong" in page
        assert "/controls" in opened.browser().get("/").text
        assert opened.browser().client.get("/control/faults").status_code == 404


def test_fault_is_set_shown_and_cleared(lms: Lms, page: Browser) -> None:
    service = lms.service()
    shown = press(page, "/controls/faults", service="scores", preset="unavailable", requests="2")
    broken = service.post_score(lms.score_body()).status_code

    cleared = press(page, "/controls/faults/clear", service="scores")

    assert "&#34;status&#34;: 503" in shown
    assert broken == 503
    assert "Every service works." in cleared
    assert service.post_score(lms.score_body()).status_code == 200


def test_manner_of_keeping_words_is_set_and_shown(lms: Lms, page: Browser) -> None:
    shown = press(page, "/controls/storage", manner="forgets")

    assert "answered so: forgets." in shown
    assert lms.sandbox.storage.manner == "forgets"
    assert page.post("/controls/storage", data={"manner": "kindly"}).status_code == 422


def test_fault_ends_after_so_many_requests_or_seconds(lms: Lms, page: Browser) -> None:
    press(page, "/controls/faults", service="jwks", preset="gone", requests="3", seconds="1.5")

    fault = lms.sandbox.faults.current()[Service.JWKS]

    assert fault.request_count == 3
    assert fault.until is not None
    assert (fault.until - lms.clock()).total_seconds() == 1.5


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/controls/faults", {"service": "coffee", "preset": "gone"}),
        ("/controls/faults", {"service": "jwks", "preset": "coffee"}),
        ("/controls/faults", {"service": "jwks", "preset": "gone", "requests": "two"}),
        ("/controls/faults", {"service": "jwks", "preset": "gone", "requests": "0"}),
        ("/controls/platform", {"deed": "explode"}),
        ("/controls/platform", {"deed": "set_clock", "offset": "nan"}),
        (COURSE, {}),
        (f"{COURSE}/columns", {"column": "99", "deed": "delete"}),
        (f"{COURSE}/columns", {"column": "1", "deed": "change", "maximum": "0"}),
        (f"{COURSE}/cells", {"column": "1", "sub": "rima", "score": "4"}),
        (f"{COURSE}/cells", {"column": "1", "sub": "amara", "score": "-1"}),
        (f"{COURSE}/people", {"sub": "nobody", "standing": "gone"}),
        (f"{COURSE}/people", {"sub": "amara", "standing": "away"}),
        (f"{COURSE}/links/copy", {"link": "in-b"}),
    ],
)
def test_form_that_holds_what_it_cannot_changes_nothing(
    lms: Lms, page: Browser, path: str, fields: dict[str, str]
) -> None:
    answer = page.post(path, data=fields)

    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    assert lms.sandbox.faults.current() == {}


def test_column_is_changed_deleted_and_restored(lms: Lms, page: Browser) -> None:
    service, path = lms.service(), f"{COURSE}/columns"
    press(page, path, column="1", deed="change", label="Mine", maximum="50", attempts_allowed="2")
    changed = service.read(ITEM, MediaType.LINE_ITEM).json or {}
    deleted = press(page, path, column="1", deed="delete")
    gone = service.read(ITEM, MediaType.LINE_ITEM).status_code

    press(page, path, column="1", deed="restore")

    assert (changed["label"], changed["scoreMaximum"]) == ("Mine", 50.0)
    assert "Mine (50), deleted" in deleted
    assert gone == 404
    assert service.read(ITEM, MediaType.LINE_ITEM).status_code == 200


def test_grade_is_entered_as_a_teacher_does(lms: Lms, page: Browser) -> None:
    press(page, f"{COURSE}/cells", column="1", sub="amara", score="4.5", comment="Talk to me")

    (result,) = lms.service().results()
    assert (result["resultScore"], result["comment"]) == (4.5, "Talk to me")


def test_people_are_suspended_taken_out_and_let_in(lms: Lms, page: Browser) -> None:
    suspended = press(page, f"{COURSE}/people", sub="amara", standing="suspended")
    gone = press(page, f"{COURSE}/people", sub="amara", standing="gone")
    press(page, f"{COURSE}/people", sub="amara", standing="active")

    assert "Amara Okafor: suspended" in suspended
    assert "Amara Okafor: not in the course" in gone
    assert lms.browser().enter("amara").launch()["sub"] == "amara"


def test_course_is_concluded_and_opened(lms: Lms, page: Browser) -> None:
    service = lms.service()
    concluded = press(page, COURSE, deed="conclude")
    refused = service.post_score(lms.score_body()).status_code

    press(page, COURSE, deed="reopen")

    assert "This course has concluded." in concluded
    assert refused == 422
    assert service.post_score(lms.score_body()).status_code == 200


@pytest.mark.parametrize(("deed", "published"), [("new_key", 2), ("new_key_alone", 1)])
def test_platform_signs_with_a_new_key(lms: Lms, page: Browser, deed: str, published: int) -> None:
    before = lms.sandbox.keys.current.kid

    press(page, "/controls/platform", deed=deed)

    assert lms.sandbox.keys.current.kid != before
    assert len(lms.sandbox.keys.public_set()["keys"]) == published


def test_clock_is_set_off(lms: Lms, page: Browser) -> None:
    shown = press(page, "/controls/platform", deed="set_clock", offset="-90")

    assert (lms.sandbox.now() - lms.clock()).total_seconds() == -90
    assert "-90 seconds off" in shown


def test_tokens_are_ended(lms: Lms, page: Browser) -> None:
    service = lms.service()

    press(page, "/controls/platform", deed="end_tokens")

    assert service.post_score(lms.score_body()).status_code == 401


def test_page_carries_no_inline_script_or_style(page: Browser) -> None:
    press(page, "/controls/faults", service="scores", preset="page_with_200")

    html = page.get("/controls").text

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script", html)
    assert "&lt;!doctype" in html
    assert "Graded &lt;b&gt;link" in html
