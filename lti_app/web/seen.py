"""That a session is still in use: the one thing reading a page records, in a queue of its own.

Sessions are kept for an hour after the last page, so a write a minute is enough; writes are
gathered, so that a class that reads does not queue for the writer's turn.
"""

import threading
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update

from lti_app.core.db import Database
from lti_app.core.errors import BusyError
from lti_app.core.logs import get_logger
from lti_app.web.models import LaunchSession

#: Where an app keeps its queue.
EXTENSION = "rapport.seen"
WORTH_A_WRITE = timedelta(minutes=1)
GATHER_SECONDS = 2.0

_log = get_logger(__name__)


class SeenQueue:
    """Gathers "seen" times and writes them from a thread of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[int, datetime] = {}
        self._guard = threading.Lock()
        self._is_running = False

    def note(self, session_id: int, *, last: datetime, now: datetime) -> None:
        """Note that a session was used now, if the last note is old enough to matter."""
        if now - last < WORTH_A_WRITE:
            return
        with self._guard:
            self._seen[session_id] = now
            if self._is_running:
                return
            self._is_running = True
        threading.Thread(target=self._gather, name="seen", daemon=True).start()

    def _gather(self) -> None:
        threading.Event().wait(GATHER_SECONDS)
        self.flush()

    def flush(self) -> None:
        """Write what was gathered. What cannot be written now is noted again by the next page."""
        with self._guard:
            seen, self._seen = self._seen, {}
            self._is_running = False
        if not seen:
            return
        statement = (
            update(LaunchSession)
            .where(
                LaunchSession.id == bindparam("session_id"),
                # Another process may have written a later one.
                LaunchSession.seen_at < bindparam("seen"),
            )
            .values(seen_at=bindparam("seen"))
        )
        rows = [{"session_id": key, "seen": at} for key, at in seen.items()]
        try:
            with self._database.write() as session:
                session.connection().execute(statement, rows)
        except BusyError:
            _log.warning("seen times not written", count=len(rows))
