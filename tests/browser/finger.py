"""A person with a small phone: who taps, in a page that grows with the frame."""

import re
from dataclasses import dataclass

from playwright.sync_api import Frame, Locator, Page, expect

from tests.browser.conftest import Demo, take_picture

_STILL = """async () => {
  const heights = () => `${innerHeight} ${document.documentElement.offsetHeight}`;
  const isGrown = () => innerHeight >= document.documentElement.offsetHeight;
  let [before, since] = ["", 0];
  // frame.js tells a height after 100 ms without a change.
  while (!isGrown() || performance.now() - since < 500) {
    if (heights() !== before) [before, since] = [heights(), performance.now()];
    await new Promise(requestAnimationFrame);
  }
}"""
_AMISS = "[...checks.tooSmall(), ...checks.sideways()]"


@dataclass(frozen=True)
class Finger:
    """A finger on one page of the demo."""

    page: Page
    demo: Demo

    @property
    def inside(self) -> Frame:
        """The tool in its frame."""
        found = next(one for one in self.page.frames if one.url.startswith(self.demo.tool))
        found.wait_for_load_state()
        return found

    def enter_as(self, name: str) -> None:
        self.page.goto(self.demo.lms)
        self.page.get_by_role("button", name=name).tap()

    def open_activity(self, title: str) -> None:
        self.page.get_by_role("main").get_by_role("link", name=title).tap()
        heading = self.page.frame_locator("iframe").get_by_role("heading", level=1)
        expect(heading).to_be_visible()

    def named(self, role: str, name: str | re.Pattern[str]) -> Locator:
        found = self.inside.get_by_role(role, name=name)  # type: ignore[arg-type] # a literal
        return found.locator("visible=true").first

    def press(self, role: str, name: str | re.Pattern[str]) -> None:
        """Tap what leads on, and wait for what follows."""
        target = self.named(role, name)
        with self.inside.expect_navigation():
            target.tap()

    def wait_until_still(self) -> None:
        """Wait until the frame is as high as its page and stays so: nothing moves any more."""
        self.inside.evaluate(_STILL)

    def look(self, picture: str) -> None:
        """See that all is large enough for a finger and as narrow as the phone; keep a picture."""
        self.wait_until_still()
        take_picture(self.page, f"touch-{picture}")
        amiss = [*self.inside.evaluate(_AMISS), *self.page.evaluate("checks.sideways()")]
        assert not amiss, "\n".join(amiss)
