"""NR, CN: a roster from its first page to its last, and what can be wrong with it.

What the tool does is policy in docs/architecture.md, "Who is in a course", and in decision 22.
"""

from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from lti_app.audit import Actor
from lti_app.jobs.models import Job
from lti_app.lti.errors import Outcome
from lti_app.lti.nrps import MAX_PAGES, ROSTER_TYPE, SCOPE, Flaw
from lti_app.lti.pages import NEXT_ELSEWHERE, NEXT_LOOPS
from lti_app.people.models import Context, EnrolmentStatus, RosterState
from lti_app.people.names import PersonName
from lti_app.people.roles import Role
from lti_app.people.roster import READ_ROSTER, ask_again, owe_due_readings
from lti_app.web.models import LaunchSession
from tests.cases.roster_school import COURSE, TEACHER, RosterSchool, learners, member, subs
from tests.peers.http_peer import Reply, Seen, json_reply
from tests.peers.launch_claims import MEMBERSHIP, NRPS_CLAIM
from tests.peers.platform import TestPlatform, served

EVERYBODY = [TEACHER, *learners(10)]


@pytest.fixture
def known(school: RosterSchool) -> RosterSchool:
    """A course whose roster was read yesterday: a teacher and ten learners."""
    school.pages = [EVERYBODY]
    school.launch()
    school.work()
    assert school.here() == subs(EVERYBODY)
    school.stage.clock.advance(days=1)
    return school


def test_nr_01_members_of_a_single_page_are_in_the_course(school: RosterSchool) -> None:
    school.pages = [[TEACHER, member("ann", status="Active"), member("ben")]]

    school.launch()
    school.work()

    assert school.here() == {"teacher", "ann", "ben"}
    assert school.enrolments()["ben"].role == Role.LEARNER
    assert school.roster().state is RosterState.READ


def test_cn_01_an_instructors_first_launch_has_the_roster_read_at_the_signed_address(
    school: RosterSchool,
) -> None:
    school.pages = [[TEACHER]]

    school.launch()
    school.work()

    assert [seen.path for seen in school.asked] == ["/memberships?type=3&limit=100"]
    assert school.asked[0].method == "GET"


def test_cn_02_the_one_type_that_we_read_is_asked_for(school: RosterSchool) -> None:
    school.pages = [[TEACHER]]

    school.launch()
    school.work()

    assert school.asked[0].headers["accept"] == ROSTER_TYPE
    assert ROSTER_TYPE == "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def test_cn_03_cn_04_the_bearer_is_of_a_token_for_the_roster_alone(school: RosterSchool) -> None:
    school.pages = [[TEACHER]]

    school.launch()
    school.work()

    (asked,) = school.token_requests
    assert b"client_assertion=" in asked.body
    assert f"scope={SCOPE}".replace(":", "%3A").replace("/", "%2F").encode() in asked.body
    assert school.asked[0].headers["authorization"] == "Bearer t1"


def test_nr_02_a_long_roster_is_read_in_several_runs_and_shows_how_far_it_is(
    school: RosterSchool,
) -> None:
    school.pages = [learners(2, start=2 * number) for number in range(45)]
    school.launch()
    seen: list[tuple[int, int]] = []

    def look(_seen: Seen) -> Any:
        roster = school.roster()
        seen.append((roster.pages_count, roster.members_count))
        return learners(2, start=44)

    school.pages[22] = look
    school.work()

    assert len(school.here()) == 91
    assert seen == [(22, 44)]
    assert len(school.asked) == 45


def test_nr_02_a_run_that_dies_is_gone_on_with_and_not_begun_anew(school: RosterSchool) -> None:
    school.pages = [[TEACHER], learners(2), Reply(500)]
    school.launch()
    school.work()
    school.pages[2] = learners(2, start=2)

    roster = school.try_until_settled(1)

    assert roster.state is RosterState.READ
    assert [seen.path.partition("page=")[2] for seen in school.asked] == ["", "1", "2", "2"]
    assert len(school.here()) == 5


def test_nr_03_a_short_page_is_no_sign_of_the_end(school: RosterSchool) -> None:
    school.pages = [learners(1), [], learners(3, start=1), [TEACHER]]

    school.launch()
    school.work()

    assert len(school.here()) == 5


