"""How often something happened in a sliding window of time, in this process or in Redis."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from limits import RateLimitItemPerSecond
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

_FORGET_EVERY_SECONDS = 60


@dataclass(frozen=True)
class Limit:
    """At most so many in any so many seconds, as two neighbouring windows estimate it."""

    most: int
    seconds: int


class Counter(Protocol):
    """Counts hits of a limit, apart for each combination of names."""

    def hit(self, limit: Limit, *names: str) -> bool:
        """Count one; False, and nothing counted, when the limit is reached."""


@dataclass
class _Window:
    number: int
    count: int = 0
    count_before: int = 0


class MemoryCounter:
    """Counts in this process; the store that `limits` has for this starts threads as it counts."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._windows: dict[tuple[int, tuple[str, ...]], _Window] = {}
        self._forget_at = clock() + _FORGET_EVERY_SECONDS

    def hit(self, limit: Limit, *names: str) -> bool:
        """Count one; False, and nothing counted, when the limit is reached."""
        now = self._clock()
        number, passed = divmod(now / limit.seconds, 1)
        with self._guard:
            if now >= self._forget_at:
                self._forget(now)
            window = self._window(limit, names, int(number))
            if window.count + window.count_before * (1 - passed) >= limit.most:
                return False
            window.count += 1
            return True

    def _window(self, limit: Limit, names: tuple[str, ...], number: int) -> _Window:
        key = (limit.seconds, names)
        last = self._windows.get(key)
        if last is None or last.number != number:
            is_neighbour = last is not None and last.number == number - 1
            count_before = last.count if last and is_neighbour else 0
            last = self._windows[key] = _Window(number, count_before=count_before)
        return last

    def _forget(self, now: float) -> None:
        """Drop what no window reaches back to, so that made-up names do not fill the memory."""
        self._forget_at = now + _FORGET_EVERY_SECONDS
        self._windows = {
            (seconds, names): window
            for (seconds, names), window in self._windows.items()
            if window.number >= now // seconds - 1
        }


class RedisCounter:
    """Counts in Redis, for several processes together."""

    def __init__(self, url: str) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(storage_from_string(url))

    def hit(self, limit: Limit, *names: str) -> bool:
        """Count one; False, and nothing counted, when the limit is reached."""
        return self._limiter.hit(RateLimitItemPerSecond(limit.most, limit.seconds), *names)
