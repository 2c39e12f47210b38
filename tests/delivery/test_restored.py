"""A database restored while the LMS has newer grades: nothing is sent, nothing rolled back unseen.

The learners: amara was graded better after the backup, tomoko's score is the same on both sides,
kwame's was still owed when the backup was made.
"""

from pathlib import Path

import pytest
from sqlalchemy import select

from lti_app.audit import Actor
from lti_app.bridge.differences import Comparison, compare_with_platforms
from lti_app.bridge.restored import (
    AFTER_RESTORE,
    SendingHeldError,
    find_sending_hold,
    note_differences_seen,
    resume_sending,
)
from lti_app.core.db.backup import back_up, restore
from lti_app.core.http import HttpClient
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.lti.calls import ServiceCaller
from lti_app.lti.keys import Signer
from lti_app.lti.tokens import TokenSource
from lti_app.sandbox.faults import Fault, Service
from tests.conftest import FrozenClock
from tests.delivery.lms import HOST
from tests.delivery.school import School
from tests.peers.operator import RunOn

LEARNERS = ("amara", "tomoko", "kwame")


def back_to(school: School, file: Path) -> None:
    school.database.dispose()
    restore(school.database, file, and_then=AFTER_RESTORE)


def compare(school: School) -> Comparison:
    http = HttpClient(trusted_hosts=(HOST,))
    signer = Signer(school.database, school.keyring, school.clock)
    tokens = TokenSource(school.database, http, school.keyring, signer, school.clock)
    caller = ServiceCaller(http, tokens, school.clock)
    found = compare_with_platforms(school.database, caller, school.clock)
    with school.database.write() as session:
        note_differences_seen(session, actor=Actor.OPERATOR, now=school.clock())
    return found


def resume(school: School) -> bool:
    with school.database.write() as session:
        return resume_sending(session, actor=Actor.OPERATOR, now=school.clock())


def posts(school: School) -> int:
    return len(school.lms.received(Service.SCORES))


@pytest.fixture
def backup(school: School, clock: FrozenClock, tmp_path: Path) -> Path:
    """A backup, and what came after it: amara and kwame were graded better."""
    file = tmp_path / "backup"
    school.grade("amara", "0.5")
    school.grade("tomoko", "0.5")
    school.run()
    school.grade("kwame", "0.2")
    back_up(school.database, file)
    clock.advance(minutes=1)
    school.run()
    clock.advance(minutes=1)
    school.grade("amara", "1")
    school.grade("kwame", "0.8")
    school.run()
    assert [school.lms.shown(sub) for sub in LEARNERS] == [10.0, 5.0, 8.0]
    return file


@pytest.mark.parametrize("age", [{"hours": 1}, {"days": 7}], ids=["T-1h", "T-7d"])
def test_f35_a_restored_tool_sends_nothing_and_rolls_no_grade_back(
    school: School, clock: FrozenClock, backup: Path, age: dict[str, float]
) -> None:
    clock.advance(**age)
    sent_before = posts(school)
    back_to(school, backup)

    school.run()
    held_back = posts(school) == sent_before
    with pytest.raises(SendingHeldError):
        resume(school)
    found = compare(school)
    while_held = posts(school)
    resumed = resume(school)
    school.run()

    assert held_back
    assert while_held == sent_before
    assert resumed
    assert {one.sub for one in found.differences} == {"amara", "kwame"}
    assert (found.looked, found.unseen) == (3, [])
    # I4: what the LMS shows is ours, or the row says by name why not. I5: it went nowhere back.
    assert [school.lms.shown(sub) for sub in LEARNERS] == [10.0, 5.0, 8.0]
    assert [school.state(sub) for sub in LEARNERS] == [
        DeliveryState.LMS_NEWER,
        DeliveryState.ARRIVED,
        DeliveryState.LMS_NEWER,
    ]
    assert posts(school) == sent_before


def test_f35_an_instructor_can_still_send_the_tools_own_score(
    school: School, clock: FrozenClock, backup: Path
) -> None:
    clock.advance(hours=1)
    back_to(school, backup)
    compare(school)
    resume(school)

    school.send_again("amara")
    school.run()

    assert school.lms.shown("amara") == 5.0
    assert school.state("amara") is DeliveryState.ARRIVED


