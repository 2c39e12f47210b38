"""A file of people and groups: what it would change, and every line that it would not."""

import pytest

from lti_app.core.db import Database
from lti_app.people.group_files import Flaw, Plan, UnreadableFileError, plan_of
from lti_app.people.groups import GroupedPerson
from tests.conftest import FrozenClock
from tests.people.school import School, make_school


@pytest.fixture
def school(database: Database, clock: FrozenClock) -> School:
    school = make_school(database, clock)
    school.enrol("ann", email="ann@example.org")
    school.enrol("ben")
    return school


def call(person: GroupedPerson) -> str:
    return person.name.name or ""


def plan(school: School, set_id: str, text: str) -> Plan:
    return plan_of(text, school.detail(set_id), call)


def moves(found: Plan) -> list[tuple[str, str, str]]:
    return [(one.person.sub, one.before, one.after) for one in found.moves]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("{id},,,Red", id="our id"),
        pytest.param("ann,,,Red", id="the platform's id"),
        pytest.param(",ANN@example.org,,Red", id="e-mail"),
        pytest.param(",,  ann ,Red", id="name"),
        pytest.param(",ann@example.org,Somebody Else,red", id="e-mail before name"),
    ],
)
def test_a_line_finds_its_person(school: School, line: str) -> None:
    set_id = school.make_set("Tandems", "Red")
    ann = next(one for one in school.detail(set_id).people if one.sub == "ann")

    found = plan(school, set_id, f"id,email,name,group\n{line.format(id=ann.name.public_id)}\n")

    assert moves(found) == [("ann", "", "Red")]
    assert found.new_groups == ()


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        pytest.param(",,Nobody Here,Red", Flaw.UNKNOWN_PERSON, id="unknown"),
        pytest.param(",,,Red", Flaw.NOBODY_NAMED, id="nobody"),
        pytest.param(f",,Ben,{'x' * 256}", Flaw.LONG_NAME, id="long name"),
        pytest.param(",,Ann,Blue", Flaw.NAMED_TWICE, id="twice"),
    ],
)
def test_a_bad_line_is_named_and_the_others_count(school: School, line: str, flaw: Flaw) -> None:
    set_id = school.make_set()

    found = plan(school, set_id, f"id,email,name,group\n,,Ann,Red\n\n{line}\n")

    assert moves(found) == [("ann", "", "Red")]
    assert [(one.number, one.flaw) for one in found.bad] == [(4, flaw)]
    assert found.new_groups == ("Red",)


def test_where_nobody_has_an_address_the_name_beside_it_decides(
    database: Database, clock: FrozenClock
) -> None:
    school = make_school(database, clock)
    school.enrol("ben")
    set_id = school.make_set("Tandems", "Red")
    head = "email,name,group"

    found = plan(school, set_id, f"{head}\nben@example.org,Ben,Red\n")
    alone = plan(school, set_id, f"{head}\nben@example.org,,Red\n")

    assert moves(found) == [("ben", "", "Red")]
    assert [one.flaw for one in alone.bad] == [Flaw.UNKNOWN_PERSON]


def test_two_people_of_one_name_are_not_guessed(school: School) -> None:
    # The same name for another account.
    school.enrol("ANN")

    found = plan(school, school.make_set(), "name;group\nAnn;Red\n")

    assert [one.flaw for one in found.bad] == [Flaw.SEVERAL_PEOPLE]
    assert found.moves == ()


def test_who_stands_there_without_a_group_stays_where_they_are(school: School) -> None:
    set_id = school.make_set("Tandems", "Red")
    with school.changing() as changer:
        changer.assign(set_id, {one.user_id: "Red" for one in school.detail(set_id).people})

    found = plan(school, set_id, "name,group\nAnn,\nBen,Red\n")

    assert (moves(found), found.left_count, found.same_count) == ([], 1, 1)


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", Flaw.EMPTY),
        ("name,team\nAnn,Red\n", Flaw.NO_GROUP_COLUMN),
        ("who,group\nAnn,Red\n", Flaw.NO_PERSON_COLUMN),
        ('name,group\n"Ann,Red\n', Flaw.NOT_CSV),
    ],
)
def test_a_file_without_the_right_columns_changes_nothing(
    school: School, text: str, flaw: Flaw
) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        plan(school, school.make_set(), text)

    assert refused.value.flaw is flaw


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_files_of_any_country_are_read(school: School, separator: str) -> None:
    text = "\ufeff" + "\r\n".join(separator.join(row) for row in (("Name", "Group"), ("Ann", "R")))

    assert moves(plan(school, school.make_set(), text)) == [("ann", "", "R")]


def test_what_a_plan_says_is_what_is_done(school: School) -> None:
    set_id = school.make_set("Tandems", "Red")
    found = plan(school, set_id, "name,group\nAnn,Blue\nBen,red\n")

    with school.changing() as changer:
        changer.assign(set_id, found.wanted)

    assert school.placed(set_id) == {"Red": ["ben"], "Blue": ["ann"]}
