"""Where a copied course or link comes from, as launches tell it. Pure.

Source: LTI Core 1.3, appendix B: `$Context.id.history` and `$ResourceLink.id.history` are ids,
each encoded as in an address, with commas between them and the most recent copy first.
"""

from collections.abc import Container, Iterable
from urllib.parse import unquote

#: Canvas tells no more either.
MOST_READ = 1000
#: No id of a course or a link is longer.
_LONGEST_ID = 255
#: Words of platforms in place of ids: there were more, or they were not found in time.
_MARKERS = frozenset({"truncated", "timed out", "timed_out"})


def read_history(told: str | None, *, own_id: str) -> tuple[str, ...]:
    """Return the ids of what something was copied from, the nearest first, each once.

    Args:
        told: the custom value; None, empty or the variable's own name where nothing is told.
        own_id: of what was launched; what names itself is not its own copy.

    >>> read_history("b%2C1,truncated,a,b%2C1,c", own_id="c")
    ('b,1', 'a')
    """
    ids: dict[str, None] = {}
    for part in (told or "").split(",", MOST_READ)[:MOST_READ]:
        one = unquote(part.strip())
        if _is_id(one) and one != own_id:
            ids[one] = None
    return tuple(ids)


def nearest(history: Iterable[str], known: Container[str]) -> str | None:
    """Return the first that is known, None when nothing is."""
    return next((one for one in history if one in known), None)


def _is_id(text: str) -> bool:
    is_name = text.startswith("$") and text.endswith(".history")
    is_usable = 0 < len(text) <= _LONGEST_ID and "\x00" not in text
    return is_usable and text.lower() not in _MARKERS and not is_name
