"""Users, contexts and enrolments as a launch or a roster tells of them; people's data keys.

A launch that brings nothing new writes nothing but "seen"; see `SEEN_EVERY`.
"""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lti_app.core.db import Prepared, Row
from lti_app.core.sealing import DataKey as OpenDataKey
from lti_app.core.sealing import Keyring
from lti_app.people.models import Context, DataKey, Enrolment, EnrolmentStatus, User
from lti_app.people.roles import Role

#: "Last seen" is not worth a write more often than this.
SEEN_EVERY = timedelta(minutes=5)
_DATA_KEY = Prepared(
    select(DataKey.id, DataKey.wrapped).where(
        DataKey.platform_id == bindparam("platform_id"), DataKey.user_id == bindparam("user_id")
    )
)


@dataclass(frozen=True)
class Profile:
    """What the platform says of a person now.

    A part that it withholds is None and is removed here too: privacy may be lowered in the
    platform, and we keep no more than it gives.
    """

    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    locale: str | None = None


@dataclass(frozen=True)
class ContextDetails:
    """What the platform says of a course now."""

    lti_id: str
    title: str | None = None
    label: str | None = None


def _update(row: object, details: Profile | ContextDetails) -> None:
    for field in fields(details):
        value = getattr(details, field.name)
        if getattr(row, field.name) != value:
            setattr(row, field.name, value)


def remember_user(
    session: Session, *, platform_id: int, sub: str, profile: Profile, now: datetime
) -> User:
    """Return the user (platform, sub), made or brought up to date."""
    user = session.scalar(select(User).where(User.platform_id == platform_id, User.sub == sub))
    if user is None:
        user = User(platform_id=platform_id, sub=sub, created_at=now, seen_at=now)
        session.add(user)
    _update(user, profile)
    if now - user.seen_at >= SEEN_EVERY:
        user.seen_at = now
    return user


def remember_context(
    session: Session,
    *,
    platform_id: int,
    deployment_id: int,
    details: ContextDetails,
    now: datetime,
) -> Context:
    """Return the context (deployment, `context.id`), made or brought up to date."""
    context = session.scalar(
        select(Context).where(
            Context.platform_id == platform_id,
            Context.deployment_id == deployment_id,
            Context.lti_id == details.lti_id,
        )
    )
    if context is None:
        context = Context(
            platform_id=platform_id,
            deployment_id=deployment_id,
            lti_id=details.lti_id,
            created_at=now,
        )
        session.add(context)
    _update(context, details)
    return context


def remember_enrolment(
    session: Session, *, user: User, context: Context, role: Role, is_test: bool, now: datetime
) -> Enrolment:
    """Return the enrolment; a launch proves that it is active and says the role of today."""
    session.flush()
    enrolment = session.scalar(
        select(Enrolment).where(
            Enrolment.platform_id == user.platform_id,
            Enrolment.context_id == context.id,
            Enrolment.user_id == user.id,
        )
    )
    if enrolment is None:
        enrolment = Enrolment(
            platform_id=user.platform_id,
            context_id=context.id,
            user_id=user.id,
            first_seen_at=now,
            seen_at=now,
        )
        session.add(enrolment)
    was_here = enrolment.status == EnrolmentStatus.ACTIVE.value
    enrolment.role, enrolment.is_test = role.value, is_test
    enrolment.status = EnrolmentStatus.ACTIVE.value
    if now - enrolment.seen_at >= SEEN_EVERY:
        enrolment.seen_at = now
    if enrolment.launched_at is None or not was_here or enrolment.launched_at < enrolment.seen_at:
        # A roster that is being read may be older than this.
        enrolment.launched_at = now
    return enrolment


def open_data_key(
    session: Session, keyring: Keyring, *, platform_id: int, user_id: int
) -> OpenDataKey:
    """Return the person's data key, made at its first use.

    The session must be one that may write, unless the key exists.

    Raises:
        SealingError: the installation's keys no longer open it.
    """
    row = _find_data_key(session, platform_id, user_id)
    if row is not None:
        return keyring.unwrap(*row)
    made = DataKey(platform_id=platform_id, user_id=user_id, wrapped=keyring.new_wrapped_key())
    session.add(made)
    session.flush()
    return keyring.unwrap(made.id, made.wrapped)


def find_data_key(
    session: Session, keyring: Keyring, *, platform_id: int, user_id: int
) -> OpenDataKey | None:
    """Return the person's data key, or None before its first use. It writes nothing.

    Raises:
        SealingError: the installation's keys no longer open it.
    """
    row = _find_data_key(session, platform_id, user_id)
    return keyring.unwrap(*row) if row else None


def _find_data_key(session: Session, platform_id: int, user_id: int) -> Row | None:
    """Return the id and the sealed text of a person's data key; every page of theirs asks."""
    rows = _DATA_KEY.rows(session, {"platform_id": platform_id, "user_id": user_id})
    return rows[0] if rows else None


def find_public_id(session: Session, *, platform_id: int, sub: str) -> str | None:
    """Return the public id of somebody by what their platform calls them, None if unknown."""
    return session.scalar(
        select(User.public_id).where(User.platform_id == platform_id, User.sub == sub)
    )


def get_public_id(session: Session, *, platform_id: int, user_id: int) -> str:
    """Return the public id of somebody of this platform."""
    return session.scalars(
        select(User.public_id).where(User.platform_id == platform_id, User.id == user_id)
    ).one()
