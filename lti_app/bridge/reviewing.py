"""Where a review launch leads: to one person's work in one activity, or to the page for nothing.

A column is found by the address that launches and scores know it by. It serves no page.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from lti_app.bridge.placing import Placed, remember_presence
from lti_app.catalog.columns import find_link_of_column
from lti_app.catalog.service import find_activity, find_link
from lti_app.catalog.views import ActivityView
from lti_app.core.errors import NotFoundError
from lti_app.lti.verified import VerifiedLaunch
from lti_app.people.models import User
from lti_app.people.service import find_public_id
from lti_app.submissions.queries import find_newest_receipt, get_person_work

#: The page of `desk.reviewing`, the same for whoever is not here and whoever never was.
_NOTHING = "nothing-to-review"


def remember_review(
    session: Session, launch: VerifiedLaunch, deployment_id: int, *, user: User, now: datetime
) -> Placed:
    """Bring the course and the launcher's part in it up to date; find the link that is meant.

    A link that we do not know is not made: it opens nothing yet, so there is no work in it.
    """
    context = remember_presence(session, launch, deployment_id, user=user, now=now)
    session.flush()
    column = launch.review.line_item_url if launch.review else ""
    named = launch.resource_link.id if launch.resource_link else None
    found = find_link_of_column(
        session, url=column, platform_id=user.platform_id, context_id=context.id
    ) or find_link(session, named, platform_id=user.platform_id, context_id=context.id)
    return Placed(context.id, found.id if found else None, found.activity_id if found else None)


def path_of_review(session: Session, launch: VerifiedLaunch, activity_id: int | None) -> str:
    """Return the page of the work, below the session; empty where the start page leads on."""
    platform_id = launch.registration.id
    activity = (
        find_activity(session, platform_id=platform_id, activity_id=activity_id)
        if activity_id is not None
        else None
    )
    if activity is None or launch.review is None:
        return _NOTHING
    person = find_public_id(session, platform_id=platform_id, sub=launch.review.user_id)
    if person is None:
        return _NOTHING
    if launch.review.user_id == launch.sub:
        return _own_work(session, activity, person)
    return _work_of(session, activity, person)


def _own_work(session: Session, activity: ActivityView, person: str) -> str:
    newest = find_newest_receipt(session, activity, person)
    return f"receipts/{newest}" if newest else ""


def _work_of(session: Session, activity: ActivityView, person: str) -> str:
    try:
        get_person_work(session, activity, person)
    except NotFoundError:
        return _NOTHING
    return f"activities/{activity.public_id}/people/{person}"
