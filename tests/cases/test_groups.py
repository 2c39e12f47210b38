"""GR: the platform's groups, where it tells of any, and what can be wrong with the list."""

from typing import Any

import pytest

from lti_app.bridge import group_reading
from lti_app.bridge.handlers import make_handlers
from lti_app.core.parts import Parts
from lti_app.lti.configuration import GROUPS
from lti_app.people.group_sync import owe_group_sync
from lti_app.people.groups import SYNC_JOB
from tests.cases.group_school import GroupSchool, group
from tests.cases.roster_school import member
from tests.cases.stage import Stage
from tests.jobs.running import run_due
from tests.peers.http_peer import Reply, Seen
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


def test_gr_02_the_roster_is_read_once_for_people_and_groups(school: GroupSchool) -> None:
    school.roster = [
        member("teacher", "Instructor"),
        *[member(f"l{one}", group_enrollments=[{"group_id": "red"}]) for one in range(30)],
    ]
    school.launch()
    school.work()

    assert len([seen for seen in school.asked if seen.path.startswith("/members")]) == 1
    assert school.group_requests() == ["/groups?type=3"]
    assert len((school.known()[None] or {})["Red"]) == 30


def test_groups_wait_for_a_roster_that_is_being_read(school: GroupSchool) -> None:
    school.roster = [member("teacher", "Instructor", group_enrollments=[])]
    school.launch()
    handlers = {SYNC_JOB: make_handlers(school.parts)[SYNC_JOB]}

    run_due(school.stage.database, handlers, school.stage.clock)
    before = school.group_requests()
    school.work()
    school.stage.clock.advance(minutes=1)
    school.work()

    assert before == []
    assert school.group_requests() == ["/groups?type=3"]


def test_people_who_are_asked_for_singly_are_asked_for_in_portions(school: GroupSchool) -> None:
    school.roster = [member("teacher", "Instructor"), *[member(f"l{one}") for one in range(120)]]
    school.in_groups = {f"l{one}": ["Red"] for one in range(120)}

    school.launch()
    school.work()

    single = [path for path in school.group_requests() if "user_id" in path]
    assert len(single) == len(set(single)) == 121
    assert len(school.known()[None]["Red"]) == 120


def throttle(school: GroupSchool, every: int) -> list[int]:
    """Let the platform ask to wait at every so manieth request; return what counts them."""
    count, plain = [0], school._groups

    def answer(seen: Seen) -> Any:
        count[0] += 1
        is_enough = count[0] % every == 0
        return Reply(429, headers={"Retry-After": "10"}) if is_enough else plain(seen)

    school._groups = answer  # type: ignore[method-assign]
    return count


def try_for_an_hour(school: GroupSchool) -> None:
    for _ in range(30):
        school.stage.clock.advance(minutes=2)
        school.work()


def test_a_platform_that_throttles_is_gone_on_with_where_it_stopped(school: GroupSchool) -> None:
    school.roster = [member("teacher", "Instructor"), *[member(f"l{one}") for one in range(60)]]
    school.launch()
    count = throttle(school, 40)

    try_for_an_hour(school)

    sync = school.sync()
    assert sync is not None
    assert (sync.why_not, sync.asked_until) == (None, 0)
    assert sync.synced_at is not None
    assert count[0] < 70


def test_a_platform_that_only_throttles_is_left_alone_in_the_end(school: GroupSchool) -> None:
    school.launch("ann", "Learner")
    school.launch()
    count = throttle(school, 1)

    try_for_an_hour(school)

    assert count[0] <= 6
    assert school.why_not() == "throttled"


def test_an_empty_list_takes_groups_away_only_at_an_instructors_word(school: GroupSchool) -> None:
    school.in_groups = {"ann": ["Red"]}
    school.launch("ann", "Learner")
    school.launch()
    school.work()

    school.pages = [[]]
    school.stage.clock.advance(days=1, minutes=1)
    school.launch()
    school.work()
    kept, said = school.known(), school.why_not()
    with school.stage.database.write() as session:
        owe_group_sync(session, school.course, now=school.stage.clock(), is_urgent=True)
    school.work()

    assert (kept, said) == ({None: {"Red": ["ann"], "Blue": []}}, "no_groups_told")
    assert (school.known(), school.why_not()) == ({}, None)


def test_a_course_with_too_many_to_ask_for_each_has_its_groups_and_says_so(
    school: GroupSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_reading, "MOST_ASKED", 1)
    school.launch("ann", "Learner")
    school.launch()
    school.work()

    assert school.known() == {None: {"Red": [], "Blue": []}}
    assert school.why_not() == "too_many_to_ask"
    assert school.group_requests() == ["/groups?type=3"]
