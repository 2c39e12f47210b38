"""The pages of groups: what instructors do there, what is said, and what cannot be done."""

import html
import io
import re

import pytest
from sqlalchemy import update

from lti_app.core.csv_text import read_csv
from lti_app.core.db import Database
from lti_app.people.group_sync import (
    ToldGroup,
    ToldGroups,
    note_trouble,
    owe_group_sync,
    take_groups,
)
from lti_app.people.groups import CourseRef, get_set, list_sets
from lti_app.people.models import Enrolment, User
from lti_app.people.roles import Role
from tests.conftest import FrozenClock
from tests.peers.world import World

_SENT = re.compile(r'<input type="hidden" name="(to|who|seen)" value="([^"]*)">')


class Course:
    """A course with a teacher and people, and a set that the teacher makes."""

    def __init__(self, world: World, database: Database, clock: FrozenClock) -> None:
        self.database, self.clock = database, clock
        self.platform = platform = world.platform()
        link = world.link(platform)
        self.teacher = world.visitor(platform, Role.INSTRUCTOR, placement_id=link, name="Teacher")
        self.people = {
            name: world.visitor(platform, name=name, sub=name.lower())
            for name in ("Ann", "Ben", "Caro", "=Dan")
        }
        answer = self.teacher.post("groups", {"name": "  Mentoring   tandems "})
        assert answer.status_code == 303
        self.set_id = answer.location.rpartition("/")[2]
        self.path = f"groups/{self.set_id}"

    @property
    def ref(self) -> CourseRef:
        return CourseRef(self.teacher.platform_id, self.teacher.context_id or 0)

    def person(self, name: str) -> str:
        with self.database.read() as session:
            return session.get_one(User, self.people[name].user_id).public_id

    def group(self, name: str) -> str:
        """Return the id of a group, made when it is not there."""
        self.teacher.post(f"{self.path}/add", {"name": name})
        with self.database.read() as session:
            groups = get_set(session, self.ref, self.set_id).groups
        return next(one.public_id for one in groups if one.name == name)

    def placed(self) -> dict[str, list[str]]:
        with self.database.read() as session:
            detail = get_set(session, self.ref, self.set_id)
        return {one.name: [who.sub for who in detail.members(one)] for one in detail.groups}


@pytest.fixture
def course(world: World, database: Database, clock: FrozenClock) -> Course:
    return Course(world, database, clock)


def sent_by(page: str) -> dict[str, list[str]]:
    """Return the fields that the page of a plan sends to have it done."""
    sent: dict[str, list[str]] = {}
    for name, value in _SENT.findall(page):
        sent.setdefault(name, []).append(html.unescape(value))
    return sent


def preview(course: Course, text: str) -> dict[str, list[str]]:
    """Look at what lines would change; return what the page sends to do it."""
    page = course.teacher.post(f"{course.path}/file", {"lines": text})
    assert page.status_code == 200
    return sent_by(page.text)


def test_a_set_has_the_name_that_was_typed(course: Course) -> None:
    page = course.teacher.get(course.path).text

    assert '<h1 dir="auto">Mentoring tandems</h1>' in page
    assert "In no group yet" in page


@pytest.mark.parametrize("name", ["", "   ", "\ufeff\u202e", "x" * 256])
def test_a_set_needs_a_name(course: Course, name: str) -> None:
    assert course.teacher.post("groups", {"name": name}).status_code == 422


def test_who_is_ticked_is_moved(course: Course) -> None:
    red = course.group("Red")

    people = [course.person("Ann"), course.person("Ben")]
    answer = course.teacher.post(f"{course.path}/move", {"person": people, "to": red})

    assert answer.location.endswith("?moved=2")
    assert course.placed() == {"Red": ["ann", "ben"]}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"to": "none"}, "Tick the people"),
        ({"person": ["x"]}, "Choose where they go"),
    ],
)
def test_a_move_of_nobody_or_to_nowhere_is_asked_again(
    course: Course, sent: dict[str, object], words: str
) -> None:
    answer = course.teacher.post(f"{course.path}/move", sent)

    assert answer.status_code == 422
    assert words in answer.text


