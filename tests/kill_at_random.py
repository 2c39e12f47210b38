"""Kill web and workers at random while learners hand in, then see that nothing is lost or doubled.

Not part of the suite, because it takes as long as it is told to:

    python -m tests.kill_at_random --kills 1000 --seed 1 [--database-url postgresql+psycopg://…]

Learners hand in over HTTP and repeat an unanswered POST, as a browser does; one web process and two
workers are killed with SIGKILL and started again; the sandbox LMS lives on. Exits with 1 when a
hand-in that was answered is missing, a score was taken twice, or the gradebook does not agree.
"""

import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import click
import requests
from cryptography.fernet import Fernet
from sqlalchemy import func, select

import lti_app.cli.tables  # noqa: F401 - rows refer to tables of every room
from lti_app.core.clock import system_clock
from lti_app.core.db import Database
from lti_app.core.db.migration import upgrade
from lti_app.core.sealing import Keyring
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.people.models import User
from lti_app.people.roles import Role
from lti_app.sandbox.config import SandboxConfig, rapport_registration
from lti_app.sandbox.faults import Service
from lti_app.sandbox.models import ReceivedRequest
from lti_app.sandbox.server import serving
from lti_app.submissions.models import HandIn
from lti_app.web.session import cookie_name
from lti_app.web.sessions import SessionGrant, SessionStart, start_session
from tests.delivery.lms import CLIENT, HOST, Lms
from tests.delivery.programs import Program, Programs
from tests.delivery.school import School, make_school, serving_keys
from tests.exercise.sheet import answers, inputs
from tests.sandbox.courses import COURSES, A, person
from tests.sandbox.ports import free_port
from tests.submissions.factories import make_person

WEB = Path(__file__).parent / "delivery" / "dying_web.py"
BROWSERS = 3
#: A learner gives up on a page after this; a lease of a killed worker lasts a minute.
PATIENCE_SECONDS = 180


@dataclass
class Installation:
    """One web process and two workers, each started again when it was killed."""

    programs: Programs
    port: int
    living: dict[str, Program] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)

    def keep(self, name: str) -> None:
        web = (str(WEB), str(self.port))
        self.living[name] = self.programs.start(
            *(web if name == "web" else ("-m", "lti_app", "worker"))
        )

    def start(self) -> None:
        for name in ("web", "worker 1", "worker 2"):
            self.keep(name)

    def kill_one(self, chance: random.Random) -> None:
        name = chance.choice(sorted(self.living))
        self.living[name].kill()
        self.living[name].wait()
        self.killed[name.split()[0]] += 1
        self.keep(name)


@dataclass
class Learners:
    """Learners who hand in one after the other, each until the tool has answered."""

    school: School
    base_url: str
    grants: dict[str, SessionGrant]
    answered: list[str] = field(default_factory=list)
    repeated: int = 0
    is_over: threading.Event = field(default_factory=threading.Event)

    def work(self, subs: list[str]) -> None:
        for sub in subs:
            if self.is_over.is_set():
                return
            self._hand_in(sub)

    def _hand_in(self, sub: str) -> None:
        activity = self.school.course.activity.public_id
        grant = self.grants[sub]
        address = f"{self.base_url}/s/{grant.key}/exercise/{activity}"
        headers = {
            "Cookie": f"{cookie_name(grant.public_id)}={grant.cookie}",
            "Origin": self.base_url,
        }
        page = self._until(lambda: requests.get(address, headers=headers, timeout=10), 200)
        own = {name: value for name, value, _ in inputs(page.text) if "statement" not in name}
        form = {**own, **answers("4"), "do": "hand_in"}
        self._until(
            lambda: requests.post(
                address, data=form, headers=headers, allow_redirects=False, timeout=10
            ),
            303,
        )
        self.answered.append(sub)

    def _until(self, ask: Callable[[], requests.Response], status: int) -> requests.Response:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                answer = ask()
            except requests.RequestException:
                answer = None
            if answer is not None and answer.status_code == status:
                return answer
            self.repeated += 1
            time.sleep(0.1)
        raise TimeoutError(f"no {status} within {PATIENCE_SECONDS} s")


@contextmanager
def a_school(database: Database, key: str, folder: Path, subs: list[str]) -> Iterator[School]:
    """Serve the sandbox with so many learners, and make the tool's side of the course."""
    keyring = Keyring([key])
    course = next(one for one in COURSES if one.context_id == A)
    links = tuple(link for link in course.links if link.client_id in (None, CLIENT))
    people = (*course.people, *(person(sub, f"Learner {sub}") for sub in subs))
    issuer = f"http://{HOST}:{free_port()}"
    with serving_keys(database, keyring, system_clock) as tool_url:
        config = SandboxConfig(
            issuer=issuer,
            database=folder / "sandbox.sqlite3",
            tools=(rapport_registration(tool_url, client_id=CLIENT),),
            courses=(replace(course, links=links, people=people),),
        )
        with serving(config) as made:
            school = make_school(database, keyring, system_clock, Lms(made, issuer))
            school.give_column()
            yield school


