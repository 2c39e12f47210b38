"""The login: what starts it, whether the tool's request is admitted, and which way a refusal goes.

A refusal goes to the tool only when client and redirect address are known to belong together;
until then it is a page here. It renders nothing and knows no cookie.

Source: LTI Security Framework 1.0, section 5.1.1; OpenID Connect Core 1.0, section 3.1.2.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from lti_app.sandbox.dialects.plain.hints import take_launch
from lti_app.sandbox.models import Launch, Link, Tool
from lti_app.sandbox.sign_in_errors import AuthRefusedError, Unanswerable, UnanswerableError
from lti_app.sandbox.storage import PARENT

Sign = Callable[[Mapping[str, object]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An authentication request, and who is at the browser that brings it."""

    parameters: MultiDict[str, str]
    signed_in_sub: str | None
    browser: str
    now: datetime

    def __getitem__(self, name: str) -> str:
        return self.parameters.get(name, "")


class SignIn:
    """One parameter wrong, and the tool hears which."""

    #: What stands in a request to the letter, and the code of its refusal.
    fixed: ClassVar[Mapping[str, tuple[str, str]]] = {
        "scope": ("openid", "invalid_scope"),
        "response_type": ("id_token", "unsupported_response_type"),
        "response_mode": ("form_post", "invalid_request"),
        "prompt": ("none", "invalid_request"),
    }
    needed: ClassVar = ("nonce", "login_hint", "lti_message_hint")
    malformed_code: ClassVar = "invalid_request"
    nobody_code: ClassVar = "login_required"
    somebody_else_code: ClassVar = "access_denied"
    deployment_parameter: ClassVar = "lti_deployment_id"
    #: Who keeps words for tools beside the cookie; None where nobody does.
    storage_target: ClassVar[str | None] = PARENT
    #: Whether the answer names it again.
    repeats_storage_target: ClassVar = False
    #: Whether an empty state comes back where none was sent.
    always_sends_state: ClassVar = False

    def new_hint(self, link: Link, sign: Sign) -> str:
        """Return the value of `lti_message_hint` for one launch, like no other."""
        del link, sign
        return secrets.token_urlsafe(24)

    def login_fields(self, link: Link, *, issuer: str, sub: str, hint: str) -> dict[str, str]:
        """Return what starts a login at the tool."""
        offered = {"lti_storage_target": self.storage_target} if self.storage_target else {}
        return {
            "iss": issuer,
            "login_hint": sub,
            "target_link_uri": link.target_link_uri or link.tool.target_link_uri,
            "lti_message_hint": hint,
            "client_id": link.tool.client_id,
            self.deployment_parameter: link.deployment_id,
            **offered,
        }

    def admit(self, session: Session, asked: Asked) -> Launch:
        """Return the launch that a request is about, and use its hint up.

        Raises:
            UnanswerableError: it is not known that the answer would reach the tool.
            AuthRefusedError: the tool is told why not.
        """
        tool = self.find_tool(session, asked)
        self.check_parameters(asked)
        self.check_person(asked)
        launch = take_launch(
            session, asked["lti_message_hint"], browser=asked.browser, now=asked.now
        )
        if launch is None or launch.link.tool_id != tool.id:
            raise AuthRefusedError("launch_no_longer_valid", "Open the link from the course again.")
        return launch

    def find_tool(self, session: Session, asked: Asked) -> Tool:
        """Return the tool that asks, once its redirect address is known to be its own."""
        client_ids = asked.parameters.getlist("client_id")
        redirect_uris = asked.parameters.getlist("redirect_uri")
        tool = session.scalar(select(Tool).where(Tool.client_id.in_(client_ids), Tool.is_active))
        if tool is None or len(client_ids) != 1:
            raise UnanswerableError(Unanswerable.CLIENT_UNKNOWN)
        if len(redirect_uris) != 1 or redirect_uris[0] not in tool.redirect_uris:
            raise UnanswerableError(Unanswerable.REDIRECT_UNKNOWN)
        return tool

    def check_parameters(self, asked: Asked) -> None:
        """Refuse a parameter that is absent, repeated, or not what LTI prescribes."""
        repeated = sorted(name for name, values in asked.parameters.lists() if len(values) > 1)
        if repeated:
            raise AuthRefusedError(
                self.malformed_code, f"Sent more than once: {', '.join(repeated)}."
            )
        for name, (value, code) in self.fixed.items():
            if asked[name] != value:
                raise AuthRefusedError(code, f"{name} must be exactly '{value}'.")
        for name in self.needed:
            if not asked[name]:
                raise AuthRefusedError(self.malformed_code, f"{name} is missing.")

    def check_person(self, asked: Asked) -> None:
        """Refuse a request that is not about the person who is signed in here."""
        if asked.signed_in_sub is None:
            raise AuthRefusedError(self.nobody_code, "Nobody is signed in to the platform.")
        if asked["login_hint"] != asked.signed_in_sub:
            raise AuthRefusedError(
                self.somebody_else_code, "login_hint is not the person who is signed in."
            )
