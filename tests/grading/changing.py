"""Other points for an activity, as its settings page gives them."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from lti_app.audit import Actor
from lti_app.catalog.settings import ActivitySettings, change_settings
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.grading.rescaling import rescale
from lti_app.grading.switching import enter_gradebook, leave_gradebook


def _as_set(activity: ActivityView) -> ActivitySettings:
    return ActivitySettings(
        dates=activity.dates,
        grace=activity.grace,
        lateness=activity.lateness,
        release=activity.release,
        zero_at_close=activity.zero_at_close,
    )


def change_points(
    database: Database, activity: ActivityView, points: str, *, actor: Actor, now: datetime
) -> ActivityView:
    """Return the activity with its new points; everything else stays as it was set."""
    wanted = replace(_as_set(activity), points=Decimal(points))
    with database.write() as session:
        changed = change_settings(session, activity, wanted, actor=actor, now=now)
        rescale(session, changed, actor=actor, now=now)
    return changed


def switch_gradebook(
    database: Database, activity: ActivityView, *, on: bool, actor: Actor, now: datetime
) -> ActivityView:
    """Take an activity out of the gradebook or put it in; everything else stays."""
    wanted = replace(_as_set(activity), in_gradebook=on)
    with database.write() as session:
        changed = change_settings(session, activity, wanted, actor=actor, now=now)
        rescale(session, changed, actor=actor, now=now)
        switch = enter_gradebook if on else leave_gradebook
        switch(session, changed, now=now)
    return changed
