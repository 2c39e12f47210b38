"""A launch whose browser brought no cookie: the page that asks the platform's page, and its answer.

The page only reads and reports. Whether the words fit is decided here, in a request that no other
site can make: same origin, JSON, and a header of our own. Only that request starts a session. It
brings the ticket of the page that the posting browser got: whoever began the login knows the words
too, and may be somebody else.
"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import BadRequest

from lti_app.bridge.entrance import bridge, let_in, page_for_nobody, refusals_remembered
from lti_app.bridge.launch import Entered
from lti_app.bridge.messages import NOTHING_KEPT
from lti_app.core.errors import ForbiddenError
from lti_app.lti.addresses import origin_of
from lti_app.lti.errors import LtiError, Reason
from lti_app.lti.launch import LaunchForm
from lti_app.lti.login import cookie_name_of
from lti_app.lti.storage import Holder, StoredWords
from lti_app.lti.verified import UnboundLaunch, VerifiedLaunch
from lti_app.lti.waiting import let_wait, take_waiting
from lti_app.web.access import Transaction, open_to_all
from lti_app.web.context import clock, services
from lti_app.web.cookies import expire_surplus
from lti_app.web.limits import count_finish
from lti_app.web.render import Page
from lti_app.web.session import path_of_key
from lti_app.web.sessions import SessionGrant, set_session_cookie

#: A form cannot send it, and a script of another site only after asking: nobody answers yes.
HEADER = "X-Rapport-Launch"
_MAX_BYTES = 8 * 1024
_LONGEST_WORD = 512

blueprint = Blueprint("lti_storage", __name__, url_prefix="/lti")


def storage_origin(target: str | None, auth_url: str) -> str:
    """Return the only origin that may keep words for us, empty when there is none.

    Args:
        auth_url: the registered one. Hosted platforms keep words there, not at their issuer.
    """
    if target is None:
        return ""
    own = services().settings.base_url
    return origin_of(own if target == Holder.OWN_OPENER else auth_url) or ""


def asking_page(launch: UnboundLaunch, id_token: str) -> Page:
    """Let a launch wait, and return the page that asks for what was kept."""
    with services().database.write() as session:
        ticket = let_wait(session, services().keyring, launch, id_token=id_token, now=clock()())
    return Page(
        "bridge/asking.html",
        title=gettext(NOTHING_KEPT.title),
        happened=gettext(NOTHING_KEPT.happened),
        means=gettext(NOTHING_KEPT.means),
        codes=f"{Reason.NOT_IN_STORAGE} {Reason.STORAGE_MISMATCH}",
        todo=[gettext(step) for step in NOTHING_KEPT.todo],
        state=launch.state,
        nonce=launch.nonce,
        ticket=ticket,
        target=launch.storage_target,
        origin=storage_origin(launch.storage_target, launch.registration.auth_url),
    )


@dataclass(frozen=True, repr=False)
class _Report:
    """What the asking page says: its own ticket, and what was kept."""

    state: str
    ticket: str
    stored: StoredWords


@blueprint.post("/finish")
@open_to_all(transaction=Transaction.OWN)
def finish() -> ResponseReturnValue:
    """Receive what the platform's page had kept; if it fits, the waiting launch goes on."""
    request.max_content_length = _MAX_BYTES
    if HEADER not in request.headers:
        raise ForbiddenError("request_forged")
    count_finish(current_app)
    report = _read_report()
    with refusals_remembered():
        verified = _verify(report)
        # The attempt's cookie went missing on the platform's way back only.
        keeps_cookies = cookie_name_of(report.state) in request.cookies
        entered = let_in(verified, keeps_cookies=keeps_cookies)
    return _answer(entered, verified, keeps_cookies=keeps_cookies)


def _read_report() -> _Report:
    """Read what the page sent. What is no JSON is refused with 415."""
    sent = request.get_json(cache=False)
    stored = sent.get("stored") if isinstance(sent, dict) else None
    if not isinstance(stored, dict):
        raise BadRequest
    words = {name: _word(stored.get(name)) for name in ("state", "nonce", "secret")}
    state, ticket = (_word(sent.get(name)) or "" for name in ("state", "ticket"))
    return _Report(state, ticket, StoredWords(**words))


def _word(value: Any) -> str | None:
    is_word = isinstance(value, str) and value.isascii() and 0 < len(value) <= _LONGEST_WORD
    return value if is_word else None


def _verify(report: _Report) -> VerifiedLaunch:
    with services().database.write() as session:
        id_token = take_waiting(
            session, services().keyring, report.state, ticket=report.ticket, now=clock()()
        )
    if id_token is None:
        raise LtiError(Reason.NOT_WAITING)
    form = LaunchForm(state=report.state, id_token=id_token)
    verified = bridge().verifier.verify(form, {}, stored=report.stored)
    if isinstance(verified, UnboundLaunch):
        raise LtiError(Reason.NOT_IN_STORAGE)
    return verified


def _answer(entered: Entered, launch: VerifiedLaunch, *, keeps_cookies: bool) -> Response:
    grant: SessionGrant | None = entered.grant
    if grant is None:
        return jsonify(page=page_for_nobody(entered, launch).draw().get_data(as_text=True))
    response = jsonify(path=path_of_key(grant.key) + entered.path)
    if keeps_cookies:
        set_session_cookie(response, grant)
        expire_surplus(request, response)
    return response
