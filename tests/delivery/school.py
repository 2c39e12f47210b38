"""The tool's side of one course of the sandbox: its rows, its ledger, its runner."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lti_app.audit import Actor
from lti_app.audit.models import AuditEvent
from lti_app.bridge import sweep
from lti_app.bridge.scores import score_handlers
from lti_app.catalog.models import Placement
from lti_app.core.db import Database
from lti_app.core.reason import Reason
from lti_app.core.sealing import Keyring
from lti_app.grading.again import send_scores_again
from lti_app.grading.columns import look_again_at, remember_column
from lti_app.grading.jobs import due_handlers
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.grading.policy import FacetValue
from lti_app.grading.service import Work, record
from lti_app.jobs.gates import Lane, read_traffic
from lti_app.jobs.models import Job, JobState
from lti_app.jobs.outcome import Handler
from lti_app.jobs.rules import Gate
from lti_app.jobs.runner import Runner
from lti_app.lti.keys import Signer, ensure_signing_key, public_jwks
from lti_app.lti.models import Deployment, Platform, ServiceEndpoint, ServiceHost
from lti_app.lti.quirks import Family, family_of
from lti_app.lti.service_access import USED_SCOPES
from lti_app.lti.tokens import TokenSource
from lti_app.people.models import User
from tests.cases.watching import Log
from tests.conftest import FrozenClock
from tests.delivery.lms import CLIENT, HOST, Lms
from tests.delivery.wire import Wire
from tests.jobs.running import run_due
from tests.peers.http_peer import http_peer, json_reply
from tests.sandbox.courses import A
from tests.submissions.factories import Course, make_course, make_person

ANN = Actor("ann")
LAUNCH_URL = "https://tool.test/lti/launch"
#: Stands where private words may stand in a grade, and must stand nowhere else.
CANARY = "canary-8c1f-of-a-private-note"
Clock = Callable[[], datetime]


@dataclass
class School:
    """The course as the tool knows it, with the LMS beside it."""

    database: Database
    keyring: Keyring
    clock: Clock
    lms: Lms
    course: Course
    #: Fractions that were graded, by person, oldest first; the same again is no other grade.
    history: dict[str, list[Decimal]] = field(default_factory=dict)
    #: When each person handed in, oldest first.
    hand_ins: dict[str, list[datetime]] = field(default_factory=dict)
    wire: Wire = field(default_factory=lambda: Wire(trusted_hosts=(HOST,)))
    log: Log = field(default_factory=Log)

    def grade(self, sub: str = "amara", score: str = "1", *, is_regraded: bool = False) -> None:
        """Grade a learner's new work, so that a score is owed; or the last work once more."""
        now = self.clock()
        handed_in = self.hand_ins.setdefault(sub, [])
        if not (is_regraded and handed_in):
            handed_in.append(now)
        graded = self.history.setdefault(sub, [])
        if graded[-1:] != [Decimal(score)]:
            graded.append(Decimal(score))
        why = Reason("done", {"note": CANARY})
        facet = FacetValue("completion", Decimal(1), Decimal(score), why)
        with self.database.write() as session:
            user = make_person(session, self.course, sub, now=now)
            work = Work(user.id, "receipt", handed_in[-1], (facet,), "complete", is_graded=True)
            record(session, self.course.activity, work, actor=ANN, now=now)

    def handlers(self) -> Mapping[str, Handler]:
        """Return a worker's handlers, as they are after a start: they remember nothing."""
        signer = Signer(self.database, self.keyring, self.clock)
        tokens = TokenSource(self.database, self.wire, self.keyring, signer, self.clock)
        return {
            **score_handlers(self.database, self.wire, tokens, self.clock, launch_url=LAUNCH_URL),
            **due_handlers(self.database, self.clock),
            sweep.KIND: sweep.sweeper(self.database, self.clock),
        }

    def runner(self) -> Runner:
        """Return a worker's runner, as it is after a start."""
        wake = threading.Event()
        return Runner(self.database, self.handlers(), clock=self.clock, wake=wake)

    def run(self) -> None:
        """Run every job that is due now."""
        run_due(self.database, self.handlers(), self.clock)

    def delivery(self, sub: str = "amara") -> ScoreDelivery:
        with self.database.read() as session:
            rows = select(ScoreDelivery).join(User, User.id == ScoreDelivery.user_id)
            ours = User.platform_id == self.course.platform_id
            return session.scalars(rows.where(User.sub == sub, ours)).one()

    def state(self, sub: str = "amara") -> DeliveryState:
        return DeliveryState(self.delivery(sub).state)

    def owed_count(self) -> int:
        with self.database.read() as session:
            owed = select(func.count()).where(
                ScoreDelivery.state == DeliveryState.OWED.value,
                ScoreDelivery.platform_id == self.course.platform_id,
            )
            return session.scalar(owed) or 0

    def next_due_at(self) -> datetime | None:
        """Return when the next job may run, gates included; None when none waits."""
        now = self.clock()
        with self.database.read() as session:
            gates = read_traffic(session, now=now).gates
            waiting = session.scalars(select(Job).where(Job.state == JobState.WAITING.value))
            times = [_may_run_at(job, gates) for job in waiting]
        return min(times, default=None)

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
            in_hands = Job.state.in_((JobState.RUNNING.value, JobState.READY.value))
            over = self.clock() - timedelta(seconds=1)
            session.execute(update(Job).where(in_hands).values(lease_until=over))

    def give_column(self) -> None:
        """Learn of the link's own column, as a launch would tell."""
        with self.database.write() as session:
            placement = session.get_one(Placement, self.course.placement_id)
            remember_column(session, placement, url=self.lms.column_url, now=self.clock())

    def is_offered(self, *, without: frozenset[str] = frozenset(), container: bool = True) -> None:
        """Let the newest launch have offered less than everything."""
        with self.database.write() as session:
            endpoint = self._endpoint(session)
            endpoint.scopes = sorted(USED_SCOPES - without)
            endpoint.lineitems_url = self.lms.container_url if container else None

    def is_reached_through(self, url: str) -> None:
        """Let the course's services have another address from now on."""
        host = urlsplit(url).netloc
        with self.database.write() as session:
            endpoint = self._endpoint(session)
            endpoint.lineitems_url = _moved(endpoint.lineitems_url or "", url)
            known = session.scalars(select(ServiceHost.host)).all()
            if host not in known:
                session.add(
                    ServiceHost(
                        platform_id=endpoint.platform_id,
                        deployment_id=endpoint.deployment_id,
                        host=host,
                        first_seen_at=self.clock(),
                    )
                )
            placement = session.get_one(Placement, self.course.placement_id)
            column = _moved(self.lms.column_url, url)
            remember_column(session, placement, url=column, now=self.clock())

    def _endpoint(self, session: Session) -> ServiceEndpoint:
        ours = ServiceEndpoint.platform_id == self.course.platform_id
        return session.scalars(select(ServiceEndpoint).where(ours)).one()

    def is_of(self, family: Family) -> None:
        with self.database.write() as session:
            session.execute(update(Platform).values(family=family.value))

    def asks_for_tokens_at(self, url: str) -> None:
        with self.database.write() as session:
            own = self.lms.sandbox.config.token_url
            session.execute(update(Platform).values(token_url=_moved(own, url), audience=own))

    def is_seen(self, sub: str) -> None:
        """Let a person open the tool from the course."""
        with self.database.write() as session:
            user = session.scalars(select(User).where(User.sub == sub)).one()
            look_again_at(session, platform_id=user.platform_id, user_id=user.id, now=self.clock())

    def audited(self) -> list[str]:
        """Return what became of the registration, oldest first."""
        with self.database.read() as session:
            events = select(AuditEvent.action).where(AuditEvent.object_type == "platform")
            return list(session.scalars(events.order_by(AuditEvent.id)))

    def last_arrival(self) -> datetime:
        with self.database.read() as session:
            times = session.scalars(
                select(ScoreDelivery.acknowledged_at).where(
                    ScoreDelivery.platform_id == self.course.platform_id
                )
            ).all()
        return max(at for at in times if at is not None)

    def disable_platform(self) -> None:
        with self.database.write() as session:
            session.execute(update(Platform).values(disabled_at=self.clock()))


def _moved(address: str, url: str) -> str:
    """Return an address of the same thing at another host."""
    parts = urlsplit(address)
    return url + parts.path + (f"?{parts.query}" if parts.query else "")


def _may_run_at(job: Job, gates: dict[str, Gate]) -> datetime:
    closed = [
        gate.closed_until
        for at in Lane(job.platform_id, job.host).gates()
        if (gate := gates.get(at.key)) is not None and gate.closed_until is not None
    ]
    return max([job.run_at, *closed])


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
    now, config = clock(), lms.sandbox.config
    with database.write() as session:
        platform = Platform(
            name="Sandbox",
            issuer=lms.issuer,
            client_id=CLIENT,
            auth_url=config.auth_url,
            token_url=config.token_url,
            jwks_url=config.key_set_url,
            family=family_of(config.dialect.product_family_code).value,
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


def run_until_settled(school: School, clock: FrozenClock, *, at_most: timedelta) -> None:
    """Let time pass from one due job to the next."""
    end = clock() + at_most
    school.run()
    while (due_at := school.next_due_at()) is not None and due_at <= end:
        # A job whose way is full is due and does not run: time has to pass all the same.
        clock.now = max(clock.now + timedelta(milliseconds=1), due_at)
        school.run()
