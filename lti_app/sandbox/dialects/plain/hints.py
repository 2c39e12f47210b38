"""Launches under way: what a hint stands for, whose browser it belongs to, and that it works once.

It checks no other parameter of a request and signs nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lti_app.sandbox.models import Enrolment, Launch, Link


def begin_launch(
    session: Session,
    hint: str,
    *,
    link: Link,
    enrolment: Enrolment,
    browser: str,
    target: str,
    now: datetime,
    lives_for: timedelta,
) -> Launch:
    """Let a hint stand for one person opening one link in one browser."""
    session.execute(delete(Launch).where(Launch.expires_at <= now))
    launch = Launch(
        hint=hint,
        browser=browser,
        person_id=enrolment.person_id,
        link_id=link.id,
        document_target=target,
        expires_at=now + lives_for,
        used_at=None,
        review_sub=None,
        review_item_id=None,
        pick_id=None,
    )
    session.add(launch)
    return launch


def take_launch(session: Session, hint: str, *, browser: str, now: datetime) -> Launch | None:
    """Return the launch that a hint stands for and use the hint up.

    Returns:
        None when there is none, it is over or already used, or it is another browser's.
    """
    launch = session.scalar(select(Launch).where(Launch.hint == hint))
    if launch is None or launch.browser != browser:
        return None
    taken = session.execute(
        update(Launch)
        .where(Launch.id == launch.id, Launch.expires_at > now, Launch.used_at.is_(None))
        .values(used_at=now)
        .returning(Launch.id)
    )
    return launch if taken.first() else None
