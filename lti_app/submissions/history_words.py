"""The history of a grade in words: what happened, when, by whom. It reads no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from lti_app.core.translation import _
from lti_app.grading.history import HistoryLine
from lti_app.grading.models import GradeEventKind
from lti_app.people.roles import Role
from lti_app.web.language import decimals


@dataclass(frozen=True)
class Happened:
    """One thing that happened. `by`: who did it; empty for this tool itself."""

    at: datetime
    words: str
    by: str


#: What happened; with points, and without.
_WORDS: Mapping[GradeEventKind, tuple[str, str]] = {
    GradeEventKind.COMPUTED: (_("Computed: %(points)s"), _("Computed: no grade yet")),
    GradeEventKind.COMPUTED_AGAIN: (
        _("Computed again: %(points)s"),
        _("Computed again: no grade"),
    ),
    GradeEventKind.RELEASED: (_("Released: %(points)s"), _("Released")),
    GradeEventKind.OVERRIDDEN: (_("Points entered: %(points)s"), _("Points entered")),
    GradeEventKind.OVERRIDE_CLEARED: (_("Entered points cleared"), _("Entered points cleared")),
    GradeEventKind.OVERRIDE_LOST: (
        _("Points not taken, because somebody was faster: %(points)s"),
        _("Entered points not cleared, because somebody was faster"),
    ),
    GradeEventKind.FACET_OVERRIDDEN: (_("One part set by hand"), _("One part set by hand")),
    GradeEventKind.FACET_CLEARED: (
        _("One part computed again, no longer set by hand"),
        _("One part computed again, no longer set by hand"),
    ),
    GradeEventKind.WITHDRAWN: (_("Grade taken back"), _("Grade taken back")),
    GradeEventKind.RESCALED: (
        _("The activity got other points: %(points)s"),
        _("The activity got other points"),
    ),
}


def happened(history: Sequence[HistoryLine], viewer_id: str) -> list[Happened]:
    """Return the history for its reader, in its order."""
    return [Happened(line.at, _said(line), who_did(line, viewer_id)) for line in history]


def who_did(line: HistoryLine, viewer_id: str) -> str:
    """Return who did it, for the reader; empty for this tool itself."""
    if line.actor == viewer_id:
        return str(gettext("you"))
    return line.name.display(Role.INSTRUCTOR, gettext) if line.name else ""


def who_entered(history: Sequence[HistoryLine], viewer_id: str) -> str:
    """Return who entered the points that stand; empty where nobody is known."""
    entered = (line for line in history if line.kind is GradeEventKind.OVERRIDDEN)
    newest = next(entered, None)
    return who_did(newest, viewer_id) if newest else ""


def _said(line: HistoryLine) -> str:
    with_points, without = _WORDS[line.kind]
    if line.points is None:
        return str(gettext(without))
    mark = gettext(
        "%(points)s of %(maximum)s", points=decimals(line.points), maximum=decimals(line.maximum)
    )
    words = str(gettext(with_points)) % {"points": mark}
    if line.was is None or line.was == line.points:
        return words
    return words + str(gettext(" (%(was)s before)", was=decimals(line.was)))
