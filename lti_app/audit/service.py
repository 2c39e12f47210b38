"""Write one line of the audit log inside the caller's transaction."""

from datetime import datetime

from lti_app.audit.models import Actor, AuditEvent, Outcome
from lti_app.core.db import Place, Prepared

_INSERT = Prepared.insert(AuditEvent)


def record_event(
    session: Place,
    action: str,
    *,
    at: datetime,
    actor: Actor,
    about: tuple[str, str],
    platform_id: int | None = None,
    outcome: Outcome = Outcome.DONE,
    reason: str | None = None,
    correlation_id: str | None = None,
) -> None:
    """Record that somebody did something.

    Args:
        action: `noun.verb`, such as `launch.verified` or `score.sent`.
        about: type and public id of the object; never its title or text.
        reason: a code, when it was refused.
    """
    _INSERT.run(
        session,
        {
            "at": at,
            "platform_id": platform_id,
            "actor": actor.name,
            "action": action,
            "object_type": about[0],
            "object_id": about[1],
            "outcome": outcome,
            "reason": reason,
            "correlation_id": correlation_id,
        },
    )
