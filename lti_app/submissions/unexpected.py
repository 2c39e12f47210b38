"""Fields that a form does not have: they are left aside, and somebody may want to know."""

from datetime import datetime

from flask import request
from sqlalchemy.orm import Session
from wtforms.form import BaseForm

from lti_app.audit import Actor, record_event
from lti_app.web.viewer import Viewer

#: What the page itself adds beside its form.
_OURS = frozenset({"csrf_token", "do"})


def note_unexpected_fields(
    session: Session, form: BaseForm, who: Viewer, *, about: tuple[str, str], now: datetime
) -> None:
    """Write an audit line when a request brought fields that its form does not have.

    Their values reach nothing: only a form's own fields are ever read.
    """
    if set(request.form) - set(form._fields) - _OURS:
        record_event(
            session,
            "form.unexpected_field",
            at=now,
            actor=Actor(who.user_public_id),
            about=about,
            platform_id=who.platform_id,
            refused_as="unexpected_field",
        )
