"""A page as a value: views return it, and it is drawn after their transaction has ended."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Response, get_template_attribute, make_response, render_template
from markupsafe import Markup, escape

from lti_app.web.language import wanted_locale

#: Stands where a value belongs; no template and no address holds it.
_MARK = "\0"


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


class Mould:
    """A page that differs only in a few values: drawn once for each language, then filled in.

    It is for what everybody passes through. The template may look at nothing but these values and
    the language: no viewer, no token.
    """

    def __init__(self, template: str, *names: str) -> None:
        self._template = template
        self._blanks = {name: f"{_MARK}{name}{_MARK}" for name in names}
        self._drawn: dict[str, list[str]] = {}

    def fill(self, **values: str) -> Response:
        """Put the values into their places, escaped like those of any template."""
        language = wanted_locale()
        pieces = self._drawn.get(language)
        if pieces is None:
            # Text and names of values take turns.
            pieces = render_template(self._template, **self._blanks).split(_MARK)
            self._drawn[language] = pieces
        filled = list(pieces)
        filled[1::2] = [escape(values[name]) for name in pieces[1::2]]
        return Response("".join(filled))


def hidden_inputs(fields: Iterable[tuple[str, str]]) -> Markup:
    """Return the inputs that a form sends along unseen."""
    macro: Callable[..., Markup] = get_template_attribute("_macros/forms.html", "hidden")
    return macro(fields)
