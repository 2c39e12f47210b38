"""What the pages of an activity cost, with a whole class in it.

    python -m benchmarks.pages [--learners 500] [--rounds 20] [--database-url URL] [--keep]

Everybody has handed in twice, by the road that hand-ins take. The app answers in this process,
without a server before it: what is measured is the CPU of the page, from the request to its last
byte. On PostgreSQL the server's own work comes on top.
Figures are printed; nothing fails because of them. `--keep` adds them to `results.csv`.
Everything that stands in the database of `--database-url` is thrown away.
"""

import logging
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

import click
import structlog
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from benchmarks.draining import fresh_database, place_of
from benchmarks.results import Figure, keep
from benchmarks.tenants import Tenant, add_tenant
from lti_app.app import create_app
from lti_app.catalog.models import Activity
from lti_app.catalog.service import get_activity_of
from lti_app.catalog.views import ActivityView
from lti_app.core.clock import system_clock
from lti_app.core.db import Database
from lti_app.core.ids import new_public_id
from lti_app.core.parts import make_parts
from lti_app.core.settings import load_settings
from lti_app.people.models import Context, User
from lti_app.people.roles import Role
from lti_app.people.service import Profile, remember_enrolment, remember_user
from lti_app.submissions.registry import Registry, load_registry
from lti_app.submissions.service import Handing, hand_in
from lti_app.web.session import cookie_name
from lti_app.web.sessions import SessionGrant, SessionStart, start_session

PAGES: Final = ("people", "results", "results.csv", "release")
BASE_URL: Final = "https://tool.test"
STATEMENTS: Final = [f"s{number}" for number in range(1, 21)]


def add_class(
    session: Session, registry: Registry, tenant: Tenant, *, learners: int
) -> ActivityView:
    """Let a class hand in twice."""
    given = {"settings": {"attempts": 2, "counts": "last"}, "settings_version": 2}
    where = {"platform_id": tenant.platform_id, "activity_id": tenant.activity_id}
    session.execute(update(Activity).where(Activity.id == tenant.activity_id).values(**given))
    session.expire_all()
    activity = get_activity_of(session, **where)
    rules = registry.rules(activity.kind)
    for number in range(learners):
        user = add_person(session, activity, f"Learner No. {number}", Role.LEARNER)
        for attempt in (1, 2):
            chosen = dict.fromkeys(STATEMENTS, 1 + (number + attempt) % 5)
            handing = Handing(
                user_id=user.id,
                user_public_id=user.public_id,
                is_graded=True,
                key=new_public_id(),
                number=attempt,
                base_revision=0,
                item_version=1,
                answers={"responses": chosen},
            )
            hand_in(session, rules, activity, handing, now=system_clock())
    return activity


def add_person(session: Session, activity: ActivityView, name: str, role: Role) -> User:
    """Enrol somebody in the activity's course."""
    now, platform_id = system_clock(), activity.platform_id
    user = remember_user(
        session, platform_id=platform_id, sub=new_public_id(), profile=Profile(name=name), now=now
    )
    session.flush()
    context = session.get_one(Context, activity.context_id)
    remember_enrolment(session, user=user, context=context, role=role, is_test=False, now=now)
    session.flush()
    return user


def sign_in(session: Session, activity: ActivityView) -> SessionGrant:
    """Return the session of a teacher."""
    teacher = add_person(session, activity, "Teacher", Role.INSTRUCTOR)
    return start_session(
        session,
        SessionStart(
            platform_id=activity.platform_id,
            user_id=teacher.id,
            role=Role.INSTRUCTOR,
            is_test=False,
            context_id=activity.context_id,
            placement_id=None,
            frame_origins=(BASE_URL,),
            locale="en",
        ),
        now=system_clock(),
    )


def browser_of(app: Flask, grant: SessionGrant) -> FlaskClient:
    """Return a browser that holds the session's cookie."""
    client = app.test_client()
    name = cookie_name(grant.public_id)
    client.set_cookie(name, grant.cookie, domain="tool.test", secure=True)
    return client


def measured(
    client: FlaskClient, database: Database, address: str, *, rounds: int
) -> tuple[list[float], int, int]:
    """Return the seconds of CPU of each round, the statements and the bytes of one."""
    statements: list[str] = []

    def note(*given: object) -> None:
        statements.append(str(given[2]))

    def look() -> tuple[float, int]:
        began = time.process_time()
        answer = client.get(address, base_url=BASE_URL)
        size = len(answer.get_data())
        if answer.status_code != 200:
            raise click.ClickException(f"{address}: {answer.status_code}")
        return time.process_time() - began, size

    look()
    engines = {database._reader, database.engine} if database.is_sqlite else {database.engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    _first, size = look()
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    asked = [one for one in statements if not one.startswith(("BEGIN", "PRAGMA", "COMMIT"))]
    return [look()[0] for _round in range(rounds)], len(asked), size


@click.command()
@click.option("--learners", default=500)
@click.option("--rounds", default=20)
@click.option("--database-url", default=None, help="A PostgreSQL database that may be emptied.")
@click.option("--keep", "is_kept", is_flag=True)
def main(learners: int, rounds: int, database_url: str | None, *, is_kept: bool) -> None:
    """Print the figures."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    registry = load_registry(with_pages=True)
    figures: list[Figure] = []
    with fresh_database(database_url) as database, tempfile.TemporaryDirectory() as folder:
        with database.write() as session:
            tenant = add_tenant(session, "https://lms.test", name="Class")
            activity = add_class(session, registry, tenant, learners=learners)
            grant = sign_in(session, activity)
        settings = load_settings(
            base_url=BASE_URL,
            secret_key=new_public_id() * 2,
            encryption_keys=(Fernet.generate_key().decode(),),
            data_dir=Path(folder),
            support_contact="help@tool.test",
        )
        app = create_app(make_parts(settings, database=database), registry=registry)
        client = browser_of(app, grant)
        for page in PAGES:
            address = f"/s/{grant.key}/activities/{activity.public_id}/{page}"
            seconds, asked, size = measured(client, database, address, rounds=rounds)
            middle, slowest = 1000 * statistics.median(seconds), 1000 * max(seconds)
            case = f"{place_of(database_url)}, {learners} learners, {page}"
            print(
                f"{case}: {middle:.0f} ms of CPU (slowest of {rounds}: {slowest:.0f} ms),"
                f" {asked} statements, {size / 1024:.0f} KB",
                flush=True,
            )
            figures += [
                Figure(case, "CPU", middle, "ms"),
                Figure(case, "statements", asked, "", "<= 12"),
            ]
    if is_kept:
        keep("pages", figures)


if __name__ == "__main__":
    main()
