"""Exercises by finger, on the smallest phone, in the cross-site frame of the demo."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from lti_app.catalog.models import Activity
from lti_app.catalog.service import get_activity_of
from lti_app.core.db import Database
from tests.browser.conftest import Demo, running_demo, take_picture
from tests.browser.people import ACTIVITY, STATEMENTS
from tests.exercise.branch.stories import told
from tests.exercise.placing import make_of
from tests.pages.looking import CHECKS

pytestmark = pytest.mark.browser

_GROWN = """async () => {
  const isGrown = () => innerHeight >= document.documentElement.offsetHeight;
  while (!isGrown()) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
}"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as started:
        yield started


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True, locale="en-GB"
    )
    context.add_init_script(CHECKS)
    yield context.new_page()
    context.close()


def test_self_assessment_is_done_by_finger_on_a_small_phone(phone: Page, demo: Demo) -> None:
    phone.goto(demo.lms)
    phone.get_by_role("button", name="Amara Okafor").tap()
    phone.get_by_role("main").get_by_role("link", name=ACTIVITY).tap()
    frame = phone.frame_locator("iframe")
    questions = frame.get_by_role("group")
    expect(questions).to_have_count(STATEMENTS)

    for number in range(STATEMENTS):
        questions.nth(number).locator("label").nth(number % 5).tap()
    expect(frame.get_by_text(f"{STATEMENTS} of {STATEMENTS} answered")).to_be_visible()
    take_picture(phone, "touch-answered")
    assert amiss_in_frame(phone, demo) == []
    frame.get_by_role("button", name="Hand in").tap()

    # In the frame, which did not scroll by itself: the course's page came along.
    expect(frame.get_by_text(re.compile("^Handed in on"))).to_be_in_viewport()
    take_picture(phone, "touch-receipt")
    assert amiss_in_frame(phone, demo) == []


def test_a_story_is_played_by_finger_on_a_small_phone(phone: Page, demo: Demo) -> None:
    phone.goto(demo.lms)
    phone.get_by_role("button", name="Hồng Nhung").tap()
    link = phone.get_by_role("main").get_by_role("link", name=ACTIVITY)
    link.wait_for()
    course = phone.url
    link.tap()
    frame = phone.frame_locator("iframe")
    expect(frame.get_by_role("group")).to_have_count(STATEMENTS)

    with being_a_story(demo):
        phone.goto(course)
        link.tap()
        for words, scene in (("Describe the", "Monday, after"), ("Call her", "In spring")):
            frame.locator("label", has_text=words).tap()
            frame.get_by_role("button", name="Choose and read on").tap()
            expect(frame.get_by_role("heading", name=scene)).to_be_visible()
            wait_until_grown(phone, demo)
            # The course's page came along, and was not thrown back to its top.
            expect(frame.get_by_role("heading", name=scene)).to_be_in_viewport()
            take_picture(phone, f"touch-story-{words.split()[0]}")
            assert amiss_in_frame(phone, demo) == []
        frame.get_by_role("button", name="Hand in").tap()
        expect(frame.get_by_text(re.compile("^Handed in on"))).to_be_in_viewport()


def wait_until_grown(phone: Page, demo: Demo) -> None:
    """Wait until the frame is as high as the page in it."""
    inside = next(one for one in phone.frames if one.url.startswith(demo.tool))
    inside.evaluate(_GROWN)


@contextmanager
def being_a_story(demo: Demo) -> Iterator[None]:
    """Let the demo's activity be a story for as long as the block takes."""
    database = Database(f"sqlite:///{demo.folder / 'demo' / 'rapport.sqlite3'}")
    with database.read() as session:
        row = session.scalars(select(Activity)).one()
        activity = get_activity_of(session, platform_id=row.platform_id, activity_id=row.id)
    make_of(database, activity, told())
    yield
    with database.write() as session:
        session.execute(update(Activity).values(item_version_id=activity.item_version_id))
    database.dispose()


def amiss_in_frame(phone: Page, demo: Demo) -> list[str]:
    """Return what is too small for a finger, or wider than the phone."""
    frame = next(one for one in phone.frames if one.url.startswith(demo.tool))
    found: list[str] = frame.evaluate("[...checks.tooSmall(), ...checks.sideways()]")
    return [*found, *phone.evaluate("checks.sideways()")]
