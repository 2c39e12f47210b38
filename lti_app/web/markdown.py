"""Markdown as HTML that is safe in our pages. It loads nothing, and nobody's own HTML passes."""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from lti_app.core.terms import MARK, mark_of

_HEADINGS = {f"h{level}" for level in range(1, 7)}
_WORDS = {"p", "blockquote", "strong", "em", "code", "pre", "a", "br", "hr", "button"}
_TAGS = _HEADINGS | _WORDS | {"ul", "ol", "li"}
_ATTRIBUTES = {
    "a": {"href", "target"},
    "ol": {"start"},
    "button": {"type", "class", "popovertarget"},
}
_SCHEMES = {"http", "https", "mailto"}
_LOWEST_HEADING = 6
_TERM = Markup('<button type="button" class="rp-term" popovertarget="{}">{}</button>')
_ELSEWHERE = re.compile(r"(?i)(https?:)?//")

#: The name of a term in its list to the id of the element that says what it means.
Terms = Mapping[str, str]


def to_html(text: str, *, first_heading: int = 2, terms: Terms | None = None) -> Markup:
    """Return Markdown (CommonMark, without HTML and pictures) as HTML.

    Args:
        first_heading: level of the highest heading of the text, whatever it was written as, so
            that the page keeps its one h1; the others follow in their order.
        terms: what `[[term]]` and `[[shown words|term]]` open: a popover with that id. A mark that
            names none of them is printed as its words.

    >>> str(to_html("# *Ask* early")).strip()
    '<h2><em>Ask</em> early</h2>'
    >>> str(to_html("<script>x</script>")).strip()
    '<p>&lt;script&gt;x&lt;/script&gt;</p>'
    """
    env: dict[str, Any] = {"terms": terms or {}}
    tokens = _MARKDOWN.parse(text, env)
    _shift_headings(tokens, first_heading)
    drawn = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, env)
    return Markup(  # noqa: S704 - what nh3 lets through is HTML, and only the tags above
        nh3.clean(
            drawn,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes=_SCHEMES,
            link_rel="noopener",
        )
    )


def _shift_headings(tokens: Sequence[Token], first: int) -> None:
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((_level(token) for token in headings), default=first)
    for token in headings:
        token.tag = f"h{min(_level(token) + first - highest, _LOWEST_HEADING)}"


def _level(heading: Token) -> int:
    return int(heading.tag[1])


def _term(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it so
    """Read `[[term]]`; a rule of markdown-it."""
    found = MARK.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        mark = mark_of(found)
        token = state.push("term", "button", 0)
        token.content, token.meta = mark.shown, {"term": mark.term}
    state.pos = found.end()
    return True


class _Drawing(RendererHTML):
    """Draws what is ours; each method is the rule for tokens of its name."""

    def term(
        self,
        tokens: Sequence[Token],
        place: int,
        options: OptionsDict,
        env: MutableMapping[str, Any],
    ) -> str:
        token = tokens[place]
        words = Markup.escape(token.content)
        target = env["terms"].get(token.meta["term"])
        if target is None:
            return words
        return _TERM.format(target, words)

    def link_open(
        self,
        tokens: Sequence[Token],
        place: int,
        options: OptionsDict,
        env: MutableMapping[str, Any],
    ) -> str:
        # Another site would refuse to stand in this frame.
        if _ELSEWHERE.match(str(tokens[place].attrGet("href") or "")):
            tokens[place].attrSet("target", "_blank")
        return self.renderToken(tokens, place, options, env)

    def image(
        self,
        tokens: Sequence[Token],
        place: int,
        options: OptionsDict,
        env: MutableMapping[str, Any],
    ) -> str:
        """Return the words for who cannot see it: a picture would be asked of another host."""
        return Markup.escape(tokens[place].content)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Drawing)
    reader.inline.ruler.before("link", "term", _term)
    return reader


_MARKDOWN = _reader()
