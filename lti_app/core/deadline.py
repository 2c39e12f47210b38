"""A limit on a whole exchange over HTTP, headers included.

The time-outs of a socket begin anew with every byte that trickles in; this one does not. When it
is reached the socket is shut, and whoever reads from it is free. It knows nothing of addresses.
"""

import heapq
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

#: Hosts that connections are kept to, and connections kept to each: as many as jobs run at once.
MOST_HOSTS, MOST_CONNECTIONS = 200, 40

_current = threading.local()


class Deadline:
    """The moment when one exchange has to be over, on the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self.at = time.monotonic() + seconds
        self._guard = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_over = False

    @property
    def has_passed(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.at

    def watch(self, connected: socket.socket) -> None:
        """Shut this socket when the time is up."""
        with self._guard:
            self._socket = connected
            if self._is_over:
                _shut(connected)

    def cut(self) -> None:
        """Shut the watched socket, and whichever comes later."""
        with self._guard:
            self._is_over = True
            if self._socket is not None:
                _shut(self._socket)

    def release(self) -> None:
        """Forget the socket: it goes back to the pool."""
        with self._guard:
            self._socket = None


def _shut(connected: socket.socket) -> None:
    try:
        # The plain method: the one of a TLS socket would swap its state under the reader.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
    except OSError:
        return


class _Watchman:
    """Cuts what takes too long. One thread for the process: one for each exchange costs more."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watched: list[tuple[float, int, Deadline]] = []
        self._number = 0
        self._thread: threading.Thread | None = None

    def add(self, deadline: Deadline) -> None:
        """Cut this one when its time is up, if it still watches a socket by then."""
        with self._changed:
            self._number += 1
            heapq.heappush(self._watched, (deadline.at, self._number, deadline))
            # After a fork the thread is gone.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._watch, name="deadlines", daemon=True)
                self._thread.start()
            elif self._watched[0][2] is deadline:
                self._changed.notify()

    def _watch(self) -> None:
        while True:
            with self._changed:
                while not self._watched:
                    self._changed.wait()
                left = self._watched[0][0] - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                deadline = heapq.heappop(self._watched)[2]
            deadline.cut()


_watchman = _Watchman()


@contextmanager
def within(seconds: float) -> Iterator[Deadline]:
    """Hold everything this thread sends meanwhile to one limit."""
    deadline = Deadline(seconds)
    _watchman.add(deadline)
    _current.deadline = deadline
    try:
        yield deadline
    finally:
        _current.deadline = None
        deadline.release()


def _watch(connection: HTTPConnection) -> None:
    deadline = getattr(_current, "deadline", None)
    if deadline is not None and isinstance(connection.sock, socket.socket):
        deadline.watch(connection.sock)


class _PlainConnection(HTTPConnection):
    def getresponse(self) -> Any:
        _watch(self)
        return super().getresponse()


class _SecureConnection(HTTPSConnection):
    def getresponse(self) -> Any:
        _watch(self)
        return super().getresponse()


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def _use_watched_pools(manager: urllib3.PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


class WatchedAdapter(HTTPAdapter):
    """An adapter whose connections obey `within`."""

    def init_poolmanager(self, *_args: Any, **kwargs: Any) -> None:
        """Make the pool as usual, of connections that can be cut."""
        super().init_poolmanager(MOST_HOSTS, MOST_CONNECTIONS, **kwargs)
        _use_watched_pools(self.poolmanager)


class WatchedFilterAdapter(IPFilterAdapter):  # type: ignore[misc] # the base is untyped
    """The same, and only to public addresses."""

    def init_poolmanager(self, *_args: Any, **kwargs: Any) -> None:
        """Make the pool as usual, of connections that can be cut."""
        super().init_poolmanager(MOST_HOSTS, MOST_CONNECTIONS, **kwargs)
        _use_watched_pools(self.poolmanager)
