"""A page as a value: views return it, and it is drawn after their transaction has ended."""

from typing import Any

from flask import Response, make_response, render_template


class Page:
    """A template with its values, a status, and headers of its own."""

    def __init__(
        self,
        template: str,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        **values: Any,
    ) -> None:
        """Hold what is to be drawn.

        Args:
            values: frozen dataclasses and plain values; no row that would ask the database again.
        """
        self.template = template
        self.status = status
        self.headers = headers or {}
        self.values = values

    def draw(self) -> Response:
        """Render the template into a response."""
        body = render_template(self.template, **self.values)
        return make_response(body, self.status, self.headers)

