"""Column types that make a mistake impossible: aware times, sealed text. They hold no keys."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import DateTime, Dialect, LargeBinary, String
from sqlalchemy.dialects.sqlite import DATETIME
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from lti_app.core.ids import PUBLIC_ID_LENGTH, new_public_id


class _SQLiteDateTime(DATETIME):
    """SQLite's text for a time, written by the time itself: SQLAlchemy fills in a pattern."""

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:
        return lambda value: None if value is None else value.isoformat(" ", "microseconds")


class UTCDateTime(TypeDecorator[datetime]):
    """A moment. Only aware values go in; they come out in UTC on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of this database's column."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(_SQLiteDateTime())  # type: ignore[no-untyped-call] # theirs
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time: nobody knows which zone it meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give SQLite's naive text its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass(frozen=True)
class Sealed:
    """Text encrypted by `core.sealing`; the only thing an `EncryptedText` column takes."""

    blob: bytes

    def __repr__(self) -> str:
        return f"Sealed({len(self.blob)} bytes)"


class EncryptedText(TypeDecorator[Sealed]):
    """Private text at rest: bytes nobody can read without the owner's data key.

    Plain text is refused, so forgetting to seal is an error and not a leak.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> bytes | None:
        """Take sealed text only."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError("seal the text first: core.sealing")
        return value.blob

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Sealed | None:
        """Return what was stored, still sealed."""
        return None if value is None else Sealed(bytes(value))


PublicId = Annotated[
    str, mapped_column(String(PUBLIC_ID_LENGTH), unique=True, default=new_public_id)
]
