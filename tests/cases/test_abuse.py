"""Abuse 31 to 47 where they touch logins and launches, by their numbers.

Each is judged by the same helper as every rejection; cases that say more stand in the other files.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from lti_app.audit.models import AuditEvent
from lti_app.lti.errors import Reason
from lti_app.lti.models import Deployment
from lti_app.people.roles import Role
from tests.cases.stage import Stage
from tests.peers.launch_claims import LTI, MEMBERSHIP
from tests.peers.platform import ABSENT, TOOL, TestPlatform, served
from tests.peers.rsa_keys import base64url, jwk_of, rsa_key

ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"


def refusals(stage: Stage) -> list[tuple[str, str | None]]:
    """Return actor and reason of every refused launch in the audit log."""
    query = select(AuditEvent.actor, AuditEvent.reason).where(AuditEvent.outcome == "refused")
    with stage.database.read() as session:
        return [(actor, reason) for actor, reason in session.execute(query)]


@pytest.mark.parametrize("where", ["same-browser", "other-browser"])
def test_abuse_31_a_captured_launch_opens_nothing(stage: Stage, where: str) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    token = stage.token(login)
    form = {"id_token": token, "state": login.state}
    stage.seat(browser, browser.post_launch(form))
    thief = browser if where == "same-browser" else stage.browser()

    stage.check_refused(
        lambda: thief.post_launch(form),
        status=401,
        reason=Reason.STATE_USED,
        login=login,
        secrets=(token,),
    )

    assert refusals(stage) == [("nobody", "state_used")]


def test_abuse_34_without_a_cookie_there_is_a_way_on_and_no_way_around(stage: Stage) -> None:
    login = stage.browser().login(stage.platform)
    form = {"id_token": stage.token(login), "state": login.state}

    response = stage.check_refused(
        lambda: stage.browser().post_launch(form), status=401, reason=Reason.COOKIE_MISSING
    )

    assert "new tab" in response.text


def test_abuse_35_a_nonce_of_another_registration_is_refused(stage: Stage) -> None:
    with served(TestPlatform(client_id="c2")) as second:
        stage.register(second)
        browser = stage.browser()
        theirs, ours = browser.login(second), browser.login(stage.platform)
        token = stage.token(ours, {"nonce": theirs.nonce})

        stage.check_refused(
            lambda: browser.post_launch({"id_token": token, "state": ours.state}),
            status=401,
            reason=Reason.NONCE_MISMATCH,
            login=ours,
        )


@pytest.mark.parametrize(
    "published",
    [
        pytest.param(lambda keys: [jwk_of(keys["k1"], "k1", kty="oct")], id="oct"),
        pytest.param(
            lambda keys: [jwk_of(rsa_key("a"), "k1"), jwk_of(keys["k1"], "k1")], id="twice"
        ),
        pytest.param(lambda keys: [jwk_of(keys["k1"], "k1", n=base64url(b"\x01" * 64))], id="512"),
    ],
)
def test_abuse_36_an_odd_key_set_verifies_nothing(
    stage: Stage, published: Callable[[dict[str, Any]], list[dict[str, Any]]]
) -> None:
    stage.platform.published = [
        *published(stage.platform.keys),
        jwk_of(stage.platform.keys["k2"], "k2"),
    ]

    stage.refuse(stage.token, status=401, reason=Reason.KID_UNKNOWN)


@pytest.mark.parametrize(
    ("claim", "status", "reason"),
    [
        ("exp", 401, Reason.EXP_MISSING),
        ("iat", 401, Reason.IAT_MISSING),
        ("nonce", 401, Reason.NONCE_MISSING),
        ("sub", 401, Reason.SUB_MISSING),
        ("aud", 401, Reason.AUDIENCE_MISMATCH),
        ("iss", 401, Reason.ISSUER_MISMATCH),
        (f"{LTI}version", 400, Reason.VERSION_MISSING),
        (f"{LTI}message_type", 400, Reason.MESSAGE_TYPE_MISSING),
        (f"{LTI}roles", 400, Reason.ROLES_MISSING),
        (f"{LTI}deployment_id", 400, Reason.DEPLOYMENT_MISSING),
        (f"{LTI}resource_link", 400, Reason.RESOURCE_LINK_MISSING),
        (f"{LTI}target_link_uri", 400, Reason.TARGET_MISSING),
    ],
)
def test_abuse_37_every_required_claim_is_required(
    stage: Stage, claim: str, status: int, reason: Reason
) -> None:
    stage.refuse_claims({claim: ABSENT}, status=status, reason=reason)


def test_abuse_38_an_unknown_deployment_waits_for_the_operator(stage: Stage) -> None:
    stage.refuse_claims({f"{LTI}deployment_id": "d9"}, status=403, reason=Reason.DEPLOYMENT_UNKNOWN)

    with stage.database.read() as session:
        waiting = session.scalars(select(Deployment).where(Deployment.approved_at.is_(None))).one()
        audited = session.scalars(
            select(AuditEvent.action).where(AuditEvent.object_id == waiting.public_id)
        ).all()
    assert (waiting.deployment_id, list(audited)) == ("d9", ["deployment.pending"])


def test_abuse_39_one_platform_cannot_speak_for_another(stage: Stage) -> None:
    with served(TestPlatform(issuer="https://third.test", client_id="c3")) as third:
        stage.register(third)
        browser = stage.browser()
        login = browser.login(third)
        claims = stage.platform.claims(login.nonce, now=stage.clock())

        stage.check_refused(
            lambda: browser.post_launch({"id_token": third.sign(claims), "state": login.state}),
            status=401,
            reason=Reason.ISSUER_MISMATCH,
            login=login,
        )


@pytest.mark.parametrize("roles", [[ADMINISTRATOR], [ADMINISTRATOR, MEMBERSHIP + "Instructor"]])
def test_abuse_40_no_launch_makes_an_operator(stage: Stage, roles: list[str]) -> None:
    seat = stage.accept({f"{LTI}roles": roles})

    assert seat.role is (Role.GUEST if len(roles) == 1 else Role.INSTRUCTOR)
    for path in ("/metrics", "/admin", "/.git/config", "/console"):
        assert seat.browser.client.get(path, base_url=TOOL).status_code == 404


@pytest.mark.parametrize("name", ["next", "return_url", "redirect_uri", "target_link_uri", "url"])
@pytest.mark.parametrize(
    "value", ["//evil.test", "\\\\evil.test", "https://evil.test", "/%0d%0aLocation:%20//evil.test"]
)
def test_abuse_45_no_parameter_of_a_launch_redirects_elsewhere(
    stage: Stage, name: str, value: str
) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    form = {"id_token": stage.token(login), "state": login.state, name: value}

    response = browser.post_launch(form, path=f"/lti/launch?{name}={value}")

    assert response.status_code == 303
    assert response.headers["Location"].startswith("/s/")
    assert "evil" not in str(response.headers)


@pytest.mark.parametrize(
    "changes",
    [
        {f"{LTI}custom": {"item": "<script>alert(1)</script>"}},
        {f"{LTI}tool_platform": {"guid": "<script>", "name": "<script>alert(1)</script>"}},
        {f"{LTI}resource_link": {"id": "<script>alert(1)</script>", "title": "<script>alert(1)"}},
        {f"{LTI}context": {"id": '"><script>alert(1)', "title": "<svg onload=alert(1)>"}},
        {f"{LTI}roles": [MEMBERSHIP + "Instructor", "<script>alert(1)</script>"]},
        {"name": "<script>alert(1)</script>", "picture": "javascript:alert(1)"},
        {"locale": "<script>alert(1)</script>"},
        {"sub": "<script>alert(1)</script>"},
    ],
    ids=lambda changes: next(iter(changes)).rpartition("/")[2],
)
@pytest.mark.parametrize("role", ["Learner", "Instructor"])
def test_abuse_51_markup_in_a_claim_is_text(
    stage: Stage, changes: dict[str, Any], role: str
) -> None:
    seat = stage.accept({f"{LTI}roles": [MEMBERSHIP + role], **changes})

    page = seat.page().text

    assert "<script>alert" not in page
    assert "<svg onload" not in page
    assert "javascript:" not in page
