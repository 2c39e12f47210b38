"""Launches under way: what a hint stands for, whose browser it belongs to, and that it works once.

It checks no parameter of a request and signs nothing.
"""

import secrets
from datetime import datetime

from sqlalchemy import delete, literal, or_, select, update
from sqlalchemy.orm import Session

from lti_app.sandbox.dialect import Dialect
from lti_app.sandbox.models import Enrolment, Launch, Link


def begin_launch(
    session: Session,
    dialect: Dialect,
    *,
    link: Link,
    enrolment: Enrolment,
    browser: str,
    target: str,
    now: datetime,
) -> str:
    """Return a new hint for one person opening one link in one browser."""
    session.execute(delete(Launch).where(Launch.expires_at <= now))
    launch = Launch(
        hint=secrets.token_urlsafe(24),
        browser=browser,
        person_id=enrolment.person_id,
        link_id=link.id,
        document_target=target,
        expires_at=now + dialect.launch_hint_lives_for,
        used_at=None,
    )
    session.add(launch)
    return launch.hint


def take_launch(
    session: Session,
    dialect: Dialect,
    *,
    hint: str,
    browser: str,
    client_id: str,
    now: datetime,
) -> Launch | None:
    """Return the launch that a hint stands for and use the hint up.

    Returns:
        None when there is none, it is over or already used, or it is another browser's or tool's.
    """
    launch = session.scalar(select(Launch).where(Launch.hint == hint))
    if launch is None or launch.browser != browser or launch.link.tool.client_id != client_id:
        return None
    taken = session.execute(
        update(Launch)
        .where(
            Launch.id == launch.id,
            Launch.expires_at > now,
            or_(Launch.used_at.is_(None), literal(not dialect.launch_hint_is_single_use)),
        )
        .values(used_at=now)
        .returning(Launch.id)
    )
    return launch if taken.first() else None
