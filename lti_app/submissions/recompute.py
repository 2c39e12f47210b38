"""Compute an activity's grades again from the work that was handed in, which stays as it is."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lti_app.audit import Actor
from lti_app.catalog.service import hold_activity
from lti_app.catalog.views import ActivityView
from lti_app.grading.participation import NOT_BEGUN, hold_people, list_participations
from lti_app.grading.queries import list_entered
from lti_app.grading.service import Change, record_again
from lti_app.people.models import Enrolment
from lti_app.people.roles import Role
from lti_app.submissions.contract import KindRules
from lti_app.submissions.models import Attempt
from lti_app.submissions.work import counted_work


def compute_again(
    session: Session,
    rules: KindRules,
    activity: ActivityView,
    *,
    user_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> list[Change]:
    """Mark again all that was handed in, under the dates and rules of now; release nothing.

    Args:
        user_id: whose; everybody's when None. Who holds one person already computes only theirs.

    Returns:
        Whose grade came out otherwise; doing it twice changes nothing the second time.
    """
    activity = hold_activity(session, activity)
    # Whoever hands in meanwhile waits, and then computes from what is found here, too.
    hold_people(session, _people_with_work(session, activity, user_id))
    item = rules.read_item(activity.content)
    places, graded = list_participations(session, activity), _graded_people(session, activity)
    entered = list_entered(session, activity)
    works = []
    handed_in = _handed_in(session, activity, user_id)
    for person, attempts in groupby(handed_in, key=attrgetter("user_id")):
        mine = activity.extended(places.get(person, NOT_BEGUN).extra_days)
        theirs = list(attempts)
        for attempt in theirs:
            attempt.is_late = _is_late(mine, attempt)
        by_hand, is_graded = entered.get(person, {}), person in graded
        works.append(counted_work(rules, mine, item, theirs, is_graded=is_graded, entered=by_hand))
    return record_again(session, activity, works, actor=actor, now=now)


def _handed_in(session: Session, activity: ActivityView, user_id: int | None) -> Sequence[Attempt]:
    """Return what was handed in, person by person, the oldest of each first."""
    return session.scalars(
        select(Attempt)
        .where(*_is_handed_in(activity, user_id))
        .order_by(Attempt.user_id, Attempt.number)
        .execution_options(populate_existing=True)
    ).all()


def _people_with_work(
    session: Session, activity: ActivityView, user_id: int | None
) -> Sequence[int]:
    found = select(Attempt.user_id).where(*_is_handed_in(activity, user_id)).distinct()
    return session.scalars(found).all()


def _is_handed_in(activity: ActivityView, user_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return (
        Attempt.platform_id == activity.platform_id,
        Attempt.activity_id == activity.id,
        Attempt.handed_in_at.is_not(None),
        *([] if user_id is None else [Attempt.user_id == user_id]),
    )


def _graded_people(session: Session, activity: ActivityView) -> AbstractSet[int]:
    """Return whose scores may reach a gradebook: learners, and no test user."""
    return set(
        session.scalars(
            select(Enrolment.user_id).where(
                Enrolment.platform_id == activity.platform_id,
                Enrolment.context_id == activity.context_id,
                Enrolment.role == Role.LEARNER.value,
                Enrolment.is_test.is_(False),
            )
        )
    )


def _is_late(activity: ActivityView, attempt: Attempt) -> bool:
    if attempt.handed_in_at is None or attempt.is_reopened:
        return False
    return activity.late_for(attempt.handed_in_at).total_seconds() > 0
