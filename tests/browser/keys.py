"""A person who has a keyboard alone: who goes from stop to stop, and presses what is reached."""

from typing import Any

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from tests.browser.conftest import Demo, take_picture

Stop = dict[str, Any]

#: Stops until something counts as out of reach; stops on one thing until it is a trap. A date has
#: a stop for each of its parts.
_MOST_STOPS = 150
_MOST_STOPS_ON_ONE = 9
#: The stop in a document, where the keys go there, and what is amiss with it. What the page itself
#: brings before the reader, such as a heading, does nothing when pressed and has no ring.
_STOP = """target => {
  const at = document.activeElement;
  if (!document.hasFocus() || at === document.body || at.localName === "iframe") return null;
  const words = (at.labels?.[0] ?? at).textContent.trim().replace(/\\s+/g, " ").slice(0, 40);
  const { order, amiss } = checks.focus();
  const stop = `${order}: ${at.localName} “${words}”`;
  return { isTarget: at === target, stop, amiss: at.tabIndex < 0 ? [] : amiss };
}"""


#: The frame has grown or shrunk to the page, or would have by now.
_SETTLED = """async () => {
  const isFit = () => Math.abs(innerHeight - document.documentElement.offsetHeight) < 2;
  const until = performance.now() + 1000;
  while (!isFit() && performance.now() < until) await new Promise(requestAnimationFrame);
}"""


class Keys:
    """The keyboard of one page of the demo. The steps of a walk are told where it fails."""

    def __init__(self, page: Page, demo: Demo) -> None:
        self._page, self._demo = page, demo
        self._trail: list[str] = []

    @property
    def inside(self) -> Frame:
        """The tool in its frame."""
        found = next(one for one in self._page.frames if one.url.startswith(self._demo.tool))
        found.wait_for_load_state()
        return found

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)

    def type(self, words: str) -> None:
        """Type over what stands in a field."""
        self.press("Control+a")
        self._page.keyboard.type(words)

    def enter_as(self, name: str) -> None:
        """Enter the course; the address is all that is given."""
        self._page.goto(self._demo.lms)
        self.go_to(self._page.get_by_role("button", name=name))
        self.press("Enter")

    def open_activity(self, title: str) -> None:
        """Follow a link in the course, and wait for what is in the frame."""
        self.go_to(self._page.get_by_role("main").get_by_role("link", name=title))
        self.press("Enter")
        heading = self._page.frame_locator("iframe").get_by_role("heading", level=1)
        expect(heading).to_be_visible()

    def go_to(self, target: Locator, *, key: str = "Tab") -> None:
        """Press Tab until something has the focus, and see at each stop that the focus shows."""
        element = target.element_handle()
        # Before its style is there, nothing shows where the focus is.
        self._page.wait_for_load_state()
        self._trail.clear()
        for _ in range(_MOST_STOPS):
            stop = element.evaluate(_STOP)
            if self._is_reached(stop):
                return
            self.press(key)
        pytest.fail(f"{target} is out of reach; the walk was:\n{self._told()}")

    def _is_reached(self, stop: Stop | None) -> bool:
        if stop is None:
            return False
        assert not stop["amiss"], f"{stop['amiss']}; the walk was:\n{self._told()}"
        self._trail.append(stop["stop"])
        on_one = self._trail[-_MOST_STOPS_ON_ONE:]
        is_trap = len(on_one) == _MOST_STOPS_ON_ONE and len(set(on_one)) == 1
        assert not is_trap, f"no way on; the walk was:\n{self._told()}"
        return bool(stop["isTarget"])

    def _told(self) -> str:
        return "\n".join(self._trail)

    def go_out(self, *, key: str = "Tab") -> None:
        """Go on until the tool's page is left behind: nothing in it holds somebody."""
        self._trail.clear()
        for _ in range(_MOST_STOPS):
            if not self.inside.evaluate("document.hasFocus()"):
                return
            self.press(key)
        pytest.fail("there is no way out of the frame")

    def take_picture(self, name: str) -> None:
        """Keep a picture of the page once the frame fits."""
        self.inside.evaluate(_SETTLED)
        take_picture(self._page, f"keys-{name}")

    def expect_a_place(self) -> None:
        """See that the focus is on something, not lost to the page as a whole."""
        expect(self.inside.locator("body :focus")).to_have_count(1)
