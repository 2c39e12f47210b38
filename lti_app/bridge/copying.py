"""What a copied link does at its first launch: it gets a copy of the settings of its origin.

Origins are looked for in the launch's own registration and deployment only.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lti_app.audit import Actor
from lti_app.bridge.copy_proof import may_be_copied
from lti_app.bridge.origins import Known, Opened, Told, choose_origins
from lti_app.catalog.copying import Copier, copy_activity
from lti_app.catalog.models import Activity, ItemVersion, Placement
from lti_app.lti.content_items import KEY_PARAMETER
from lti_app.lti.histories import MOST_READ, read_history
from lti_app.lti.notice_models import ContextCopy
from lti_app.lti.verified import VerifiedLaunch
from lti_app.people.models import Context

#: The custom parameters that tell of copies.
LINK_HISTORY = "history"
COURSE_HISTORY = "context_history"
#: More activities are not told apart on a page.
_MOST_ASKED = 20


@dataclass(frozen=True)
class Hints:
    """What a link names: an activity by its public id, an item by its address; None for none."""

    name: str | None
    address: str | None


def open_copy(
    session: Session,
    launch: VerifiedLaunch,
    placement: Placement,
    hints: Hints,
    *,
    registry: Copier,
    actor: Actor,
    now: datetime,
) -> None:
    """Let a link that opens nothing yet open a copy of what it comes from.

    Where several activities may be meant, an instructor is asked; see `Placement.candidates`. What
    instructors of another course made opens with proof alone; see `copy_proof`.
    """
    found = [one.activity_id for one in _origins_of(session, launch, placement, hints)]
    allowed = _allowed(session, launch, placement, found) if found else []
    if allowed and len(found) == 1:
        copy_activity(
            session,
            found[0],
            placement_id=placement.id,
            platform_id=placement.platform_id,
            registry=registry,
            actor=actor,
            now=now,
        )
        return
    # What may not be copied is not asked about either; the next launch may bring the proof.
    placement.is_withheld = bool(found) and not allowed
    asked = allowed[:_MOST_ASKED] or None
    if placement.candidates != asked:
        placement.candidates = asked


def _allowed(
    session: Session, launch: VerifiedLaunch, placement: Placement, found: Sequence[int]
) -> list[int]:
    own_course = launch.context.id if launch.context else ""
    may = may_be_copied(
        session,
        placement,
        found,
        key=launch.custom.get(KEY_PARAMETER, ""),
        noticed=_courses_by_notices(session, placement, own_course),
    )
    return [one for one in found if one in may]


def _origins_of(
    session: Session, launch: VerifiedLaunch, placement: Placement, hints: Hints
) -> tuple[Opened, ...]:
    if launch.context is None:
        return ()
    own_course, custom = launch.context.id, launch.custom
    courses = _courses_before(session, placement, custom.get(COURSE_HISTORY), own_course)
    links = read_history(custom.get(LINK_HISTORY), own_id=placement.lti_id)
    if not (courses or links or hints.name):
        return ()
    told = Told(
        named=_named(session, placement, hints.name),
        title=placement.title,
        address=hints.address,
        links=links,
        courses=courses,
    )
    known = Known(
        by_link=_by_link(session, placement, links),
        by_course=_by_course(session, placement, (own_course, *courses)),
        own_course=own_course,
    )
    return choose_origins(told, known)


def _activities(placement: Placement) -> "Select[*tuple[Any, ...]]":
    """Select what could be copied: all of this deployment that is not put away.

    Without the items' content: a course may have hundreds, and a lock is held.
    """
    return (
        select(
            Activity.id,
            Activity.public_id,
            Activity.origins,
            ItemVersion.pack,
            ItemVersion.item,
            Context.lti_id.label("course"),
        )
        .select_from(Activity)
        .join(ItemVersion, ItemVersion.id == Activity.item_version_id)
        .join(Context, Context.id == Activity.context_id)
        .where(
            Activity.platform_id == placement.platform_id,
            Context.platform_id == placement.platform_id,
            Context.deployment_id == placement.deployment_id,
            Activity.archived_at.is_(None),
        )
    )


def _courses_before(
    session: Session, placement: Placement, told: str | None, own_course: str
) -> tuple[str, ...]:
    """Return the courses that a course was copied from: by its launch, then by notices."""
    history = read_history(told, own_id=own_course)
    noticed = _courses_by_notices(session, placement, own_course)
    return tuple(dict.fromkeys((*history, *noticed)))


def _courses_by_notices(session: Session, placement: Placement, own_course: str) -> tuple[str, ...]:
    """Follow notices of copies from course to course; a ring of them ends where it began."""
    found: dict[str, None] = {}
    nearest = [own_course]
    while nearest and len(found) < MOST_READ:
        told = session.scalars(
            select(ContextCopy.origin_ref)
            .where(
                ContextCopy.platform_id == placement.platform_id,
                ContextCopy.deployment_id == placement.deployment_id,
                ContextCopy.context_ref.in_(nearest),
            )
            .order_by(ContextCopy.told_at.desc(), ContextCopy.id.desc())
        )
        nearest = [one for one in dict.fromkeys(told) if one not in found and one != own_course]
        found |= dict.fromkeys(nearest)
    return tuple(found)


def _named(session: Session, placement: Placement, public_id: str | None) -> Opened | None:
    if not public_id:
        return None
    row = session.execute(
        _activities(placement).where(Activity.public_id == public_id)
    ).one_or_none()
    return _opened(row) if row else None


def _by_link(session: Session, placement: Placement, links: Sequence[str]) -> dict[str, Opened]:
    if not links:
        return {}
    return {
        row.link: _opened(row, row.link_title)
        for row in session.execute(_linked(placement).where(Placement.lti_id.in_(links)))
    }


def _by_course(
    session: Session, placement: Placement, courses: Sequence[str]
) -> Mapping[str, Sequence[Opened]]:
    found: dict[str, list[Opened]] = defaultdict(list)
    for row in session.execute(
        _linked(placement)
        .where(Context.lti_id.in_(courses), Placement.context_id == Context.id)
        .order_by(Placement.id)
    ):
        found[row.course].append(_opened(row, row.link_title))
    return found


def _linked(placement: Placement) -> "Select[*tuple[Any, ...]]":
    """Select the same with each link that opens it."""
    return (
        _activities(placement)
        .add_columns(Placement.lti_id.label("link"), Placement.title.label("link_title"))
        .join(Placement, Placement.activity_id == Activity.id)
        .where(
            Placement.platform_id == placement.platform_id,
            Placement.deployment_id == placement.deployment_id,
        )
    )


def _opened(row: Any, link_title: str | None = None) -> Opened:
    return Opened(
        activity_id=row.id,
        public_id=row.public_id,
        link_title=link_title,
        address=f"{row.pack}/{row.item}",
        origins=tuple(row.origins or ()),
    )
