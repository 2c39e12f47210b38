"""Abuse 50, 53, 61 and 62 at every form of every page: nothing runs, nothing breaks.

The forms are read from the pages, so a new one is asked too.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from werkzeug.test import TestResponse

from lti_app.people.roles import Role
from tests.cases.forms import OWN, Button, Found, send, walk
from tests.cases.strange import SCRIPTS, STRANGE, TEMPLATES
from tests.peers.world import Visitor, World

ROLES = (Role.LEARNER, Role.INSTRUCTOR)
#: An answer that says what is amiss, or does what was asked. 500 is neither.
ANSWERS = {200, 204, 303, 400, 404, 409, 413, 415, 422}


class _Running(HTMLParser):
    """Finds what a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_script = tag == "script"
        for name, value in attrs:
            address = re.sub(r"[\s\0]", "", value or "").lower()
            runs = name in ("href", "src", "action", "formaction", "xlink:href")
            if name.startswith("on") or (runs and address.startswith(("javascript:", "data:text"))):
                self.found.append(f"<{tag} {name}={value}>")

    def handle_data(self, data: str) -> None:
        if self._in_script and "rpx" in data:
            self.found.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_script = self._in_script and tag != "script"


def running(page: str) -> list[str]:
    """Return what of a page a browser would run and was not written by us."""
    reader = _Running()
    reader.feed(page)
    return reader.found


@pytest.fixture(params=ROLES, ids=str)
def visitor(request: pytest.FixtureRequest, world: World) -> Visitor:
    """Somebody in a course with an activity; an instructor has a link to configure, too."""
    platform = world.platform()
    activity = world.activity(platform)
    world.visitor(platform).hand_in(activity)
    return world.visitor(platform, request.param, placement_id=world.link(platform, link="link-1"))


@pytest.fixture
def chooser(world: World) -> Visitor:
    platform = world.platform()
    return world.visitor(platform, Role.INSTRUCTOR, placement_id=world.link(platform))


def hostile_answers(visitor: Visitor, value: str) -> Iterator[tuple[Found, TestResponse]]:
    """Fill every field of every form with the value, and send it by each of its buttons."""
    for form in walk(visitor).forms:
        filled = {name: given if name in OWN else value for name, given in form.fields.items()}
        for button in form.buttons or [Button()]:
            yield form, send(visitor, form, button, filled)
        if form.method == "post":
            own = {name: value if name != "csrf_token" else given for name, given in filled.items()}
            yield form, send(visitor, form, Button(), own)


def check(visitor: Visitor, value: str) -> None:
    asked = 0
    for form, answer in hostile_answers(visitor, value):
        asked += 1
        assert answer.status_code in ANSWERS, (form, answer.status_code)
        assert "set-cookie: x" not in str(answer.headers).lower()
        assert running(answer.text) == [], form
        assert str(31337 * 31337) not in answer.text, form
    assert asked
    for address, page in walk(visitor).pages.items():
        assert running(page) == [], address
        assert str(31337 * 31337) not in page, address


#: What is only drawn need not be asked twice.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.parametrize("value", SCRIPTS.values(), ids=SCRIPTS)
def test_abuse_50_what_somebody_typed_is_shown_and_never_run(visitor: Visitor, value: str) -> None:
    check(visitor, value)


@on_sqlite
@pytest.mark.parametrize("value", TEMPLATES)
def test_abuse_53_a_template_in_a_field_stays_text(visitor: Visitor, value: str) -> None:
    check(visitor, value)


@pytest.mark.parametrize("value", STRANGE.values(), ids=STRANGE)
def test_abuse_61_62_strange_values_get_an_answer(visitor: Visitor, value: str) -> None:
    check(visitor, value)


@on_sqlite
@pytest.mark.parametrize("value", [*SCRIPTS.values(), *STRANGE.values()], ids=[*SCRIPTS, *STRANGE])
def test_abuse_50_62_a_link_is_configured_with_strange_values(chooser: Visitor, value: str) -> None:
    check(chooser, value)
