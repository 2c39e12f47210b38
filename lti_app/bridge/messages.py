"""What a person reads when a login or launch ends early: what happened, what it means, what to do.

Many reasons share their words: a learner needs to know what to do, the log says which it was.
"""

from collections.abc import Mapping

from lti_app.core.translation import _
from lti_app.lti.errors import Reason
from lti_app.web.messages import Message

_REOPEN = _("Go back to your course and open the activity again.")
_TELL = _("If it happens again, tell whoever runs your learning platform.")
_NOTHING_LOST = _("Nothing was lost, and nothing was changed.")

_LOGIN_UNREADABLE = Message(
    _("The learning platform’s request was not complete"),
    _("Your learning platform opened this tool without something that we need."),
    _("You are not signed in here yet."),
    (_REOPEN, _TELL),
)
_NOT_REGISTERED = Message(
    _("Your learning platform and Rapport are not connected yet"),
    _("The link in your course leads here, but nobody has connected the two."),
    _("You cannot be signed in until they are. You have done nothing wrong."),
    (
        _(
            "Tell whoever runs your learning platform. For them: its issuer, or its client id, is"
            " not registered here."
        ),
    ),
)
_NOT_OURS = Message(
    _("This link leads somewhere else"),
    _("The link in the course points to an address that is not ours."),
    _("We do not follow it, to keep you safe."),
    (_("Tell the person who runs the course; the link has to be made again."),),
)
_SWITCHED_OFF = Message(
    _("This learning platform is switched off here"),
    _("Whoever runs Rapport has switched off the connection to your learning platform."),
    _NOTHING_LOST,
    (_("Tell whoever runs your learning platform."),),
)
_NOT_APPROVED = Message(
    _("This learning platform has to be approved first"),
    _("It was connected with Rapport a short while ago, and nobody has approved it here yet."),
    _("It opens once whoever runs Rapport has approved it. You have done nothing wrong."),
    (_("Tell whoever runs your learning platform. For them: the connection waits for approval."),),
)
_TOO_OLD = Message(
    _("This link has expired: open the activity from your course again"),
    _(
        "Each opening from the course works once, for your safety, and only for a few minutes. You"
        " see this after a reload, or when you come back to the page with the Back button."
    ),
    _("What was saved is still there."),
    (
        _("Go back to your course page."),
        _("Choose the activity there. It opens where you left it."),
    ),
)
_NO_COOKIE = Message(
    _("Your browser did not bring back our cookie"),
    _("We could not make sure that this browser is the one that began to open the activity."),
    _("You are not signed in here, and nothing was changed."),
    (
        _("Go back to your course and open the activity in a new tab or window."),
        _("If your browser blocks all cookies, allow them for this address."),
    ),
)
#: Also on the page that asks the platform, for when nothing comes back.
NOTHING_KEPT = Message(
    _("We could not sign you in inside this page"),
    _(
        "Your browser keeps no cookie here, and your learning platform did not bring back what we"
        " had asked it to keep. So we cannot tell that this browser began to open the activity."
    ),
    _("You are not signed in here, and nothing was changed."),
    (
        _("Go back to your course and open the activity in a new tab or window."),
        _("If your browser blocks all cookies, allow them for this address."),
    ),
)
_SIGN_IN_AGAIN = Message(
    _("Please sign in to your learning platform again"),
    _("Your learning platform says that you are not signed in there any more."),
    _NOTHING_LOST,
    (_("Sign in to your learning platform, then open the activity again."),),
)
_PLATFORM_REFUSED = Message(
    _("Your learning platform did not open the activity"),
    _("It answered with an error instead of signing you in."),
    _NOTHING_LOST,
    (_REOPEN, _TELL),
)
_NOT_PROVEN = Message(
    _("We could not check who sent this"),
    _("What your learning platform sent does not carry a signature that we can trust."),
    _("You are not signed in here, and nothing was changed."),
    (_REOPEN, _TELL),
)
_CLOCK = Message(
    _("The clocks do not agree"),
    _("What opened the activity is too old, or seems to come from the future."),
    _NOTHING_LOST,
    (
        _REOPEN,
        _("If it happens again, the clock of the learning platform, or ours, is wrong: tell them."),
    ),
)
_KEYS_DOWN = Message(
    _("Your learning platform does not answer"),
    _("Before we open anything we make sure with it who sends this, and no answer came."),
    _NOTHING_LOST,
    (_("Wait a minute, then open the activity again from your course."), _TELL),
)
_WAITS = Message(
    _("This has to be approved first"),
    _("Rapport was added to a new place in your learning platform, and that was not approved yet."),
    _("It opens once whoever runs Rapport has approved it. You have done nothing wrong."),
    (
        _(
            "Tell whoever runs your learning platform. For them: a deployment waits for approval"
            " here; “rapport deployment list” names it."
        ),
    ),
)
_UNSUPPORTED = Message(
    _("We do not know this kind of message"),
    _("Your learning platform asked for something that this tool does not offer."),
    _("Nothing was changed."),
    (_REOPEN, _TELL),
)
_UNREADABLE = Message(
    _("What your learning platform sent could not be read"),
    _("Something that we need is missing from it, or has a form that we do not know."),
    _("You are not signed in here, and nothing was changed."),
    (_REOPEN, _TELL),
)
_NOBODY = Message(
    _("Your learning platform did not say who you are"),
    _("It opened the activity without naming a person, and this activity needs one."),
    _("You are not signed in here, and nothing was changed."),
    (_("Sign in to your learning platform, then open the activity again."), _TELL),
)

