"""GR: the platform's groups, where it tells of any, and what can be wrong with the list."""

from typing import Any

import pytest

from lti_app.core.parts import Parts
from lti_app.lti.configuration import GROUPS
from tests.cases.group_school import GroupSchool, group
from tests.cases.roster_school import member
from tests.cases.stage import Stage
from tests.peers.http_peer import Reply
from tests.peers.platform import ABSENT


@pytest.fixture
def school(stage: Stage, parts: Parts) -> GroupSchool:
    return GroupSchool(stage, parts)


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param(ABSENT, id="absent"),
        pytest.param("groups", id="no object"),
        pytest.param({"context_groups_url": ""}, id="no address"),
        pytest.param({"service_versions": ["2.0"]}, id="another version"),
        pytest.param({"scope": ["something.else"]}, id="no right"),
        pytest.param({"context_groups_url": "http://lms.test/groups"}, id="plain http"),
    ],
)
def test_gr_01_without_the_service_the_launch_goes_on_without_groups(
    school: GroupSchool, claim: Any
) -> None:
    given = school.claim(**claim) if isinstance(claim, dict) else claim

    seat = school.launch(claim=given)
    school.work()

    assert seat.page().status_code == 200
    assert school.sync() is None
    assert school.group_requests() == []


@pytest.mark.parametrize("sets_url", [None, "", "http://10.0.0.1/sets"])
def test_gr_01_without_the_address_of_sets_there_are_groups_only(
    school: GroupSchool, sets_url: str | None
) -> None:
    school.pages = [[group("Red", set_id="s1")]]

    school.launch(claim=school.claim(context_group_sets_url=sets_url))
    school.work()

    assert school.known() == {None: {"Red": []}}


def test_groups_stand_in_their_sets(school: GroupSchool) -> None:
    school.sets = [{"id": "s1", "name": "Seminars"}, {"id": "s2", "name": "Labs"}]
    school.pages = [[group("Red", "s1"), group("Blue", "s2"), group("Alone")]]

    school.launch()
    school.work()

    assert school.known() == {"Seminars": {"Red": []}, "Labs": {"Blue": []}, None: {"Alone": []}}


def test_gr_02_ag_39_all_pages_are_read_at_the_addresses_they_give(school: GroupSchool) -> None:
    school.pages = [[group("Red")], [group("Blue")], [group("Green")]]

    school.launch()
    school.work()

    assert list(school.known()[None]) == ["Red", "Blue", "Green"]
    assert school.group_requests()[:3] == [
        "/groups?type=3",
        "/groups?type=3&page=1",
        "/groups?type=3&page=2",
    ]
    assert set(school.scopes) == {GROUPS}


@pytest.mark.parametrize(
    "link",
    [
        pytest.param('<https://elsewhere.test/groups>; rel="next"', id="another origin"),
        pytest.param('<{}>; rel="next"', id="itself"),
        pytest.param('<{}&page=0>; rel="next"', id="in a circle"),
    ],
)
def test_gr_02_ag_41_a_list_without_an_end_changes_nothing(school: GroupSchool, link: str) -> None:
    school.launch()
    school.work()
    before = school.known()
    school.pages, school.link = [[group("Other")]], {0: link.format(f"{school.url}?type=3")}
    asked = len(school.asked)

    school.stage.clock.advance(days=1, minutes=1)
    school.launch()
    school.work()

    assert school.known() == before
    assert len(school.asked) > asked
    assert school.why_not() in ("address_refused", "refused")
    assert all("elsewhere" not in seen.headers["host"] for seen in school.asked)


def test_gr_02_who_is_in_a_group_is_asked_for_each_person(school: GroupSchool) -> None:
    school.in_groups = {"ann": ["Red"], "ben": ["Red", "Blue"]}
    for sub in ("ann", "ben", "caro"):
        school.launch(sub, "Learner")

    school.launch()
    school.work()

    assert school.known() == {None: {"Red": ["ann", "ben"], "Blue": ["ben"]}}
    assert "/groups?type=3&user_id=ann" in school.group_requests()


def test_who_is_in_a_group_is_read_from_a_roster_that_tells(school: GroupSchool) -> None:
    school.roster = [
        member("ann", group_enrollments=[{"group_id": "red"}, {"group_id": "unknown"}]),
        member("teacher", "Instructor"),
    ]
    school.launch("ann", "Learner")

    school.launch()
    school.work()

    assert school.known() == {None: {"Red": ["ann"], "Blue": []}}
    assert not [path for path in school.group_requests() if "user_id" in path]


def test_who_left_a_group_is_in_it_no_longer_and_a_group_that_is_gone_goes(
    school: GroupSchool,
) -> None:
    school.sets = [{"id": "s1", "name": "Seminars"}]
    school.pages, school.in_groups = [[group("Red", "s1"), group("Blue")]], {"ann": ["Red", "Blue"]}
    school.launch("ann", "Learner")
    school.launch()
    school.work()

    school.pages, school.in_groups = [[group("Red", "s1")]], {}
    school.stage.clock.advance(days=1, minutes=1)
    school.launch()
    school.work()

    assert school.known() == {"Seminars": {"Red": []}}


def test_a_platform_that_fails_takes_nothing_away(school: GroupSchool) -> None:
    school.in_groups = {"ann": ["Red"]}
    school.launch("ann", "Learner")
    school.launch()
    school.work()

    school.pages = [Reply(403)]
    school.stage.clock.advance(days=1, minutes=1)
    school.launch()
    school.work()

    assert school.known() == {None: {"Red": ["ann"], "Blue": []}}
    assert school.why_not() == "refused"


def test_a_learners_launch_reads_no_groups(school: GroupSchool) -> None:
    school.launch("ann", "Learner")
    school.work()

    assert school.group_requests() == []


def test_groups_are_read_once_a_day_however_many_instructors_come(school: GroupSchool) -> None:
    for sub in ("teacher", "other teacher", "teacher"):
        school.launch(sub)
        school.work()

    assert school.group_requests().count("/groups?type=3") == 1


def test_each_reading_of_the_roster_has_the_groups_read_too(school: GroupSchool) -> None:
    school.roster = [member("teacher", "Instructor", group_enrollments=[])]
    school.launch()
    school.work()
    before = len(school.group_requests())

    school.read_roster()
    school.work()

    assert school.group_requests()[before:] == ["/groups?type=3"]


def test_groups_that_failed_the_first_time_are_asked_for_again_a_day_later(
    school: GroupSchool,
) -> None:
    school.pages = [Reply(403)]
    school.launch()
    school.work()
    assert school.why_not() == "refused"

    school.pages = [[group("Red")]]
    school.stage.clock.advance(days=1, minutes=1)
    school.launch()
    school.work()

    assert school.known() == {None: {"Red": []}}
    assert school.why_not() is None
