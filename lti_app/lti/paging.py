"""The next page of a list, from the `Link` header. Pure.

Values keep their case: a cursor is case-sensitive. What cannot be read is no next page.
Source: RFC 8288, section 3.
"""

import re

_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[^\s=;,\"]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s;,\"]*))?)*)")
_PARAMETER = re.compile(r";\s*([^\s=;,\"]+)\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]*))")


def next_page(header: str) -> str | None:
    """Return the address of the next page, as it stands there.

    Several `Link` headers may be joined by commas; an address may hold commas itself.

    >>> next_page('<https://m.test/?p=A,b>; rel="next", <https://m.test/>; rel=first')
    'https://m.test/?p=A,b'
    """
    for match in _LINK.finditer(header):
        for name, quoted, bare in _PARAMETER.findall(match[2]):
            if name.lower() == "rel" and "next" in (quoted or bare).lower().split():
                return match[1].strip()
    return None
