"""The page of a review that has nothing to show."""

from typing import NoReturn

from flask import Blueprint

from lti_app.core.errors import NotFoundError
from lti_app.web.access import EVERY_ROLE, access

blueprint = Blueprint("reviewing", __name__, url_prefix="/s/<session_key>")


@blueprint.get("/nothing-to-review")
@access(*EVERY_ROLE)
def nothing() -> NoReturn:
    """Say that there is nothing yet, whoever was meant.

    Raises:
        NotFoundError: always, with words of its own.
    """
    raise NotFoundError("nothing_to_review")
