"""Pages on which activities are added from inside the platform."""

import re

from sqlalchemy import select

from lti_app.lti.models import DeepLinkRequest
from lti_app.people.roles import Role
from tests.pages.staff_scenes import NAMES
from tests.pages.stage import Stage, by_name

#: What posts the page by itself.
_GOES_ON = re.compile(r"/send_on\b")


def add(stage: Stage, **asked: object) -> None:
    """Open the picker, which takes several unless the platform says otherwise."""
    teacher = stage.visitor(Role.INSTRUCTOR)
    stage.site.world.ask_for_content(teacher, **{"accept_multiple": True, **asked})  # type: ignore[arg-type]  # of the request
    stage.open(teacher, "add")


def _rows(stage: Stage) -> list[int]:
    with stage.site.database.read() as session:
        return list(session.scalars(select(DeepLinkRequest.id)))


def add_one(stage: Stage) -> None:
    add(stage, accept_multiple=False)


def add_some(stage: Stage) -> None:
    """Choose two, and find a third."""
    add(stage)
    for card in (0, 1):
        stage.page.locator("[name=item]").nth(card).check()
    stage.page.locator("[name=find]").fill("hiding")
    stage.press("[value=find]")
    stage.page.locator("[name=item]").first.check()


def add_without_a_choice(stage: Stage) -> None:
    add(stage)
    stage.press(".rp-foot [value=next]")


def add_details(stage: Stage) -> None:
    add_some(stage)
    stage.press(".rp-foot [value=next]")


def add_details_amiss(stage: Stage) -> None:
    add_details(stage)
    stage.page.locator("[name=title-0]").fill("")
    stage.page.locator("[name=points-1]").fill("many")
    stage.page.locator("[name=opens_at-0]").fill("2026-12-10T08:00")
    stage.page.locator("[name=due_at-0]").fill("2026-12-01T08:00")
    stage.press(".rp-foot [value=next]")


def add_look(stage: Stage) -> None:
    add_details(stage)
    stage.page.locator("[name=title-0]").fill(NAMES[0])
    stage.page.locator("[name=opens_at-0]").fill("2026-12-01T08:00")
    stage.page.locator("[name=due_at-0]").fill("2026-12-10T18:00")
    stage.press(".rp-foot [value=next]")


def add_nothing_fits(stage: Stage) -> None:
    add(stage, types=("file",))


def add_too_late(stage: Stage) -> None:
    add(stage)
    for row in _rows(stage):
        stage.site.change(DeepLinkRequest, row, expires_at=stage.site.clock.now)
    stage.page.reload()


def add_own(stage: Stage) -> None:
    """Make a copy on the spot, and come back to the picker with it."""
    add(stage)
    stage.page.locator("[name=item]").first.check()
    stage.press("[value=make]:visible")


def add_own_editor(stage: Stage) -> None:
    """The editor on the way to the picker, once all is there."""
    add_own(stage)
    stage.page.locator("[name=start]").first.check()
    stage.press("main .btn-primary")


def add_try(stage: Stage) -> None:
    """Try one; everything chosen stays."""
    add(stage)
    stage.press("[value^='try:'] >> nth=0")


def add_goes_back(stage: Stage) -> None:
    """The page that goes on to the platform by itself, held still."""
    add_look(stage)
    stage.page.route(_GOES_ON, lambda route: route.fulfill(content_type="text/javascript", body=""))
    stage.press("main .rp-foot .btn-primary")


def add_cancelled(stage: Stage) -> None:
    add(stage)
    stage.page.route(_GOES_ON, lambda route: route.fulfill(content_type="text/javascript", body=""))
    stage.press("[formaction$=cancel]")


def add_answered(stage: Stage) -> None:
    """Come back after it went back."""
    add_cancelled(stage)
    stage.page.goto(stage.page.url.removesuffix("/cancel"))


SCENES = by_name(
    add,
    add_one,
    add_some,
    add_without_a_choice,
    add_details,
    add_details_amiss,
    add_look,
    add_nothing_fits,
    add_too_late,
    add_own,
    add_own_editor,
    add_try,
    add_goes_back,
    add_cancelled,
    add_answered,
)
