"""How much is owed, by platform: numbers for health and metrics. It names platforms, no person."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.grading.ledger import SEND_SCORE
from lti_app.grading.owed import count_deliveries, oldest_owed_at
from lti_app.jobs.holds import find_hold
from lti_app.jobs.owed import count_jobs
from lti_app.lti.models import Platform
from lti_app.web.owed import Owed


def count_owed(session: Session) -> Owed:
    """Return what is owed now."""
    names = dict(session.execute(select(Platform.id, Platform.public_id)).all())
    return Owed(
        scores={
            (names[platform_id], state.value): count
            for (platform_id, state), count in count_deliveries(session).items()
        },
        oldest_score_at=oldest_owed_at(session),
        jobs={(kind, state.value): count for (kind, state), count in count_jobs(session).items()},
        is_sending_held=find_hold(session, SEND_SCORE) is not None,
    )
