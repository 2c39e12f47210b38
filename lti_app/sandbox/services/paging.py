"""Pages of a container: how many rows, where the next one starts. It reads no table by itself.

Source: RFC 8288 for the Link header; AGS 2.0, section 3.2.2, and NRPS 2.0, section 2.4.2.
"""

from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from flask import Response, request
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lti_app.sandbox.services.payloads import bad_request
from lti_app.sandbox.state import current_sandbox

T = TypeVar("T")

_AFTER = "after"


@dataclass(frozen=True, slots=True)
class Page:
    """Where this page starts, after which row id, and how many rows it may hold."""

    after: int
    size: int


def requested_page() -> Page:
    """Return the page that the request asks for; `limit` is a wish with an upper bound."""
    largest = current_sandbox().config.dialect.largest_page
    wanted = _whole_number("limit", default=largest, least=1)
    return Page(after=_whole_number(_AFTER, default=0, least=0), size=min(wanted, largest))


def rows_of(
    session: Session, rows: Select[T], *, key: InstrumentedAttribute[int], page: Page
) -> list[T]:
    """Return the rows of a page and one more, when there is one, in the order of their ids."""
    paged = rows.where(key > page.after).order_by(key).limit(page.size + 1)
    return list(session.scalars(paged))


def add_next_link(response: Response, page: Page, ids: list[int]) -> None:
    """Point to the next page if `rows_of` read more rows, with these ids, than this page holds.

    The address keeps every filter of this request.
    """
    if len(ids) <= page.size:
        return
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != _AFTER]
    query = urlencode([*kept, (_AFTER, str(ids[page.size - 1]))])
    url = f"{current_sandbox().config.issuer}{request.path}?{query}"
    response.headers["Link"] = f'<{url}>; rel="next"'


def _whole_number(name: str, *, default: int, least: int) -> int:
    value = request.args.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit()) or len(value) > 9 or int(value) < least:
        raise bad_request(f"{name} must be a whole number of at least {least}.")
    return int(value)
