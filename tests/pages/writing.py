"""Somebody who answers while the form saves itself."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import select

from lti_app.catalog.views import ActivityView
from lti_app.submissions.drafts import open_draft
from lti_app.submissions.models import Attempt
from lti_app.web.context import EXTENSION
from tests.pages.stage import Stage
from tests.peers.world import Visitor

#: What anybody reads in what this device keeps.
UNSEALED = """Object.values(localStorage)
  .map((entry) => entry + atob(JSON.parse(entry).sealed)).join()"""
STORED = "JSON.stringify(Object.entries(localStorage))"


def launched(stage: Stage, activity: ActivityView, sub: str) -> Visitor:
    """Open the activity in a session of its own, as a launch of this person does."""
    visitor = stage.visitor(sub=sub)
    stage.open(visitor, f"exercise/{activity.public_id}")
    return visitor


def choose(page: Page, statement: int, answer: int) -> None:
    radio(page, statement, answer).check()


def radio(page: Page, statement: int, answer: int) -> Locator:
    return page.get_by_role("group").nth(statement - 1).get_by_role("radio").nth(answer - 1)


def says(page: Page, words: str) -> None:
    """Wait until the line of the form says something."""
    shown = page.locator("[data-saving-is]:visible")
    expect(shown).to_contain_text(re.compile(words), use_inner_text=True)


def offer(page: Page) -> Locator:
    return page.locator("[data-saving-offer]")


def is_kept(page: Page) -> None:
    """Wait until this device holds what the page has not saved."""
    page.wait_for_function("Object.keys(localStorage).length === 1")


def draft(stage: Stage, visitor: Visitor) -> str:
    with stage.site.database.read() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.user_id == visitor.user_id)).one()
        return open_draft(session, stage.site.app.extensions[EXTENSION].keyring, attempt).text or ""


@contextmanager
def offline(page: Page) -> Iterator[None]:
    page.context.set_offline(True)
    yield
    page.context.set_offline(False)


def hold_next(page: Page) -> list[Route]:
    """Hold the next request of the exercise; return where it will stand."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/exercise/**", hold, times=1)
    return held


def saves(stage: Stage, status: int, *, retry_after: str = "0") -> list[Route]:
    """Answer the next save with a status; return the saves that were seen."""
    seen: list[Route] = []

    def answer(route: Route) -> None:
        if route.request.method != "POST" or "exercise" not in route.request.url:
            return route.fallback()
        seen.append(route)
        if len(seen) > 1:
            return route.fallback()
        headers = {"Retry-After": retry_after}
        return route.fulfill(status=status, headers=headers, json={"code": "busy", "words": "no"})

    stage.page.route("**/exercise/**", answer)
    return seen
