"""Whom a mentor of a course may follow: exactly those whom the platform named at the newest launch.

A mentor, to a platform, is somebody like a parent. Names that nobody here has are kept, because
they may belong to somebody who comes later; they find nobody until then.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.people.models import Context, Enrolment, EnrolmentStatus, MentorScope, User
from lti_app.people.roles import Role

#: How many names go into one question to the database.
_AT_A_TIME = 500


def remember_scope(
    session: Session, *, user: User, context: Context, subs: Sequence[str], now: datetime
) -> None:
    """Keep whom a mentor may follow from now on; nobody, where the launch named nobody."""
    session.flush()
    row = _scope(session, user.platform_id, context.id, user.id)
    if row is None and not subs:
        return
    if row is None:
        row = MentorScope(platform_id=user.platform_id, context_id=context.id, user_id=user.id)
        session.add(row)
    row.subs, row.updated_at = list(subs), now


def list_followed(
    session: Session, *, platform_id: int, context_id: int, mentor_id: int
) -> list[int]:
    """Return the users who learn in the course and whom this mentor may follow, in one order."""
    scope = _scope(session, platform_id, context_id, mentor_id)
    found: set[int] = set()
    subs = scope.subs if scope else []
    for start in range(0, len(subs), _AT_A_TIME):
        found.update(
            session.scalars(
                select(User.id)
                .join(Enrolment, Enrolment.user_id == User.id)
                .where(
                    User.platform_id == platform_id,
                    User.sub.in_(subs[start : start + _AT_A_TIME]),
                    Enrolment.platform_id == platform_id,
                    Enrolment.context_id == context_id,
                    Enrolment.role == Role.LEARNER.value,
                    Enrolment.status == EnrolmentStatus.ACTIVE.value,
                    Enrolment.is_test.is_(False),
                )
            )
        )
    return sorted(found)


def is_following(session: Session, *, platform_id: int, context_id: int, mentor_id: int) -> bool:
    """Whether the platform named anybody whom this mentor may follow."""
    scope = _scope(session, platform_id, context_id, mentor_id)
    return scope is not None and bool(scope.subs)


def _scope(
    session: Session, platform_id: int, context_id: int, mentor_id: int
) -> MentorScope | None:
    return session.scalar(
        select(MentorScope).where(
            MentorScope.platform_id == platform_id,
            MentorScope.context_id == context_id,
            MentorScope.user_id == mentor_id,
        )
    )
