"""What a platform says of itself before it is registered, checked and made into one value. Pure.

It fetches nothing. Source: LTI Dynamic Registration 1.0, sections 3.3 to 3.5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from lti_app.core.names import clean_text
from lti_app.lti.addresses import (
    host_of,
    is_ordinary_path,
    is_service_url,
    origin_of,
    parse_address,
)
from lti_app.lti.audience import ForeignAudienceError, audience_of
from lti_app.lti.quirks import Family, family_of
from lti_app.lti.registration_problems import RegistrationError, Stop
from lti_app.lti.strict_json import NotStrictError, parse_object

PLATFORM_KEY = "https://purl.imsglobal.org/spec/lti-platform-configuration"
_ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "registration_endpoint",
)
#: Issuers whose document and endpoints stand on other hosts, and these hosts. No others may.
_ELSEWHERE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        f"https://canvas{stage}.instructure.com": frozenset(
            {f"canvas{stage}.instructure.com", f"sso{stage}.canvaslms.com"}
        )
        for stage in ("", ".beta", ".test")
    }
)
_MOST = 300
_LONGEST = 255


@dataclass(frozen=True)
class PlatformDocument:
    """A platform that may be registered.

    Attributes:
        url: where its document stands.
        audience: what client assertions are addressed to, when not the token address.
        product: the code of its product, such as `moodle`; empty when it names none.
        scopes: those it has; empty when it does not say. The same for `claims` and `messages`.
        placements: names of places, for each kind of message that names any.
        other_hosts: hosts of endpoints that are neither the document's nor the issuer's.
    """

    url: str
    issuer: str
    auth_url: str
    token_url: str
    jwks_url: str
    registration_url: str
    audience: str | None
    product: str
    version: str
    scopes: tuple[str, ...]
    claims: tuple[str, ...]
    messages: tuple[str, ...]
    placements: tuple[tuple[str, tuple[str, ...]], ...]
    other_hosts: tuple[str, ...]

    @property
    def family(self) -> Family:
        """The kind of platform it says it is."""
        return family_of(self.product, self.issuer)

    @property
    def host(self) -> str:
        """The host that the document came from, as it is sent: letters of other alphabets coded."""
        return host_of(self.url) or ""


def read_document_url(values: Sequence[str], trusted_hosts: Sequence[str]) -> str:
    """Return the address of a platform's document, in ASCII.

    Args:
        values: every value of `openid_configuration` that was sent.
        trusted_hosts: hosts that may be plain http, private, or at another port than 443.

    Raises:
        RegistrationError: 400 when it is missing, stands there twice, or is not one to fetch.
    """
    if len(values) != 1 or not values[0]:
        raise RegistrationError(Stop.CONFIGURATION_MISSING)
    url = _in_ascii(values[0])
    if not _may_be_called(url, trusted_hosts) or not is_ordinary_path(url):
        raise RegistrationError(Stop.CONFIGURATION_REFUSED)
    return url


def _in_ascii(url: str) -> str:
    """Write the host as it is looked up: a letter that only looks like another becomes visible."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if host.isascii():
            return url
        return urlunsplit(parts._replace(netloc=parts.netloc.lower().replace(host, _coded(host))))
    except (ValueError, UnicodeError):
        return ""


def _coded(host: str) -> str:
    return host.encode("idna").decode("ascii")


def _may_be_called(url: object, trusted_hosts: Sequence[str]) -> bool:
    """Whether it is a public https address at the usual port, or of a host the operator trusts."""
    address = parse_address(url)
    if address is None or address.fragment or not is_service_url(url, trusted_hosts):
        return False
    is_trusted = address.host in trusted_hosts or address.netloc in trusted_hosts
    return is_trusted or (address.scheme == "https" and address.port is None)