@pytest.mark.parametrize(
    "link",
    [
        pytest.param(lambda number: number, id="NR-04 to itself"),
        pytest.param(lambda number: 1 - number, id="NR-04 from A to B to A"),
        pytest.param(lambda number: number + 1, id="NR-04 ever new addresses"),
    ],
)
def test_a_list_without_an_end_is_left(known: RosterSchool, link: Any) -> None:
    known.link = lambda number: f'<{known.url}?page={link(number)}>; rel="next"'
    known.asked.clear()

    roster = known.read(EVERYBODY, EVERYBODY)

    assert (roster.state, roster.reason and roster.reason.code) == (RosterState.STALE, NEXT_LOOPS)
    assert known.here() == subs(EVERYBODY)
    assert len(known.asked) < 40 < MAX_PAGES


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("http://evil.test/memberships?page=1", id="NR-05 another host"),
        pytest.param("https://127.0.0.1:9/memberships?page=1", id="NR-05 another port"),
        pytest.param("/memberships?page=1", id="NR-05 no host"),
        pytest.param("javascript:alert(1)", id="NR-05 no address"),
        pytest.param("http://10.0.0.1/latest/meta-data", id="abuse 28 inside"),
    ],
)
def test_a_next_page_elsewhere_gets_no_token(known: RosterSchool, address: str) -> None:
    known.link = lambda _number: f'<{address}>; rel="next"'
    known.asked.clear()

    roster = known.read(EVERYBODY[:8])

    assert roster.state is RosterState.STALE
    assert roster.reason is not None
    assert roster.reason.params["words"] == NEXT_ELSEWHERE
    assert len(known.asked) == 1
    assert known.here() == subs(EVERYBODY)


def test_nr_06_a_page_that_fails_for_good_leaves_everybody_in_the_course(
    known: RosterSchool,
) -> None:
    known.read([TEACHER, member("new")], learners(2), Reply(500))

    roster = known.try_until_settled()

    assert roster.state is RosterState.STALE
    assert roster.reason is not None
    assert roster.reason.params["status"] == 500
    assert roster.stale_at is not None
    assert known.here() == {*subs(EVERYBODY), "new"}


def test_nr_07_somebody_on_two_pages_is_there_once(school: RosterSchool) -> None:
    school.pages = [[TEACHER, member("ann")], [member("ann", name="Ann Last"), member("ben")]]

    school.launch()
    school.work()

    assert sorted(school.enrolments()) == ["ann", "ben", "teacher"]
    assert school.users()["ann"].name == "Ann Last"
    assert school.roster().members_count == 3


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        pytest.param(["Instructor"], Role.INSTRUCTOR, id="NR-08 short name"),
        pytest.param("Learner", Role.LEARNER, id="NR-08 a string"),
        pytest.param(MEMBERSHIP + "Instructor", Role.INSTRUCTOR, id="NR-08 a full string"),
        pytest.param(None, Role.GUEST, id="NR-08 null"),
        pytest.param([], Role.GUEST, id="NR-08 none"),
        pytest.param([7, {"a": 1}, "Learner"], Role.LEARNER, id="NR-08 no texts"),
        pytest.param(
            ["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"],
            Role.GUEST,
            id="NR-08 of the institution",
        ),
        pytest.param(
            ["http://purl.imsglobal.org/vocab/lis/v2/membership/Learner#Instructor"],
            Role.LEARNER,
            id="NR-08 a learner who teaches",
        ),
        pytest.param(["http://purl.imsglobal.org/vocab/lis/v2/person#Administrator"], Role.GUEST),
    ],
)
def test_a_role_in_the_course_counts_and_nothing_else(
    school: RosterSchool, roles: object, role: Role
) -> None:
    school.pages = [[TEACHER, {"user_id": "ann", "roles": roles}]]

    school.launch()
    school.work()

    assert school.enrolments()["ann"].role == role


def test_nr_08_a_member_without_roles_has_the_least_privilege(school: RosterSchool) -> None:
    school.pages = [[TEACHER, {"user_id": "ann"}]]

    school.launch()
    school.work()

    assert school.enrolments()["ann"].role == Role.GUEST


