"""Claims about other people, as values."""

import pytest

from lti_app.lti.review import MOST_MENTORED, mentored_in
from lti_app.lti.roles import parse_roles
from tests.peers.launch_claims import LTI, MEMBERSHIP

MENTOR = parse_roles([MEMBERSHIP + "Mentor"])
SCOPE = f"{LTI}role_scope_mentor"


def test_each_name_stands_once_in_the_order_of_the_platform() -> None:
    assert mentored_in({SCOPE: ["b", "a", "b", "", 7]}, MENTOR) == ("b", "a")


@pytest.mark.parametrize("role", ["Learner", "Instructor", "Member"])
def test_ro_16_the_list_means_nothing_without_the_role(role: str) -> None:
    assert mentored_in({SCOPE: ["a"]}, parse_roles([MEMBERSHIP + role])) == ()


def test_ro_18_what_goes_beyond_the_most_is_left_aside() -> None:
    named = [f"u{number}" for number in range(MOST_MENTORED + 1)]

    assert mentored_in({SCOPE: named}, MENTOR) == tuple(named[:-1])
