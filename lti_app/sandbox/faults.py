"""Faults that a test or a person asks for: which service misbehaves, how, and until when.

It decides only whether a fault applies now; the observed views act on it.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    GROUPS = "groups"
    NOTICES = "notices"
    AUTH = "auth"
    CONFIGURATION = "configuration"
    REGISTRATION = "registration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of misbehaviour.

    Attributes:
        status: answered at once, before the request is looked at; None handles it as usual.
        retry_after: value of that header beside the status.
        headers: put over those of the answer.
        body: stands in place of the answer's, or of the plain words of a status.
        content_type: of that body.
        members: put over those of a JSON answer; a member that is None is taken away.
        stores: the request is handled and stored first, also where `status` is answered.
        delay: how long to wait first.
        drops_reply: the connection is closed after everything else, without a byte of an answer.
        truncates: only the first half of the answer is sent, as if it were all.
        breaks_off: the connection is closed in the middle of the answer.
        until: the fault ends by itself at this moment; None is until it is cleared.
        skip_count: so many requests pass untouched first.
        request_count: it ends after so many requests more; None does not count.
        client_id: only requests of this tool; None is of everybody.
    """

    status: int | None = None
    retry_after: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    content_type: str = "text/plain; charset=utf-8"
    members: Mapping[str, object] = field(default_factory=dict)
    stores: bool = False
    delay: timedelta = timedelta()
    drops_reply: bool = False
    truncates: bool = False
    breaks_off: bool = False
    until: datetime | None = None
    skip_count: int = 0
    request_count: int | None = None
    client_id: str | None = None

    @property
    def answers_unseen(self) -> bool:
        """Whether the request is not looked at."""
        return not self.stores and (self.status is not None or self.body is not None)


class Faults:
    """The faults now set, at most one for each service."""

    def __init__(self) -> None:
        self._faults: dict[Service, Fault] = {}
        self._seen: dict[Service, int] = {}
        self._lock = threading.Lock()

    def set(self, service: Service, fault: Fault) -> None:
        with self._lock:
            self._faults[service] = fault
            self._seen[service] = 0

    def clear(self, service: Service | None = None) -> None:
        """End the fault of one service, or all of them."""
        with self._lock:
            for name in [service] if service else list(self._faults):
                self._faults.pop(name, None)

    def take(self, service: Service, now: datetime, *, client_id: str | None = None) -> Fault:
        """Return the fault for a request that arrives now, and count the request.

        Returns:
            a fault that does nothing when there is none.
        """
        with self._lock:
            fault = self._faults.get(service)
            if fault is None or fault.client_id not in (None, client_id):
                return Fault()
            if self._is_over(service, fault, now):
                del self._faults[service]
                return Fault()
            self._seen[service] += 1
            return fault if self._seen[service] > fault.skip_count else Fault()

    def current(self) -> dict[Service, Fault]:
        with self._lock:
            return dict(self._faults)

    def is_about_one_tool(self, service: Service) -> bool:
        """Whether it must be known who asks before a fault can be taken."""
        with self._lock:
            fault = self._faults.get(service)
            return fault is not None and fault.client_id is not None

    def _is_over(self, service: Service, fault: Fault, now: datetime) -> bool:
        if fault.until is not None and now >= fault.until:
            return True
        if fault.request_count is None:
            return False
        return self._seen[service] >= fault.skip_count + fault.request_count
