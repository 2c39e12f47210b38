"""Roster and tokens of a Moodle, where they go beyond what was recorded."""

import pytest

from lti_app.sandbox.vocabulary import MediaType
from tests.sandbox.courses import A
from tests.sandbox.lms import Lms, next_url


def members(moodle: Lms, **query: str) -> dict[str, list[str]]:
    answer = moodle.service().read(moodle.roster_path(), MediaType.MEMBERS, **query)
    assert answer.status_code == 200
    return {one["user_id"]: one["roles"] for one in (answer.json or {})["members"]}


def test_suspended_people_are_not_on_the_roster(moodle: Lms) -> None:
    assert members(moodle) == {
        "rima": ["Instructor"],
        "tomas": ["Learner"],
        "amara": ["Learner"],
        "tomoko": ["Learner"],
        "kwame": ["Learner"],
    }


def test_next_page_forgets_the_role_and_keeps_the_link(moodle: Lms) -> None:
    service = moodle.service()
    first = service.read(
        moodle.roster_path(), MediaType.MEMBERS, role="Learner", limit="2", rlid="graded"
    )

    url = str(next_url(first))

    second = service.read(url, MediaType.MEMBERS).json or {}
    assert "role=" not in url
    assert url.endswith("?limit=2&from=2&rlid=graded")
    assert [one["user_id"] for one in second["members"]] == ["amara", "tomoko"]


@pytest.mark.parametrize(("number", "status"), [("1", 200), ("2", 401)])
def test_roster_is_bound_to_a_tool(moodle: Lms, number: str, status: int) -> None:
    path = moodle.roster_path().replace("/bindings/1/", f"/bindings/{number}/")

    assert moodle.service().read(path, MediaType.MEMBERS).status_code == status


@pytest.mark.parametrize("limit", ["0", "-1", "two"])
def test_limit_that_is_no_number_above_zero_is_none(moodle: Lms, limit: str) -> None:
    assert len(members(moodle, limit=limit)) == 5


@pytest.mark.parametrize(("ahead", "status"), [(0, 200), (1, 400)])
def test_clock_that_is_ahead_by_a_second_is_refused(moodle: Lms, ahead: int, status: int) -> None:
    now = int(moodle.clock().timestamp())

    answer = moodle.ask_token(moodle.assertion(claims={"iat": now + ahead, "exp": now + 60}))

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"iss": "c2"}, 200),
        ({"aud": "https://elsewhere.test"}, 200),
        ({"jti": ""}, 200),
        ({"sub": "c2"}, 400),
        ({"sub": 7}, 400),
    ],
)
def test_who_asks_stands_in_the_subject_alone(
    moodle: Lms, claims: dict[str, object], status: int
) -> None:
    assert moodle.ask_token(moodle.assertion(claims=claims)).status_code == status


def test_key_set_that_cannot_be_fetched_is_a_page_with_404(moodle: Lms) -> None:
    moodle.tool.sets.pop("c1")

    answer = moodle.ask_token(moodle.assertion())

    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert answer.text.startswith("<!DOCTYPE html>")


def test_page_of_results_with_a_limit_breaks(moodle: Lms) -> None:
    path = moodle.item_path().replace("/lineitem?", "/lineitem/results?")

    broken = moodle.service().read(path, MediaType.RESULTS, limit="10")

    assert broken.status_code == 404
    assert broken.mimetype == "text/html"
    assert moodle.service().read(path, MediaType.RESULTS).status_code == 200


def test_unknown_address_is_told_in_the_platforms_form(moodle: Lms) -> None:
    answer = moodle.service().read(f"/mod/lti/services.php/{A}/coffee", MediaType.RESULTS)

    assert (answer.json or {})["status"] == 404
    assert (answer.json or {})["request"]["method"] == "GET"
