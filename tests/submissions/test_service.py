from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lti_app.audit.models import AuditEvent
from lti_app.catalog.rules import LatePolicy
from lti_app.core.db import Database
from lti_app.core.errors import RapportError
from lti_app.core.sealing import Keyring
from lti_app.grading.models import Grade, ScoreDelivery
from lti_app.people.models import User
from lti_app.submissions.drafts import save_draft
from lti_app.submissions.errors import (
    AnswersRefusedError,
    ClosedError,
    DraftConflictError,
    HandedInElsewhereError,
    ItemChangedError,
    KeyReusedError,
    NoAttemptsLeftError,
    NotOpenError,
)
from lti_app.submissions.models import Attempt, HandIn
from lti_app.submissions.queries import get_my_work
from lti_app.submissions.service import Handing, hand_in
from lti_app.submissions.views import Receipt
from tests.conftest import FrozenClock
from tests.peers.at_once import at_once
from tests.submissions.factories import (
    Course,
    answers_of,
    change_item,
    exercise_rules,
    handing,
    make_course,
    make_person,
    set_otherwise,
)

AGAIN = {"settings": {"attempts": None}}


@pytest.fixture
def course(database: Database, clock: FrozenClock) -> Course:
    with database.write() as session:
        return make_course(session, now=clock())


@pytest.fixture
def ann(database: Database, clock: FrozenClock, course: Course) -> User:
    with database.write() as session:
        return make_person(session, course, now=clock())


def give(database: Database, clock: FrozenClock, course: Course, request: Handing) -> Receipt:
    with database.write() as session:
        return hand_in(session, exercise_rules(), course.activity, request, now=clock())


def rows(database: Database, model: type[object]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_handing_in_gives_a_receipt_a_grade_and_an_owed_score(
    database: Database, clock: FrozenClock, course: Course, ann: User
) -> None:
    receipt = give(database, clock, course, handing(ann))

    with database.read() as session:
        grade = session.scalars(select(Grade)).one()
    assert (receipt.number, receipt.handed_in_at, receipt.is_late) == (1, clock(), False)
    assert grade.points == 10
    assert grade.source == receipt.public_id
    assert rows(database, ScoreDelivery) == 1


def test_a_hand_in_is_audited_without_content(
    database: Database, clock: FrozenClock, course: Course, ann: User
) -> None:
    receipt = give(database, clock, course, handing(ann))

    with database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.object_type == "attempt")).one()
    assert (event.action, event.actor, event.object_id) == (
        "attempt.handed_in",
        ann.public_id,
        receipt.public_id,
    )


def test_every_step_of_the_work_is_a_move_in_the_audit_log(
    database: Database, clock: FrozenClock, keyring: Keyring, course: Course, ann: User
) -> None:
    with database.write() as session:
        save_draft(
            session,
            keyring,
            course.activity,
            "draft",
            user_id=ann.id,
            number=1,
            base_revision=0,
            now=clock(),
        )
    give(database, clock, course, handing(ann, base_revision=1))

    query = (
        select(AuditEvent.before, AuditEvent.after, AuditEvent.reason, AuditEvent.actor)
        .where(AuditEvent.action == "participation.moved")
        .order_by(AuditEvent.id)
    )
    with database.read() as session:
        moves = [tuple(row) for row in session.execute(query)]
    assert moves == [
        ("not_started", "in_progress", "draft_saved", ann.public_id),
        ("in_progress", "submitted", "handed_in", ann.public_id),
        ("submitted", "scored", "graded", ann.public_id),
        ("scored", "released", "released", ann.public_id),
    ]


def test_late_work_loses_what_the_policy_says(
    database: Database, clock: FrozenClock, course: Course, ann: User
) -> None:
    late = set_otherwise(
        database,
        course,
        due_at=clock() - timedelta(days=1, minutes=5),
        grace_minutes=10,
        late_policy=LatePolicy.PER_DAY.value,
        late_percent=10,
    )

    give(database, clock, late, handing(ann))

    with database.read() as session:
        assert session.scalars(select(Grade.points)).one() == 9


