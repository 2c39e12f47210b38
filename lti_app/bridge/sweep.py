"""Take away what has had its time, such as login attempts and sessions; every ten minutes."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.reason import Reason
from lti_app.jobs.outcome import Handler, JobRun, Outcome, RetryAt, handler_of
from lti_app.jobs.service import enqueue
from lti_app.lti.deep_link_requests import purge_deep_links
from lti_app.lti.login import purge_attempts
from lti_app.lti.notice_box import forget_old_notices
from lti_app.lti.waiting import purge_waiting
from lti_app.web.models import Handover, LaunchSession

KIND = "sweep"
EVERY = timedelta(minutes=10)
KEEP_SESSIONS_FOR = timedelta(days=7)
KEEP_DEEP_LINKS_FOR = timedelta(days=7)
#: Far longer than a token lives that could bring one again.
KEEP_NOTICES_FOR = timedelta(days=7)
#: Rows a transaction: others must have their turn to write in between.
BATCH = 1000


def ensure_sweep(session: Session, *, now: datetime) -> None:
    """Make sure that the sweep is due; it then renews itself."""
    enqueue(session, KIND, "all", run_at=now)


def sweeper(database: Database, clock: Clock) -> Handler:
    """Return the handler of the sweep."""

    def sweep(_run: JobRun) -> Outcome:
        now = clock()
        while _purge(database, now):
            pass
        return RetryAt(now + EVERY, Reason("swept"), is_attempt=False)

    return handler_of(sweep)


def _purge(database: Database, now: datetime) -> bool:
    """Delete one batch; return whether there may be more."""
    with database.write() as session:
        purge_waiting(session, now=now)
        attempts = purge_attempts(session, now=now, limit=BATCH)
        notices = forget_old_notices(session, before=now - KEEP_NOTICES_FOR, limit=BATCH)
        deep_links = purge_deep_links(session, before=now - KEEP_DEEP_LINKS_FOR, limit=BATCH)
        connection = session.connection()
        handovers = connection.execute(delete(Handover).where(Handover.expires_at < now)).rowcount
        old = (
            select(LaunchSession.id)
            .where(LaunchSession.created_at < now - KEEP_SESSIONS_FOR)
            .order_by(LaunchSession.id)
            .limit(BATCH)
        )
        connection.execute(delete(Handover).where(Handover.session_id.in_(old)))
        sessions = connection.execute(
            delete(LaunchSession).where(LaunchSession.id.in_(old))
        ).rowcount
    return max(attempts, notices, deep_links, handovers, sessions) >= BATCH
