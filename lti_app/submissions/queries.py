"""What pages ask about work: one's own, a receipt, everybody's state. It changes nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, Row, bindparam, exists, literal, or_, select
from sqlalchemy.orm import Session

from lti_app.catalog.views import ActivityView
from lti_app.core.db import Prepared
from lti_app.core.errors import NotFoundError
from lti_app.core.sealing import Keyring
from lti_app.grading.models import Grade, Participation
from lti_app.grading.participation import (
    NOT_BEGUN,
    ParticipationView,
    find_participation,
    list_participations,
)
from lti_app.grading.queries import find_released, list_standings
from lti_app.grading.states import Stage
from lti_app.grading.views import Learner, Standing
from lti_app.people.models import Enrolment, EnrolmentStatus, User
from lti_app.people.names import PersonName
from lti_app.people.roles import Role
from lti_app.submissions.attempts import attempts_allowed, handed_in, list_attempts
from lti_app.submissions.contract import KindRules
from lti_app.submissions.drafts import NO_DRAFT, open_draft
from lti_app.submissions.models import Attempt
from lti_app.submissions.views import MyWork, PersonWork, Receipt, WorkState, receipt_of

#: When somebody handed in, None for a draft, and whether that was late.
Try = tuple[datetime | None, bool]

#: What is read of a person: columns, not objects, which cost a large class several times as much.
_PERSON = (User.id, User.public_id, User.name, User.given_name, User.family_name, User.email)


def _of_somebody(model: type[Attempt | Participation | Grade]) -> Exists:
    return exists().where(
        model.platform_id == bindparam("platform_id"),
        model.activity_id == bindparam("activity_id"),
        model.user_id == bindparam("user_id"),
    )


#: Whether there is anything of one person in one activity.
_ANYTHING = Prepared(
    select(literal(1)).where(
        or_(_of_somebody(Attempt), _of_somebody(Participation), _of_somebody(Grade))
    )
)

#: Stages that staff see as they are; the others follow from the attempts.
_TOLD: Mapping[Stage, WorkState] = {
    Stage.EXCUSED: WorkState.EXCUSED,
    Stage.REOPENED: WorkState.REOPENED,
    Stage.UNDER_REVIEW: WorkState.UNDER_REVIEW,
    Stage.CLOSED_INCOMPLETE: WorkState.CLOSED_INCOMPLETE,
}


def get_my_work(
    session: Session,
    keyring: Keyring,
    rules: KindRules,
    activity: ActivityView,
    *,
    user_id: int,
) -> MyWork:
    """Return where somebody stands with an activity, their own draft included."""
    has_begun = _has_begun(session, activity, user_id)
    attempts = list_attempts(session, activity, user_id) if has_begun else []
    where = find_participation(session, activity, user_id) if has_begun else NOT_BEGUN
    receipts = tuple(receipt_of(attempt) for attempt in handed_in(attempts))
    number = len(receipts) + 1
    open_one = next((one for one in attempts if one.number == number), None)
    allowed = attempts_allowed(rules, activity, where)
    is_told = has_begun and not receipts
    return MyWork(
        receipts=receipts,
        draft=open_draft(session, keyring, open_one) if open_one else NO_DRAFT,
        next_number=number,
        has_attempts_left=allowed is None or number <= allowed,
        where=where,
        graded=find_released(session, activity, user_id) if is_told else None,
    )


def _has_begun(session: Session, activity: ActivityView, user_id: int) -> bool:
    """Whether there is anything of somebody; a class that opens an activity has nothing."""
    session.flush()
    where = {"platform_id": activity.platform_id, "activity_id": activity.id, "user_id": user_id}
    return bool(_ANYTHING.rows(session, where))


def get_receipt(session: Session, public_id: str, *, platform_id: int, user_id: int) -> Receipt:
    """Return somebody's own receipt.

    Raises:
        NotFoundError: there is none, it is not handed in, or it is somebody else's.
    """
    row = session.scalar(
        select(Attempt).where(
            Attempt.platform_id == platform_id,
            Attempt.user_id == user_id,
            Attempt.public_id == public_id,
            Attempt.handed_in_at.is_not(None),
        )
    )
    if row is None:
        raise NotFoundError
    return receipt_of(row)


def find_newest_receipt(session: Session, activity: ActivityView, public_id: str) -> str | None:
    """Return the number of somebody's newest receipt; None before they handed in."""
    return session.scalars(
        select(Attempt.public_id)
        .join(User, User.id == Attempt.user_id)
        .where(
            Attempt.platform_id == activity.platform_id,
            Attempt.activity_id == activity.id,
            User.public_id == public_id,
            Attempt.handed_in_at.is_not(None),
        )
        .order_by(Attempt.number.desc())
        .limit(1)
    ).first()


