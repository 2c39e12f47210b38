"""Why a score is where it is: what happened, what it means, what to do. Only sentences."""

from collections.abc import Mapping
from dataclasses import dataclass

from lti_app.core.translation import _
from lti_app.grading.models import DeliveryState


@dataclass(frozen=True)
class Why:
    """One reason in words, marked for translation. What is empty, the state's own words say."""

    happened: str
    means: str = ""
    todo: str = ""


SAFE = _("The grade is safe here.")
_ASK_FOR_US = _("Ask whoever runs Rapport, then send again.")
_OPEN_ONCE = _("Open the activity once from the course, then send again.")

#: By the state and the code that the bridge writes down with it.
WHYS: Mapping[tuple[DeliveryState, str], Why] = {
    (DeliveryState.OWED, "unknown_outcome"): Why(
        _("The platform did not answer."),
        _("It may have taken the score all the same, so we look before we send it again."),
    ),
    (DeliveryState.OWED, "not_sent"): Why(
        _("The platform could not be reached."), _("The grade is safe here, and we try again.")
    ),
    (DeliveryState.OWED, "throttled"): Why(
        _("The platform is busy and asked us to wait."), _("We go on as soon as it lets us.")
    ),
    (DeliveryState.OWED, "unauthorised"): Why(
        _("The platform does not accept our key, so all scores for it wait."),
        _("They go by themselves once that is mended."),
        _("Tell whoever runs Rapport."),
    ),
    (DeliveryState.OWED, "host_silent"): Why(
        _("The platform does not answer, so we ask it only now and then."),
        _("The grade is safe here and goes by itself once the platform answers."),
    ),
    (DeliveryState.OWED, "restored"): Why(
        _("This tool was restored from a backup, so no score is sent for now."),
        _("Gradebooks may show newer results than the backup knows. The grade is safe here."),
        _("Ask whoever runs Rapport to compare the two and let scores go again."),
    ),
    (DeliveryState.OWED, "stale_time"): Why(
        _("The platform says that it has a newer score already."), _("We look and try again.")
    ),
    (DeliveryState.OWED, "time_ahead"): Why(
        _("Scores of this person left moments ago."), _("This one follows in a little while.")
    ),
    (DeliveryState.OWED, "column_missing"): Why(
        _("The gradebook column is being made."), _("The score follows.")
    ),
    (DeliveryState.OWED, "column_changing"): Why(
        _("The gradebook column gets the activity’s new points first."), _("The score follows.")
    ),
    (DeliveryState.WITHHELD, "out_of_gradebook"): Why(
        _("The activity was taken out of the gradebook before the score was sent."),
        _("The grade is safe here, and nothing new is sent."),
        _("To send it, put the activity into the gradebook again in its settings."),
    ),
    (DeliveryState.LMS_NEWER, "differs_after_restore"): Why(
        _(
            "This tool was restored from a backup, and the gradebook shows another result than we"
            " remember."
        ),
        _("We do not write over it."),
    ),
    (DeliveryState.LMS_NEWER, "kept_out"): Why(
        _("The platform took our score, and goes on showing what somebody entered there."),
        _("It keeps a grade that was entered by hand until a person takes it back there."),
        _(
            "Leave it as it is. Or take back there what was entered (in Moodle: no longer"
            " “Overridden”), then send ours."
        ),
    ),
    (DeliveryState.NO_COLUMN, "refused"): Why(
        _("There is no gradebook column for this link, and the platform refused to make one.")
    ),
    (DeliveryState.NO_COLUMN, "gone"): Why(
        _("There is no gradebook column for this link: the platform does not find the course’s.")
    ),
    (DeliveryState.NO_COLUMN, "address_refused"): Why(
        _("The gradebook of this course is at an address that the platform has not named before."),
        _("So nothing was sent there. The grade is safe here."),
        _OPEN_ONCE,
    ),
    (DeliveryState.NO_COLUMN, "platform_disabled"): Why(
        _("The platform is switched off in this tool, so no gradebook column was made."),
        todo=_ASK_FOR_US,
    ),
    (DeliveryState.REFUSED, "not_offered"): Why(
        _("The platform does not allow us to send scores for this course."),
        todo=_(
            "Ask whoever runs the platform to allow it, open the activity once from"
            " the course, then send again."
        ),
    ),
    (DeliveryState.REFUSED, "address_refused"): Why(
        _("The gradebook column is at an address that the platform has not named before."),
        _("So nothing was sent there. The grade is safe here."),
        _OPEN_ONCE,
    ),
    (DeliveryState.REFUSED, "platform_disabled"): Why(
        _("The platform is switched off in this tool, so nothing is sent."), todo=_ASK_FOR_US
    ),
    (DeliveryState.NEEDS_ATTENTION, "unknown_outcome"): Why(
        _("We tried for four weeks, and the platform never answered.")
    ),
    (DeliveryState.NEEDS_ATTENTION, "not_sent"): Why(
        _("We tried for four weeks, and the platform could never be reached.")
    ),
    (DeliveryState.NEEDS_ATTENTION, "stale_time"): Why(
        _("We tried for four weeks, and the platform kept saying that it has a newer score.")
    ),
    (DeliveryState.NEEDS_ATTENTION, "not_compared"): Why(
        _(
            "This tool was restored from a backup, and the platform did not tell what its gradebook"
            " shows."
        ),
        _("So nothing was sent. The grade is safe here."),
    ),
}
