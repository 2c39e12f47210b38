"""HI: what instructors of a course made themselves is copied with proof, not by its name alone."""

from typing import Any

import pytest
from sqlalchemy import select, update

from lti_app.catalog.models import Activity, ItemVersion, OwnItem
from lti_app.catalog.pack import OWN_PACK
from lti_app.people.models import Context, Enrolment, EnrolmentStatus, User
from tests.cases.adding import come_to_add
from tests.cases.copies import ITEM, Links, is_copy_of
from tests.cases.stage import Stage

KEY = "k" * 32
AUTHOR = "author"
#: Whatever anybody who teaches another course may write into a link of theirs.
CLAIMS = [
    pytest.param("activity", id="names the activity"),
    pytest.param("history", id="names the link"),
    pytest.param("context_history", id="names the course"),
]


@pytest.fixture
def links(stage: Stage) -> Links:
    return Links(stage)


@pytest.fixture
def own(links: Links) -> Activity:
    return make_own(links, "l1")


def make_own(links: Links, link: str) -> Activity:
    """Let a link of course a open what its instructor made."""
    made = links.begin(link, "a", sub=AUTHOR)
    now = links.stage.clock()
    with links.stage.database.write() as session:
        row = session.get_one(Activity, made.id)
        version = session.get_one(ItemVersion, row.item_version_id)
        item = OwnItem(
            platform_id=row.platform_id,
            context_id=row.context_id,
            kind=row.kind,
            item_kind="any",
            title=row.title,
            typed={"title": "with its answers"},
            created_at=now,
            updated_at=now,
        )
        session.add(item)
        session.flush()
        mine = ItemVersion(
            pack=OWN_PACK,
            item=item.public_id,
            version=1,
            digest=item.public_id,
            kind=version.kind,
            content={**version.content, "id": item.public_id},
            created_at=now,
        )
        session.add(mine)
        session.flush()
        row.item_version_id, row.copy_key = mine.id, KEY
        return row


def custom_of(own: Activity, claim: str) -> dict[str, str]:
    return {claim: {"activity": own.public_id, "history": "l1", "context_history": "a"}[claim]}


def count_own(links: Links) -> int:
    with links.stage.database.read() as session:
        return len(session.scalars(select(OwnItem.id)).all())


@pytest.mark.parametrize("claim", CLAIMS)
def test_hi_own_item_of_another_course_is_not_had_for_the_asking(
    links: Links, own: Activity, claim: str
) -> None:
    links.launch("l1", "a", role="Learner", sub="mallory")

    assert links.open("evil", "b", sub="mallory", **custom_of(own, claim)) is None

    placement = links.placement("evil")
    assert placement.is_withheld
    assert not placement.candidates
    assert count_own(links) == 1


@pytest.mark.parametrize("claim", CLAIMS)
def test_hi_item_of_a_pack_needs_no_proof(links: Links, claim: str) -> None:
    origin = links.begin("l1", "a", sub=AUTHOR)

    assert is_copy_of(links.open("l2", "b", sub="stranger", **custom_of(origin, claim)), origin)


@pytest.mark.parametrize("claim", CLAIMS)
def test_hi_notice_of_the_platform_proves_it(links: Links, own: Activity, claim: str) -> None:
    links.tell_of_copy("b", "a")

    made = links.open("l2", "b", sub="stranger", **custom_of(own, claim))

    assert is_copy_of(made, own)
    assert count_own(links) == 2


@pytest.mark.parametrize("claim", CLAIMS)
def test_hi_teacher_of_both_courses_proves_it(links: Links, own: Activity, claim: str) -> None:
    assert is_copy_of(links.open("l2", "b", sub=AUTHOR, **custom_of(own, claim)), own)


def test_hi_teacher_who_has_left_the_first_course_proves_it(links: Links, own: Activity) -> None:
    with links.stage.database.write() as session:
        session.execute(update(Enrolment).values(status=EnrolmentStatus.INACTIVE))

    assert is_copy_of(links.open("l2", "b", sub=AUTHOR, activity=own.public_id), own)


