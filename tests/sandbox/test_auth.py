"""The authentication request: what is answered, what is refused, and to whom the refusal goes."""

import pytest

from lti_app.sandbox.dialects import PLAIN
from tests.sandbox.courses import A, B
from tests.sandbox.lms import ISSUER, Lms, answered


def test_login_is_started_with_everything_the_tool_needs(lms: Lms) -> None:
    login = lms.browser().enter("amara").open_link()

    assert login.pop("lti_message_hint")
    assert login == {
        "iss": ISSUER,
        "login_hint": "amara",
        "target_link_uri": "http://localhost:8000/lti/launch",
        "client_id": "c1",
        "lti_deployment_id": "d1",
        "lti_storage_target": "_parent",
    }


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_right_request_is_answered_with_a_token_and_the_state(lms: Lms, method: str) -> None:
    browser = lms.browser().enter("amara")

    answer = answered(browser.authenticate(browser.open_link(), method=method, state='a"b<c'))

    assert set(answer) == {"id_token", "state"}
    assert answer["state"] == 'a"b<c'


def test_state_that_was_not_sent_does_not_come_back(lms: Lms) -> None:
    browser = lms.browser().enter("amara")

    answer = answered(browser.authenticate(browser.open_link(), without="state"))

    assert set(answer) == {"id_token"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scope": "openid profile"}, "invalid_scope"),
        ({"response_type": "code"}, "unsupported_response_type"),
        ({"response_mode": "query"}, "invalid_request"),
        ({"prompt": "login"}, "invalid_request"),
        ({"nonce": ""}, "invalid_request"),
        ({"login_hint": "tomoko"}, "access_denied"),
        ({"lti_message_hint": "made-up"}, "launch_no_longer_valid"),
    ],
)
def test_wrong_parameter_is_told_to_the_tool(lms: Lms, changes: dict[str, str], code: str) -> None:
    browser = lms.browser().enter("amara")

    answer = answered(browser.authenticate(browser.open_link(), **changes))

    assert answer["error"] == code
    assert answer["error_description"]
    assert answer["state"] == "state-1"
    assert "id_token" not in answer


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("scope", "invalid_scope"),
        ("response_type", "unsupported_response_type"),
        ("response_mode", "invalid_request"),
        ("prompt", "invalid_request"),
        ("nonce", "invalid_request"),
        ("login_hint", "invalid_request"),
        ("lti_message_hint", "invalid_request"),
    ],
)
def test_missing_parameter_is_told_to_the_tool(lms: Lms, name: str, code: str) -> None:
    browser = lms.browser().enter("amara")

    answer = answered(browser.authenticate(browser.open_link(), without=name))

    assert answer["error"] == code


def test_repeated_parameter_is_told_to_the_tool(lms: Lms) -> None:
    browser = lms.browser().enter("amara")
    login = browser.open_link()
    sent = [
        ("client_id", "c1"),
        ("redirect_uri", "http://localhost:8000/lti/launch"),
        ("nonce", "one"),
        ("nonce", "two"),
        ("login_hint", login["login_hint"]),
        ("lti_message_hint", login["lti_message_hint"]),
    ]

    answer = answered(browser.get("/lti/auth", query_string=sent))

    assert answer["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_id": "c9"}, "No tool is registered"),
        ({"client_id": ""}, "No tool is registered"),
        ({"redirect_uri": "http://evil.test/lti/launch"}, "not registered"),
        ({"redirect_uri": "http://localhost:8000/lti/launch?x=1"}, "not registered"),
        ({"redirect_uri": "http://localhost:8000/lti/launch/"}, "not registered"),
        ({"redirect_uri": ""}, "not registered"),
    ],
)
def test_refusal_stays_here_when_the_address_is_not_known_to_be_the_tools(
    lms: Lms, changes: dict[str, str], words: str
) -> None:
    browser = lms.browser().enter("amara")

    response = browser.authenticate(browser.open_link(), **changes)

    assert response.status_code == 400
    assert words in response.text
    assert "evil.test" not in response.text
    assert "id_token" not in response.text


def test_nobody_signed_in_is_told_to_the_tool(lms: Lms) -> None:
    login = lms.browser().enter("amara").open_link()

    answer = answered(lms.browser().authenticate(login))

    assert answer["error"] == "login_required"


def test_hint_works_once(lms: Lms) -> None:
    browser = lms.browser().enter("amara")
    login = browser.open_link()
    first = answered(browser.authenticate(login))

    second = answered(browser.authenticate(login))

    assert "id_token" in first
    assert second["error"] == "launch_no_longer_valid"


def test_refused_request_does_not_use_the_hint_up(lms: Lms) -> None:
    browser = lms.browser().enter("amara")
    login = browser.open_link()
    browser.authenticate(login, prompt="login")

    assert "id_token" in answered(browser.authenticate(login))


def test_hint_belongs_to_the_browser_it_was_made_in(lms: Lms) -> None:
    login = lms.browser().enter("amara").open_link()

    answer = answered(lms.browser().enter("amara").authenticate(login))

    assert answer["error"] == "launch_no_longer_valid"


def test_hint_belongs_to_the_tool_it_was_made_for(lms: Lms) -> None:
    browser = lms.browser().enter("amara")
    login = browser.open_link("graded")

    answer = answered(browser.authenticate(login, client_id="c2"))

    assert answer["error"] == "launch_no_longer_valid"


def test_hint_grows_old(lms: Lms) -> None:
    browser = lms.browser().enter("amara")
    login, late = browser.open_link(), browser.open_link()

    in_time = answered(browser.authenticate(login))
    lms.clock.now += PLAIN.launch_hint_lives_for
    too_late = answered(browser.authenticate(late))

    assert "id_token" in in_time
    assert too_late["error"] == "launch_no_longer_valid"


def test_two_launches_can_finish_in_any_order(lms: Lms) -> None:
    browser = lms.browser().enter("amara")
    first, second = browser.open_link("graded"), browser.open_link("in-b", B)

    answers = [answered(browser.authenticate(login)) for login in (second, first)]

    assert all("id_token" in answer for answer in answers)


def test_person_who_was_suspended_meanwhile_is_refused(lms: Lms) -> None:
    browser = lms.browser().enter("amara")
    login = browser.open_link()
    lms.suspend("amara", A)

    answer = answered(browser.authenticate(login))

    assert answer["error"] == "access_denied"


def test_entering_as_somebody_else_ends_launches_under_way(lms: Lms) -> None:
    browser = lms.browser().enter("amara")
    login = browser.open_link()
    browser.enter("tomoko")

    assert answered(browser.authenticate(login))["error"] == "access_denied"
    assert (
        answered(browser.authenticate(login, login_hint="tomoko"))["error"]
        == "launch_no_longer_valid"
    )
