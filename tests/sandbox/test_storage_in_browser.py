"""The platform's page keeps words for tools: right, and wrong in every manner that is asked for."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Frame, Page

from lti_app.sandbox.config import SandboxConfig, rapport_registration
from lti_app.sandbox.dialects import CANVAS
from lti_app.sandbox.server import serving
from lti_app.sandbox.storage import Manner
from tests.sandbox.browser_tool import serving_browser_tool
from tests.sandbox.courses import COURSES
from tests.sandbox.lms import CONTROL_TOKEN
from tests.sandbox.ports import free_port

pytestmark = pytest.mark.browser

PUT, GET, PROBE = "lti.put_data", "lti.get_data", "lti.capabilities"
ERRORS = [
    Manner.STORAGE_EXHAUSTION,
    Manner.BAD_REQUEST,
    Manner.WRONG_ORIGIN,
    Manner.UNSUPPORTED_SUBJECT,
]


@pytest.fixture
def served(
    request: pytest.FixtureRequest, prepared_file: Path, tmp_path: Path, chromium: Browser
) -> Iterator[tuple[str, Page]]:
    """A platform's address, and a page of a browser with somebody in front of it."""
    database = tmp_path / "sandbox.sqlite3"
    shutil.copy(prepared_file, database)
    url = f"http://127.0.0.1:{free_port()}"
    page = chromium.new_page()
    with serving_browser_tool(url) as tool_url:
        tools = tuple(
            rapport_registration(tool_url, client_id=name, deployment_ids=("d1", "d2"))
            for name in ("c1", "c2")
        )
        config = SandboxConfig(
            issuer=url,
            database=database,
            tools=tools,
            courses=COURSES,
            control_token=CONTROL_TOKEN,
        )
        if getattr(request, "param", "plain") == "canvas":
            # The tool of these tests knows only the plain addresses.
            paths = replace(CANVAS.paths, auth="/lti/auth", prefixes=("/lti/",))
            config = replace(config, dialect=replace(CANVAS, paths=paths))
        with serving(config):
            yield url, page
    page.close()


def open_link(served: tuple[str, Page], manner: Manner = Manner.RIGHT) -> Frame:
    url, page = served
    requests.put(
        f"{url}/control/storage",
        json={"manner": manner},
        headers={"Authorization": f"Bearer {CONTROL_TOKEN}"},
        timeout=5,
    ).raise_for_status()
    page.goto(url)
    page.get_by_role("button", name="Amara Okafor").first.click()
    page.get_by_role("main").get_by_role("link", name="Ungraded link").click()
    page.frame_locator("iframe").first.locator("#who").wait_for()
    return next(frame for frame in page.frames if frame.url.startswith("http://localhost"))


def say(frame: Frame, message: dict[str, Any], to: str = "") -> dict[str, Any]:
    """Send a question; return the first answer with its sender's origin."""
    frame.evaluate("([what, to]) => { heard.length = 0; say(what, to); }", [message, to])
    frame.wait_for_function("() => heard.length > 0")
    return dict(frame.evaluate("() => heard.at(-1)"))


def put(key: str, value: str | None) -> dict[str, Any]:
    return {"subject": PUT, "message_id": "m1", "key": key, "value": value}


def get(key: str) -> dict[str, Any]:
    return {"subject": GET, "message_id": "m2", "key": key}


def test_words_are_kept_and_taken_away(served: tuple[str, Page]) -> None:
    frame = open_link(served)

    kept, read = say(frame, put("k", "v")), say(frame, get("k"))
    taken, gone = say(frame, put("k", None)), say(frame, get("k"))

    assert kept["origin"] == served[0]
    assert kept["data"] == {
        "subject": f"{PUT}.response",
        "message_id": "m1",
        "key": "k",
        "value": "v",
    }
    assert read["data"]["value"] == "v"
    assert taken["data"]["value"] is None
    assert gone["data"]["value"] is None


