"""Lets only browsers that may use the control page press its buttons."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from lti_app.sandbox.problems import PageProblem, PageProblemError
from lti_app.sandbox.visitors import may_control


def deeds_blueprint(name: str) -> Blueprint:
    """Return a part of what the control page does, guarded."""
    blueprint = Blueprint(f"deeds_{name}", __name__, url_prefix="/controls")
    blueprint.before_request(_require_permission)
    return blueprint


def back_to_controls() -> ResponseReturnValue:
    """Lead back to the page after something was done."""
    return redirect(url_for("controls.show"), 303)


def _require_permission() -> None:
    if not may_control():
        raise PageProblemError(PageProblem.NO_SUCH_PAGE, 404)
