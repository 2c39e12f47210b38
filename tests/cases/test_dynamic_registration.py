"""DR: a platform is registered by a link, by whom it may, and counts from its first launch."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from lti_app.audit.models import AuditEvent
from lti_app.lti.configuration import MEMBERS, SCORES
from lti_app.lti.errors import Reason
from lti_app.lti.models import Invitation, Platform
from lti_app.lti.registration import Standing
from lti_app.lti.registration_problems import Stop
from lti_app.lti.registrations import approve_deployment, disable_platform
from lti_app.web.limits import CONNECTING_STEPS_PER_HOUR
from tests.cases.browser import asked
from tests.cases.registering import (
    PLATFORM_KEY,
    TOKEN,
    TOOL_KEY,
    Connecting,
)
from tests.cases.stage import Stage
from tests.conftest import BASE_URL
from tests.peers.at_once import at_once
from tests.peers.http_peer import Reply, json_reply
from tests.peers.launch_claims import LTI
from tests.peers.operator import RunOn


def test_dr_01_as_moodle_does_it_the_platform_is_stored_inactive(connecting: Connecting) -> None:
    page = connecting.connect().get_data(as_text=True)

    (stored,) = connecting.platforms()
    assert (stored.client_id, stored.issuer) == ("6BcY4GcZjtToAe7", connecting.platform.url)
    assert (stored.family, stored.name) == ("moodle", "Moodle")
    assert stored.standing == Standing.UNTRIED.value
    assert connecting.deployments() == ["1"]
    assert "It is inactive until" in page
    assert "Manage tools" in page
    # The message that closes the window is sent by this module, when the person has read the page.
    assert "js/registered.js" in page


def test_dr_02_as_canvas_does_it_the_document_is_asked_for_with_the_token(
    connecting: Connecting,
) -> None:
    connecting.platform.about["product_family_code"] = "canvas"
    connecting.platform.reply = {TOOL_KEY: {}}
    connecting.platform.configures = lambda seen: (
        json_reply(connecting.platform.document)
        if seen.headers.get("authorization") == f"Bearer {TOKEN}"
        else Reply(401)
    )

    assert "E-mail addresses" not in connecting.open(connecting.invite()).text
    page = connecting.connect().get_data(as_text=True)

    (stored,) = connecting.platforms()
    assert stored.family == "canvas"
    own = connecting.platform.body[TOOL_KEY]
    assert "name" in own["claims"]
    assert "email" not in own["claims"]
    assert connecting.deployments() == []
    assert f"rapport deployment approve {stored.public_id}" in page


def test_a_platform_without_tokens_is_registered_without_one(connecting: Connecting) -> None:
    connecting.connect(token=None)

    assert "authorization" not in connecting.platform.registrations[0].headers
    assert len(connecting.platforms()) == 1


@pytest.mark.parametrize(
    "about",
    [
        pytest.param({"messages_supported": ["LtiResourceLinkRequest"]}, id="DR-15 strings"),
        pytest.param({"product_family_code": "moodle"}, id="DR-15 no variables"),
        pytest.param({"messages_supported": None, "variables": None}, id="DR-15 null"),
        pytest.param({}, id="DR-15 empty"),
    ],
)
def test_an_early_platforms_way_of_writing_is_understood(
    connecting: Connecting, about: dict[str, Any]
) -> None:
    connecting.platform.changes = {PLATFORM_KEY: None, f"{PLATFORM_KEY} ": about}

    connecting.connect()

    kinds = [message["type"] for message in connecting.platform.body[TOOL_KEY]["messages"]]
    assert kinds[0] == "LtiResourceLinkRequest"
    (stored,) = connecting.platforms()
    assert stored.family == about.get("product_family_code", "other")


def test_dr_18_the_same_issuer_with_another_client_is_another_platform(
    connecting: Connecting,
) -> None:
    connecting.connect()
    connecting.platform.reply = {"client_id": "another"}

    connecting.connect()

    assert [stored.client_id for stored in connecting.platforms()] == ["6BcY4GcZjtToAe7", "another"]


def test_dr_23_what_was_granted_is_stored_as_it_was_granted(connecting: Connecting) -> None:
    connecting.platform.reply = {"scope": f"{SCORES} https://elsewhere.test/scope"}

    page = connecting.connect().get_data(as_text=True)

    (stored,) = connecting.platforms()
    assert stored.granted_scopes == [SCORES]
    assert "Missing" in page


def test_dr_24_without_an_opener_the_page_says_what_to_do(connecting: Connecting) -> None:
    page = connecting.connect().get_data(as_text=True)

    assert "You may close this window now." in page
    assert "data-close-offer hidden" in page


def test_dr_25_the_token_goes_to_the_platform_and_nowhere_else(connecting: Connecting) -> None:
    connecting.connect()

    for seen in (*connecting.platform.fetches, *connecting.platform.registrations):
        assert seen.headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in json.dumps(connecting.log.lines())
    for stored in connecting.platforms():
        assert TOKEN not in str(vars(stored))


def test_dr_26_everything_that_platforms_require_is_sent(connecting: Connecting) -> None:
    connecting.connect()

    body = connecting.platform.body
    ours = body[TOOL_KEY]
    required = {"response_types", "initiate_login_uri", "redirect_uris", "client_name", "jwks_uri"}
    assert required | {"token_endpoint_auth_method", "scope", "application_type"} <= set(body)
    assert body["redirect_uris"] == [f"{BASE_URL}/lti/launch"]
    assert (ours["domain"], ours["target_link_uri"]) == ("tool.test", f"{BASE_URL}/lti/launch")
    assert all(isinstance(value, str) for value in ours["custom_parameters"].values())
    urls = [body["initiate_login_uri"], body["jwks_uri"], body["logo_uri"]]
    assert all(url.startswith("https://tool.test/") for url in urls)


def test_only_what_a_platform_has_is_asked_of_it(connecting: Connecting) -> None:
    connecting.platform.changes = {"scopes_supported": ["openid", SCORES]}

    connecting.connect()

    assert connecting.platform.body["scope"] == SCORES
    assert MEMBERS not in connecting.platform.body["scope"]


def test_the_page_says_who_asks_and_what_for_before_anything_is_sent(
    connecting: Connecting,
) -> None:
    page = connecting.open(connecting.invite(name="Our Moodle")).get_data(as_text=True)

    assert "Our Moodle" in page
    assert connecting.platform.url.removeprefix("http://") in page
    assert "E-mail addresses" in page
    assert "Nothing has been sent yet." in page
    assert connecting.platform.registrations == []
    assert connecting.platforms() == []


@pytest.mark.parametrize("is_active", [True, False])
def test_dr_17_a_registration_that_is_there_is_never_overwritten(
    connecting: Connecting, is_active: bool
) -> None:
    connecting.connect()
    (before,) = connecting.platforms()
    if not is_active:
        with connecting.database.write() as session:
            disable_platform(session, before.public_id, now=connecting.clock())
    connecting.platform.changes = {"jwks_uri": f"{connecting.platform.url}/stranger.php"}
    secret = connecting.invite()
    offer = connecting.offer(secret)

    connecting.check_refused(
        lambda: connecting.press(secret, offer), status=409, stop=Stop.ALREADY_REGISTERED
    )

    (after,) = connecting.platforms()
    assert after.jwks_url == before.jwks_url


def test_dr_19_nobody_registers_without_an_operators_invitation(strict: Connecting) -> None:
    strict.check_refused(
        lambda: strict.app.test_client().get("/lti/register", base_url=BASE_URL),
        status=403,
        stop=Stop.INVITATION_MISSING,
        may_ask=False,
    )


@pytest.mark.parametrize("secret", ["x" * 43, "a", "A" * 5000])
def test_abuse_42_an_invitation_that_is_guessed_asks_no_platform(
    connecting: Connecting, secret: str
) -> None:
    offer = connecting.offer(connecting.invite())

    for guess in (lambda: connecting.open(secret), lambda: connecting.press(secret, offer)):
        connecting.check_refused(
            guess,
            status=403,
            stop=Stop.INVITATION_UNKNOWN,
            may_ask=False,
            secrets=(secret,) if len(secret) > 8 else (),
        )


def test_who_only_asks_whether_the_page_is_there_makes_us_fetch_nothing(
    connecting: Connecting,
) -> None:
    address = f"/lti/register/{connecting.invite()}"
    query = {"openid_configuration": connecting.configuration_url}

    answer = connecting.app.test_client().head(address, query_string=query, base_url=BASE_URL)

    assert answer.status_code == 405
    assert connecting.platform.fetches == []


def test_abuse_42_an_invitation_registers_one_platform(connecting: Connecting) -> None:
    secret = connecting.invite()
    offer = connecting.offer(secret)
    connecting.press(secret, offer)
    asked = len(connecting.platform.peer.requests)

    for again in (lambda: connecting.press(secret, offer), lambda: connecting.open(secret)):
        connecting.check_refused(again, status=403, stop=Stop.INVITATION_USED, may_ask=False)

    assert len(connecting.platform.peer.requests) == asked


def test_abuse_42_two_presses_at_once_register_once(connecting: Connecting) -> None:
    secret = connecting.invite()
    offer = connecting.offer(secret)

    answers = at_once(lambda _: connecting.press(secret, offer).status_code, range(2))

    assert sorted(map(str, answers)) == ["200", "403"]
    assert len(connecting.platform.registrations) == 1
    assert len(connecting.platforms()) == 1


def test_abuse_42_an_invitation_is_over_after_an_hour(connecting: Connecting) -> None:
    secret = connecting.invite()
    offer = connecting.offer(secret)
    connecting.clock.advance(hours=1)

    for late in (lambda: connecting.press(secret, offer), lambda: connecting.open(secret)):
        connecting.check_refused(late, status=403, stop=Stop.INVITATION_EXPIRED, may_ask=False)


def test_abuse_42_an_invitation_is_long_and_kept_as_a_digest(connecting: Connecting) -> None:
    secret = connecting.invite()

    assert len(secret) == 43
    with connecting.database.read() as session:
        assert secret not in str(vars(session.scalars(select(Invitation)).one()))


def test_dr_20_a_foreign_page_cannot_press_the_button(connecting: Connecting) -> None:
    secret = connecting.invite()
    offer = connecting.offer(secret)

    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.test"}):
        connecting.check_refused(
            lambda headers=headers: connecting.press(secret, offer, **headers),  # type: ignore[misc] # the default binds the loop's value
            status=403,
            stop="request_forged",
            may_ask=False,
        )


@pytest.mark.parametrize("offer", ["", "forged", "gAAAAABforged"])
def test_dr_20_without_the_page_of_this_invitation_nothing_is_sent(
    connecting: Connecting, offer: str
) -> None:
    secret = connecting.invite()

    connecting.check_refused(
        lambda: connecting.press(secret, offer), status=400, stop=Stop.OFFER_OLD, may_ask=False
    )


def test_dr_20_a_page_of_another_invitation_does_not_count(connecting: Connecting) -> None:
    offer = connecting.offer(connecting.invite())
    secret = connecting.invite()

    connecting.check_refused(
        lambda: connecting.press(secret, offer), status=400, stop=Stop.OFFER_OLD, may_ask=False
    )


def test_our_picture_may_be_shown_in_a_platforms_list_of_tools(connecting: Connecting) -> None:
    connecting.connect()
    path = connecting.platform.body["logo_uri"].removeprefix(BASE_URL)

    picture = connecting.app.test_client().get(path, base_url=BASE_URL)

    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_dr_27_an_address_that_asks_too_often_has_to_wait(connecting: Connecting) -> None:
    secret = connecting.invite()
    statuses = [connecting.open(secret, []).status_code for _ in range(100)]

    assert statuses.count(429) == 100 - CONNECTING_STEPS_PER_HOUR
    assert statuses[-1] == 429


def standing_of(stage: Stage) -> Standing:
    with stage.database.read() as session:
        return Standing(session.scalars(select(Platform.standing)).one())


def set_standing(stage: Stage, standing: Standing) -> None:
    with stage.database.write() as session:
        session.execute(update(Platform).values(standing=standing.value))


def test_dr_01_the_first_launch_that_is_proven_makes_a_platform_active(stage: Stage) -> None:
    set_standing(stage, Standing.UNTRIED)

    stage.accept()

    assert standing_of(stage) is Standing.ACTIVE
    with stage.database.read() as session:
        events = list(session.scalars(select(AuditEvent.action)))
    assert events.count("platform.activated") == 1


def test_dr_20_a_launch_that_is_refused_leaves_a_platform_inactive(stage: Stage) -> None:
    set_standing(stage, Standing.UNTRIED)

    stage.refuse_claims({"nonce": "another"}, status=401, reason=Reason.NONCE_MISMATCH)

    assert standing_of(stage) is Standing.UNTRIED


def test_dr_02_a_deployment_that_was_not_named_waits_for_an_operator(stage: Stage) -> None:
    set_standing(stage, Standing.UNTRIED)

    stage.refuse_claims(
        {f"{LTI}deployment_id": "123:abc"}, status=403, reason=Reason.DEPLOYMENT_UNKNOWN
    )
    assert standing_of(stage) is Standing.UNTRIED
    with stage.database.write() as session:
        public_id = stage.registration.public_id
        approve_deployment(session, public_id, "123:abc", now=stage.clock())
    stage.accept({f"{LTI}deployment_id": "123:abc"})

    assert standing_of(stage) is Standing.ACTIVE


def test_dr_19_a_platform_that_needs_approval_lets_nobody_in_before(
    stage: Stage, run_on: RunOn
) -> None:
    set_standing(stage, Standing.WAITING)
    browser = stage.browser()
    stage.check_refused(
        lambda: browser.ask_login(asked(stage.platform)),
        status=403,
        reason=Reason.REGISTRATION_WAITING,
    )

    done = run_on("platform", "approve", stage.registration.public_id)

    assert done.exit_code == 0, done.output
    assert standing_of(stage) is Standing.ACTIVE
    stage.accept()


def test_dr_19_what_is_under_way_when_approval_is_missing_is_refused(stage: Stage) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    token = stage.token(login)
    set_standing(stage, Standing.WAITING)

    stage.check_refused(
        lambda: browser.post_launch({"id_token": token, "state": login.state}),
        status=403,
        reason=Reason.REGISTRATION_WAITING,
        login=login,
    )


def test_the_command_prints_a_link_that_works(connecting: Connecting, run_on: RunOn) -> None:
    made = run_on("platform", "invite", "--name=Our Moodle", "--needs-approval")
    secret = made.stdout.strip().rpartition("/")[2]

    assert made.stdout.startswith("https://rapport.example.org/lti/register/")
    # The command keeps its own time, and the tool of this test another.
    with connecting.database.write() as session:
        session.execute(
            update(Invitation).values(expires_at=connecting.clock() + timedelta(hours=1))
        )
    page = connecting.press(secret, connecting.offer(secret)).get_data(as_text=True)
    (stored,) = connecting.platforms()
    assert (stored.name, stored.standing) == ("Our Moodle", Standing.WAITING.value)
    assert f"rapport platform approve {stored.public_id}" in page
    shown = run_on("platform", "show", stored.public_id).output
    assert "waiting" in shown
    assert f"granted        {SCORES}" in shown
