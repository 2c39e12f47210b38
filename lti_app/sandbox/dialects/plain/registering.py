"""How a tool registers itself: what this platform says of itself, demands, and answers.

The plain dialect gives no token and answers with a deployment; the tool is there, and off until
somebody enables it, as in Brightspace. It stores nothing.

Source: LTI Dynamic Registration 1.0.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from flask import Response

from lti_app.sandbox.addresses import Addresses
from lti_app.sandbox.payloads import bad_request
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.vocabulary import RESOURCE_LINK_REQUEST, Scope

PLATFORM_KEY = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL_KEY = "https://purl.imsglobal.org/spec/lti-tool-configuration"
DEEP_LINKING_REQUEST = "LtiDeepLinkingRequest"

Body = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A registration as a tool asks for it, looked through."""

    name: str
    login_url: str
    jwks_url: str
    redirect_uris: list[str]
    target_link_uri: str
    custom: dict[str, str]
    whole: Body
    own: Body


class Registering:
    """No token; one deployment at once; what is not known is left out of what is granted."""

    #: Whether a token comes with the tool's address, and whether it opens the description too.
    gives_token: ClassVar = False
    hides_description: ClassVar = False
    scopes: ClassVar[tuple[str, ...]] = ("openid", *Scope)
    claims: ClassVar[tuple[str, ...]] = (
        *("iss", "sub", "name", "given_name", "family_name", "email", "locale"),
    )
    placements: ClassVar[tuple[str, ...]] = ("ContentArea",)
    variables: ClassVar[tuple[str, ...]] = (
        *("User.id", "Person.name.full", "Person.email.primary", "Context.id", "Context.title"),
        *("Context.id.history", "ResourceLink.id", "ResourceLink.title"),
        "ResourceLink.id.history",
    )
    #: What an administrator does to make a registered tool work.
    switch: ClassVar = "enable"

    def new_client_id(self) -> str:
        """Return a client id like no other."""
        return secrets.token_hex(8)

    def description(self, *, issuer: str, addresses: Addresses, product: str, version: str) -> Body:
        """Return what this platform says of itself."""
        return {
            "issuer": issuer,
            "token_endpoint": addresses.token_url,
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": addresses.key_set_url,
            "authorization_endpoint": addresses.auth_url,
            "registration_endpoint": addresses.registration_url,
            "scopes_supported": [str(scope) for scope in self.scopes],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": list(self.claims),
            PLATFORM_KEY: {
                "product_family_code": product,
                "version": version,
                "messages_supported": [
                    {"type": RESOURCE_LINK_REQUEST},
                    {"type": DEEP_LINKING_REQUEST, "placements": list(self.placements)},
                ],
                "variables": list(self.variables),
            },
        }

    def read(self, body: Body) -> Wanted:
        """Return what a tool asks for. Raises RefusalError where something is missing."""
        own = body.get(TOOL_KEY)
        if not isinstance(own, dict):
            raise bad_request(f"{TOOL_KEY} is missing.")
        if body.get("response_types") != ["id_token"]:
            raise bad_request("response_types must be id_token.")
        if body.get("token_endpoint_auth_method") != "private_key_jwt":
            raise bad_request("token_endpoint_auth_method must be private_key_jwt.")
        target = _needed(own, "target_link_uri")
        # Here it is compared with the port: two tools of one machine are two tools.
        if _needed(own, "domain") not in (urlsplit(target).netloc, urlsplit(target).hostname):
            raise bad_request("domain is not that of target_link_uri.")
        self.check(own)
        return Wanted(
            name=_needed(body, "client_name"),
            login_url=_needed(body, "initiate_login_uri"),
            jwks_url=_needed(body, "jwks_uri"),
            redirect_uris=_list_of_texts(body, "redirect_uris"),
            target_link_uri=target,
            custom=_texts(own.get("custom_parameters")),
            whole=body,
            own=own,
        )

    def check(self, own: Body) -> None:
        """Refuse what this platform alone demands."""

    def deployments(self, number: int) -> list[str]:
        """Return the deployments that a new registration has at once."""
        return [str(number)]

    def later_deployments(self, number: int) -> list[str]:
        """Return the deployments that it has once an administrator has made it work."""
        return self.deployments(number)

    def answer(self, wanted: Wanted, *, client_id: str, deployment_ids: list[str]) -> Body:
        """Return the registration as it was taken."""
        deployed = {"deployment_id": deployment_ids[0]} if deployment_ids else {}
        return {
            **wanted.whole,
            "client_id": client_id,
            "scope": " ".join(self.granted(wanted)),
            TOOL_KEY: {**wanted.own, **deployed},
        }

    def granted(self, wanted: Wanted) -> list[str]:
        """Return the scopes among those asked for that there are."""
        asked = str(wanted.whole.get("scope", "")).split()
        return [scope for scope in asked if scope in self.scopes]

    def used_token(self) -> RefusalError:
        return RefusalError(401, "invalid_token", "This registration token was used before.")

    def bad_token(self) -> RefusalError:
        return RefusalError(401, "invalid_token", "Send the registration token as Bearer.")

    def refuse(self, refusal: RefusalError) -> Response:
        """Return a refusal in this platform's form."""
        return refusal.as_response()


def _needed(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise bad_request(f"{name} is missing.")
    return value


def _list_of_texts(body: Body, name: str) -> list[str]:
    value = body.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise bad_request(f"{name} must be a list of addresses.")
    return value


def _texts(value: object) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise bad_request("custom_parameters must be texts.")
    return value
