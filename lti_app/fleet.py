"""Background work on many machines: Celery distributes and schedules, the rows stay the truth.

A message only says that a job may be due; `claim_run_settle` decides, so a message that is lost or
comes twice changes nothing. Only `rapport worker --engine celery` imports this: no web process and
no plain worker loads Celery. It serves no page.
"""

import logging
import random
import threading
from collections.abc import Callable

from celery import Celery, signals
from celery.beat import Scheduler, Service

from lti_app.bridge.handlers import make_handlers, make_ready
from lti_app.core.logs import configure_logs, get_logger
from lti_app.core.parts import Parts, make_parts
from lti_app.core.settings import Settings
from lti_app.jobs.leases import Leases
from lti_app.jobs.runner import POLL_SECONDS, THREADS, claim_run_settle
from lti_app.jobs.service import list_due
from lti_app.jobs.turns import Rota

LOOK = "rapport.look"
RUN = "rapport.run"
#: A message that has waited for longer is dropped: the next look finds its job again.
FORGET_AFTER_SECONDS = 30
#: How often one chain of messages may find that another worker was first, before it ends.
TRIES = 3

_log = get_logger(__name__)


def work_in_fleet(settings: Settings) -> None:
    """Be one worker of a fleet until SIGTERM or SIGINT; jobs under way are finished."""
    configure_logs(settings.log_level)
    parts = make_parts(settings)
    make_ready(parts)
    run_worker(parts)
    parts.database.dispose()


def run_worker(parts: Parts) -> None:
    """Run Celery's worker and beat in this process until a signal ends it."""
    # Celery would set up logging of its own, and tell of every message.
    signals.setup_logging.connect(lambda **_: None, weak=False)
    logging.getLogger("celery").setLevel(logging.WARNING)
    member = Member(parts)
    app = make_celery(parts.settings, member)
    # Every worker looks: one that alone may look, and hangs, would hold up all. Two looks at once
    # only cost a second claim that finds nothing. The plain scheduler keeps no file.
    beat = Service(app, max_interval=POLL_SECONDS, scheduler_cls=Scheduler)
    is_ending = threading.Event()
    for name, target in (("beat", beat.start), ("leases", lambda: member.keep_leases(is_ending))):
        threading.Thread(target=target, name=name, daemon=True).start()
    worker = app.Worker(
        pool="threads",
        concurrency=THREADS,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    _log.info("fleet worker started")
    worker.start()
    is_ending.set()
    beat.stop()


def make_celery(settings: Settings, member: "Member") -> Celery:
    """Return the Celery app: where its messages go, its two tasks, its one schedule."""
    app = Celery("rapport", broker=settings.effective_broker_url, set_as_current=False)
    app.conf.update(
        task_default_queue="rapport",
        task_serializer="json",
        accept_content=["json"],
        # Nobody reads a result, and no message is worth more than its row.
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        beat_schedule={
            LOOK: {
                "task": LOOK,
                "schedule": POLL_SECONDS,
                "options": {"expires": POLL_SECONDS * 2},
            }
        },
    )

    # Celery makes classes of its tasks, so a bound method cannot be one.
    @app.task(name=LOOK)  # type: ignore[untyped-decorator]  # Celery has no types
    def look() -> None:
        member.look()

    @app.task(name=RUN)  # type: ignore[untyped-decorator]  # Celery has no types
    def run(job_id: int, tries: int) -> None:
        member.run(job_id, tries)

    def send(job_id: int, tries: int) -> None:
        app.send_task(RUN, (job_id, tries), expires=FORGET_AFTER_SECONDS)

    member.send = send
    return app


def _send_nothing(_job_id: int, _tries: int) -> None:
    """Stand for a broker until there is one."""


class Member:
    """What one worker of the fleet does with a message."""

    def __init__(self, parts: Parts) -> None:
        self.send: Callable[[int, int], None] = _send_nothing
        self._database = parts.database
        self._clock = parts.clock
        self._handlers = make_handlers(parts)
        self._leases = Leases(parts.database, parts.clock)
        self._rota = Rota()

    def look(self) -> None:
        """Tell the fleet of every job that is due and has room."""
        for job_id in self._due():
            self.send(job_id, TRIES)

    def run(self, job_id: int, tries: int) -> None:
        """Run a job if it is still due, and tell the fleet of one more."""
        is_ours = claim_run_settle(
            self._database, self._handlers, job_id, clock=self._clock, leases=self._leases
        )
        tries = TRIES if is_ours else tries - 1
        due = self._due() if tries > 0 else []
        if due:
            # Any of them: two workers that end at once should not both name the same.
            self.send(random.choice(due), tries)  # noqa: S311 - spreads load, protects nothing

    def keep_leases(self, is_ending: threading.Event) -> None:
        """Renew the leases of what runs here until the worker ends."""
        while not is_ending.wait(POLL_SECONDS):
            try:
                self._leases.renew_when_due()
            except Exception as error:  # noqa: BLE001 - the worker outlives its database
                _log.error("leases could not be renewed", exc_info=error)

    def _due(self) -> list[int]:
        with self._database.read() as session:
            return list_due(
                session,
                now=self._clock(),
                kinds=list(self._handlers),
                besides=self._leases.ids(),
                at_most=THREADS,
                rota=self._rota,
            )
