"""The ways to platforms as rows, so that every worker sees the same and a restart forgets nothing.

It decides by `jobs.rules`; it runs no job and asks no platform.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Integer, Select, bindparam, column, func, or_, select, table, update
from sqlalchemy.orm import Session

from lti_app.core.db import Prepared
from lti_app.core.db.locks import hold_lock, hold_locks
from lti_app.jobs.models import GateRow, Job, JobState
from lti_app.jobs.rules import (
    Gate,
    Sign,
    after_failure,
    after_good,
    after_refused_key,
    after_throttle,
)

#: Runs at once for one platform at one host where its registration says nothing.
AT_ONCE = 4
#: Ready jobs for each that may be under way: enough to last while a slow disk writes. Those that
#: have begun since the last turn still count, so half of them may be gone when it is written.
READY_FOR_EACH = 5
# The table, not its room: a limit that stood here as well would have to be kept the same.
_platforms = table("platforms", column("id", Integer), column("max_in_flight", Integer))


@dataclass(frozen=True)
class Lane:
    """Where a job goes: which platform, at which host. Also names a gate that lanes share."""

    platform_id: int | None
    host: str | None

    @property
    def key(self) -> str:
        """How its gate's row is called."""
        return f"{self.platform_id or ''}@{self.host or ''}"

    def gates(self) -> "tuple[Lane, ...]":
        """Return what has to be passed: the platform, the host, this platform at this host."""
        if self.host is None:
            return (self,)
        return Lane(self.platform_id, None), Lane(None, self.host), self


@dataclass(frozen=True)
class Told:
    """What one answer told us of its lane.

    Attributes:
        seconds: how long a throttling platform asked us to wait.
        chance: 0 to 1, spreads the wait of those that do not say.
    """

    sign: Sign
    seconds: int | None = None
    chance: float = 0.5


@dataclass(frozen=True)
class Noted:
    """What an answer changed: how long its lane stays closed, which gates it shut and opened."""

    closed_until: datetime | None = None
    shut: tuple[Lane, ...] = ()
    opened: tuple[Lane, ...] = ()


@dataclass(frozen=True)
class Traffic:
    """What is under way, and which ways are not simply open, at one moment.

    Attributes:
        busy: jobs under way; whoever lets one more begin counts it here.
        ready: jobs that follow them, likewise.
        lapsed: lanes with jobs whose lease ran out, and since when the oldest of those is due.
    """

    now: datetime
    busy: Counter[Lane]
    ready: Counter[Lane]
    lapsed: dict[Lane, datetime]
    limits: dict[int, int]
    gates: dict[str, Gate]

    def room(self, lane: Lane) -> int | None:
        """Return how many more jobs may begin on this lane; None for work inside the house."""
        if lane.platform_id is None:
            return None
        rooms = [self._limit(lane.platform_id) - self.busy[lane]]
        for at in lane.gates():
            gate = self.gates.get(at.key)
            width = gate.room(self.now) if gate else None
            if width is not None:
                rooms.append(width - self.taken(at))
        return max(min(rooms), 0)

    def room_behind(self, lane: Lane) -> int:
        """Return how many more jobs may be made ready to follow those under way."""
        if lane.platform_id is None or not self.is_open(lane):
            return 0
        return READY_FOR_EACH * self._limit(lane.platform_id) - self.ready[lane]

    def is_open(self, lane: Lane) -> bool:
        """Whether nothing but the platform's own limit holds."""
        gates = [self.gates[at.key] for at in lane.gates() if at.key in self.gates]
        return all(gate.room(self.now) is None for gate in gates)

    def _limit(self, platform_id: int) -> int:
        return self.limits.get(platform_id, AT_ONCE)

    def taken(self, at: Lane) -> int:
        """Return what is under way through one gate."""
        return sum(
            count
            for lane, count in self.busy.items()
            if at.platform_id in (None, lane.platform_id) and at.host in (None, lane.host)
        )


def host_in(url: str) -> str:
    """Return the host of an address, as lanes name it.

    >>> host_in("https://LMS.test:8443/x?y=1")
    'lms.test:8443'
    """
    return urlsplit(url).netloc.lower()


def _in_hands() -> Select[*tuple[Any, ...]]:
    has_lapsed = (Job.lease_until < bindparam("now")).label("has_lapsed")
    return (
        select(Job.platform_id, Job.host, Job.state, has_lapsed, func.count(), func.min(Job.run_at))
        .where(or_(Job.state == JobState.RUNNING.value, Job.state == JobState.READY.value))
        .group_by(Job.platform_id, Job.host, Job.state, has_lapsed)
    )


# Asked for in every turn of every runner; compiled once.
_IN_HANDS = Prepared(_in_hands())
_LIMITS = Prepared(select(_platforms.c.id, _platforms.c.max_in_flight))
_GATES = Prepared(
    select(
        GateRow.key,
        GateRow.limit,
        GateRow.failures,
        GateRow.failing_since,
        GateRow.closed_until,
        GateRow.changed_at,
    )
)


