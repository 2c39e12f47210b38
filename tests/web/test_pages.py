"""What every answer carries, and what error pages say: headers, framing, caching, no insides."""

import re

import pytest
from flask import Flask

from lti_app.core.db import Database
from lti_app.people.roles import Role
from tests.conftest import BASE_URL
from tests.peers.world import Visitor, World


@pytest.fixture
def visitor(world: World) -> Visitor:
    return world.visitor(world.platform(), Role.INSTRUCTOR)


def policy(headers: dict[str, str]) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def test_abuse_49_a_page_with_a_session_may_be_framed_by_its_own_platform_only(
    visitor: Visitor,
) -> None:
    answer = visitor.client.get(visitor.path(), base_url=BASE_URL, follow_redirects=True)

    assert policy(dict(answer.headers))["frame-ancestors"] == "'self' https://lms.test"
    assert "X-Frame-Options" not in answer.headers


def test_abuse_49_a_page_before_a_session_may_be_framed_by_anybody_and_holds_nothing_personal(
    visitor: Visitor,
) -> None:
    answer = visitor.client.get("/nowhere", base_url=BASE_URL)

    assert policy(dict(answer.headers))["frame-ancestors"] == "*"
    assert "Ångström" not in answer.text
    assert "<form" not in answer.text


def test_an_error_inside_a_session_shows_neither_name_nor_form(visitor: Visitor) -> None:
    answer = visitor.get("nowhere")

    assert answer.status_code == 404
    assert policy(dict(answer.headers))["frame-ancestors"] == "*"
    assert "Ångström" not in answer.text
    assert "<form" not in answer.text


def test_an_error_leads_back_to_the_activity_where_the_visit_goes_on(
    visitor: Visitor, tool: Flask
) -> None:
    inside = visitor.get("nowhere").text
    outside = tool.test_client().get("/nowhere").text

    assert f'href="{visitor.path()}"' in inside
    assert "Back to the activity" not in outside


def test_abuse_54_pages_of_a_session_are_kept_by_nobody(visitor: Visitor) -> None:
    answer = visitor.client.get(visitor.path(), base_url=BASE_URL, follow_redirects=True)

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_abuse_54_leaving_ends_the_session_and_clears_what_the_browser_kept(
    visitor: Visitor,
) -> None:
    answer = visitor.post("leave")

    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert visitor.get().status_code == 404


def test_scripts_and_styles_come_from_us_alone(visitor: Visitor) -> None:
    answer = visitor.client.get(visitor.path(), base_url=BASE_URL, follow_redirects=True)
    found = policy(dict(answer.headers))

    assert found["default-src"] == "'none'"
    assert found["script-src"] == found["style-src"] == "'self'"
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style", answer.text)
    assert not re.findall(r'(?:src|href|action)="https?://', answer.text)


@pytest.mark.parametrize(
    "path", ["/.git/config", "/static/../wsgi.py", "/static/%2e%2e/wsgi.py", "/metrics", "/console"]
)
def test_abuse_68_what_is_nobodys_business_is_not_there(tool: Flask, path: str) -> None:
    answer = tool.test_client().get(path, base_url=BASE_URL)

    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_abuse_68_an_unexpected_error_shows_a_reference_and_nothing_else(
    tool: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("SELECT secret FROM somewhere")

    monkeypatch.setitem(tool.view_functions, "health.live", broken)
    answer = tool.test_client().get("/health/live", base_url=BASE_URL)

    assert answer.status_code == 500
    assert "SELECT" not in answer.text
    assert "RuntimeError" not in answer.text
    assert re.search(r"[a-z2-7]{12}", answer.text)


def test_tr_15_a_forged_host_is_refused_and_never_used(tool: Flask) -> None:
    answer = tool.test_client().get("/lti/jwks.json", base_url="https://evil.test")

    assert answer.status_code == 400
    assert "evil.test" not in answer.text


def test_health_is_answered_under_any_host(tool: Flask) -> None:
    for path in ("/health/live", "/health/ready"):
        assert tool.test_client().get(path, base_url="http://10.0.0.9:8000").status_code == 200


def test_static_files_are_kept_for_a_year_under_their_own_version(
    tool: Flask, visitor: Visitor
) -> None:
    page = visitor.client.get(visitor.path(), base_url=BASE_URL, follow_redirects=True)
    addresses = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))

    assert addresses
    for address in addresses:
        answer = tool.test_client().get(address, base_url=BASE_URL)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["Cache-Control"]
        answer.close()
