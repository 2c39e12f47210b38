"""Cases G, as the server sees them: what a platform's page kept stands in for the cookie.

What the page itself does with messages is in tests/pages/test_platform_storage.py.
"""

import re
from typing import Any

import pytest
from sqlalchemy import func, select, update

from lti_app.lti.errors import Reason
from lti_app.lti.models import LoginAttempt, Platform, WaitingLaunch
from lti_app.lti.waiting import WAITS_FOR
from lti_app.web.models import LaunchSession
from tests.cases.stage import Stage
from tests.cases.storage import OWN_REQUEST, data_of, forget_cookies, wait_for_storage
from tests.peers.launch_claims import LTI
from tests.peers.platform import ABSENT, ISSUER, TOOL


def count(stage: Stage, table: Any) -> int:
    with stage.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize(
    ("sent", "used"),
    [
        pytest.param("_parent", "_parent", id="PS-01"),
        pytest.param("post_message_forwarding", "post_message_forwarding", id="PS-02"),
        pytest.param("__proto__", "_parent", id="PS-04-proto"),
        pytest.param("_opener", "_parent", id="PS-04-our-own-word"),
        pytest.param('a"><script>', "_parent", id="PS-04-markup"),
        pytest.param("x" * 1024, "_parent", id="PS-04-long"),
    ],
)
def test_the_login_page_names_who_keeps_words_and_only_that_origin(
    stage: Stage, sent: str, used: str
) -> None:
    login = stage.browser().login(stage.platform, lti_storage_target=sent)

    page = login.response
    data = data_of(page)
    assert data["target"] == used
    assert data["origin"] == ISSUER, "the origin of the registered authentication address"
    assert len(data["secret"]) == 43
    assert "<script>" not in page.text


@pytest.mark.parametrize("path", [":443/auth", "/auth"])
def test_an_origin_is_named_as_browsers_name_it(stage: Stage, path: str) -> None:
    """A message never comes from an origin with the scheme's own port."""
    with stage.database.write() as session:
        session.execute(update(Platform).values(auth_url=f"https://lms.test{path}"))

    login = stage.browser().login(stage.platform, lti_storage_target="_parent")

    assert data_of(login.response)["origin"] == "https://lms.test"


def test_a_platform_that_offers_nothing_is_told_nothing(stage: Stage) -> None:
    data = data_of(stage.browser().login(stage.platform).response)

    assert (data["target"], data["origin"], data["secret"]) == ("", "", "")


@pytest.mark.parametrize("name", ["ST-11", "PS-01"])
def test_a_launch_without_a_cookie_goes_on_with_what_was_kept(stage: Stage, name: str) -> None:
    del name
    waiting = wait_for_storage(stage)
    assert count(stage, LaunchSession) == 0

    answer = waiting.finish()

    assert answer.status_code == 200, answer.text
    assert answer.json
    path = answer.json["path"]
    assert not answer.headers.getlist("Set-Cookie"), "the frame holds none, so none is needed"
    page = waiting.browser.client.get(
        path, base_url=TOOL, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=True
    )
    assert page.status_code == 200
    assert "Ann" in page.text
    assert count(stage, WaitingLaunch) == 0


def test_the_page_that_asks_holds_no_more_than_it_needs(stage: Stage) -> None:
    waiting = wait_for_storage(stage)

    page = waiting.page
    assert waiting.token not in page.text
    assert waiting.stored["secret"] not in page.text
    assert "ann@example.org" not in page.text
    assert not page.headers.getlist("Set-Cookie")
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert "<form" not in page.text


