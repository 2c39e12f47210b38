"""Learners, graders, releases, a clock and a platform of every mood, against a plain model.

RAPPORT_TEST_EXAMPLES=2000 walks so many roads instead of the few that every run has time for.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, insert, select

from lti_app.audit import Actor
from lti_app.bridge.scores import score_handlers
from lti_app.catalog.rules import Dates, Lateness, LatePolicy, Release
from lti_app.catalog.settings import ActivitySettings, change_settings
from lti_app.core.db import Database
from lti_app.core.errors import ConflictError, NotFoundError
from lti_app.core.http import HttpClient
from lti_app.core.reason import Reason
from lti_app.core.sealing import Keyring
from lti_app.grading.again import send_scores_again
from lti_app.grading.closing import take_noughts_back
from lti_app.grading.comments import NOT_HANDED_IN
from lti_app.grading.deciding import OverrideWish, excuse, reopen, set_override, take_excuse_back
from lti_app.grading.extending import extend
from lti_app.grading.facets import FacetWish, enter_facet
from lti_app.grading.jobs import KIND, due_handlers, ensure_due_sweep
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.grading.policy import FacetValue
from lti_app.grading.queries import list_standings
from lti_app.grading.releasing import Outcome, make_plan, release_due
from lti_app.grading.views import DeliveryView, GradeView, Learner, Standing
from lti_app.grading.withdrawing import withdraw
from lti_app.jobs.models import Job, JobState
from lti_app.jobs.outcome import Handler
from lti_app.lti.keys import Signer
from lti_app.lti.models import Platform, ServiceEndpoint, ServiceHost, SigningKey
from lti_app.lti.service_access import USED_SCOPES
from lti_app.lti.tokens import TokenSource
from lti_app.people.models import User
from lti_app.submissions.contract import KindRules, Marked
from lti_app.submissions.counting import Counting
from lti_app.submissions.recompute import compute_again
from lti_app.submissions.service import Handing, hand_in
from tests.conftest import FrozenClock, empty
from tests.grading.gradebook_peer import HAND, MOODS, Gradebook, gradebook_peer
from tests.grading.plain_model import ATTEMPTS, Course, Person, Rules, share_of
from tests.jobs.running import run_due
from tests.submissions.factories import exercise_rules, make_course, make_person, make_platform

LEARNERS = ("amara", "kwame")
TESTER = "tester"
GRADERS = ("teacher", "other")
DAY = timedelta(days=1)

learners = st.sampled_from(LEARNERS)
graders = st.sampled_from(GRADERS)
tenths = st.integers(0, 10)
moods = st.sampled_from(sorted(MOODS))


def _mark(_item: object, answers: Mapping[str, int], _settings: object) -> Marked:
    share = Decimal(answers["tenths"]) / 10
    facet = FacetValue("completion", Decimal(1), share, Reason("all_answered"), is_dated=True)
    return Marked((facet,), "complete")


def kind_of_any_mark() -> KindRules:
    """Return a kind whose marks a test chooses."""
    return replace(
        exercise_rules(),
        mark=_mark,
        attempts_allowed=lambda _settings: ATTEMPTS,
        counting=lambda _settings: Counting.LAST,
        refuse_answers=lambda _item, _answers: None,
    )


@dataclass(frozen=True)
class Around:
    """What all examples share: the database, the gradebook, the keys that take long to make."""

    database: Database
    gradebook: Gradebook
    keyring: Keyring
    signing_key: dict[str, object]


class GradeMachine(RuleBasedStateMachine):
    """What the model says is kept beside what the rooms do, and compared after every step."""

    def __init__(self, around: Around) -> None:
        super().__init__()
        self.database, self.gradebook = around.database, around.gradebook
        self.clock = FrozenClock()
        self.gradebook.clear()
        empty(self.database)
        self._make_course(around)
        self.sending = self._make_handlers(around)
        self.sweeping = due_handlers(self.database, self.clock)
        self.model = Course({sub: Person() for sub in LEARNERS})
        #: What each grader saw last: the grade's revision, and how many changes there were.
        self.seen: dict[tuple[str, str], tuple[int, int]] = {}
        self.test_attempts = 0
        #: Whose grade somebody decided in the platform, and nobody has said "send ours" since.
        self.decided_there: set[str] = set()

    def _make_course(self, around: Around) -> None:
        now, url = self.clock(), self.gradebook.url
        with self.database.write() as session:
            ids = make_platform(session, now=now)
            session.get_one(Platform, ids[0]).token_url = f"{url}/token"
            ours = {"platform_id": ids[0], "deployment_id": ids[1]}
            host = url.removeprefix("http://")
            session.add(ServiceHost(**ours, host=host, first_seen_at=now))
            session.add(
                ServiceEndpoint(
                    **ours,
                    context_ref="course",
                    lineitems_url=f"{url}/items",
                    scopes=sorted(USED_SCOPES),
                    updated_at=now,
                )
            )
            session.execute(insert(SigningKey), around.signing_key)
            course = make_course(session, now=now, platform=ids, column=f"{url}/items/1")
            people = [make_person(session, course, sub, now=now) for sub in LEARNERS]
            people.append(make_person(session, course, TESTER, now=now, is_test=True))
        self.kind, self.activity = kind_of_any_mark(), course.activity
        self.users: dict[str, User] = {user.sub: user for user in people}

    def _make_handlers(self, around: Around) -> Mapping[str, Handler]:
        http = HttpClient(trusted_hosts=("127.0.0.1",))
        signer = Signer(self.database, around.keyring, self.clock)
        tokens = TokenSource(self.database, http, around.keyring, signer, self.clock)
        return score_handlers(self.database, http, tokens, self.clock)

    @property
    def people(self) -> Mapping[str, Person]:
        return self.model.people

    # What learners do.

    @rule(sub=learners, score=tenths, is_sent=st.booleans())
    def hand_in(self, sub: str, score: int, *, is_sent: bool) -> None:
        person = self.people[sub]
        may = person.may_hand_in(self.model.rules, self.clock())

        was_taken = self._hand_in(sub, len(person.attempts) + 1, score)

        assert was_taken is may
        if may:
            person.hand_in(self.model.rules, score, self.clock())
        if is_sent:
            self.work()

    @rule(score=tenths)
    def try_out(self, score: int) -> None:
        """Hand in as a test user, whose scores belong in no gradebook."""
        self.test_attempts += self._hand_in(TESTER, self.test_attempts + 1, score, is_graded=False)

    def _hand_in(self, sub: str, number: int, score: int, *, is_graded: bool = True) -> bool:
        user = self.users[sub]
        handing = Handing(
            user_id=user.id,
            user_public_id=user.public_id,
            is_graded=is_graded,
            key=f"{sub} {number}",
            number=number,
            base_revision=0,
            item_version=1,
            answers={"tenths": score},
        )
        try:
            with self.database.write() as session:
                hand_in(session, self.kind, self.activity, handing, now=self.clock())
        except ConflictError:
            return False
        return True

    # What graders do.

    @rule(
        sub=learners,
        grader=graders,
        points=st.none() | tenths,
        looks=st.booleans(),
        is_sent=st.booleans(),
    )
    def decide(
        self, sub: str, grader: str, points: int | None, *, looks: bool, is_sent: bool
    ) -> None:
        """Enter or clear points, having looked just now or whenever that grader last did."""
        person, user = self.people[sub], self.users[sub]
        if looks:
            self._look(sub, grader)
        revision, changes = self.seen.get((sub, grader), (0, 0))
        wish = OverrideWish(None if points is None else Decimal(points), "Spoken.", revision)
        learner = Learner(user.id, user.public_id, is_graded=True)

        with self.database.write() as session:
            answer = set_override(
                session, self.activity, learner, wish, actor=Actor(grader), now=self.clock()
            )

        assert answer.is_kept is (changes == person.changes)
        if answer.is_kept:
            person.decide(self.model.rules, points, self.clock())
        if is_sent:
            self.work()

    @rule(
        sub=learners,
        grader=graders,
        score=st.none() | tenths,
        looks=st.booleans(),
        is_sent=st.booleans(),
    )
    def score_part(
        self, sub: str, grader: str, score: int | None, *, looks: bool, is_sent: bool
    ) -> None:
        """Enter or clear the score of the one part that there is, once there is work."""
        person, user = self.people[sub], self.users[sub]
        if looks:
            self._look(sub, grader)
        revision, changes = self.seen.get((sub, grader), (0, 0))
        share = None if score is None else Decimal(score) / 10
        wish = FacetWish("completion", share, "Spoken.", revision)
        learner = Learner(user.id, user.public_id, is_graded=True)
        actor, now = Actor(grader), self.clock()
        try:
            with self.database.write() as session:
                answer = enter_facet(session, self.activity, learner, wish, actor=actor, now=now)
        except NotFoundError:
            assert not person.attempts
            return

        assert answer.is_kept is (changes == person.changes)
        if answer.is_kept:
            person.score_part(self.model.rules, score, now)
        if is_sent:
            self.work()

    def _look(self, sub: str, grader: str) -> None:
        grade = self._grades().get(sub)
        revision = grade.revision if grade else 0
        self.seen[sub, grader] = revision, self.people[sub].changes

    @rule(sub=learners, grader=graders)
    def excuse(self, sub: str, grader: str) -> None:
        person = self.people[sub]
        may, person.is_excused = not person.is_excused, True
        assert self._move(excuse, sub, "Ill.", grader) is may

    @rule(sub=learners, grader=graders)
    def take_excuse_back(self, sub: str, grader: str) -> None:
        person = self.people[sub]
        may, person.is_excused = person.is_excused, False
        assert self._move(take_excuse_back, sub, None, grader) is may

    @rule(sub=learners, grader=graders)
    def reopen(self, sub: str, grader: str) -> None:
        person = self.people[sub]
        may = person.may_be_reopened
        assert self._move(reopen, sub, "Again.", grader) is may
        if may:
            person.may_again = True
            person.extra += 1

    @rule(sub=learners, days=st.integers(0, 3), grader=graders)
    def give_time(self, sub: str, days: int, grader: str) -> None:
        actor, now = Actor(grader), self.clock()
        with self.database.write() as session:
            extend(session, self.activity, self.users[sub].id, days, actor=actor, now=now)
            take_noughts_back(session, self.activity, actor=actor, now=now)
            compute_again(session, self.kind, self.activity, actor=actor, now=now)
        self.people[sub].extra_days = days
        self.model.compute_again(now)

    @rule(sub=learners, grader=graders)
    def withdraw(self, sub: str, grader: str) -> None:
        person, user = self.people[sub], self.users[sub]
        learner = Learner(user.id, user.public_id, is_graded=True)
        try:
            with self.database.write() as session:
                withdraw(session, self.activity, learner, actor=Actor(grader), now=self.clock())
        except ConflictError:
            assert not person.may_be_withdrawn
            return
        assert person.may_be_withdrawn
        person.withdraw()

    def _move(self, move: Callable[..., None], sub: str, reason: str | None, grader: str) -> bool:
        given = [] if reason is None else [reason]
        user_id, now = self.users[sub].id, self.clock()
        try:
            with self.database.write() as session:
                move(session, self.activity, user_id, *given, actor=Actor(grader), now=now)
        except ConflictError:
            return False
        return True

    @rule(
        release=st.sampled_from([Release.IMMEDIATE, *Release]),
        policy=st.sampled_from(LatePolicy),
        offsets=st.lists(st.integers(-3, 3), min_size=3, max_size=3).map(sorted),
        percent=st.sampled_from([10, 25, 60]),
        floor=st.sampled_from([0, 30]),
        has_due=st.booleans(),
        gives_noughts=st.booleans(),
        counts=st.sampled_from(Counting),
    )
    def set_rules(
        self,
        release: Release,
        policy: LatePolicy,
        offsets: list[int],
        percent: int,
        floor: int,
        *,
        has_due: bool,
        gives_noughts: bool,
        counts: Counting,
    ) -> None:
        now = self.clock()
        due_at, closes_at, releases_at = (now + DAY * offset for offset in offsets)
        self._keep_rules(
            Rules(
                due_at=due_at if has_due else None,
                closes_at=closes_at if gives_noughts or release is Release.ON_CLOSE else None,
                releases_at=releases_at if release is Release.SCHEDULED else None,
                policy=policy,
                percent=percent,
                floor=floor,
                release=release,
                gives_noughts=gives_noughts,
                counts=counts,
            )
        )

    @rule(
        release=st.sampled_from([Release.IMMEDIATE, Release.ON_CLOSE, Release.BY_HAND]),
        days=st.sampled_from([0, 1]),
    )
    def close_with_noughts(self, release: Release, days: int) -> None:
        """Let it close some days ago, and who did nothing get a nought for that."""
        closes_at = self.clock() - DAY * days
        counts = self.model.rules.counts
        self._keep_rules(
            Rules(closes_at=closes_at, release=release, gives_noughts=True, counts=counts)
        )
        self.wait(hours=0.02)

    @initialize(counts=st.sampled_from(Counting))
    def begin_with_a_rule(self, counts: Counting) -> None:
        self.let_another_attempt_count(counts)

    @rule(counts=st.sampled_from(Counting))
    def let_another_attempt_count(self, counts: Counting) -> None:
        self._keep_rules(replace(self.model.rules, counts=counts))

    def _keep_rules(self, rules: Rules) -> None:
        now = self.clock()
        dates = Dates(None, rules.due_at, rules.closes_at, rules.releases_at)
        lateness = Lateness(rules.policy, rules.percent, rules.floor)
        noughts = rules.gives_noughts
        wanted = ActivitySettings(dates, timedelta(), lateness, rules.release, noughts)
        actor = Actor(GRADERS[0])
        self.kind = replace(self.kind, counting=lambda _settings: rules.counts)
        with self.database.write() as session:
            self.activity = change_settings(session, self.activity, wanted, actor=actor, now=now)
            take_noughts_back(session, self.activity, actor=actor, now=now)
            compute_again(session, self.kind, self.activity, actor=actor, now=now)
        self.model.rules = rules
        self.model.compute_again(now)

    @precondition(lambda self: self.model.rules.release is not Release.NEVER)
    @rule(grader=graders)
    def release_by_hand(self, grader: str) -> None:
        people = self.people.values()
        with self.database.write() as session:
            plan = make_plan(session, self.activity)
            release_due(session, self.activity, actor=Actor(grader), now=self.clock())

        blocked = [one for one in people if one.is_excused or one.effective is None]
        free = [one for one in people if one not in blocked]
        assert plan.count(Outcome.BLOCKED) == len(blocked)
        assert plan.count(Outcome.NEW) == sum(one.released is None for one in free)
        assert plan.count(Outcome.UNCHANGED) == sum(one.released == one.effective for one in free)
        self.model.release()

    @rule(sub=st.none() | learners, grader=graders)
    def send_again(self, sub: str | None, grader: str) -> None:
        delivery = self._deliveries().get(sub) if sub else None
        public_id = delivery.public_id if delivery else None
        if delivery is not None and delivery.state is DeliveryState.LMS_NEWER:
            self.decided_there.discard(sub)
        with self.database.write() as session:
            send_scores_again(
                session, self.activity, public_id=public_id, actor=Actor(grader), now=self.clock()
            )

    # What time and the platform do.

    @rule(hours=st.sampled_from([0.02, 1, 25]))
    def wait(self, hours: float) -> None:
        """Let time pass, and then what falls due by itself."""
        self.clock.advance(hours=hours)
        with self.database.write() as session:
            ensure_due_sweep(session, now=self.clock())
        run_due(self.database, self.sweeping, self.clock)

        rules = self.model.rules
        self.model.close(self.clock())
        is_timed = rules.release in (Release.ON_CLOSE, Release.SCHEDULED)
        if is_timed and rules.leaves_at_once(self.clock()):
            self.model.release(only_new=True)

    @rule(names=st.lists(moods, min_size=1, max_size=3))
    def platform_answers(self, names: list[str]) -> None:
        self.gradebook.moods.extend(MOODS[name] for name in names)

    @precondition(lambda self: self.gradebook.columns)
    @rule(sub=learners, score=tenths)
    def somebody_grades_in_the_platform(self, sub: str, score: int) -> None:
        row, share = self._rows().get(sub), Decimal(score) / 10
        self.gradebook.enter_by_hand(sub, share)
        self.decided_there.discard(sub)
        if row is not None and not row.is_override_allowed and _is_theirs(row, share * 10):
            self.decided_there.add(sub)

    @rule()
    def somebody_deletes_the_column(self) -> None:
        self.gradebook.delete_columns()
        self.decided_there.clear()

    @rule(sub=st.none() | learners)
    def platform_stops_grading(self, sub: str | None) -> None:
        """Let it grade all but one, or everybody again."""
        self.gradebook.strangers.clear()
        if sub is not None:
            self.gradebook.strangers.add(sub)

    @rule()
    def work(self) -> None:
        """Run what is due; the next score of the same second has to wait for its own."""
        self.clock.advance(seconds=1)
        self._send_due()

    @rule()
    def come_to_rest(self) -> None:
        """Let the platform be well and time pass until nothing moves any more."""
        self.gradebook.moods.clear()
        end = self.clock() + timedelta(hours=30)
        self._send_due()
        while (at := self._next_job_at()) is not None and at <= end and self.clock() < end:
            self.clock.now = max(at, self.clock() + timedelta(minutes=1))
            self._send_due()

        deliveries = self._deliveries()
        for sub, person in self.people.items():
            self._check_rest(sub, person, deliveries.get(sub))

    def _send_due(self) -> None:
        run_due(self.database, self.sending, self.clock)

    def _next_job_at(self) -> datetime | None:
        with self.database.read() as session:
            is_ours = Job.state == JobState.WAITING.value, Job.kind != KIND
            return session.scalar(select(func.min(Job.run_at)).where(*is_ours))

    def _check_rest(self, sub: str, person: Person, delivery: DeliveryView | None) -> None:
        if delivery is None:
            assert not person.said
        elif delivery.state is DeliveryState.WITHHELD:
            assert person.is_excused
        elif delivery.state is DeliveryState.ARRIVED:
            self._check_shown(sub, person)
        else:
            assert delivery.state is not DeliveryState.OWED, f"{sub} never comes to rest"
            assert delivery.reason, f"{sub} is held and nobody knows why"

    def _check_shown(self, sub: str, person: Person) -> None:
        column = max((number for number, of in self.gradebook.written if of == sub), default=0)
        cell = self.gradebook.cells.get((column, sub))
        # Who changes or deletes what has arrived, decides.
        if cell is not None and not cell.is_by_hand and not person.is_excused:
            assert cell.share == share_of(person.said[-1])

    # What holds at every moment.

    def _grades(self) -> dict[str, GradeView]:
        return {sub: one.grade for sub, one in self._standings().items() if one.grade}

    def _deliveries(self) -> dict[str, DeliveryView]:
        found = self._standings()
        return {sub: one.deliveries[0] for sub, one in found.items() if one.deliveries}

    def _standings(self) -> dict[str, Standing]:
        with self.database.read() as session:
            standings = list_standings(session, self.activity)
        return {sub: standings[user.id] for sub, user in self.users.items() if user.id in standings}

    def _rows(self) -> dict[str, ScoreDelivery]:
        with self.database.read() as session:
            found = {row.user_id: row for row in session.scalars(select(ScoreDelivery))}
        return {sub: found[user.id] for sub, user in self.users.items() if user.id in found}

    @invariant()
    def every_grade_is_what_the_model_says(self) -> None:
        grades = self._grades()
        for sub, person in self.people.items():
            grade = grades.get(sub)
            if grade is None:
                assert (person.effective, person.released) == (None, None)
                continue
            assert grade.points == person.computed
            assert grade.effective == person.effective
            assert grade.released == person.released

    @invariant()
    def the_ledger_owes_what_was_released_last_and_nothing_for_who_is_excused(self) -> None:
        deliveries = self._deliveries()
        assert TESTER not in deliveries
        rows = self._rows()
        for sub, person in self.people.items():
            row = rows.get(sub)
            if not person.said:
                assert row is None
                continue
            assert row is not None
            points, is_by_hand, handed_in_at = person.said[-1]
            assert (row.wanted_points, row.wanted_handed_in_at) == (points, handed_in_at)
            comment = "complete" if handed_in_at else NOT_HANDED_IN
            comment = "set_by_hand" if is_by_hand else comment
            assert row.wanted_comment_code == (None if points is None else comment)
            if person.is_excused and points is not None:
                assert row.state in (DeliveryState.WITHHELD, DeliveryState.ARRIVED)

    @invariant()
    def nothing_moves_back_and_nothing_is_doubled(self) -> None:
        for (_column, sub), written in self.gradebook.written.items():
            owed = [share_of(said) for said in self.people[sub].said]
            assert _is_in_order(written, owed), f"{sub} was sent {written} of {owed}"

    @invariant()
    def what_a_person_decided_in_the_platform_stays(self) -> None:
        for sub in self.decided_there:
            assert self.gradebook.is_by_hand(sub), f"{sub} was graded there, and we wrote over it"


def _is_theirs(row: ScoreDelivery, points: Decimal) -> bool:
    """Whether points can be told from ours: something of ours was sent, and they are another."""
    ours = [row.acknowledged_points] if row.acknowledged_version else []
    ours += [row.sent_points] if row.is_outcome_unknown else []
    return bool(ours) and points not in ours


def _is_in_order(written: list[Decimal | str | None], owed: list[Decimal | None]) -> bool:
    """Whether the scores that were kept are those that were owed, some left out, none twice.

    After somebody graded there, the newest may be sent in their place: the same score again.
    """
    place = -1
    for share in written:
        if share == HAND:
            place = max(place - 1, -1)
            continue
        place = next((at for at in range(place + 1, len(owed)) if owed[at] == share), len(owed))
        if place == len(owed):
            return False
    return True


@pytest.fixture
def around(
    database: Database, keyring: Keyring, signing_key: dict[str, object]
) -> Iterator[Around]:
    with gradebook_peer() as gradebook:
        yield Around(database, gradebook, keyring, signing_key)


def test_f22_grades_and_gradebook_follow_a_plain_model_whatever_happens_in_whatever_order(
    around: Around,
) -> None:
    few = 25 if around.database.engine.dialect.name == "sqlite" else 8

    class Machine(GradeMachine):
        def __init__(self) -> None:
            super().__init__(around)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=int(os.environ.get("RAPPORT_TEST_EXAMPLES", few)),
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
