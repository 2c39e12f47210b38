"""The way back into the course: where the launch said that a person leaves to, and what is told.

The address comes from a verified launch and leads to one of the platform's own hosts; it may hold a
secret of the person's, so it is written into no page but the one after leaving, and into no log.
Source: LTI 1.3 Core, section 5.4.4.
"""

from collections.abc import Mapping
from urllib.parse import quote

from flask import Blueprint, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.utils import redirect

from lti_app.core.translation import _
from lti_app.web.access import EVERY_ROLE, access

blueprint = Blueprint("way_back", __name__, url_prefix="/s/<session_key>")

#: What the platform may show to the person: the parameter, and the words.
_SAID: Mapping[str, tuple[str, str]] = {
    "handed_in": ("lti_msg", _("Your work is handed in.")),
    "error": (
        "lti_errormsg",
        _("A page could not be shown. What was saved or handed in before is safe."),
    ),
}


@blueprint.get("/back")
@access(*EVERY_ROLE)
def go() -> ResponseReturnValue:
    """Lead into the course, or to the first page where the launch told no way."""
    address = g.rapport_session.return_url
    if address is None:
        return redirect(url_for("desk.start"), 303)
    return redirect(telling(address, request.args.get("said", "")), 303)


def telling(address: str, code: str) -> str:
    """Return the address with the words of a code added; as it is for a code without words."""
    if code not in _SAID:
        return address
    name, words = _SAID[code]
    return with_parameter(address, name, str(gettext(words)))


def with_parameter(address: str, name: str, value: str) -> str:
    """Return an address with one parameter more; what stood there stays letter for letter.

    >>> with_parameter("https://lms.test/back?id=2&key=a%2Fb#top", "lti_msg", "Handed in")
    'https://lms.test/back?id=2&key=a%2Fb&lti_msg=Handed%20in#top'
    """
    rest, hash_mark, fragment = address.partition("#")
    joint = "&" if "?" in rest else "?"
    return f"{rest}{joint}{name}={quote(value, safe='')}{hash_mark}{fragment}"


def is_framed() -> bool:
    """Whether the page is drawn inside the platform's own; unknown where no browser says so."""
    return request.headers.get("Sec-Fetch-Dest") in ("iframe", "frame")