def read_traffic(session: Session, *, now: datetime) -> Traffic:
    """Return the traffic as it is now."""
    session.flush()
    traffic = Traffic(
        now=now,
        busy=Counter(),
        ready=Counter(),
        lapsed={},
        limits=dict(_LIMITS.rows(session, {})),
        gates={key: Gate(*values) for key, *values in _GATES.rows(session, {})},
    )
    for row in _IN_HANDS.rows(session, {"now": now}):
        platform_id, host, state, has_lapsed, count, oldest = row
        at = Lane(platform_id, host)
        if has_lapsed:
            traffic.lapsed[at] = min(oldest, traffic.lapsed.get(at, oldest))
        elif state == JobState.RUNNING:
            traffic.busy[at] += count
        else:
            traffic.ready[at] += count
    return traffic


def hold_gates(session: Session, lanes: Iterable[Lane]) -> None:
    """Let nobody else begin a job through the gates of these lanes until the transaction ends."""
    hold_locks(session, {f"jobs.gate.{at.key}" for lane in lanes for at in lane.gates()})


def note_answer(
    session: Session, lane: Lane, told: Told, *, now: datetime, passing: Collection[str]
) -> Noted:
    """Write down what an answer told of its lane, and wake what waited for it to open.

    Args:
        passing: codes of reasons for which jobs wait that need not any more when it opens.
    """
    if told.sign is Sign.GOOD and not with_gates(session, [lane]):
        return Noted()
    until: list[datetime] = []
    shut: list[Lane] = []
    opened: list[Lane] = []
    for at in lane.gates():
        gate, row = _find(session, at)
        changed = _after(session, at, gate, told, lane=lane, now=now)
        if changed != gate:
            _keep(session, at, row, changed)
        if changed.closed_until is None and gate.closed_until is not None:
            _wake(session, at, now=now, passing=passing)
            opened.append(at)
        if changed.closed_until is not None and changed.is_closed(now):
            until.append(changed.closed_until)
            shut += [] if gate.is_closed(now) else [at]
    return Noted(max(until, default=None), tuple(shut), tuple(opened))


def with_gates(session: Session, lanes: Iterable[Lane]) -> list[Lane]:
    """Return those lanes that have a gate which is not simply open, or was not some time ago."""
    session.flush()
    found = {key for key, *_ in _GATES.rows(session, {})}
    return [lane for lane in lanes if any(at.key in found for at in lane.gates())]


def list_closed(session: Session) -> Iterator[tuple[Lane, Gate]]:
    """Yield the ways that are closed or ajar, for operators."""
    rows = select(GateRow).where(GateRow.closed_until.is_not(None)).order_by(GateRow.key)
    for row in session.scalars(rows):
        yield Lane(row.platform_id, row.host), _gate(row)


def _after(
    session: Session, at: Lane, gate: Gate, told: Told, *, lane: Lane, now: datetime
) -> Gate:
    """Return one gate of a lane after an answer; each kind of trouble has its own gate."""
    is_platform, is_host = at.host is None, at.platform_id is None
    if told.sign is Sign.GOOD:
        return after_good(gate, at_most=_limit(session, at), now=now) if gate != Gate() else gate
    if told.sign is Sign.UNAUTHORISED:
        return after_refused_key(gate, now=now) if is_platform else gate
    if told.sign is Sign.FAILING:
        return after_failure(gate, now=now) if is_host else gate
    if at != lane:
        return gate
    at_most = _limit(session, at)
    return after_throttle(gate, at_most=at_most, seconds=told.seconds, chance=told.chance, now=now)


def _limit(session: Session, at: Lane) -> int:
    own = select(_platforms.c.max_in_flight).where(_platforms.c.id == at.platform_id)
    return session.scalar(own) or AT_ONCE


def _find(session: Session, at: Lane) -> tuple[Gate, GateRow | None]:
    row = session.scalar(
        select(GateRow)
        .where(GateRow.key == at.key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (_gate(row), row) if row is not None else (Gate(), None)


def _gate(row: GateRow) -> Gate:
    return Gate(row.limit, row.failures, row.failing_since, row.closed_until, row.changed_at)


def _keep(session: Session, at: Lane, row: GateRow | None, gate: Gate) -> None:
    if row is None:
        # Two workers may meet the first trouble at once.
        hold_lock(session, f"jobs.gate.{at.key}", 0)
        _, row = _find(session, at)
        row = row or GateRow(key=at.key, platform_id=at.platform_id, host=at.host)
        session.add(row)
    for name, value in asdict(gate).items():
        setattr(row, name, value)
    session.flush()


def _wake(session: Session, at: Lane, *, now: datetime, passing: Collection[str]) -> None:
    behind = [Job.state == JobState.WAITING.value, Job.run_at > now, Job.reason_code.in_(passing)]
    if at.platform_id is not None:
        behind.append(Job.platform_id == at.platform_id)
    if at.host is not None:
        behind.append(or_(Job.host == at.host, Job.host.is_(None)))
    session.execute(update(Job).where(*behind).values(run_at=now))
