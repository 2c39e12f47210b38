"""Where a score is, in words: what happened, what it means, what to do. It reads no database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from lti_app.core.translation import _
from lti_app.grading.models import DeliveryState
from lti_app.grading.rules import Mark
from lti_app.grading.views import DeliveryView
from lti_app.grading.waiting import Wait
from lti_app.submissions.reasons import SAFE, WHYS, Why
from lti_app.web.language import decimals


@dataclass(frozen=True)
class StateWords:
    """One state as it is shown: word, icon and colour together.

    Attributes:
        look: of the macro `state`; empty for none.
        happened, means, todo: for staff; empty where there is nothing to explain or do.
        compared: what the gradebook shows beside what we would send.
        again: what the button does that lets it go on.
        theirs: the platform's own words, None when it said nothing.
        part: which part of the grade it is about; empty for the whole.
        since: how long the way to the platform has been closed; None where it is open.
        next_at: when it is tried again by itself.
    """

    word: str
    icon: str
    look: str
    happened: str = ""
    means: str = ""
    todo: str = ""
    compared: str = ""
    again: str = ""
    theirs: str | None = None
    part: str = ""
    since: datetime | None = None
    next_at: datetime | None = None


_STATES: Mapping[DeliveryState, StateWords] = {
    DeliveryState.OWED: StateWords(_("On its way"), "arrow-repeat", "note"),
    DeliveryState.ARRIVED: StateWords(_("In the gradebook"), "check2-circle", "good"),
    DeliveryState.WITHHELD: StateWords(
        _("Not sent"),
        "dash-lg",
        "",
        _("The person was excused before the score was sent."),
    ),
    DeliveryState.LMS_NEWER: StateWords(
        _("Held"),
        "pause-circle",
        "wait",
        _("Somebody graded this person in the gradebook, so we stopped."),
        _("We do not write over a person’s decision."),
        _("Leave it as it is, or send ours in its place."),
    ),
    DeliveryState.NO_COLUMN: StateWords(
        _("Not sent"),
        "exclamation-circle",
        "stop",
        _("There is no gradebook column for this link, and the platform lets us make none."),
        SAFE,
        _("Give the link a grade in the course’s settings and open it once, then send again."),
    ),
    DeliveryState.COLUMN_DELETED: StateWords(
        _("Not sent"),
        "exclamation-circle",
        "stop",
        _("The gradebook column of this activity was deleted in the platform."),
        _("The grades are safe here."),
        _(
            "If it was restored there, open the activity once from the course. Otherwise have it"
            " made again; all scores then go into it."
        ),
    ),
    DeliveryState.NOT_GRADABLE: StateWords(
        _("Not sent"),
        "exclamation-circle",
        "stop",
        _("The platform says that this person cannot be graded in this course."),
        _(
            "This happens when their role there is not that of a student, or the course is over."
            " The grade is safe here."
        ),
        _("Check their role in the platform, then send again."),
    ),
    DeliveryState.REFUSED: StateWords(
        _("Not sent"),
        "exclamation-circle",
        "stop",
        _("The platform refused the score."),
        SAFE,
        _("Show the reason to whoever runs the platform, then send again."),
    ),
    DeliveryState.NEEDS_ATTENTION: StateWords(
        _("Not sent"),
        "exclamation-circle",
        "stop",
        _("We tried for four weeks, and the platform never took the score."),
        SAFE,
        _("Ask whoever runs the platform, then send again."),
    ),
}

_SEND_AGAIN = _("Send again")
#: What a person's word does, where it does more than try once more.
_AGAIN: Mapping[DeliveryState, str] = {
    DeliveryState.LMS_NEWER: _("Send ours"),
    DeliveryState.COLUMN_DELETED: _("Make the column again"),
}

#: What to do for the column of a part: no launch tells of it, and it is always ours.
_TODO_FOR_PART: Mapping[DeliveryState, str] = {
    DeliveryState.NO_COLUMN: _(
        "Ask whoever runs the platform to let this tool make gradebook columns, then send again."
    ),
    DeliveryState.COLUMN_DELETED: _(
        "Have it made again; all scores of this part then go into it. If it was restored there, we"
        " take that one."
    ),
}
#: Where a score that is taken back is.
_WITHDRAWN: Mapping[DeliveryState, StateWords] = {
    DeliveryState.OWED: StateWords(_("Being taken back"), "arrow-repeat", "note"),
    DeliveryState.ARRIVED: StateWords(
        _("Taken back"),
        "dash-lg",
        "",
        _("The gradebook shows no score of ours any more."),
    ),
}


def words_of(delivery: DeliveryView, wait: Wait | None = None, *, part: str = "") -> StateWords:
    """Return how a delivery is shown to staff.

    Args:
        part: the title of the part that its column is for; empty for the whole.
        wait: what all scores of its column wait for; it matters to those that are on their way.
    """
    found = _WITHDRAWN.get(delivery.state) if delivery.is_withdrawal else None
    found = found or _STATES[delivery.state]
    wait = wait if delivery.state is DeliveryState.OWED else None
    own = WHYS.get((delivery.state, _code_of(delivery, wait)), Why(""))
    theirs = str(delivery.reason.params.get("words") or "") if delivery.reason else ""
    return StateWords(
        word=gettext(found.word),
        icon=found.icon,
        look=found.look,
        happened=_said(own.happened or found.happened),
        means=_said(own.means or found.means),
        todo=_said(own.todo or (part and _TODO_FOR_PART.get(delivery.state)) or found.todo),
        compared=_compared(delivery),
        again=gettext(_AGAIN.get(delivery.state, _SEND_AGAIN)),
        theirs=theirs or None,
        part=part,
        since=wait.since if wait else None,
        next_at=wait.next_at if wait else delivery.next_at,
    )


def _code_of(delivery: DeliveryView, wait: Wait | None) -> str:
    """Return why it waits: what its own try met says more, unless nothing is tried at all."""
    if wait is not None and (wait.is_hold or delivery.reason is None):
        return wait.code
    return delivery.reason.code if delivery.reason else ""


def _said(message: str) -> str:
    """Return a message in the reader's language. gettext has words of its own for nothing."""
    return str(gettext(message)) if message else ""


