"""Cases HI, PN-07 and DL-22: what a copied link opens, and what it must not open."""

from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from lti_app.catalog.models import Activity, LineItem
from lti_app.grading.models import Grade, Participation
from lti_app.people.models import Enrolment
from tests.cases.copies import CLOSES, ITEM, OTHER_ITEM, Links, is_copy_of
from tests.cases.stage import Stage
from tests.peers.at_once import at_once
from tests.peers.platform import TOOL, TestPlatform, served


@pytest.fixture
def links(stage: Stage) -> Links:
    return Links(stage)


def test_dl_22_a_copied_link_gets_its_own_copy_of_the_settings(links: Links) -> None:
    origin = links.begin("l1")

    copy = links.open("l2", "b", activity=origin.public_id)

    assert copy is not None
    assert is_copy_of(copy, origin)
    assert copy.public_id != origin.public_id
    assert copy.context_id != origin.context_id
    kept = ("instructions", "settings", "points", "in_gradebook", "release", "facet_columns")
    late = ("grace_minutes", "late_policy", "late_percent", "late_floor_percent", "zero_at_close")
    for name in (*kept, *late, "kind", "settings_version", "item_version_id"):
        assert getattr(copy, name) == getattr(origin, name), name


def test_dates_of_another_course_are_told_and_not_set(links: Links) -> None:
    origin = links.begin("l1")

    copy = links.open("l2", "b", activity=origin.public_id)

    assert copy is not None
    assert (copy.opens_at, copy.due_at, copy.closes_at, copy.releases_at) == (None,) * 4
    assert copy.former_dates == {"closes_at": CLOSES.isoformat()}


def test_copy_has_nothing_of_anybody(links: Links) -> None:
    origin = links.begin("l1")
    for number in range(3):
        links.launch("l1", role="Learner", sub=f"learner-{number}")

    copy = links.open("l2", "b", activity=origin.public_id)

    assert copy is not None
    with links.stage.database.read() as session:
        for table in (Grade, Participation):
            of_copy = select(func.count()).where(table.activity_id == copy.id)
            assert session.scalar(of_copy) == 0
        in_course = select(func.count()).where(Enrolment.context_id == copy.context_id)
        assert session.scalar(in_course) == 1


@pytest.mark.parametrize("role", ["Instructor", "Learner"])
def test_whoever_comes_first_makes_the_copy(links: Links, role: str) -> None:
    origin = links.begin("l1")

    assert is_copy_of(links.open("l2", "b", role=role, activity=origin.public_id), origin)


def test_dl_22_address_of_the_link_names_the_origin_as_well(links: Links) -> None:
    origin = links.begin("l1")
    target = f"{TOOL}/lti/launch?activity={origin.public_id}"

    assert is_copy_of(links.open("l2", "b", target=target), origin)


def test_dl_22_link_history_leads_to_the_origin_without_a_name(links: Links) -> None:
    origin = links.begin("l1")

    assert is_copy_of(links.open("l2", "b", history="l1"), origin)


def test_link_that_was_copied_keeps_its_copy(links: Links) -> None:
    origin = links.begin("l1")
    first = links.open("l2", "b", activity=origin.public_id)

    again = links.open("l2", "b", activity=origin.public_id, role="Learner", sub="amara")

    assert first is not None
    assert again is not None
    assert again.id == first.id


def test_link_copied_within_its_course_gets_a_copy_with_the_dates(links: Links) -> None:
    origin = links.begin("l1")
    links.stage.clock.now = CLOSES.replace(month=2)

    copy = links.open("l2", activity=origin.public_id)

    assert copy is not None
    assert is_copy_of(copy, origin)
    assert (copy.closes_at, copy.former_dates) == (CLOSES, None)


def test_dates_that_are_over_are_not_set_in_the_same_course_either(links: Links) -> None:
    origin = links.begin("l1")
    links.stage.clock.now = CLOSES.replace(month=4)

    copy = links.open("l2", activity=origin.public_id)

    assert copy is not None
    assert copy.closes_at is None


def test_two_learners_at_once_make_one_copy(links: Links) -> None:
    origin = links.begin("l1")

    def launch(sub: str) -> None:
        links.launch("l2", "b", role="Learner", sub=sub, activity=origin.public_id)

    outcomes = at_once(launch, ["ann", "ben", "cem"])

    assert outcomes == [None] * 3
    with links.stage.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Activity)) == 2


def test_copy_of_a_copy_has_the_settings_of_the_copy(links: Links) -> None:
    origin = links.begin("l1")
    copy = links.open("l2", "b", activity=origin.public_id)
    assert copy is not None
    with links.stage.database.write() as session:
        session.get_one(Activity, copy.id).title = "Changed in b"

    by_course = links.open("l3", "c", activity=origin.public_id, context_history="b,a")
    by_link = links.open("l4", "d", activity=origin.public_id, history="l2,l1")
    by_notice = _after_notices(links, activity=origin.public_id)

    for again in (by_course, by_link, by_notice):
        assert again is not None
        assert again.title == "Changed in b"
        assert again.origins == [copy.public_id, origin.public_id]


def _after_notices(links: Links, **custom: str) -> Activity | None:
    links.tell_of_copy("e", "b")
    links.tell_of_copy("b", "a")
    return links.open("l5", "e", **custom)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param("timed out", id="HI-01 timed out"),
        pytest.param("truncated", id="HI-01 truncated"),
        pytest.param("", id="HI-01 empty"),
        pytest.param(",, ,", id="HI-01 only commas"),
        pytest.param("$ResourceLink.id.history", id="HI-01 unresolved"),
    ],
)
def test_marker_is_no_id(links: Links, told: str) -> None:
    for link in ("timed out", "truncated"):
        links.begin(link)

    opened = links.open("l2", "b", title="Else", history=told, context_history=told)

    assert opened is None
    assert links.placement("l2").candidates is None


