"""Cards are sorted by keyboard, mouse or finger, or without a script: what is sent is the same."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect

from tests.exercise.sort.cards import CARDS
from tests.pages.looking import CHECKS
from tests.pages.site import Site
from tests.pages.sorting_scenes import HAND_IN, send, sorting
from tests.pages.stage import Stage

pytestmark = pytest.mark.browser

SWEET, SOUR, BITTER = "sweet things", "sour things", "bitter things"


def deck(page: Page) -> Locator:
    """Return the card that is to be placed now."""
    return page.locator("[data-deck] [data-card]:visible")


def words_of(card: Locator) -> str:
    return card.locator(".rp-sortcard__text").inner_text()


def place(page: Page, title: str) -> Locator:
    """Return a bin."""
    return page.get_by_role("region", name=title)


def card_in(page: Page, title: str, text: str) -> Locator:
    """Return a card that lies in a bin."""
    return place(page, title).get_by_role("group", name=text)


def spoken(page: Page) -> Locator:
    return page.locator("[data-sort-spoken]")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def is_saved(page: Page) -> None:
    """Wait until the form says so: what the server has is what the radios say."""
    expect(page.locator('[data-saving-is="saved"]')).to_be_visible()


def test_cards_are_sorted_and_handed_in_by_keyboard_alone(stage: Stage) -> None:
    sorting(stage)
    page = stage.page
    deck(page).focus()

    for left in range(len(CARDS), 0, -1):
        expect(deck(page)).to_be_focused()
        text = words_of(deck(page))
        press(page, "Tab", "Tab", "Enter")
        expect(spoken(page)).to_have_text(
            f"“{text}” placed in {SOUR}. {len(CARDS) - left + 1} of {len(CARDS)} placed."
        )
    expect(page.locator("[data-deck-empty]")).to_be_focused()
    page.get_by_role("button", name="Hand in").focus()
    with page.expect_navigation():
        press(page, "Enter")

    expect(page.get_by_text("2 of 6 cards are where they belong.").first).to_be_visible()


def test_a_placed_card_is_moved_on_and_back_by_keyboard(stage: Stage) -> None:
    sorting(stage)
    page = stage.page
    text = words_of(deck(page))
    send(stage, 0)
    opener = card_in(page, SWEET, text).get_by_role("button", name="Move")

    opener.focus()
    press(page, "Enter", "Tab", "Tab", "Enter")
    moved = card_in(page, BITTER, text).get_by_role("button", name="Move")
    expect(moved).to_be_focused()
    expect(moved).to_have_attribute("aria-expanded", "false")
    press(page, "Enter", "Escape")
    expect(moved).to_have_attribute("aria-expanded", "false")
    press(page, "Enter")
    card_in(page, BITTER, text).get_by_role("button", name="Back to the cards").press("Enter")

    expect(deck(page)).to_be_focused()
    assert words_of(deck(page)) == text
    expect(spoken(page)).to_have_text(f"“{text}” is back among the cards. 0 of 6 placed.")


def test_a_card_can_wait_until_the_others_are_placed(stage: Stage) -> None:
    sorting(stage)
    page = stage.page
    waits = words_of(deck(page))

    deck(page).get_by_role("button", name="Decide later").click()
    for _ in range(len(CARDS) - 1):
        assert words_of(deck(page)) != waits
        send(stage, 2)

    assert words_of(deck(page)) == waits
    expect(deck(page).get_by_role("button", name="Decide later")).to_be_hidden()


def test_a_card_is_carried_by_mouse_and_saved(stage: Stage) -> None:
    sorting(stage)
    page = stage.page
    text = words_of(deck(page))

    carry(page, deck(page).locator(".rp-sortcard__text"), place(page, BITTER))

    expect(card_in(page, BITTER, text)).to_be_visible()
    expect(page.get_by_text("1 of 6 placed", exact=True)).to_be_visible()
    is_saved(page)
    page.reload()
    expect(card_in(page, BITTER, text)).to_be_visible()


def test_a_card_is_carried_from_bin_to_bin_and_back_to_the_cards(stage: Stage) -> None:
    sorting(stage)
    page = stage.page
    text = words_of(deck(page))
    send(stage, 0)

    carry(page, card_in(page, SWEET, text), place(page, SOUR))
    expect(card_in(page, SOUR, text)).to_be_visible()
    carry(page, card_in(page, SOUR, text), page.locator("[data-deck]"))

    assert words_of(deck(page)) == text


def test_escape_leaves_a_carried_card_where_it_was(stage: Stage) -> None:
    sorting(stage)
    page = stage.page
    text = words_of(deck(page))

    carry(page, deck(page), place(page, BITTER), drop=lambda: press(page, "Escape"))
    page.mouse.up()

    assert words_of(deck(page)) == text
    expect(page.get_by_text("0 of 6 placed", exact=True)).to_be_visible()


def test_a_card_that_is_let_go_beside_the_bins_goes_back(stage: Stage) -> None:
    sorting(stage)
    page = stage.page
    text = words_of(deck(page))
    amiss: list[str] = []
    page.on("pageerror", lambda error: amiss.append(error.message))

    carry(page, deck(page), page.locator("h1"))

    assert words_of(deck(page)) == text
    assert page.locator(".is-over, .is-carried").count() == 0
    assert amiss == []


def test_a_card_that_needs_another_look_is_brought_up_by_its_link(stage: Stage) -> None:
    sorting(stage, placed=2)
    stage.press(HAND_IN)
    page = stage.page
    link = page.locator("#needs-a-look a").nth(2)
    text = link.inner_text()

    link.press("Enter")

    expect(deck(page)).to_be_focused()
    assert words_of(deck(page)) == text
    expect(deck(page).get_by_text("Choose a place for this card.")).to_be_visible()
    send(stage, 0)
    expect(card_in(page, SWEET, text).get_by_text("Choose a place")).to_have_count(0)


def test_moving_cards_about_leaves_nothing_unsaved_that_is_as_it_was(stage: Stage) -> None:
    sorting(stage)
    page = stage.page
    for bin_place in (3, 2, 1, 0, 1, 2):
        send(stage, bin_place)
    is_saved(page)

    page.reload()
    expect(page.locator("[data-deck-empty]")).to_be_visible()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.locator("[data-open]").first.focus()
    press(page, "Tab")
    page.evaluate("() => new Promise(requestAnimationFrame)")

    assert sent == []
    is_saved(page)


def test_cards_are_sorted_without_a_script(stage: Stage, headless_shell: Browser) -> None:
    sorting(stage)
    context = headless_shell.new_context(
        java_script_enabled=False, storage_state=stage.page.context.storage_state()
    )
    page = context.new_page()
    page.goto(stage.page.url)

    for text in CARDS.values():
        page.get_by_role("group", name=text).get_by_label(SWEET).check()
    page.locator(HAND_IN).click()

    expect(page.get_by_text("2 of 6 cards are where they belong.").first).to_be_visible()
    context.close()


@pytest.fixture
def phone(site: Site, headless_shell: Browser) -> Iterator[Stage]:
    """The smallest phone."""
    context = headless_shell.new_context(
        viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True, locale="en-GB"
    )
    context.add_init_script(CHECKS)
    yield Stage(site, context.new_page(), "en", site.new_course())
    context.close()


def test_cards_are_sorted_by_tapping_on_the_smallest_phone(phone: Stage) -> None:
    sorting(phone)
    page = phone.page

    for _ in CARDS:
        deck(page).get_by_role("button", name=BITTER).tap()
    assert page.evaluate("[...checks.tooSmall(), ...checks.sideways()]") == []
    with page.expect_navigation():
        page.locator(HAND_IN).tap()

    expect(page.get_by_text("2 of 6 cards are where they belong.").first).to_be_visible()


def test_a_card_is_carried_by_finger_by_its_grip(phone: Stage) -> None:
    sorting(phone)
    page = phone.page
    text = words_of(deck(page))

    with_finger(page, deck(page).locator("[data-grip]"), place(page, SWEET))

    expect(card_in(page, SWEET, text)).to_be_visible()


def test_a_finger_on_a_cards_words_scrolls_and_carries_nothing(phone: Stage) -> None:
    sorting(phone)
    page = phone.page
    text = words_of(deck(page))

    with_finger(page, deck(page).locator(".rp-sortcard__text"), page.locator("h1"))

    assert words_of(deck(page)) == text
    expect(page.get_by_text("0 of 6 placed", exact=True)).to_be_visible()


def middle(of: Locator) -> tuple[float, float]:
    box = of.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def carry(
    page: Page, what: Locator, to: Locator, *, drop: Callable[[], None] | None = None
) -> None:
    """Carry by mouse, in a window where both ends are in sight."""
    page.set_viewport_size({"width": 1280, "height": 1400})
    page.mouse.move(*middle(what))
    page.mouse.down()
    page.mouse.move(*middle(to), steps=8)
    (drop or page.mouse.up)()


def with_finger(page: Page, what: Locator, to: Locator) -> None:
    """Carry by finger, on a phone so high that both ends are in sight."""
    page.set_viewport_size({"width": 320, "height": 1800})
    session = page.context.new_cdp_session(page)
    (x, y), (to_x, to_y) = middle(what), middle(to)
    _touch(session, "touchStart", x, y)
    for step in range(1, 9):
        _touch(session, "touchMove", x + (to_x - x) * step / 8, y + (to_y - y) * step / 8)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def _touch(session: CDPSession, kind: str, x: float, y: float) -> None:
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
