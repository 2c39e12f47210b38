"""Whose turn it is: which lanes have due jobs, and how many of each may begin. It claims none."""

import heapq
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, null, select, union_all
from sqlalchemy.orm import Session

from lti_app.core.db import Prepared
from lti_app.jobs.gates import Lane, Traffic, hold_gates, read_traffic
from lti_app.jobs.models import Job, JobState


def _waiting_lanes() -> Select[*tuple[Any, ...]]:
    """Return the query of every lane with waiting jobs, and the oldest time of those if any.

    It goes from one platform and host to the next by the index, and never over all that is owed:
    a backlog of 100,000 jobs takes no longer than one of 200.
    """
    jobs = Job.__table__.c
    is_waiting = jobs.state == JobState.WAITING.value
    # Sorted and limited, not min(): before a table is analysed PostgreSQL would count it all.
    first = (
        select(jobs.platform_id.label("id"))
        .where(is_waiting, jobs.platform_id.is_not(None))
        .order_by(jobs.platform_id)
        .limit(1)
    )
    owed = select(first.scalar_subquery().label("id")).cte("owed", recursive=True)
    later = first.where(jobs.platform_id > owed.c.id).scalar_subquery()
    owed = owed.union_all(select(later).where(owed.c.id.is_not(None)))

    lowest = select(func.min(jobs.host)).where(is_waiting)
    of_owed = lowest.where(jobs.platform_id == owed.c.id).scalar_subquery()
    hosts = (
        select(owed.c.id.label("id"), of_owed.label("host"))
        .where(owed.c.id.is_not(None))
        .cte("hosts", recursive=True)
    )
    higher = lowest.where(jobs.platform_id == hosts.c.id, jobs.host > hosts.c.host)
    hosts = hosts.union_all(
        select(hosts.c.id, higher.scalar_subquery()).where(hosts.c.host.is_not(None))
    )

    oldest = select(func.min(jobs.run_at)).where(is_waiting)
    at_host = oldest.where(jobs.platform_id == hosts.c.id, jobs.host == hosts.c.host)
    nowhere = oldest.where(jobs.platform_id == owed.c.id, jobs.host.is_(None))
    inside = oldest.where(jobs.platform_id.is_(None))
    lanes = union_all(
        select(hosts.c.id, hosts.c.host, at_host.scalar_subquery().label("oldest")).where(
            hosts.c.host.is_not(None)
        ),
        select(owed.c.id, null(), nowhere.scalar_subquery()).where(owed.c.id.is_not(None)),
        select(null(), null(), inside.scalar_subquery()),
    ).subquery()
    return select(lanes.c.id, lanes.c.host, lanes.c.oldest)


_WAITING_LANES = Prepared(_waiting_lanes())


class Rota:
    """When each lane had its last turn here, so that none waits while others have several."""

    def __init__(self) -> None:
        self._last: dict[Lane, int] = {}
        self._count = 0

    def last_turn(self, lane: Lane) -> int:
        """Return a number that is higher the later its last turn was; 0 before the first."""
        return self._last.get(lane, 0)

    def note_turn(self, lane: Lane) -> None:
        """This lane has a turn."""
        self._count += 1
        self._last[lane] = self._count


@dataclass(frozen=True)
class View:
    """What is there to choose from at one moment.

    Attributes:
        lanes: those with due jobs, and since when the oldest of each is due.
    """

    traffic: Traffic
    lanes: dict[Lane, datetime]
    rota: Rota


@dataclass(frozen=True)
class Turns:
    """How many jobs of each lane come next: to begin now, and to be ready to follow those."""

    now: Counter[Lane] = field(default_factory=Counter)
    behind: Counter[Lane] = field(default_factory=Counter)

    def lanes(self) -> list[Lane]:
        """Return the lanes that have a turn, the first first."""
        return list(dict.fromkeys([*self.now, *self.behind]))

    def of(self, lane: Lane) -> int:
        """Return how many turns a lane has in all."""
        return self.now[lane] + self.behind[lane]


def view(session: Session, rota: Rota, *, now: datetime) -> View:
    """Return what is due now, and the traffic."""
    traffic = read_traffic(session, now=now)
    return View(traffic, _find_lanes(session, traffic), rota)


def view_to_claim(
    session: Session,
    rota: Rota,
    *,
    now: datetime,
    at_most: int,
    at_most_behind: int = 0,
    ready: Collection[Lane] = (),
) -> View:
    """Return the same, where nobody else may begin a job on these lanes until the transaction ends.

    On PostgreSQL it holds the gates of those lanes whose turn it is and leaves out the others.

    Args:
        ready: lanes on which the caller has runs that only wait for room.
    """
    if session.get_bind().dialect.name != "postgresql":
        return view(session, rota, now=now)
    seen = view(session, rota, now=now)
    turns = give_turns(seen, at_most=at_most, at_most_behind=at_most_behind)
    mine = [lane for lane in {*turns.lanes(), *ready} if lane.platform_id is not None]
    if mine:
        hold_gates(session, mine)
    lanes = {lane: oldest for lane, oldest in seen.lanes.items() if lane in turns.lanes()}
    return View(read_traffic(session, now=now), lanes, rota)


def _find_lanes(session: Session, traffic: Traffic) -> dict[Lane, datetime]:
    lanes = dict(traffic.lapsed)
    for platform_id, host, oldest in _WAITING_LANES.rows(session, {}):
        if oldest is not None and oldest <= traffic.now:
            lane = Lane(platform_id, host)
            lanes[lane] = min(oldest, lanes.get(lane, oldest))
    return lanes


def give_turns(seen: View, *, at_most: int, at_most_behind: int = 0) -> Turns:
    """Share out what may begin, in turn from each platform.

    The least busy platform comes first, then the lane whose last turn is longest ago, then the one
    with the oldest job. Each turn is counted in the traffic. A lane may have fewer jobs than turns.

    Args:
        at_most_behind: turns for jobs that follow those under way; none are given while jobs that
            could begin have to wait.
    """
    traffic = seen.traffic
    now = _deal(seen, traffic.room, traffic.busy, at_most)
    left = at_most_behind if now.total() < at_most else 0
    return Turns(now, _deal(seen, traffic.room_behind, traffic.ready, left))


def _deal(
    seen: View, room: Callable[[Lane], int | None], counted: Counter[Lane], at_most: int
) -> Counter[Lane]:
    """Deal turns to lanes as long as they have room, and count them where the room is known."""
    turns: Counter[Lane] = Counter()
    if at_most <= 0:
        return turns
    places = _by_platform(seen.traffic.busy)

    def rank(lane: Lane) -> tuple[int, int]:
        return places[lane.platform_id], seen.rota.last_turn(lane)

    # The number keeps the order of the oldest and makes ranks unequal.
    oldest_first = sorted(seen.lanes, key=lambda lane: seen.lanes[lane])
    queue = [(rank(lane), number, lane) for number, lane in enumerate(oldest_first)]
    heapq.heapify(queue)
    dealt = 0
    while queue and dealt < at_most:
        _, number, lane = heapq.heappop(queue)
        if room(lane) == 0:
            continue
        dealt += 1
        turns[lane] += 1
        counted[lane] += 1
        places[lane.platform_id] += 1
        seen.rota.note_turn(lane)
        heapq.heappush(queue, (rank(lane), number, lane))
    return turns


def _by_platform(busy: Mapping[Lane, int]) -> Counter[int | None]:
    places: Counter[int | None] = Counter()
    for lane, count in busy.items():
        places[lane.platform_id] += count
    return places