def test_the_token_of_a_waiting_launch_is_sealed_and_not_logged(stage: Stage) -> None:
    waiting = wait_for_storage(stage)

    with stage.database.read() as session:
        row = session.scalars(select(WaitingLaunch)).one()
        assert waiting.token.encode() not in row.sealed_token
    log = stage.log.stream.getvalue()
    assert all(word not in log for word in (waiting.token, *waiting.stored.values()))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"state": None}, Reason.NOT_IN_STORAGE, id="PS-11-state"),
        pytest.param({"nonce": None}, Reason.NOT_IN_STORAGE, id="PS-11-nonce"),
        pytest.param({"secret": None}, Reason.NOT_IN_STORAGE, id="PS-11-secret"),
        pytest.param({"state": "x" * 43}, Reason.STORAGE_MISMATCH, id="PS-12-state"),
        pytest.param({"nonce": "x" * 43}, Reason.STORAGE_MISMATCH, id="PS-12-nonce"),
        pytest.param({"secret": "x" * 43}, Reason.STORAGE_MISMATCH, id="PS-12-secret"),
        pytest.param({"secret": ["x"]}, Reason.NOT_IN_STORAGE, id="PS-12-list"),
        pytest.param({"secret": "x" * 5000}, Reason.NOT_IN_STORAGE, id="PS-12-long"),
        pytest.param({"secret": "\ud800"}, Reason.NOT_IN_STORAGE, id="PS-12-half-a-character"),
        pytest.param({"state": "\ud800"}, Reason.NOT_IN_STORAGE, id="PS-12-half-a-state"),
    ],
)
def test_words_that_do_not_fit_start_no_session(
    stage: Stage, changes: dict[str, object], reason: Reason
) -> None:
    waiting = wait_for_storage(stage)

    stage.check_refused(
        lambda: waiting.finish(changes=changes),
        status=401,
        reason=reason,
        secrets=(waiting.token, *waiting.stored.values()),
    )

    # Its browser may still come back: it was not the one who asked.
    with stage.database.read() as session:
        assert session.scalars(select(LoginAttempt)).one().consumed_at is None


@pytest.mark.parametrize(
    ("headers", "status", "reason"),
    [
        pytest.param(
            {**OWN_REQUEST, "Sec-Fetch-Site": "cross-site"}, 403, "request_forged", id="PS-14"
        ),
        pytest.param(
            {**OWN_REQUEST, "Sec-Fetch-Site": "same-site"}, 403, "request_forged", id="PS-14-site"
        ),
        pytest.param({"X-Rapport-Launch": "finish"}, 403, "request_forged", id="PS-14-silent"),
        pytest.param(
            {"X-Rapport-Launch": "finish", "Origin": "https://evil.test"},
            403,
            "request_forged",
            id="PS-14-origin",
        ),
        pytest.param(
            {"X-Rapport-Launch": "finish", "Origin": "null"}, 403, "request_forged", id="PS-14-null"
        ),
        pytest.param(
            {"Sec-Fetch-Site": "same-origin"}, 403, "request_forged", id="PS-14-no-header"
        ),
    ],
)
def test_a_finishing_call_of_another_site_is_refused(
    stage: Stage, headers: dict[str, str], status: int, reason: str
) -> None:
    waiting = wait_for_storage(stage)

    stage.check_refused(lambda: waiting.finish(headers), status=status, reason=reason)

    assert waiting.finish().status_code == 200, "the launch still waits for its own page"


def test_ps_14_a_form_is_no_finishing_call(stage: Stage) -> None:
    waiting = wait_for_storage(stage)
    form = {"state": waiting.login.state, **waiting.stored}

    stage.check_refused(
        lambda: waiting.browser.client.post(
            "/lti/finish", data=form, headers=OWN_REQUEST, base_url=TOOL
        ),
        status=415,
        reason="http_415",
    )


@pytest.mark.parametrize("body", ["[]", "{}", '{"state": "x"}', "nothing", '{"stored": []}'])
def test_a_finishing_call_of_another_shape_is_refused(stage: Stage, body: str) -> None:
    waiting = wait_for_storage(stage)

    stage.check_refused(
        lambda: waiting.browser.client.post(
            "/lti/finish",
            data=body,
            content_type="application/json",
            headers=OWN_REQUEST,
            base_url=TOOL,
        ),
        status=400,
        reason="http_400",
    )


@pytest.mark.parametrize("name", ["state", "ticket"])
@pytest.mark.parametrize("word", ["\ud800", "é", "\x00"])
def test_a_finishing_call_with_odd_characters_finds_nothing(
    stage: Stage, name: str, word: str
) -> None:
    waiting = wait_for_storage(stage)
    sent = {"state": waiting.login.state, "ticket": waiting.ticket, "stored": waiting.stored}

    stage.check_refused(
        lambda: waiting.browser.client.post(
            "/lti/finish", json={**sent, name: word}, headers=OWN_REQUEST, base_url=TOOL
        ),
        status=401,
        reason=Reason.NOT_WAITING,
    )


def test_ps_15_who_knows_token_and_state_alone_cannot_finish(stage: Stage) -> None:
    """A program can send any header; it lacks the secret that only the beginning browser got."""
    waiting = wait_for_storage(stage)

    stage.check_refused(
        lambda: waiting.finish(changes={"secret": None}), status=401, reason=Reason.NOT_IN_STORAGE
    )
    # And it works once: the launch has been taken.
    stage.check_refused(waiting.finish, status=401, reason=Reason.NOT_WAITING)


