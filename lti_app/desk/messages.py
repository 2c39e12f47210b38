"""The words of this room's errors."""

from collections.abc import Mapping

from lti_app.core.translation import _
from lti_app.web.messages import Message

DESK_MESSAGES: Mapping[str, Message] = {
    "nothing_to_review": Message(
        _("There is no work to look at yet"),
        _(
            "The gradebook sent you to the work of one person. Nobody of that name has opened this"
            " activity from this course so far."
        ),
        _("Nothing was changed."),
        (_("Come back when they have begun."),),
        is_calm=True,
        onward=_("Go to the activity"),
    ),
}
