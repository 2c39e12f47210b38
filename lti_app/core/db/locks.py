"""One at a time, by name, until the transaction ends. It holds no table."""

import zlib
from collections.abc import Iterable

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

_HOLD_ALL = text(
    "SELECT pg_advisory_xact_lock(number, 0) FROM unnest(CAST(:numbers AS integer[])) AS number"
)


_HOLD_NUMBERS = text(
    "SELECT pg_advisory_xact_lock(CAST(:name AS integer), number)"
    " FROM unnest(CAST(:numbers AS integer[])) AS number"
)


def hold_lock(session: Session, name: str, number: int) -> None:
    """Wait until no other transaction holds this lock, and hold it until commit or rollback.

    On SQLite the transaction already is the only writer, so there is nothing to do.

    Args:
        name: what is locked, such as `hand_in`.
        number: which one, a row id; the same lock may be taken again in one transaction.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    session.execute(select(func.pg_advisory_xact_lock(_signed(name), number % 2**31)))


def hold_locks(session: Session, names: Iterable[str]) -> None:
    """Hold several locks whose number is 0; in one order, so that no two wait for each other."""
    if session.get_bind().dialect.name != "postgresql":
        return
    session.execute(_HOLD_ALL, {"numbers": sorted({_signed(name) for name in names})})


def hold_numbers(session: Session, name: str, numbers: Iterable[int]) -> None:
    """Hold the locks of one name for many numbers; in one order, so that no two wait crosswise."""
    wanted = sorted({number % 2**31 for number in numbers})
    if not wanted or session.get_bind().dialect.name != "postgresql":
        return
    session.execute(_HOLD_NUMBERS, {"name": _signed(name), "numbers": wanted})


def _signed(name: str) -> int:
    return zlib.crc32(name.encode()) - 2**31
