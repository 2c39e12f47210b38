"""What an error page says: what happened, what it means, what to do; keyed by code.

Rooms above add their own with `register_messages`; a code without words gets those of its status.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask

from lti_app.core.translation import _

_EXTENSION = "rapport.messages"
_REOPEN = _("Go back to your course and open the activity again.")


@dataclass(frozen=True)
class Message:
    """The words of one error, in the source language; translated when drawn.

    Attributes:
        is_calm: nothing went amiss, and the page does not look as if.
        onward: what the link into the activity says, where the visit goes on.
    """

    title: str
    happened: str
    means: str
    todo: tuple[str, ...] = ()
    is_calm: bool = False
    onward: str = _("Back to the activity")


STATUS_MESSAGES: Mapping[int, Message] = {
    400: Message(
        _("Something got lost on the way"),
        _("Something in the address or the form was missing, or was changed on its way."),
        _("Nothing was saved or changed."),
        (_REOPEN,),
    ),
    401: Message(
        _("Please open the activity again"),
        _("We could not make sure that it is you who asks."),
        _("You are not signed in here, and nothing was saved or changed."),
        (_REOPEN,),
    ),
    403: Message(
        _("This page is not for your role"),
        _("Your role in this course does not include this page."),
        _("Nothing was saved or changed."),
        (_("If you think you should see it, ask the person who runs the course."),),
    ),
    404: Message(
        _("There is nothing here for you to open"),
        _(
            "The page does not exist, it belongs to somebody else, or it was opened in another"
            " window than the one it belongs to."
        ),
        _("Nothing was lost. What you handed in or saved is still there."),
        (
            _REOPEN,
            _("To work in a tab of its own, choose “Open in its own tab” inside the course."),
        ),
    ),
    405: Message(
        _("This page cannot be opened directly"),
        _("It only answers to a button on one of our own pages."),
        _("Nothing was saved or changed."),
        (_REOPEN,),
    ),
    409: Message(
        _("Somebody, or another tab, was faster"),
        _("This was changed after you opened the page."),
        _("Your change was not saved over the other one."),
        (_("Go back, reload the page and look at both before you save again."),),
    ),
    413: Message(
        _("That is too large"),
        _("More was sent at once than we take."),
        _("Nothing of it was saved. Your browser still has it: go back one page."),
        (_("Shorten what you wrote, then save it again."),),
    ),
    415: Message(
        _("We could not read what was sent"),
        _("It arrived in a form that we do not take here."),
        _("Nothing was saved or changed."),
        (_REOPEN,),
    ),
    422: Message(
        _("Something is missing"),
        _("The form was not complete."),
        _("Nothing was saved yet."),
        (_("Go back and look at the marked fields."),),
    ),
    429: Message(
        _("Please wait a minute"),
        _("More came from here in a short time than we answer, so we paused."),
        _("The last step was not done. What you handed in or saved before is safe."),
        (_("Wait a minute, then reload this page."),),
    ),
    500: Message(
        _("Something went wrong on our side"),
        _("We did not expect what happened. It is written down under the reference below."),
        _("What you handed in or saved before is safe. The last step may not have been saved."),
        (
            _("Go back one page and look whether your last step is there."),
            _("If it is not, do it once more."),
        ),
    ),
    503: Message(
        _("We cannot answer just now"),
        _("The tool, or the learning platform, is too busy to answer."),
        _("The last step was not saved. What you handed in or saved before is safe."),
        (_("Wait a few seconds, then reload this page; your browser sends the same again."),),
    ),
}

WEB_MESSAGES: Mapping[str, Message] = {
    "no_session": Message(
        _("Please open this from your course again"),
        _(
            "Your visit has ended, or this page belongs to another tab or window. A visit ends"
            " after an hour without a step, and after eight hours in any case."
        ),
        _("What was saved is still there."),
        (
            _("Go back to your course page."),
            _("Choose the activity there. It opens where you left it."),
            _("If you want it in a tab, choose “Open in its own tab” at its top."),
        ),
    ),
    "request_forged": Message(
        _("We did not take what was sent"),
        _("It did not come from one of our own pages."),
        _("Nothing was saved or changed."),
        (_REOPEN,),
    ),
    "form_too_old": Message(
        _("This form has expired"),
        _(
            "The page with the form was opened in an earlier visit, or in another window, so we did"
            " not take what you sent."
        ),
        _("What was saved before is still there. What you typed since is in your browser only."),
        (
            _("Go back one page: what you typed still stands there. Copy it."),
            _("Open the activity again from your course, and put it in there."),
        ),
    ),
    "wrong_host": Message(
        _("This is not our address"),
        _("The page was asked for under a name that is not the tool’s own."),
        _("Nothing was saved or changed."),
        (_REOPEN,),
    ),
}


def register_messages(app: Flask, messages: Mapping[str, Message]) -> None:
    """Give codes of a room their words."""
    app.extensions.setdefault(_EXTENSION, dict(WEB_MESSAGES)).update(messages)


def message_for(app: Flask, code: str, status: int) -> Message:
    """Return the words of a code, else of its status, else of 500."""
    known: Mapping[str, Message] = app.extensions.get(_EXTENSION, WEB_MESSAGES)
    return known.get(code) or STATUS_MESSAGES.get(status) or STATUS_MESSAGES[500]
