"""Moodle's registration: a token for one use, refusals in plain text, a tool that is pending."""

import secrets
import string
from typing import ClassVar

from flask import Response

from lti_app.sandbox.dialects.plain.registering import (
    DEEP_LINKING_REQUEST,
    TOOL_KEY,
    Body,
    Registering,
    Wanted,
)
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.vocabulary import Scope

_LETTERS = string.ascii_letters + string.digits


class MoodleRegistering(Registering):
    """The answer leaves out half of what was asked; launches do as they were told."""

    gives_token = True
    switch = "activate"
    scopes: ClassVar[tuple[str, ...]] = (
        "https://purl.imsglobal.org/spec/lti-bo/scope/basicoutcome",
        *(Scope.LINE_ITEM_READ, Scope.RESULT_READ, Scope.SCORE, Scope.LINE_ITEM),
        Scope.MEMBERSHIP_READ,
        "https://purl.imsglobal.org/spec/lti-ts/scope/toolsetting",
        "openid",
    )
    claims: ClassVar[tuple[str, ...]] = (
        *("sub", "iss", "name", "given_name", "family_name", "email"),
    )

    def new_client_id(self) -> str:
        return "".join(secrets.choice(_LETTERS) for _ in range(15))

    def answer(self, wanted: Wanted, *, client_id: str, deployment_ids: list[str]) -> Body:
        asked, own = wanted.whole, wanted.own
        kept = ("response_types", "jwks_uri", "initiate_login_uri", "redirect_uris")
        claims = own.get("claims")
        return {
            "client_id": client_id,
            **{name: asked[name] for name in kept},
            "grant_types": ["client_credentials", "implicit"],
            "application_type": "web",
            "token_endpoint_auth_method": "private_key_jwt",
            "client_name": wanted.name,
            "logo_uri": asked.get("logo_uri", ""),
            "scope": " ".join(self.granted(wanted)),
            TOOL_KEY: {
                "version": "1.3.0",
                "deployment_id": deployment_ids[0],
                "target_link_uri": wanted.target_link_uri,
                "domain": own["domain"],
                "description": own.get("description", ""),
                "messages": [
                    {"type": DEEP_LINKING_REQUEST, "target_link_uri": wanted.target_link_uri}
                ],
                # What stands behind a second equals sign gets lost here, and here only.
                "custom_parameters": {
                    name: value.partition("=")[0] for name, value in wanted.custom.items()
                },
                "claims": [
                    name
                    for name in self.claims
                    if isinstance(claims, list) and (name in claims or name in ("sub", "iss"))
                ],
            },
        }

    def used_token(self) -> RefusalError:
        return RefusalError(401, "token_already_used", "token_already_used")

    def bad_token(self) -> RefusalError:
        return RefusalError(401, "invalid_token", "missing_registration_token")

    def refuse(self, refusal: RefusalError) -> Response:
        response = Response(refusal.reason, content_type="text/plain; charset=utf-8")
        return refusal.put_into(response)
