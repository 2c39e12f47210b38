"""The pages that say what went wrong: a code on the way, words only where it is shown."""

from enum import StrEnum

from flask import render_template
from flask.typing import ResponseReturnValue

from lti_app.sandbox.wording import _


class PageProblem(StrEnum):
    """What can stand in the way of a page."""

    NOBODY_ENTERED = "nobody_entered"
    NOT_YOURS = "not_yours"
    NOT_FROM_HERE = "not_from_here"
    NO_SUCH_PAGE = "no_such_page"
    NOT_UNDERSTOOD = "not_understood"
    TOKEN_UNKNOWN = "token_unknown"  # noqa: S105 - the name of a problem, not a secret


class PageProblemError(Exception):
    """A page that cannot be shown, with the status to answer."""

    def __init__(self, problem: PageProblem, status: int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.status = status


def render_problem(code: str, status: int) -> ResponseReturnValue:
    """Return the page for a problem whose code has words in the table below."""
    title, text = _words()[code]
    return render_template("sandbox/problem.html", title=title, text=text), status


def _words() -> dict[str, tuple[str, str]]:
    return {
        "nobody_entered": (
            _("Nobody has entered"),
            _(
                "Choose a person on the home page. If you have just done so, your browser did not"
                " keep this site's cookie: Firefox and browsers made from Chromium keep it."
            ),
        ),
        "not_yours": (
            _("This is not part of your courses"),
            _("Enter as somebody who is in the course, then open it from there."),
        ),
        "not_from_here": (
            _("This form came from another site"),
            _("Nothing was changed. Open the page here and press the button again."),
        ),
        "no_such_page": (
            _("There is no such page"),
            _("The address may be old. The home page lists the courses."),
        ),
        "not_understood": (
            _("A field was filled in with something else than it takes"),
            _("Nothing was changed. Go back; figures are written with figures and a point."),
        ),
        "token_unknown": (
            _("This is not the control token"),
            _("It is the one that this platform was started with. Go back and try again."),
        ),
        "client_unknown": (
            _("No tool is registered with this client id"),
            _(
                "A tool asked this platform to sign somebody in, but no registration has its client"
                " id. Compare the client id in the tool with the one this platform was started"
                " with."
            ),
        ),
        "launch_unknown": (
            _("This launch is over, or it never began here"),
            _(
                "The tool's request does not belong to a launch that is under way in this browser,"
                " or a part of it is missing. Open the link from the course again."
            ),
        ),
        "redirect_unknown": (
            _("The address to go back to is not registered"),
            _(
                "The tool asked for an answer at an address that differs from the registered one."
                " They must be equal to the letter, the query included."
            ),
        ),
    }