def test_what_is_offered_can_be_asked(served: tuple[str, Page]) -> None:
    frame = open_link(served)

    offers = say(frame, {"subject": PROBE, "message_id": "m"})["data"]["supported_messages"]

    assert {"subject": PUT} in offers
    assert {"subject": GET} in offers


@pytest.mark.parametrize("served", ["canvas"], indirect=True)
def test_canvas_keeps_words_in_a_frame_of_its_own(served: tuple[str, Page]) -> None:
    frame = open_link(served)

    offers = say(frame, {"subject": PROBE, "message_id": "m"})["data"]["supported_messages"]
    say(frame, put("k", "v"), "post_message_forwarding")
    read = say(frame, get("k"), "post_message_forwarding")

    assert {"subject": PUT, "frame": "post_message_forwarding"} in offers
    assert read["data"]["value"] == "v"


def test_a_word_that_is_too_long_and_one_without_a_name_are_refused(
    served: tuple[str, Page],
) -> None:
    frame = open_link(served)

    long, nameless = say(frame, put("k", "v" * 4097)), say(frame, put("", "v"))

    assert long["data"]["error"]["code"] == "storage_exhaustion"
    assert nameless["data"]["error"]["code"] == "bad_request"


def test_another_page_is_told_that_it_is_not_the_tool(served: tuple[str, Page]) -> None:
    open_link(served)
    url, page = served
    page.frames[1].goto(f"{url}/")
    page.frames[1].evaluate(
        """() => {
          window.heard = [];
          addEventListener("message", ({data}) => heard.push(data));
          parent.postMessage({subject: "lti.get_data", message_id: "m", key: "k"}, "*");
        }"""
    )

    page.frames[1].wait_for_function("() => heard.length > 0")

    assert page.frames[1].evaluate("() => heard[0].error.code") == "wrong_origin"


@pytest.mark.parametrize("manner", ERRORS)
def test_each_error_can_be_asked_for(served: tuple[str, Page], manner: Manner) -> None:
    frame = open_link(served, manner)

    assert say(frame, put("k", "v"))["data"]["error"]["code"] == manner


@pytest.mark.parametrize(
    ("manner", "origin", "subject", "message_id", "value"),
    [
        (Manner.OTHER_ORIGIN, "null", f"{PUT}.response", "m1", "v"),
        (Manner.OTHER_MESSAGE, None, f"{PUT}.response", "not m1", "v"),
        (Manner.OTHER_SUBJECT, None, PUT, "m1", "v"),
        (Manner.FORGETS, None, f"{PUT}.response", "m1", None),
        (Manner.MIXES_UP, None, f"{PUT}.response", "m1", "somebody else's"),
        (Manner.NOISE, None, f"{PUT}.response", "m1", "v"),
    ],
)
def test_answers_go_wrong_as_they_are_told_to(
    served: tuple[str, Page],
    manner: Manner,
    origin: str | None,
    subject: str,
    message_id: str,
    value: str | None,
) -> None:
    frame = open_link(served, manner)
    frame.evaluate("what => { heard.length = 0; say(what); }", put("k", "v"))
    frame.wait_for_function("id => heard.some(({data}) => data?.message_id === id)", arg=message_id)

    answer = frame.evaluate("() => heard.at(-1)")

    assert answer["origin"] == (origin or served[0])
    assert answer["data"]["subject"] == subject
    assert answer["data"]["value"] == value


@pytest.mark.parametrize("manner", [Manner.NOT_OFFERED, Manner.OLD_NAMES])
def test_a_page_may_offer_nothing_that_is_of_use(served: tuple[str, Page], manner: Manner) -> None:
    frame = open_link(served, manner)

    offers = say(frame, {"subject": PROBE, "message_id": "m"})["data"]["supported_messages"]

    assert PUT not in [offer["subject"] for offer in offers]


def test_a_silent_page_says_nothing(served: tuple[str, Page]) -> None:
    frame = open_link(served, Manner.SILENT)
    frame.evaluate("what => { heard.length = 0; say(what); }", put("k", "v"))

    frame.page.wait_for_timeout(300)

    assert frame.evaluate("() => heard.length") == 0