def read_document(body: bytes, *, url: str, trusted_hosts: Sequence[str] = ()) -> PlatformDocument:
    """Return what a platform says of itself.

    Raises:
        RegistrationError: 400 with what is amiss: no JSON object, something missing, an issuer of
            another host, an address that we call nothing at, no RS256.
    """
    try:
        given = parse_object(body)
    except NotStrictError as error:
        raise RegistrationError(Stop.CONFIGURATION_UNREADABLE) from error
    issuer = _issuer_of(given, url, trusted_hosts)
    endpoints = [_endpoint(given, name, trusted_hosts) for name in _ENDPOINTS]
    if "RS256" not in _texts(given.get("id_token_signing_alg_values_supported")):
        raise RegistrationError(Stop.ALGORITHM_MISSING)
    about = _about_platform(given)
    messages = _messages_of(about)
    auth_url, token_url, jwks_url, registration_url = endpoints
    return PlatformDocument(
        url=url,
        issuer=issuer,
        auth_url=auth_url,
        token_url=token_url,
        jwks_url=jwks_url,
        registration_url=registration_url,
        audience=_audience_of(given, token_url, issuer),
        product=clean_text(about.get("product_family_code"), limit=40) or "",
        version=clean_text(about.get("version"), limit=60) or "",
        scopes=_texts(given.get("scopes_supported")),
        claims=_texts(given.get("claims_supported")),
        messages=tuple(name for name, _places in messages),
        placements=tuple((name, places) for name, places in messages if places),
        other_hosts=_other_hosts(endpoints, url, issuer),
    )


def _issuer_of(given: Mapping[str, Any], url: str, trusted_hosts: Sequence[str]) -> str:
    issuer = given.get("issuer")
    if not isinstance(issuer, str) or not issuer:
        raise RegistrationError(Stop.CONFIGURATION_INCOMPLETE)
    is_plain = "?" not in issuer and "#" not in issuer and len(issuer) <= _LONGEST
    if not is_plain or not _may_be_called(issuer, trusted_hosts) or not is_ordinary_path(issuer):
        raise RegistrationError(Stop.ISSUER_FOREIGN)
    if not _is_below(url, issuer) and host_of(url) not in _ELSEWHERE.get(issuer, ()):
        raise RegistrationError(Stop.ISSUER_FOREIGN)
    return issuer


def _is_below(url: str, issuer: str) -> bool:
    """Whether the document stands below the issuer's own address. Source: section 3.5.1."""
    inner, outer = parse_address(url), parse_address(issuer)
    if inner is None or outer is None or origin_of(url) != origin_of(issuer):
        return False
    return inner.path.startswith(outer.path.rstrip("/") + "/")


def _endpoint(given: Mapping[str, Any], name: str, trusted_hosts: Sequence[str]) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise RegistrationError(Stop.CONFIGURATION_INCOMPLETE)
    if not _may_be_called(value, trusted_hosts):
        raise RegistrationError(Stop.ENDPOINT_REFUSED)
    return value


def _audience_of(given: Mapping[str, Any], token_url: str, issuer: str) -> str | None:
    try:
        return audience_of(given.get("authorization_server"), token_url=token_url, issuer=issuer)
    except ForeignAudienceError as error:
        raise RegistrationError(Stop.AUDIENCE_FOREIGN) from error


def _about_platform(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the part about LTI. Early Moodle wrote its name with a space at the end."""
    found = next((value for name, value in given.items() if name.strip() == PLATFORM_KEY), None)
    return found if isinstance(found, dict) else {}


def _messages_of(about: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """Return kinds of messages with their placements. Early Moodle listed the kinds alone."""
    listed = about.get("messages_supported")
    found: list[tuple[str, tuple[str, ...]]] = []
    for one in listed[:_MOST] if isinstance(listed, list) else ():
        if isinstance(one, str):
            found.append((one, ()))
        elif isinstance(one, dict) and isinstance(one.get("type"), str):
            found.append((one["type"], _texts(one.get("placements"))))
    return found


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split()
    if not isinstance(value, list):
        return ()
    return tuple(text for text in value[:_MOST] if isinstance(text, str) and len(text) <= _LONGEST)


def _other_hosts(endpoints: Sequence[str], url: str, issuer: str) -> tuple[str, ...]:
    own = {host_of(url), host_of(issuer), *_ELSEWHERE.get(issuer, ())}
    hosts = [host_of(endpoint) or "" for endpoint in endpoints]
    return tuple(dict.fromkeys(host for host in hosts if host not in own))
