"""What a receipt shows of answers: the person's own profile, as picture and table."""

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext

from lti_app.activities.exercise.likert.chart import PHONE, WIDE, Chart, chart_of, one_place
from lti_app.activities.exercise.likert.marking import (
    AreaProfile,
    Responses,
    most_telling,
    profile_of,
    rarest_of,
    strongest_of,
)
from lti_app.activities.exercise.likert.spec import LikertItem, Scale
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
class AnswerLine:
    """One statement and what was chosen. `is_reversed`: agreeing speaks against its area."""

    number: int
    text: str
    value: int
    label: str
    is_reversed: bool


@dataclass(frozen=True)
class ProfileResult:
    """A person's own profile, as picture and table.

    Attributes:
        strongest: the area that stands out, and the answer that speaks most for it.
        rare: the answers that speak least for their areas.
    """

    item: LikertItem
    charts: tuple[Chart, ...]
    lines: tuple[AreaLine, ...]
    reversed_numbers: tuple[int, ...]
    answers: tuple[AnswerLine, ...]
    strongest: tuple[str, AnswerLine] | None
    rare: tuple[AnswerLine, ...]


def profile_result(item: LikertItem, outcome: Outcome) -> Result:
    """Return the partial that draws a profile, and its values."""
    responses = responses_of(outcome.answers)
    areas = profile_of(item.scale, responses)
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
        ProfileResult(
            item,
            charts,
            lines,
            turned_round,
            answers=tuple(_answers(item.scale, responses).values()),
            strongest=_strongest(item.scale, areas, responses),
            rare=tuple(
                _answers(item.scale, responses)[one.id] for one in rarest_of(item.scale, responses)
            ),
        ),
        who_sees_it(),
    )


def _answers(scale: Scale, responses: Responses) -> dict[str, AnswerLine]:
    """Return what was answered, by statement id."""
    return {
        one.id: AnswerLine(
            number,
            one.text,
            value=responses[one.id],
            label=scale.labels[responses[one.id] - 1],
            is_reversed=one.reversed,
        )
        for number, one in enumerate(scale.statements, start=1)
        if one.id in responses
    }


def _strongest(
    scale: Scale, areas: tuple[AreaProfile, ...], responses: Responses
) -> tuple[str, AnswerLine] | None:
    area = strongest_of(areas)
    if area is None:
        return None
    telling = most_telling(scale, area.subscale, responses)
    return (
        None if telling is None else (area.subscale.title, _answers(scale, responses)[telling.id])
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
