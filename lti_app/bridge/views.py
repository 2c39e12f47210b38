"""The addresses a platform knows: `/lti/login`, `/lti/launch`, `/lti/jwks.json`."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, parse_qsl

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import MethodNotAllowed, RequestEntityTooLarge, UnsupportedMediaType

from lti_app.bridge.entrance import bridge, let_in, page_for_nobody, refusals_remembered
from lti_app.bridge.storage_views import asking_page, storage_origin
from lti_app.lti.keys import public_jwks
from lti_app.lti.launch import parse_launch_form
from lti_app.lti.login import LoginStart, parse_login, start_login
from lti_app.lti.verified import UnboundLaunch
from lti_app.web.access import Transaction, open_to_all
from lti_app.web.context import clock, db, services
from lti_app.web.cookies import expire_surplus, set_frame_cookie
from lti_app.web.csrf import is_from_our_pages
from lti_app.web.headers import allow_form_target
from lti_app.web.limits import count_login
from lti_app.web.render import hidden_inputs
from lti_app.web.session import path_of_key
from lti_app.web.sessions import SessionGrant, set_session_cookie

KEYS_MAX_AGE_SECONDS = 3600
MAX_LAUNCH_BYTES = 300 * 1024
MAX_FIELDS = 1000
#: Beyond this a server on the way may cut the address; the form is posted instead.
LONGEST_ADDRESS = 3000
_FORM = "application/x-www-form-urlencoded"

blueprint = Blueprint("lti", __name__, url_prefix="/lti")


def _sent() -> dict[str, list[str]]:
    """Return every value of every name that was sent, as a platform sends it: by query or form."""
    if request.method == "GET":
        return request.args.to_dict(flat=False)
    if request.mimetype != _FORM:
        raise UnsupportedMediaType
    body = request.get_data(cache=False).decode("utf-8", "replace")
    try:
        return parse_qs(body, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise RequestEntityTooLarge from error


@blueprint.route("/login", methods=["GET", "POST"], provide_automatic_options=False)
@open_to_all(transaction=Transaction.OWN, is_csrf_exempt=True)
def login() -> ResponseReturnValue:
    """Begin a login that the platform asked for. Source: Security Framework 1.0, section 5.1.1."""
    if request.method == "HEAD":
        # Routing lets HEAD in wherever GET is; here it would begin a login that nobody follows.
        raise MethodNotAllowed(valid_methods=["GET", "POST"])
    sent, now = _sent(), clock()()
    count_login(current_app, sent)
    asked = parse_login(sent)
    with services().database.change_tables() as tables:
        start = start_login(
            tables, asked, base_url=_base_url(), now=now, is_from_own_page=_is_from_own_page()
        )
    response = _login_page(start, sent)
    set_frame_cookie(
        response,
        start.cookie_name,
        start.browser_secret,
        max_age=int((start.expires_at - now).total_seconds()),
    )
    expire_surplus(request, response)
    return response


def _base_url() -> str:
    return services().settings.base_url


def _is_from_own_page() -> bool:
    """Whether a page of ours opened this window, because its own frame holds no cookie."""
    headers = request.headers
    return is_from_our_pages(
        headers.get("Sec-Fetch-Site"), headers.get("Origin"), base_url=_base_url()
    )


def _login_page(start: LoginStart, sent: Mapping[str, Sequence[str]]) -> Response:
    allow_form_target(start.auth_url)
    is_long = start.is_longer_than(LONGEST_ADDRESS)
    action, fields = start.auth_url, [*start.fields.items()]
    if not is_long and "?" in action:
        # A form sent by GET replaces the query of its action, so its fields must hold that too.
        action, _, query = action.partition("?")
        fields = [*parse_qsl(query, keep_blank_values=True), *fields]
    return bridge().login_page.fill(
        method="post" if is_long else "get",
        action=action,
        fields=hidden_inputs(fields),
        again=hidden_inputs((name, value) for name, values in sent.items() for value in values),
        target=start.storage_target or "",
        origin=storage_origin(start.storage_target, start.auth_url),
        # On the page only where somebody is to keep it.
        secret=start.browser_secret if start.storage_target else "",
    )


@blueprint.post("/launch")
@open_to_all(transaction=Transaction.OWN, is_csrf_exempt=True)
def launch() -> ResponseReturnValue:
    """Receive what the platform says of a launch. Source: LTI 1.3 Core, section 5.1.1."""
    request.max_content_length = MAX_LAUNCH_BYTES
    form = parse_launch_form(_sent())
    with refusals_remembered():
        verified = bridge().verifier.verify(form, request.cookies)
        if isinstance(verified, UnboundLaunch):
            return asking_page(verified, form.id_token or "").draw()
        entered = let_in(verified)
    if entered.grant is None:
        return page_for_nobody(entered, verified).draw()
    return _into_session(entered.grant, entered.path)


def _into_session(grant: SessionGrant, path: str) -> Response:
    response = Response(status=303, headers={"Location": path_of_key(grant.key) + path})
    set_session_cookie(response, grant)
    expire_surplus(request, response)
    return response


@blueprint.get("/jwks.json")
@open_to_all()
def jwks() -> Response:
    """Publish our public keys. Source: Security Framework 1.0, section 6.3."""
    response = jsonify(public_jwks(db(), now=clock()()))
    response.headers["Cache-Control"] = f"public, max-age={KEYS_MAX_AGE_SECONDS}"
    return response
