"""What it costs to read large rosters, three at once, and what others feel of it (load L4).

    python -m benchmarks.roster [--people 10000] [--courses 3] [--latency 0.1]
        [--database-url URL] [--keep]

The platform answers each page of 50 after a fixed time. The runner works in this process, as the
embedded one does, and beside it somebody keeps writing as a launch does. Each roster is read twice:
new people, then nothing new. Figures are printed; nothing fails because of them. `--keep` adds them
to `results.csv`. Everything that stands in the database of `--database-url` is thrown away.
"""

import gc
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from cryptography.fernet import Fernet
from sqlalchemy import func, select, update

from benchmarks.draining import fresh_database, place_of
from benchmarks.results import Figure, keep
from benchmarks.tenants import Tenant, add_tenant, counts, slow_lms
from lti_app.bridge.roster_days import roster_handlers
from lti_app.core.clock import system_clock
from lti_app.core.db import Database
from lti_app.core.http import HttpClient
from lti_app.core.sealing import Keyring
from lti_app.jobs.runner import Runner
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.keys import Signer, ensure_signing_key
from lti_app.lti.models import ServiceEndpoint
from lti_app.lti.tokens import TokenSource
from lti_app.people.models import Context, Enrolment, Roster, RosterState
from lti_app.people.roster import owe_reading
from lti_app.people.service import Profile, remember_user
from lti_app.wsgi import SWITCH_SECONDS

PAGE = 50
_PAUSE_SECONDS = 0.02
_LOOK_EVERY_SECONDS = 0.05
_ALONE_SECONDS = 10.0


def rss_mb() -> float:
    """Return what this process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Watch:
    """The most memory that was held while it watched."""

    def __init__(self) -> None:
        self.most = rss_mb()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch until the block ends."""
        ended = threading.Event()

        def look() -> None:
            while not ended.wait(_LOOK_EVERY_SECONDS):
                self.most = max(self.most, rss_mb())

        thread = threading.Thread(target=look)
        thread.start()
        yield
        ended.set()
        thread.join()


class Others:
    """Somebody who keeps writing, as launches do, and how long each write took."""

    def __init__(self, database: Database, platform_id: int) -> None:
        self._database, self._platform_id = database, platform_id

    @contextmanager
    def writing(self) -> Iterator[list[float]]:
        """Write until the block ends; yields the seconds of each write."""
        ended, seconds = threading.Event(), list[float]()
        thread = threading.Thread(target=self._write, args=(ended, seconds))
        thread.start()
        yield seconds
        ended.set()
        thread.join()

    def _write(self, ended: threading.Event, seconds: list[float]) -> None:
        number = 0
        while not ended.wait(_PAUSE_SECONDS):
            number += 1
            begun = time.perf_counter()
            with self._database.write() as session:
                remember_user(
                    session,
                    platform_id=self._platform_id,
                    sub=f"other-{number % 500}",
                    profile=Profile(name=f"Other {begun}"),
                    now=system_clock(),
                )
            seconds.append(time.perf_counter() - begun)


def p99_ms(seconds: list[float]) -> float:
    """Return the 99th percentile in milliseconds."""
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) * 99 // 100, len(ordered) - 1)]


def add_course(database: Database, url: str, *, name: str, people: int) -> Tenant:
    """Write a tenant whose course has a roster of so many people."""
    with database.write() as session:
        tenant = add_tenant(session, url, name=name)
        session.execute(
            update(ServiceEndpoint)
            .where(ServiceEndpoint.platform_id == tenant.platform_id)
            .values(memberships_url=f"{url}/memberships?people={people}")
        )
    return tenant


