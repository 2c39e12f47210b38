"""Where a score is, in words: what happened, what it means, what to do. It reads no database."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext

from lti_app.core.translation import _
from lti_app.grading.models import DeliveryState
from lti_app.grading.views import DeliveryView


@dataclass(frozen=True)
class StateWords:
    """One state as it is shown: word, icon and colour together.

    Attributes:
        look: of the macro `state`; empty for none.
        happened, todo: for staff; empty where there is nothing to explain or do.
        theirs: the platform's own words, None when it said nothing.
    """

    word: str
    icon: str
    look: str
    happened: str = ""
    todo: str = ""
    theirs: str | None = None


_STATES: Mapping[DeliveryState, StateWords] = {
    DeliveryState.OWED: StateWords(_("On its way"), "arrow-repeat", "note"),
    DeliveryState.ARRIVED: StateWords(_("In the gradebook"), "check2-circle", "good"),
    DeliveryState.LMS_NEWER: StateWords(
        _("Held"),
        "pause-circle",
        "wait",
        _(
            "Somebody graded this person in the gradebook, so we stopped. We do not write over a"
            " person’s decision."
        ),
        _("Leave it as it is, or send ours in its place."),
    ),
    DeliveryState.NO_COLUMN: StateWords(
        _("Not sent"),
        "exclamation-circle",
        "stop",
        _("There is no gradebook column for this link, and the platform lets us make none."),
        _("Give the link a grade in the course’s settings and open it once, then send again."),
    ),
    DeliveryState.COLUMN_DELETED: StateWords(
        _("Not sent"),
        "exclamation-circle",
        "stop",
        _("The gradebook column of this activity was deleted in the platform."),
        _(
            "If it was restored, open the activity once from the course. Choose Send again to have"
            " it made anew."
        ),
    ),
    DeliveryState.NOT_GRADABLE: StateWords(
        _("Not sent"),
        "exclamation-circle",
        "stop",
        _(
            "The platform says that this person cannot be graded in this course. This happens when"
            " their role there is not that of a student, or the course is over."
        ),
        _("Check their role in the platform, then send again. The grade is safe here."),
    ),
    DeliveryState.REFUSED: StateWords(
        _("Not sent"),
        "exclamation-circle",
        "stop",
        _("The platform refused the score."),
        _(
            "Show the reason to the people who look after the platform, then send again. The grade"
            " is safe here."
        ),
    ),
    DeliveryState.NEEDS_ATTENTION: StateWords(
        _("Not sent"),
        "exclamation-circle",
        "stop",
        _("We tried for four weeks and the platform never took the score."),
        _("Ask the people who look after the platform, then send again. The grade is safe here."),
    ),
}

#: Why it is still on its way, or was refused, by the code that the bridge writes down.
_REASONS: Mapping[str, str] = {
    "unknown_outcome": _("The platform did not answer. We ask it before we send anything again."),
    "not_sent": _("The platform could not be reached."),
    "throttled": _("The platform asked us to wait."),
    "unauthorised": _("The platform does not accept our key."),
    "not_offered": _("The platform does not allow us to send scores for this course."),
    "platform_disabled": _("The platform is switched off here."),
    "address_refused": _("The column is at an address that this platform has not named before."),
    "column_missing": _("The gradebook column is being made."),
    "time_ahead": _("The last score was sent moments ago."),
    "job_crashed": _("Something went wrong on our side. We try again by ourselves."),
}


def words_of(delivery: DeliveryView) -> StateWords:
    """Return how a delivery is shown to staff."""
    found = _STATES[delivery.state]
    reason = _REASONS.get(delivery.reason.code) if delivery.reason else None
    theirs = str(delivery.reason.params.get("words") or "") if delivery.reason else ""
    said = [gettext(part) for part in (found.happened, reason) if part]
    return StateWords(
        word=gettext(found.word),
        icon=found.icon,
        look=found.look,
        happened=" ".join(said),
        todo=gettext(found.todo) if found.todo else "",
        theirs=theirs or None,
    )


def words_for_learner(delivery: DeliveryView) -> StateWords:
    """Return how a delivery is shown to the person it is about: without the platform's affairs."""
    found = _STATES[delivery.state]
    if delivery.state is DeliveryState.ARRIVED:
        happened = gettext("Your grade is in the gradebook of your course.")
    elif delivery.state is DeliveryState.OWED:
        happened = gettext(
            "Your grade is on its way to the gradebook. This takes a few seconds, longer when the"
            " platform is busy."
        )
    elif delivery.state is DeliveryState.LMS_NEWER:
        happened = gettext("The gradebook shows what somebody entered there by hand.")
    else:
        happened = gettext(
            "Your grade is safe here but not in the gradebook yet. The people who run the course"
            " can see why."
        )
    return StateWords(gettext(found.word), found.icon, found.look, happened)