@pytest.mark.parametrize("user_id", ["", None, 7, ["a"], "x" * 256, "ann\n"])
def test_nr_09_a_member_without_an_id_is_left_out_and_counted(
    school: RosterSchool, user_id: object
) -> None:
    school.pages = [[TEACHER, {**member("ann"), "user_id": user_id}, {}, "ann", member("ben")]]

    school.launch()
    school.work()

    assert school.here() == {"teacher", "ben"}
    assert school.roster().skipped_count == 3


def test_nr_10_without_names_there_are_neutral_labels(school: RosterSchool) -> None:
    school.pages = [[TEACHER, {"user_id": "ann", "roles": ["Learner"]}]]

    school.launch()
    school.work()

    ann = school.users()["ann"]
    called = PersonName(ann.public_id, ann.name).display(Role.LEARNER, str)
    assert called == f"Learner {ann.public_id[:4]}"


@pytest.mark.parametrize(
    "status",
    [
        pytest.param("Inactive", id="NR-11 inactive"),
        pytest.param("Deleted", id="NR-11 deleted"),
        pytest.param("Pending", id="NR-11 unknown"),
        pytest.param(7, id="NR-11 no text"),
    ],
)
def test_a_member_who_is_not_active_is_not_in_the_course(
    known: RosterSchool, status: object
) -> None:
    ann = {**member("learner-0"), "status": status}

    known.read([TEACHER, *learners(9, start=1), ann])

    assert known.here() == subs(EVERYBODY) - {"learner-0"}
    assert known.enrolments()["learner-0"].status == EnrolmentStatus.INACTIVE


def test_nr_11_somebody_who_was_never_here_and_is_not_now_gets_no_row(
    known: RosterSchool,
) -> None:
    known.read([*EVERYBODY, member("gone", status="Inactive")])

    assert "gone" not in known.users()


def test_nr_12_what_has_changed_is_asked_for_where_the_platform_tells_it(
    school: RosterSchool,
) -> None:
    school.differences = [member("learner-0", status="Deleted"), member("new")]
    school.pages = [EVERYBODY]
    school.launch()
    school.work()

    school.read(EVERYBODY, days=1)

    assert school.asked[-1].path == "/changes?since=1"
    assert school.here() == (subs(EVERYBODY) | {"new"}) - {"learner-0"}


def test_nr_11_many_who_left_before_we_knew_them_are_no_list_without_an_end(
    school: RosterSchool,
) -> None:
    gone = [[member(f"old-{page}", status="Inactive")] for page in range(25)]
    school.pages = [EVERYBODY, *gone]

    school.launch()
    school.work()

    assert school.roster().state is RosterState.READ
    assert school.here() == subs(EVERYBODY)


def test_nr_12_who_is_told_gone_keeps_their_name(school: RosterSchool) -> None:
    """They may be in other courses, where everybody still reads it."""
    school.differences = [{"user_id": "learner-0", "status": "Deleted", "roles": []}]
    school.pages = [EVERYBODY]
    school.launch()
    school.work()

    school.read(EVERYBODY, days=1)

    assert "learner-0" not in school.here()
    assert school.users()["learner-0"].name == "Learner-0 Green"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Reply(400), id="400"),
        pytest.param(Reply(403), id="403"),
        pytest.param(Reply(404), id="404"),
        pytest.param(Reply(410), id="410"),
        pytest.param(json_reply({"context": {"id": COURSE}}), id="no list"),
    ],
)
def test_nr_12_everybody_is_asked_for_when_changes_are_told_no_longer(
    school: RosterSchool, answer: Reply
) -> None:
    school.differences = answer
    school.pages = [EVERYBODY]
    school.launch()
    school.work()

    roster = school.read([*EVERYBODY, member("new")], days=1)

    assert roster.state is RosterState.READ
    assert [seen.path.partition("?")[0] for seen in school.asked[1:]] == [
        "/changes",
        "/memberships",
    ]
    assert "new" in school.here()


