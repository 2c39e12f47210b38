"""Cases I, mentors: a platform's mentor sees those whom it named, and nobody else."""

import pytest
from sqlalchemy import select

from lti_app.core.db import Database
from lti_app.people.mentors import list_followed
from lti_app.people.models import MentorScope
from lti_app.people.roles import Role
from tests.cases.stage import Seat, Stage
from tests.cases.test_review import hand_in, linked
from tests.peers.launch_claims import LTI, MEMBERSHIP
from tests.submissions.statements import asked

SCOPE = f"{LTI}role_scope_mentor"
NAMES = {"ada": "Ada Lovelace", "ben": "Ben Okri", "cleo": "Cleo Virginia"}


def learners(stage: Stage) -> dict[str, Seat]:
    return {
        sub: stage.accept({**linked(), "sub": sub, "name": name}) for sub, name in NAMES.items()
    }


def mentor(stage: Stage, *subs: object, roles: tuple[str, ...] = ("Mentor",)) -> Seat:
    return mentor_of(stage, list(subs), roles=roles)


def mentor_of(stage: Stage, scope: object, roles: tuple[str, ...] = ("Mentor",)) -> Seat:
    return stage.accept(
        {
            **linked(),
            "sub": "parent-1",
            "name": "Zoe Parent",
            f"{LTI}roles": [MEMBERSHIP + role for role in roles],
            SCOPE: scope,
        }
    )


def seen(seat: Seat) -> list[str]:
    text = seat.page().text
    return [sub for sub, name in NAMES.items() if name in text]


def test_ro_15_a_mentor_sees_those_whom_the_platform_named_and_nobody_else(stage: Stage) -> None:
    hand_in(learners(stage)["ada"])

    seat = mentor(stage, "ada", "ben")
    page = seat.page()

    assert seat.role is Role.OBSERVER
    assert seen(seat) == ["ada", "ben"]
    assert "Handed in" in page.text
    assert "Not begun" in page.text


def test_ro_15_what_a_mentor_sees_can_only_be_read(stage: Stage) -> None:
    learner = learners(stage)["ada"]
    receipt = hand_in(learner)
    seat = mentor(stage, "ada")
    page = seat.page()
    shown = page.text.split('<main id="main"')[1]

    assert "<form" not in shown
    activity = page.request.path.split("/activities/")[1].split("/")[0]
    for path in (
        receipt,
        f"activities/{activity}/people",
        f"activities/{activity}/people/{learner.user.public_id}",
        f"activities/{activity}/results",
    ):
        answer = seat.browser.client.get(seat.path + path, base_url=seat.browser.base_url)
        assert answer.status_code == 403


def test_ro_15_the_newest_launch_says_whom_a_mentor_may_follow(stage: Stage) -> None:
    learners(stage)
    first = mentor(stage, "ada", "ben")
    assert seen(first) == ["ada", "ben"]

    assert seen(mentor(stage, "cleo")) == ["cleo"]
    assert seen(mentor(stage)) == []
    assert seen(first) == []


@pytest.mark.parametrize(
    "roles", [("Learner",), ("Member",), ()], ids=lambda roles: f"RO-16-{roles}"
)
def test_a_scope_without_the_role_of_a_mentor_is_ignored_and_noted(
    stage: Stage, database: Database, roles: tuple[str, ...]
) -> None:
    learners(stage)

    seat = mentor(stage, "ada", roles=roles)

    noted = [line["reason"] for line in stage.log.lines() if line["event"] == "launch noted"]
    assert noted == ["mentor_scope_without_role"]
    assert seen(seat) == []
    with database.read() as session:
        assert session.scalars(select(MentorScope)).all() == []


@pytest.mark.parametrize(
    "scope",
    [[], None, "ada", {"ada": 1}, [7, None, ""], ["x" * 256]],
    ids=["RO-17-empty", "RO-17-null", "RO-17-text", "RO-17-object", "RO-17-none", "RO-17-long"],
)
def test_a_mentor_of_nobody_reads_the_activity_and_sees_nobody(stage: Stage, scope: object) -> None:
    learners(stage)

    seat = mentor_of(stage, scope)

    assert seat.page().request.path.endswith("/preview")
    assert seen(seat) == []


def test_ro_18_names_that_nobody_has_are_left_aside(stage: Stage) -> None:
    learners(stage)

    assert seen(mentor(stage, "nobody", "ben", "elsewhere")) == ["ben"]


def test_ro_18_somebody_who_comes_later_is_found_then(stage: Stage) -> None:
    seat = mentor(stage, "ada")
    assert "Nobody whom you may follow" in seat.page().text

    learners(stage)

    assert seen(seat) == ["ada"]


def test_ro_18_people_of_another_course_are_not_there(stage: Stage) -> None:
    stage.accept(
        {**linked(link="l2"), "sub": "ada", "name": NAMES["ada"], f"{LTI}context": {"id": "c2"}}
    )

    seat = mentor(stage, "ada")

    assert seen(seat) == []
    assert seat.context is not None
    with stage.database.read() as session:
        of = {"platform_id": stage.registration.id, "context_id": seat.context.id}
        assert list_followed(session, **of, mentor_id=seat.user.id) == []


def test_ro_18_a_scope_of_5000_is_asked_for_in_few_questions(
    stage: Stage, database: Database
) -> None:
    learners(stage)
    seat = mentor(stage, *(f"child-{number}" for number in range(4999)), "cleo", *range(100))
    path = seat.page().request.path

    with asked(database) as statements:
        page = seat.browser.client.get(path, base_url=seat.browser.base_url)

    assert NAMES["cleo"] in page.text
    assert 10 <= sum("JOIN enrolments" in one for one in statements) <= 13
