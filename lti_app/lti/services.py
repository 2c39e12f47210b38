"""Which service addresses belong to which deployment: learned from launches, guarded, kept.

A host that is bound to a registration of another issuer is never taken. It calls no service.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.core.db import Database
from lti_app.core.logs import get_logger
from lti_app.lti.addresses import host_of
from lti_app.lti.deployments import admit_deployment
from lti_app.lti.models import Deployment, Platform, ServiceEndpoint, ServiceHost
from lti_app.lti.quirks import Family
from lti_app.lti.registration import Registration, Standing
from lti_app.lti.service_claims import registered_hosts
from lti_app.lti.verified import VerifiedLaunch

_MAX_REMEMBERED = 10_000

_log = get_logger(__name__)


@dataclass(frozen=True)
class HostReport:
    """What is to be thought of the hosts of one launch: `new` ones to keep, `foreign` to refuse."""

    new: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()


@dataclass
class HostGuard:
    """Knows the hosts of deployments, in memory where it has seen them stored."""

    database: Database
    _known: set[tuple[int, str]] = field(default_factory=set, init=False)

    def look_at(
        self, registration: Registration, deployment_id: int | None, hosts: frozenset[str]
    ) -> HostReport:
        """Sort the hosts of a launch; reads the database only for those not seen before."""
        unseen = {host for host in hosts if (deployment_id, host) not in self._known}
        if not unseen:
            return HostReport()
        with self.database.read() as session:
            stored = set(
                session.scalars(
                    select(ServiceHost.host).where(
                        ServiceHost.platform_id == registration.id,
                        ServiceHost.deployment_id == deployment_id,
                        ServiceHost.host.in_(unseen),
                    )
                )
            )
            asked = unseen - stored - registered_hosts(registration)
            foreign = _hosts_of_others(session, registration, asked) if asked else frozenset()
        self._remember(deployment_id, stored)
        return HostReport(new=frozenset(unseen - stored - foreign), foreign=foreign)

    def list_known(self, registration: Registration, deployment_id: int | None) -> frozenset[str]:
        """Return the hosts that services of this deployment have been on."""
        with self.database.read() as session:
            return frozenset(
                session.scalars(
                    select(ServiceHost.host).where(
                        ServiceHost.platform_id == registration.id,
                        ServiceHost.deployment_id == deployment_id,
                    )
                )
            )

    def _remember(self, deployment_id: int | None, hosts: Iterable[str]) -> None:
        if len(self._known) > _MAX_REMEMBERED:
            self._known.clear()
        if deployment_id is not None:
            self._known.update((deployment_id, host) for host in hosts)


def _hosts_of_others(
    session: Session, registration: Registration, asked: set[str]
) -> frozenset[str]:
    """Return those of the hosts that a registration of another issuer has, or has learned.

    One that no launch has proven yet claims none: anybody with a link could take a school's host.
    """
    is_other = (
        Platform.issuer != registration.issuer,
        Platform.disabled_at.is_(None),
        Platform.standing == Standing.ACTIVE.value,
    )
    learned = session.scalars(
        select(ServiceHost.host)
        .join(Platform, Platform.id == ServiceHost.platform_id)
        .where(ServiceHost.host.in_(asked), *is_other)
    )
    urls = session.execute(
        select(Platform.issuer, Platform.auth_url, Platform.token_url, Platform.jwks_url).where(
            *is_other
        )
    )
    registered = {host_of(url) for row in urls for url in row}
    return frozenset(asked & ({*learned} | registered))


def brings_news(launch: VerifiedLaunch) -> bool:
    """Whether a launch tells anything of services or of its platform that is not stored yet."""
    news = launch.news
    is_of_services = news.has_changed_addresses or news.has_changed_notices
    return bool(news.hosts) or is_of_services or _is_family_news(launch)


def remember_services(session: Session, launch: VerifiedLaunch, *, now: datetime) -> None:
    """Keep the newest service addresses of a launch; writes nothing when nothing has changed."""
    if not brings_news(launch):
        return
    deployment_id = admit_deployment(session, launch, now=now)
    for host in sorted(launch.news.hosts):
        _add_host(session, launch, deployment_id, host, now=now)
    if launch.news.has_changed_addresses and launch.context is not None:
        _keep_addresses(session, launch, deployment_id, launch.context.id, now=now)
    if launch.news.has_changed_notices and launch.notices is not None:
        session.execute(
            update(Deployment)
            .where(Deployment.platform_id == launch.registration.id, Deployment.id == deployment_id)
            .values(
                notices_url=launch.notices.handlers_url, notice_types=sorted(launch.notices.types)
            )
        )
    if _is_family_news(launch):
        session.execute(
            update(Platform)
            .where(Platform.id == launch.registration.id, Platform.family == Family.OTHER.value)
            .values(family=launch.platform_info.family.value)
        )


def _is_family_news(launch: VerifiedLaunch) -> bool:
    return launch.registration.family is not launch.platform_info.family


def _add_host(
    session: Session, launch: VerifiedLaunch, deployment_id: int, host: str, *, now: datetime
) -> None:
    try:
        with session.begin_nested():
            session.execute(
                insert(ServiceHost).values(
                    platform_id=launch.registration.id,
                    deployment_id=deployment_id,
                    host=host,
                    first_seen_at=now,
                )
            )
    except IntegrityError:
        return  # A launch beside this one was first.
    record_event(
        session,
        "service_host.added",
        at=now,
        actor=Actor.SYSTEM,
        about=("service_host", host[:64]),
        platform_id=launch.registration.id,
    )
    _log.info("service host is new", platform=launch.registration.id, host=host)


def _keep_addresses(
    session: Session, launch: VerifiedLaunch, deployment_id: int, context_ref: str, *, now: datetime
) -> None:
    values = {
        "lineitems_url": launch.ags.line_items_url if launch.ags else None,
        "memberships_url": launch.nrps.memberships_url if launch.nrps else None,
        "groups_url": launch.groups.groups_url if launch.groups else None,
        "group_sets_url": launch.groups.sets_url if launch.groups else None,
        "scopes": sorted(launch.ags.scopes) if launch.ags else [],
        "updated_at": now,
    }
    changed = session.execute(
        update(ServiceEndpoint)
        .where(
            ServiceEndpoint.platform_id == launch.registration.id,
            ServiceEndpoint.deployment_id == deployment_id,
            ServiceEndpoint.context_ref == context_ref,
        )
        .values(**values)
    )
    if changed.rowcount:  # type: ignore[attr-defined] # an UPDATE gives a CursorResult
        return
    try:
        with session.begin_nested():
            session.execute(
                insert(ServiceEndpoint).values(
                    platform_id=launch.registration.id,
                    deployment_id=deployment_id,
                    context_ref=context_ref,
                    **values,
                )
            )
    except IntegrityError:
        return  # A launch beside this one was first; its addresses are as new as ours.