def test_nr_12_everybody_is_asked_for_after_changes_failed_for_a_while(
    school: RosterSchool,
) -> None:
    school.differences = Reply(500)
    school.pages = [EVERYBODY]
    school.launch()
    school.work()

    school.read(EVERYBODY, days=1)
    failed = school.try_until_settled()
    roster = school.read(EVERYBODY, hours=2)

    assert (failed.state, roster.state) == (RosterState.STALE, RosterState.READ)


def test_nr_12_everybody_is_asked_for_when_a_person_asks(school: RosterSchool) -> None:
    school.differences = []
    school.pages = [EVERYBODY]
    school.launch()
    school.work()
    school.stage.clock.advance(hours=2)
    school.asked.clear()

    with school.stage.database.write() as session:
        context = session.scalars(select(Context)).one()
        where = {"platform_id": context.platform_id, "context_id": context.id}
        assert ask_again(session, **where, actor=Actor.SYSTEM, now=school.stage.clock())
    school.work()

    assert [seen.path.partition("?")[0] for seen in school.asked] == ["/memberships"]


def test_nr_12_everybody_is_asked_for_once_a_week(school: RosterSchool) -> None:
    school.differences = []
    school.pages = [EVERYBODY]
    school.launch()
    school.work()

    school.read(EVERYBODY, days=8)

    assert [seen.path.partition("?")[0] for seen in school.asked] == ["/memberships"] * 2


def test_nr_13_another_media_type_is_taken_and_logged(known: RosterSchool) -> None:
    body = {"context": {"id": COURSE}, "members": [*EVERYBODY, member("new")]}

    roster = known.read(json_reply(body, media_type="text/html"))

    assert roster.state is RosterState.READ
    assert "new" in known.here()
    assert any("odd media type" in str(line) for line in known.stage.log.lines())


def test_nr_14_the_old_format_is_named(known: RosterSchool) -> None:
    body = {
        "@context": "http://purl.imsglobal.org/ctx/lis/v2/MembershipContainer",
        "@type": "Page",
        "pageOf": {"membershipSubject": {"membership": []}},
    }

    roster = known.read(json_reply(body))

    assert roster.reason is not None
    assert roster.reason.code == Flaw.OLD_FORMAT
    assert known.here() == subs(EVERYBODY)


def test_nr_17_the_roster_of_another_course_is_refused(known: RosterSchool) -> None:
    roster = known.read(json_reply({"context": {"id": "course-2"}, "members": [member("spy")]}))

    assert roster.reason is not None
    assert roster.reason.code == Flaw.OTHER_COURSE
    assert known.here() == subs(EVERYBODY)
    assert "spy" not in known.users()


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        pytest.param(401, Outcome.UNAUTHORISED, id="NR-18 OA-12 401"),
        pytest.param(403, Outcome.REFUSED, id="NR-18 403"),
        pytest.param(404, Outcome.GONE, id="NR-18 404"),
    ],
)
def test_a_refusal_is_said_and_changes_nobody(
    known: RosterSchool, status: int, outcome: Outcome
) -> None:
    roster = known.read(Reply(status))

    assert roster.state is RosterState.STALE
    assert roster.reason is not None
    assert (roster.reason.code, roster.reason.params["status"]) == (outcome, status)
    assert known.here() == subs(EVERYBODY)


def test_nr_18_a_401_has_the_token_replaced_once(known: RosterSchool) -> None:
    known.token_requests.clear()
    known.asked.clear()

    known.read(Reply(401))

    assert len(known.asked) == 2
    assert len(known.token_requests) >= 1


@pytest.mark.parametrize(
    "service",
    [
        pytest.param(None, id="NR-19 no claim"),
        pytest.param({"context_memberships_url": "{url}"}, id="NR-19 no version"),
        pytest.param(
            {"context_memberships_url": "{url}", "service_versions": ["1.0"]}, id="NR-19 only 1.0"
        ),
        pytest.param({"service_versions": ["2.0"]}, id="NR-19 no address"),
    ],
)
def test_without_the_service_there_is_no_roster(
    school: RosterSchool, service: dict[str, Any] | None
) -> None:
    school.pages = [EVERYBODY]
    said = service and {
        name: school.url if value == "{url}" else value for name, value in service.items()
    }

    changes: dict[str, Any] = {NRPS_CLAIM: said}
    school.launch(**changes)
    school.work()

    assert school.asked == []
    assert school.find() is None


