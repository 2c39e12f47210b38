"""Write one line of the audit log inside the caller's transaction."""

from datetime import datetime

from lti_app.audit.models import Actor, AuditEvent, Outcome
from lti_app.core.db import Place, Prepared
from lti_app.core.logs import current_request_id

_INSERT = Prepared.insert(AuditEvent)


def record_event(  # noqa: PLR0913 - one line of the log has so many parts
    session: Place,
    action: str,
    *,
    at: datetime,
    actor: Actor,
    about: tuple[str, str],
    platform_id: int | None = None,
    refused_as: str | None = None,
    because: str | None = None,
    moved: tuple[str, str] | None = None,
) -> None:
    """Record that somebody did something, or was refused.

    Args:
        action: `noun.verb`, such as `launch.verified` or `score.sent`.
        about: type and public id of the object; never its title or text.
        refused_as: the code of the reason; None when it was done.
        because: a code of what brought about something that was done.
        moved: from which state to which, for what has states.
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
            "reason": refused_as or because,
            "before": moved[0] if moved else None,
            "after": moved[1] if moved else None,
            "correlation_id": current_request_id(),
        },
    )
