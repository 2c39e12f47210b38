"""The key sets of all platforms in the database, and whose turn it is to fetch one.

Processes share one cool-down: a fetch is claimed by one UPDATE. It opens no connection.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_app.core.db import Database
from lti_app.lti.models import KeySet

#: A platform is asked again at most this often, by all processes together.
COOL_DOWN = timedelta(seconds=30)
#: After a fetch that failed, the next one may come sooner.
RETRY_AFTER_FAILURE = timedelta(seconds=10)
#: While a platform is down its last key set is used, but no longer than this.
MAX_STALE = timedelta(hours=24)
#: A fetch that was claimed and not settled is given up after this: its process has died.
GIVE_UP = timedelta(seconds=10)


@dataclass(frozen=True)
class StoredKeys:
    """One row. `public` maps each `kid` to its `n` and `e`; empty before the first good fetch."""

    public: dict[str, dict[str, str]]
    fetched_at: datetime | None
    expires_at: datetime | None
    tried_at: datetime
    settled_at: datetime | None

    def is_fresh(self, now: datetime) -> bool:
        """Whether the set may be used without asking."""
        return self.expires_at is not None and now < self.expires_at

    def is_usable(self, now: datetime) -> bool:
        """Whether the set may be used while the platform is down."""
        return self.fetched_at is not None and now < self.fetched_at + MAX_STALE

    @property
    def has_failed(self) -> bool:
        """Whether the last fetch brought nothing, or has not come back yet."""
        return self.fetched_at is None or self.fetched_at < self.tried_at

    def is_being_fetched(self, now: datetime) -> bool:
        """Whether another process or thread is asking right now."""
        is_open = self.settled_at is None or self.settled_at < self.tried_at
        return is_open and now < self.tried_at + GIVE_UP


def load_keys(database: Database, platform_id: int) -> StoredKeys | None:
    """Return what is stored for a platform."""
    query = select(
        KeySet.jwks, KeySet.fetched_at, KeySet.expires_at, KeySet.tried_at, KeySet.settled_at
    ).where(KeySet.platform_id == platform_id)
    with database.read() as session:
        row = session.execute(query).first()
    return StoredKeys(dict(row[0]), *row[1:]) if row else None  # type: ignore[arg-type] # JSON holds what store_keys wrote


def claim_fetch(database: Database, platform_id: int, now: datetime) -> bool:
    """Take the turn to fetch; False when another has it or had it a moment ago."""
    with database.write() as session:
        claimed = session.execute(
            update(KeySet)
            .where(KeySet.platform_id == platform_id)
            .where(_may_fetch(now))
            .values(tried_at=now)
        )
        return bool(_count(claimed)) or _claim_first(session, platform_id, now)


def _may_fetch(now: datetime) -> ColumnElement[bool]:
    has_failed = or_(KeySet.fetched_at.is_(None), KeySet.fetched_at < KeySet.tried_at)
    return or_(
        KeySet.tried_at <= now - COOL_DOWN,
        and_(has_failed, KeySet.tried_at <= now - RETRY_AFTER_FAILURE),
        # Our clock was set back: a time to come must not lock the platform out.
        KeySet.tried_at > now + COOL_DOWN,
    )


def _claim_first(session: Session, platform_id: int, now: datetime) -> bool:
    if session.scalar(select(KeySet.id).where(KeySet.platform_id == platform_id)) is not None:
        return False
    try:
        with session.begin_nested():
            session.execute(insert(KeySet).values(platform_id=platform_id, jwks={}, tried_at=now))
    except IntegrityError:
        return False
    return True


def store_keys(
    database: Database,
    platform_id: int,
    public: dict[str, dict[str, str]],
    *,
    now: datetime,
    keep_for: timedelta,
) -> None:
    """End a fetch that brought keys."""
    _settle(
        database,
        platform_id,
        {"jwks": public, "fetched_at": now, "expires_at": now + keep_for, "settled_at": now},
    )


def settle_failed_fetch(database: Database, platform_id: int, *, now: datetime) -> None:
    """End a fetch that brought nothing; what was stored before stays."""
    _settle(database, platform_id, {"settled_at": now})


def _settle(database: Database, platform_id: int, values: dict[str, Any]) -> None:
    with database.write() as session:
        session.execute(update(KeySet).where(KeySet.platform_id == platform_id).values(**values))


def _count(result: Any) -> int:
    return int(result.rowcount)
