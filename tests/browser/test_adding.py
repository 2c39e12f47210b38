"""Activities are added from inside the platform, in its frame, by keyboard and by finger."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Demo, running_demo, take_picture
from tests.browser.finger import Finger
from tests.browser.keys import Keys
from tests.browser.people import answer_all, enter_as, hand_in, open_activity
from tests.pages.looking import CHECKS

pytestmark = pytest.mark.browser

TEACHER, LEARNER = "Rima Haddad", "Amara Okafor"
MINE = "Week 2: where I start"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as started:
        yield started


def press(keys: Keys, role: str, name: str) -> None:
    """Go to something by its role and name, and press Enter there; it leads on."""
    found = keys.inside.get_by_role(role, name=name)  # type: ignore[arg-type] # a literal
    keys.go_to(found.locator("visible=true").first)
    with keys.inside.expect_navigation():
        keys.press("Enter")


def test_two_are_added_with_points_and_dates_and_one_is_done(page: Page, demo: Demo) -> None:
    """By keyboard alone; the gradebook has the column, with what the learner got."""
    page.context.add_init_script(CHECKS)
    keys = Keys(page, demo)
    keys.enter_as(TEACHER)
    keys.go_to(page.get_by_role("link", name="Add activity"))
    keys.press("Enter")
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_text(
        "What would you like to add?"
    )
    boxes = keys.inside.get_by_role("checkbox")
    for box in (boxes.nth(0), boxes.nth(1)):
        keys.go_to(box)
        keys.press("Space")
        expect(box).to_be_checked()
    keys.take_picture("adding")
    press(keys, "button", "Points and dates")
    title = keys.inside.get_by_label("Title", exact=True).first
    keys.go_to(title)
    keys.type(MINE)
    keys.go_to(keys.inside.get_by_label("Points", exact=True).first)
    keys.type("20")
    keys.go_to(keys.inside.get_by_label("Due", exact=True).first)
    keys.press(*"05052030", "ArrowRight", *"0900a")
    keys.take_picture("adding-details")
    press(keys, "button", "Look it over")
    expect(keys.inside.get_by_role("heading", name=MINE)).to_be_visible()
    keys.take_picture("adding-look")
    keys.go_to(keys.inside.get_by_role("button", name="Add 2 to the course"))
    keys.press("Enter")

    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Added to the course")).to_be_visible()
    frame.get_by_role("link", name="Back to the course").click()
    main = page.get_by_role("main")
    expect(main.get_by_role("link", name=MINE)).to_be_visible()
    expect(main.get_by_text(re.compile(r"20 points in the gradebook"))).to_be_visible()
    take_picture(page, "added-to-the-course")
    enter_as(page, demo, LEARNER)
    opened = open_activity(page, MINE)
    answer_all(opened)
    hand_in(opened)
    page.get_by_role("link", name="Your grades").first.click()
    expect(page.get_by_role("columnheader", name=f"{MINE} (20)")).to_be_visible()


@pytest.fixture
def finger(chromium: Browser, demo: Demo) -> Iterator[Finger]:
    context = chromium.new_context(
        viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True, locale="en-GB"
    )
    context.add_init_script(CHECKS)
    yield Finger(context.new_page(), demo)
    context.close()


def test_one_is_added_by_finger(finger: Finger) -> None:
    finger.enter_as(TEACHER)
    finger.page.get_by_role("link", name="Add activity").tap()
    frame = finger.page.frame_locator("iframe")
    frame.get_by_role("checkbox").last.tap()
    finger.look("adding")
    finger.press("button", "Points and dates")
    finger.look("adding-details")
    finger.press("button", "Look it over")
    finger.look("adding-look")
    finger.named("button", "Add it to the course").tap()

    expect(frame.get_by_role("heading", name="Added to the course")).to_be_visible()
    frame.get_by_role("link", name="Back to the course").tap()
    links = finger.page.get_by_role("main").get_by_role("link", name=re.compile("^Hiding"))
    expect(links.last).to_be_visible()


def test_a_double_tap_adds_once(finger: Finger) -> None:
    """Over a slow line, where the second would take the place of the first one's answer."""
    finger.enter_as(TEACHER)
    finger.page.get_by_role("link", name="Add activity").tap()
    frame = finger.page.frame_locator("iframe")
    frame.get_by_role("checkbox").last.tap()
    finger.press("button", "Points and dates")
    finger.press("button", "Look it over")
    finger.wait_until_still()
    posted: list[str] = []
    finger.page.on(
        "request", lambda sent: posted.append(sent.url) if sent.method == "POST" else None
    )
    line = finger.page.context.new_cdp_session(finger.page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 800, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)

    finger.named("button", "Add it to the course").dblclick(delay=120)

    added = frame.get_by_role("heading", name="Added to the course")
    expect(added).to_be_visible(timeout=30_000)
    assert len([one for one in posted if one.endswith("/add/finish")]) == 1
