"""What a token must say to be a launch: who, when, for whom, and in which shape.

Pure: the body of a token, what we expected of it, and a time go in; typed values come out.
It looks nothing up and proves no signature.
Sources: LTI 1.3 Core, section 5.3; LTI Security Framework 1.0, section 5.1.3.
"""

import math
import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from lti_app.core.names import clean_text
from lti_app.lti.errors import LtiError, Reason
from lti_app.lti.roles import LaunchRoles, parse_roles
from lti_app.lti.verified import ContextClaim, MessageType, Names, ResourceLink

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
VERSION = "1.3.0"
#: How far our clock and a platform's may differ.
LEEWAY = timedelta(seconds=60)
#: A token older than this is refused, whatever its `exp` says.
MAX_AGE = timedelta(minutes=10)
MAX_ID_LENGTH = 255
_MAX_AUDIENCES = 16
_IDENTIFIER = re.compile(r"[\x20-\x7e]{1,255}\Z")
_UNRESOLVED = re.compile(r"\$[A-Za-z][A-Za-z0-9_.]*\Z")
_LANGUAGE = re.compile(r"[A-Za-z0-9_-]{2,35}\Z")

Claims = Mapping[str, Any]


def check_issuer(claims: Claims, issuer: str) -> None:
    """Refuse a token of another issuer: no tolerance for slashes, case or look-alikes."""
    if claims.get("iss") != issuer:
        raise LtiError(Reason.ISSUER_MISMATCH)


def check_audience(claims: Claims, client_id: str) -> frozenset[str]:
    """Refuse a token for somebody else; return the audiences besides us.

    Several audiences need an `azp`, and an `azp` must be us. The caller decides whether the others
    are trusted.
    """
    audiences = _audiences(claims.get("aud"))
    if client_id not in audiences:
        raise LtiError(Reason.AUDIENCE_MISMATCH)
    others = audiences - {client_id}
    if ("azp" in claims or others) and claims.get("azp") != client_id:
        raise LtiError(Reason.AZP_MISMATCH)
    return others


