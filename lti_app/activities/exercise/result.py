"""What a receipt shows of answers: the person's own profile, as picture and table."""

from dataclasses import dataclass
from decimal import Decimal

from lti_app.activities.exercise.chart import PHONE, WIDE, Chart, chart_of, one_place
from lti_app.activities.exercise.kind import RULES, as_item, responses_of
from lti_app.activities.exercise.marking import profile_of
from lti_app.activities.exercise.spec import ExerciseItem
from lti_app.catalog.views import ActivityView
from lti_app.submissions.contract import Answers, Result


@dataclass(frozen=True)
class AreaLine:
    """One line of the table behind the picture."""

    title: str
    mean: Decimal | None
    lowest: int | None
    highest: int | None


@dataclass(frozen=True)
class ProfileResult:
    """A person's own profile, as picture and table."""

    item: ExerciseItem
    charts: tuple[Chart, ...]
    lines: tuple[AreaLine, ...]
    reversed_numbers: tuple[int, ...]


def profile_result(activity: ActivityView, answers: Answers) -> Result:
    """Return the partial that draws a profile, and its values."""
    item = as_item(RULES.read_item(activity.content))
    areas = profile_of(item.scale, responses_of(answers))
    labels = len(item.scale.labels)
    lines = tuple(
        AreaLine(
            title=area.subscale.title,
            mean=None if area.mean is None else one_place(area.mean),
            lowest=area.answers[0] if area.answers else None,
            highest=area.answers[-1] if area.answers else None,
        )
        for area in areas
    )
    turned_round = tuple(
        number for number, one in enumerate(item.scale.statements, start=1) if one.reversed
    )
    charts = tuple(chart_of(areas, labels=labels, frame=frame) for frame in (WIDE, PHONE))
    return Result(
        "activities/exercise/_profile.html",
        ProfileResult(item, charts, lines, turned_round),
    )
