"""Compute an activity's grades again from the work that was handed in, which stays as it is."""

from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.audit import Actor
from lti_app.catalog.views import ActivityView
from lti_app.grading.models import Grade
from lti_app.grading.participation import NOT_BEGUN, list_participations
from lti_app.grading.service import Change, record_again
from lti_app.people.models import Enrolment
from lti_app.people.roles import Role
from lti_app.submissions.contract import KindRules
from lti_app.submissions.models import Attempt
from lti_app.submissions.work import work_of


def compute_again(
    session: Session, rules: KindRules, activity: ActivityView, *, actor: Actor, now: datetime
) -> list[Change]:
    """Mark again what is graded, under the dates and rules of now; release nothing.

    Returns:
        Whose grade came out otherwise; doing it twice changes nothing the second time.
    """
    item = rules.read_item(activity.content)
    places, graded = list_participations(session, activity), _graded_people(session, activity)
    works = []
    for attempt in _graded_attempts(session, activity):
        mine = activity.extended(places.get(attempt.user_id, NOT_BEGUN).extra_days)
        attempt.is_late = _is_late(mine, attempt)
        works.append(work_of(rules, mine, item, attempt, is_graded=attempt.user_id in graded))
    return record_again(session, activity, works, actor=actor, now=now)


def _graded_attempts(session: Session, activity: ActivityView) -> list[Attempt]:
    return list(
        session.scalars(
            select(Attempt)
            .join(Grade, Grade.source == Attempt.public_id)
            .where(
                Attempt.platform_id == activity.platform_id,
                Attempt.activity_id == activity.id,
                Grade.platform_id == activity.platform_id,
                Grade.activity_id == activity.id,
            )
            .execution_options(populate_existing=True)
        )
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
