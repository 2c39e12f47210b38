"""A leaky bucket for each client: how much it has asked of this platform lately.

A request pays in advance, gets back what it did not cost, and is refused while the bucket is full.
Source: Canvas's throttling documentation, with the numbers of its hosted service.
"""

import threading
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketSize:
    """What fits in a bucket, in Canvas's units.

    Attributes:
        high_water: a request that finds this much is refused.
        maximum: more than this does not count.
        outflow: leaks each second.
        up_front: what a request pays in advance, so that many at a time are dear.
        request_cost: what a request costs in the end.
    """

    high_water: float
    maximum: float
    outflow: float
    up_front: float
    request_cost: float


@dataclass(slots=True)
class _Bucket:
    level: float
    touched_at: datetime


class Buckets:
    """The buckets of all clients of one platform; used from many threads."""

    def __init__(self, size: BucketSize) -> None:
        self.size = size
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def reserve(self, client_id: str, now: datetime) -> bool:
        """Pay in advance, and return whether the request may be handled."""
        with self._lock:
            level = self._pour(client_id, self.size.up_front, now)
        return level < self.size.high_water

    def settle(self, client_id: str, now: datetime, *, was_handled: bool) -> float:
        """Take the advance back, pay what the request cost, and return what remains."""
        cost = self.size.request_cost if was_handled else 0.0
        with self._lock:
            level = self._pour(client_id, cost - self.size.up_front, now)
        return max(self.size.high_water - level, 0.0)

    def _pour(self, client_id: str, amount: float, now: datetime) -> float:
        bucket = self._buckets.setdefault(client_id, _Bucket(0.0, now))
        passed = max((now - bucket.touched_at).total_seconds(), 0.0)
        level = max(bucket.level - passed * self.size.outflow, 0.0) + amount
        bucket.level = min(max(level, 0.0), self.size.maximum)
        bucket.touched_at = max(now, bucket.touched_at)
        return bucket.level