def test_f1_the_same_request_again_gets_the_first_answer(
    database: Database, clock: FrozenClock, course: Course, ann: User
) -> None:
    first = give(database, clock, course, handing(ann))
    clock.advance(minutes=5)

    again = give(database, clock, course, handing(ann))

    assert again == first
    assert rows(database, Attempt) == 1


def test_abuse_22_the_same_key_with_other_answers_is_refused(
    database: Database, clock: FrozenClock, course: Course, ann: User
) -> None:
    give(database, clock, course, handing(ann))

    with pytest.raises(KeyReusedError) as refusal:
        give(database, clock, course, handing(ann, answers=answers_of(2)))

    assert refusal.value.status == 422


def test_the_same_answers_from_another_tab_are_the_same_hand_in(
    database: Database, clock: FrozenClock, course: Course, ann: User
) -> None:
    first = give(database, clock, course, handing(ann, key="tab 1"))

    assert give(database, clock, course, handing(ann, key="tab 2")) == first


def test_other_answers_from_another_tab_do_not_count_and_say_so(
    database: Database, clock: FrozenClock, course: Course, ann: User
) -> None:
    repeatable = set_otherwise(database, course, **AGAIN)
    give(database, clock, repeatable, handing(ann, key="tab 1"))

    with pytest.raises(HandedInElsewhereError):
        give(database, clock, repeatable, handing(ann, key="tab 2", answers=answers_of(2)))

    assert rows(database, Attempt) == 1


def test_a_second_attempt_on_a_one_attempt_exercise_is_refused(
    database: Database, clock: FrozenClock, course: Course, ann: User
) -> None:
    give(database, clock, course, handing(ann))

    with pytest.raises(NoAttemptsLeftError):
        give(database, clock, course, handing(ann, key="2", number=2, answers=answers_of(2)))


def test_abuse_24_a_second_attempt_is_its_own_and_the_grade_names_the_graded_one(
    database: Database, clock: FrozenClock, course: Course, ann: User
) -> None:
    repeatable = set_otherwise(database, course, **AGAIN)
    first = give(database, clock, repeatable, handing(ann))

    second = give(database, clock, repeatable, handing(ann, key="2", number=2))

    with database.read() as session:
        assert session.scalars(select(Grade.source)).one() == second.public_id
    assert (first.number, second.number) == (1, 2)


@pytest.mark.parametrize("number", [0, 3, 99])
def test_abuse_21_an_attempt_out_of_turn_is_refused(
    database: Database, clock: FrozenClock, course: Course, ann: User, number: int
) -> None:
    repeatable = set_otherwise(database, course, **AGAIN)

    with pytest.raises(HandedInElsewhereError):
        give(database, clock, repeatable, handing(ann, number=number))

    assert rows(database, HandIn) == 0


@pytest.mark.parametrize(
    ("window", "error"),
    [
        pytest.param({"opens_at": 1}, NotOpenError, id="before it opens"),
        pytest.param({"closes_at": 0}, ClosedError, id="23 after it closed"),
    ],
)
def test_work_outside_the_window_is_refused(
    database: Database,
    clock: FrozenClock,
    course: Course,
    ann: User,
    window: dict[str, int],
    error: type[RapportError],
) -> None:
    times = {name: clock() + timedelta(seconds=ahead) for name, ahead in window.items()}

    with pytest.raises(error):
        give(database, clock, set_otherwise(database, course, **times), handing(ann))

    assert rows(database, Attempt) == 0


def test_the_answer_to_a_repeated_request_does_not_depend_on_the_window(
    database: Database, clock: FrozenClock, course: Course, ann: User
) -> None:
    first = give(database, clock, course, handing(ann))
    closed = set_otherwise(database, course, closes_at=clock())

    assert give(database, clock, closed, handing(ann)) == first


