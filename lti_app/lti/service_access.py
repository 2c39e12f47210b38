"""What one context of a platform offers, and where its bearer tokens may go. It calls nothing."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.core.errors import NotFoundError
from lti_app.lti.addresses import host_of
from lti_app.lti.models import Deployment, ServiceEndpoint, ServiceHost
from lti_app.lti.registration import Registration
from lti_app.lti.registrations import get_platform_by_id

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
    """

    registration: Registration
    deployment_id: int
    hosts: frozenset[str]
    scopes: frozenset[str]
    line_items_url: str | None
    memberships_url: str | None

    def allows(self, url: str) -> bool:
        """Whether a bearer token may be sent to this address."""
        return host_of(url) in self.hosts


def get_service_access(session: Session, deployment_id: int, context_ref: str) -> ServiceAccess:
    """Return what is needed to call the services of a context.

    Args:
        session: any.
        deployment_id: our row.
        context_ref: the platform's own id of the context.

    Raises:
        NotFoundError: no such deployment.
    """
    platform_id = session.scalar(
        select(Deployment.platform_id).where(Deployment.id == deployment_id)
    )
    if platform_id is None:
        raise NotFoundError("deployment_not_found")
    hosts = session.scalars(
        select(ServiceHost.host).where(
            ServiceHost.platform_id == platform_id, ServiceHost.deployment_id == deployment_id
        )
    )
    endpoint = session.scalar(
        select(ServiceEndpoint).where(
            ServiceEndpoint.platform_id == platform_id,
            ServiceEndpoint.deployment_id == deployment_id,
            ServiceEndpoint.context_ref == context_ref,
        )
    )
    return ServiceAccess(
        registration=get_platform_by_id(session, platform_id),
        deployment_id=deployment_id,
        hosts=frozenset(hosts),
        scopes=frozenset(endpoint.scopes) & USED_SCOPES if endpoint else frozenset(),
        line_items_url=endpoint.lineitems_url if endpoint else None,
        memberships_url=endpoint.memberships_url if endpoint else None,
    )
