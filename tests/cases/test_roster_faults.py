"""F33: a roster that breaks off, goes round or shrinks. What was known stands, called stale."""

from typing import Any

import pytest
from sqlalchemy import select

from lti_app.audit import Actor
from lti_app.audit.models import AuditEvent
from lti_app.people.models import Context, RosterState
from lti_app.people.readings import (
    GO_ON_FOR,
    OvertakenError,
    begin_reading,
    confirm_leaving,
    end_reading,
)
from lti_app.people.roster_rows import RosterView
from tests.cases.roster_school import COURSE, TEACHER, RosterSchool, learners, subs
from tests.cases.stage import Seat
from tests.peers.http_peer import Reply, Seen, json_reply

EVERYBODY = [TEACHER, *learners(399)]
PAGES = [EVERYBODY[start : start + 2] for start in range(0, 400, 2)]


@pytest.fixture
def seats(school: RosterSchool) -> list[Seat]:
    """A course of 400 people, known since yesterday; two of them sit in it."""
    school.pages = [EVERYBODY]
    school.launch()
    school.work()
    assert school.here() == subs(EVERYBODY)
    school.stage.clock.advance(days=1)
    return [school.launch(), school.launch("learner-7", "Learner")]


def fails(_seen: Seen) -> Reply:
    return Reply(500)


def cut(_seen: Seen) -> Reply:
    whole = json_reply({"context": {"id": COURSE}, "members": PAGES[2]})
    return Reply(200, whole.body[:-9], whole.headers)


def without_members(_seen: Seen) -> Reply:
    return json_reply({"context": {"id": COURSE}})


def a_page_of_html(_seen: Seen) -> Reply:
    return Reply(200, b"<!doctype html><title>Log in</title>", {"Content-Type": "text/html"})


@pytest.mark.parametrize(
    "third",
    [
        pytest.param(fails, id="F33 page 3 of 200 fails"),
        pytest.param(cut, id="F33 page 3 is truncated"),
        pytest.param(without_members, id="F33 page 3 has no members"),
        pytest.param(a_page_of_html, id="F33 page 3 is a page to log in"),
    ],
)
def test_what_was_known_stands_and_is_called_stale(
    school: RosterSchool, seats: list[Seat], third: Any
) -> None:
    at = school.stage.clock()
    read_at = school.roster().read_at

    school.read(*PAGES[:2], third, *PAGES[3:])
    roster = school.try_until_settled()

    assert roster.state is RosterState.STALE
    assert roster.read_at == read_at
    assert roster.stale_at is not None
    assert roster.stale_at > at
    assert school.here() == subs(EVERYBODY)


def test_f33_nobody_loses_access_while_a_roster_fails(
    school: RosterSchool, seats: list[Seat]
) -> None:
    school.read(*PAGES[:2], fails)

    assert [seat.page().status_code for seat in seats] == [200, 200]


def test_f33_a_cycle_ends_and_what_was_known_stands(
    school: RosterSchool, seats: list[Seat]
) -> None:
    school.link = lambda number: f'<{school.url}?page={(number + 1) % 3}>; rel="next"'
    school.asked.clear()

    roster = school.read(*PAGES)

    assert roster.state is RosterState.STALE
    assert school.here() == subs(EVERYBODY)
    assert len(school.asked) == 4


@pytest.mark.parametrize(
    "left",
    [
        pytest.param(0, id="F33 shrinks to 0"),
        pytest.param(1, id="F33 the teacher alone"),
        pytest.param(319, id="F33 just over 20 % less"),
    ],
)
def test_a_large_drop_waits_for_an_instructors_word(
    school: RosterSchool, seats: list[Seat], left: int
) -> None:
    roster = school.read(EVERYBODY[:left])

    assert roster.state is RosterState.HELD
    assert roster.leaving_count == 400 - left
    assert roster.stale_at is not None
    assert school.here() == subs(EVERYBODY)
    assert [seat.page().status_code for seat in seats] == [200, 200]


def test_f33_a_drop_of_20_percent_needs_nobodys_word(
    school: RosterSchool, seats: list[Seat]
) -> None:
    roster = school.read(EVERYBODY[:320])

    assert roster.state is RosterState.READ
    assert school.here() == subs(EVERYBODY[:320])


def test_f33_those_who_are_missing_leave_once_that_is_confirmed(
    school: RosterSchool, seats: list[Seat]
) -> None:
    reading = school.read(EVERYBODY[:200]).reading

    is_done = confirm(school, reading)

    assert is_done
    assert school.here() == subs(EVERYBODY[:200])
    with school.stage.database.read() as session:
        events = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert [one for one in events if one.startswith("roster.")][-2:] == [
        "roster.held",
        "roster.confirmed",
    ]


def test_f33_a_word_about_an_older_reading_lets_nobody_go(
    school: RosterSchool, seats: list[Seat]
) -> None:
    older = school.read(EVERYBODY[:200]).reading
    school.read(EVERYBODY[:10])

    is_done = confirm(school, older)

    assert not is_done
    assert school.here() == subs(EVERYBODY)


def test_f33_a_good_reading_settles_what_was_held(school: RosterSchool, seats: list[Seat]) -> None:
    school.read([])

    roster = school.read(EVERYBODY)

    assert (roster.state, roster.leaving_count, roster.stale_at) == (RosterState.READ, 0, None)
    assert school.here() == subs(EVERYBODY)


@pytest.mark.parametrize(
    "last",
    [
        pytest.param([*EVERYBODY[:200], *learners(1, start=900)], id="F36 a page"),
        pytest.param([], id="F36 the end"),
        pytest.param(Reply(500), id="F36 a trouble"),
        pytest.param(Reply(403), id="F36 a failure"),
    ],
)
def test_a_late_run_changes_nothing_of_the_reading_that_took_its_place(
    school: RosterSchool, seats: list[Seat], last: Any
) -> None:
    def overtake(_seen: Seen) -> Any:
        """Stop until another run has begun anew, and answer only then."""
        with school.stage.database.write() as session:
            later = school.stage.clock() + 2 * GO_ON_FOR
            context = session.scalars(select(Context)).one()
            where = {"platform_id": context.platform_id, "context_id": context.id}
            before.append(begin_reading(session, **where, now=later))
        return last

    before: list[RosterView] = []

    school.read(EVERYBODY[:100], overtake)

    assert [school.roster()] == before
    assert school.here() == subs(EVERYBODY)


def test_f36_a_late_end_of_a_reading_that_is_over_is_refused(
    school: RosterSchool, seats: list[Seat]
) -> None:
    over = school.roster()

    with school.stage.database.write() as session, pytest.raises(OvertakenError):
        end_reading(session, over, differences_url=None, now=school.stage.clock())

    assert school.roster() == over


def confirm(school: RosterSchool, reading: int) -> bool:
    with school.stage.database.write() as session:
        context = session.scalars(select(Context)).one()
        return confirm_leaving(
            session,
            platform_id=context.platform_id,
            context_id=context.id,
            reading=reading,
            actor=Actor.SYSTEM,
            now=school.stage.clock(),
        )
