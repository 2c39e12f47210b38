"""Pages of a container: how many rows, where the next one starts. It reads no table by itself.

Source: RFC 8288 for the Link header; AGS 2.0, section 3.2.2, and NRPS 2.0, section 2.4.2.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from lti_app.sandbox.payloads import bad_request

Query = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """How many rows come before this page, and how many it may hold; None is all of them."""

    start: int
    size: int | None

    def next_start(self, total: int) -> int | None:
        """Return where the next page starts, None when this one is the last."""
        if self.size is None or self.start + self.size >= total:
            return None
        return self.start + self.size


class Paging:
    """Pages of at most so many rows; the next one keeps every filter."""

    largest: int = 50
    start_parameter: str = "from"

    def requested(self, query: Query) -> Page:
        """Return the page that a request asks for; `limit` is a wish with an upper bound.

        Raises:
            RefusalError: a number is none.
        """
        wanted = _whole_number(query, "limit", default=self.largest, least=1)
        start = _whole_number(query, self.start_parameter, default=0, least=0)
        return Page(start, min(wanted, self.largest))

    def link_header(self, url: str, query: Query, page: Page, total: int) -> str | None:
        """Return the Link header of a page.

        Args:
            url: of the container, without a query.
            total: of all rows that the request's filters let through.
        """
        start = page.next_start(total)
        if start is None:
            return None
        return f'<{url}?{self.query_of(query, start)}>; rel="next"'

    def query_of(self, query: Query, start: int) -> str:
        """Return the query of the page that starts there, with everything else kept."""
        kept = [pair for pair in query.items(multi=True) if pair[0] != self.start_parameter]
        return urlencode([*kept, (self.start_parameter, str(start))])


def _whole_number(query: Query, name: str, *, default: int, least: int) -> int:
    value = query.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit()) or len(value) > 9 or int(value) < least:
        raise bad_request(f"{name} must be a whole number of at least {least}.")
    return int(value)