def test_a_move_to_a_group_of_another_set_finds_nothing(course: Course) -> None:
    red = course.group("Red")
    other = course.teacher.post("groups", {"name": "Other"}).location.rpartition("/")[2]

    answer = course.teacher.post(
        f"groups/{other}/move", {"person": [course.person("Ann")], "to": red}
    )

    assert answer.status_code == 404


def test_everybody_is_split_at_random(course: Course) -> None:
    answer = course.teacher.post(f"{course.path}/split", {"parts": "2"})

    placed = course.placed()
    assert answer.location.endswith("?split=4")
    assert [len(one) for one in placed.values()] == [2, 2]
    assert list(placed) == ["Group 1", "Group 2"]


@pytest.mark.parametrize("count", ["", "0", "5", "many"])
def test_a_split_into_too_many_or_no_groups_is_asked_again(course: Course, count: str) -> None:
    answer = course.teacher.post(f"{course.path}/split", {"parts": count})

    assert answer.status_code == 422
    assert "from 1 to 4" in answer.text
    assert course.placed() == {}


def test_a_search_shows_whose_name_it_is_part_of(course: Course) -> None:
    found = course.teacher.get(f"{course.path}?find=ann").text
    nobody = course.teacher.get(f"{course.path}?find=zzz").text

    assert "Ann" in found
    assert "Caro" not in found
    assert "Nobody here has such a name" in nobody


def test_a_file_comes_out_safe_and_goes_in_as_it_was(course: Course) -> None:
    red = course.group("=Red")
    course.teacher.post(f"{course.path}/move", {"person": [course.person("=Dan")], "to": red})

    answer = course.teacher.get(f"{course.path}/groups.csv")
    text = answer.data.decode("utf-8-sig")

    assert "'=Dan" in text
    assert "'=Red" in text
    assert [row[2:] for row in read_csv(answer.data)] == [
        ["name", "group"],
        ["=Dan", "=Red"],
        ["Ann", ""],
        ["Ben", ""],
        ["Caro", ""],
    ]
    page = course.teacher.post(f"{course.path}/file", {"lines": text}).text
    assert "0 people would change groups" in page
    assert "line changes nothing" not in page


def test_a_file_changes_nothing_before_it_is_confirmed(course: Course) -> None:
    sent = preview(course, "name,group\nAnn,Red\nNobody,Red\n")
    assert course.placed() == {}

    answer = course.teacher.post(f"{course.path}/file/apply", dict(sent))

    assert answer.location.endswith("?moved=1")
    assert course.placed() == {"Red": ["ann"]}


def test_a_plan_that_is_not_the_same_any_more_is_shown_anew(course: Course) -> None:
    sent = preview(course, "name,group\nAnn,Red\n")
    blue = course.group("Blue")
    course.teacher.post(f"{course.path}/move", {"person": [course.person("Ann")], "to": blue})

    answer = course.teacher.post(f"{course.path}/file/apply", dict(sent))

    assert answer.status_code == 409
    assert "Somebody changed the groups" in answer.text
    assert course.placed() == {"Blue": ["ann"]}


def test_whatever_file_can_be_looked_at_can_be_applied(course: Course) -> None:
    line = "{},number.{}@students.example.org,Александра Константинопольская {},Группа {}\r\n"
    lines = "".join(line.format("x" * 26, one, one, one % 9) for one in range(3000))
    data = f"id,email,name,group\r\n{lines},,Ann,Группа 1\r\n".encode()
    page = course.teacher.post(f"{course.path}/file", {"file": (io.BytesIO(data), "groups.csv")})

    answer = course.teacher.post(f"{course.path}/file/apply", dict(sent_by(page.text)))

    assert (page.status_code, answer.status_code) == (200, 303)
    assert course.placed() == {"Группа 1": ["ann"]}


