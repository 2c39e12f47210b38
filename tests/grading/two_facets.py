"""A grade of two facets, and an activity with a gradebook column for each of them."""

from datetime import datetime
from decimal import Decimal

from lti_app.audit import Actor
from lti_app.catalog.settings import ActivitySettings, change_settings
from lti_app.catalog.views import ActivityView, FacetColumn
from lti_app.core.db import Database
from lti_app.core.reason import Reason
from lti_app.grading.columns import refuse_other_columns
from lti_app.grading.policy import FacetValue
from lti_app.grading.rescaling import rescale

ANN = Actor("ann")
OWN, REVIEWS = "own", "reviews"
TITLES = {OWN: "Own work", REVIEWS: "Reviews"}


def facets(own: str | None, reviews: str | None) -> tuple[FacetValue, ...]:
    """Return two facets that weigh the same; None: impossible through no fault."""
    return tuple(
        FacetValue(name, Decimal(1), None if score is None else Decimal(score), Reason("done"))
        for name, score in ((OWN, own), (REVIEWS, reviews))
    )


def choose_columns(
    database: Database, activity: ActivityView, *points: str, now: datetime
) -> ActivityView:
    """Give each facet a column of so many points, as the settings page does; none: one column."""
    columns = {
        facet: FacetColumn(TITLES[facet], Decimal(maximum))
        for facet, maximum in zip(TITLES, points, strict=False)
    }
    wanted = ActivitySettings(
        dates=activity.dates,
        grace=activity.grace,
        lateness=activity.lateness,
        release=activity.release,
        zero_at_close=activity.zero_at_close,
        facet_columns=columns,
    )
    with database.write() as session:
        refuse_other_columns(session, activity, columns)
        changed = change_settings(session, activity, wanted, actor=ANN, now=now)
        rescale(session, changed, actor=ANN, now=now)
    return changed
