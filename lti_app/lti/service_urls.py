"""How addresses of services are put together from those a platform gave. Pure.

A path segment goes to the end of the path, before the query; filters join the query. What the
platform encoded stays as it is. Source: AGS 2.0, section 3.4.1.
"""

from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit, urlunsplit


def sub_url(url: str, segment: str) -> str:
    """Return the address of something below a resource.

    >>> sub_url("https://m.test/x/lineitem?type_id=4", "scores")
    'https://m.test/x/lineitem/scores?type_id=4'
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{segment}", fragment=""))


def with_query(url: str, filters: Mapping[str, str]) -> str:
    """Return the address with filters added to its query.

    >>> with_query("https://m.test/items?type_id=4", {"user_id": "a b"})
    'https://m.test/items?type_id=4&user_id=a%20b'
    """
    parts = urlsplit(url)
    added = urlencode(filters, safe="", quote_via=quote)
    query = "&".join(text for text in (parts.query, added) if text)
    return urlunsplit(parts._replace(query=query, fragment=""))