def test_hi_class_opens_it_once_its_teacher_has_been_here(links: Links, own: Activity) -> None:
    learner: dict[str, Any] = {"sub": "ben", "role": "Learner", "activity": own.public_id}
    assert links.open("l2", "b", **learner) is None

    links.launch("another", "b", sub=AUTHOR)

    assert is_copy_of(links.open("l2", "b", **learner), own)
    assert not links.placement("l2").is_withheld


def test_hi_colleague_on_the_roster_alone_proves_nothing(links: Links, own: Activity) -> None:
    links.launch("another", "b", sub="mallory")
    with links.stage.database.write() as session:
        author = session.scalars(select(User).where(User.sub == AUTHOR)).one()
        course = session.scalars(select(Context).where(Context.lti_id == "b")).one()
        session.add(
            Enrolment(
                platform_id=author.platform_id,
                context_id=course.id,
                user_id=author.id,
                role="instructor",
                source="roster",
                first_seen_at=links.stage.clock(),
                seen_at=links.stage.clock(),
            )
        )

    assert links.open("evil", "b", sub="mallory", activity=own.public_id) is None


def test_hi_author_who_only_learns_in_the_other_course_proves_nothing(
    links: Links, own: Activity
) -> None:
    assert links.open("l2", "b", sub=AUTHOR, role="Learner", activity=own.public_id) is None


@pytest.mark.parametrize("claim", CLAIMS)
def test_hi_key_of_the_link_proves_it_for_copies_of_copies_too(
    links: Links, own: Activity, claim: str
) -> None:
    first = links.open("l2", "b", sub="stranger", key=KEY, **custom_of(own, claim))
    assert first is not None
    assert is_copy_of(first, own)

    again = links.open("l3", "c", sub="next", key=KEY, history="l2", activity=own.public_id)
    assert is_copy_of(again, first)


@pytest.mark.parametrize("key", ["", "k", KEY + "k", "ключ"])
def test_hi_wrong_key_proves_nothing(links: Links, own: Activity, key: str) -> None:
    assert links.open("evil", "b", sub="mallory", key=key, activity=own.public_id) is None


def test_hi_empty_key_is_not_that_of_an_activity_without_one(links: Links, own: Activity) -> None:
    with links.stage.database.write() as session:
        session.execute(update(Activity).values(copy_key=None))

    assert links.open("evil", "b", sub="mallory", key="", activity=own.public_id) is None


def test_hi_only_what_is_proven_is_asked_about(links: Links, own: Activity) -> None:
    free = links.begin("l2", "a", sub=AUTHOR)

    assert links.open("evil", "b", sub="mallory", context_history="a") is None

    placement = links.placement("evil")
    assert placement.candidates == [free.id]
    assert own.id not in placement.candidates


@pytest.mark.parametrize(
    ("role", "words"),
    [("Instructor", "made in another course"), ("Learner", "being prepared")],
)
def test_hi_people_read_calmly_what_to_do(
    links: Links, own: Activity, role: str, words: str
) -> None:
    seat = links.launch("l2", "b", sub="stranger", role=role, activity=own.public_id)

    page = seat.browser.client.get(seat.path, base_url=seat.browser.base_url, follow_redirects=True)

    assert page.status_code == 200
    assert words in page.text
    assert ("another course" in page.text) is (role == "Instructor")


def test_hi_each_prepared_activity_gives_its_link_a_key(stage: Stage) -> None:
    items = [answer_of_one(stage) for _ in range(2)]

    with stage.database.read() as session:
        keys = {one.public_id: one.copy_key for one in session.scalars(select(Activity))}
    assert {one["custom"]["activity"]: one["custom"]["key"] for one in items} == keys
    assert len(set(keys.values())) == 2
    assert all(
        key and len(key) >= 32 and key not in one["url"] for one in items for key in keys.values()
    )


def answer_of_one(stage: Stage) -> dict[str, Any]:
    (item,) = come_to_add(stage).add(ITEM).items
    return item
