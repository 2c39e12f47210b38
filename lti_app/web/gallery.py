"""Every component in every state, for whoever builds pages; it exists in development only.

It asks no database and holds nothing of any person. Its words are for developers, in English.
"""

from typing import Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from lti_app.core.errors import NotFoundError
from lti_app.web.access import Transaction, open_to_all
from lti_app.web.errors import error_response
from lti_app.web.language import PageLocale
from lti_app.web.messages import STATUS_MESSAGES
from lti_app.web.render import Page

FAMILIES = (
    "words",
    "frame",
    "forms",
    "choices",
    "steps",
    "reading",
    "tables",
    "overlays",
    "places",
    "charts",
    "errors",
)
THEMES = ("light", "dark")
DIRECTIONS = ("ltr", "rtl")
_SCALE = ["Never", "Rarely", "Sometimes", "Often", "Almost always"]

blueprint = Blueprint("gallery", __name__)


class _Sample(Form):
    title = StringField("Title", [InputRequired("Write a title.")], description="Learners see it.")
    about = TextAreaField("About", description="At most three sentences.")
    opens_at = DateTimeLocalField("Opens", description="Europe/Berlin, the course’s zone.")
    release = SelectField("Release", choices=[("hand", "By hand"), ("close", "At the close")])
    in_gradebook = BooleanField("In the gradebook", description="One column, 10 points.")
    move = RadioField(
        "First move?", [InputRequired("Choose one.")], choices=[("ask", "Ask"), ("wait", "Wait")]
    )
    asks = RadioField(
        "I ask for help early, before I have tried everything.",
        [InputRequired("Choose one of the five.")],
        choices=list(enumerate(_SCALE, 1)),
    )


def _sample(*, is_amiss: bool) -> _Sample:
    """Return a form that is filled in, or one after an answer that needs another look."""
    typed = {"about": "What was typed stays.", "opens_at": "2027-05-03T09:00", "release": "close"}
    chosen = {"title": "The answer was in the building", "move": "ask", "asks": "4"}
    form = _Sample(MultiDict(typed if is_amiss else typed | chosen | {"in_gradebook": "1"}))
    if is_amiss:
        form.validate()
    return form


@blueprint.get("/gallery")
@blueprint.get("/gallery/<family>")
@open_to_all(transaction=Transaction.OWN)
def show(family: str = FAMILIES[0]) -> Page:
    """Show a family of components, as the address asks: `theme` and `dir` are this page's own."""
    if family not in FAMILIES:
        raise NotFoundError("no_family")
    asked: dict[str, Any] = {}
    if request.args.get("theme") in THEMES:
        asked["page_theme"] = request.args["theme"]
    if request.args.get("dir") in DIRECTIONS:
        asked["page_locale"] = lambda: PageLocale("en", request.args["dir"])
    return Page(
        f"gallery/{family}.html",
        family=family,
        families=FAMILIES,
        modes=request.args.to_dict(),
        filled=_sample(is_amiss=False),
        amiss=_sample(is_amiss=True),
        scale=_SCALE,
        messages=STATUS_MESSAGES.items(),
        **asked,
    )


@blueprint.get("/gallery/errors/<int:status>")
@open_to_all(transaction=Transaction.OWN)
def error(status: int) -> Response:
    """Show the page of a status, with that status."""
    if status not in STATUS_MESSAGES:
        raise NotFoundError("no_status")
    return error_response(f"http_{status}", status)
