"""Where a list goes on, from the `Link` header. Pure.

Values keep their case: a cursor is case-sensitive. What cannot be read is no link.
Source: RFC 8288, section 3.
"""

import re
from contextlib import suppress

_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[^\s=;,\"]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s;,\"]*))?)*)")
_PARAMETER = re.compile(r";\s*([^\s=;,\"]+)\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]*))")
_PRINTERS_QUOTES = re.compile("[\u201c\u201d\u201e]")


def next_page(header: str) -> str | None:
    """Return the address of the next page, as it stands there.

    Several `Link` headers may be joined by commas; an address may hold commas itself.

    >>> next_page('<https://m.test/?p=A,b>; rel="next", <https://m.test/>; rel=first')
    'https://m.test/?p=A,b'
    """
    return link_to(header, "next")


def link_to(header: str, relation: str) -> str | None:
    """Return the address that stands in this relation, None when there is none.

    Moodle has written its header with printer's quotes and with HTML's ampersands.

    >>> link_to('<https://m.test/?a=1&amp;from=2>; rel=“next”'.encode().decode("latin-1"), "next")
    'https://m.test/?a=1&from=2'
    """
    text, is_html = _in_plain_quotes(header)
    for match in _LINK.finditer(text):
        for name, quoted, bare in _PARAMETER.findall(match[2]):
            if name.lower() == "rel" and relation in (quoted or bare).lower().split():
                found = match[1].strip()
                return found.replace("&amp;", "&") if is_html else found
    return None


def _in_plain_quotes(header: str) -> tuple[str, bool]:
    """Return a header with quotes that mean something, and whether it had others."""
    if header.isascii():
        return header, False
    with suppress(UnicodeError):
        # Headers are read as Latin-1, whatever was sent.
        header = header.encode("latin-1").decode("utf-8")
    plain = _PRINTERS_QUOTES.sub('"', header)
    return plain, plain != header
