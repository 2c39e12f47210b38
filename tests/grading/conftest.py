import pytest

from lti_app.core.db import Database
from tests.conftest import FrozenClock
from tests.grading.ledger import Ledger
from tests.submissions.factories import make_course, make_person


@pytest.fixture
def ledger(database: Database, clock: FrozenClock) -> Ledger:
    with database.write() as session:
        course = make_course(session, now=clock())
        return Ledger(database, clock, course, make_person(session, course, now=clock()))
