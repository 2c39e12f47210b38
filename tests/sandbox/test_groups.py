"""Groups of a course as tools read them, and as a teacher makes them."""

from typing import Any

import pytest

from lti_app.sandbox.vocabulary import GROUPS_CLAIM, MediaType, Scope
from tests.sandbox.courses import A, B
from tests.sandbox.lms import Lms

GROUPS, SETS = f"/lti/courses/{A}/groups", f"/lti/courses/{A}/group-sets"


def make(lms: Lms, name: str, *people: str, of: str | None = None) -> int:
    body = {"name": name, "people": list(people), **({"set": of} if of else {})}
    answer = lms.control("POST", f"courses/{A}/groups", body)
    assert answer.status_code == 201
    return int((answer.json or {})["id"])


def read(lms: Lms, path: str = GROUPS, **query: str) -> dict[str, Any]:
    media_type = MediaType.GROUP_SETS if path == SETS else MediaType.GROUPS
    answer = lms.service(Scope.GROUP_READ).read(path, media_type, **query)
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    return answer.json or {}


def test_a_launch_says_where_groups_and_sets_are(lms: Lms) -> None:
    claim = lms.browser().enter("rima").launch()[GROUPS_CLAIM]

    origin = lms.sandbox.config.origin
    assert claim == {
        "context_groups_url": origin + GROUPS,
        "context_group_sets_url": origin + SETS,
        "scope": ["https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"],
        "service_versions": ["1.0"],
    }


def test_groups_stand_in_their_sets(lms: Lms) -> None:
    make(lms, "Red", "amara", of="Seminars")
    make(lms, "Alone")

    groups, sets = read(lms)["groups"], read(lms, SETS)["sets"]

    assert sets == [{"id": "1", "name": "Seminars"}]
    assert groups == [{"id": "1", "name": "Red", "set_id": "1"}, {"id": "2", "name": "Alone"}]


def test_groups_of_one_person_are_told_alone(lms: Lms) -> None:
    make(lms, "Red", "amara", "tomoko")
    make(lms, "Blue", "tomoko")

    assert [one["name"] for one in read(lms, user_id="amara")["groups"]] == ["Red"]
    assert read(lms, user_id="nobody")["groups"] == []


def test_pages_of_groups_keep_the_person(lms: Lms) -> None:
    for name in ("Red", "Blue", "Green"):
        make(lms, name, "amara")
    service = lms.service(Scope.GROUP_READ)

    first = service.read(GROUPS, MediaType.GROUPS, user_id="amara", limit="2")

    assert len((first.json or {})["groups"]) == 2
    assert "user_id=amara" in first.headers["Link"]


def test_the_roster_tells_of_groups_once_there_are_any(lms: Lms) -> None:
    service = lms.service()

    def enrolments() -> list[object]:
        body = service.read(lms.roster_path(), MediaType.MEMBERS).json or {}
        return [one.get("group_enrollments") for one in body["members"]]

    before = enrolments()
    make(lms, "Red", "amara")

    assert not any(before)
    assert [{"group_id": "1"}] in enrolments()
    assert [] in enrolments()


def test_groups_need_their_own_right(lms: Lms) -> None:
    answer = lms.service(Scope.MEMBERSHIP_READ).read(GROUPS, MediaType.GROUPS)

    assert answer.status_code == 403


def test_groups_of_another_course_stay_there(lms: Lms) -> None:
    make(lms, "Red")
    path = f"/lti/courses/{B}/groups"

    answer = lms.service().read(path, MediaType.GROUPS)

    assert answer.status_code == 404 or (answer.json or {})["groups"] == []


def test_canvas_has_groups_without_sets_and_says_nothing_in_the_roster(canvas: Lms) -> None:
    make(canvas, "Red", "amara", of="Seminars")
    claim = canvas.browser().enter("rima").launch()[GROUPS_CLAIM]

    body = read(canvas, canvas.path_of(claim["context_groups_url"]))
    roster = canvas.service().read(canvas.roster_path(), MediaType.MEMBERS).json or {}

    assert "context_group_sets_url" not in claim
    assert body["groups"] == [{"id": "1", "name": "Red"}]
    assert not any("group_enrollments" in one for one in roster["members"])


def test_moodle_has_no_groups(moodle: Lms) -> None:
    claims = moodle.browser().enter("rima").launch()
    page = moodle.browser().enter("rima").get(f"/courses/{A}/groups")
    token = moodle.ask_token(moodle.assertion(), scope=Scope.GROUP_READ)

    assert GROUPS_CLAIM not in claims
    assert page.status_code == 404
    assert token.status_code == 400


def test_a_teacher_makes_and_fills_a_group(lms: Lms) -> None:
    teacher = lms.browser().enter("rima")

    teacher.post(f"/courses/{A}/groups", data={"name": "Red", "set": "Seminars"})
    teacher.post(f"/courses/{A}/groups/1", data={"sub": ["amara", "nobody"], "deed": "fill"})

    page = teacher.get(f"/courses/{A}/groups").text
    assert "Red" in page
    assert 'value="amara" checked' in page
    assert lms.control("GET", f"courses/{A}/groups").json == {
        "groups": [{"id": 1, "name": "Red", "set": "Seminars", "people": ["amara"]}]
    }


@pytest.mark.parametrize("path", ["groups", "groups/1"])
def test_a_learner_only_reads(lms: Lms, path: str) -> None:
    make(lms, "Red", "amara")
    learner = lms.browser().enter("amara")

    answer = learner.post(f"/courses/{A}/{path}", data={"name": "Mine", "deed": "remove"})

    assert answer.status_code == 404
    assert "checkbox" not in learner.get(f"/courses/{A}/groups").text
    assert len(read(lms)["groups"]) == 1


def test_a_group_that_is_removed_is_gone(lms: Lms) -> None:
    make(lms, "Red", "amara")

    lms.browser().enter("rima").post(f"/courses/{A}/groups/1", data={"deed": "remove"})

    assert read(lms)["groups"] == []
