"""A launch that tells nothing new: recognised with one question, so that it writes next to nothing.

Most launches are of this kind. Whatever differs, be it one letter of a name, goes the long way of
`bridge.placing`, which is the only one that writes. It decides nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select

from lti_app.bridge.roles import role_of
from lti_app.catalog.models import WHOLE, LineItem, Placement
from lti_app.core.db import Prepared, Tables
from lti_app.lti.services import brings_news
from lti_app.lti.verified import VerifiedLaunch
from lti_app.people.models import Context, Enrolment, EnrolmentStatus, User
from lti_app.people.roles import Role
from lti_app.people.service import SEEN_EVERY

_user, _context, _enrolment, _placement, _column = (
    cast(Table, model.__table__).c for model in (User, Context, Enrolment, Placement, LineItem)
)

#: Everything a launch of a course's link may tell, as it was the last time.
_KNOWN = Prepared(
    select(
        _user.id,
        _user.public_id,
        _context.id,
        _placement.id,
        _placement.activity_id,
        _user.name,
        _user.given_name,
        _user.family_name,
        _user.email,
        _user.locale,
        _context.title,
        _context.label,
        _placement.title,
        _placement.context_id,
        _enrolment.role,
        _enrolment.is_test,
        _enrolment.status,
        _user.seen_at,
        _enrolment.seen_at,
        _enrolment.launched_at,
        _column.url,
        _user.time_zone,
        _user.legacy_id,
    )
    .select_from(User.__table__)
    .join(
        Context.__table__,
        (_context.platform_id == _user.platform_id)
        & (_context.deployment_id == bindparam("deployment"))
        & (_context.lti_id == bindparam("context")),
    )
    .join(
        Enrolment.__table__,
        (_enrolment.context_id == _context.id) & (_enrolment.user_id == _user.id),
    )
    .join(
        Placement.__table__,
        (_placement.platform_id == _user.platform_id)
        & (_placement.deployment_id == bindparam("deployment"))
        & (_placement.lti_id == bindparam("link")),
    )
    .outerjoin(
        LineItem.__table__, (_column.placement_id == _placement.id) & (_column.facet == WHOLE)
    )
    .where(_user.platform_id == bindparam("platform"), _user.sub == bindparam("sub"))
)


@dataclass(frozen=True)
class Known:
    """The rows that a launch is about; those of the course are None for a launch outside one.

    Attributes:
        has_zone: whether the person's browser has told its time zone before.
    """

    user_id: int
    user_public_id: str
    context_id: int | None
    placement_id: int | None
    activity_id: int | None
    has_zone: bool


def find_familiar(tables: Tables, launch: VerifiedLaunch, *, now: datetime) -> Known | None:
    """Return the rows of this launch if all that it tells is known; None if anything is new."""
    if launch.sub is None or launch.context is None or launch.resource_link is None:
        return None
    # Whom a mentor may follow is news at every launch.
    if launch.review is not None or role_of(launch.roles) is Role.OBSERVER:
        return None
    if launch.deployment.id is None or brings_news(launch):
        return None
    values = {
        "platform": launch.registration.id,
        "sub": launch.sub,
        "deployment": launch.deployment.id,
        "context": launch.context.id,
        "link": launch.resource_link.id,
    }
    rows = _KNOWN.rows(tables, values)
    if not rows or not _is_unchanged(rows[0], launch, now):
        return None
    row = rows[0]
    return Known(row[0], row[1], row[2], row[3], row[4], has_zone=row[21] is not None)


def _is_unchanged(row: Sequence[Any], launch: VerifiedLaunch, now: datetime) -> bool:
    if row[5:17] != _told(launch, context_id=row[2]):
        return False
    if launch.legacy_user_id not in (None, row[22]):
        return False
    user_seen, enrolment_seen, launched_at, column_url = row[17:21]
    if launched_at is None or now - min(user_seen, enrolment_seen) >= SEEN_EVERY:
        return False
    told_column = launch.ags.line_item_url if launch.ags else None
    # What a link may open that opens nothing yet, `placing` looks for: a notice may have come.
    is_placed = row[4] is not None
    return is_placed and told_column in (None, column_url)


def _told(launch: VerifiedLaunch, *, context_id: int) -> tuple[object, ...]:
    """Return what the launch tells, in the order of the columns from the sixth on."""
    names, context, link = launch.names, launch.context, launch.resource_link
    return (
        names.name,
        names.given_name,
        names.family_name,
        names.email,
        launch.locale,
        context.title if context else None,
        context.label if context else None,
        link.title if link else None,
        context_id,
        role_of(launch.roles).value,
        launch.roles.is_test_user,
        EnrolmentStatus.ACTIVE.value,
    )
