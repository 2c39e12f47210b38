"""Cases B: the login initiation, as platforms send it and as attackers do."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import func, select, update

from lti_app.app import create_app
from lti_app.core.ids import new_secret
from lti_app.core.parts import Parts
from lti_app.lti.errors import Reason
from lti_app.lti.models import LoginAttempt, Platform
from lti_app.lti.registrations import disable_platform
from tests.cases.browser import LOGIN_HINT, Browser, asked, read_login_page
from tests.cases.stage import Stage
from tests.peers.platform import ISSUER, TOOL, TestPlatform, served

SCRIPT = '"><script>alert(1)</script>'


def without(stage: Stage, *names: str) -> dict[str, str]:
    return {name: value for name, value in asked(stage.platform).items() if name not in names}


@pytest.mark.parametrize(
    "method", [pytest.param("GET", id="LI-01"), pytest.param("POST", id="LI-02")]
)
def test_a_login_leads_to_the_registered_address(stage: Stage, method: str) -> None:
    login = stage.browser().login(stage.platform, method=method)

    assert login.action == f"{ISSUER}/auth"
    assert (login["client_id"], login["login_hint"]) == ("c1", LOGIN_HINT)


@pytest.mark.parametrize(
    ("name", "values", "reason"),
    [
        pytest.param("iss", [], Reason.PARAMETER_MISSING, id="LI-03"),
        pytest.param("iss", [""], Reason.PARAMETER_MISSING, id="LI-03-empty"),
        pytest.param("iss", [ISSUER, ISSUER], Reason.PARAMETER_REPEATED, id="LI-03-twice"),
        pytest.param("login_hint", [], Reason.PARAMETER_MISSING, id="LI-04"),
        pytest.param("target_link_uri", [], Reason.PARAMETER_MISSING, id="LI-05"),
        pytest.param("iss", ["https://unknown.test"], Reason.PLATFORM_UNKNOWN, id="LI-06"),
        pytest.param("iss", [SCRIPT], Reason.PLATFORM_UNKNOWN, id="LI-06-markup"),
        pytest.param("iss", ["x\x00y"], Reason.PARAMETER_MALFORMED, id="LI-06-nul"),
        pytest.param("client_id", ["c3"], Reason.PLATFORM_UNKNOWN, id="LI-08"),
        pytest.param("iss", [f"{ISSUER}/"], Reason.PLATFORM_UNKNOWN, id="LI-18-slash"),
        pytest.param("iss", ["https://LMS.test"], Reason.PLATFORM_UNKNOWN, id="LI-18-case"),
        pytest.param("iss", ["http://lms.test"], Reason.PLATFORM_UNKNOWN, id="LI-18-http"),
    ],
)
def test_a_login_that_is_not_right_is_refused(
    stage: Stage, name: str, values: list[str], reason: Reason
) -> None:
    with served(TestPlatform(issuer="https://third.test", client_id="c3")) as third:
        stage.register(third)
        fields = [*without(stage, name).items(), *((name, value) for value in values)]

        response = stage.check_refused(
            lambda: stage.browser().ask_login(fields), status=400, reason=reason
        )

    assert SCRIPT not in response.text


def test_li_07_an_issuer_with_two_clients_needs_the_client_id(stage: Stage) -> None:
    alone = stage.browser().ask_login(without(stage, "client_id"))
    assert read_login_page(alone)["client_id"] == "c1"

    with served(TestPlatform(client_id="c2")) as second:
        stage.register(second)
        stage.check_refused(
            lambda: stage.browser().ask_login(without(stage, "client_id")),
            status=400,
            reason=Reason.CLIENT_AMBIGUOUS,
        )
        with stage.database.write() as session:
            disable_platform(session, stage.registration.public_id, now=stage.clock())

        alone = stage.browser().ask_login(without(stage, "client_id"))
        assert read_login_page(alone)["client_id"] == "c2", "the other one is switched off"


def test_li_09_a_hint_that_did_not_come_is_not_sent(stage: Stage) -> None:
    page = stage.browser().ask_login(without(stage, "lti_message_hint"))

    assert "lti_message_hint" not in dict(read_login_page(page).fields)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "hint",
    [
        pytest.param('{"cmid":5,"launchid":"l+1%26&\\"é😀"}', id="LI-10"),
        pytest.param("eyJhbGciOiJIUzI1NiJ9." + "a" * 6000 + ".sig", id="LI-11"),
    ],
)
def test_a_message_hint_comes_back_byte_for_byte(stage: Stage, hint: str, method: str) -> None:
    login = stage.browser().login(stage.platform, method=method, lti_message_hint=hint)

    assert login["lti_message_hint"] == hint
    assert login.method == ("post" if len(hint) > 3000 else "get")


@pytest.mark.parametrize(
    "name",
    [pytest.param("lti_deployment_id", id="LI-12"), pytest.param("deployment_id", id="LI-13")],
)
def test_the_deployment_is_left_to_the_launch(stage: Stage, name: str) -> None:
    login = stage.browser().login(stage.platform, **{name: "unknown"})

    assert login.action == f"{ISSUER}/auth"
    assert "unknown" not in dict(login.fields).values()


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.test/",
        "//evil.test",
        "javascript:alert(1)",
        "https://tool.test@evil.test",
        "https://tool.test.evil.test",
        "https:\\\\evil.test",
        "https://tool.test\\@evil.test",
        "/\\evil.test",
        "https://tool.test/%0d%0aLocation:%20https://evil.test/..//evil.test",
    ],
    ids=lambda target: f"LI-14-{target}",
)
def test_a_target_that_is_not_ours_is_refused_and_not_shown(stage: Stage, target: str) -> None:
    response = stage.check_refused(
        lambda: stage.browser().ask_login({**asked(stage.platform), "target_link_uri": target}),
        status=400,
        reason=Reason.TARGET_NOT_OURS,
    )

    assert "evil" not in response.text
    assert "javascript" not in response.text


def test_li_15_the_redirect_address_is_always_the_same(stage: Stage) -> None:
    login = stage.browser().login(
        stage.platform,
        target_link_uri=f"{TOOL}/lti/launch?activity=abc",
        redirect_uri="https://evil.test/",
    )

    assert login["redirect_uri"] == f"{TOOL}/lti/launch"


def test_li_16_state_and_nonce_are_long_and_never_the_same(stage: Stage) -> None:
    logins = [stage.browser().login(stage.platform) for _ in range(3)]

    secrets = {login.state for login in logins} | {login.nonce for login in logins}
    assert len(secrets) == 6
    assert all(len(secret) == 43 for secret in secrets), "256 bits are 43 characters"
    assert len({new_secret() for _ in range(100_000)}) == 100_000


@pytest.mark.parametrize("hint", ["short", "l" * 6000], ids=["LI-17-get", "LI-17-post"])
def test_an_address_with_a_query_loses_nothing(stage: Stage, hint: str) -> None:
    with stage.database.write() as session:
        session.execute(update(Platform).values(auth_url=f"{ISSUER}/auth?tenant=7&x=a%20b"))

    login = stage.browser().login(stage.platform, lti_message_hint=hint)

    # A form sent by GET replaces the query of its action; one sent by POST keeps it.
    query = parse_qsl(login.action.partition("?")[2]) if login.method == "post" else login.fields
    assert dict(query).items() >= {"tenant": "7", "x": "a b"}.items()
    assert login["lti_message_hint"] == hint


def test_li_19_parameters_we_do_not_know_are_not_passed_on(stage: Stage) -> None:
    login = stage.browser().login(stage.platform, canvas_environment="prod", scope="openid admin")

    assert "canvas_environment" not in dict(login.fields)
    assert login["scope"] == "openid"


def test_li_20_ten_logins_of_one_browser_end_in_any_order(stage: Stage) -> None:
    browser = stage.browser()
    logins = [browser.login(stage.platform) for _ in range(10)]

    for login in [*logins[5:], *logins[:5]]:
        token = stage.token(login)
        stage.seat(browser, browser.post_launch({"id_token": token, "state": login.state}))


def test_abuse_46_li_21_a_flood_is_cut_and_a_class_is_not(stage: Stage, parts: Parts) -> None:
    small = parts.settings.model_copy(update={"login_burst_per_address": 50})
    app = create_app(replace(parts, settings=small))

    def logins(address: str, count: int) -> list[int]:
        client = app.test_client()
        return [
            client.post(
                "/lti/login",
                data=asked(stage.platform),
                base_url=TOOL,
                environ_overrides={"REMOTE_ADDR": address},
            ).status_code
            for _ in range(count)
        ]

    flood = logins("192.0.2.1", 300)
    with_class = logins("198.51.100.7", 50)

    assert flood.count(200) == 50
    assert flood.count(429) == 250
    assert with_class == [200] * 50
    with stage.database.read() as session:
        assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 100


def test_li_21_a_flood_is_told_when_to_come_again(stage: Stage, parts: Parts) -> None:
    small = parts.settings.model_copy(update={"login_burst_per_address": 1})
    browser = Browser(create_app(replace(parts, settings=small)))
    browser.login(stage.platform)

    response = stage.check_refused(
        lambda: browser.ask_login(asked(stage.platform)), status=429, reason="http_429"
    )

    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "name", ["login_hint", "lti_message_hint", "lti_storage_target", "lti_deployment_id", "other"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_li_22_markup_in_a_parameter_is_inert(stage: Stage, name: str, method: str) -> None:
    response = stage.browser().ask_login({**asked(stage.platform), name: SCRIPT}, method=method)

    assert response.status_code == 200
    assert "<script>alert" not in response.text
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert re.search(r"script-src 'self'(;|$)", policy)
    if name.endswith("hint"):
        assert read_login_page(response)[name] == SCRIPT
    assert SCRIPT in unescape(response.text)


def test_li_23_a_platform_that_is_switched_off_is_refused(stage: Stage) -> None:
    with stage.database.write() as session:
        disable_platform(session, stage.registration.public_id, now=stage.clock())

    stage.check_refused(
        lambda: stage.browser().ask_login(asked(stage.platform)),
        status=403,
        reason=Reason.REGISTRATION_DISABLED,
    )


def test_li_24_the_login_page_may_be_framed_and_is_not_kept(stage: Stage) -> None:
    headers = stage.browser().login(stage.platform).response.headers

    assert "X-Frame-Options" not in headers
    assert "frame-ancestors *" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE"], ids=lambda method: f"LI-25-{method}")
def test_other_methods_are_refused(stage: Stage, method: str) -> None:
    response = stage.app.test_client().open(
        "/lti/login", method=method, data=asked(stage.platform), base_url=TOOL
    )

    assert response.status_code == 405
    with stage.database.read() as session:
        assert session.scalar(select(func.count()).select_from(LoginAttempt)) == 0
