"""What owed scores wait for before they are tried themselves: a closed way, or a hold.

It reads what `jobs` knows of ways and holds, and changes nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from lti_app.catalog.columns import find_line_item
from lti_app.grading.ledger import SEND_SCORE
from lti_app.jobs.gates import Lane, host_in, list_closed
from lti_app.jobs.holds import find_hold
from lti_app.jobs.rules import Gate


class Closed(StrEnum):
    """Why a way is closed; each kind of gate knows one kind of trouble."""

    UNAUTHORISED = "unauthorised"
    THROTTLED = "throttled"
    HOST_SILENT = "host_silent"


@dataclass(frozen=True)
class Wait:
    """Why scores of one column wait.

    Attributes:
        code: of `Closed`, or the reason of the hold.
        since: None where nobody wrote it down.
        next_at: when the way is tried next; None when it is being tried now, or is held.
        is_hold: it goes on only when a person says so.
    """

    code: str
    since: datetime | None
    next_at: datetime | None
    is_hold: bool = False


def find_waits(
    session: Session, platform_id: int, line_item_ids: Collection[int], *, now: datetime
) -> Mapping[int, Wait]:
    """Return, by line item, why its scores wait; those whose way is open are left out."""
    hold = find_hold(session, SEND_SCORE)
    if hold is not None:
        held = Wait(hold.reason_code, hold.held_at, None, is_hold=True)
        return dict.fromkeys(line_item_ids, held)
    closed = list(list_closed(session)) if line_item_ids else []
    waits: dict[int, Wait] = {}
    for line_item_id in line_item_ids if closed else ():
        column = find_line_item(session, platform_id=platform_id, line_item_id=line_item_id)
        url = column.url if column else None
        lane = Lane(platform_id, host_in(url) if url else None)
        on_the_way = [(at, gate) for at, gate in closed if at in lane.gates()]
        if on_the_way:
            waits[line_item_id] = _last_to_open(on_the_way, now)
    return waits


def _last_to_open(closed: Sequence[tuple[Lane, Gate]], now: datetime) -> Wait:
    at, gate = max(closed, key=lambda one: one[1].closed_until or now)
    next_at = gate.closed_until if gate.is_closed(now) else None
    if at.host is None:
        return Wait(Closed.UNAUTHORISED, gate.failing_since, next_at)
    if at.platform_id is None:
        return Wait(Closed.HOST_SILENT, gate.failing_since, next_at)
    return Wait(Closed.THROTTLED, gate.changed_at, next_at)
