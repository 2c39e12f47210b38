"""The log in words: one line for each request that a tool sent. It changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.sandbox.faults import Service
from lti_app.sandbox.models import Person, ReceivedRequest
from lti_app.sandbox.pages.words import points
from lti_app.sandbox.request_log import list_received
from lti_app.sandbox.wording import _

_MOST = 100


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """One request as the page shows it."""

    at: datetime
    what: str
    status: int
    reply_was_dropped: bool


def received_lines(session: Session) -> list[ReceivedLine]:
    """Return the newest requests, newest first."""
    names = {person.sub: _isolated(person.name) for person in session.scalars(select(Person))}
    return [
        ReceivedLine(entry.received_at, _words(entry, names), entry.status, entry.reply_was_dropped)
        for entry in list_received(session, most=_MOST)
    ]


def _words(entry: ReceivedRequest, names: dict[str, str]) -> str:
    who = names.get(entry.user_id or "", entry.user_id)
    if entry.service == Service.SCORES and who:
        return _score_words(entry.detail, who)
    if entry.service == Service.AUTH:
        outcome = entry.detail.get("outcome", "")
        if who:
            return _("Launch of %(name)s: identity sent to the tool", name=who)
        return _("Launch refused: %(outcome)s", outcome=outcome)
    if entry.service == Service.RESULTS and who:
        return _("Result read for %(name)s", name=who)
    return _plain_words(entry)


def _score_words(detail: dict[str, object], who: str) -> str:
    progress = detail.get("grading_progress", "")
    if detail.get("score_given") is None:
        return _("Score for %(name)s: no points, %(progress)s", name=who, progress=progress)
    return _(
        "Score for %(name)s: %(given)s of %(maximum)s, %(progress)s",
        name=who,
        given=_points(detail["score_given"]),
        maximum=_points(detail["score_maximum"]),
        progress=progress,
    )


def _isolated(name: str) -> str:
    """Keep a name that is written from right to left from turning its neighbours around."""
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"


def _points(value: object) -> str:
    return points(value) if isinstance(value, float) else str(value)


def _plain_words(entry: ReceivedRequest) -> str:
    words = {
        Service.JWKS: _("Keys of this platform read"),
        Service.TOKEN: _("Access token asked for"),
        Service.SCORES: _("Score sent"),
        Service.RESULTS: _("Results read"),
        Service.LINE_ITEMS: _("Gradebook columns read or changed"),
        Service.MEMBERSHIPS: _("Roster read"),
        Service.CONFIGURATION: _("Description of this platform read"),
        Service.REGISTRATION: _("Tool registered"),
    }
    return words[Service(entry.service)]
