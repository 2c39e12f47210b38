"""The tool's side of one course of the sandbox: its rows, its ledger, its runner."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update

from lti_app.audit import Actor
from lti_app.bridge.scores import score_handlers
from lti_app.catalog.models import Placement
from lti_app.core.db import Database
from lti_app.core.http import HttpClient
from lti_app.core.reason import Reason
from lti_app.core.sealing import Keyring
from lti_app.grading.again import send_scores_again
from lti_app.grading.columns import remember_column
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.grading.policy import FacetValue
from lti_app.grading.service import Work, record
from lti_app.jobs.models import Job, JobState
from lti_app.jobs.runner import Runner
from lti_app.lti.keys import Signer, ensure_signing_key, public_jwks
from lti_app.lti.models import Deployment, Platform, ServiceEndpoint, ServiceHost
from lti_app.lti.service_access import USED_SCOPES
from lti_app.lti.tokens import TokenSource
from lti_app.people.models import User
from tests.delivery.lms import CLIENT, HOST, Lms
from tests.peers.http_peer import http_peer, json_reply
from tests.sandbox.courses import A
from tests.submissions.factories import Course, make_course, make_person

ANN = Actor("ann")
Clock = Callable[[], datetime]


@dataclass
class School:
    """The course as the tool knows it, with the LMS beside it."""

    database: Database
    keyring: Keyring
    clock: Clock
    lms: Lms
    course: Course

    def grade(self, sub: str = "amara", score: str = "1") -> None:
        """Grade a learner, so that a score is owed."""
        now = self.clock()
        facet = FacetValue("completion", Decimal(1), Decimal(score), Reason("done"))
        with self.database.write() as session:
            user = make_person(session, self.course, sub, now=now)
            work = Work(user.id, "receipt", now, (facet,), "complete", is_graded=True)
            record(session, self.course.activity, work, actor=ANN, now=now)

    def run(self) -> None:
        """Run every job that is due now, as the worker does."""
        http = HttpClient(trusted_hosts=(HOST,))
        signer = Signer(self.database, self.keyring, self.clock)
        tokens = TokenSource(self.database, http, self.keyring, signer, self.clock)
        handlers = score_handlers(self.database, http, tokens, self.clock)
        wake = threading.Event()
        Runner(self.database, handlers, clock=self.clock, wake=wake).run_once()

    def delivery(self, sub: str = "amara") -> ScoreDelivery:
        with self.database.read() as session:
            rows = select(ScoreDelivery).join(User, User.id == ScoreDelivery.user_id)
            return session.scalars(rows.where(User.sub == sub)).one()

    def state(self, sub: str = "amara") -> DeliveryState:
        return DeliveryState(self.delivery(sub).state)

    def next_due_at(self) -> datetime | None:
        """Return when the next job is due, None when none waits."""
        with self.database.read() as session:
            waiting = select(Job.run_at).where(Job.state == JobState.WAITING.value)
            return session.scalar(waiting.order_by(Job.run_at).limit(1))

    def send_again(self, sub: str | None = None) -> None:
        public_id = self.delivery(sub).public_id if sub else None
        now = self.clock()
        with self.database.write() as session:
            send_scores_again(
                session, self.course.activity, public_id=public_id, actor=ANN, now=now
            )

    def end_leases(self) -> None:
        """Let every lease run out, as a minute would."""
        with self.database.write() as session:
            running = update(Job).where(Job.state == JobState.RUNNING.value)
            session.execute(running.values(lease_until=self.clock() - timedelta(seconds=1)))

    def give_column(self) -> None:
        """Learn of the link's own column, as a launch would tell."""
        with self.database.write() as session:
            placement = session.get_one(Placement, self.course.placement_id)
            remember_column(session, placement, url=self.lms.column_url, now=self.clock())

    def is_offered(self, *, without: frozenset[str] = frozenset(), container: bool = True) -> None:
        """Let the newest launch have offered less than everything."""
        with self.database.write() as session:
            endpoint = session.scalars(select(ServiceEndpoint)).one()
            endpoint.scopes = sorted(USED_SCOPES - without)
            endpoint.lineitems_url = self.lms.container_url if container else None

    def disable_platform(self) -> None:
        with self.database.write() as session:
            session.execute(update(Platform).values(disabled_at=self.clock()))


@contextmanager
def serving_keys(database: Database, keyring: Keyring, clock: Clock) -> Iterator[str]:
    """Make the tool's signing key and serve its key set; yields the tool's address."""
    with database.write() as session:
        ensure_signing_key(session, keyring, now=clock())
        keys = public_jwks(session, now=clock())
    with http_peer(lambda _seen: json_reply(keys)) as peer:
        yield peer.url


def make_school(database: Database, keyring: Keyring, clock: Clock, lms: Lms) -> School:
    """Make what launches from the sandbox's course would have left; the link has no column yet."""
    now = clock()
    with database.write() as session:
        platform = Platform(
            name="Sandbox",
            issuer=lms.issuer,
            client_id=CLIENT,
            auth_url=f"{lms.issuer}/lti/auth",
            token_url=f"{lms.issuer}/lti/token",
            jwks_url=f"{lms.issuer}/lti/jwks.json",
            created_at=now,
        )
        session.add(platform)
        session.flush()
        deployment = Deployment(
            platform_id=platform.id, deployment_id="1", approved_at=now, created_at=now
        )
        session.add(deployment)
        session.flush()
        ours = {"platform_id": platform.id, "deployment_id": deployment.id}
        session.add(ServiceHost(**ours, host=lms.issuer.removeprefix("http://"), first_seen_at=now))
        session.add(
            ServiceEndpoint(
                **ours,
                context_ref=A,
                lineitems_url=lms.container_url,
                scopes=sorted(USED_SCOPES),
                updated_at=now,
            )
        )
        course = make_course(
            session,
            now=now,
            column=None,
            platform=(platform.id, deployment.id),
            lti_id=A,
            link="graded",
            in_gradebook=True,
        )
    return School(database, keyring, clock, lms, course)
