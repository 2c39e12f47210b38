"""What the pages of a self-assessment show."""

from collections.abc import Mapping
from typing import Any

from lti_app.activities.exercise.likert.form import filled, likert_form
from lti_app.activities.exercise.likert.report import likert_report
from lti_app.activities.exercise.likert.result import profile_result, who_sees_it
from lti_app.activities.exercise.likert.spec import LikertItem, Scale, Statement, Subscale
from lti_app.activities.exercise.likert.taking import responses_of
from lti_app.activities.exercise.player import ItemPages, Moment


def _areas(scale: Scale) -> list[tuple[Subscale, list[tuple[int, Statement]]]]:
    """Return the statements by area, each with its number on the page."""
    numbers = {one.id: number for number, one in enumerate(scale.statements, start=1)}
    return [
        (area, [(numbers[one.id], one) for one in scale.statements_of(area)])
        for area in scale.subscales
    ]


def _read_only(item: LikertItem) -> Mapping[str, Any]:
    return {"areas": _areas(item.scale)}


def _shown(item: LikertItem, moment: Moment) -> Mapping[str, Any]:
    return {
        "areas": _areas(item.scale),
        "answered": len(responses_of(moment.answers)),
        "who_sees": who_sees_it(),
    }


LIKERT_PAGES = ItemPages(
    icon="bar-chart-steps",
    template="activities/exercise/likert/play.html",
    reading="activities/exercise/likert/_statements.html",
    form_class=likert_form,
    filled=filled,
    shown=_shown,
    read_only=_read_only,
    result=profile_result,
    report=likert_report,
)
