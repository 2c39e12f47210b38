"""When a way to a platform is open, how wide, and what an answer changes about that. Pure.

A gate is what several jobs have to pass: a platform (its registration), a host, or one platform at
one host. After a closure it stands ajar: one job at a time, until one of them has a good answer.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

#: A host that fails so often in a row is left alone for a while.
MOST_FAILURES = 5
PROBE_EVERY = timedelta(seconds=30)
#: After an hour without one good answer it is asked less often.
PROBE_EVERY_LATER = timedelta(minutes=2)
LONG_SILENCE = timedelta(hours=1)
#: How often a platform that refuses our key is asked again.
PROBE_KEY_EVERY = timedelta(minutes=15)
#: How long to wait for a platform that throttles and does not say how long.
SHORTEST_THROTTLE, LONGEST_THROTTLE = timedelta(seconds=5), timedelta(seconds=60)
#: A way that was narrowed becomes wider by one so often, while answers are good.
WIDEN_EVERY = timedelta(seconds=10)


class Sign(StrEnum):
    """What an answer says about the way to the platform, whatever it says of the score."""

    GOOD = "good"
    THROTTLED = "throttled"
    FAILING = "failing"
    UNAUTHORISED = "unauthorised"


@dataclass(frozen=True)
class Gate:
    """How one way stands.

    Attributes:
        limit: jobs at once, 1 or more; None where only the platform's own limit holds.
        failures: in a row; `failing_since` is the time of the first of them.
        closed_until: None while it is open; in the past while it stands ajar.
        changed_at: when `limit` was changed last.
    """

    limit: int | None = None
    failures: int = 0
    failing_since: datetime | None = None
    closed_until: datetime | None = None
    changed_at: datetime | None = None

    def is_closed(self, now: datetime) -> bool:
        """Whether no job may pass."""
        return self.closed_until is not None and now < self.closed_until

    def room(self, now: datetime) -> int | None:
        """Return how many jobs may be under way at once; None for any number."""
        if self.is_closed(now):
            return 0
        return 1 if self.closed_until is not None else self.limit


def after_good(gate: Gate, *, at_most: int, now: datetime) -> Gate:
    """Return the gate after a good answer: open, and a little wider where it was narrow.

    An answer that comes while it is closed was under way before, and proves nothing.

    Args:
        at_most: the platform's own limit; where it is reached, nothing narrows any more.
    """
    if gate.is_closed(now):
        return gate
    opened = replace(gate, failures=0, failing_since=None, closed_until=None)
    if gate.limit is None or (gate.changed_at and now - gate.changed_at < WIDEN_EVERY):
        return opened
    wider = gate.limit + 1
    return replace(opened, limit=wider if wider < at_most else None, changed_at=now)


def after_throttle(
    gate: Gate, *, at_most: int, seconds: int | None, chance: float, now: datetime
) -> Gate:
    """Return the gate after "too many requests": half as wide, and closed as long as told.

    Those that were under way together are told together: they halve it once.

    Args:
        seconds: what the platform asked for; None when it did not say.
        chance: 0 to 1, drawn by the caller.
    """
    spread = SHORTEST_THROTTLE + (LONGEST_THROTTLE - SHORTEST_THROTTLE) * chance
    until = now + (timedelta(seconds=seconds) if seconds else spread)
    if gate.is_closed(now):
        return replace(gate, closed_until=max(until, gate.closed_until or until))
    limit = max(min(gate.limit or at_most, at_most) // 2, 1)
    return replace(gate, limit=limit, closed_until=until, changed_at=now)


def after_failure(gate: Gate, *, now: datetime) -> Gate:
    """Return the gate of a host after no answer or a broken one; the fifth in a row closes it."""
    if gate.is_closed(now):
        return gate
    since = gate.failing_since or now
    failed = replace(gate, failures=gate.failures + 1, failing_since=since)
    if failed.failures < MOST_FAILURES and gate.closed_until is None:
        return failed
    pause = PROBE_EVERY_LATER if now - since >= LONG_SILENCE else PROBE_EVERY
    return replace(failed, closed_until=now + pause)


def after_refused_key(gate: Gate, *, now: datetime) -> Gate:
    """Return the gate of a platform that does not accept our key: on hold, asked now and then."""
    if gate.is_closed(now):
        return gate
    since = gate.failing_since or now
    return replace(gate, failing_since=since, closed_until=now + PROBE_KEY_EVERY)
