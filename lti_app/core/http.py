"""The one way out: every request to a platform goes through this client.

No redirects, time limits, a size cap on what is decompressed, no private address unless the
operator trusts the host by name. It knows nothing of LTI.
"""

import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests_hardened import Config, Manager
from requests_hardened.ip_filter import InvalidIPAddress

from lti_app.core.deadline import Deadline, WatchedAdapter, WatchedFilterAdapter, within
from lti_app.core.errors import RapportError

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
MAX_BYTES = 4 * 1024 * 1024
_CHUNK = 16 * 1024
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
_ADDRESS_ERRORS = (
    InvalidIPAddress,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
)


class FetchError(RapportError):
    """No usable answer came. `is_unknown_outcome` says whether the other side may have acted."""

    code = "no_answer"
    is_retryable = True

    def __init__(self, code: str, *, is_unknown_outcome: bool = True) -> None:
        super().__init__(code)
        self.is_unknown_outcome = is_unknown_outcome


class ForbiddenAddressError(FetchError):
    """The address is not one we talk to: private, plain http, odd scheme. No packet was sent."""

    is_retryable = False

    def __init__(self, code: str) -> None:
        super().__init__(code, is_unknown_outcome=False)


@dataclass(frozen=True)
class Answer:
    """What came back, whole.

    Attributes:
        headers: names in lower case; values untouched, because paging cursors are case-sensitive.
        reason: the words beside the status; some platforms explain themselves only there.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    reason: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def json(self) -> Any:
        """Parse the body.

        Raises:
            FetchError: `not_json`; an HTML page with status 200 ends here.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise FetchError("not_json") from error


@dataclass
class HttpClient:
    """A pooled client. Make one for the process; it may be used from many threads.

    Attributes:
        trusted_hosts: `host` or `host:port` that may be plain http or on a private address.
    """

    trusted_hosts: Sequence[str] = ()
    user_agent: str = "Rapport-LTI-Tool"
    total_seconds: float = TOTAL_SECONDS
    max_bytes: int = MAX_BYTES
    _public: requests.Session = field(init=False, repr=False)
    _trusted: requests.Session = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._public = self._session(is_filtered=True)
        self._trusted = self._session(is_filtered=False)

    def _session(self, *, is_filtered: bool) -> requests.Session:
        config = Config(
            ip_filter_enable=is_filtered,
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=(CONNECT_SECONDS, self.total_seconds),
            user_agent_override=self.user_agent,
        )
        session: requests.Session = Manager(config).get_session()
        for scheme in ("https", "http"):
            session.mount(f"{scheme}://", _adapter(scheme, is_filtered=is_filtered))
        # A proxy or a .netrc of the machine must not decide where a bearer token goes.
        session.trust_env = False
        return session

    def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        total_seconds: float | None = None,
        max_bytes: int | None = None,
    ) -> Answer:
        """Fetch a URL. Raises FetchError, ForbiddenAddressError."""
        return self.send(
            "GET", url, headers=headers, total_seconds=total_seconds, max_bytes=max_bytes
        )

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post bytes. Raises FetchError, ForbiddenAddressError."""
        return self.send("POST", url, body=body, headers=headers)

    def send(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        total_seconds: float | None = None,
        max_bytes: int | None = None,
    ) -> Answer:
        """Send one request and read the whole answer.

        `total_seconds` run until the last byte has come and `max_bytes` are counted decompressed;
        None means the client's own limits.

        Raises:
            ForbiddenAddressError: `address_refused`, before anything was sent.
            FetchError: `no_connection` (nothing was sent), `no_answer`, `too_slow`, `too_large`.
        """
        session = self._session_for(url)
        seconds = total_seconds or self.total_seconds
        with within(seconds) as deadline:
            try:
                response = self._exchange(session, method, url, body, headers or {}, seconds)
                with response:
                    return self._read(response, deadline, max_bytes or self.max_bytes)
            except FetchError:
                raise
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                raise _as_fetch_error(error, is_late=deadline.has_passed) from error

    def _exchange(
        self,
        session: requests.Session,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        seconds: float,
    ) -> requests.Response:
        """Send through the session's adapter. Its cookies and redirects we want none of anyway."""
        own = {"User-Agent": self.user_agent, **_HEADERS, **headers}
        request = requests.Request(method, url, headers=own, data=body).prepare()
        return session.get_adapter(request.url or "").send(
            request, stream=True, timeout=(min(CONNECT_SECONDS, seconds), seconds), verify=True
        )

    def _session_for(self, url: str) -> requests.Session:
        if self.is_trusted(url):
            return self._trusted
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise ForbiddenAddressError("address_refused") from error
        if parts.scheme != "https" or parts.username or parts.password:
            raise ForbiddenAddressError("address_refused")
        return self._public

    def is_trusted(self, url: str) -> bool:
        """Whether the operator named this host, so that http and private addresses are allowed."""
        return is_trusted_host(url, self.trusted_hosts)

    def _read(self, response: requests.Response, deadline: Deadline, max_bytes: int) -> Answer:
        body = bytearray()
        # read1 hands over what has arrived, so that a trickle meets the deadline.
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > max_bytes:
                raise FetchError("too_large")
            if deadline.has_passed:
                raise FetchError("too_slow")
        # A socket that was cut ends like a body without a length.
        if deadline.has_passed:
            raise FetchError("too_slow")
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, bytes(body), response.reason or "")


def _adapter(scheme: str, *, is_filtered: bool) -> WatchedAdapter | WatchedFilterAdapter:
    if is_filtered:
        return WatchedFilterAdapter(is_https_proto=scheme == "https", allow_loopback=False)
    return WatchedAdapter()


def _as_fetch_error(error: Exception, *, is_late: bool) -> FetchError:
    if isinstance(error, _ADDRESS_ERRORS):
        return ForbiddenAddressError("address_refused")
    if isinstance(error, requests.exceptions.SSLError):
        return FetchError("no_trust", is_unknown_outcome=False)
    if isinstance(error, requests.exceptions.ConnectTimeout) or _never_connected(error):
        return FetchError("no_connection", is_unknown_outcome=False)
    return FetchError("too_slow" if is_late else "no_answer")


def _never_connected(error: Exception) -> bool:
    """Whether it failed before a connection stood: refused, or no such name."""
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(reason, urllib3.exceptions.NewConnectionError) or isinstance(
        error.__cause__, socket.gaierror
    )


def is_trusted_host(url: str, trusted_hosts: Sequence[str]) -> bool:
    """Whether the URL's host, with or without its port, is on the operator's list.

    >>> is_trusted_host("http://127.0.0.1:8001/x", ["127.0.0.1"])
    True
    >>> is_trusted_host("http://127.0.0.1@evil.test/", ["127.0.0.1"])
    False
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or parts.username or parts.password:
        return False
    return host in trusted_hosts or f"{host}:{port}" in trusted_hosts