def _compared(delivery: DeliveryView) -> str:
    if delivery.theirs is None:
        return ""
    theirs, ours = _mark_words(delivery.theirs), _mark_words(delivery.wanted)
    return str(
        gettext("The gradebook shows %(theirs)s; ours is %(ours)s.", theirs=theirs, ours=ours)
    )


def _mark_words(mark: Mark) -> str:
    if mark.points is None:
        return str(gettext("no grade"))
    points, maximum = decimals(mark.points), decimals(mark.maximum)
    return str(gettext("%(points)s of %(maximum)s", points=points, maximum=maximum))


def words_for_learner(delivery: DeliveryView, *, part: str = "") -> StateWords:
    """Return how a delivery is shown to the person it is about: without the platform's affairs."""
    found = _STATES[delivery.state]
    if delivery.state is DeliveryState.ARRIVED:
        happened = gettext("Your grade is in the gradebook of your course.")
    elif delivery.state is DeliveryState.OWED:
        happened = gettext(
            "Your grade is on its way to the gradebook. This takes a few seconds, longer when the"
            " platform is busy."
        )
    elif delivery.state is DeliveryState.WITHHELD and delivery.reason is not None:
        happened = gettext(
            "Nothing new is sent to the gradebook for this. Your grade is safe here."
        )
    elif delivery.state is DeliveryState.WITHHELD:
        happened = gettext("Nothing is sent, because you were excused.")
    elif delivery.state is DeliveryState.LMS_NEWER:
        happened = gettext(
            "The gradebook shows what somebody entered there by hand, and it stays. You need do"
            " nothing."
        )
    else:
        happened = gettext(
            "Your grade is safe here but not in the gradebook yet. The people who run the course"
            " have to settle this; you need do nothing."
        )
    return StateWords(gettext(found.word), found.icon, found.look, happened, part=part)
