"""Other points for an activity, as its settings page gives them."""

from datetime import datetime
from decimal import Decimal

from lti_app.audit import Actor
from lti_app.catalog.settings import ActivitySettings, change_settings
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.grading.rescaling import rescale


def change_points(
    database: Database, activity: ActivityView, points: str, *, actor: Actor, now: datetime
) -> ActivityView:
    """Return the activity with its new points; everything else stays as it was set."""
    wanted = ActivitySettings(
        dates=activity.dates,
        grace=activity.grace,
        lateness=activity.lateness,
        release=activity.release,
        zero_at_close=activity.zero_at_close,
        points=Decimal(points),
    )
    with database.write() as session:
        changed = change_settings(session, activity, wanted, actor=actor, now=now)
        rescale(session, changed, actor=actor, now=now)
    return changed
