"""Faults that a test asks for: which service misbehaves, how, and until when.

It decides only whether a fault applies now; the observed views act on it.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Service(StrEnum):
    """The parts of the platform that a tool or its browser talks to."""

    JWKS = "jwks"
    TOKEN = "token"  # noqa: S105 - the name of a service, not a secret
    SCORES = "scores"
    RESULTS = "results"
    LINE_ITEMS = "lineitems"
    MEMBERSHIPS = "memberships"
    AUTH = "auth"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of misbehaviour.

    Attributes:
        status: answered at once, before the request is looked at; None handles it as usual.
        retry_after: value of that header beside the status.
        delay: how long to wait first.
        drops_reply: the request is handled and stored, then the connection is closed.
        until: the fault ends by itself at this moment; None is until it is cleared.
        request_count: it ends after so many requests; None does not count.
    """

    status: int | None = None
    retry_after: str | None = None
    delay: timedelta = timedelta()
    drops_reply: bool = False
    until: datetime | None = None
    request_count: int | None = None


class Faults:
    """The faults now set, at most one for each service."""

    def __init__(self) -> None:
        self._faults: dict[Service, Fault] = {}
        self._taken: dict[Service, int] = {}
        self._lock = threading.Lock()

    def set(self, service: Service, fault: Fault) -> None:
        with self._lock:
            self._faults[service] = fault
            self._taken[service] = 0

    def clear(self, service: Service | None = None) -> None:
        """End the fault of one service, or all of them."""
        with self._lock:
            for name in [service] if service else list(self._faults):
                self._faults.pop(name, None)

    def take(self, service: Service, now: datetime) -> Fault | None:
        """Return the fault for a request that arrives now, and count the request."""
        with self._lock:
            fault = self._faults.get(service)
            if fault is None or not self._applies(service, fault, now):
                self._faults.pop(service, None)
                return None
            self._taken[service] += 1
            return fault

    def current(self) -> dict[Service, Fault]:
        with self._lock:
            return dict(self._faults)

    def _applies(self, service: Service, fault: Fault, now: datetime) -> bool:
        if fault.until is not None and now >= fault.until:
            return False
        return fault.request_count is None or self._taken[service] < fault.request_count
