from fractions import Fraction

import pytest

from lti_app.activities.exercise.likert.chart import PHONE, WIDE, Frame, chart_of
from lti_app.activities.exercise.likert.marking import AreaProfile, profile_of
from tests.exercise.items import likert

AREA = likert().scale.subscales[0]


@pytest.mark.parametrize("frame", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_ends_of_the_scale_are_the_ends_of_the_line(frame: Frame) -> None:
    chart = chart_of(profile_of(likert().scale, {}), labels=5, frame=frame)

    assert chart.ticks[0] == (1, frame.left)
    assert chart.ticks[-1] == (5, frame.right)


def test_equal_answers_stand_side_by_side_around_their_place() -> None:
    (row,) = chart_of((AreaProfile(AREA, Fraction(3), (3, 3, 3)),), labels=5, frame=WIDE).rows

    assert row.dots == (421.0, 430.0, 439.0)


def test_an_area_with_too_few_answers_has_no_mean_in_the_picture() -> None:
    (row,) = chart_of((AreaProfile(AREA, None, (2,)),), labels=5, frame=WIDE).rows

    assert (row.mean, row.mean_x, len(row.dots)) == (None, None, 1)


@pytest.mark.parametrize("frame", [WIDE, PHONE], ids=["wide", "phone"])
def test_everything_is_drawn_inside_the_picture(frame: Frame) -> None:
    answers = {"a": 1, "b": 5, "c": 1, "d": 5}

    chart = chart_of(profile_of(likert().scale, answers), labels=5, frame=frame)

    assert all(0 < x < frame.width for row in chart.rows for x in row.dots)
    assert all(row.y + frame.dots_below < chart.height for row in chart.rows)