def test_nr_20_learners_have_no_roster_read_however_many_come(school: RosterSchool) -> None:
    school.pages = [EVERYBODY]

    for number in range(5):
        school.launch(f"learner-{number}", "Learner").page()
    school.work()

    assert school.asked == []


def test_nr_20_an_instructors_further_launches_have_it_read_no_more(known: RosterSchool) -> None:
    known.asked.clear()
    for _ in range(3):
        known.stage.clock.advance(minutes=10)
        known.launch()
        known.work()

    assert known.asked == []


def test_nr_21_a_body_without_an_end_is_cut_off(known: RosterSchool) -> None:
    def endless(_seen: Seen) -> Any:
        return Reply(200, b'{"members": [' + b" " * 9 * 1024 * 1024)

    known.read(endless)
    roster = known.try_until_settled()

    assert roster.state is RosterState.STALE
    assert roster.reason is not None
    assert roster.reason.params["words"] == "too_large"
    assert known.here() == subs(EVERYBODY)


def test_nr_22_who_comes_back_is_the_same_person_with_their_history(known: RosterSchool) -> None:
    before, user = known.enrolments()["learner-0"], known.users()["learner-0"]
    known.read([TEACHER, *learners(9, start=1)])
    away = known.enrolments()["learner-0"].status

    known.read(EVERYBODY)

    after = known.enrolments()["learner-0"]
    assert (away, after.status) == (EnrolmentStatus.INACTIVE, EnrolmentStatus.ACTIVE)
    assert (after.id, after.first_seen_at) == (before.id, before.first_seen_at)
    assert known.users()["learner-0"].id == user.id


def test_a_name_that_the_platform_withholds_now_is_removed(known: RosterSchool) -> None:
    known.read([TEACHER, *learners(9, start=1), {"user_id": "learner-0", "roles": ["Learner"]}])

    assert known.users()["learner-0"].name is None


def test_the_platforms_test_user_is_nobody_of_the_course(known: RosterSchool) -> None:
    marked = member("student-view")
    marked["roles"].append("http://purl.imsglobal.org/vocab/lti/system/person#TestUser")

    known.read([*EVERYBODY, marked])

    assert "student-view" not in known.users()


def test_a_teacher_without_editing_rights_stays_one_although_moodle_calls_them_a_learner(
    school: RosterSchool,
) -> None:
    school.pages = [[TEACHER, member("ta", "Learner")]]
    seat = school.launch("ta")
    school.work()

    school.read([TEACHER, member("ta", "Learner")])

    assert school.enrolments()["ta"].role == Role.INSTRUCTOR
    assert seat.page().status_code == 200


def test_who_is_no_teacher_by_the_roster_any_more_loses_the_session_too(
    known: RosterSchool,
) -> None:
    seat = known.launch()

    known.read([member("teacher", "Learner"), *learners(10)])

    assert known.enrolments()["teacher"].role == Role.LEARNER
    assert seat.page().status_code == 404


def test_an_administrator_who_looks_into_the_course_is_not_put_out_of_it(
    known: RosterSchool,
) -> None:
    seat = known.launch("admin")

    known.read(EVERYBODY)

    assert "admin" in known.here()
    assert seat.page().status_code == 200


def test_who_launches_while_the_roster_is_read_stays(known: RosterSchool) -> None:
    def meanwhile(_seen: Seen) -> Any:
        known.launch("late", "Learner")
        return EVERYBODY

    known.read(meanwhile)

    assert "late" in known.here()


def test_who_comes_back_by_a_launch_while_an_older_list_is_read_stays(
    known: RosterSchool,
) -> None:
    known.read([TEACHER, *learners(9, start=1)])

    def meanwhile(_seen: Seen) -> Any:
        known.launch("learner-0", "Learner")
        return [TEACHER, *learners(9, start=1)]

    known.stage.clock.advance(minutes=2)
    known.read(meanwhile)

    assert "learner-0" in known.here()


