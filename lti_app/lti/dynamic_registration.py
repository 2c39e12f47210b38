"""Registering this tool with a platform that asks for it: fetch, ask, read what was granted.

It decides what is sent where, and stores nothing. Whoever calls it has made sure that an operator
invited the platform and that a person has confirmed what was shown.
Source: LTI Dynamic Registration 1.0.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lti_app.core.http import Answer, FetchError, ForbiddenAddressError, HttpClient
from lti_app.lti.answers import words_of
from lti_app.lti.configuration import ToolConfiguration, ToolMessage, offered
from lti_app.lti.platform_document import PlatformDocument
from lti_app.lti.quirks import Family
from lti_app.lti.registration_problems import RegistrationError, Stop
from lti_app.lti.strict_json import NotStrictError, parse_object
from lti_app.lti.verified import MessageType

TOOL_KEY = "https://purl.imsglobal.org/spec/lti-tool-configuration"
FETCH_SECONDS = 5.0
MAX_BYTES = 64 * 1024
_CANVAS = "https://canvas.instructure.com/lti/"
_LONGEST_ID = 255
#: Longer ones would be refused as headers; Moodle's has 500 characters, Canvas's about 1,000.
_LONGEST_TOKEN = 8 * 1024


@dataclass(frozen=True)
class Granted:
    """What came back.

    Attributes:
        deployment_id: None where the platform makes a deployment later.
        scopes: what was granted, which may be less than what was asked for.
    """

    client_id: str
    deployment_id: str | None
    scopes: tuple[str, ...]


def fetch_document(http: HttpClient, url: str, token: str | None) -> bytes:
    """Fetch what a platform says of itself, unread; Canvas wants to see its own token for it.

    Raises:
        RegistrationError: 400 when it cannot be used, 503 when it does not come.
    """
    try:
        answer = http.get(
            url,
            {"Accept": "application/json", **_bearer(token)},
            total_seconds=FETCH_SECONDS,
            max_bytes=MAX_BYTES,
        )
    except ForbiddenAddressError as error:
        raise RegistrationError(Stop.CONFIGURATION_REFUSED) from error
    except FetchError as error:
        is_large = error.code == "too_large"
        stop = Stop.CONFIGURATION_UNREADABLE if is_large else Stop.CONFIGURATION_SILENT
        raise RegistrationError(stop) from error
    if answer.status >= 500:
        raise RegistrationError(Stop.CONFIGURATION_SILENT, answered=answer.status)
    if not answer.is_success:
        raise RegistrationError(Stop.CONFIGURATION_UNREADABLE, answered=answer.status)
    return answer.body


def is_token(value: str) -> bool:
    """Whether it can stand in a header: short, printable, without a space."""
    return 0 < len(value) <= _LONGEST_TOKEN and value.isascii() and value.isprintable()


def _bearer(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token and is_token(token) else {}


def request_body(asked: ToolConfiguration, document: PlatformDocument) -> dict[str, Any]:
    """Return what is sent to a platform: only what it says that it has."""
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": asked.login_url,
        "redirect_uris": [asked.launch_url],
        "client_name": asked.title,
        "jwks_uri": asked.jwks_url,
        "logo_uri": asked.icon_url,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(offered(asked.scopes, document.scopes)),
        TOOL_KEY: {
            "domain": asked.domain,
            "description": asked.description,
            "target_link_uri": asked.launch_url,
            "custom_parameters": dict(asked.custom_parameters),
            "claims": list(dict.fromkeys(("iss", "sub", *offered(asked.claims, document.claims)))),
            "messages": [_message(one, document) for one in messages_for(asked, document)],
            **_canvas_members(asked, document),
        },
    }


def messages_for(asked: ToolConfiguration, document: PlatformDocument) -> list[ToolMessage]:
    """Return the messages of ours that a platform has; links it always has."""
    known = offered([one.type for one in asked.messages], document.messages)
    return [one for one in asked.messages if one.type in (*known, MessageType.RESOURCE_LINK)]


def _message(message: ToolMessage, document: PlatformDocument) -> dict[str, Any]:
    there = dict(document.placements).get(message.type)
    described: dict[str, Any] = {
        "type": message.type.value,
        "target_link_uri": message.target_link_uri,
    }
    if message.label:
        described["label"] = message.label
    places = offered(message.placements, there)
    if places:
        described["placements"] = list(places)
    return described


def _canvas_members(asked: ToolConfiguration, document: PlatformDocument) -> dict[str, Any]:
    if document.family is not Family.CANVAS:
        return {}
    return {f"{_CANVAS}privacy_level": asked.canvas_privacy_level, f"{_CANVAS}tool_id": "rapport"}


def register(
    http: HttpClient, document: PlatformDocument, body: Mapping[str, Any], token: str | None
) -> Granted:
    """Ask a platform to take this tool. No transaction may be open meanwhile.

    Raises:
        RegistrationError: 400 when it said no or something that cannot be used, 503 when no answer
            came. Then nothing is to be stored.
    """
    headers = {"Content-Type": "application/json", "Accept": "application/json", **_bearer(token)}
    try:
        answer = http.send(
            "POST",
            document.registration_url,
            body=json.dumps(body).encode(),
            headers=headers,
            max_bytes=MAX_BYTES,
        )
    except ForbiddenAddressError as error:
        raise RegistrationError(Stop.ENDPOINT_REFUSED) from error
    except FetchError as error:
        is_large = error.code == "too_large"
        stop = Stop.REPLY_UNREADABLE if is_large else Stop.PLATFORM_SILENT
        raise RegistrationError(stop) from error
    if not answer.is_success:
        raise _refusal(answer, token)
    return _granted(answer, asked=str(body["scope"]).split())


def _refusal(answer: Answer, token: str | None) -> RegistrationError:
    said = words_of(answer)
    if token and token in said:
        said = ""
    stop = Stop.PLATFORM_SILENT if answer.status >= 500 else Stop.PLATFORM_REFUSED
    return RegistrationError(stop, said=said, answered=answer.status)


def _granted(answer: Answer, *, asked: list[str]) -> Granted:
    try:
        given = parse_object(answer.body)
    except NotStrictError as error:
        raise RegistrationError(Stop.REPLY_UNREADABLE) from error
    client_id = _identifier(given.get("client_id"))
    if client_id is None:
        raise RegistrationError(Stop.REPLY_UNREADABLE)
    said = given.get("scope")
    scopes = said.split() if isinstance(said, str) else asked
    return Granted(client_id, _deployment_of(given), tuple(s for s in asked if s in scopes))


def _deployment_of(given: Mapping[str, Any]) -> str | None:
    ours = next((value for name, value in given.items() if name.strip() == TOOL_KEY), None)
    found = ours.get("deployment_id") if isinstance(ours, dict) else None
    # Moodle's is a number, and it is a text wherever else it is named.
    return _identifier(str(found) if type(found) is int else found)


def _identifier(value: object) -> str | None:
    """Return an id that can be stored and sent back; None for what is none."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_ID:
        return None
    return value if value.isascii() and value.isprintable() and value.strip() == value else None
