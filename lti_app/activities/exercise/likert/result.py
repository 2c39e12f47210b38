"""What a receipt shows of answers: the person's own profile, as picture and table."""

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext

from lti_app.activities.exercise.likert.chart import PHONE, WIDE, Chart, chart_of, one_place
from lti_app.activities.exercise.likert.marking import profile_of
from lti_app.activities.exercise.likert.spec import LikertItem
from lti_app.activities.exercise.likert.taking import responses_of
from lti_app.activities.exercise.player import Outcome
from lti_app.submissions.contract import Result


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

    item: LikertItem
    charts: tuple[Chart, ...]
    lines: tuple[AreaLine, ...]
    reversed_numbers: tuple[int, ...]


def profile_result(item: LikertItem, outcome: Outcome) -> Result:
    """Return the partial that draws a profile, and its values."""
    areas = profile_of(item.scale, responses_of(outcome.answers))
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
        "activities/exercise/likert/_profile.html",
        ProfileResult(item, charts, lines, turned_round),
        who_sees_it(),
    )


def who_sees_it() -> str:
    """Return who sees the answers, in words for the learner.

    The page of results shows no figures of fewer than seven people.
    """
    words: str = gettext(
        "Only you see your answers. The people who run the course see that you have handed in and, "
        "once at least seven people have, figures of all of them together."
    )
    return words
