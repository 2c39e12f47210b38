"""A tool registers itself with the sandbox, as each platform lets it."""

import json
from typing import Any

import jwt
import pytest
from werkzeug.test import TestResponse

from lti_app.sandbox.app import create_sandbox
from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.state import sandbox_of
from tests.sandbox.courses import A
from tests.sandbox.lms import Lms
from tests.sandbox.moodle_lab import recorded

TOOL_KEY = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_KEY = "https://purl.imsglobal.org/spec/lti-platform-configuration"
EXCHANGE = recorded("dynamic-registration-exchange")
ASKED = EXCHANGE["request_body"]


def begin(lms: Lms) -> dict[str, Any]:
    answer = lms.control("POST", "registrations")
    assert answer.status_code == 200
    return dict(answer.json or {})


def describe(lms: Lms, token: str | None = None) -> TestResponse:
    path = lms.sandbox.dialect.paths.configuration
    return lms.browser().get(path, headers=bearer(token))


def ask(lms: Lms, body: object = ASKED, token: str | None = None) -> TestResponse:
    path = lms.sandbox.dialect.paths.registration
    return lms.browser().post(path, json=body, headers=bearer(token))


def bearer(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def changed(**changes: object) -> dict[str, object]:
    own = {name: value for name, value in {**ASKED[TOOL_KEY], **changes}.items() if value}
    return {**ASKED, TOOL_KEY: own}


def test_moodle_says_of_itself_what_was_recorded(lab: Lms) -> None:
    said = dict(describe(lab).json or {})
    real = recorded("dynamic-registration-configuration")

    assert set(said) == set(real)
    assert said["scopes_supported"] == real["scopes_supported"]
    assert said["claims_supported"] == real["claims_supported"]
    assert said["registration_endpoint"] == real["registration_endpoint"]
    assert said[PLATFORM_KEY]["messages_supported"] == real[PLATFORM_KEY]["messages_supported"]
    assert set(said[PLATFORM_KEY]["variables"]) <= set(real[PLATFORM_KEY]["variables"]) | {
        "ResourceLink.id.history"
    }


def test_moodle_answers_a_registration_as_it_was_recorded(moodle: Lms) -> None:
    token = begin(moodle)["registration_token"]

    answer = dict(ask(moodle, token=token).json or {})

    real = EXCHANGE["response_body"]
    assert set(answer) == set(real)
    assert set(answer[TOOL_KEY]) == set(real[TOOL_KEY])
    assert answer[TOOL_KEY]["custom_parameters"]["eq"] == "a"
    assert answer[TOOL_KEY]["messages"] == real[TOOL_KEY]["messages"]
    assert set(answer["scope"].split()) == set(real["scope"].split())
    claims = jwt.decode(token, options={"verify_signature": False})
    assert set(claims) == set(EXCHANGE["token_claims"])
    assert claims["sub"] == answer["client_id"]


def test_moodles_token_is_good_for_one_registration(moodle: Lms) -> None:
    token = begin(moodle)["registration_token"]
    ask(moodle, token=token)

    again = ask(moodle, token=token)

    assert (again.status_code, again.text) == (401, "token_already_used")
    assert again.mimetype == "text/plain"


def test_moodles_token_is_over_after_an_hour(moodle: Lms) -> None:
    token = begin(moodle)["registration_token"]
    moodle.clock.advance(hours=1)

    assert ask(moodle, token=token).status_code == 401


def test_a_registration_without_its_token_is_refused(moodle: Lms, canvas: Lms) -> None:
    assert ask(moodle).status_code == 401
    assert ask(canvas, token="made-up").status_code == 401


def test_canvas_shows_its_description_only_with_the_token(canvas: Lms) -> None:
    token = begin(canvas)["registration_token"]

    assert describe(canvas).status_code == 401
    assert describe(canvas, token).status_code == 200


def canvas_body(**own: object) -> dict[str, object]:
    scope = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
    return {**changed(**own), "scope": scope}


@pytest.mark.parametrize(
    "own",
    [
        {"claims": None},
        {"messages": None},
        {"claims": ["shoe_size"]},
        {"messages": [{"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]}]},
        {"https://canvas.instructure.com/lti/privacy_level": "everything"},
    ],
)
def test_canvas_refuses_what_it_does_not_know(canvas: Lms, own: dict[str, object]) -> None:
    token = begin(canvas)["registration_token"]

    assert ask(canvas, canvas_body(**own), token).status_code == 400
    # What was refused did not cost the token.
    assert ask(canvas, canvas_body(), token).status_code == 200


def test_canvas_refuses_a_scope_that_it_does_not_know(canvas: Lms) -> None:
    token = begin(canvas)["registration_token"]

    assert ask(canvas, {**canvas_body(), "scope": "https://x.test/y"}, token).status_code == 400


def test_canvas_names_a_deployment_once_the_tool_is_installed(canvas: Lms) -> None:
    token = begin(canvas)["registration_token"]
    answer = dict(ask(canvas, canvas_body(), token).json or {})
    assert "deployment_id" not in answer[TOOL_KEY]

    installed = canvas.control("POST", f"registrations/{answer['client_id']}/on").json or {}

    assert ":" in installed["deployment_ids"][0]


def test_the_plain_platform_gives_no_token_and_needs_none(lms: Lms) -> None:
    assert begin(lms)["registration_token"] is None
    answer = dict(ask(lms).json or {})

    assert answer[TOOL_KEY]["deployment_id"]
    (tool,) = (lms.control("GET", "registrations").json or {})["registrations"]
    assert not tool["is_active"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**ASKED, TOOL_KEY: None},
        {**ASKED, "redirect_uris": []},
        {**ASKED, "initiate_login_uri": ""},
        {**ASKED, "jwks_uri": 7},
        {**ASKED, "client_name": None},
        {**ASKED, "response_types": ["code"]},
        {**ASKED, "token_endpoint_auth_method": "client_secret_basic"},
        changed(domain="elsewhere.test"),
        changed(domain=None),
        changed(target_link_uri=None),
        changed(custom_parameters={"a": 7}),
    ],
)
def test_a_registration_without_what_platforms_need_is_refused(lms: Lms, body: object) -> None:
    assert ask(lms, body).status_code == 400


def test_a_tool_does_nothing_before_it_is_switched_on(moodle: Lms) -> None:
    answer = ask(moodle, token=begin(moodle)["registration_token"]).json or {}
    path = f"registrations/{answer['client_id']}"
    assert moodle.control("POST", f"{path}/links", {"course": A, "title": "New"}).status_code == 404

    moodle.control("POST", f"{path}/on")
    placed = moodle.control("POST", f"{path}/links", {"course": A, "title": "New", "points": 5})

    link = (placed.json or {})["resource_link_id"]
    login = moodle.browser().enter("amara").open_link(link)
    assert login["client_id"] == answer["client_id"]
    assert login["lti_deployment_id"] == answer[TOOL_KEY]["deployment_id"]


def test_a_tool_that_came_by_a_link_stays_after_a_restart(lms: Lms, config: SandboxConfig) -> None:
    client_id = (ask(lms).json or {})["client_id"]
    lms.control("POST", f"registrations/{client_id}/on")
    lms.sandbox.close()

    again = create_sandbox(config)

    tools = Lms(again, lms.tool, lms.clock).control("GET", "registrations").json or {}
    assert [(tool["client_id"], tool["is_active"]) for tool in tools["registrations"]] == [
        (client_id, True)
    ]
    sandbox_of(again).close()


@pytest.mark.parametrize(
    ("service", "fault", "status"),
    [
        ("configuration", {"status": 500}, 500),
        ("configuration", {"members": {"issuer": "https://elsewhere.test"}}, 200),
        ("registration", {"status": 401}, 401),
        ("registration", {"members": {"client_id": ""}}, 200),
    ],
)
def test_registration_can_be_made_to_go_wrong(
    lms: Lms, service: str, fault: dict[str, object], status: int
) -> None:
    assert lms.control("PUT", f"faults/{service}", fault).status_code < 300

    answer = describe(lms) if service == "configuration" else ask(lms)

    assert answer.status_code == status
    for name, value in dict(fault.get("members") or {}).items():  # type: ignore[call-overload] # a dict by the table above
        assert json.loads(answer.data)[name] == value


def test_an_administrator_registers_a_tool_on_a_page(moodle: Lms) -> None:
    browser = moodle.browser()
    browser.post("/controls", data={"token": "control-token-of-the-tests"})

    page = browser.post("/controls/tools", data={"address": "http://localhost:8000/lti/register/x"})

    assert "openid_configuration=http" in page.text
    assert "registration_token=ey" in page.text
    assert "frame-src 'self' http://localhost:8000" in page.headers["Content-Security-Policy"]
    assert "pending" not in browser.get("/controls/tools").text
    ask(moodle, token=begin(moodle)["registration_token"])
    assert "It is pending." in browser.get("/controls/tools").text


def test_only_who_may_control_the_platform_registers_tools(moodle: Lms) -> None:
    browser = moodle.browser().enter("amara")

    assert browser.get("/controls/tools").status_code == 404
    assert browser.post("/controls/tools", data={"address": "http://x"}).status_code == 404
