"""Write one line of the audit log inside the caller's transaction."""

from datetime import datetime

from lti_app.audit.models import Actor, AuditEvent, Outcome
from lti_app.core.db import Place, Prepared
from lti_app.core.logs import current_request_id

_INSERT = Prepared.insert(AuditEvent)


def record_event(
    session: Place,
    action: str,
    *,
    at: datetime,
    actor: Actor,
    about: tuple[str, str],
    platform_id: int | None = None,
    refused_as: str | None = None,
) -> None:
    """Record that somebody did something, or was refused.

    Args:
        action: `noun.verb`, such as `launch.verified` or `score.sent`.
        about: type and public id of the object; never its title or text.
        refused_as: the code of the reason; None when it was done.
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
            "outcome": Outcome.REFUSED if refused_as else Outcome.DONE,
            "reason": refused_as,
            "correlation_id": current_request_id(),
        },
    )
