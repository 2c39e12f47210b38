"""The roster of one course as its platform gives it, page by page. It stores nobody.

What stands in a page is never trusted further than its shape: who has no id is counted and left
out, who has no role gets none. Source: NRPS 2.0.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from lti_app.lti.calls import Call, ServiceCaller
from lti_app.lti.claims import LTI, custom_of, is_identifier, names_of
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.json_values import json_with
from lti_app.lti.pages import ServicePage, read_pages
from lti_app.lti.roles import LaunchRoles, parse_roles
from lti_app.lti.service_access import ServiceAccess
from lti_app.lti.service_urls import with_query
from lti_app.lti.verified import Names

SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
ROSTER_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
#: A wish. Moodle gives everybody at once without one, Canvas never more than 50.
PAGE_SIZE = 100
#: 100,000 people on pages of 20.
MAX_PAGES = 5000
#: A platform that knows no pages: some 15,000 people at once.
MAX_PAGE_BYTES = 8 * 1024 * 1024
_MAX_ROLES = 50
_MAX_GROUPS = 200


class Flaw(StrEnum):
    """Why a page is none of the roster that was asked for."""

    NOT_A_ROSTER = "not_a_roster"
    OLD_FORMAT = "old_roster_format"
    OTHER_COURSE = "roster_of_another_course"


class MemberStatus(StrEnum):
    """Whether a member is in the course, as the platform says."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a course.

    Attributes:
        user_id: the `sub` of their launches.
        group_ids: the platform's ids of their groups; None where it says nothing of groups.
        custom: what their launch of the asked link would carry; None unless a link was asked for.
    """

    user_id: str
    roles: LaunchRoles
    status: MemberStatus
    names: Names
    custom: Mapping[str, str] | None = None
    group_ids: tuple[str, ...] | None = None

    @property
    def is_here(self) -> bool:
        """Whether they are in the course now."""
        return self.status is MemberStatus.ACTIVE


@dataclass(frozen=True)
class RosterPage:
    """One page.

    Attributes:
        skipped_count: members that nobody could be made of.
        next_url: None on the last page.
        differences_url: where to ask later for what has changed since; usually on the last page.
        has_odd_type: it came under another media type than the roster's.
    """

    members: tuple[Member, ...]
    skipped_count: int
    next_url: str | None
    differences_url: str | None
    has_odd_type: bool


def roster_call(
    access: ServiceAccess, *, role: str | None = None, link_id: str | None = None
) -> Call:
    """Return the call for the first page of a roster.

    Args:
        role: a role's full URI, to be told only of people who have it. Moodle forgets it on the
            second page, so what comes has to be looked at again.
        link_id: the platform's id of a link, to be told what each person's launch would carry.

    Raises:
        ServiceProblem: not_offered, when the course has no roster for us.
    """
    if access.memberships_url is None:
        raise ServiceProblem(Outcome.NOT_OFFERED, words="memberships")
    filters = {"role": role, "rlid": link_id, "limit": str(PAGE_SIZE)}
    asked = {name: value for name, value in filters.items() if value}
    return _call(with_query(access.memberships_url, asked))


def _call(url: str) -> Call:
    return Call("GET", url, (SCOPE,), accept=ROSTER_TYPE, max_bytes=MAX_PAGE_BYTES)


def read_roster(
    caller: ServiceCaller,
    access: ServiceAccess,
    call: Call,
    *,
    context_ref: str,
    begin_at: str | None = None,
) -> Iterator[RosterPage]:
    """Yield a roster page after page; how many entries one has says nothing about the end.

    Args:
        call: of `roster_call`, or of `differences_call`.
        context_ref: the platform's id of the course that it must be of.
        begin_at: the page to go on with, where an earlier run has read those before it.

    Raises:
        ServiceProblem: also, with a `Flaw` as its words, for what is no such roster. What was
            yielded before stays true; who has not come yet may still be in the course.
    """
    only_roster = replace(access, scopes=frozenset({SCOPE}))
    for page in read_pages(caller, only_roster, call, begin_at=begin_at, at_most=MAX_PAGES):
        yield _read(page, context_ref)


def differences_call(url: str) -> Call:
    """Return the call for what has changed, at the address that the platform gave for it."""
    return _call(url)


def _read(page: ServicePage, context_ref: str) -> RosterPage:
    body = json_with(page.answer, _member_or_object)
    members = _members_in(body, context_ref)
    people = tuple(one for one in members if isinstance(one, Member))
    return RosterPage(
        people,
        skipped_count=len(members) - len(people),
        next_url=page.next_url,
        differences_url=page.differences_url,
        has_odd_type=page.answer.media_type != ROSTER_TYPE,
    )


def _members_in(body: object, context_ref: str) -> list[object]:
    if not isinstance(body, dict):
        raise ServiceProblem(Outcome.REFUSED, words=Flaw.NOT_A_ROSTER)
    if "@context" in body or "pageOf" in body:
        raise ServiceProblem(Outcome.REFUSED, words=Flaw.OLD_FORMAT)
    context, members = body.get("context"), body.get("members")
    if not isinstance(members, list):
        raise ServiceProblem(Outcome.REFUSED, words=Flaw.NOT_A_ROSTER)
    said = context.get("id") if isinstance(context, dict) else None
    if said is not None and str(said) != context_ref:
        raise ServiceProblem(Outcome.REFUSED, words=Flaw.OTHER_COURSE)
    return members


def _member_or_object(value: dict[str, Any]) -> object:
    """Make a member while the page is parsed, so that no page stands in memory twice."""
    user_id = value.get("user_id")
    if not isinstance(user_id, str) or not is_identifier(user_id):
        return value
    return Member(
        user_id,
        roles=parse_roles(_roles_of(value.get("roles"))),
        status=_status_of(value.get("status")),
        names=names_of(value),
        custom=_custom_of(value.get("message")),
        group_ids=_group_ids_of(value.get("group_enrollments")),
    )


def _group_ids_of(value: object) -> tuple[str, ...] | None:
    """Return the groups of a person. Source: LTI Course Groups Service 1.0."""
    if not isinstance(value, list):
        return None
    ids = (one.get("group_id") for one in value[:_MAX_GROUPS] if isinstance(one, dict))
    return tuple(str(one) for one in ids if isinstance(one, str | int))


def _roles_of(value: object) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return [one for one in several[:_MAX_ROLES] if isinstance(one, str)]


def _status_of(value: object) -> MemberStatus:
    if value is None:
        return MemberStatus.ACTIVE
    try:
        return MemberStatus(str(value).lower())
    except ValueError:
        # A status that we do not know is none that lets anybody in.
        return MemberStatus.INACTIVE


def _custom_of(messages: object) -> Mapping[str, str] | None:
    if not isinstance(messages, list):
        return None
    objects = [one for one in messages if isinstance(one, dict)]
    return next((custom_of(one) for one in objects if f"{LTI}custom" in one), {})
