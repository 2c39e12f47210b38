import pytest
from sqlalchemy import select, text

from lti_app.core.db import Database
from lti_app.core.sealing import Keyring, SealingError
from lti_app.people.models import DataKey, User
from lti_app.submissions.drafts import open_draft, save_draft
from lti_app.submissions.errors import (
    ClosedError,
    DraftConflictError,
    HandedInElsewhereError,
    ItemChangedError,
)
from lti_app.submissions.models import Attempt
from lti_app.submissions.service import hand_in
from lti_app.submissions.views import Draft
from tests.conftest import FrozenClock
from tests.submissions.factories import (
    Course,
    change_item,
    exercise_rules,
    handing,
    make_course,
    make_person,
    set_otherwise,
)

CANARY = "canary-4711"


class Desk:
    """Somebody who writes."""

    def __init__(self, database: Database, clock: FrozenClock, keyring: Keyring) -> None:
        self.database, self.clock, self.keyring = database, clock, keyring
        with database.write() as session:
            self.course: Course = make_course(session, now=clock())
            self.user: User = make_person(session, self.course, now=clock())

    def save(self, words: str, base_revision: int = 0, number: int = 1) -> Draft:
        with self.database.write() as session:
            return save_draft(
                session,
                self.keyring,
                self.course.activity,
                words,
                user_id=self.user.id,
                number=number,
                base_revision=base_revision,
                now=self.clock(),
            )

    def stored(self) -> Draft:
        with self.database.read() as session:
            return open_draft(session, self.keyring, session.scalars(select(Attempt)).one())


@pytest.fixture
def desk(database: Database, clock: FrozenClock, keyring: Keyring) -> Desk:
    return Desk(database, clock, keyring)


def test_a_draft_comes_back_as_it_was_saved(desk: Desk) -> None:
    saved = desk.save("first words")

    assert saved == desk.stored() == Draft("first words", 1, desk.clock())


def test_63_a_draft_is_unreadable_in_the_database(desk: Desk) -> None:
    desk.save(CANARY)

    with desk.database.read() as session:
        raw = session.execute(text("SELECT draft FROM attempts")).scalar_one()
    assert CANARY.encode() not in bytes(raw)


def test_66_without_the_data_key_a_draft_is_erased(desk: Desk) -> None:
    desk.save(CANARY)
    with desk.database.write() as session:
        session.delete(session.scalars(select(DataKey)).one())

    def read_with_a_new_key() -> None:
        with desk.database.write() as session:
            open_draft(session, desk.keyring, session.scalars(select(Attempt)).one())

    with pytest.raises(SealingError):
        read_with_a_new_key()


def test_each_save_over_what_the_page_showed_is_a_new_revision(desk: Desk) -> None:
    desk.save("one")

    assert desk.save("two", base_revision=1).revision == 2


def test_f2_an_older_page_never_writes_over_a_newer_draft(desk: Desk) -> None:
    desk.save("one")
    desk.save("two", base_revision=1)

    with pytest.raises(DraftConflictError):
        desk.save("three", base_revision=1)

    assert desk.stored().text == "two"


def test_f2_a_save_whose_answer_was_lost_may_be_sent_again(desk: Desk) -> None:
    first = desk.save("one")

    assert desk.save("one", base_revision=0) == first


def test_a_closed_activity_takes_no_draft(desk: Desk) -> None:
    desk.course = set_otherwise(desk.database, desk.course, closes_at=desk.clock())

    with pytest.raises(ClosedError):
        desk.save("too late")


def test_a_draft_of_an_item_that_was_changed_meanwhile_begins_nothing(desk: Desk) -> None:
    change_item(desk.database, desk.course)

    with pytest.raises(ItemChangedError):
        desk.save("of the item as it was")

    with desk.database.read() as session:
        assert session.scalars(select(Attempt)).all() == []


def test_an_attempt_that_was_handed_in_takes_no_draft(desk: Desk) -> None:
    with desk.database.write() as session:
        hand_in(
            session,
            exercise_rules(),
            desk.course.activity,
            handing(desk.user),
            now=desk.clock(),
        )

    with pytest.raises(HandedInElsewhereError):
        desk.save("afterwards")
