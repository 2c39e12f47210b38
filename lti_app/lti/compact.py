"""The outer form of an id_token: three segments, one header we accept. It verifies no signature.

Source: RFC 7515 sections 3.1 and 7.1; LTI Security Framework 1.0, section 5.1.3.
"""

import base64
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lti_app.lti.errors import LtiError, Reason
from lti_app.lti.strict_json import DuplicateNameError, NotStrictError, parse_object

#: A launch with large custom values and a long mentor list stays far below this.
MAX_TOKEN_BYTES = 256 * 1024
ALGORITHM = "RS256"
_TYPES = ("JWT", "jwt")


@dataclass(frozen=True)
class CompactToken:
    """A token taken apart. Nothing in it is proven yet.

    Attributes:
        claims: parsed strictly, once.
    """

    text: str
    header: dict[str, Any]
    claims: dict[str, Any]

    @property
    def kid(self) -> str:
        """The name of the key; a string, because `parse_compact` has looked."""
        return str(self.header["kid"])


def parse_compact(text: str) -> CompactToken:
    """Take a token apart and refuse a header we would not verify.

    `jku`, `x5u`, `jwk` and `x5c` are not read at all: keys come from the registration only.

    Raises:
        LtiError: 413 too large, 400 malformed, 401 for an algorithm, type or key we do not accept.
    """
    if len(text) > MAX_TOKEN_BYTES:
        raise LtiError(Reason.TOKEN_TOO_LARGE)
    segments = text.split(".")
    if len(segments) != 3 or not segments[0] or not segments[1]:
        raise LtiError(Reason.TOKEN_MALFORMED)
    header = {**_header_of(segments[0])}
    claims = _object(segments[1], duplicate=Reason.DUPLICATE_CLAIM)
    if "=" in segments[2]:
        # All that the library's decoder takes besides the one spelling that a signature has.
        raise LtiError(Reason.SIGNATURE_MISMATCH)
    return CompactToken(text, header, claims)


@lru_cache(maxsize=32)
def _header_of(segment: str) -> dict[str, Any]:
    """Return a header we would verify; a platform sends the same with all its tokens."""
    header = _object(segment, duplicate=Reason.DUPLICATE_HEADER)
    _check_header(header)
    return header


def _check_header(header: dict[str, Any]) -> None:
    if header.get("alg") != ALGORITHM:
        raise LtiError(Reason.ALG_NOT_ALLOWED)
    if "typ" in header and header["typ"] not in _TYPES:
        raise LtiError(Reason.TYP_NOT_ALLOWED)
    # `b64` changes what is signed (RFC 7797) and is only legal together with `crit`.
    if "crit" in header or "b64" in header:
        raise LtiError(Reason.CRIT_UNSUPPORTED)
    kid = header.get("kid")
    if kid is None or kid == "":
        raise LtiError(Reason.KID_MISSING)
    if not isinstance(kid, str):
        raise LtiError(Reason.KID_UNKNOWN)


def _object(segment: str, *, duplicate: Reason) -> dict[str, Any]:
    try:
        return parse_object(decode_segment(segment))
    except DuplicateNameError as error:
        raise LtiError(duplicate) from error
    except (NotStrictError, ValueError) as error:
        raise LtiError(Reason.TOKEN_MALFORMED) from error


def decode_segment(segment: str) -> bytes:
    """Decode base64url without padding; only the one canonical spelling is taken.

    Raises:
        ValueError: other characters, padding, or stray bits at the end.
    """
    data = segment.encode("ascii")
    decoded = base64.urlsafe_b64decode(data + b"=" * (-len(data) % 4))
    # The decoder skips what it does not know and stray bits; written anew, they are missed.
    if base64.urlsafe_b64encode(decoded).rstrip(b"=") != data:
        raise ValueError("not canonical base64url")
    return decoded
