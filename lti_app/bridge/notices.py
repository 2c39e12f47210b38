"""The jobs of notices: asking a platform for them, and acting upon those that came.

Nothing is copied here: what a course was copied from is written down, and `bridge.copying` reads it
when somebody opens the copy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.bridge.platform_calls import Way, reason_of, way_of
from lti_app.core.clock import Clock
from lti_app.core.logs import get_logger
from lti_app.core.reason import Reason
from lti_app.jobs.outcome import Done, Ending, Handler, JobRun, RetryAt, Work, ending
from lti_app.jobs.outcome import Outcome as JobOutcome
from lti_app.jobs.service import enqueue
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.errors import ServiceProblem
from lti_app.lti.notice_box import (
    KeptNotice,
    find_waiting,
    note_done,
    note_subscription,
    remember_copies,
)
from lti_app.lti.notices import (
    KNOWN_TYPES,
    NoticeAccess,
    NoticeType,
    find_notice_access,
    put_handler,
    read_handlers,
)
from lti_app.lti.verified import VerifiedLaunch
from lti_app.people.models import Context

SUBSCRIBE = "notices.subscribe"
ACT = "notices.act"
CHECK_EVERY = timedelta(days=1)
MOST_FAILURES = 6

_log = get_logger(__name__)


def subscribe_at_launch(
    session: Session, launch: VerifiedLaunch, deployment_id: int, *, now: datetime
) -> None:
    """Owe asking for notices when a launch is the first to say where."""
    if launch.news.has_changed_notices:
        platform_id = launch.registration.id
        enqueue(session, SUBSCRIBE, str(deployment_id), run_at=now, platform_id=platform_id)


def owe_act(session: Session, notice_id: int, platform_id: int, *, now: datetime) -> None:
    """Owe acting upon a notice that was kept."""
    enqueue(session, ACT, str(notice_id), run_at=now, platform_id=platform_id)


def notice_handlers(caller: ServiceCaller, clock: Clock, notices_url: str) -> Mapping[str, Handler]:
    """Return the handlers of notices, by kind of job."""
    return {
        SUBSCRIBE: Subscriber(caller, clock, notices_url),
        ACT: NoticeActor(clock),
    }


@dataclass(frozen=True)
class Subscriber:
    """Asks a deployment's platform for notices, and once a day whether it still sends them here."""

    caller: ServiceCaller
    clock: Clock
    handler: str

    def __call__(self, session: Session, runs: Sequence[JobRun]) -> Sequence[Work | JobOutcome]:
        """Ask for what is not sent yet."""
        return [self._begin(session, run) for run in runs]

    def _begin(self, session: Session, run: JobRun) -> Work | JobOutcome:
        notices = find_notice_access(session, int(run.key))
        if notices is None or notices.access.registration.is_disabled:
            return Done()
        way = way_of(run, notices.access, notices.handlers_url)
        return Work(partial(self._ask, way, notices))

    def _ask(self, way: Way, notices: NoticeAccess) -> Ending[Any] | JobOutcome:
        try:
            sent = read_handlers(self.caller, notices)
            for type_ in sorted(notices.types):
                if sent.get(type_) != self.handler:
                    put_handler(self.caller, notices, type_, self.handler)
        except ServiceProblem as problem:
            return ending(partial(self._explain, way, notices, problem))
        return ending(partial(self._note, way, notices), is_good=True)

    def _note(self, way: Way, notices: NoticeAccess, session: Session) -> JobOutcome:
        now = self.clock()
        way.note_good(session, now=now)
        deployment_id = notices.access.deployment_id
        types = sorted(notices.types)
        note_subscription(session, deployment_id, types=types, why_not=None, now=now)
        _log.info("notices asked for", deployment=deployment_id, types=len(types))
        return RetryAt(now + CHECK_EVERY, Reason("subscribed"), is_attempt=False)

    def _explain(
        self, way: Way, notices: NoticeAccess, problem: ServiceProblem, session: Session
    ) -> JobOutcome:
        reason, now = reason_of(problem), self.clock()
        # A 401 for this one address speaks of it: scores find out whether the key is good.
        is_of_address = problem.status == 401 and not problem.is_of_token
        again = None if is_of_address else way.try_again(session, problem, now=now)
        deployment_id = notices.access.deployment_id
        note_subscription(session, deployment_id, types=None, why_not=reason.code, now=now)
        if isinstance(again, RetryAt) and way.run.attempts < MOST_FAILURES:
            return again
        _log.warning("notices not asked for", deployment=deployment_id, reason=reason.code)
        return RetryAt(now + CHECK_EVERY, reason, is_attempt=False)


@dataclass(frozen=True)
class NoticeActor:
    """Acts upon notices that were proven and kept."""

    clock: Clock

    def __call__(self, session: Session, runs: Sequence[JobRun]) -> Sequence[Work | JobOutcome]:
        """Act, once for each notice."""
        for run in runs:
            notice = find_waiting(session, run.platform_id, int(run.key))
            if notice is not None:
                self._act(session, notice)
        return [Done() for _ in runs]

    def _act(self, session: Session, notice: KeptNotice) -> None:
        now, news = self.clock(), 0
        if notice.type == NoticeType.CONTEXT_COPY:
            news = remember_copies(session, notice, _known_origins(session, notice), now=now)
        note_done(session, notice, now=now)
        _log.info("notice acted upon", deployment=notice.deployment_id, type=notice.type, news=news)


def _known_origins(session: Session, notice: KeptNotice) -> Sequence[str]:
    """Return the origins that are courses of this deployment: of others we have nothing."""
    known = session.scalars(
        select(Context.lti_id).where(
            Context.platform_id == notice.platform_id,
            Context.deployment_id == notice.deployment_id,
            Context.lti_id.in_(notice.origin_refs),
        )
    ).all()
    return [one for one in notice.origin_refs if one in known]


def is_known(type_: str) -> bool:
    """Whether anything is done about notices of this type."""
    return type_ in KNOWN_TYPES