def test_a_file_that_is_too_large_is_told_so_and_changes_nothing(course: Course) -> None:
    lines = "name,group\n" + "Ann,Red\n" * 80_000
    answer = course.teacher.post(f"{course.path}/file", {"lines": lines})

    assert answer.status_code == 413
    assert "That is too large" in answer.text
    assert "500 kB" in course.teacher.get(f"{course.path}/file").text
    assert course.placed() == {}


def test_a_file_of_an_old_spreadsheet_is_read(course: Course) -> None:
    content = "name;group\r\nAnn;Größe\r\n".encode("cp1252")

    answer = course.teacher.post(
        f"{course.path}/file", {"file": (io.BytesIO(content), "groups.csv")}
    )

    assert "Größe" in answer.text


def test_a_file_without_heads_is_asked_again(course: Course) -> None:
    answer = course.teacher.post(f"{course.path}/file", {"lines": "Ann,Red"})

    assert answer.status_code == 422
    assert "No column is called “group”" in answer.text


@pytest.fixture
def theirs(course: Course) -> str:
    """The id of a set that the platform told of."""
    told = ToldGroups({"s1": "Seminars"}, [ToldGroup("g1", "Monday", None, "s1")], {"ann": ["g1"]})
    with course.database.write() as session:
        owe_group_sync(session, course.ref, now=course.clock())
        take_groups(session, course.ref, told, now=course.clock())
        return next(
            one.public_id for one in list_sets(session, course.ref) if one.name == "Seminars"
        )


def test_a_set_of_the_platform_is_shown_and_says_whose_it_is(course: Course, theirs: str) -> None:
    page = course.teacher.get(f"groups/{theirs}").text

    assert "These groups are made in" in page
    assert "Ann" in page
    assert "checkbox" not in page
    assert "/split" not in page


@pytest.mark.parametrize(
    ("deed", "sent"),
    [
        ("move", {"person": ["x"], "to": "none"}),
        ("add", {"name": "Mine"}),
        ("split", {"parts": "1"}),
        ("name", {"name": "Mine"}),
        ("remove", {}),
        ("file", {"lines": "name,group\nAnn,Red"}),
        ("file/apply", {"text": "name,group\nAnn,Red", "seen": ""}),
    ],
)
def test_a_set_of_the_platform_cannot_be_changed(
    course: Course, theirs: str, deed: str, sent: dict[str, object]
) -> None:
    answer = course.teacher.post(f"groups/{theirs}/{deed}", sent)

    assert answer.status_code == 409
    with course.database.read() as session:
        detail = get_set(session, course.ref, theirs)
    assert (detail.view.name, [one.name for one in detail.groups]) == ("Seminars", ["Monday"])


def test_an_assistant_reads_and_changes_nothing(world: World, course: Course) -> None:
    assistant = world.visitor(course.platform, Role.TEACHING_ASSISTANT, name="Assistant")

    assert "Ann" in assistant.get(course.path).text
    assert "checkbox" not in assistant.get(course.path).text
    assert assistant.post(f"{course.path}/add", {"name": "Mine"}).status_code == 403


def test_who_has_left_the_course_is_counted_in_no_group(course: Course) -> None:
    people = [course.person("Ann"), course.person("Ben")]
    course.teacher.post(f"{course.path}/move", {"person": people, "to": course.group("Red")})
    left = Enrolment.user_id == course.people["Ann"].user_id
    with course.database.write() as session:
        session.execute(update(Enrolment).where(left).values(status="inactive"))

    with course.database.read() as session:
        (card,) = list_sets(session, course.ref)
        assert (card.group_count, card.people_count) == (1, 1)
        assert get_set(session, course.ref, course.set_id).view.people_count == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("no_groups_told", "told of no groups at all"),
        ("too_many_to_ask", "too many people to ask"),
        ("throttled", "only ever asked us to wait"),
        ("refused", "did not give us its groups"),
    ],
)
def test_why_groups_are_not_as_they_should_be_is_said(
    course: Course, code: str, words: str
) -> None:
    with course.database.write() as session:
        owe_group_sync(session, course.ref, now=course.clock())
        note_trouble(session, course.ref, code, now=course.clock())

    assert words in course.teacher.get("groups").text