def let_in(school: School, subs: list[str]) -> dict[str, SessionGrant]:
    """Start a session for each learner, as their launches would."""
    now, course = system_clock(), school.course
    grants = {}
    with school.database.write() as session:
        for sub in subs:
            user = make_person(session, course, sub, now=now)
            start = SessionStart(
                platform_id=user.platform_id,
                user_id=user.id,
                role=Role.LEARNER,
                is_test=False,
                context_id=course.activity.context_id,
                placement_id=course.placement_id,
                frame_origins=(school.lms.issuer,),
                locale="en",
            )
            grants[sub] = start_session(session, start, now=now)
    return grants


def settle(school: School) -> float:
    """Wait until no score is on its way; return how many seconds that took."""
    began = time.monotonic()
    owed = select(func.count()).where(ScoreDelivery.state == DeliveryState.OWED.value)
    while time.monotonic() - began < PATIENCE_SECONDS:
        with school.database.read() as session:
            if not session.scalar(owed):
                break
        time.sleep(0.2)
    return time.monotonic() - began


def faults_of(school: School, answered: list[str]) -> list[str]:
    """Compare what learners were told, our rows and the sandbox's log; return what is amiss."""
    with school.database.read() as session:
        handed_in = Counter(
            session.scalars(select(User.sub).join(HandIn, HandIn.user_id == User.id))
        )
        states = dict(
            session.execute(
                select(User.sub, ScoreDelivery.state).join(
                    ScoreDelivery, ScoreDelivery.user_id == User.id
                )
            ).all()
        )
    with school.lms.sandbox.database.read() as session:
        taken = Counter(
            session.scalars(
                select(ReceivedRequest.user_id).where(
                    ReceivedRequest.service == Service.SCORES, ReceivedRequest.status == 200
                )
            )
        )
    amiss = [f"I1 lost: {sub}" for sub in answered if handed_in[sub] == 0]
    amiss += [f"I3 handed in twice: {sub}" for sub, count in handed_in.items() if count > 1]
    amiss += [f"I6 taken twice: {sub}" for sub, count in taken.items() if count > 1]
    amiss += [
        f"I4 not in agreement: {sub} is {states.get(sub)}, shown {school.lms.shown(sub)}"
        for sub in handed_in
        if states.get(sub) != DeliveryState.ARRIVED.value or school.lms.shown(sub) != 10
    ]
    return amiss


@click.command()
@click.option("--kills", default=1000, show_default=True)
@click.option("--seconds", default=3600, show_default=True, help="At most so long.")
@click.option("--seed", default=1, show_default=True)
@click.option("--learners", default=2000, show_default=True, help="At most so many hand in.")
@click.option("--database-url", default="", help="An empty database; SQLite when left out.")
def main(kills: int, seconds: int, seed: int, learners: int, database_url: str) -> None:
    """Kill web and workers at random while learners hand in."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    key = Fernet.generate_key().decode()
    subs = [f"l{number}" for number in range(learners)]
    with tempfile.TemporaryDirectory(prefix="rapport-kill-") as name:
        folder = Path(name)
        database = Database(database_url or f"sqlite:///{folder}/rapport.sqlite3")
        upgrade(database)
        with a_school(database, key, folder, subs) as school:
            grants = let_in(school, subs)
            port = free_port()
            base_url = f"http://localhost:{port}"
            environment = {
                "RAPPORT_ENV": "development",
                "RAPPORT_DATABASE_URL": database.url.render_as_string(hide_password=False),
                "RAPPORT_DATA_DIR": name,
                "RAPPORT_ENCRYPTION_KEYS": key,
                "RAPPORT_SECRET_KEY": "kept-for-tests-0123456789-abcdefghijkl",
                "RAPPORT_BASE_URL": base_url,
                "RAPPORT_LOG_LEVEL": "ERROR",
            }
            installation = Installation(Programs(environment), port)
            people = Learners(school, base_url, grants)
            amiss, took = _run(installation, people, subs, chance, kills=kills, seconds=seconds)
        database.dispose()
    print(  # noqa: T201 - its figures are what it is for
        f"seed {seed}: killed web {installation.killed['web']}, workers"
        f" {installation.killed['worker']}; {len(people.answered)} hand-ins answered,"
        f" {people.repeated} requests repeated; all settled {took:.1f} s after the last kill;"
        f" {len(amiss)} amiss"
    )
    for line in amiss:
        print(line)  # noqa: T201 - as above
    sys.exit(1 if amiss else 0)


def _run(
    installation: Installation,
    people: Learners,
    subs: list[str],
    chance: random.Random,
    *,
    kills: int,
    seconds: int,
) -> tuple[list[str], float]:
    browsers = [
        threading.Thread(target=people.work, args=(subs[number::BROWSERS],))
        for number in range(BROWSERS)
    ]
    installation.start()
    try:
        for browser in browsers:
            browser.start()
        ends_at = time.monotonic() + seconds
        while sum(installation.killed.values()) < kills and time.monotonic() < ends_at:
            time.sleep(chance.uniform(0.2, 4))
            installation.kill_one(chance)
        people.is_over.set()
        for browser in browsers:
            browser.join()
        took = settle(people.school)
        return faults_of(people.school, people.answered), took
    finally:
        people.is_over.set()
        installation.programs.kill_all()


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[1])
    main()
