"""How people are called when the platform tells everything, something, or nothing."""

import pytest

from lti_app.people.names import PersonName
from lti_app.people.roles import Role


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param(PersonName("x", name="Ann Å"), "Ann Å", id="name"),
        pytest.param(PersonName("x", given_name="Ann"), "Ann", id="NM-01-given"),
        pytest.param(PersonName("x", family_name="Berg"), "Berg", id="NM-01-family"),
        pytest.param(PersonName("x", given_name="Ann", family_name="Berg"), "Ann Berg", id="both"),
        pytest.param(PersonName("x", email="a@b.example"), "a@b.example", id="CI-06"),
        pytest.param(PersonName("3f2aq7"), "Learner 3f2a", id="CS-08"),
    ],
)
def test_a_person_is_called_by_what_is_known(name: PersonName, shown: str) -> None:
    assert name.display(Role.LEARNER, str) == shown


def test_ci_08_a_teacher_without_a_name_gets_a_neutral_label() -> None:
    assert PersonName("3f2aq7").display(Role.INSTRUCTOR, str) == "Teacher 3f2a"


def test_people_are_listed_by_family_name_whatever_its_case() -> None:
    people = [
        PersonName("1", given_name="Zoe", family_name="adams"),
        PersonName("2", given_name="Ann", family_name="Berg"),
        PersonName("3", name="Čapek"),
        PersonName("4", given_name="Ben", family_name="Adams"),
    ]

    ordered = sorted(people, key=PersonName.sort_key)

    assert [person.public_id for person in ordered] == ["4", "1", "2", "3"]