def test_a_finishing_call_works_once(stage: Stage) -> None:
    waiting = wait_for_storage(stage)
    assert waiting.finish().status_code == 200

    stage.check_refused(
        waiting.finish, status=401, reason=Reason.NOT_WAITING, secrets=(waiting.token,)
    )
    assert count(stage, LaunchSession) == 1


def test_a_launch_that_was_posted_again_waits_as_one(stage: Stage) -> None:
    waiting = wait_for_storage(stage)
    again = waiting.browser.post_launch({"id_token": waiting.token, "state": waiting.login.state})

    assert again.status_code == 200
    assert count(stage, WaitingLaunch) == 1
    assert waiting.finish().status_code == 401, "the page that was left behind"
    waiting.page = again
    assert waiting.finish().status_code == 200
    assert waiting.finish().status_code == 401


def test_a_launch_waits_two_minutes(stage: Stage) -> None:
    waiting = wait_for_storage(stage)
    stage.clock.advance(seconds=WAITS_FOR.total_seconds())

    stage.check_refused(waiting.finish, status=401, reason=Reason.NOT_WAITING)


def test_a_wrong_token_is_refused_before_anybody_is_asked(stage: Stage) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform, lti_storage_target="_parent")
    forget_cookies(browser)
    token = stage.token(login, {"nonce": "not-ours"})

    stage.check_refused(
        lambda: browser.post_launch({"id_token": token, "state": login.state}),
        status=401,
        reason=Reason.NONCE_MISMATCH,
        secrets=(token,),
    )
    assert count(stage, WaitingLaunch) == 0


def test_where_the_cookie_comes_back_nobody_is_asked(stage: Stage) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform, lti_storage_target="_parent")
    fields = {"id_token": stage.token(login), "state": login.state}

    seat = stage.seat(browser, browser.post_launch(fields))

    assert count(stage, WaitingLaunch) == 0
    assert seat.page().status_code == 200


def test_a_cookie_of_another_browser_is_refused_whatever_was_kept(stage: Stage) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform, lti_storage_target="_parent")
    name = login.response.headers["Set-Cookie"].partition("=")[0]
    browser.client.set_cookie(name, "something-else", domain="tool.test", secure=True)
    fields = {"id_token": stage.token(login), "state": login.state}

    stage.check_refused(
        lambda: browser.post_launch(fields), status=401, reason=Reason.COOKIE_MISMATCH
    )


def test_a_cookie_that_went_missing_on_the_way_back_only_binds_the_session(stage: Stage) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform, lti_storage_target="_parent")
    cookie = login.response.headers["Set-Cookie"].partition(";")[0]
    stored = {"state": login.state, "nonce": login.nonce}
    stored["secret"] = data_of(login.response)["secret"]
    plain = stage.app.test_client(use_cookies=False)
    fields = {"id_token": stage.token(login), "state": login.state}
    page = plain.post("/lti/launch", data=fields, base_url=TOOL)
    ticket = data_of(page)["ticket"]

    answer = plain.post(
        "/lti/finish",
        json={"state": login.state, "ticket": ticket, "stored": stored},
        headers={**OWN_REQUEST, "Cookie": cookie},
        base_url=TOOL,
    )

    assert answer.json
    assert len(answer.headers.getlist("Set-Cookie")) == 1
    headers = {"Sec-Fetch-Site": "same-origin"}
    path = answer.json["path"]
    assert plain.get(path, base_url=TOOL, headers=headers).status_code == 404


def test_an_anonymous_launch_finishes_with_its_page(stage: Stage) -> None:
    stage.platform.allow_anonymous = True
    stage.platform.client_id = "c-anonymous"
    stage.register(stage.platform)
    nobody = dict.fromkeys(("sub", "name", "given_name", "family_name", "email"), ABSENT)

    answer = wait_for_storage(stage, nobody).finish()

    assert answer.status_code == 200
    assert answer.json
    assert "<h1>" in answer.json["page"]
    assert count(stage, LaunchSession) == 0


@pytest.mark.parametrize(
    "site", ["none", "cross-site", "same-site"], ids=lambda site: f"ST-23-{site}"
)
def test_a_key_without_a_cookie_is_no_link_to_share(stage: Stage, site: str) -> None:
    answer = wait_for_storage(stage).finish()
    assert answer.json

    shared = stage.browser().client.get(
        answer.json["path"], base_url=TOOL, headers={"Sec-Fetch-Site": site}
    )

    assert shared.status_code == 404


