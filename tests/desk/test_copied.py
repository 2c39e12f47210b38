"""The page that asks which activity a copied link shall open."""

import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from lti_app.catalog.models import Activity, Placement
from lti_app.core.db import Database
from lti_app.lti.registration import Registration
from lti_app.people.roles import Role
from tests.peers.world import Visitor, World

CARD = re.compile(r'type="radio" value="([^"]+)"')


@dataclass
class Asked:
    """A link of which two activities of another course may be the origin."""

    database: Database
    origins: list[Activity]
    placement_id: int
    teacher: Visitor
    learner: Visitor

    def opened(self) -> Activity | None:
        with self.database.read() as session:
            activity_id = session.get_one(Placement, self.placement_id).activity_id
            return session.get(Activity, activity_id) if activity_id else None


@pytest.fixture
def asked(world: World, platform: Registration, database: Database) -> Asked:
    made = [world.activity(platform, course="before", link=f"l{n}") for n in (1, 2)]
    placement_id = world.link(platform)
    with database.write() as session:
        ids = [one.id for one in made]
        session.execute(
            update(Placement).where(Placement.id == placement_id).values(candidates=ids)
        )
        for number, activity_id in enumerate(ids, start=1):
            session.get_one(Activity, activity_id).title = f"Version {number}"
        session.flush()
        origins = list(
            session.scalars(select(Activity).where(Activity.id.in_(ids)).order_by(Activity.id))
        )
        for one in origins:
            session.expunge(one)
    return Asked(
        database,
        origins,
        placement_id,
        world.visitor(platform, Role.INSTRUCTOR, placement_id=placement_id),
        world.visitor(platform, Role.LEARNER, placement_id=placement_id),
    )


def test_instructor_is_led_to_the_question(asked: Asked) -> None:
    start = asked.teacher.get("")

    page = asked.teacher.get("copied").text

    assert start.headers["Location"].endswith("/copied")
    assert CARD.findall(page) == [one.public_id for one in asked.origins]
    assert "This link was copied." in page
    assert "checked" not in page
    for words in ("Version 1", "Version 2"):
        assert words in page


def test_learner_reads_calm_words_meanwhile(asked: Asked) -> None:
    page = asked.learner.get("").text

    assert "This is being prepared" in page
    assert "You have missed nothing." in page
    assert "Version 1" not in page


def test_chosen_one_is_copied(asked: Asked) -> None:
    answer = asked.teacher.post("copied", {"activity": asked.origins[1].public_id})

    opened = asked.opened()
    assert opened is not None
    assert (opened.title, opened.origins) == ("Version 2", [asked.origins[1].public_id])
    assert answer.headers["Location"].endswith(f"{opened.public_id}/people?placed=now#placed")
    assert asked.teacher.get("copied").headers["Location"].endswith("/")


def test_nothing_is_copied_before_something_is_chosen(asked: Asked) -> None:
    answer = asked.teacher.post("copied", {})

    assert answer.status_code == 422
    assert "Choose which one this link shall open." in answer.text
    assert asked.opened() is None


def test_only_what_was_asked_about_can_be_chosen(
    asked: Asked, world: World, platform: Registration
) -> None:
    other = world.activity(platform, course="elsewhere", link="l9")

    for name in (other.public_id, "unknown", ""):
        assert asked.teacher.post("copied", {"activity": name}).status_code in (404, 422)

    assert asked.opened() is None


def test_who_comes_second_learns_what_was_chosen(asked: Asked) -> None:
    page = asked.teacher.get("copied").text
    assert "Version 1" in page
    asked.teacher.post("copied", {"activity": asked.origins[0].public_id})

    second = asked.teacher.post("copied", {"activity": asked.origins[1].public_id})

    opened = asked.opened()
    assert opened is not None
    assert second.status_code == 303
    assert opened.title == "Version 1"


def test_each_can_be_tried_first(asked: Asked) -> None:
    name = asked.origins[0].public_id

    trial = asked.teacher.get(f"copied/try?activity={name}")

    assert trial.status_code == 200
    assert "Back to choosing" in trial.text
    assert f"copied?activity={name}" in trial.text
    assert re.search(
        rf'<input checked[^>]* value="{name}"', asked.teacher.get(f"copied?activity={name}").text
    )


def test_trying_needs_a_choice(asked: Asked) -> None:
    answer = asked.teacher.get("copied/try")

    assert answer.status_code == 422
    assert "Choose what you would like to try." in answer.text


@pytest.mark.parametrize("name", ["unknown", "x" * 500, "%00"])
def test_unknown_one_cannot_be_tried(asked: Asked, name: str) -> None:
    assert asked.teacher.get(f"copied/try?activity={name}").status_code == 404


def test_something_else_can_be_chosen(asked: Asked) -> None:
    assert "choose" in asked.teacher.get("copied").text

    assert asked.teacher.get("choose").status_code == 200


def test_candidates_that_were_put_away_meanwhile_lead_to_the_chooser(
    asked: Asked, database: Database
) -> None:
    with database.write() as session:
        session.execute(update(Activity).values(archived_at=Activity.created_at))

    assert asked.teacher.get("copied").headers["Location"].endswith("/choose")
