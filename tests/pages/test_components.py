"""What components do under a hand, on a keyboard and to a screen reader; shown by the gallery."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.pages.site import Site
from tests.peers.http_peer import Reply, http_peer

pytestmark = pytest.mark.browser

_EIGHT_SECONDS = 8_000


@pytest.fixture
def page(site: Site, headless_shell: Browser) -> Iterator[Page]:
    context = headless_shell.new_context(base_url=site.url, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture
def plain_page(site: Site, headless_shell: Browser) -> Iterator[Page]:
    """A page whose browser runs no script."""
    context = headless_shell.new_context(base_url=site.url, java_script_enabled=False)
    yield context.new_page()
    context.close()


# ---------- dialogs ----------


def opener(page: Page) -> Locator:
    return page.get_by_role("button", name="Take the grade back")


def test_dialog_opens_by_keyboard_and_says_what_it_asks(page: Page) -> None:
    page.goto("/gallery/overlays")

    opener(page).focus()
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog", name="Take the grade back?")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Take back grade and score")).to_be_visible()


@pytest.mark.parametrize(
    ("words", "first"),
    [("Take the grade back", "Cancel"), ("Let them hand in once more", "Let Amara hand in")],
)
def test_enter_in_a_new_dialog_never_does_what_cannot_be_undone(
    page: Page, words: str, first: str
) -> None:
    page.goto("/gallery/overlays")

    page.get_by_role("button", name=words).focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("dialog").get_by_role("button", name=first)).to_be_focused()


def test_focus_stays_in_a_dialog(page: Page) -> None:
    page.goto("/gallery/overlays")
    opener(page).click()

    for _ in range(4):
        page.keyboard.press("Tab")
        # Between the last and the first stands the browser's own bar: the body.
        assert page.evaluate("document.activeElement.closest('dialog, body')?.localName") in (
            "dialog",
            "body",
        )


@pytest.mark.parametrize("way_out", ["Escape", "Cancel", "beside it"])
def test_dialog_closes_and_focus_returns_to_its_opener(page: Page, way_out: str) -> None:
    page.goto("/gallery/overlays")
    opener(page).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()

    match way_out:
        case "Escape":
            page.keyboard.press("Escape")
        case "Cancel":
            dialog.get_by_role("button", name="Cancel").click()
        case _:
            page.mouse.click(5, 5)

    expect(dialog).to_be_hidden()
    expect(opener(page)).to_be_focused()


def test_press_inside_a_dialog_leaves_it_open(page: Page) -> None:
    page.goto("/gallery/overlays")
    opener(page).click()

    page.get_by_role("dialog").get_by_role("heading").click()

    expect(page.get_by_role("dialog")).to_be_visible()


def test_without_a_script_the_question_of_a_dialog_opens_in_its_place(plain_page: Page) -> None:
    plain_page.goto("/gallery/overlays")
    deed = plain_page.get_by_role("button", name="Take back grade and score")
    expect(deed).to_be_hidden()

    plain_page.get_by_text("Take the grade back", exact=True).click()

    expect(deed).to_be_visible()
    expect(plain_page.get_by_role("button", name="Cancel")).to_be_hidden()


@pytest.fixture
def course(site: Site) -> Iterator[str]:
    """The address of a page of another site, with a frame that is as high as its page wants."""
    frame = f'<iframe src="{site.url}/gallery/overlays" width="860" height="3000"></iframe>'
    reply = Reply(body=frame.encode(), headers={"Content-Type": "text/html"})
    with http_peer(lambda _: reply) as peer:
        yield peer.url


@pytest.mark.parametrize("scrolled", [0, 1200])
def test_in_a_high_frame_a_dialog_opens_where_the_reader_looks(
    page: Page, course: str, scrolled: int
) -> None:
    page.set_viewport_size({"width": 900, "height": 700})
    page.goto(course)
    frame = page.frame_locator("iframe")
    button = frame.get_by_role("button", name="Take the grade back")
    expect(button).to_be_visible()
    page.evaluate("y => scrollTo(0, y)", scrolled)

    button.evaluate("button => button.click()")

    expect(frame.get_by_role("dialog")).to_be_in_viewport(ratio=1)


# ---------- menus ----------


def test_menu_opens_by_keyboard_and_escape_gives_the_focus_back(page: Page) -> None:
    page.goto("/gallery/overlays")
    menu = page.get_by_text("Order", exact=True)

    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="Who needs you first")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Who needs you first")).to_be_hidden()
    expect(menu).to_be_focused()


@pytest.mark.parametrize("leaving", ["press", "tab"])
def test_menu_closes_when_the_reader_goes_elsewhere(page: Page, leaving: str) -> None:
    page.goto("/gallery/overlays")
    page.get_by_text("Order", exact=True).click()
    expect(page.get_by_role("link", name="By name")).to_be_visible()

    if leaving == "press":
        page.get_by_role("heading", name="Toasts").click()
    else:
        for _ in range(4):
            page.keyboard.press("Tab")

    expect(page.get_by_role("link", name="By name")).to_be_hidden()


def test_menu_opens_without_a_script(plain_page: Page) -> None:
    plain_page.goto("/gallery/overlays")

    plain_page.get_by_text("Order", exact=True).click()

    expect(plain_page.get_by_role("link", name="By name")).to_be_visible()


# ---------- toasts ----------


def toast(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text="The card went back")


def test_toast_is_put_into_a_region_that_a_screen_reader_listens_to(page: Page) -> None:
    page.goto("/gallery/overlays", wait_until="commit")
    expect(page.locator("[role=status].rp-toasts")).to_be_empty()

    expect(toast(page)).to_be_visible()


def test_toast_stays_eight_seconds_and_then_leaves(page: Page) -> None:
    page.clock.install()
    page.goto("/gallery/overlays")
    page.clock.run_for(200)

    page.clock.run_for(_EIGHT_SECONDS)
    expect(toast(page)).to_be_visible()
    page.clock.run_for(_EIGHT_SECONDS)
    expect(toast(page)).to_be_hidden()


def test_toast_waits_while_somebody_is_in_it(page: Page) -> None:
    page.clock.install()
    page.goto("/gallery/overlays")
    page.clock.run_for(200)

    page.get_by_role("button", name="Undo").focus()
    page.clock.run_for(10 * _EIGHT_SECONDS)

    expect(toast(page)).to_be_visible()


def test_toast_can_be_closed(page: Page) -> None:
    page.goto("/gallery/overlays")

    page.get_by_role("button", name="Close").click()

    expect(toast(page)).to_be_hidden()


def test_without_a_script_what_a_toast_says_stands_in_the_page(plain_page: Page) -> None:
    plain_page.goto("/gallery/overlays")

    expect(plain_page.get_by_text("The card went back")).to_be_visible()
    expect(plain_page.get_by_role("button", name="Undo")).to_be_visible()


# ---------- tables, tabs, forms, charts ----------


def test_narrow_table_is_a_list_and_still_a_table_to_a_screen_reader(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto("/gallery/tables")

    table = page.get_by_role("table", name="Each learner’s grade")
    expect(table.get_by_role("columnheader")).to_have_count(4)
    expect(table.get_by_role("rowheader")).to_have_count(3)
    grade = table.get_by_role("row").filter(has_text="Priya").get_by_role("cell").nth(1)
    assert grade.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Grade"'
    assert grade.evaluate("cell => getComputedStyle(cell.parentElement).display") == "grid"
    # Written out: a browser forgets what a table is when its display is another.
    written = "table[role=table] > tbody[role=rowgroup] > tr[role=row] > "
    expect(page.locator(f"{written} [role=rowheader]")).to_have_count(3)
    expect(page.locator(f"{written} td[role=cell]")).to_have_count(10)


def test_wide_table_has_columns_and_no_repeated_words(page: Page) -> None:
    page.goto("/gallery/tables")

    cell = page.get_by_role("table").get_by_role("cell").first

    assert cell.evaluate("cell => getComputedStyle(cell).display") == "table-cell"
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == "none"


def test_tabs_are_links_and_the_open_one_says_so(page: Page) -> None:
    page.goto("/gallery/frame")

    tabs = page.get_by_role("navigation", name="The activity").get_by_role("link")

    expect(tabs).to_have_text(["People", "Results", "Settings", "Preview"])
    assert [tab.get_attribute("aria-current") for tab in tabs.all()] == [None, "page", None, None]


def test_focus_comes_to_the_summary_and_from_there_to_the_first_field(page: Page) -> None:
    page.goto("/gallery/forms")

    expect(page.locator("#needs-a-look")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("Typed")

    expect(page.get_by_label("Title").last).to_have_value("Typed")


def test_what_was_typed_stays_beside_what_needs_another_look(page: Page) -> None:
    page.goto("/gallery/forms")

    expect(page.get_by_label("About").last).to_have_value("What was typed stays.")
    field = page.get_by_label("Title").last
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("Learners see it. Write a title.")


def test_step_says_where_it_stands(page: Page) -> None:
    page.goto("/gallery/steps")

    now = page.get_by_role("listitem").filter(has=page.locator("#now"))

    expect(now).to_have_attribute("aria-current", "step")
    expect(now.get_by_role("heading")).to_have_text("Now: Monday, after lunch")


def test_chart_is_one_image_with_a_table_behind(page: Page) -> None:
    page.goto("/gallery/charts")
    figure = page.get_by_role("figure", name="Which way people went")

    expect(figure.get_by_role("img", name="Of 24 learners, 14 asked")).to_be_visible()
    figure.get_by_text("The same as a table").click()

    expect(figure.get_by_role("rowheader")).to_have_count(4)
    expect(figure.get_by_role("cell").first).to_have_text("14 of 24")


def test_what_is_being_fetched_is_said_and_marked_as_busy(page: Page) -> None:
    page.goto("/gallery/places")

    skeleton = page.locator("main").get_by_role("status")

    expect(skeleton).to_have_text("Fetching the answers of the group")
    expect(skeleton).to_have_attribute("aria-busy", "true")


def test_nothing_moves_for_who_asked_for_less_motion(page: Page) -> None:
    page.goto("/gallery/overlays")
    opener(page).click()

    durations = page.get_by_role("dialog").evaluate(
        "dialog => getComputedStyle(dialog).transitionDuration"
    )

    assert {float(one.removesuffix("s")) for one in durations.split(", ")} == {0.001}
