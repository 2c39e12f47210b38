"""NR, CN, F33: a roster from its first page to its last, and what can be wrong with it."""

from lti_app.lti.nrps import ROSTER_TYPE, SCOPE
from lti_app.people.models import RosterState
from lti_app.people.roles import Role
from tests.cases.roster_school import TEACHER, RosterSchool, member


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
