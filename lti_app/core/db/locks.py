"""One at a time, by name, until the transaction ends. It holds no table."""

import zlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def hold_lock(session: Session, name: str, number: int) -> None:
    """Wait until no other transaction holds this lock, and hold it until commit or rollback.

    On SQLite the transaction already is the only writer, so there is nothing to do.

    Args:
        name: what is locked, such as `hand_in`.
        number: which one, a row id; the same lock may be taken again in one transaction.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    signed = zlib.crc32(name.encode()) - 2**31
    session.execute(select(func.pg_advisory_xact_lock(signed, number % 2**31)))
