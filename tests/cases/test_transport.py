"""Cases C: how a launch may arrive."""

import json
from dataclasses import replace
from typing import Any

import pytest

from lti_app.app import create_app
from lti_app.core.parts import Parts
from lti_app.lti.errors import Reason
from tests.cases.browser import FORM, Browser
from tests.cases.stage import Stage
from tests.peers.launch_claims import LTI
from tests.peers.platform import TOOL


def test_tr_01_a_launch_by_get_is_refused_and_its_token_not_logged(stage: Stage) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    token = stage.token(login)

    stage.check_refused(
        lambda: browser.client.get(
            "/lti/launch", query_string={"id_token": token, "state": login.state}, base_url=TOOL
        ),
        status=405,
        reason="http_405",
        secrets=(token, login.state),
    )


@pytest.mark.parametrize(
    "content_type",
    [
        pytest.param("application/json", id="TR-02"),
        pytest.param("multipart/form-data; boundary=x", id="TR-03"),
        pytest.param("text/plain", id="TR-03-text"),
        pytest.param("", id="TR-03-none"),
    ],
)
def test_a_launch_in_another_form_is_refused(stage: Stage, content_type: str) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    token = stage.token(login)
    body = json.dumps({"id_token": token, "state": login.state}).encode()

    stage.check_refused(
        lambda: browser.post_launch(body, content_type=content_type),
        status=415,
        reason="http_415",
        secrets=(token,),
    )


def test_tr_04_a_form_with_a_charset_is_accepted(stage: Stage) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    fields = {"id_token": stage.token(login), "state": login.state}

    stage.seat(browser, browser.post_launch(fields, content_type=f"{FORM}; charset=UTF-8"))


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        pytest.param({"error": "access_denied"}, Reason.PLATFORM_REFUSED, id="TR-05"),
        pytest.param(
            {"id_token": "", "error": "login_required"}, Reason.LOGIN_REQUIRED, id="TR-06"
        ),
        pytest.param(
            {"error": "x", "error_description": "<script>alert(1)</script>" + "z" * 50_000},
            Reason.PLATFORM_REFUSED,
            id="TR-07",
        ),
        pytest.param(
            {"id_token": "", "error": "launch_no_longer_valid"}, Reason.LAUNCH_EXPIRED, id="TR-08"
        ),
    ],
)
def test_an_error_from_the_platform_ends_the_launch(
    stage: Stage, extra: dict[str, str], reason: Reason
) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    fields = {"id_token": stage.token(login), "state": login.state, **extra}

    response = stage.check_refused(
        lambda: browser.post_launch(fields), status=401, reason=reason, login=login
    )

    assert "<script>alert" not in response.text
    assert len(response.text) < 20_000


@pytest.mark.parametrize(
    ("tokens", "reason"),
    [
        pytest.param([], Reason.TOKEN_MISSING, id="TR-09"),
        pytest.param([""], Reason.TOKEN_MISSING, id="TR-09-empty"),
        pytest.param(["{token}", "{token}"], Reason.PARAMETER_REPEATED, id="TR-09-twice"),
    ],
)
def test_a_launch_needs_one_token(stage: Stage, tokens: list[str], reason: Reason) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    token = stage.token(login)
    fields = [("state", login.state), *(("id_token", t.replace("{token}", token)) for t in tokens)]

    stage.check_refused(lambda: browser.post_launch(fields), status=400, reason=reason, login=login)


def test_tr_10_a_body_of_two_megabytes_is_refused(stage: Stage) -> None:
    body = b"id_token=" + b"a" * 2_000_000

    stage.check_refused(lambda: stage.browser().post_launch(body), status=413, reason="http_413")


def test_tr_11_a_token_of_64_kilobytes_is_accepted(stage: Stage) -> None:
    custom = {f"key_{number}": "v" * 50 for number in range(800)}

    stage.accept({f"{LTI}custom": custom})


@pytest.mark.parametrize("name", ["TR-12", "TR-13"])
def test_repeating_a_launch_is_refused_and_leaves_the_session_alone(
    stage: Stage, name: str
) -> None:
    del name
    browser = stage.browser()
    login = browser.login(stage.platform)
    token = stage.token(login)
    fields = {"id_token": token, "state": login.state}
    seat = stage.seat(browser, browser.post_launch(fields))

    stage.check_refused(
        lambda: browser.post_launch(fields),
        status=401,
        reason=Reason.STATE_USED,
        login=login,
        secrets=(token,),
    )

    assert seat.page().status_code == 200


@pytest.mark.parametrize(
    "forwarded",
    [
        {},
        {"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "ftp", "X-Forwarded-For": "1.2.3.4"},
    ],
    ids=["TR-14", "TR-14-forged"],
)
def test_addresses_are_built_from_the_settings_whatever_the_request_says(
    stage: Stage, forwarded: dict[str, str]
) -> None:
    client = stage.app.test_client()

    page = client.get(
        "/lti/login", query_string=_asked(stage), headers=forwarded, base_url="http://tool.test"
    )

    assert page.status_code == 200
    assert "https://tool.test/lti/launch" in page.text
    assert "evil" not in page.text


def test_tr_14_behind_a_trusted_proxy_a_launch_is_accepted(stage: Stage, parts: Parts) -> None:
    proxied = parts.settings.model_copy(update={"trusted_proxies": 1})
    browser = Browser(create_app(replace(parts, settings=proxied)), base_url="http://10.0.0.7")
    browser.client.environ_base.update(
        HTTP_X_FORWARDED_HOST="tool.test",
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_FORWARDED_FOR="192.0.2.9",
    )
    login = browser.login(stage.platform)
    cookie = login.response.headers["Set-Cookie"].partition(";")[0]
    fields = {"id_token": stage.token(login), "state": login.state}

    response = browser.client.post(
        "/lti/launch", data=fields, base_url="http://10.0.0.7", headers={"Cookie": cookie}
    )

    assert response.status_code == 303
    assert response.headers["Location"].startswith(("/s/", "https://tool.test/s/"))


@pytest.mark.parametrize("path", ["/lti/login", "/lti/launch"])
def test_tr_15_a_forged_host_is_refused(stage: Stage, path: str) -> None:
    fields: dict[str, Any] = _asked(stage)

    response = stage.check_refused(
        lambda: stage.app.test_client().post(path, data=fields, base_url="https://evil.test"),
        status=400,
        reason="wrong_host",
    )

    assert "evil" not in response.text


def _asked(stage: Stage) -> dict[str, str]:
    return {
        "iss": stage.platform.issuer,
        "login_hint": "login-hint-of-ann",
        "target_link_uri": f"{TOOL}/lti/launch",
    }