def test_abuse_19_who_was_unenrolled_is_out_after_the_reading_and_writes_nothing(
    known: RosterSchool,
) -> None:
    seat = known.launch("learner-0", "Learner")
    assert seat.page().status_code == 200

    known.read([TEACHER, *learners(9, start=1)])
    after = seat.browser.client.post(
        seat.path + "leave",
        base_url=seat.browser.base_url,
        headers={"Sec-Fetch-Site": "same-origin"},
    )

    assert (seat.page().status_code, after.status_code) == (404, 404)
    with known.stage.database.read() as session:
        sessions = select(LaunchSession).where(LaunchSession.user_id == seat.user.id)
        assert all(one.ended_at is not None for one in session.scalars(sessions))


def test_abuse_19_a_learner_who_was_never_on_the_roster_is_out_as_well(
    school: RosterSchool,
) -> None:
    seat = school.launch("learner-0", "Learner")

    school.pages = [[TEACHER, *learners(9, start=1)]]
    school.stage.clock.advance(minutes=1)
    school.launch()
    school.work()
    school.stage.clock.advance(minutes=1)
    school.read([TEACHER, *learners(9, start=1)], minutes=1)

    assert seat.page().status_code == 404


def test_abuse_28_a_roster_at_another_schools_address_is_left_aside(
    school: RosterSchool,
) -> None:
    """That school's LMS is registered here, and must not get a token of this one."""
    other = TestPlatform(issuer="https://other.test", client_id="c9")
    with served(other):
        school.stage.register(other)
        address = f"{other.url}/memberships"
        claim = {"context_memberships_url": address, "service_versions": ["2.0"]}
        changes: dict[str, Any] = {NRPS_CLAIM: claim}

        seat = school.launch(**changes)
        school.work()

        assert seat.page().status_code == 200
        assert school.find() is None
        assert other.peer is not None
        assert "/memberships" not in other.peer.paths


def test_a_list_is_read_on_the_way_to_its_host(school: RosterSchool) -> None:
    """So that it shares the places that there are for requests of this platform."""
    school.pages = [EVERYBODY]

    school.launch()

    with school.stage.database.read() as session:
        host = session.scalars(select(Job.host).where(Job.kind == READ_ROSTER)).one()
    assert host == urlsplit(school.url).netloc


def test_an_address_that_fits_nowhere_ends_the_reading(known: RosterSchool) -> None:
    known.link = lambda _number: f'<{known.url}?page={"1" * 3000}>; rel="next"'

    roster = known.read(EVERYBODY)

    assert roster.state is RosterState.STALE
    assert known.here() == subs(EVERYBODY)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_list_that_is_refused_is_asked_for_again_when_an_instructor_comes(
    known: RosterSchool, status: int
) -> None:
    known.read(Reply(status))
    known.asked.clear()
    for _ in range(3):
        a_day_goes_by(known)
    assert known.asked == []
    known.pages = [EVERYBODY]
    known.asked.clear()

    known.stage.clock.advance(days=3)
    known.launch()
    known.work()

    assert len(known.asked) == 1
    assert known.roster().state is RosterState.READ


def test_the_list_is_read_again_the_next_day(school: RosterSchool) -> None:
    school.pages = [EVERYBODY]
    school.launch()
    school.work()
    school.asked.clear()

    for hours in (23, 2):
        school.stage.clock.advance(hours=hours)
        with school.stage.database.write() as session:
            owe_due_readings(session, now=school.stage.clock(), at_most=10)
        school.work()

    assert len(school.asked) == 1


def test_a_list_that_fails_is_asked_for_no_more_when_nobody_opens_the_course(
    known: RosterSchool,
) -> None:
    known.pages = [Reply(500)]
    for _ in range(8):
        a_day_goes_by(known)
    while_awake = len(known.asked)
    known.stage.clock.advance(days=60)
    a_day_goes_by(known)
    known.asked.clear()

    for _ in range(3):
        a_day_goes_by(known)

    assert while_awake > 2
    assert known.asked == []


def a_day_goes_by(school: RosterSchool) -> None:
    """Let a day go by and what is due come round, with all its tries."""
    school.stage.clock.advance(days=1)
    with school.stage.database.write() as session:
        owe_due_readings(session, now=school.stage.clock(), at_most=10)
    school.work()
    school.try_until_settled()
