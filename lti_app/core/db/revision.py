"""Whether a database is as new as this code, without Alembic: web processes do not load it."""

import re
from enum import StrEnum
from functools import cache

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from lti_app.core.paths import resource_path

_NAMED = re.compile(r'^(revision|down_revision)\b[^=]*=\s*(?:"([^"]+)"|\'([^\']+)\')', re.MULTILINE)


class Age(StrEnum):
    """How a database compares with this code.

    NEWER is no fault: while a new version is rolled out, the old one serves on beside it.
    """

    CURRENT = "current"
    BEHIND = "behind"
    NEWER = "newer"


def age_of(session: Session) -> Age:
    """Return whether migrations are missing. A database without a revision is behind."""
    stands_at = None
    if inspect(session.connection()).has_table("alembic_version"):
        stands_at = session.scalar(text("SELECT version_num FROM alembic_version"))
    known, newest = _revisions()
    if stands_at == newest:
        return Age.CURRENT
    return Age.BEHIND if stands_at is None or stands_at in known else Age.NEWER


@cache
def _revisions() -> tuple[frozenset[str], str | None]:
    """Return every revision of this code, and the one that no other follows."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for path in resource_path("migrations").glob("versions/*.py"):
        for which, *quoted in _NAMED.findall(path.read_text(encoding="utf-8")):
            (revisions if which == "revision" else followed).add("".join(quoted))
    heads = revisions - followed
    return frozenset(revisions), heads.pop() if len(heads) == 1 else None
