"""How much of what was right may be shown with handed-in answers, and when there will be more."""

from flask_babel import gettext

from lti_app.activities.exercise.player import Outcome
from lti_app.activities.exercise.settings import ExerciseSettings, Feedback
from lti_app.catalog.rules import Release
from lti_app.catalog.views import ActivityView
from lti_app.core.translation import _
from lti_app.submissions.contract import Handed
from lti_app.web.language import local_time

_BOTH = _("What was right is shown once this has closed, on %(time)s, and your grade is released.")
_CLOSE = _("What was right is shown once this has closed, on %(time)s.")
_BOTH_OPEN_ENDED = _(
    "What was right is shown once this has closed and your grade is released; "
    "no closing time is set yet."
)
_CLOSE_OPEN_ENDED = _("What was right is shown once this has closed; no closing time is set yet.")


def outcome_of(activity: ActivityView, settings: ExerciseSettings, handed: Handed) -> Outcome:
    """Return answers with what may be shown of them now."""
    shows_feedback = settings.shows_feedback(
        activity.release, is_released=handed.is_released, is_closed=handed.is_closed
    )
    shows_key = shows_feedback and (handed.is_closed or not handed.has_attempts_left)
    later = "" if shows_key else _later(activity, settings, handed, shows_feedback=shows_feedback)
    return Outcome(
        handed.answers,
        shows_feedback,
        shows_key,
        later,
        shows_steps=settings.shows_each_feedback,
    )


def _later(
    activity: ActivityView, settings: ExerciseSettings, handed: Handed, *, shows_feedback: bool
) -> str:
    if shows_feedback:
        return _told(_("The rest is shown when you have no attempt left, or when this has closed."))
    waits_for_close = settings.feedback is Feedback.AFTER_CLOSE and not handed.is_closed
    waits_for_grade = not handed.is_released and activity.release is not Release.NEVER
    if not waits_for_close:
        return _told(_("What was right is shown once your grade is released."))
    if handed.ends_at is None:
        return _told(_BOTH_OPEN_ENDED if waits_for_grade else _CLOSE_OPEN_ENDED)
    return _told(_BOTH if waits_for_grade else _CLOSE, time=local_time(handed.ends_at))


def _told(words: str, **values: str) -> str:
    told: str = gettext(words, **values)
    return told
