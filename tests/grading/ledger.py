"""One person's score, walked through the ledger by hand."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from lti_app.audit import Actor
from lti_app.core.db import Database
from lti_app.core.reason import Reason
from lti_app.grading import sending, settling
from lti_app.grading.again import send_scores_again
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.grading.policy import FacetValue
from lti_app.grading.rules import Mark
from lti_app.grading.sending import Body, Claim
from lti_app.grading.service import Work, record
from lti_app.people.models import User
from tests.conftest import FrozenClock
from tests.submissions.factories import Course, set_otherwise

ANN = Actor("ann")
WHY = Reason("all_answered", {"count": 20})


def facet(score: Decimal | None) -> FacetValue:
    return FacetValue("completion", Decimal(1), score, WHY)


@dataclass
class Ledger:
    database: Database
    clock: FrozenClock
    course: Course
    user: User

    def work(self, score: str) -> Work:
        facets = (facet(Decimal(score)),)
        return Work(self.user.id, "receipt", self.clock(), facets, "complete", is_graded=True)

    def grade(self, score: str = "1", work: Work | None = None) -> None:
        found = work or self.work(score)
        with self.database.write() as session:
            record(session, self.course.activity, found, actor=ANN, now=self.clock())

    def place(self, **columns: object) -> None:
        """Let the activity be set otherwise."""
        self.course = set_otherwise(self.database, self.course, **columns)

    def row(self) -> ScoreDelivery:
        with self.database.read() as session:
            return session.scalars(select(ScoreDelivery)).one()

    def find_claim(self) -> Claim | None:
        key = self.row().public_id
        with self.database.write() as session:
            claimed = sending.claim_deliveries(session, [key], now=self.clock())[key]
        return claimed.claim if claimed is not None else None

    def claim(self) -> Claim:
        claim = self.find_claim()
        assert claim is not None
        return claim

    def fix(self, claim: Claim) -> Body:
        with self.database.write() as session:
            body = sending.fix_body(session, claim, now=self.clock())
        assert isinstance(body, Body)
        return body

    def acknowledge(self, claim: Claim) -> bool:
        with self.database.write() as session:
            return settling.acknowledge(session, [claim], now=self.clock())[0]

    def send(self) -> Claim:
        claim = self.claim()
        self.fix(claim)
        self.acknowledge(claim)
        return claim

    def hold(self, state: DeliveryState, theirs: Mark | None = None) -> None:
        claim = self.claim()
        with self.database.write() as session:
            reason = Reason(state.value)
            settling.hold(session, claim, state, reason, now=self.clock(), theirs=theirs)

    def send_again(self, public_id: str | None = None) -> int:
        with self.database.write() as session:
            return send_scores_again(
                session,
                self.course.activity,
                public_id=public_id,
                actor=ANN,
                now=self.clock(),
            )
