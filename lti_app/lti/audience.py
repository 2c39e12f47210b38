"""To whom assertions for a platform are addressed, where the platform itself says so. Pure.

What we sign with one key serves every tenant: addressed to another's token address, and under its
client id, it would be a password there. So a platform may name only what is its own.
"""

from collections.abc import Mapping
from types import MappingProxyType

from lti_app.lti.addresses import MAX_URL_LENGTH, host_of, is_ordinary_path, origin_of

#: Products whose audience is of another host than their tokens: by the host of the tokens.
_ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {"auth.brightspace.com": "https://api.brightspace.com/auth/token"}
)


class ForeignAudienceError(Exception):
    """A platform names an audience that is not its own."""


def audience_of(value: object, *, token_url: str, issuer: str) -> str | None:
    """Return the audience that a platform named, None where it is the token address.

    A host alone, as Canvas names it, says which server it is and not what it is addressed as.

    >>> audience_of("https://a.test/id", token_url="https://a.test/token", issuer="https://a.test")
    'https://a.test/id'
    >>> audience_of("a.test", token_url="https://a.test/token", issuer="https://b.test")

    Raises:
        ForeignAudienceError: it is neither of the token address's nor of the issuer's origin.
    """
    if value is None or value in ("", token_url):
        return None
    own = (token_url, issuer)
    if not isinstance(value, str) or len(value) > MAX_URL_LENGTH:
        raise ForeignAudienceError
    if value in {host_of(url) for url in own}:
        return None
    is_own = origin_of(value) in {origin_of(url) for url in own} and is_ordinary_path(value)
    is_known = _ELSEWHERE.get(host_of(token_url) or "") == value
    if value != issuer and not is_own and not is_known:
        raise ForeignAudienceError
    return value
