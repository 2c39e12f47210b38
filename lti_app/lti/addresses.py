"""Which URLs we follow, fetch or link to. It resolves no name and opens no connection."""

import ipaddress
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

MAX_URL_LENGTH = 2048
_PRINTABLE = re.compile(r"[\x21-\x7e]+\Z")
_PRIVATE_SUFFIXES = (".localhost", ".local", ".internal", ".home.arpa", ".onion")
_NUMERIC_LABEL = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z")
_ODD_PATH = re.compile(r"//|\\|%2f|%5c|%2e|(?:\A|/)\.\.?(?:/|\Z)", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Address(NamedTuple):
    """The parts of an absolute http(s) URL that decide anything.

    Attributes:
        host: as written in a URL: an IPv6 address stands in brackets.
        port: None where it is the scheme's own.
    """

    scheme: str
    host: str
    port: int | None
    path: str
    fragment: str

    @property
    def netloc(self) -> str:
        """`host` or `host:port`."""
        return self.host if self.port is None else f"{self.host}:{self.port}"


def parse_address(url: object) -> Address | None:
    """Return the parts of an absolute http(s) URL without user information, None for others."""
    return _parse(url) if isinstance(url, str) and len(url) <= MAX_URL_LENGTH else None


@lru_cache(maxsize=1024)
def _parse(url: str) -> Address | None:
    """Launches of one platform name the same few addresses, so they are taken apart once."""
    if not _PRINTABLE.match(url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        hostname, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not hostname or port == 0 or "@" in parts.netloc:
        return None
    return Address(
        scheme=parts.scheme,
        host=f"[{hostname}]" if ":" in hostname else hostname,
        port=None if port == _DEFAULT_PORTS[parts.scheme] else port,
        path=parts.path,
        fragment=parts.fragment,
    )


def host_of(url: object) -> str | None:
    """Return `host` or `host:port`, in lower case, without the scheme's own port.

    >>> host_of("https://LMS.test:443/x"), host_of("http://lms.test:8001/")
    ('lms.test', 'lms.test:8001')
    """
    address = parse_address(url)
    return address.netloc if address else None


def origin_of(url: object) -> str | None:
    """Return `scheme://host[:port]`, None for what is not an absolute http(s) URL.

    >>> origin_of("https://lms.test/a?b=c")
    'https://lms.test'
    """
    address = parse_address(url)
    return f"{address.scheme}://{address.netloc}" if address else None


def is_own_url(url: object, base_url: str) -> bool:
    """Whether a URL is an ordinary address of this tool, so that a redirect there is safe.

    Dots, encoded slashes and double slashes in the path are not ordinary.

    >>> is_own_url("https://tool.test/lti/launch?activity=a", "https://tool.test")
    True
    >>> is_own_url("https://tool.test@evil.test/", "https://tool.test")
    False
    """
    address = parse_address(url)
    if address is None or origin_of(url) != origin_of(base_url):
        return False
    return not address.fragment and is_ordinary_path(url)


def is_ordinary_path(url: object) -> bool:
    """Whether everybody reads the path alike: no dots, encoded slashes or double slashes in it.

    >>> is_ordinary_path("https://lms.test/a/config"), is_ordinary_path("https://lms.test/a/../b")
    (True, False)
    """
    address = parse_address(url)
    return address is not None and not _ODD_PATH.search(address.path)


def is_service_url(url: object, trusted_hosts: Sequence[str]) -> bool:
    """Whether a service may be called there: https and public, or a host the operator trusts.

    A name that resolves to a private address is met when the connection is made.

    >>> is_service_url("https://lms.test/lineitems", []), is_service_url("https://10.0.0.1/", [])
    (True, False)
    """
    address = parse_address(url)
    if address is None:
        return False
    if address.host in trusted_hosts or f"{address.host}:{_port(address)}" in trusted_hosts:
        return True
    return address.scheme == "https" and is_public_host(address.host.strip("[]"))


def _port(address: Address) -> int:
    return address.port or _DEFAULT_PORTS[address.scheme]


def is_public_host(host: str) -> bool:
    """Whether a host is a public address or looks like a public name.

    Numbers in the last label are old spellings of an address, such as `0x7f.1` or `2130706433`.
    """
    try:
        return _is_public_address(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    name = host.rstrip(".").lower()
    labels = name.split(".")
    if len(labels) < 2 or not all(labels) or _NUMERIC_LABEL.match(labels[-1]):
        return False
    return not name.endswith(_PRIVATE_SUFFIXES)


def _is_public_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)
    chosen = mapped or address
    return bool(chosen.is_global and not chosen.is_multicast and not chosen.is_reserved)
