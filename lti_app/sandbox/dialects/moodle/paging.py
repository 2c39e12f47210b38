"""Moodle's pages: all rows unless a limit is given, and then three different ways to go wrong."""

from urllib.parse import urlencode

from lti_app.sandbox.dialects.moodle.words import page_not_found
from lti_app.sandbox.dialects.plain.paging import Page, Paging, Query


class MoodlePaging(Paging):
    """No limit, no pages; a limit is taken as it is."""

    def requested(self, query: Query) -> Page:
        limit, start = (query.get(name, 0, type=int) for name in ("limit", "from"))
        return Page(start, limit) if limit > 0 and start >= 0 else Page(0, None)


class ColumnPaging(MoodlePaging):
    """A Link header in printer's quotes and with HTML's ampersands, which nobody can parse.

    The header is UTF-8, which clients read as Latin-1.
    """

    def link_header(self, url: str, query: Query, page: Page, total: int) -> str | None:
        if page.size is None:
            return None
        starts = {
            "first": 0,
            "prev": max(page.start - page.size, 0) if page.start else None,
            "canonical": page.start,
            "next": page.next_start(total),
            "last": max(total - page.size + 1, 0),
        }
        links = [
            f"<{url}?{self.query_of(query, start).replace('&', '&amp;')}>; rel=“{name}”"
            for name, start in starts.items()
            if start is not None
        ]
        return ", ".join(links).encode().decode("latin-1")


class ResultPaging(MoodlePaging):
    """A limit breaks the page on which it is asked for."""

    def requested(self, query: Query) -> Page:
        if "limit" in query:
            raise page_not_found("Exception - Call to a member function out() on null")
        return Page(0, None)


class RosterPaging(MoodlePaging):
    """The next page has forgotten which role was asked for."""

    def link_header(self, url: str, query: Query, page: Page, total: int) -> str | None:
        start = page.next_start(total)
        if start is None:
            return None
        kept = {"limit": str(page.size), "from": str(start)}
        if "rlid" in query:
            kept["rlid"] = query["rlid"]
        return f'<{url}?{urlencode(kept)}>; rel="next"'
