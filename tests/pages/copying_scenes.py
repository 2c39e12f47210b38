"""Pages of links that were copied: which activity is meant, and what a copy leaves out."""

from datetime import timedelta

from sqlalchemy import update

from lti_app.catalog.models import Activity, Placement
from lti_app.catalog.rules import Dates, Release
from lti_app.catalog.views import write_dates
from lti_app.people.models import Context
from lti_app.people.roles import Role
from tests.pages.staff_scenes import NAMES, activity_settings
from tests.pages.stage import Stage, by_name

TITLES = ("Where do I start?", "أين أبدأ؟ Where do I start, once more and with a longer title?")
COURSE = "Leading so that knowledge moves, spring term"


def asked_which_one(stage: Stage) -> None:
    """Ask of which of two activities of another course a link is a copy."""
    _asked(stage)


def asked_which_one_without_a_choice(stage: Stage) -> None:
    _asked(stage)
    stage.press("main .btn-primary")


def asked_which_one_by_trying(stage: Stage) -> None:
    _asked(stage)
    stage.page.locator("[type=radio]").first.check()
    stage.press('[formaction*="/try"]')


def _asked(stage: Stage) -> None:
    site, now = stage.site, stage.site.clock.now
    before = f"{stage.course}-before"
    origins = [
        site.world.activity(site.registration, course=before, link=f"{before}-{number}")
        for number, _title in enumerate(TITLES)
    ]
    link = site.world.link(site.registration, course=stage.course, link=f"{stage.course}-copied")
    with site.world.database.write() as session:
        for origin, title in zip(origins, TITLES, strict=True):
            row = session.get_one(Activity, origin.id)
            row.title, row.closes_at = title, now - timedelta(days=90)
        session.execute(
            update(Context).where(Context.id == origins[0].context_id).values(title=COURSE)
        )
        candidates = [one.id for one in origins]
        session.execute(update(Placement).where(Placement.id == link).values(candidates=candidates))
    stage.open(stage.visitor(Role.INSTRUCTOR, placement_id=link))


def _former(stage: Stage) -> dict[str, object]:
    now = stage.site.clock.now
    dates = Dates(opens_at=now - timedelta(days=100), closes_at=now - timedelta(days=90))
    return {"former_dates": write_dates(dates), "release": Release.ON_CLOSE}


def people_of_a_copy(stage: Stage) -> None:
    """Show that a copy lacks the dates of its original."""
    activity = stage.activity(_former(stage))
    stage.visitor(name=NAMES[0])
    stage.open(stage.visitor(Role.INSTRUCTOR), f"activities/{activity.public_id}/people")


def activity_settings_of_a_copy(stage: Stage) -> None:
    activity_settings(stage, **_former(stage))


SCENES = by_name(
    asked_which_one,
    asked_which_one_without_a_choice,
    asked_which_one_by_trying,
    people_of_a_copy,
    activity_settings_of_a_copy,
)