def test_hi_01_ids_are_decoded_and_markers_skipped(links: Links) -> None:
    origin = links.begin("a,b c")

    history = f"timed out,{quote('a,b c')},truncated"

    assert is_copy_of(links.open("l2", "b", history=history), origin)


def test_hi_02_course_of_another_deployment_is_ignored(links: Links) -> None:
    origin = links.begin("l1", deployment="d2")

    opened = links.open(
        "l2", "b", activity=origin.public_id, history="l1", context_history="a", deployment="d1"
    )

    assert opened is None
    assert links.placement("l2").candidates is None


def test_pn_07_nothing_is_copied_from_another_registration(links: Links) -> None:
    with served(TestPlatform(issuer=links.stage.platform.issuer, client_id="other")) as other:
        links.stage.register(other)
        origin = links.begin("l1", platform=other)

        opened = links.open("l2", "b", activity=origin.public_id, history="l1", context_history="a")

    assert opened is None
    assert links.placement("l2").candidates is None


def test_pn_07_notice_of_another_deployment_leads_nowhere(links: Links) -> None:
    links.begin("l1", deployment="d2")
    links.launch("other", "b", title="Else")
    links.tell_of_copy("b", "a", deployment="d1")
    links.tell_of_copy("b", "a", deployment="d2")

    assert links.open("l2", "b") is None


def test_pn_07_notice_is_about_the_courses_of_its_own_deployment(links: Links) -> None:
    links.begin("l1", "a")
    links.tell_of_copy("b", "a", deployment="d2")

    assert links.open("l2", "b") is None


def test_hi_03_nearest_known_ancestor_wins(links: Links) -> None:
    links.begin("l1", "a")
    nearer = links.begin("l2", "b")

    assert is_copy_of(links.open("l4", "d", history="l3,l2,l1"), nearer)


def test_hi_04_link_that_names_itself_is_no_copy(links: Links) -> None:
    assert links.open("l1", history="l1,l1", context_history="a,a", title="Else") is None


def test_hi_04_notices_in_a_ring_end(links: Links) -> None:
    origin = links.begin("l1", "a")
    links.tell_of_copy("b", "c")
    links.tell_of_copy("c", "b")
    links.tell_of_copy("c", "a")

    assert is_copy_of(links.open("l2", "b"), origin)


def test_hi_04_course_in_a_ring_is_no_copy_of_itself(links: Links) -> None:
    links.begin("l1", "b")
    links.tell_of_copy("b", "c")
    links.tell_of_copy("c", "b")

    assert links.open("l2", "b") is None


def test_link_without_a_name_is_known_by_its_title(links: Links) -> None:
    origin = links.begin("l1", title="Week 1")
    links.begin("l2", title="Week 2")

    assert is_copy_of(links.open("l3", "b", title="Week 1", context_history="a"), origin)


def test_link_that_names_an_item_is_known_by_it(links: Links) -> None:
    origin = links.begin("l1", title="Renamed since")
    links.begin("l2", title="Week 1", item=OTHER_ITEM)

    opened = links.open("l3", "b", title="Week 1", item=ITEM, context_history="a")

    assert is_copy_of(opened, origin)


def test_new_link_in_a_copied_course_begins_anew(links: Links) -> None:
    links.begin("l1")

    opened = links.open("l3", "b", item=OTHER_ITEM, context_history="a")

    assert opened is not None
    assert opened.origins is None


def test_second_link_of_a_title_is_not_copied_twice(links: Links) -> None:
    links.begin("l1")
    links.open("l2", "b", context_history="a")

    assert links.open("l3", "b", context_history="a") is None


def test_two_that_may_be_meant_are_asked_about(links: Links) -> None:
    origins = [links.begin(name) for name in ("l1", "l2")]

    opened = links.open("l3", "b", context_history="a")

    assert opened is None
    assert links.placement("l3").candidates == [one.id for one in origins]


def test_of_two_the_one_with_the_title_is_meant(links: Links) -> None:
    first = links.begin("l1", title="Week 1")
    links.open("l2", title="Week 1 (copy)", activity=first.public_id)

    opened = links.open("l3", "b", activity=first.public_id, title="Week 1", context_history="a")

    assert is_copy_of(opened, first)


@pytest.mark.parametrize("history", ["", "a"])
def test_put_away_or_unknown_origin_is_lost(links: Links, history: str) -> None:
    origin = links.begin("l1")
    with links.stage.database.write() as session:
        session.get_one(Activity, origin.id).archived_at = links.stage.clock()

    opened = links.open("l2", "b", activity=origin.public_id, context_history=history)

    assert opened is None
    assert links.placement("l2").lost_name == origin.public_id


def test_nul_in_an_address_names_nothing(links: Links) -> None:
    assert links.open("l2", "b", target=f"{TOOL}/lti/launch?activity=%00") is None


def test_copy_has_no_column_of_its_origin(links: Links) -> None:
    origin = links.begin("l1")
    links.open("l2", "b", activity=origin.public_id)

    with links.stage.database.read() as session:
        assert session.scalars(select(LineItem)).all() == []


def test_notice_that_comes_after_the_first_launch_still_helps(links: Links) -> None:
    origin = links.begin("l1")
    assert links.open("l2", "b") is None

    links.tell_of_copy("b", "a")

    assert is_copy_of(links.open("l2", "b"), origin)
