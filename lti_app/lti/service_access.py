"""What one context of a platform offers, and where its bearer tokens may go. It calls nothing."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from lti_app.core.db import Prepared
from lti_app.core.errors import NotFoundError
from lti_app.lti.addresses import host_of
from lti_app.lti.models import Deployment, Platform, ServiceEndpoint, ServiceHost
from lti_app.lti.registration import Registration
from lti_app.lti.registration_rows import registration_columns, registration_from

#: What we ever ask for; a claim may offer more.
USED_SCOPES = frozenset(
    f"https://purl.imsglobal.org/spec/lti-ags/scope/{name}"
    for name in ("lineitem", "lineitem.readonly", "result.readonly", "score")
)


@dataclass(frozen=True)
class ServiceAccess:
    """What one context of a platform offers us, and where its bearer tokens may go.

    Attributes:
        deployment_id: our row.
        hosts: `host` or `host:port`, as `addresses.host_of` writes them.
        scopes: offered by the newest launch from the context, and used by us.
        line_items_url: None when the platform lets us look up and add no columns.
        groups_url: None where the platform tells of no groups; then there are no sets either.
    """

    registration: Registration
    deployment_id: int
    hosts: frozenset[str]
    scopes: frozenset[str]
    line_items_url: str | None
    memberships_url: str | None
    groups_url: str | None = None
    group_sets_url: str | None = None

    def allows(self, url: str) -> bool:
        """Whether a bearer token may be sent to this address."""
        return host_of(url) in self.hosts


def _access() -> Select[*tuple[Any, ...]]:
    of_context = (
        (ServiceEndpoint.platform_id == Deployment.platform_id)
        & (ServiceEndpoint.deployment_id == Deployment.id)
        & (ServiceEndpoint.context_ref == bindparam("context_ref"))
    )
    return (
        select(
            ServiceEndpoint.scopes,
            ServiceEndpoint.lineitems_url,
            ServiceEndpoint.memberships_url,
            ServiceEndpoint.groups_url,
            ServiceEndpoint.group_sets_url,
            *registration_columns(),
        )
        .select_from(Deployment)
        .join(Platform, Platform.id == Deployment.platform_id)
        .outerjoin(ServiceEndpoint, of_context)
        .where(Deployment.id == bindparam("deployment_id"))
    )


# Asked for with every batch of scores; compiled once.
_ACCESS = Prepared(_access())
_HOSTS = Prepared(
    select(ServiceHost.host).where(
        ServiceHost.platform_id == bindparam("platform_id"),
        ServiceHost.deployment_id == bindparam("deployment_id"),
    )
)


def get_service_access(session: Session, deployment_id: int, context_ref: str) -> ServiceAccess:
    """Return what is needed to call the services of a context.

    Args:
        session: any.
        deployment_id: our row.
        context_ref: the platform's own id of the context.

    Raises:
        NotFoundError: no such deployment.
    """
    session.flush()
    which = {"deployment_id": deployment_id}
    rows = _ACCESS.rows(session, {**which, "context_ref": context_ref})
    if not rows:
        raise NotFoundError("deployment_not_found")
    scopes, line_items_url, memberships_url, groups_url, group_sets_url, *values = rows[0]
    registration = registration_from(values)
    hosts = _HOSTS.rows(session, {**which, "platform_id": registration.id})
    return ServiceAccess(
        registration=registration,
        deployment_id=deployment_id,
        hosts=frozenset(host for (host,) in hosts),
        scopes=frozenset(scopes or ()) & USED_SCOPES,
        line_items_url=line_items_url,
        memberships_url=memberships_url,
        groups_url=groups_url,
        group_sets_url=group_sets_url,
    )
