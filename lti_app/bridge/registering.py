"""`/lti/register`: an administrator connects a platform, through a link that an operator made.

It shows, asks for one press of a button, and shows what came back. Nothing here is a session.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import MethodNotAllowed

from lti_app.audit import Actor, record_event
from lti_app.bridge.registering_words import WISHES, next_steps
from lti_app.core.logs import get_logger
from lti_app.lti.configuration import ToolConfiguration, offered
from lti_app.lti.dynamic_registration import messages_for
from lti_app.lti.platform_document import PlatformDocument
from lti_app.lti.registering import Offer, Registered, Registrar, product_name
from lti_app.lti.registration import Standing
from lti_app.lti.registration_problems import RegistrationError, Stop
from lti_app.web.access import Transaction, open_to_all
from lti_app.web.context import clock, services
from lti_app.web.limits import count_connecting
from lti_app.web.render import Page

EXTENSION = "rapport.registrar"

_log = get_logger(__name__)
blueprint = Blueprint("registering", __name__, url_prefix="/lti/register")


@dataclass(frozen=True)
class Asked:
    """One wish as it is shown. `is_met`: whether the platform has it, or granted it."""

    title: str
    why: str
    is_met: bool


def _registrar() -> Registrar:
    return cast(Registrar, current_app.extensions[EXTENSION])


@blueprint.get("")
@open_to_all(transaction=Transaction.OWN)
def explain() -> ResponseReturnValue:
    """Say that an invitation is needed; nobody registers without one."""
    raise RegistrationError(Stop.INVITATION_MISSING)


@blueprint.get("/<secret>")
@open_to_all(transaction=Transaction.OWN)
def show(secret: str) -> Page:
    """Show who wants to be connected, what is asked of it and why. Nothing is sent or stored."""
    if request.method == "HEAD":
        # Routing lets HEAD in wherever GET is; nothing is fetched for who sees no page.
        raise MethodNotAllowed(valid_methods=["GET", "POST"])
    count_connecting(current_app)
    tokens = request.args.getlist("registration_token")
    token = tokens[0] if len(tokens) == 1 and tokens[0] else None
    offer = _registrar().offer(secret, request.args.getlist("openid_configuration"), token)
    return Page(
        "bridge/register.html",
        secret=secret,
        sealed=offer.sealed,
        name=offer.invited.name or product_name(offer.document),
        product=product_name(offer.document) if offer.document.product else "",
        document=offer.document,
        is_coded="xn--" in offer.document.host,
        wishes=_wishes(_possible(offer), offer.asked),
        needs_approval=offer.invited.needs_approval,
    )


@blueprint.post("/<secret>")
@open_to_all(transaction=Transaction.OWN)
def register(secret: str) -> Page:
    """Send the registration that was shown, and show what came back."""
    count_connecting(current_app)
    are_confirmed = request.form.get("hosts") == "ours"
    try:
        done = _registrar().accept(
            secret, request.form.get("offer", ""), are_hosts_confirmed=are_confirmed
        )
    except RegistrationError as error:
        _remember_refusal(error)
        raise
    _log.info("platform registered", platform=done.registration.public_id)
    return _done(done)


def _remember_refusal(error: RegistrationError) -> None:
    with services().database.write() as session:
        record_event(
            session,
            "platform.refused",
            at=clock()(),
            actor=Actor.NOBODY,
            about=("platform", ""),
            refused_as=error.code,
        )


def _done(done: Registered) -> Page:
    standing = done.registration.standing
    met = {*done.granted.scopes, *_message_types(done.document, done)}
    return Page(
        "bridge/registered.html",
        name=done.registration.name,
        public_id=done.registration.public_id,
        client_id=done.granted.client_id,
        deployment_id=done.granted.deployment_id,
        host=done.document.host,
        issuer=done.document.issuer,
        is_waiting=standing is Standing.WAITING,
        steps=[gettext(step) for step in next_steps(done.document.product)],
        missing=[wish for wish in _wishes(met, done.asked) if not wish.is_met],
    )


def _wishes(possible: Collection[str], asked: ToolConfiguration) -> list[Asked]:
    return [
        Asked(gettext(wish.title), gettext(wish.why), all(need in possible for need in wish.needs))
        for wish in WISHES
        if not wish.claim or wish.claim in asked.claims
    ]


def _possible(offer: Offer) -> set[str]:
    scopes = offered(offer.asked.scopes, offer.document.scopes)
    return {*scopes, *_message_types(offer.document, offer)}


def _message_types(document: PlatformDocument, shown: Offer | Registered) -> set[str]:
    return {message.type.value for message in messages_for(shown.asked, document)}
