"""Deployments of a platform: known, waiting for an operator, approved. It checks no launch."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.core.db.locks import hold_lock
from lti_app.core.errors import ConflictError, NotFoundError
from lti_app.lti.errors import PendingDeployment
from lti_app.lti.models import Deployment, Platform
from lti_app.lti.verified import VerifiedLaunch

#: Deployments of one platform that wait for an operator; more are not written down.
MAX_PENDING = 50


@dataclass(frozen=True)
class DeploymentInfo:
    """A deployment as an operator sees it; `deployment_id` is the platform's own name for it."""

    id: int
    public_id: str
    platform_id: int
    deployment_id: str
    is_approved: bool
    created_at: datetime


def add_deployment(
    session: Session,
    platform_id: int,
    deployment_id: str,
    *,
    now: datetime,
    is_approved: bool,
    actor: Actor = Actor.OPERATOR,
) -> DeploymentInfo:
    """Make the deployment known; one that is known already is returned as it is."""
    _hold(session, platform_id)
    found = _find(session, platform_id, deployment_id)
    if found is not None:
        return _info(found)
    row = Deployment(
        platform_id=platform_id,
        deployment_id=deployment_id,
        approved_at=now if is_approved else None,
        created_at=now,
    )
    session.add(row)
    session.flush()
    action = "deployment.added" if is_approved else "deployment.pending"
    _record(session, action, row, now=now, actor=actor)
    return _info(row)


def approve_deployment(
    session: Session,
    platform_public_id: str,
    deployment_id: str,
    *,
    now: datetime,
    actor: Actor = Actor.OPERATOR,
) -> DeploymentInfo:
    """Let launches of this deployment in.

    Raises:
        NotFoundError: `platform_not_found`, or `deployment_not_found` when it was never seen.
    """
    row = _get(session, platform_public_id, deployment_id)
    if row.approved_at is None:
        row.approved_at = now
        session.flush()
        _record(session, "deployment.approved", row, now=now, actor=actor)
    return _info(row)


def list_deployments(session: Session, platform_id: int) -> list[DeploymentInfo]:
    """Return the deployments of one platform, oldest first."""
    query = select(Deployment).where(Deployment.platform_id == platform_id).order_by(Deployment.id)
    return [_info(row) for row in session.scalars(query)]


@dataclass(frozen=True)
class WaitingDeployment:
    """A deployment that nobody has approved, with the platform that named it."""

    platform_public_id: str
    platform_name: str
    deployment_id: str
    first_seen_at: datetime


def list_waiting(session: Session) -> list[WaitingDeployment]:
    """Return the deployments of all platforms that wait for an operator, longest first."""
    query = (
        select(Platform.public_id, Platform.name, Deployment.deployment_id, Deployment.created_at)
        .join(Platform, Platform.id == Deployment.platform_id)
        .where(Deployment.approved_at.is_(None))
        .order_by(Deployment.created_at, Deployment.id)
    )
    return [WaitingDeployment(*row) for row in session.execute(query)]


def forget_waiting(
    session: Session,
    platform_public_id: str,
    deployment_id: str,
    *,
    now: datetime,
    actor: Actor = Actor.OPERATOR,
) -> None:
    """Take a deployment off the list of those that wait; its next launch puts it there again.

    Raises:
        NotFoundError: as `approve_deployment`, also where it was approved.
        ConflictError: `deployment_in_use`, where people have come through it.
    """
    row = _get(session, platform_public_id, deployment_id)
    if row.approved_at is not None:
        raise NotFoundError("deployment_not_waiting")
    try:
        with session.begin_nested():
            session.delete(row)
            session.flush()
    except IntegrityError as error:
        raise ConflictError("deployment_in_use") from error
    _record(session, "deployment.forgotten", row, now=now, actor=actor)


def note_pending(session: Session, pending: PendingDeployment, *, now: datetime) -> bool:
    """Write down a deployment for the operator to approve. False: known already, or too many."""
    _hold(session, pending.platform_id)
    if _find(session, pending.platform_id, pending.deployment_id) is not None:
        return False
    waiting = session.scalar(
        select(func.count()).where(
            Deployment.platform_id == pending.platform_id, Deployment.approved_at.is_(None)
        )
    )
    if waiting is not None and waiting >= MAX_PENDING:
        return False
    add_deployment(
        session,
        pending.platform_id,
        pending.deployment_id,
        now=now,
        is_approved=False,
        actor=Actor.NOBODY,
    )
    return True


def admit_deployment(session: Session, launch: VerifiedLaunch, *, now: datetime) -> int:
    """Return the row id of the launch's deployment, and make the row where it is new.

    It is new only where the operator has said that deployments need no approval.
    """
    if launch.deployment.id is not None:
        return launch.deployment.id
    return add_deployment(
        session,
        launch.registration.id,
        launch.deployment.deployment_id,
        now=now,
        is_approved=True,
        actor=Actor.SYSTEM,
    ).id


def _hold(session: Session, platform_id: int) -> None:
    """Let one launch at a time look whether a deployment is new: a class comes all at once."""
    hold_lock(session, "lti.deployments", platform_id)


def _get(session: Session, platform_public_id: str, deployment_id: str) -> Deployment:
    platform_id = session.scalar(
        select(Platform.id).where(Platform.public_id == platform_public_id)
    )
    if platform_id is None:
        raise NotFoundError("platform_not_found")
    row = _find(session, platform_id, deployment_id)
    if row is None:
        raise NotFoundError("deployment_not_found")
    return row


def _find(session: Session, platform_id: int, deployment_id: str) -> Deployment | None:
    return session.scalar(
        select(Deployment).where(
            Deployment.platform_id == platform_id, Deployment.deployment_id == deployment_id
        )
    )


def _info(row: Deployment) -> DeploymentInfo:
    return DeploymentInfo(
        id=row.id,
        public_id=row.public_id,
        platform_id=row.platform_id,
        deployment_id=row.deployment_id,
        is_approved=row.approved_at is not None,
        created_at=row.created_at,
    )


def _record(session: Session, action: str, row: Deployment, *, now: datetime, actor: Actor) -> None:
    record_event(
        session,
        action,
        at=now,
        actor=actor,
        about=("deployment", row.public_id),
        platform_id=row.platform_id,
    )
