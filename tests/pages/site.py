"""The real app, served at an address that a browser reaches, with a platform and its courses."""

import itertools
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import select, update

from lti_app.activities.exercise.facets import COMPLETION
from lti_app.app import create_app
from lti_app.catalog.models import Activity, Placement
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Base, Database
from lti_app.core.db.migration import upgrade
from lti_app.core.parts import make_parts
from lti_app.core.settings import load_settings
from lti_app.grading.columns import remember_column
from lti_app.lti.keys import ensure_signing_key
from lti_app.lti.registration import Registration
from lti_app.lti.registrations import add_platform
from tests.conftest import FrozenClock
from tests.peers.platform import TestPlatform, served
from tests.peers.world import World
from tests.sandbox.ports import free_port
from tests.submissions.two_faceted import two_faceted

#: The facets of a grade, in words that translators know.
FACETS = {COMPLETION: "Completion", "work": "Work"}


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: what happened is read from the pages."""


@dataclass
class Site:
    """What is served, and the rows behind it.

    Attributes:
        platform: signs launches; `registration` is what the app knows of it.
    """

    app: Flask
    url: str
    database: Database
    clock: FrozenClock
    platform: TestPlatform
    support_contact: str
    registration: Registration = field(init=False)
    world: World = field(init=False)
    _courses: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.registration = self.register(self.platform)
        self.world = World(self.app, self.database, self.clock.now, base_url=self.url)

    def new_course(self) -> str:
        return f"course-{next(self._courses)}"

    def register(self, platform: TestPlatform) -> Registration:
        with self.database.write() as session:
            return add_platform(
                session,
                platform.details(),
                now=self.clock.now,
                deployment_ids=("d1",),
                trusted_hosts=("127.0.0.1",),
            )

    def activity(
        self, course: str, changes: Mapping[str, object], *, has_column: bool
    ) -> ActivityView:
        """Place the self-assessment in a course, with some of its columns changed."""
        placed = self.world.activity(self.registration, course=course)
        if has_column:
            with self.database.write() as session:
                placement = session.scalars(
                    select(Placement).where(Placement.activity_id == placed.id)
                ).one()
                remember_column(
                    session, placement, url=f"{self.platform.issuer}/items/1", now=self.clock.now
                )
        if changes:
            self.change(Activity, placed.id, **changes)
        return placed

    def change(self, model: type[Base], row_id: int, **values: object) -> None:
        table = Base.metadata.tables[model.__tablename__]
        with self.database.write() as session:
            session.execute(update(table).where(table.c.id == row_id).values(**values))


@contextmanager
def serving_site(folder: Path, translations: Path) -> Iterator[Site]:
    """Serve the app at localhost until the block ends."""
    url = f"http://localhost:{free_port()}"
    settings = load_settings(
        env="development",
        base_url=url,
        secret_key="kept-for-tests-0123456789-abcdefghijkl",
        encryption_keys=(Fernet.generate_key().decode(),),
        data_dir=folder,
        support_contact="help@example.org",
    )
    database, clock = Database(settings.effective_database_url), FrozenClock()
    upgrade(database)
    parts = make_parts(settings, database=database, clock=clock)
    with database.write() as session:
        ensure_signing_key(session, parts.keyring, now=clock.now)
    app = create_app(
        parts,
        registry=two_faceted(FACETS),
        translations=translations,
    )
    with served(TestPlatform(tool=url, allow_anonymous=True)) as platform, listening(app, url):
        yield Site(app, url, database, clock, platform, settings.support_contact)
    database.dispose()


@contextmanager
def listening(app: Flask, url: str) -> Iterator[None]:
    """Serve on threads. Werkzeug's own server leaves files open when a browser turns away."""
    port = int(url.rsplit(":", 1)[1])
    server = make_server("127.0.0.1", port, app, _Server, _Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
