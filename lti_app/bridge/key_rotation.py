"""Look after our signing keys once a day: publish the next one in time, delete what is over."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lti_app.core.parts import Parts
from lti_app.core.reason import Reason
from lti_app.core.settings import Settings
from lti_app.jobs.outcome import Handler, JobRun, Outcome, RetryAt, handler_of
from lti_app.jobs.service import enqueue
from lti_app.lti.key_rotation import forget_retired_keys, rotate_when_old
from lti_app.lti.keys import Overlap

KIND = "signing_keys"
EVERY = timedelta(days=1)


def overlap_of(settings: Settings) -> Overlap:
    """Return how long two keys are published together in this installation."""
    return Overlap(
        before=timedelta(hours=settings.key_published_before_hours),
        after=timedelta(days=settings.key_published_after_days),
    )


def ensure_key_rotation(session: Session, *, now: datetime) -> None:
    """Make sure that the keys are looked after; the job then renews itself."""
    enqueue(session, KIND, "all", run_at=now)


def key_rotator(parts: Parts) -> Handler:
    """Return the handler of the daily look."""
    settings = parts.settings

    def look(_run: JobRun) -> Outcome:
        now = parts.clock()
        with parts.database.write() as session:
            rotate_when_old(
                session,
                parts.keyring,
                every=timedelta(days=settings.key_rotation_days),
                overlap=overlap_of(settings),
                now=now,
            )
            forget_retired_keys(session, now=now)
        return RetryAt(now + EVERY, Reason("swept"), is_attempt=False)

    return handler_of(look)
