"""Checks an authentication request of a tool, and says which of two ways a refusal goes.

A refusal goes to the tool only when client and redirect address are known to belong together;
until then it is a page here. It renders nothing and knows no cookie.

Source: LTI Security Framework 1.0, section 5.1.1.2; OpenID Connect Core 1.0, section 3.1.2.
"""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from lti_app.sandbox.models import Enrolment, Launch, Tool

_FIXED = {
    "scope": ("openid", "invalid_scope"),
    "response_type": ("id_token", "unsupported_response_type"),
    "response_mode": ("form_post", "invalid_request"),
    "prompt": ("none", "invalid_request"),
}


class Unanswerable(StrEnum):
    """Why a request cannot be answered to the tool."""

    CLIENT_UNKNOWN = "client_unknown"
    REDIRECT_UNKNOWN = "redirect_unknown"


class UnanswerableError(Exception):
    """The answer is a page here, because it is not known that the address is the tool's."""

    def __init__(self, reason: Unanswerable) -> None:
        super().__init__(reason)
        self.reason = reason


class AuthRefusedError(Exception):
    """The answer is an error that is posted to the tool.

    Args:
        code: of OAuth 2.0 or OpenID Connect, or `launch_no_longer_valid`.
        reason: one English sentence for the developer of the tool.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def find_tool(session: Session, parameters: MultiDict[str, str]) -> Tool:
    """Return the tool that asks, once its redirect address is known to be its own.

    Raises:
        UnanswerableError: an unknown client, or an address that is not registered to the letter.
    """
    client_ids, redirect_uris = parameters.getlist("client_id"), parameters.getlist("redirect_uri")
    tool = session.scalar(select(Tool).where(Tool.client_id.in_(client_ids), Tool.is_active))
    if tool is None or len(client_ids) != 1:
        raise UnanswerableError(Unanswerable.CLIENT_UNKNOWN)
    if len(redirect_uris) != 1 or redirect_uris[0] not in tool.redirect_uris:
        raise UnanswerableError(Unanswerable.REDIRECT_UNKNOWN)
    return tool


def check_parameters(parameters: MultiDict[str, str]) -> None:
    """Check everything that needs no database.

    Raises:
        AuthRefusedError: a parameter is absent, repeated, or not what LTI prescribes.
    """
    repeated = sorted(name for name, values in parameters.lists() if len(values) > 1)
    if repeated:
        raise AuthRefusedError("invalid_request", f"Sent more than once: {', '.join(repeated)}.")
    for name, (value, code) in _FIXED.items():
        if parameters.get(name) != value:
            raise AuthRefusedError(code, f"{name} must be exactly '{value}'.")
    for name in ("nonce", "login_hint", "lti_message_hint"):
        if not parameters.get(name):
            raise AuthRefusedError("invalid_request", f"{name} is missing.")


def check_person(parameters: MultiDict[str, str], signed_in_sub: str | None) -> None:
    """Check that the request is about the person who is signed in here.

    Raises:
        AuthRefusedError: nobody is signed in, or somebody else is.
    """
    if signed_in_sub is None:
        raise AuthRefusedError("login_required", "Nobody is signed in to the platform.")
    if parameters["login_hint"] != signed_in_sub:
        raise AuthRefusedError("access_denied", "login_hint is not the person who is signed in.")


def enrolment_for(session: Session, launch: Launch) -> Enrolment:
    """Return the enrolment by which the person may still open the link.

    Raises:
        AuthRefusedError: the person is no longer active in the course.
    """
    enrolment = session.scalar(
        select(Enrolment).where(
            Enrolment.course_id == launch.link.course_id,
            Enrolment.person_id == launch.person_id,
            Enrolment.is_active,
        )
    )
    if enrolment is None:
        raise AuthRefusedError("access_denied", "The person is no longer in this course.")
    return enrolment
