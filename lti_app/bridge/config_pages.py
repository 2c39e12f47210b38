"""What an administrator needs to connect a platform by hand: `/lti/config`, `/lti/canvas.json`.

Everything on them is public: no person, no platform and no key but the address of the public ones.
"""

from flask import Blueprint, Response, jsonify

from lti_app.core.errors import NotFoundError
from lti_app.lti.canvas_json import canvas_json
from lti_app.lti.configuration import configuration_for
from lti_app.lti.forms_of_platforms import forms_by_hand
from lti_app.lti.quirks import Family
from lti_app.web.access import Transaction, ViewResult, open_to_all
from lti_app.web.context import services
from lti_app.web.render import Page

MAX_AGE_SECONDS = 300

blueprint = Blueprint("config", __name__, url_prefix="/lti")


@blueprint.get("/config")
@blueprint.get("/config/<key>")
@open_to_all(transaction=Transaction.OWN)
def show(key: str = "moodle") -> ViewResult:
    """Show every value that a platform's form asks for, in its order."""
    forms = forms_by_hand(services().settings.base_url)
    if key not in forms:
        raise NotFoundError("page_not_found")
    return Page("bridge/config.html", form=forms[key], forms=list(forms.values()))


@blueprint.get("/canvas.json")
@open_to_all(transaction=Transaction.OWN)
def for_canvas() -> Response:
    """Answer Canvas, which reads its whole form from here."""
    asked = configuration_for(services().settings.base_url, Family.CANVAS)
    response = jsonify(canvas_json(asked))
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    return response
