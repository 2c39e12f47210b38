"""The words of this room's errors."""

from collections.abc import Mapping

from lti_app.core.translation import _
from lti_app.web.messages import Message

_AGAIN = _("Go back to your course and open the activity again.")

SUBMISSIONS_MESSAGES: Mapping[str, Message] = {
    "activity_not_open": Message(
        _("This has not opened yet"),
        _("The activity opens later; the time stands on its page."),
        _("What you sent was not taken. Your browser still has it: go back one page."),
        (_("Come back when it is open."),),
    ),
    "activity_closed": Message(
        _("This has closed"),
        _("The activity takes no more work; the time it closed stands on its page."),
        _("What you sent just now was not taken. What you handed in before that counts."),
        (_("If you need more time, ask the person who runs the course."),),
    ),
    "no_attempts_left": Message(
        _("You have handed this in"),
        _("It can be handed in only so often, and you have done that."),
        _("What you sent just now was not taken. What you handed in before counts."),
        (_AGAIN,),
        is_calm=True,
        onward=_("See what you handed in"),
    ),
    "handed_in_elsewhere": Message(
        _("This was handed in already"),
        _("Another tab or device handed it in after you opened the page."),
        _("That hand-in counts. What you sent just now was not taken."),
        (_AGAIN,),
        is_calm=True,
        onward=_("See what you handed in"),
    ),
    "item_changed": Message(
        _("This exercise has changed"),
        _("This exercise was changed after you opened it."),
        _("Nothing was handed in or saved: what you sent answers it as it was."),
        (
            _("Open the page as it is now, and answer it there."),
            _("To read what you had answered, go back one page in your browser first."),
        ),
        is_calm=True,
        onward=_("Open the page as it is now"),
    ),
    "draft_conflict": Message(
        _("Another tab was faster"),
        _("Another tab or device saved other answers after you opened the page."),
        _("Those are kept, and what you sent just now was not saved over them."),
        (_AGAIN,),
    ),
    "key_reused": Message(
        _("This was handed in already"),
        _("The same page was handed in before, with other answers."),
        _("The first answers count. What you sent just now was not taken."),
        (_AGAIN,),
        is_calm=True,
        onward=_("See what you handed in"),
    ),
    "stage_has_changed": Message(
        _("This person stands elsewhere by now"),
        _("Somebody else decided about this person, or they handed in, after you opened the page."),
        _("What you decided was not saved."),
        (_("Go back, reload the page and look at where the person stands."),),
    ),
    "answers_refused": Message(
        _("Something is missing"),
        _("The answers are not complete, or not those this activity asks for."),
        _("Nothing was handed in."),
        (_("Go back and look at what is not answered yet."),),
    ),
}
