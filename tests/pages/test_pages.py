"""Every page is fit for everybody: read, seen in any light, on a phone, by keyboard, from the right.

A page is drawn twice: in English, and in a made-up language that is read from right to left and
whose every message stands in brackets. What is amiss is named with the mode it was seen in.
"""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request

from lti_app.submissions.current import EXTENSION as KINDS
from lti_app.submissions.registry import Registry
from tests.pages import learner_scenes, outside_scenes, staff_scenes
from tests.pages.looking import problems_of
from tests.pages.pseudo import forgotten
from tests.pages.site import Site
from tests.pages.stage import Stage

pytestmark = pytest.mark.browser

SCENES = learner_scenes.SCENES | staff_scenes.SCENES | outside_scenes.SCENES


class Watch:
    """What a page asks of other hosts, and what its policy forbade."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.own = page, {urlsplit(site.url).netloc, ""}
        self.amiss: list[str] = []
        page.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.amiss.append(f"script: {error}"))

    def _request(self, request: Request) -> None:
        if not request.is_navigation_request() and urlsplit(request.url).netloc not in self.own:
            self.amiss.append(f"asks another host: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.amiss.append(f"console: {message.text}")


@pytest.mark.parametrize("stage", ["en", "ar"], indirect=True)
@pytest.mark.parametrize("name", SCENES)
def test_page_is_fit_for_everybody(stage: Stage, name: str) -> None:
    watch = Watch(stage.page, stage.site)

    SCENES[name](stage)

    stage.page.wait_for_load_state("networkidle")
    amiss = [*watch.amiss, *problems_of(stage.page)]
    if stage.locale == "ar":
        amiss += untranslated(stage)
        assert stage.page.locator("html").get_attribute("dir") == "rtl"
    assert not amiss, "\n".join(amiss)


def untranslated(stage: Stage) -> list[str]:
    """Return the words that no translator sees, and what people wrote without its own direction."""
    given = given_words(stage)
    amiss = []
    for word in stage.page.evaluate("checks.words()"):
        if left := forgotten(word["text"], given):
            amiss.append(f"not translated: {left} ({word['where']})")
        elif not word["isWritten"] and forgotten(word["text"], ()):
            amiss.append(f"without its own direction: {word['text'].strip()} ({word['where']})")
    return amiss


def given_words(stage: Stage) -> set[str]:
    """Return what courses and people wrote, none of which is ours to translate."""
    registry: Registry = stage.site.app.extensions[KINDS]
    found = {"Ann Ångström", "help@example.org", *staff_scenes.NAMES}
    for pack in registry.library.packs:
        found |= _texts(pack.course.model_dump())
        for module in pack.modules:
            found |= {text for item in module.items for text in _texts(item.spec.model_dump())}
    return found


def _texts(value: object) -> set[str]:
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return {text for part in value.values() for text in _texts(part)}
    if isinstance(value, list | tuple):
        return {text for part in value for text in _texts(part)}
    return set()