def test_late_work_is_taken_and_marked_as_late(
    database: Database, clock: FrozenClock, course: Course, ann: User
) -> None:
    due = set_otherwise(database, course, due_at=clock() - timedelta(minutes=1))

    assert give(database, clock, due, handing(ann)).is_late


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({"responses": {"s1": 3}}, id="not complete"),
        pytest.param(answers_of(s20=6), id="off the scale"),
        pytest.param(answers_of(s21=3), id="a statement that is not there"),
        pytest.param(answers_of(s1=True), id="26 true is not one"),
    ],
)
def test_answers_the_item_does_not_ask_for_are_refused(
    database: Database,
    clock: FrozenClock,
    course: Course,
    ann: User,
    answers: dict[str, dict[str, int]],
) -> None:
    with pytest.raises(AnswersRefusedError):
        give(database, clock, course, handing(ann, answers=answers))

    assert rows(database, Attempt) == 0


def test_abuse_22_fifty_requests_at_once_are_one_hand_in_with_one_answer(
    database: Database, clock: FrozenClock, course: Course, ann: User
) -> None:
    receipts = at_once(lambda request: give(database, clock, course, request), [handing(ann)] * 50)

    assert {getattr(receipt, "number", receipt) for receipt in receipts} == {1}
    assert len({getattr(receipt, "public_id", receipt) for receipt in receipts}) == 1
    assert [rows(database, model) for model in (Attempt, HandIn, Grade, ScoreDelivery)] == [1] * 4


def test_two_tabs_at_once_with_other_keys_are_one_hand_in(
    database: Database, clock: FrozenClock, course: Course, ann: User
) -> None:
    requests = [
        handing(ann, key=f"tab {place}", answers=answers_of(1 + place % 5)) for place in range(10)
    ]

    outcomes = at_once(lambda request: give(database, clock, course, request), requests)

    taken = {one.public_id for one in outcomes if isinstance(one, Receipt)}
    refused = [one for one in outcomes if isinstance(one, HandedInElsewhereError)]
    assert (len(taken), len(refused)) == (1, 8)
    assert rows(database, Attempt) == 1


def test_a_hand_in_over_a_draft_it_did_not_show_is_a_conflict(
    database: Database, clock: FrozenClock, keyring: Keyring, course: Course, ann: User
) -> None:
    with database.write() as session:
        save_draft(
            session,
            keyring,
            course.activity,
            "newer",
            user_id=ann.id,
            number=1,
            base_revision=0,
            now=clock(),
        )

    with pytest.raises(DraftConflictError):
        give(database, clock, course, handing(ann, base_revision=0))

    assert give(database, clock, course, handing(ann, base_revision=1)).number == 1


def test_a_draft_is_gone_after_the_hand_in(
    database: Database, clock: FrozenClock, keyring: Keyring, course: Course, ann: User
) -> None:
    with database.write() as session:
        save_draft(
            session,
            keyring,
            course.activity,
            "text",
            user_id=ann.id,
            number=1,
            base_revision=0,
            now=clock(),
        )
    give(database, clock, course, handing(ann, base_revision=1))

    with database.read() as session:
        work = get_my_work(session, keyring, exercise_rules(), course.activity, user_id=ann.id)
        assert session.scalars(select(Attempt.draft)).one() is None
    assert (work.draft.text, work.has_attempts_left, len(work.receipts)) == (None, False, 1)


def test_33_a_test_users_work_is_taken_and_never_owed(
    database: Database, clock: FrozenClock, course: Course, ann: User
) -> None:
    give(database, clock, course, handing(ann, is_graded=False))

    assert (rows(database, Grade), rows(database, ScoreDelivery)) == (1, 0)


def test_answers_to_an_item_that_was_changed_meanwhile_are_not_marked(
    database: Database, clock: FrozenClock, course: Course, ann: User
) -> None:
    change_item(database, course)

    with pytest.raises(ItemChangedError):
        give(database, clock, course, handing(ann))

    with database.read() as session:
        assert session.scalars(select(Attempt)).all() == []
    assert give(database, clock, course, handing(ann, item_version=2)).number == 1