_NOT_YOURS = Message(
    _("This is the work of somebody else"),
    _("Your learning platform asked us to open what another person has done."),
    _("Only they and the people who run the course can see it. Nothing was changed."),
    (_("To see your own work, open it from your grades, or from the course."),),
)

_MAY_NOT_ADD = Message(
    _("Adding content is for people who make the course"),
    _("Your role in this course does not include it."),
    _NOTHING_LOST,
    (_("If you think it should, ask the person who runs the course."),),
)
_ADDED_OUTSIDE = Message(
    _("Activities are added inside a course"),
    _("Your learning platform opened this from a place that belongs to no course."),
    _("Nothing was added."),
    (_("Open your course, and add the activity there."),),
)
_NO_WAY_BACK = Message(
    _("We could not bring anything back from here"),
    _("The learning platform named an address to go back to that is not its own, or none."),
    _("We do not follow it, to keep you safe. Nothing was added."),
    (_TELL,),
)

_GROUPS: tuple[tuple[Message, tuple[Reason, ...]], ...] = (
    (
        _LOGIN_UNREADABLE,
        (Reason.PARAMETER_MISSING, Reason.PARAMETER_REPEATED, Reason.PARAMETER_TOO_LONG),
    ),
    (_NOT_REGISTERED, (Reason.PLATFORM_UNKNOWN, Reason.CLIENT_AMBIGUOUS)),
    (_NOT_OURS, (Reason.TARGET_NOT_OURS,)),
    (_SWITCHED_OFF, (Reason.REGISTRATION_DISABLED,)),
    (_NOT_APPROVED, (Reason.REGISTRATION_WAITING,)),
    (
        _TOO_OLD,
        (
            Reason.STATE_MISSING,
            Reason.STATE_UNKNOWN,
            Reason.STATE_EXPIRED,
            Reason.STATE_USED,
            Reason.NOT_WAITING,
            Reason.LAUNCH_EXPIRED,
        ),
    ),
    (_NO_COOKIE, (Reason.COOKIE_MISSING, Reason.COOKIE_MISMATCH)),
    (NOTHING_KEPT, (Reason.NOT_IN_STORAGE, Reason.STORAGE_MISMATCH)),
    (_SIGN_IN_AGAIN, (Reason.LOGIN_REQUIRED,)),
    (_PLATFORM_REFUSED, (Reason.PLATFORM_REFUSED,)),
    (
        _CLOCK,
        (
            Reason.TOKEN_EXPIRED,
            Reason.TOKEN_TOO_OLD,
            Reason.TOKEN_FROM_FUTURE,
            Reason.TOKEN_NOT_YET_VALID,
        ),
    ),
    (_KEYS_DOWN, (Reason.KEYS_UNAVAILABLE,)),
    (_WAITS, (Reason.DEPLOYMENT_UNKNOWN, Reason.DEPLOYMENT_PENDING)),
    (_UNSUPPORTED, (Reason.MESSAGE_TYPE_UNSUPPORTED, Reason.VERSION_UNSUPPORTED)),
    (_NOBODY, (Reason.SUB_MISSING,)),
    (_MAY_NOT_ADD, (Reason.ROLE_MAY_NOT_ADD,)),
    (_ADDED_OUTSIDE, (Reason.COURSE_MISSING,)),
    (_NO_WAY_BACK, (Reason.RETURN_URL_MISSING, Reason.RETURN_URL_REFUSED)),
    (_NOT_YOURS, (Reason.REVIEW_OF_ANOTHER,)),
    (
        _NOT_PROVEN,
        (
            Reason.ALG_NOT_ALLOWED,
            Reason.TYP_NOT_ALLOWED,
            Reason.CRIT_UNSUPPORTED,
            Reason.KID_MISSING,
            Reason.KID_UNKNOWN,
            Reason.SIGNATURE_MISMATCH,
            Reason.ISSUER_MISMATCH,
            Reason.AUDIENCE_MISMATCH,
            Reason.AZP_MISMATCH,
            Reason.NONCE_MISSING,
            Reason.NONCE_MISMATCH,
        ),
    ),
)
_NAMED = {reason: message for message, reasons in _GROUPS for reason in reasons}

LTI_MESSAGES: Mapping[str, Message] = {
    reason.value: _NAMED.get(reason, _UNREADABLE) for reason in Reason
}
