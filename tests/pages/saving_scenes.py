"""A form that saves itself, wherever its work may stand."""

from playwright.sync_api import expect
from sqlalchemy import select

from lti_app.web.models import LaunchSession
from tests.pages.stage import Stage, by_name
from tests.peers.world import Visitor


def opened(stage: Stage, sub: str | None = None) -> Visitor:
    """Open the self-assessment, with the key that its page may have to ask for."""
    placed = stage.activity()
    visitor = stage.visitor(sub=sub)
    stage.open(visitor, f"exercise/{placed.public_id}")
    stage.page.wait_for_load_state("networkidle")
    return visitor


def answer(stage: Stage, number: int) -> None:
    stage.page.locator("input[type=radio]").nth(number).check()


def shows(stage: Stage, state: str) -> None:
    """Wait until the line of the form shows one of its states."""
    expect(stage.page.locator(f'[data-saving-is="{state}"]')).to_be_visible()


def end(stage: Stage, visitor: Visitor) -> None:
    """End somebody's session behind their back."""
    with stage.site.database.read() as session:
        row_id = session.scalars(
            select(LaunchSession.id).where(LaunchSession.public_id == visitor.grant.public_id)
        ).one()
    stage.site.change(LaunchSession, row_id, ended_at=stage.site.clock.now)


def saved_by_itself(stage: Stage) -> None:
    opened(stage)
    answer(stage, 2)
    shows(stage, "saved")


def not_saved_since_the_session_ended(stage: Stage) -> None:
    end(stage, opened(stage))
    answer(stage, 2)
    shows(stage, "ended")


def not_saved_over_another_tab(stage: Stage) -> None:
    opened(stage)
    other = stage.page.context.new_page()
    other.goto(stage.page.url)
    answer(stage, 2)
    shows(stage, "saved")
    stage.page = other
    answer(stage, 3)
    shows(stage, "conflict")


def unsaved_work_on_this_device(stage: Stage) -> None:
    sub = f"learner-of-{stage.course}"
    end(stage, opened(stage, sub))
    answer(stage, 2)
    shows(stage, "ended")
    opened(stage, sub)
    expect(stage.page.locator("[data-saving-offer]")).to_be_visible()
    stage.page.evaluate("scrollTo(0, 0)")


SCENES = by_name(
    saved_by_itself,
    not_saved_since_the_session_ended,
    not_saved_over_another_tab,
    unsaved_work_on_this_device,
)