def list_people_work(session: Session, activity: ActivityView) -> list[PersonWork]:
    """Return every learner of the activity's course and how far they are, by name.

    Who left the course is listed as long as they handed something in.
    """
    return _people_work(session, activity)


def get_person_work(session: Session, activity: ActivityView, public_id: str) -> PersonWork:
    """Return one learner of the activity's course.

    Raises:
        NotFoundError: nobody in this course who learns there has this public id.
    """
    found = _people_work(session, activity, User.public_id == public_id)
    if not found:
        raise NotFoundError
    return found[0]


def list_work_of(
    session: Session, activity: ActivityView, user_ids: Sequence[int]
) -> list[PersonWork]:
    """Return those of some people who learn in the activity's course, by name."""
    return _people_work(session, activity, User.id.in_(user_ids)) if user_ids else []


def _people_work(
    session: Session, activity: ActivityView, who: ColumnElement[bool] | None = None
) -> list[PersonWork]:
    people = session.execute(
        select(*_PERSON, Enrolment.status)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(
            User.platform_id == activity.platform_id,
            Enrolment.platform_id == activity.platform_id,
            Enrolment.context_id == activity.context_id,
            Enrolment.role == Role.LEARNER.value,
            Enrolment.is_test.is_(False),
            *([] if who is None else [who]),
        )
    ).all()
    ids = None if who is None else [person.id for person in people]
    standings = list_standings(session, activity, ids)
    attempts = _attempts_by_person(session, activity, ids)
    stages = list_participations(session, activity, ids)
    lines = [
        _person_work(
            person,
            attempts.get(person.id, []),
            standings.get(person.id, Standing()),
            stages.get(person.id, NOT_BEGUN),
        )
        for person in people
        if person.status == EnrolmentStatus.ACTIVE or person.id in standings
    ]
    return sorted(lines, key=lambda line: line.name.sort_key())


def _attempts_by_person(
    session: Session, activity: ActivityView, ids: Sequence[int] | None
) -> dict[int, list[Try]]:
    """Return when everybody handed in; what they answered stays in the database."""
    found: dict[int, list[Try]] = {}
    rows = session.execute(
        select(Attempt.user_id, Attempt.handed_in_at, Attempt.is_late)
        .where(
            Attempt.platform_id == activity.platform_id,
            Attempt.activity_id == activity.id,
            *([] if ids is None else [Attempt.user_id.in_(ids)]),
        )
        .order_by(Attempt.number)
    )
    for user_id, handed_in_at, is_late in rows:
        found.setdefault(user_id, []).append((handed_in_at, is_late))
    return found


def _person_work(
    person: Row[*tuple[Any, ...]], tries: list[Try], standing: Standing, where: ParticipationView
) -> PersonWork:
    done = [(at, is_late) for at, is_late in tries if at is not None]
    is_here = person.status == EnrolmentStatus.ACTIVE
    return PersonWork(
        # Also of who left: whether they are still graded there, the platform says.
        learner=Learner(person.id, person.public_id, is_graded=True),
        name=PersonName(
            person.public_id, person.name, person.given_name, person.family_name, person.email
        ),
        state=_state_of(where, has_begun=bool(tries), is_done=bool(done), is_here=is_here),
        handed_in_at=done[-1][0] if done else None,
        is_late=bool(done and done[-1][1]),
        standing=standing,
        where=where,
        hand_ins=tuple(done),
    )


def _state_of(
    where: ParticipationView, *, has_begun: bool, is_done: bool, is_here: bool
) -> WorkState:
    if not is_here:
        return WorkState.WITHDRAWN
    told = _TOLD.get(where.stage)
    if told is not None:
        return told
    if is_done:
        return WorkState.HANDED_IN
    return WorkState.IN_PROGRESS if has_begun else WorkState.NOT_STARTED


def is_begun(session: Session, activity_ids: Sequence[int], *, platform_id: int) -> bool:
    """Say whether anybody has saved or handed in work of one of these activities."""
    found = select(Attempt.id).where(
        Attempt.platform_id == platform_id, Attempt.activity_id.in_(activity_ids)
    )
    return bool(activity_ids) and session.scalar(found.limit(1)) is not None
