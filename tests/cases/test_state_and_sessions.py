"""Cases F: state, nonce, cookies, and the sessions that launches become."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, func, select

from lti_app.lti.errors import Reason
from lti_app.lti.login import purge_attempts
from lti_app.lti.models import LoginAttempt
from lti_app.people.roles import Role
from lti_app.web.models import LaunchSession
from tests.cases.stage import Stage
from tests.peers.launch_claims import LTI, MEMBERSHIP
from tests.peers.platform import ABSENT, TOOL, TestPlatform, served


def another_character(state: str) -> str:
    return state[:-1] + ("A" if state[-1] != "A" else "B")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda _: "", Reason.STATE_MISSING, id="ST-01"),
        pytest.param(lambda _: "x" * 43, Reason.STATE_UNKNOWN, id="ST-02"),
        pytest.param(another_character, Reason.STATE_UNKNOWN, id="ST-03"),
        pytest.param(lambda state: state * 20, Reason.STATE_UNKNOWN, id="ST-02-long"),
        pytest.param(lambda _: "a\x00b\u00e9", Reason.STATE_UNKNOWN, id="ST-02-odd"),
    ],
)
def test_a_state_that_is_not_ours_is_refused(
    stage: Stage, change: Callable[[str], str], reason: Reason
) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    fields = {"id_token": stage.token(login), "state": change(login.state)}

    stage.check_refused(lambda: browser.post_launch(fields), status=401, reason=reason)


def test_st_04_a_state_runs_out_after_ten_minutes(stage: Stage) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    stage.clock.advance(minutes=10)
    fields = {"id_token": stage.token(login), "state": login.state}

    stage.check_refused(
        lambda: browser.post_launch(fields), status=401, reason=Reason.STATE_EXPIRED
    )


def test_st_05_a_state_works_once_whatever_token_comes_with_it(stage: Stage) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    tokens = [stage.token(login, {"sub": sub}) for sub in ("user-1", "user-2")]
    stage.seat(browser, browser.post_launch({"id_token": tokens[0], "state": login.state}))

    stage.check_refused(
        lambda: browser.post_launch({"id_token": tokens[1], "state": login.state}),
        status=401,
        reason=Reason.STATE_USED,
        login=login,
    )


def test_st_06_a_state_works_only_in_the_browser_that_began(stage: Stage) -> None:
    began, other = stage.browser(), stage.browser()
    login = began.login(stage.platform)
    fields = {"id_token": stage.token(login), "state": login.state}

    stage.check_refused(lambda: other.post_launch(fields), status=401, reason=Reason.COOKIE_MISSING)

    # The one who began is not locked out by somebody who saw the address.
    stage.seat(began, began.post_launch(fields))


def test_abuse_33_st_07_an_attackers_launch_in_a_victims_browser_is_refused(stage: Stage) -> None:
    victim, attacker = stage.browser(), stage.browser()
    seat = stage.accept(browser=victim)
    login = attacker.login(stage.platform)
    fields = {"id_token": stage.token(login, {"sub": "attacker"}), "state": login.state}

    stage.check_refused(
        lambda: victim.post_launch(fields), status=401, reason=Reason.COOKIE_MISSING
    )

    assert seat.page().status_code == 200


def test_st_08_a_state_of_one_registration_takes_no_token_of_another(stage: Stage) -> None:
    with served(TestPlatform(client_id="c2")) as second:
        stage.register(second)
        browser = stage.browser()
        login = browser.login(stage.platform)
        token = stage.token(login, platform=second)

        stage.check_refused(
            lambda: browser.post_launch({"id_token": token, "state": login.state}),
            status=401,
            reason=Reason.AUDIENCE_MISMATCH,
            login=login,
        )


def test_st_09_a_cookie_with_another_value_is_refused(stage: Stage) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    name = login.response.headers["Set-Cookie"].partition("=")[0]
    browser.client.set_cookie(name, "something-else", domain="tool.test", secure=True)

    fields = {"id_token": stage.token(login), "state": login.state}

    stage.check_refused(
        lambda: browser.post_launch(fields), status=401, reason=Reason.COOKIE_MISMATCH
    )


def test_st_10_the_cookie_of_an_attempt_comes_back_in_a_frame_only_to_us(stage: Stage) -> None:
    cookie = stage.browser().login(stage.platform).response.headers["Set-Cookie"]

    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert cookie.startswith("__Host-rp-login-")
    assert {"secure", "httponly", "samesite=none", "partitioned", "path=/"} <= attributes
    assert "max-age=600" in attributes
    assert not any(attribute.startswith("domain") for attribute in attributes)


@pytest.mark.parametrize(
    ("nonce", "reason"),
    [
        pytest.param(ABSENT, Reason.NONCE_MISSING, id="ST-13"),
        pytest.param("", Reason.NONCE_MISSING, id="ST-13-empty"),
        pytest.param(None, Reason.NONCE_MISSING, id="ST-13-null"),
        pytest.param("not-ours", Reason.NONCE_MISMATCH, id="ST-14"),
        pytest.param(["not-ours"], Reason.NONCE_MISMATCH, id="ST-14-list"),
        pytest.param(7, Reason.NONCE_MISMATCH, id="ST-14-number"),
    ],
)
def test_a_nonce_that_is_not_ours_is_refused(stage: Stage, nonce: object, reason: Reason) -> None:
    stage.refuse_claims({"nonce": nonce}, status=401, reason=reason)


def test_st_15_a_token_replayed_with_a_new_state_is_refused(stage: Stage) -> None:
    browser = stage.browser()
    first = browser.login(stage.platform)
    token = stage.token(first)
    stage.seat(browser, browser.post_launch({"id_token": token, "state": first.state}))
    second = browser.login(stage.platform)

    stage.check_refused(
        lambda: browser.post_launch({"id_token": token, "state": second.state}),
        status=401,
        reason=Reason.NONCE_MISMATCH,
        login=second,
    )


def test_st_16_the_nonce_of_another_attempt_is_refused(stage: Stage) -> None:
    browser = stage.browser()
    first, second = browser.login(stage.platform), browser.login(stage.platform)
    token = stage.token(first)

    stage.check_refused(
        lambda: browser.post_launch({"id_token": token, "state": second.state}),
        status=401,
        reason=Reason.NONCE_MISMATCH,
        login=second,
    )


@pytest.mark.parametrize("count", [2, 100], ids=["ST-17", "abuse-32"])
def test_of_equal_posts_at_the_same_time_exactly_one_is_accepted(stage: Stage, count: int) -> None:
    stage.accept()
    before = sessions(stage)
    browser = stage.browser()
    login = browser.login(stage.platform)
    cookie = login.response.headers["Set-Cookie"].partition(";")[0]
    fields = {"id_token": stage.token(login), "state": login.state}
    barrier = threading.Barrier(count)

    def launch(_: int) -> int:
        client = stage.app.test_client(use_cookies=False)
        barrier.wait()
        return client.post(
            "/lti/launch", data=fields, base_url=TOOL, headers={"Cookie": cookie}
        ).status_code

    with ThreadPoolExecutor(count) as pool:
        answers = list(pool.map(launch, range(count)))

    assert sorted(answers) == [303, *[401] * (count - 1)]
    assert sessions(stage) == before + 1


def sessions(stage: Stage) -> int:
    with stage.database.read() as session:
        return session.scalar(select(func.count()).select_from(LaunchSession)) or 0


@pytest.mark.parametrize("how", ["ST-18", "ST-19"])
def test_an_attempt_that_is_forgotten_is_refused_whatever_the_token_says(
    stage: Stage, how: str
) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    far = int(stage.clock().timestamp()) + 86_400
    if how == "ST-19":
        stage.clock.advance(minutes=10)
    token = stage.token(login, {"exp": far})
    with stage.database.write() as session:
        if how == "ST-19":
            assert purge_attempts(session, now=stage.clock()) == 1
        else:
            session.execute(delete(LoginAttempt))

    stage.check_refused(
        lambda: browser.post_launch({"id_token": token, "state": login.state}),
        status=401,
        reason=Reason.STATE_UNKNOWN,
    )


def test_abuse_47_st_20_a_session_that_was_set_before_is_not_taken_over(stage: Stage) -> None:
    attacker = stage.accept({"sub": "attacker"})
    victim = stage.browser()
    for cookie in (attacker.browser.client._cookies or {}).values():
        victim.client.set_cookie(cookie.key, cookie.value, domain="tool.test", secure=True)

    seat = stage.accept({"sub": "victim"}, browser=victim)

    assert seat.path != attacker.path
    assert seat.user.sub == "victim"
    assert session_secrets(stage)[0] != session_secrets(stage)[1]


def session_secrets(stage: Stage) -> list[tuple[str, str]]:
    with stage.database.read() as session:
        query = select(LaunchSession.key_digest, LaunchSession.cookie_digest)
        return [(key, cookie) for key, cookie in session.execute(query)]


def test_st_21_two_people_in_one_browser_do_not_mix(stage: Stage) -> None:
    browser = stage.browser()
    first = stage.accept({"sub": "user-1", "name": "First Person"}, browser=browser)
    second = stage.accept({"sub": "user-2", "name": "Second Person"}, browser=browser)

    pages = first.page().text, second.page().text

    assert ["First Person" in page for page in pages] == [True, False]
    assert ["Second Person" in page for page in pages] == [False, True]


def test_st_22_two_tabs_are_two_courses(stage: Stage) -> None:
    browser = stage.browser()
    seats = [
        stage.accept(
            {
                f"{LTI}roles": [MEMBERSHIP + "Instructor"],
                f"{LTI}context": {"id": f"course-{number}"},
                f"{LTI}resource_link": {"id": f"link-{number}", "title": f"Task {number}"},
            },
            browser=browser,
        )
        for number in (1, 2)
    ]

    pages = [seat.page().text for seat in seats]

    assert [seat.context.lti_id for seat in seats if seat.context] == ["course-1", "course-2"]
    assert ["Task 1" in page for page in pages] == [True, False]
    assert ["Task 2" in page for page in pages] == [False, True]


def test_st_23_a_session_key_is_nothing_without_its_cookie(stage: Stage) -> None:
    seat = stage.accept()
    stranger = stage.browser()

    shared = stranger.client.get(seat.path, base_url=TOOL)
    guessed = stranger.client.get(f"/s/{'A' * 43}/", base_url=TOOL)

    assert (shared.status_code, guessed.status_code) == (404, 404)
    assert shared.data == guessed.data


def test_st_24_a_form_without_its_token_is_refused(stage: Stage) -> None:
    seat = stage.accept()
    key = seat.path.split("/")[2]
    adapter = stage.app.url_map.bind("tool.test")
    rules = [
        rule
        for rule in stage.app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.arguments == {"session_key"}
    ]

    answers = {
        rule.endpoint: seat.browser.client.post(
            adapter.build(rule.endpoint, {"session_key": key}),
            base_url=TOOL,
            headers={"Sec-Fetch-Site": "same-origin"},
        ).status_code
        for rule in rules
    }

    assert answers
    assert set(answers.values()) == {403}, answers


@pytest.mark.parametrize("span", [{"minutes": 60}, {"hours": 8}], ids=["ST-25-idle", "ST-25-long"])
def test_a_session_that_is_over_says_how_to_go_on(stage: Stage, span: dict[str, float]) -> None:
    seat = stage.accept({f"{LTI}roles": [MEMBERSHIP + "Instructor"]})
    stage.clock.advance(**span)

    page = seat.page()

    assert page.status_code == 404
    assert "course" in page.text


def test_st_26_the_role_is_that_of_the_newest_launch(stage: Stage) -> None:
    before = stage.accept({f"{LTI}roles": [MEMBERSHIP + "Instructor"]})
    after = stage.accept({f"{LTI}roles": [MEMBERSHIP + "Learner"]})

    assert (before.role, after.role) == (Role.INSTRUCTOR, Role.LEARNER)
    assert before.user.id == after.user.id
