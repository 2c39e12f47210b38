"""The words of this room's errors."""

from collections.abc import Mapping

from lti_app.core.translation import _
from lti_app.web.messages import Message

DESK_MESSAGES: Mapping[str, Message] = {
    "groups_of_platform": Message(
        _("These groups belong to your learning platform"),
        _("They are made there and only read here."),
        _("Nothing was changed."),
        (_("Change them in the learning platform, or make a set of your own here."),),
    ),
    "nothing_to_review": Message(
        _("There is no work to look at yet"),
        _(
            "The gradebook sent you to the work of one person. They have not opened this activity"
            " from this course so far."
        ),
        _("Nothing was changed."),
        (_("Come back when they have begun."),),
        is_calm=True,
        onward=_("Go to the activity"),
    ),
    "deep_link_answered": Message(
        _("This went back already"),
        _(
            "We handed it to your browser once. Whether it reached your course, only the course"
            " shows."
        ),
        _("Nothing is handed over twice."),
        (
            _("Look in your course whether it is there."),
            _("If it is not, or to add more, begin again there."),
        ),
        is_calm=True,
    ),
    "adding_ended": Message(
        _("Please begin again in your course"),
        _(
            "Your visit has ended, as it does after an hour without a step, or this page belongs to"
            " another tab or window."
        ),
        _("Nothing was added to the course. What you made of your own is kept."),
        (
            _("Close this page, and go to your course in the learning platform."),
            _("Choose there once more to add an activity, and pick what you would like."),
        ),
        is_calm=True,
    ),
    "deep_link_too_late": Message(
        _("This has waited too long"),
        _("You opened this page hours ago, and your learning platform no longer waits for it."),
        _("Nothing was added to the course."),
        (_("Begin again in your course."),),
        is_calm=True,
    ),
    "signing_key_missing": Message(
        _("We cannot sign anything just now"),
        _("What goes to your learning platform is signed, and the key for it is missing here."),
        _("Nothing was added, and nothing was sent. What you chose is kept for a while."),
        (_("Tell whoever runs Rapport: “rapport keys rotate” makes a key."),),
    ),
}
