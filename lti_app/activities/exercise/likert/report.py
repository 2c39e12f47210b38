"""What staff read of a self-assessment: the cohort's means, never one person's answers.

Its file says who has done it and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lti_app.activities.exercise.likert.chart import one_place
from lti_app.activities.exercise.likert.cohort import LEAST_PEOPLE, CohortProfile, cohort_profile
from lti_app.activities.exercise.likert.spec import LikertItem
from lti_app.activities.exercise.likert.taking import responses_of
from lti_app.submissions.report import Answered, Report
from lti_app.web.language import decimals

#: As many as the picture of a spread has tints.
_MOST_TINTS = 5


@dataclass(frozen=True)
class LikertReport:
    """What the partial shows.

    Attributes:
        areas: title, length of its bar, the mean in words.
        most: the length of a full bar.
        spreads: statement and how often each label was chosen.
        is_drawn: whether the spreads fit the picture; else they are a table.
        reversed_numbers: of the statements that are turned round for the means.
    """

    least_people: int
    has_figures: bool
    labels: tuple[str, ...]
    areas: tuple[tuple[str, float, str], ...] = ()
    most: int = 0
    spreads: tuple[tuple[str, tuple[int, ...]], ...] = ()
    is_drawn: bool = False
    reversed_numbers: tuple[int, ...] = ()


def likert_report(item: LikertItem, people: Sequence[Answered]) -> Report:
    """Return the cohort's figures, or that there are too few people for any."""
    everybody = [responses_of(one.answers) for one in people]
    found = cohort_profile(item.scale, everybody)
    return Report("activities/exercise/likert/_report.html", _values(item, found))


def _values(item: LikertItem, found: CohortProfile | None) -> LikertReport:
    scale = item.scale
    if found is None:
        return LikertReport(LEAST_PEOPLE, has_figures=False, labels=scale.labels)
    means = [(area.subscale.title, area.mean) for area in found.areas if area.mean is not None]
    return LikertReport(
        LEAST_PEOPLE,
        has_figures=True,
        labels=scale.labels,
        # A bar begins at the scale's least answer, which is 1.
        areas=tuple((title, float(mean - 1), decimals(one_place(mean))) for title, mean in means),
        most=len(scale.labels) - 1,
        spreads=tuple((one.statement.text, one.counts) for one in found.spreads if one.counts),
        is_drawn=len(scale.labels) <= _MOST_TINTS,
        reversed_numbers=tuple(
            number for number, one in enumerate(scale.statements, start=1) if one.reversed
        ),
    )
