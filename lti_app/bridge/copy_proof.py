"""What proves that a link may open a copy of what instructors of another course made themselves.

Custom parameters alone prove nothing: whoever teaches any course of a platform can write them, and
an own item brings its answers along. Items of packs need no proof, everybody who teaches has them.
"""

import hmac
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lti_app.catalog.models import Activity, ItemVersion, Placement
from lti_app.catalog.pack import OWN_PACK
from lti_app.people.models import Context, Enrolment
from lti_app.people.roles import Role

_STAFF = [role.value for role in Role if role.is_staff or role.may_author]


def may_be_copied(
    session: Session,
    placement: Placement,
    activity_ids: Sequence[int],
    *,
    key: str,
    noticed: Collection[str],
) -> frozenset[int]:
    """Return those of these activities that this link may open a copy of.

    Args:
        activity_ids: of the link's own deployment.
        key: the secret that the link carries; empty for none.
        noticed: the courses that the platform's notices call origins of this one.
    """
    found = session.execute(
        select(Activity, ItemVersion.pack, Context.lti_id)
        .join(ItemVersion, ItemVersion.id == Activity.item_version_id)
        .join(Context, Context.id == Activity.context_id)
        .where(Activity.platform_id == placement.platform_id, Activity.id.in_(activity_ids))
    )
    return frozenset(
        activity.id
        for activity, pack, course in found
        if pack != OWN_PACK
        or activity.context_id == placement.context_id
        or course in noticed
        or _is_same(key, activity.copy_key)
        or _teaches_both(session, placement, activity.context_id)
    )


def _is_same(key: str, secret: str | None) -> bool:
    if not secret:
        return False
    return hmac.compare_digest(key.encode(errors="replace"), secret.encode())


def _teaches_both(session: Session, placement: Placement, origin_id: int) -> bool:
    """Whether somebody teaches or taught there who has opened the tool here as a teacher.

    Being on the roster here is not enough: any teacher may put a colleague on theirs.
    """
    here, there = aliased(Enrolment), aliased(Enrolment)
    both = (
        select(here.id)
        .join(there, there.user_id == here.user_id)
        .where(
            here.platform_id == placement.platform_id,
            here.context_id == placement.context_id,
            here.role.in_(_STAFF),
            here.launched_at.is_not(None),
            there.platform_id == placement.platform_id,
            there.context_id == origin_id,
            there.role.in_(_STAFF),
        )
    )
    return session.scalar(both.limit(1)) is not None
