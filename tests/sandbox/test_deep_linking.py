"""Content that a tool brings: what each platform asks for, what it takes, what becomes of it."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import jwt
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_app.sandbox.models import LineItem, Link
from lti_app.sandbox.vocabulary import CLAIM, DEEP_LINKING
from tests.sandbox.courses import A
from tests.sandbox.lms import Browser, Lms, answered, claims_of
from tests.sandbox.moodle_lab import recorded

SETTINGS = f"{DEEP_LINKING}deep_linking_settings"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
ITEM = {
    "type": "ltiResourceLink",
    "title": "Week 2",
    "text": "One sentence.",
    "url": "http://localhost:8000/lti/launch?activity=a",
    "custom": {"activity": "a", "history": "$ResourceLink.id.history"},
    "lineItem": {"scoreMaximum": 7.5, "label": "Column", "resourceId": "a", "tag": "t"},
    "available": {"startDateTime": "2026-05-01T08:00:00Z"},
    "submission": {"endDateTime": "2026-05-08T18:00:00Z"},
}
ADDRESS = re.compile(r'src="([^"]*/add/launch[^"]*)"')


@dataclass
class Visit:
    """A teacher at the tool, who was sent there to choose."""

    lms: Lms
    browser: Browser
    claims: dict[str, Any]

    @property
    def settings(self) -> dict[str, Any]:
        return dict(self.claims[SETTINGS])

    def bring(
        self, *items: dict[str, Any], without: str = "", to: str = "", **changes: Any
    ) -> TestResponse:
        """Bring items back as a good tool does, but for the changes."""
        now = int(self.lms.clock().timestamp())
        right = {
            "iss": "c1",
            "aud": self.lms.sandbox.config.issuer,
            "iat": now,
            "exp": now + 300,
            "nonce": str(uuid4()),
            f"{CLAIM}message_type": "LtiDeepLinkingResponse",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": self.claims[f"{CLAIM}deployment_id"],
            f"{DEEP_LINKING}content_items": list(items),
        }
        if "data" in self.settings:
            right[f"{DEEP_LINKING}data"] = self.settings["data"]
        named = {
            f"{DEEP_LINKING}{name}": value for name, value in changes.items() if name == "data"
        }
        said = {**right, **{k: v for k, v in changes.items() if k != "data"}, **named}
        said.pop(without, None)
        token = jwt.encode(
            said, self.lms.tool.keys["c1"], algorithm="RS256", headers={"kid": "c1-k"}
        )
        parts = urlsplit(to or self.settings["deep_link_return_url"])
        return self.browser.post(f"{parts.path}?{parts.query}", data={"JWT": token})

    def links(self) -> list[Link]:
        """Return the links that the course has beside those of the start."""
        with self.lms.sandbox.database.read() as session:
            found = session.scalars(select(Link).where(Link.id > 4).order_by(Link.id))
            return list(found)

    def columns(self) -> list[LineItem]:
        with self.lms.sandbox.database.read() as session:
            made = select(LineItem).join(Link, LineItem.link_id == Link.id).where(Link.id > 4)
            return list(session.scalars(made.order_by(LineItem.id)))


def visit(lms: Lms, place: str = "") -> Visit:
    """Press the button in the course, and take what reaches the tool."""
    browser = lms.browser().enter("rima")
    page = browser.get(f"/courses/{A}/add" + (f"?place={place}" if place else ""))
    address = ADDRESS.search(page.text)
    assert address, page.status_code
    login = answered_login(browser.get(address[1].replace("&amp;", "&")))
    claims = claims_of(answered(browser.authenticate(login))["id_token"])
    return Visit(lms, browser, claims)


def answered_login(page: TestResponse) -> dict[str, str]:
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', page.text)
    return {name: value.replace("&#34;", '"').replace("&amp;", "&") for name, value in fields}


@pytest.fixture
def plain_visit(lms: Lms) -> Visit:
    return visit(lms)


def test_request_names_no_link_and_says_where_to_bring_it(plain_visit: Visit) -> None:
    claims = plain_visit.claims

    assert claims[f"{CLAIM}message_type"] == "LtiDeepLinkingRequest"
    assert f"{CLAIM}resource_link" not in claims
    assert claims[f"{CLAIM}context"]["id"] == A
    assert "lineitem" not in claims[AGS]
    assert plain_visit.settings["accept_types"] == ["ltiResourceLink"]
    assert plain_visit.settings["accept_multiple"] is True
    assert plain_visit.settings["data"]


def test_what_is_brought_becomes_a_link_with_column_and_dates(plain_visit: Visit) -> None:
    answer = plain_visit.bring(ITEM)

    assert (answer.status_code, "Added to the course" in answer.text) == (200, True)
    made, column = plain_visit.links()[0], plain_visit.columns()[0]
    assert (made.title, made.description, made.target_link_uri) == (
        "Week 2",
        "One sentence.",
        ITEM["url"],
    )
    assert made.custom == ITEM["custom"]
    assert made.dates == {
        "available_from": "2026-05-01T08:00:00+00:00",
        "submission_until": "2026-05-08T18:00:00+00:00",
    }
    assert (column.label, column.score_maximum, column.resource_id, column.tag) == (
        "Column",
        7.5,
        "a",
        "t",
    )
    launch = plain_visit.browser.launch(made.resource_link_id)
    assert launch[f"{CLAIM}target_link_uri"] == ITEM["url"]
    assert launch[f"{CLAIM}custom"]["activity"] == "a"
    assert launch[f"{CLAIM}custom"]["history"] == ""
    assert launch[AGS]["lineitem"].endswith(str(column.id))


def test_nothing_brought_adds_nothing(plain_visit: Visit) -> None:
    answer = plain_visit.bring()

    assert "Nothing was added" in answer.text
    assert plain_visit.links() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "c2"},
        {"aud": "https://other.test"},
        {"iat": 1},
        {"exp": 1},
        {"nonce": ""},
        {"without": "nonce"},
        {"data": "another"},
        {"without": f"{DEEP_LINKING}data"},
        {f"{CLAIM}deployment_id": "d2"},
        {f"{CLAIM}message_type": "LtiDeepLinkingRequest"},
        {f"{CLAIM}version": "1.0"},
    ],
    ids=str,
)
def test_what_is_not_proven_is_not_taken(plain_visit: Visit, changes: dict[str, Any]) -> None:
    answer = plain_visit.bring(ITEM, **changes)

    assert answer.status_code == 400
    assert plain_visit.links() == []


def test_an_unknown_key_proves_nothing(plain_visit: Visit) -> None:
    plain_visit.lms.tool.sets["c1"] = []

    assert plain_visit.bring(ITEM).status_code == 400


@pytest.mark.parametrize("points", [0, -1, "ten"], ids=str)
def test_a_column_without_points_is_not_taken(plain_visit: Visit, points: object) -> None:
    answer = plain_visit.bring({**ITEM, "lineItem": {"scoreMaximum": points, "label": "x"}})

    assert answer.status_code == 400
    assert plain_visit.links() == []


def test_a_visit_is_answered_once(plain_visit: Visit) -> None:
    plain_visit.bring(ITEM)

    assert plain_visit.bring(ITEM).status_code == 400
    assert len(plain_visit.links()) == 1


def test_an_address_of_no_visit_leads_nowhere(plain_visit: Visit) -> None:
    answer = plain_visit.bring(ITEM, to="http://127.0.0.1:8001/deep-linking?pick=unknown")

    assert answer.status_code == 404


@pytest.mark.parametrize("sub", ["amara", "test"])
def test_learners_add_nothing(lms: Lms, sub: str) -> None:
    browser = lms.browser().enter(sub)

    assert "Add activity" not in browser.get(f"/courses/{A}").text
    assert browser.get(f"/courses/{A}/add").status_code == 404
    assert browser.get(f"/courses/{A}/add/launch").status_code == 404


def test_requests_say_what_a_test_wants_them_to(lms: Lms) -> None:
    members = {"accept_multiple": None, "accept_lineitem": False, "data": "{}"}
    lms.control("PUT", "deep-linking", members)

    settings = visit(lms).settings

    assert "accept_multiple" not in settings
    assert (settings["accept_lineitem"], settings["data"]) == (False, "{}")


def test_moodle_asks_as_it_was_recorded(moodle: Lms) -> None:
    at_the_tool = visit(moodle)
    real = recorded("deep-linking-request")["claims"]

    ours, theirs = at_the_tool.settings, dict(real[SETTINGS])
    assert sorted(ours) == sorted(theirs)
    kept = ours.keys() - {"deep_link_return_url", "title", "text"}
    assert {name: ours[name] for name in kept} == {name: theirs[name] for name in kept}
    assert at_the_tool.claims[f"{CLAIM}launch_presentation"] == {"locale": "en"}


def test_moodle_lets_the_teacher_confirm_and_takes_what_it_really_takes(moodle: Lms) -> None:
    at_the_tool = visit(moodle)
    items = recorded("deep-linking-response-accepted")["claims"][f"{DEEP_LINKING}content_items"]

    asked = at_the_tool.bring(*items)

    assert "Add these?" in asked.text
    assert at_the_tool.links() == []
    address = re.search(r'action="([^"]+)"', asked.text)
    assert address
    assert at_the_tool.browser.post(address[1]).status_code == 303
    assert [one.title for one in at_the_tool.links()] == [one["title"] for one in items]
    column = at_the_tool.columns()[0]
    # Its own title, not the label that was sent.
    assert (column.label, column.resource_id, column.tag) == ("DL multi A", "rA", "tA")
    at_the_tool.browser.post(address[1])
    assert len(at_the_tool.links()) == len(items)


@pytest.mark.parametrize(
    ("place", "takes_several"),
    [("assignment_selection", False), ("module_index_menu_modal", True)],
)
def test_canvas_takes_one_or_many_by_the_place(
    canvas: Lms, place: str, takes_several: bool
) -> None:
    courses = [one.context_id for one in canvas.sandbox.config.courses]
    assert courses[0] == A
    at_the_tool = visit(canvas, place)

    query = urlsplit(at_the_tool.settings["deep_link_return_url"]).query
    assert f"placement={place}" in query
    assert "data=" in query
    assert "data" not in at_the_tool.settings
    assert at_the_tool.claims["https://www.instructure.com/placement"] == place
    assert at_the_tool.settings["accept_multiple"] is takes_several
    assert ("accept_lineitem" in at_the_tool.settings) is not takes_several
    assert at_the_tool.bring(ITEM, ITEM).status_code == (200 if takes_several else 400)


def test_canvas_takes_no_answer_that_is_too_old(canvas: Lms) -> None:
    at_the_tool = visit(canvas)
    old = int(canvas.clock().timestamp()) - 301

    assert at_the_tool.bring(ITEM, iat=old).status_code == 400
