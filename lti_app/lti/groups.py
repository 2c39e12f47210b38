"""Course Groups: what a launch says of the service, and its groups and sets read page by page.

It decides nothing about who is in a group here. Source: LTI Course Groups Service 1.0.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lti_app.core.names import clean_text
from lti_app.lti.addresses import is_service_url
from lti_app.lti.calls import Call, ServiceCaller
from lti_app.lti.configuration import GROUPS
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.listing import read_list
from lti_app.lti.service_access import ServiceAccess
from lti_app.lti.service_urls import with_query
from lti_app.lti.verified import GroupsClaim, Note

CLAIM = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice"
GROUPS_TYPE = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json"
SETS_TYPE = "application/vnd.ims.lti-gs.v1.contextgroupsetcontainer+json"
_LONGEST_ID = 255


@dataclass(frozen=True)
class PlatformGroup:
    """A group as the platform describes it; `set_id` is None for one that stands in no set."""

    id: str
    name: str | None = None
    tag: str | None = None
    set_id: str | None = None


@dataclass(frozen=True)
class PlatformGroupSet:
    """A set of groups as the platform describes it."""

    id: str
    name: str | None = None


def groups_of(
    claims: Mapping[str, Any], trusted_hosts: Sequence[str], note: Callable[[Note], None]
) -> GroupsClaim | None:
    """Return where the groups are, None unless version 1.0 is offered at a usable address.

    Sets at an address that may not be called are left out: the groups are worth having alone.
    """
    value = claims.get(CLAIM)
    if value is None:
        return None
    if not isinstance(value, dict):
        note(Note.SERVICE_MALFORMED)
        return None
    url, sets_url = (value.get(name) or None for name in _URLS)
    if url is None or not _is_offered(value):
        return None
    if not is_service_url(url, trusted_hosts):
        note(Note.SERVICE_DISABLED)
        return None
    if sets_url is not None and not is_service_url(sets_url, trusted_hosts):
        note(Note.SERVICE_DISABLED)
        sets_url = None
    return GroupsClaim(url, sets_url)


_URLS = ("context_groups_url", "context_group_sets_url")


def _is_offered(value: Mapping[str, Any]) -> bool:
    versions, scopes = value.get("service_versions"), value.get("scope", [GROUPS])
    return (
        isinstance(versions, list)
        and "1.0" in versions
        and isinstance(scopes, list)
        and GROUPS in scopes
    )


def read_groups(
    caller: ServiceCaller, access: ServiceAccess, *, user_id: str | None = None
) -> Iterator[PlatformGroup]:
    """Yield the groups of a course, or those that one person is in.

    Raises:
        ServiceProblem: also when the list could not be read to its end, so that nobody takes a
            part of it for the whole.
    """
    url = _offered(access.groups_url, "groups")
    if user_id is not None:
        url = with_query(url, {"user_id": user_id})
    call = Call("GET", url, (GROUPS,), accept=GROUPS_TYPE)
    for entry in read_list(caller, _only_groups(access), call, within="groups"):
        found = _id_in(entry.get("id"))
        if found is not None:
            yield PlatformGroup(
                id=found,
                name=clean_text(entry.get("name")),
                tag=clean_text(entry.get("tag")),
                set_id=_id_in(entry.get("set_id")),
            )


def read_sets(caller: ServiceCaller, access: ServiceAccess) -> Iterator[PlatformGroupSet]:
    """Yield the sets of a course; none where the platform says of none.

    Raises:
        ServiceProblem: as for `read_groups`.
    """
    if access.group_sets_url is None:
        return
    call = Call("GET", access.group_sets_url, (GROUPS,), accept=SETS_TYPE)
    for entry in read_list(caller, _only_groups(access), call, within="sets"):
        found = _id_in(entry.get("id"))
        if found is not None:
            yield PlatformGroupSet(found, clean_text(entry.get("name")))


def _only_groups(access: ServiceAccess) -> ServiceAccess:
    """Return access that asks for no other right: one refused would refuse them all."""
    return replace(access, scopes=frozenset({GROUPS}))


def _offered(url: str | None, words: str) -> str:
    if url is None:
        raise ServiceProblem(Outcome.NOT_OFFERED, words=words)
    return url


def _id_in(value: object) -> str | None:
    """Return an id as text; some platforms write a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    is_id = isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and "\x00" not in value
    return value if isinstance(value, str) and is_id else None
