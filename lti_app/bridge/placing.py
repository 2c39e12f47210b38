"""From the course and the link of a launch to our context, enrolment, placement, activity."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from sqlalchemy.orm import Session

from lti_app.audit import Actor
from lti_app.bridge.copying import Hints, open_copy
from lti_app.bridge.roles import role_of
from lti_app.catalog.models import Placement
from lti_app.catalog.preparing import note_lost, take_activity
from lti_app.catalog.service import ensure_activity, remember_placement
from lti_app.grading.columns import look_again_at, remember_column
from lti_app.lti.content_items import ACTIVITY_PARAMETER
from lti_app.lti.verified import VerifiedLaunch
from lti_app.people.mentors import remember_scope
from lti_app.people.models import Context, User
from lti_app.people.roles import Role
from lti_app.people.service import ContextDetails, remember_context, remember_enrolment
from lti_app.submissions.registry import Registry

#: The custom parameter that names an item of a course pack: `item=<pack>/<item id>`.
ITEM_PARAMETER = "item"


@dataclass(frozen=True)
class Placed:
    """Where a launch leads; empty for a launch outside a course."""

    context_id: int | None = None
    placement_id: int | None = None
    activity_id: int | None = None


def remember_placing(
    session: Session,
    launch: VerifiedLaunch,
    deployment_id: int,
    *,
    user: User | None,
    registry: Registry,
    now: datetime,
) -> Placed:
    """Bring context, enrolment, placement and line item up to date.

    Args:
        user: None for an anonymous launch, which enrols nobody.
    """
    if launch.context is None:
        return Placed()
    context = remember_presence(session, launch, deployment_id, user=user, now=now)
    session.flush()
    if launch.resource_link is None:
        return Placed(context.id)
    placement = remember_placement(
        session,
        platform_id=launch.registration.id,
        deployment_id=deployment_id,
        context_id=context.id,
        lti_id=launch.resource_link.id,
        title=launch.resource_link.title,
        now=now,
    )
    if placement.activity_id is None:
        actor = Actor(user.public_id) if user is not None else Actor.NOBODY
        _find_activity(session, placement, launch, registry=registry, actor=actor, now=now)
    if launch.ags is not None and launch.ags.line_item_url:
        remember_column(session, placement, url=launch.ags.line_item_url, now=now)
    return Placed(context.id, placement.id, placement.activity_id)


def remember_presence(
    session: Session,
    launch: VerifiedLaunch,
    deployment_id: int,
    *,
    user: User | None,
    now: datetime,
) -> Context:
    """Bring the course of a launch up to date, and the person's part in it."""
    context = _context(session, launch, deployment_id, now)
    if user is not None:
        remember_enrolment(
            session,
            user=user,
            context=context,
            role=role_of(launch.roles),
            is_test=launch.roles.is_test_user,
            now=now,
        )
        look_again_at(session, platform_id=user.platform_id, user_id=user.id, now=now)
        if role_of(launch.roles) is Role.OBSERVER:
            remember_scope(session, user=user, context=context, subs=launch.mentored, now=now)
    return context


def named_activity(launch: VerifiedLaunch) -> str | None:
    """Return the activity that a link names: by its custom parameter, else by its address."""
    query = parse_qs(urlsplit(launch.target_link_uri).query)
    name = launch.custom.get(ACTIVITY_PARAMETER) or query.get(ACTIVITY_PARAMETER, [""])[0]
    # An address may spell a NUL, which no database takes.
    return name.replace("\0", "") or None


def _find_activity(
    session: Session,
    placement: Placement,
    launch: VerifiedLaunch,
    *,
    registry: Registry,
    actor: Actor,
    now: datetime,
) -> None:
    """Let a link open what it names, or a copy of what it was copied from."""
    name, address = named_activity(launch), launch.custom.get(ITEM_PARAMETER)
    if name and take_activity(session, placement, name):
        return
    hints = Hints(name, address)
    open_copy(session, launch, placement, hints, registry=registry, actor=actor, now=now)
    if placement.activity_id is not None or placement.candidates:
        return
    if name:
        note_lost(placement, name)
    elif address and not placement.is_withheld:
        ensure_activity(session, placement, address, registry=registry, now=now)


def _context(
    session: Session, launch: VerifiedLaunch, deployment_id: int, now: datetime
) -> Context:
    found = launch.context
    if found is None:
        raise ValueError("a launch without a context")
    return remember_context(
        session,
        platform_id=launch.registration.id,
        deployment_id=deployment_id,
        details=ContextDetails(found.id, found.title, found.label),
        now=now,
    )
