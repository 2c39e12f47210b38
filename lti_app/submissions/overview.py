"""The instructor's page as a whole: where everybody is, and what its signs mean."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import gettext as _

from lti_app.submissions.lines import Line
from lti_app.submissions.views import WorkState


class Segment(NamedTuple):
    """How many grades are somewhere: a part of a bar that is shared."""

    look: str
    number: int
    word: str


@dataclass(frozen=True)
class Notes:
    """What stands in the cells of parts and explains itself to nobody."""

    has_dash: bool
    has_zero: bool


def segments_of(lines: Sequence[Line], *, may_decide: bool) -> list[Segment]:
    """Return where everybody is; each of them is counted once.

    Args:
        may_decide: whether the reader is who settles what a person has to.
    """
    places = Counter(_place_of(line) for line in lines)
    words = (
        ("good", "arrived", _("in the gradebook")),
        ("note", "on_its_way", _("on their way")),
        ("act", "ready", _("ready to release")),
        ("wait", "needs", _("need you") if may_decide else _("need a teacher")),
        ("tint-3", "handed_in", _("handed in")),
        ("tint-1", "draft", _("draft")),
        ("off", "not_begun", _("not begun")),
        ("off", "missed", _("closed, not handed in")),
        ("off", "excused", _("excused")),
        ("off", "left", _("left the course")),
    )
    return [Segment(look, places[place], word) for look, place, word in words if places[place]]


_PLACES: Mapping[WorkState, str] = {
    WorkState.NOT_STARTED: "not_begun",
    WorkState.IN_PROGRESS: "draft",
    WorkState.REOPENED: "draft",
    WorkState.CLOSED_INCOMPLETE: "missed",
    WorkState.WITHDRAWN: "left",
}


def _place_of(line: Line) -> str:
    """Return where somebody is: what a person must do first, then the score, then the work."""
    if line.needs_a_person:
        return "needs"
    if line.work.where.is_excused:
        return "excused"
    if line.is_ready:
        return "ready"
    if line.is_on_its_way:
        return "on_its_way"
    if line.has_arrived:
        return "arrived"
    return _PLACES.get(line.work.state, "handed_in")


def notes_of(lines: Sequence[Line]) -> Notes:
    """Return which signs of the table need a word."""
    shown = [one.percent for line in lines for one in line.facets if one is not None]
    return Notes(has_dash=None in shown, has_zero=0 in shown)
