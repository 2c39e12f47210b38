"""One person whose score is owed, in a course of its own."""

from lti_app.core.db import Database
from tests.conftest import FrozenClock
from tests.grading.ledger import Ledger
from tests.submissions.factories import make_course, make_person


def make_ledger(database: Database, clock: FrozenClock) -> Ledger:
    """Return the ledger of a person who has just been graded."""
    with database.write() as session:
        course = make_course(session, now=clock(), in_gradebook=True)
        user = make_person(session, course, "amara", now=clock())
    made = Ledger(database, clock, course, user)
    made.grade()
    return made
