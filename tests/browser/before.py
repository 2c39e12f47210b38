"""What has happened in a demo before a test begins: put there at once, in its database."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser
from sqlalchemy import update

from lti_app.catalog.models import Activity, Placement
from lti_app.core.db import Base, Database
from tests.browser.conftest import Demo
from tests.browser.people import enter_as, hand_in, open_activity

STORY = "The answer was in the building"
SORTING = "Hiding, guarding, or simply not asked?"
FREE = "A new Rapport activity"
_CHOOSE_ALL = """() => {
  for (const group of document.querySelectorAll("main fieldset"))
    group.querySelector("[type=radio]:last-of-type").checked = true;
}"""


@contextmanager
def database_of(demo: Demo) -> Iterator[Database]:
    database = Database(f"sqlite:///{demo.folder / 'demo' / 'rapport.sqlite3'}")
    yield database
    database.dispose()


def change_activity(demo: Demo, title: str, **values: object) -> None:
    """Let an activity be set so."""
    _change(demo, Activity, title, **values)


def free_the_link(demo: Demo) -> None:
    """Let nobody have chosen yet what the link opens."""
    _change(demo, Placement, FREE, activity_id=None)


def _change(demo: Demo, model: type[Base], title: str, **values: object) -> None:
    table = Base.metadata.tables[model.__tablename__]
    with database_of(demo) as database, database.write() as session:
        session.execute(update(table).where(table.c.title == title).values(**values))


def handing_in(browser: Browser, demo: Demo, name: str) -> None:
    """Let somebody have handed in the self-assessment."""
    with browser.new_context() as context:
        page = context.new_page()
        enter_as(page, demo, name)
        frame = open_activity(page)
        inside = next(one for one in page.frames if one.url.startswith(demo.tool))
        inside.wait_for_load_state()
        inside.evaluate(_CHOOSE_ALL)
        hand_in(frame)
