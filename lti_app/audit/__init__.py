"""The append-only log of who did what to which object. It holds no content and no name."""

from lti_app.audit.models import Actor, Outcome
from lti_app.audit.service import record_event

__all__ = ["Actor", "Outcome", "record_event"]
