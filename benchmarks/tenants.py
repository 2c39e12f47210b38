"""Tenants whose scores are owed, as launches, hand-ins and releases would have left them."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache

import requests
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lti_app.catalog.models import LineItem
from lti_app.catalog.service import open_item, remember_placement
from lti_app.core.clock import system_clock
from lti_app.core.ids import new_public_id
from lti_app.grading.columns import remember_column
from lti_app.grading.ledger import SEND_SCORE
from lti_app.grading.models import DeliveryState, Grade, ScoreDelivery
from lti_app.jobs.gates import host_in
from lti_app.jobs.models import Job, JobState
from lti_app.lti.models import Deployment, Platform, ServiceEndpoint, ServiceHost
from lti_app.lti.service_access import USED_SCOPES
from lti_app.people.models import User
from lti_app.people.service import ContextDetails, remember_context
from lti_app.submissions.registry import Registry, load_registry

_ITEM = "leading-knowledge/m1-self20-pre"
_FULL = Decimal(10)


@dataclass(frozen=True)
class Tenant:
    """A platform with one course, one column and people who are owed a score there."""

    platform_id: int
    activity_id: int
    line_item_id: int
    host: str


def free_port() -> int:
    """Return a port that nobody listens on at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def slow_lms(latency: float, *, has_bucket: bool = False) -> Iterator[str]:
    """Run a platform with this latency, in seconds; yields its address."""
    port = free_port()
    options = ["--bucket"] if has_bucket else []
    program = subprocess.Popen(  # noqa: S603 - our own module, no shell
        [sys.executable, "-m", "benchmarks.slow_lms", str(port), str(latency), *options],
        stdout=subprocess.PIPE,
    )
    try:
        if program.stdout is not None:
            program.stdout.readline()
        yield f"http://127.0.0.1:{port}"
    finally:
        program.terminate()
        program.wait()


def counts(url: str) -> dict[str, float]:
    """Return what the platform has counted, and when the first score came to this address."""
    found: dict[str, float] = requests.get(f"{url}/counts", timeout=10).json()
    return found


def add_tenant(
    session: Session, url: str, *, name: str, limit: int = 4, now: datetime | None = None
) -> Tenant:
    """Write a tenant whose services are at an address; nothing is owed to it yet."""
    now = now or system_clock()
    platform = Platform(
        name=name,
        issuer=url,
        client_id=name,
        auth_url=f"{url}/auth",
        token_url=f"{url}/token",
        jwks_url=f"{url}/jwks",
        max_in_flight=limit,
        created_at=now,
    )
    session.add(platform)
    session.flush()
    deployment = Deployment(
        platform_id=platform.id, deployment_id="1", approved_at=now, created_at=now
    )
    session.add(deployment)
    session.flush()
    ours = {"platform_id": platform.id, "deployment_id": deployment.id}
    session.add(ServiceHost(**ours, host=host_in(url), first_seen_at=now))
    offered = {"lineitems_url": f"{url}/items", "scopes": sorted(USED_SCOPES)}
    session.add(ServiceEndpoint(**ours, context_ref="course", **offered, updated_at=now))
    return _add_course(session, platform.id, deployment.id, url, now)


def _add_course(
    session: Session, platform_id: int, deployment_id: int, url: str, now: datetime
) -> Tenant:
    context = remember_context(
        session,
        platform_id=platform_id,
        deployment_id=deployment_id,
        details=ContextDetails("course", title="Course"),
        now=now,
    )
    session.flush()
    placement = remember_placement(
        session,
        platform_id=platform_id,
        deployment_id=deployment_id,
        context_id=context.id,
        lti_id="link",
        title="Link",
        now=now,
    )
    remember_column(session, placement, url=f"{url}/items/1", now=now)
    item = _registry().library.find_item(_ITEM)
    if item is None:
        raise LookupError(_ITEM)
    activity = open_item(
        session,
        placement.id,
        item,
        platform_id=platform_id,
        registry=_registry(),
        now=now,
        in_gradebook=True,
    )
    line_item_id = session.scalars(
        select(LineItem.id).where(LineItem.placement_id == placement.id)
    ).one()
    return Tenant(platform_id, activity.id, line_item_id, host_in(url))


@cache
def _registry() -> Registry:
    return load_registry(with_pages=False)


def owe(session: Session, tenant: Tenant, *, scores: int, first: int = 0) -> None:
    """Owe so many people of a tenant a score, each with its job."""
    now = system_clock()
    ours = {"platform_id": tenant.platform_id}
    users = session.scalars(
        insert(User).returning(User.id),
        [
            {**ours, "sub": str(first + number), "created_at": now, "seen_at": now}
            for number in range(scores)
        ],
    ).all()
    graded = {"points": _FULL, "maximum": _FULL, "formula_version": 1, "computed_at": now}
    released = {"released_points": _FULL, "released_at": now}
    grades = session.execute(
        insert(Grade).returning(Grade.id, Grade.user_id),
        [
            {**ours, "activity_id": tenant.activity_id, "user_id": user, **graded, **released}
            for user in users
        ],
    ).all()
    keys = [new_public_id() for _ in grades]
    wanted = {"wanted_version": 1, "wanted_points": _FULL, "wanted_maximum": _FULL}
    session.execute(
        insert(ScoreDelivery),
        [
            {
                **ours,
                "public_id": key,
                "line_item_id": tenant.line_item_id,
                "user_id": user,
                "grade_id": grade,
                "state": DeliveryState.OWED.value,
                **wanted,
                "wanted_at": now,
                "changed_at": now,
            }
            for key, (grade, user) in zip(keys, grades, strict=True)
        ],
    )
    job = {"host": tenant.host, "kind": SEND_SCORE, "state": JobState.WAITING.value, "run_at": now}
    session.execute(insert(Job), [{**ours, **job, "key": key} for key in keys])