def test_f35_work_handed_in_after_the_restore_goes_once_sending_goes_on(
    school: School, clock: FrozenClock, backup: Path
) -> None:
    clock.advance(hours=1)
    back_to(school, backup)
    school.grade("tomoko", "0.9")
    school.run()
    shown_while_held = school.lms.shown("tomoko")
    compare(school)
    resume(school)

    school.run()

    assert shown_while_held == 5.0
    assert school.lms.shown("tomoko") == 9.0


def test_a_score_that_arrived_after_the_backup_is_not_sent_again(
    school: School, clock: FrozenClock, tmp_path: Path
) -> None:
    school.grade("kwame", "0.2")
    back_up(school.database, tmp_path / "backup")
    school.run()
    clock.advance(hours=1)
    back_to(school, tmp_path / "backup")

    found = compare(school)
    resume(school)
    school.run()

    assert found.differences == []
    assert school.state("kwame") is DeliveryState.ARRIVED
    assert school.lms.received(Service.SCORES) == [200]


def test_a_score_that_never_left_is_sent_after_all(
    school: School, clock: FrozenClock, tmp_path: Path
) -> None:
    school.grade("kwame", "0.2")
    back_up(school.database, tmp_path / "backup")
    back_to(school, tmp_path / "backup")

    compare(school)
    resume(school)
    school.run()

    assert school.lms.shown("kwame") == 2.0


def test_a_column_made_after_the_backup_is_found_and_compared(
    bare_school: School, clock: FrozenClock, tmp_path: Path
) -> None:
    school = bare_school
    school.grade("amara", "0.5")
    back_up(school.database, tmp_path / "backup")
    school.run()
    school.grade("amara", "1")
    clock.advance(minutes=1)
    school.run()
    back_to(school, tmp_path / "backup")

    found = compare(school)
    resume(school)
    school.run()

    assert [(one.sub, one.ours) for one in found.differences] == [("amara", None)]
    assert school.lms.shown("amara") == 10.0
    assert school.state("amara") is DeliveryState.LMS_NEWER


def test_what_a_silent_platform_does_not_show_is_held_until_it_does(
    school: School, clock: FrozenClock, backup: Path
) -> None:
    back_to(school, backup)
    school.lms.fail(Service.RESULTS, Fault(status=503))
    silent = compare(school)
    state_when_silent = school.state("kwame")
    school.lms.mend()

    spoken = compare(school)

    assert [one.held for one in silent.unseen] == [1]
    assert state_when_silent is DeliveryState.NEEDS_ATTENTION
    assert {one.sub for one in spoken.differences} == {"amara", "kwame"}
    assert spoken.unseen == []


def test_nothing_is_compared_when_nothing_is_held(school: School) -> None:
    with school.database.read() as session:
        assert find_sending_hold(session) is None
    assert not resume(school)


def test_the_commands_say_who_differs_and_let_go_only_after_that(
    live_school: School, run_on: RunOn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RAPPORT_TRUSTED_HOSTS", HOST)
    school, file = live_school, tmp_path / "backup"
    school.grade("amara", "0.5")
    school.run()
    assert run_on("db", "backup", str(file)).exit_code == 0
    school.lms.teacher_enters(9.0)
    school.database.dispose()
    assert run_on("db", "restore", str(file), "--yes").exit_code == 0

    early = run_on("scores", "resume")
    shown = run_on("scores", "differences")
    resumed = run_on("scores", "resume")

    assert early.exit_code == 1
    assert "rapport scores differences" in early.output
    assert "1 scores compared, 1 differ." in shown.output
    assert "person amara: we believe 5 of 10, the gradebook shows 9 of 10" in shown.output
    assert resumed.output.strip() == "Scores are being sent again."
    assert "nothing to compare" in run_on("scores", "differences").output
    with school.database.read() as session:
        assert session.scalars(select(ScoreDelivery.reason_code)).one() == "differs_after_restore"