def read_all(database: Database, tenants: list[Tenant]) -> float:
    """Owe the rosters, wait until all are read, and return the seconds of the slowest."""
    platforms = [tenant.platform_id for tenant in tenants]
    with database.write() as session:
        courses = session.execute(
            select(Context.platform_id, Context.id).where(Context.platform_id.in_(platforms))
        ).all()
        for platform_id, context_id in courses:
            owe_reading(session, platform_id=platform_id, context_id=context_id, now=system_clock())
    begun = time.perf_counter()
    is_left = select(func.count()).where(
        Roster.platform_id.in_(platforms), Roster.state != RosterState.READ.value
    )
    while True:
        with database.read() as session:
            if not session.scalar(is_left):
                return time.perf_counter() - begun
        time.sleep(_LOOK_EVERY_SECONDS)


@contextmanager
def running(database: Database, keyring: Keyring) -> Iterator[None]:
    """Run jobs in this process until the block ends, its threads as fair as in a web process."""
    sys.setswitchinterval(SWITCH_SECONDS)
    http = HttpClient(trusted_hosts=("127.0.0.1", *(f"127.0.1.{n}" for n in range(1, 255))))
    signer = Signer(database, keyring, system_clock)
    tokens = TokenSource(database, http, keyring, signer, system_clock)
    handlers = roster_handlers(database, ServiceCaller(http, tokens, system_clock), system_clock)
    runner = Runner(database, handlers, clock=system_clock, wake=threading.Event())
    thread = threading.Thread(target=runner.run_forever)
    thread.start()
    yield
    runner.stop()
    thread.join()


@click.command()
@click.option("--people", default=10_000)
@click.option("--courses", default=3)
@click.option("--latency", default=0.1, help="Seconds.")
@click.option("--database-url", default=None, help="A PostgreSQL database that may be emptied.")
@click.option("--keep", "is_kept", is_flag=True)
def main(
    people: int, courses: int, latency: float, database_url: str | None, *, is_kept: bool
) -> None:
    """Print the figures."""
    key = Fernet.generate_key().decode()
    figures: list[Figure] = []
    with slow_lms(latency) as url, fresh_database(database_url) as database:
        with database.write() as session:
            ensure_signing_key(session, Keyring([key]), now=system_clock())
        tenants = [
            add_course(
                database, url.replace("127.0.0.1", f"127.0.1.{n}"), name=f"T{n}", people=people
            )
            for n in range(1, courses + 1)
        ]
        # Whatever a first roster loads once does not count.
        first = add_course(database, url, name="First", people=PAGE)
        others = Others(database, first.platform_id)
        with running(database, Keyring([key])):
            read_all(database, [first])
            with others.writing() as alone:
                time.sleep(_ALONE_SECONDS)
            for case in ("new people", "nothing new"):
                gc.collect()
                before, asked, watch = rss_mb(), counts(url)["memberships"], Watch()
                with watch.watching(), others.writing() as beside:
                    seconds = read_all(database, tenants)
                pages = counts(url)["memberships"] - asked
                name = f"{place_of(database_url)}, {courses} x {people} people, {case}"
                figures += [
                    Figure(name, "slowest roster", seconds, "s", "<= 60"),
                    Figure(name, "memory", watch.most - before, "MB", "<= 60"),
                    Figure(name, "requests", pages, "", f"<= {courses * -(-people // PAGE)}"),
                    Figure(
                        name,
                        "others' writes, p99",
                        p99_ms(beside),
                        "ms",
                        "<= 1.2 of alone",
                        "alone",
                        p99_ms(alone),
                    ),
                ]
        with database.read() as session:
            found = session.scalar(
                select(func.count()).where(
                    Enrolment.platform_id.in_([tenant.platform_id for tenant in tenants])
                )
            )
    for one in figures:
        peer = f" ({one.peer}: {one.peer_value:.1f})" if one.peer_value is not None else ""
        print(f"{one.case}: {one.name} {one.value:.1f} {one.unit}{peer}, goal {one.goal}")
    print(f"enrolled: {found} of {courses * people}")
    if is_kept:
        keep("roster", figures)


if __name__ == "__main__":
    main()
