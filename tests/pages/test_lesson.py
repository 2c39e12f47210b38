"""A marked term says what it means where it stands: by keyboard, by finger, without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.pages.site import Site
from tests.pages.stage import Stage

pytestmark = pytest.mark.browser

#: An LMS makes the frame as high as the page, so "in the middle of the window" is far away.
FRAME_HEIGHT = 7000


@pytest.fixture(params=["en", "ar"])
def plain(request: pytest.FixtureRequest, site: Site, headless_shell: Browser) -> Iterator[Stage]:
    """A phone without scripts, in a frame that has grown with its page."""
    context = headless_shell.new_context(
        viewport={"width": 320, "height": FRAME_HEIGHT},
        java_script_enabled=False,
        has_touch=True,
        locale=request.param,
    )
    yield Stage(site, context.new_page(), request.param, site.new_course())
    context.close()


def opened_by(stage: Stage, term: Locator) -> Locator:
    return stage.page.locator(f"#{term.get_attribute('popovertarget')}")


def read(stage: Stage) -> Locator:
    """Open the lesson and return its marked terms."""
    stage.open(stage.visitor(), f"activities/{stage.activity().public_id}/lesson")
    return stage.page.locator(".rp-term")


def test_a_meaning_opens_and_closes_by_keyboard_and_the_place_is_kept(stage: Stage) -> None:
    term = read(stage).first
    meaning = opened_by(stage, term)

    term.focus()
    stage.page.keyboard.press("Enter")
    expect(meaning).to_be_visible()
    stage.page.keyboard.press("Escape")

    expect(meaning).to_be_hidden()
    expect(term).to_be_focused()


def test_a_meaning_stands_beside_its_word_without_scripts(plain: Stage) -> None:
    terms = read(plain)

    for term in terms.all():
        term.tap()
        meaning = opened_by(plain, term)
        expect(meaning).to_be_visible()
        word, card = term.bounding_box(), meaning.bounding_box()
        assert word
        assert card
        gap = max(
            card["y"] - (word["y"] + word["height"]), word["y"] - (card["y"] + card["height"])
        )
        assert 0 <= gap < 24
        assert card["x"] >= 0
        assert card["x"] + card["width"] <= 320
        plain.page.keyboard.press("Escape")
        expect(meaning).to_be_hidden()
