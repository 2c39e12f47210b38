"""Canvas's pages: numbered, of fifty rows at most, with a Link header that names them all."""

from urllib.parse import urlencode

from lti_app.sandbox.dialects.plain.paging import Page, Paging, Query


class CanvasPaging(Paging):
    """Which page is asked for stands in `page`, counted from 1."""

    start_parameter = "page"

    def requested(self, query: Query) -> Page:
        asked = super().requested(query)
        size = asked.size or self.largest
        return Page(max(asked.start - 1, 0) * size, size)

    def link_header(self, url: str, query: Query, page: Page, total: int) -> str | None:
        size = page.size or self.largest
        current, last = page.start // size + 1, max(-(-total // size), 1)
        numbers = {
            "current": current,
            "next": current + 1 if current < last else None,
            "prev": current - 1 if current > 1 else None,
            "first": 1,
            "last": last,
        }
        kept = [pair for pair in query.items(multi=True) if pair[0] != self.start_parameter]
        return ",".join(
            f'<{url}?{urlencode([*kept, (self.start_parameter, str(number))])}>; rel="{name}"'
            for name, number in numbers.items()
            if number is not None
        )
