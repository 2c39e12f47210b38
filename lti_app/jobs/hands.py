"""What one process has in hand: runs under way, those ready to follow, endings not yet written.

A run that ends well hands its place on its lane to a ready one at once; the rows follow in the next
transaction. So a place stands empty for no longer than a thread needs to pick up work, and never
more runs are on their way than places are held in rows. It touches no database.
"""

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from lti_app.jobs.gates import Lane
from lti_app.jobs.outcome import JobRun
from lti_app.jobs.steps import Begun, Ended


@dataclass
class Unwritten:
    """What has happened that the rows do not say yet.

    Attributes:
        begun: ready runs that have begun in the place of another.
    """

    ended: list[Ended] = field(default_factory=list)
    begun: list[JobRun] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.ended or self.begun)


class Hands:
    """Used from many threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._under_way = 0
        self._ready: dict[Lane, deque[Begun]] = {}
        self._unwritten = Unwritten()
        self._stopped: set[Lane] = set()
        self._is_closed = False

    @property
    def under_way_count(self) -> int:
        """Runs whose work is being done."""
        return self._under_way

    @property
    def ready_count(self) -> int:
        """Runs that wait to follow another."""
        with self._guard:
            return sum(len(ready) for ready in self._ready.values())

    def begin(self, count: int) -> None:
        """Have so many more runs under way."""
        with self._guard:
            self._under_way += count

    def keep_ready(self, runs: Iterable[Begun]) -> None:
        """Have runs that follow others of their lanes; the way there is open."""
        with self._guard:
            for begun in runs:
                self._stopped.discard(begun.lane)
                self._ready.setdefault(begun.lane, deque()).append(begun)

    def end(self, ended: Ended) -> Begun | None:
        """Note how a run ended; return the one that takes its place, if there is one."""
        with self._guard:
            self._unwritten.ended.append(ended)
            if not ended.is_good:
                # What follows has to wait until the rows say whether the way is still open.
                self._stopped.add(ended.lane)
            following = self._pop(ended.lane)
            if following is None:
                self._under_way -= 1
            else:
                self._unwritten.begun.append(following.run)
            return following

    def _pop(self, lane: Lane) -> Begun | None:
        ready = self._ready.get(lane)
        if self._is_closed or lane in self._stopped or not ready:
            return None
        return ready.popleft()

    def take_unwritten(self) -> Unwritten:
        """Return what is to be written, once."""
        with self._guard:
            taken, self._unwritten = self._unwritten, Unwritten()
            return taken

    def put_back(self, unwritten: Unwritten) -> None:
        """Keep what could not be written; it comes before what has happened since."""
        with self._guard:
            self._unwritten.ended[:0] = unwritten.ended
            self._unwritten.begun[:0] = unwritten.begun

    def ready_lanes(self) -> list[Lane]:
        """Return the lanes with runs that are ready to follow."""
        with self._guard:
            return [lane for lane, ready in self._ready.items() if ready]

    def take_ready(self, lane: Lane, at_most: int | None = None) -> list[Begun]:
        """Take ready runs out of hand, the oldest first."""
        with self._guard:
            ready = self._ready.get(lane, deque())
            count = len(ready) if at_most is None else min(at_most, len(ready))
            taken = [ready.popleft() for _ in range(count)]
            if not ready:
                self._ready.pop(lane, None)
            return taken

    def go_on(self, lane: Lane) -> None:
        """Let ready runs follow again on a lane where one had ended badly."""
        with self._guard:
            self._stopped.discard(lane)

    def close(self) -> None:
        """Let nothing follow any more."""
        with self._guard:
            self._is_closed = True
