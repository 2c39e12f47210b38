"""Where a launch says that services, the way back and the frame around it are.

Pure. A service address that may not be called disables that service for the launch and leaves a
note; it never refuses the launch.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from lti_app.core.names import clean_text
from lti_app.lti.addresses import host_of, is_service_url, origin_of
from lti_app.lti.claims import LTI, language_of
from lti_app.lti.quirks import Family, family_of
from lti_app.lti.registration import Registration
from lti_app.lti.verified import (
    AgsClaim,
    Note,
    NrpsClaim,
    PlatformInfo,
    Presentation,
)

AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"

Claims = Mapping[str, Any]
AddNote = Callable[[Note], None]
_FRAMING = ((f"{LTI}launch_presentation", "return_url"), (f"{LTI}tool_platform", "url"))
_TARGETS = frozenset({"frame", "iframe", "window"})
_MAX_SCOPES = 50


def ags_of(claims: Claims, trusted_hosts: Sequence[str], note: AddNote) -> AgsClaim | None:
    """Return where grades go, None when nothing usable is said.

    Moodle sends an empty `lineitem` where it means none. Source: AGS 2.0, section 3.1.
    """
    value = claims.get(AGS)
    if value is None:
        return None
    if not isinstance(value, dict) or not isinstance(value.get("scope", []), list):
        note(Note.SERVICE_MALFORMED)
        return None
    urls = [value.get("lineitems") or None, value.get("lineitem") or None]
    if any(url is not None and not is_service_url(url, trusted_hosts) for url in urls):
        note(Note.SERVICE_DISABLED)
        return None
    scopes = [one for one in value.get("scope", [])[:_MAX_SCOPES] if isinstance(one, str)]
    return AgsClaim(frozenset(scopes), line_items_url=urls[0], line_item_url=urls[1])


def nrps_of(claims: Claims, trusted_hosts: Sequence[str], note: AddNote) -> NrpsClaim | None:
    """Return where the roster is, None unless version 2.0 is offered at a usable address."""
    value = claims.get(NRPS)
    if value is None:
        return None
    if not isinstance(value, dict):
        note(Note.SERVICE_MALFORMED)
        return None
    versions = value.get("service_versions")
    url = value.get("context_memberships_url") or None
    if url is None or not isinstance(versions, list) or "2.0" not in versions:
        return None
    if not is_service_url(url, trusted_hosts):
        note(Note.SERVICE_DISABLED)
        return None
    return NrpsClaim(url)


class Offer(Protocol):
    """A service that a launch offers."""

    @property
    def urls(self) -> tuple[str | None, ...]:
        """Every address of the service."""


def service_hosts(*offers: Offer | None) -> frozenset[str]:
    """Return the hosts that the services of a launch are on."""
    urls = (url for offer in offers if offer for url in offer.urls if url)
    return frozenset(host for url in urls if (host := host_of(url)))


def registered_hosts(registration: Registration) -> frozenset[str]:
    """Return the hosts that the operator registered."""
    urls = (registration.issuer, registration.auth_url, registration.token_url)
    return frozenset(host for url in (*urls, registration.jwks_url) if (host := host_of(url)))


def presentation_of(
    claims: Claims, known_hosts: frozenset[str], trusted_hosts: Sequence[str], note: AddNote
) -> Presentation:
    """Return how the launch is shown; the way back only when it leads to a host of the platform."""
    value = claims.get(f"{LTI}launch_presentation")
    if not isinstance(value, dict):
        return Presentation()
    return_url = value.get("return_url") or None
    if return_url is not None and not (
        is_service_url(return_url, trusted_hosts) and host_of(return_url) in known_hosts
    ):
        note(Note.RETURN_URL_REFUSED)
        return_url = None
    target = value.get("document_target")
    return Presentation(
        return_url=return_url,
        document_target=target if isinstance(target, str) and target in _TARGETS else None,
        locale=language_of(value.get("locale")),
    )


def platform_info_of(claims: Claims, registration: Registration) -> PlatformInfo:
    """Return what the platform says it is; a family known from the registration wins."""
    value = claims.get(f"{LTI}tool_platform")
    if not isinstance(value, dict):
        return PlatformInfo(family=registration.family)
    code = value.get("product_family_code")
    said = family_of(code if isinstance(code, str) else None, registration.issuer)
    return PlatformInfo(
        family=said if registration.family is Family.OTHER else registration.family,
        guid=clean_text(value.get("guid")),
        name=clean_text(value.get("name")),
        version=clean_text(value.get("version")),
        url=value.get("url") if origin_of(value.get("url")) else None,
    )


def frame_origins_of(
    claims: Claims,
    registration: Registration,
    trusted_hosts: Sequence[str],
    *,
    also: str | None = None,
) -> tuple[str, ...]:
    """Return the origins that may frame this launch: the registered ones and the signed ones.

    Hosted Canvas frames the tool on each school's own host, which only the claims know.

    Args:
        also: an address of the platform that was checked already.
    """
    urls: list[Any] = [registration.issuer, registration.auth_url, also]
    for claim, member in _FRAMING:
        value = claims.get(claim)
        url = value.get(member) if isinstance(value, dict) else None
        urls += [url] if is_service_url(url, trusted_hosts) else []
    return tuple(sorted({origin for url in urls if (origin := origin_of(url))}))