def _audiences(value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset({value})
    if not isinstance(value, list) or not 0 < len(value) <= _MAX_AUDIENCES:
        raise LtiError(Reason.AUDIENCE_MISMATCH)
    if not all(isinstance(one, str) for one in value):
        raise LtiError(Reason.AUDIENCE_MISMATCH)
    return frozenset(value)


def check_times(claims: Claims, now: datetime) -> None:
    """Refuse a token out of its time.

    A token is accepted while `now < exp + LEEWAY`; at that very second it is not any more.
    """
    moment, leeway = now.timestamp(), LEEWAY.total_seconds()
    exp, iat = _number(claims.get("exp")), _number(claims.get("iat"))
    if exp is None:
        raise LtiError(Reason.EXP_MISSING)
    if moment >= exp + leeway:
        raise LtiError(Reason.TOKEN_EXPIRED)
    if iat is None:
        raise LtiError(Reason.IAT_MISSING)
    if iat > moment + leeway:
        raise LtiError(Reason.TOKEN_FROM_FUTURE)
    if moment - iat > MAX_AGE.total_seconds() + leeway:
        raise LtiError(Reason.TOKEN_TOO_OLD)
    if "nbf" in claims:
        _check_not_before(claims["nbf"], moment + leeway)


def _check_not_before(value: object, latest: float) -> None:
    nbf = _number(value)
    if nbf is None:
        raise LtiError(Reason.NBF_MALFORMED)
    if nbf > latest:
        raise LtiError(Reason.TOKEN_NOT_YET_VALID)


def _number(value: object) -> float | None:
    """Return a finite number; True is none, and a string is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def check_version(claims: Claims) -> None:
    """Refuse everything but LTI 1.3.0."""
    version = claims.get(f"{LTI}version")
    if version is None:
        raise LtiError(Reason.VERSION_MISSING)
    if version != VERSION:
        raise LtiError(Reason.VERSION_UNSUPPORTED)


def message_type_of(claims: Claims, supported: Collection[MessageType]) -> MessageType:
    """Return the type of the message; the signed type decides, never the URL it came to."""
    value = claims.get(f"{LTI}message_type")
    if value is None or value == "":
        raise LtiError(Reason.MESSAGE_TYPE_MISSING)
    try:
        found = MessageType(value)
    except ValueError as error:
        raise LtiError(Reason.MESSAGE_TYPE_UNSUPPORTED) from error
    if found not in supported:
        raise LtiError(Reason.MESSAGE_TYPE_UNSUPPORTED)
    return found


def deployment_id_of(claims: Claims) -> str:
    """Return the platform's name for the deployment."""
    value = claims.get(f"{LTI}deployment_id")
    if value is None or value == "":
        raise LtiError(Reason.DEPLOYMENT_MISSING)
    if not is_identifier(value):
        raise LtiError(Reason.DEPLOYMENT_MALFORMED)
    return str(value)


def is_identifier(value: object) -> bool:
    """Whether a value is 1 to 255 printable ASCII characters. Blanks at its ends belong to it."""
    return isinstance(value, str) and _IDENTIFIER.match(value) is not None


def subject_of(claims: Claims, *, allow_anonymous: bool) -> str | None:
    """Return `sub`, None for an anonymous launch where those are allowed.

    An empty, null or numeric `sub` proves nobody and is never anonymous.
    """
    if "sub" not in claims:
        if allow_anonymous:
            return None
        raise LtiError(Reason.SUB_MISSING)
    value = claims["sub"]
    if not isinstance(value, str) or not value:
        raise LtiError(Reason.SUB_MISSING)
    if not is_identifier(value):
        raise LtiError(Reason.SUB_MALFORMED)
    return value


def roles_of(claims: Claims) -> LaunchRoles:
    """Return the roles; the list must be there and may be empty, what is no string is left out."""
    value = claims.get(f"{LTI}roles")
    if value is None:
        raise LtiError(Reason.ROLES_MISSING)
    if not isinstance(value, list):
        raise LtiError(Reason.ROLES_MALFORMED)
    return parse_roles(one for one in value if isinstance(one, str))


def resource_link_of(claims: Claims) -> ResourceLink:
    """Return the link that was followed; a resource link launch has one."""
    value = claims.get(f"{LTI}resource_link")
    if value is None or value == {}:
        raise LtiError(Reason.RESOURCE_LINK_MISSING)
    if not isinstance(value, dict):
        raise LtiError(Reason.RESOURCE_LINK_MALFORMED)
    if value.get("id") in (None, ""):
        raise LtiError(Reason.RESOURCE_LINK_MISSING)
    if not is_identifier(value["id"]):
        raise LtiError(Reason.RESOURCE_LINK_MALFORMED)
    return ResourceLink(
        id=value["id"],
        title=clean_text(value.get("title")),
        description=clean_text(value.get("description"), limit=2000),
    )


def context_of(claims: Claims) -> ContextClaim | None:
    """Return the course, None for a launch outside any course."""
    value = claims.get(f"{LTI}context")
    if value is None:
        return None
    if not isinstance(value, dict) or not is_identifier(value.get("id")):
        raise LtiError(Reason.CONTEXT_MALFORMED)
    types = value.get("type")
    return ContextClaim(
        id=value["id"],
        label=clean_text(value.get("label")),
        title=clean_text(value.get("title")),
        types=tuple(one for one in types if isinstance(one, str))
        if isinstance(types, list)
        else (),
    )


def names_of(claims: Claims) -> Names:
    """Return what there is of names and e-mail, cleaned."""
    return Names(
        name=clean_text(claims.get("name")),
        given_name=clean_text(claims.get("given_name")),
        family_name=clean_text(claims.get("family_name")),
        email=clean_text(claims.get("email")),
    )


def custom_of(claims: Claims) -> dict[str, str]:
    """Return the custom values that say something.

    An empty value means unset, and a platform sends a variable it does not know as it stands.

    >>> custom_of({LTI + "custom": {"a": "1", "b": "", "c": "$Context.id.history", "d": 4}})
    {'a': '1'}
    """
    value = claims.get(f"{LTI}custom")
    if not isinstance(value, dict):
        return {}
    return {
        key: text
        for key, text in value.items()
        if isinstance(text, str) and text and "\x00" not in key + text
        if not _UNRESOLVED.match(text)
    }


def language_of(value: object) -> str | None:
    """Return a language tag as it stands, None for what cannot be one."""
    return value if isinstance(value, str) and _LANGUAGE.match(value) else None


def issued_at_of(claims: Claims) -> float:
    """Return `iat` in seconds; `check_times` has seen that it is a number."""
    return float(claims["iat"])
