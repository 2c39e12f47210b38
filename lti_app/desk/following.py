"""What a mentor sees: how far those are whom the platform named, in one activity, and nothing else.

Only what the people themselves are told: how far they are, and points that were released.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask import Blueprint, request
from flask_babel import gettext

from lti_app.catalog.views import ActivityView
from lti_app.people.mentors import list_followed
from lti_app.people.roles import Role
from lti_app.submissions.explaining import work_words
from lti_app.submissions.pages import my_activity
from lti_app.submissions.queries import list_work_of
from lti_app.submissions.views import PersonWork
from lti_app.submissions.wording import StateWords
from lti_app.web.access import access
from lti_app.web.context import db, viewer
from lti_app.web.render import Page

blueprint = Blueprint("following", __name__, url_prefix="/s/<session_key>")

PER_PAGE = 50


@dataclass(frozen=True)
class Summary:
    """One person, as a mentor sees them. `points` are released ones, None before."""

    name: str
    state: StateWords
    handed_in_at: datetime | None
    is_late: bool
    points: Decimal | None
    maximum: Decimal


@blueprint.get("/activities/<public_id>/following")
@access(Role.OBSERVER)
def show(public_id: str) -> Page:
    """Show how far the people are whom this mentor may follow."""
    activity, who = my_activity(public_id), viewer()
    everybody = list_followed(
        db(),
        platform_id=who.platform_id,
        context_id=activity.context_id,
        mentor_id=who.user_id,
    )
    first = min(request.args.get("from", 0, int), len(everybody)) if everybody else 0
    start = max(first, 0)
    shown = everybody[start : start + PER_PAGE]
    return Page(
        "desk/following.html",
        activity=activity,
        people=_summaries(activity, list_work_of(db(), activity, shown)),
        count=len(everybody),
        before=max(start - PER_PAGE, 0) if start else None,
        after=start + PER_PAGE if start + PER_PAGE < len(everybody) else None,
    )


def _summaries(activity: ActivityView, people: Sequence[PersonWork]) -> list[Summary]:
    return [_summary(activity, work) for work in people]


def _summary(activity: ActivityView, work: PersonWork) -> Summary:
    grade = work.standing.grade
    return Summary(
        name=work.name.display(Role.LEARNER, gettext),
        state=work_words(work.state),
        handed_in_at=work.handed_in_at,
        is_late=work.is_late,
        points=None if grade is None or work.where.is_excused else grade.released,
        maximum=grade.maximum if grade else activity.points,
    )
