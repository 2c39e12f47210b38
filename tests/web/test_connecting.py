"""What an administrator opens to connect a platform by hand, before there is any session."""

from html.parser import HTMLParser

import pytest
from flask import Flask

from lti_app.lti.canvas_json import canvas_json
from lti_app.lti.configuration import configuration_for
from lti_app.lti.forms_of_platforms import forms_by_hand
from lti_app.lti.quirks import Family
from tests.conftest import BASE_URL

KEYS = tuple(forms_by_hand(BASE_URL))


class Values(HTMLParser):
    """Collects what a page offers to copy, and its links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: list[str] = []
        self.links: list[str] = []
        self._is_inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self.links.append(given.get("href") or "")
        if tag == "code":
            self._is_inside = True
            self.values.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "code":
            self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.values[-1] += data


@pytest.mark.parametrize("key", KEYS)
def test_every_value_of_the_form_is_on_the_page_in_its_order(tool: Flask, key: str) -> None:
    form = forms_by_hand(BASE_URL)[key]
    entries = [entry for step in form.steps for entry in step.entries if entry.how == "paste"]

    answer = tool.test_client().get(f"/lti/config/{key}", base_url=BASE_URL)

    assert answer.status_code == 200
    shown = Values(answer.text)
    assert shown.values == [*(entry.value for entry in entries), form.command]
    assert {f"/lti/config/{other}" for other in KEYS} <= set(shown.links)


def test_the_page_needs_no_session_and_sets_no_cookie(tool: Flask) -> None:
    answer = tool.test_client().get("/lti/config", base_url=BASE_URL)

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Moodle" in answer.text


def test_a_platform_that_is_not_known_has_no_page(tool: Flask) -> None:
    assert tool.test_client().get("/lti/config/elsewhere", base_url=BASE_URL).status_code == 404


def test_canvas_reads_its_configuration_from_its_address(tool: Flask) -> None:
    answer = tool.test_client().get("/lti/canvas.json", base_url=BASE_URL)

    assert answer.mimetype == "application/json"
    assert answer.get_json() == canvas_json(configuration_for(BASE_URL, Family.CANVAS))
    assert "max-age=" in answer.headers["Cache-Control"]


def test_the_addresses_are_those_of_the_setting_not_of_the_request(tool: Flask) -> None:
    answer = tool.test_client().get(
        "/lti/canvas.json", base_url=BASE_URL, headers={"X-Forwarded-Host": "evil.test"}
    )

    assert "evil.test" not in answer.text
