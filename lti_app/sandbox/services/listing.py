"""Reads one page of a container and points to the next. What a page is, the dialect decides."""

from collections.abc import Sequence
from typing import TypeVar

from flask import Response, request
from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lti_app.sandbox.dialects.plain.paging import Page, Paging
from lti_app.sandbox.state import current_sandbox

T = TypeVar("T")


def rows_of(
    session: Session, rows: Select[T], *, key: InstrumentedAttribute[int], page: Page
) -> tuple[Sequence[T], int]:
    """Return the rows of a page in the order of their ids, and how many there are in all."""
    total = session.scalar(select(func.count()).select_from(rows.with_only_columns(key).subquery()))
    ordered = rows.order_by(key).offset(page.start)
    return session.scalars(ordered.limit(page.size)).all(), total or 0


def add_link(response: Response, paging: Paging, page: Page, total: int) -> None:
    """Give a page its Link header, where it has one."""
    url = current_sandbox().config.origin + request.path
    header = paging.link_header(url, request.args, page, total)
    if header is not None:
        response.headers["Link"] = header
