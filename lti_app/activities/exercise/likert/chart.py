"""Where everything stands in the picture of a profile. Numbers only; the template draws."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from lti_app.activities.exercise.likert.marking import AreaProfile

_BESIDE = 9.0


@dataclass(frozen=True)
class Frame:
    """One size of the picture. `left` and `right` are where the scale begins and ends."""

    name: str
    width: int
    left: float
    right: float
    first_row: float
    row_height: float
    dots_below: float
    foot: float


#: Wide: the area's name stands before its line. Phone: above it.
WIDE = Frame("wide", 680, 262.0, 598.0, 63.0, 70.0, 18.0, 39.0)
PHONE = Frame("phone", 350, 8.0, 300.0, 74.0, 84.0, 18.0, 24.0)


@dataclass(frozen=True)
class Row:
    """One area in the picture. `mean_x` None: too little was answered to draw a mean."""

    title: str
    about: str
    y: float
    mean_x: float | None
    mean: Decimal | None
    dots: tuple[float, ...]


@dataclass(frozen=True)
class Chart:
    """The whole picture in one size."""

    frame: Frame
    height: float
    ticks: tuple[tuple[int, float], ...]
    rows: tuple[Row, ...]


def chart_of(areas: tuple[AreaProfile, ...], *, labels: int, frame: Frame) -> Chart:
    """Return the picture of a profile on a scale from 1 to the number of labels."""
    rows = tuple(
        _row(area, labels=labels, frame=frame, y=frame.first_row + place * frame.row_height)
        for place, area in enumerate(areas)
    )
    height = frame.first_row + (len(rows) - 1) * frame.row_height + frame.foot
    ticks = tuple((value, _x(value, labels, frame)) for value in range(1, labels + 1))
    return Chart(frame, height, ticks, rows)


def _row(area: AreaProfile, *, labels: int, frame: Frame, y: float) -> Row:
    return Row(
        title=area.subscale.title,
        about=area.subscale.about,
        y=y,
        mean_x=None if area.mean is None else _x(area.mean, labels, frame),
        mean=None if area.mean is None else one_place(area.mean),
        dots=_dots(area.answers, labels, frame),
    )


def _x(value: Fraction | int, labels: int, frame: Frame) -> float:
    share = float(value - 1) / (labels - 1)
    return round(frame.left + share * (frame.right - frame.left), 1)


def _dots(answers: tuple[int, ...], labels: int, frame: Frame) -> tuple[float, ...]:
    """Equal answers stand side by side around their place."""
    places: list[float] = []
    for value in sorted(set(answers)):
        count = answers.count(value)
        first = _x(value, labels, frame) - _BESIDE * (count - 1) / 2
        places += [round(first + _BESIDE * step, 1) for step in range(count)]
    return tuple(places)


def one_place(mean: Fraction) -> Decimal:
    """Return a mean rounded half up to one decimal place.

    >>> one_place(Fraction(13, 4))
    Decimal('3.3')
    """
    exact = Decimal(mean.numerator) / Decimal(mean.denominator)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