def test_a_tab_of_its_own_of_such_a_session_needs_no_cookie_either(stage: Stage) -> None:
    waiting = wait_for_storage(stage)
    answer = waiting.finish()
    assert answer.json
    client, headers = waiting.browser.client, {"Sec-Fetch-Site": "same-origin"}
    path = answer.json["path"]
    page = client.get(path, base_url=TOOL, headers=headers, follow_redirects=True)
    token = re.search(r'name="csrf_token"\s+value="([^"]+)"', page.text)
    assert token
    offered = client.post(
        f"{path}own-tab", data={"csrf_token": token[1]}, base_url=TOOL, headers=headers
    )
    handed = re.search(r'name="token" value="([^"]+)"', offered.text)
    assert handed

    tab = stage.app.test_client(use_cookies=False)
    taken = tab.post("/own-tab", data={"token": handed[1]}, base_url=TOOL, headers=headers)

    assert taken.status_code == 303
    assert tab.get(taken.headers["Location"], base_url=TOOL, headers=headers).status_code < 400


def test_ps_18_without_javascript_both_pages_say_how_to_go_on(stage: Stage) -> None:
    waiting = wait_for_storage(stage)

    for page in (waiting.login.response, waiting.page):
        said = " ".join(re.findall(r"<noscript>(.*?)</noscript>", page.text, re.DOTALL))
        assert "JavaScript is switched off" in said
        assert "new tab" in said
    login = waiting.login.response.text
    assert re.search(r'<noscript>.*?target="_blank".*?</noscript>', login, re.DOTALL)


def test_ps_20_the_pages_have_no_script_of_their_own(stage: Stage) -> None:
    waiting = wait_for_storage(stage)

    for page in (waiting.login.response, waiting.page):
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert not re.search(r"<script(?![^>]* src=)", page.text)
        assert not re.search(r"\son\w+=", page.text)


@pytest.mark.parametrize("name", ["ST-12", "own-opener"])
def test_a_tab_that_our_own_page_opened_begins_anew_and_may_ask_that_page(
    stage: Stage, name: str
) -> None:
    del name
    browser = stage.browser()
    page = browser.login(stage.platform).response
    assert re.search(r'<form[^>]*action="/lti/login"[^>]*target="_blank"', page.text)
    from_frame = {"Sec-Fetch-Site": "same-origin"}
    asked = dict(
        re.findall(
            r'name="([^"]*)" value="([^"]*)"', page.text.partition("data-login-needs-tab")[2]
        )
    )

    tab = browser.client.post("/lti/login", data=asked, headers=from_frame, base_url=TOOL)

    assert asked["login_hint"], "what the platform sent goes along"
    assert (data_of(tab)["target"], data_of(tab)["origin"]) == ("_opener", TOOL)
    assert count(stage, LoginAttempt) == 2


@pytest.mark.parametrize("offers", [{}, {"lti_storage_target": "_parent"}], ids=["none", "storage"])
def test_st_07_an_attackers_launch_in_a_victims_browser_starts_nothing(
    stage: Stage, offers: dict[str, str]
) -> None:
    """The victim's page asks the victim's platform, which has kept nothing of the attacker's."""
    victim, attacker = stage.browser(), stage.browser()
    seat = stage.accept(browser=victim)
    login = attacker.login(stage.platform, **offers)
    fields = {"id_token": stage.token(login, {"sub": "attacker"}), "state": login.state}
    posted = victim.post_launch(fields)
    assert posted.status_code == (200 if offers else 401)

    answer = victim.client.post(
        "/lti/finish",
        json={
            "state": login.state,
            "ticket": data_of(posted).get("ticket"),
            "stored": {"state": None, "nonce": None, "secret": None},
        },
        headers=OWN_REQUEST,
        base_url=TOOL,
    )

    assert answer.status_code == 401
    assert count(stage, LaunchSession) == 1
    assert seat.page().status_code == 200


def test_st_20_the_session_of_a_waiting_launch_is_new(stage: Stage) -> None:
    first, second = wait_for_storage(stage), wait_for_storage(stage)

    paths = [waiting.finish().get_json()["path"] for waiting in (first, second)]

    assert paths[0] != paths[1]
    assert first.login.state not in paths[0]


def test_the_words_of_a_launch_follow_the_browsers_language(stage: Stage) -> None:
    waiting = wait_for_storage(stage, {f"{LTI}launch_presentation": ABSENT, "locale": ABSENT})

    answer = waiting.finish(accept="application/json", changes={"secret": None})

    assert answer.status_code == 401
    assert answer.json
    assert answer.json["code"] == Reason.NOT_IN_STORAGE
    assert "keeps no cookie" in answer.json["words"]
