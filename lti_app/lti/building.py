"""A verified launch put together from proven claims and what we knew before. It proves nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from lti_app.lti import claims as read
from lti_app.lti import service_claims
from lti_app.lti.attempts import Attempt, StoredEndpoint
from lti_app.lti.deep_linking import check_may_add, deep_linking_of
from lti_app.lti.groups import groups_of
from lti_app.lti.notices import notices_of
from lti_app.lti.review import mentored_in, review_of
from lti_app.lti.roles import ContextRole, LaunchRoles, parse_roles
from lti_app.lti.services import HostGuard
from lti_app.lti.verified import (
    AgsClaim,
    ContextClaim,
    DeploymentRef,
    GroupsClaim,
    MessageType,
    Note,
    NoticesClaim,
    NrpsClaim,
    ResourceLink,
    ServiceNews,
    VerifiedLaunch,
)

Claims = Mapping[str, Any]
_O = TypeVar("_O", bound=service_claims.Offer)
_NOTHING = StoredEndpoint(None, None, (), None, None)


@dataclass(frozen=True)
class _Services:
    ags: AgsClaim | None
    nrps: NrpsClaim | None
    groups: GroupsClaim | None
    notices: NoticesClaim | None
    new_hosts: frozenset[str]

    @property
    def hosts(self) -> frozenset[str]:
        return service_claims.service_hosts(self.ags, self.nrps, self.groups, self.notices)


def build_launch(
    claims: Claims,
    attempt: Attempt,
    *,
    target: str,
    guard: HostGuard,
    trusted_hosts: Sequence[str],
) -> VerifiedLaunch:
    """Return the launch as values.

    Args:
        claims: the body of a token whose signature, time and shape have been checked.
        attempt: what we knew before it came.
        target: the signed `target_link_uri`, seen to be ours.
        guard: decides which service hosts this deployment may name.
        trusted_hosts: hosts that may be plain http or private.

    Raises:
        LtiError: 400 when the context has no usable id.
    """
    registration = attempt.registration
    notes: list[Note] = []
    if target != attempt.target_link_uri:
        notes.append(Note.TARGET_LINK_MISMATCH)
    message_type = MessageType(claims[f"{read.LTI}message_type"])
    context, roles = read.context_of(claims), _roles(claims, message_type, notes)
    review = review_of(claims) if message_type is MessageType.SUBMISSION_REVIEW else None
    services = _services(claims, attempt, guard, trusted_hosts, notes)
    known_hosts = services.hosts | service_claims.registered_hosts(registration)
    presentation = service_claims.presentation_of(claims, known_hosts, trusted_hosts, notes.append)
    deep_linking = None
    if message_type is MessageType.DEEP_LINKING:
        known_hosts |= guard.list_known(registration, attempt.deployment_row_id)
        deep_linking = deep_linking_of(claims, known_hosts=known_hosts, trusted_hosts=trusted_hosts)
        check_may_add(roles, is_in_course=context is not None)
    return VerifiedLaunch(
        registration=registration,
        deployment=_deployment(claims, attempt),
        attempt_id=attempt.id,
        message_type=message_type,
        sub=read.subject_of(claims, allow_anonymous=registration.allow_anonymous),
        names=read.names_of(claims),
        locale=presentation.locale or read.language_of(claims.get("locale")),
        roles=roles,
        context=context,
        resource_link=_resource_link(claims, message_type),
        target_link_uri=target,
        custom=read.custom_of(claims),
        ags=services.ags,
        nrps=services.nrps,
        presentation=presentation,
        platform_info=service_claims.platform_info_of(claims, registration),
        frame_origins=service_claims.frame_origins_of(
            claims,
            registration,
            trusted_hosts,
            also=deep_linking.return_url if deep_linking else None,
        ),
        issued_at=datetime.fromtimestamp(read.issued_at_of(claims), UTC),
        notes=tuple(dict.fromkeys(notes)),
        deep_linking=deep_linking,
        groups=services.groups,
        notices=services.notices,
        # A review tells of one column; what else the course offers stays as it was told before.
        news=ServiceNews() if review else _news(attempt, services, context),
        review=review,
        mentored=mentored_in(claims, roles),
    )


def _deployment(claims: Claims, attempt: Attempt) -> DeploymentRef:
    return DeploymentRef(
        id=attempt.deployment_row_id,
        deployment_id=read.deployment_id_of(claims),
        is_approved=attempt.is_approved,
    )


def _resource_link(claims: Claims, message_type: MessageType) -> ResourceLink | None:
    # A review names the link that its column belongs to, where it belongs to one.
    is_named = f"{read.LTI}resource_link" in claims
    is_link = message_type is MessageType.RESOURCE_LINK
    is_reviewed = message_type is MessageType.SUBMISSION_REVIEW and is_named
    return read.resource_link_of(claims) if is_link or is_reviewed else None


def _roles(claims: Claims, message_type: MessageType, notes: list[Note]) -> LaunchRoles:
    # Only a resource link launch must have the claim; without it nobody is anything.
    may_lack = message_type is MessageType.DEEP_LINKING and f"{read.LTI}roles" not in claims
    roles = parse_roles(()) if may_lack else read.roles_of(claims)
    if claims.get(f"{read.LTI}role_scope_mentor") and ContextRole.OBSERVER not in roles.roles:
        notes.append(Note.MENTOR_SCOPE_WITHOUT_ROLE)
    return roles


def _services(
    claims: Claims,
    attempt: Attempt,
    guard: HostGuard,
    trusted_hosts: Sequence[str],
    notes: list[Note],
) -> _Services:
    ags = service_claims.ags_of(claims, trusted_hosts, notes.append)
    nrps = service_claims.nrps_of(claims, trusted_hosts, notes.append)
    groups = groups_of(claims, trusted_hosts, notes.append)
    notices = notices_of(claims, trusted_hosts, notes.append)
    hosts = service_claims.service_hosts(ags, nrps, groups, notices)
    report = guard.look_at(attempt.registration, attempt.deployment_row_id, hosts)
    if report.foreign:
        notes.append(Note.SERVICE_HOST_FOREIGN)
        ags, nrps = _not_at(report.foreign, ags), _not_at(report.foreign, nrps)
        groups, notices = _not_at(report.foreign, groups), _not_at(report.foreign, notices)
    kept = service_claims.service_hosts(ags, nrps, groups, notices)
    return _Services(ags, nrps, groups, notices, report.new & kept)


def _not_at(foreign: frozenset[str], offer: _O | None) -> _O | None:
    """Return the service unless an address of it is at a host of somebody else."""
    return None if service_claims.service_hosts(offer) & foreign else offer


def _news(attempt: Attempt, services: _Services, context: ContextClaim | None) -> ServiceNews:
    groups, notices = services.groups, services.notices
    said = StoredEndpoint(
        services.ags.line_items_url if services.ags else None,
        services.nrps.memberships_url if services.nrps else None,
        tuple(sorted(services.ags.scopes)) if services.ags else (),
        groups.groups_url if groups else None,
        groups.sets_url if groups else None,
    )
    has_changed = context is not None and said != (attempt.endpoint or _NOTHING)
    # A launch that says nothing of notices takes nothing back: they belong to the deployment.
    has_changed_notices = notices is not None and (
        notices.handlers_url != attempt.notices_url or notices.types != attempt.notice_types
    )
    return ServiceNews(services.new_hosts, has_changed, has_changed_notices)
