"""F23, the launch's half: two clocks that differ by more than a minute, and a page that says so."""

from datetime import timedelta

import pytest

from tests.cases.browser import Login
from tests.cases.stage import Stage

#: A platform's tokens live this long, as with Moodle.
LIFE = 60


def token_by_another_clock(stage: Stage, login: Login, ahead: float) -> str:
    """Sign a launch as a platform whose clock is so many seconds ahead of ours."""
    there = stage.clock().timestamp() + ahead
    return stage.token(login, {"iat": there, "exp": there + LIFE})


@pytest.mark.parametrize("ahead", [-119, -60, -59, 0, 59])
def test_f23_a_clock_that_is_a_minute_off_lets_everybody_in(stage: Stage, ahead: int) -> None:
    there = stage.clock().timestamp() + ahead

    stage.accept({"iat": there, "exp": there + LIFE})


@pytest.mark.parametrize(
    "ahead",
    [-7200, -600, -121, 61, 600, 7200],
    ids=lambda seconds: f"{timedelta(seconds=abs(seconds))}-{'ahead' if seconds > 0 else 'behind'}",
)
def test_f23_a_clock_that_is_further_off_is_named_to_whoever_was_turned_away(
    stage: Stage, ahead: int
) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    token = token_by_another_clock(stage, login, ahead)

    answer = browser.post_launch({"id_token": token, "state": login.state})

    assert answer.status_code == 401
    assert "The clocks do not agree" in answer.text
    assert "the clock of the learning platform, or ours, is wrong" in answer.text


@pytest.mark.parametrize("hours", [-2, 2])
def test_f23_our_own_clock_that_has_jumped_is_named_as_well(stage: Stage, hours: int) -> None:
    there = stage.clock().timestamp()
    stage.clock.advance(hours=hours)
    browser = stage.browser()
    login = browser.login(stage.platform)

    answer = browser.post_launch(
        {
            "id_token": stage.token(login, {"iat": there, "exp": there + LIFE}),
            "state": login.state,
        }
    )

    assert answer.status_code == 401
    assert "The clocks do not agree" in answer.text
