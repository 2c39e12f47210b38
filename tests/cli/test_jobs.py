"""`rapport jobs`: what is owed is said in words, and what was given up can be tried again."""

import re

import pytest
from sqlalchemy import select

from lti_app.audit.models import AuditEvent
from lti_app.bridge.handlers import make_handlers
from lti_app.cli.jobs import KINDS
from lti_app.core.db import Database
from lti_app.core.parts import Parts
from lti_app.core.reason import Reason
from lti_app.grading import sending, settling
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.jobs.models import Job, JobState
from lti_app.jobs.outcome import GiveUp, JobRun, Outcome, RetryAt
from lti_app.jobs.service import claim, enqueue, settle
from tests.conftest import FrozenClock
from tests.grading.ledger import Ledger
from tests.grading.owing import make_ledger
from tests.peers.operator import RunOn

DOWN = Reason("unknown_outcome", {"status": 503, "words": "Back at \x1b[2Jnoon"})


@pytest.fixture
def ledger(database: Database, clock: FrozenClock) -> Ledger:
    return make_ledger(database, clock)


def end_of_run(ledger: Ledger, outcome: Outcome) -> int:
    """Let the one job of the ledger end like this; return its number."""
    with ledger.database.write() as session:
        job_id = session.scalars(select(Job.id).where(Job.kind == "score.send")).one()
        run = claim(session, job_id, now=ledger.clock())
    assert isinstance(run, JobRun)
    with ledger.database.write() as session:
        settle(session, run, outcome, now=ledger.clock())
    return job_id


def give_up(ledger: Ledger) -> int:
    """Give the score up, as the sender does after four weeks: in the ledger and in its job."""
    held = ledger.claim()
    with ledger.database.write() as session:
        settling.hold(session, held, DeliveryState.NEEDS_ATTENTION, DOWN, now=ledger.clock())
    return end_of_run(ledger, GiveUp(DOWN))


def job(database: Database, job_id: int) -> Job:
    with database.read() as session:
        return session.get_one(Job, job_id)


def test_every_kind_of_job_has_words(parts: Parts) -> None:
    assert set(make_handlers(parts)) <= set(KINDS)


def test_nothing_owed_is_said_so(run_on: RunOn) -> None:
    assert run_on("jobs", "list").output.strip() == "Nothing is owed."


def test_a_waiting_job_is_listed_with_its_platform_since_when_and_why(
    run_on: RunOn, ledger: Ledger
) -> None:
    number = end_of_run(ledger, RetryAt(ledger.clock(), DOWN))

    shown = run_on("jobs", "list").output

    assert re.search(rf"^ +{number}  send a score, .+ \([a-z2-7]{{26}}\)$", shown, re.MULTILINE)
    assert "failing since 2026-03-02 09:00 UTC" in shown
    assert "did not answer" in shown
    assert "It answered 503. In its words: Back at" in shown
    assert "\x1b" not in shown


def test_what_was_given_up_stands_first_and_can_be_listed_alone(
    run_on: RunOn, ledger: Ledger
) -> None:
    with ledger.database.write() as session:
        enqueue(session, "sweep", "all", run_at=ledger.clock())
    number = give_up(ledger)

    shown, alone = run_on("jobs", "list").output, run_on("jobs", "list", "--given-up").output

    assert shown.index(f"{number}  send a score") < shown.index("take away")
    assert "given up, in trouble since 2026-03-02 09:00 UTC" in alone
    assert "take away" not in alone


def test_scores_that_wait_for_an_instructor_are_counted_without_a_name(
    run_on: RunOn, ledger: Ledger
) -> None:
    held = ledger.claim()
    with ledger.database.write() as session:
        settling.hold(
            session, held, DeliveryState.LMS_NEWER, Reason("lms_newer"), now=ledger.clock()
        )

    shown = run_on("jobs", "list").output

    assert re.search(r"^1 held for .+: somebody graded in the LMS$", shown, re.MULTILINE)
    assert "amara" not in shown


@pytest.mark.parametrize("by", ["number", "all"])
def test_a_score_that_was_given_up_is_on_its_way_after_a_retry(
    run_on: RunOn, ledger: Ledger, by: str
) -> None:
    number = give_up(ledger)

    done = run_on("jobs", "retry", "--all" if by == "all" else str(number))

    assert done.exit_code == 0, done.output
    assert ledger.row().state == DeliveryState.OWED
    assert (job(ledger.database, number).state, job(ledger.database, number).attempts) == (
        JobState.WAITING,
        0,
    )
    with ledger.database.read() as session:
        key = session.scalars(select(ScoreDelivery.public_id)).one()
    with ledger.database.write() as session:
        assert sending.claim_deliveries(session, [key], now=ledger.clock())[key] is not None


def test_a_retry_is_written_down(run_on: RunOn, ledger: Ledger) -> None:
    number = give_up(ledger)

    run_on("jobs", "retry", str(number))

    with ledger.database.read() as session:
        retried = select(AuditEvent).where(AuditEvent.action == "job.retried")
        event = session.scalars(retried).one()
    assert (event.actor, event.object_id, event.platform_id) == (
        "operator",
        str(number),
        ledger.course.activity.platform_id,
    )


def test_a_waiting_job_can_be_told_not_to_wait(run_on: RunOn, ledger: Ledger) -> None:
    later = ledger.clock().replace(year=2099)
    number = end_of_run(ledger, RetryAt(later, DOWN))

    run_on("jobs", "retry", str(number))

    assert job(ledger.database, number).run_at < later


def test_a_retry_of_nothing_is_answered_in_words(run_on: RunOn, ledger: Ledger) -> None:
    unknown = run_on("jobs", "retry", "999999")
    none = run_on("jobs", "retry", "--all")
    neither, both = run_on("jobs", "retry"), run_on("jobs", "retry", "1", "--all")

    assert unknown.exit_code == 1
    assert "rapport jobs list" in unknown.output
    assert none.output.strip() == "Nothing was given up."
    assert neither.exit_code == both.exit_code == 2
