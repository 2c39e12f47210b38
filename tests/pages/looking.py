"""Looks at a page as different people do: in the dark, on a phone, by keyboard, by ear."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

#: Defines `checks`; every page of a stage has it.
CHECKS = (Path(__file__).parent / "checks.js").read_text()
#: All is loaded, and colours have arrived where they were going. The browser's own event would not
#: do: a page that goes on to the platform has none.
_SETTLED = """async () => {
  while (document.readyState !== "complete") await new Promise(requestAnimationFrame);
  await document.fonts.ready;
  await new Promise(requestAnimationFrame);
  await Promise.all(document.getAnimations().map((one) => one.finished));
}"""
_HEIGHT = 800
_MOST_STOPS = 240
#: What colours or direction can change in a page whose like was looked at whole.
_COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
_ALL = {"resultTypes": ["violations"]}


@dataclass(frozen=True)
class Mode:
    """How a page is shown.

    Attributes:
        is_whole: every rule is checked; else what colours or direction can change.
    """

    scheme: Literal["light", "dark"]
    width: int
    is_forced: bool = False
    is_whole: bool = False

    def __str__(self) -> str:
        return f"{'forced ' if self.is_forced else ''}{self.scheme} {self.width}"


#: In another direction: a page that becomes narrow turns its tables into lists.
MIRRORED = (Mode("light", 1280), Mode("light", 320, is_whole=True))
MODES = (
    Mode("light", 1280, is_whole=True),
    Mode("light", 320, is_whole=True),
    Mode("dark", 1280),
    Mode("dark", 320),
    Mode("light", 320, is_forced=True),
)


def problems_of(page: Page, modes: tuple[Mode, ...] = MODES) -> list[str]:
    """Return what is amiss with a page in these modes, each with its mode."""
    page.evaluate(_SETTLED)
    page.evaluate(AXE_SCRIPT)
    return [f"{mode}: {problem}" for mode in modes for problem in _problems(page, mode)]


def _problems(page: Page, mode: Mode) -> Iterator[str]:
    page.set_viewport_size({"width": mode.width, "height": _HEIGHT})
    page.emulate_media(
        color_scheme=mode.scheme, forced_colors="active" if mode.is_forced else "none"
    )
    page.evaluate(_SETTLED)
    yield from _axe(page, _ALL if mode.is_whole else _COLOURS)
    checks = ["tooSmall", "sideways", "headings", "landmarks", "title", "icons"]
    for check in [*checks, *(["borders"] if mode.is_forced else [])]:
        yield from page.evaluate(f"checks.{check}()")
    if mode.scheme == "light":
        yield from _focus_problems(page)


def _axe(page: Page, options: dict[str, Any]) -> Iterator[str]:
    found = page.evaluate("options => axe.run(options)", options)
    for violation in found["violations"]:
        for node in violation["nodes"]:
            yield f"axe {violation['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"


def _focus_problems(page: Page) -> Iterator[str]:
    """Walk through the page by keyboard."""
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    order: list[int] = []
    for _ in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate("checks.focus()")
        if stop and stop["order"] in order[-1:]:
            continue  # a date has a stop for each of its parts
        if stop is None or stop["order"] in order:
            return
        order.append(stop["order"])
        yield from stop["amiss"]
        if order != sorted(order):
            yield f"the focus jumps back to target {order[-1]}"
    yield f"the focus is not through after {_MOST_STOPS} stops"
