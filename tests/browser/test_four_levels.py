"""ST-11, ST-12: a learner gets in and hands in, whatever Chromium blocks and whoever answers.

Four levels of what a browser blocks, each with a platform's page that keeps words for tools and
with one that never answers, as in the mobile apps of some platforms.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import FrameLocator, Page, Playwright, expect
from sqlalchemy import select

from lti_app.web.models import NO_COOKIE, LaunchSession
from tests.browser.before import database_of
from tests.browser.conftest import (
    ALLOW,
    BLOCK,
    Demo,
    exceptions_for_cookies,
    profile_with,
    running_demo,
    take_picture,
)
from tests.browser.people import ACTIVITY, answer_all, enter_as, hand_in, own_grade
from tests.sandbox.lms import CONTROL_TOKEN

pytestmark = pytest.mark.browser

TEN_SECONDS = 10
#: A platform that never answers costs two seconds; the rest is for a busy machine.
FALLBACK_WITHIN_MS = 4000


@dataclass(frozen=True)
class Level:
    """What the person has told their browser, and what follows where nobody keeps words.

    Attributes:
        profile: Chromium's preferences.
        keeps_cookies: the tool's, in the platform's frame.
        keeps_them_in_a_tab: likewise in a tab of its own.
    """

    profile: Callable[[Demo], Mapping[str, object]]
    keeps_cookies: bool
    keeps_them_in_a_tab: bool = True


LEVELS = {
    "allowed": Level(
        lambda _: {"cookie_controls_mode": 0, "block_third_party_cookies": False},
        keeps_cookies=True,
    ),
    "third-party": Level(
        lambda _: {"cookie_controls_mode": 1, "block_third_party_cookies": True},
        keeps_cookies=True,
    ),
    "third-party-and-storage": Level(
        lambda demo: exceptions_for_cookies({f"{demo.tool},{demo.lms}": BLOCK}),
        keeps_cookies=False,
    ),
    # The platform itself needs a cookie: without it nobody could sign in there.
    "all": Level(
        lambda demo: {
            "default_content_setting_values": {"cookies": BLOCK},
            **exceptions_for_cookies({f"{demo.lms},*": ALLOW}),
        },
        keeps_cookies=False,
        keeps_them_in_a_tab=False,
    ),
}
#: Each hands in once, within a platform that keeps words or within one that never answers.
PEOPLE = [("Amara", "Łukasz"), ("Wayan", "Priya"), ("Hồng Nhung", "María José"), ("智子", "김서연")]
LEARNERS = [(level, *pair) for level, pair in zip(LEVELS, PEOPLE, strict=True)]


@pytest.fixture(scope="module")
def controlled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo whose platform does as it is told."""
    environment = {"RAPPORT_SANDBOX_CONTROL_TOKEN": CONTROL_TOKEN}
    with running_demo(tmp_path_factory.mktemp("levels"), environment=environment) as demo:
        yield demo


def tell(demo: Demo, manner: str) -> None:
    requests.put(
        f"{demo.lms}/control/storage",
        json={"manner": manner},
        headers={"Authorization": f"Bearer {CONTROL_TOKEN}"},
        timeout=5,
    ).raise_for_status()


@pytest.fixture
def page(
    request: pytest.FixtureRequest, playwright: Playwright, controlled: Demo, tmp_path: Path
) -> Iterator[Page]:
    """A page of a browser at the level that the test names."""
    level = LEVELS[request.getfixturevalue("level")]
    with profile_with(playwright, tmp_path / "profile", level.profile(controlled)) as context:
        yield context.pages[0]


def follow_link(page: Page) -> FrameLocator:
    page.get_by_role("main").get_by_role("link", name=ACTIVITY).click()
    return page.frame_locator("iframe").first


@pytest.mark.parametrize(("level", "name"), [(level, name) for level, name, _ in LEARNERS])
def test_st_11_a_learner_hands_in_within_a_platform_that_keeps_words(
    page: Page, controlled: Demo, level: str, name: str
) -> None:
    tell(controlled, "right")
    enter_as(page, controlled, name)

    frame = follow_link(page)
    answer_all(frame)
    take_picture(page, f"level-{level}-keeps")
    hand_in(frame)

    assert "10" in wait_for_grade(page)
    assert has_session_cookie(page, controlled) is LEVELS[level].keeps_cookies
    assert needs_cookie(controlled) is LEVELS[level].keeps_cookies


@pytest.mark.parametrize(("level", "name"), [(level, name) for level, _, name in LEARNERS])
def test_st_12_a_learner_hands_in_where_the_platform_never_answers(
    page: Page, controlled: Demo, level: str, name: str
) -> None:
    tell(controlled, "silent")
    enter_as(page, controlled, name)

    frame = follow_link(page)
    where = frame if LEVELS[level].keeps_cookies else open_tab(page, frame, level)
    answer_all(where)
    hand_in(where)

    assert "10" in wait_for_grade(page)
    assert needs_cookie(controlled) is (
        LEVELS[level].keeps_cookies or LEVELS[level].keeps_them_in_a_tab
    )


def test_ps_18_without_javascript_a_learner_goes_on_by_hand(
    playwright: Playwright, controlled: Demo, tmp_path: Path
) -> None:
    profile = {"default_content_setting_values": {"javascript": BLOCK}}
    with profile_with(playwright, tmp_path / "profile", profile) as context:
        page = context.pages[0]
        enter_as(page, controlled, "Siobhán")
        frame = follow_link(page)
        frame.get_by_role("button", name="Go on").click()

        # By their tags: Playwright does not look for words or roles in such parts.
        expect(frame.locator("noscript p")).to_be_visible()
        on_by_hand, in_a_tab = (frame.locator("noscript button").nth(number) for number in (0, 1))
        expect(in_a_tab).to_be_visible()
        take_picture(page, "no-javascript")
        on_by_hand.click()
        frame.get_by_role("button", name="Go on").click()

        answer_all(frame)


def open_tab(page: Page, frame: FrameLocator, level: str) -> Page:
    """Take the way out that the frame offers."""
    button = frame.get_by_role("button", name="Open in a new tab")
    expect(button).to_be_visible(timeout=FALLBACK_WITHIN_MS)
    take_picture(page, f"level-{level}-needs-a-tab")
    with page.expect_popup() as opened:
        button.click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text(ACTIVITY)
    take_picture(opened.value, f"level-{level}-tab")
    return opened.value


def wait_for_grade(page: Page) -> str:
    deadline = time.monotonic() + TEN_SECONDS
    while "10" not in (said := own_grade(page)) and time.monotonic() < deadline:
        page.reload()
    return said


def has_session_cookie(page: Page, demo: Demo) -> bool:
    return any(
        cookie["name"].startswith("__Host-rp-") for cookie in page.context.cookies(demo.tool)
    )


def needs_cookie(demo: Demo) -> bool:
    """Whether the newest session is found by its cookie, or by its key alone."""
    with database_of(demo) as database, database.read() as session:
        newest = select(LaunchSession.cookie_digest).order_by(LaunchSession.id.desc()).limit(1)
        return session.scalars(newest).one() != NO_COOKIE
