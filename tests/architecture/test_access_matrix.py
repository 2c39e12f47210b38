"""Who may do what, in one table: every route, every role, every owner, each denial requested.

A route that the table does not name fails the build. A role that a route does not declare gets 403;
what belongs to another person, course or tenant does not exist, in the same bytes as an unknown id.
"""

from dataclasses import dataclass, field
from enum import StrEnum

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_app.audit import Actor
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.core.ids import new_public_id
from lti_app.lti.registration import Registration
from lti_app.people.group_changes import Changer
from lti_app.people.groups import CourseRef
from lti_app.people.models import User
from lti_app.people.roles import Role
from lti_app.submissions.models import Attempt
from lti_app.web.access import Door, access_of
from tests.conftest import BASE_URL
from tests.desk.own import make_own
from tests.peers.world import ITEM, Visitor, World

ALL = frozenset(Role)
STAFF = frozenset({Role.INSTRUCTOR, Role.TEACHING_ASSISTANT})
INSTRUCTOR = frozenset({Role.INSTRUCTOR})
LEARNER = frozenset({Role.LEARNER})
OBSERVER = frozenset({Role.OBSERVER})
#: Who makes the course: a designer never sees what learners do.
AUTHORS = frozenset({Role.INSTRUCTOR, Role.DESIGNER})


class Whose(StrEnum):
    """To whom the object in the address belongs."""

    OWN = "own"
    SAME_COURSE = "same course"
    OTHER_COURSE = "other course"
    OTHER_TENANT = "other tenant"
    UNKNOWN = "unknown"


IN_COURSE = frozenset({Whose.OWN, Whose.SAME_COURSE})
MINE = frozenset({Whose.OWN})


@dataclass(frozen=True)
class Rule:
    """One line of the table.

    Attributes:
        thing: what the address names; empty when it names nothing.
        reach: whose things are there for somebody with a right role.
    """

    method: str
    path: str
    roles: frozenset[Role]
    thing: str = ""
    reach: frozenset[Whose] = IN_COURSE


TABLE = {
    "autosave.make_key": Rule("POST", "activities/{}/local-key", LEARNER, "activity"),
    "authoring.change": Rule("POST", "own/{}", AUTHORS, "own item"),
    "authoring.edit": Rule("GET", "own/{}", AUTHORS, "own item"),
    "authoring.go_on_trying": Rule("POST", "own/{}/try", AUTHORS, "own item"),
    "authoring.make_key": Rule("POST", "own/{}/local-key", AUTHORS, "own item"),
    "authoring.make": Rule("POST", "own", AUTHORS),
    "authoring.new": Rule("GET", "own", AUTHORS),
    "authoring.try_out": Rule("GET", "own/{}/try", AUTHORS, "own item"),
    "copied.ask": Rule("GET", "copied", INSTRUCTOR),
    "copied.go_on_trying": Rule("POST", "copied/try?activity=x", INSTRUCTOR),
    "copied.try_out": Rule("GET", "copied/try", INSTRUCTOR),
    "copied.use": Rule("POST", "copied", INSTRUCTOR),
    "chooser.choose": Rule("GET", "choose", INSTRUCTOR),
    "chooser.go_on_trying": Rule("POST", f"choose/try?item={ITEM}", INSTRUCTOR),
    "chooser.try_out": Rule("GET", "choose/try", INSTRUCTOR),
    "chooser.use": Rule("POST", "choose", INSTRUCTOR),
    "desk.start": Rule("GET", "", ALL),
    "exercise.show": Rule("GET", "exercise/{}", LEARNER, "activity"),
    "exercise.act": Rule("POST", "exercise/{}", LEARNER, "activity"),
    "following.show": Rule("GET", "activities/{}/following", OBSERVER, "activity"),
    "group_files.apply": Rule("POST", "groups/{}/file/apply", INSTRUCTOR, "group set"),
    "group_files.ask": Rule("GET", "groups/{}/file", INSTRUCTOR, "group set"),
    "group_files.download": Rule("GET", "groups/{}/groups.csv", STAFF, "group set"),
    "group_files.look_at": Rule("POST", "groups/{}/file", INSTRUCTOR, "group set"),
    "groups.add": Rule("POST", "groups/{}/add", INSTRUCTOR, "group set"),
    "groups.list_all": Rule("GET", "groups", STAFF),
    "groups.make": Rule("POST", "groups", INSTRUCTOR),
    "groups.move": Rule("POST", "groups/{}/move", INSTRUCTOR, "group set"),
    "groups.read_again": Rule("POST", "groups/read-again", INSTRUCTOR),
    "groups.remove": Rule("POST", "groups/{}/remove", INSTRUCTOR, "group set"),
    "groups.remove_group": Rule("POST", "groups/{}/remove", INSTRUCTOR, "group"),
    "groups.rename": Rule("POST", "groups/{}/name", INSTRUCTOR, "group set"),
    "groups.rename_group": Rule("POST", "groups/{}/name", INSTRUCTOR, "group"),
    "groups.show": Rule("GET", "groups/{}", STAFF, "group set"),
    "groups.split": Rule("POST", "groups/{}/split", INSTRUCTOR, "group set"),
    "gradebook.facet": Rule("POST", "activities/{}/facet", INSTRUCTOR, "person"),
    "gradebook.give_time": Rule("POST", "activities/{}/extend", INSTRUCTOR, "person"),
    "gradebook.take_back": Rule("POST", "activities/{}/withdraw", INSTRUCTOR, "person"),
    "gradebook.let_again": Rule("POST", "activities/{}/reopen", INSTRUCTOR, "person"),
    "gradebook.override": Rule("POST", "activities/{}/override", INSTRUCTOR, "person"),
    "gradebook.person": Rule("GET", "activities/{}", STAFF, "person"),
    "gradebook.plan": Rule("GET", "activities/{}/release", INSTRUCTOR, "activity"),
    "gradebook.release": Rule("POST", "activities/{}/release", INSTRUCTOR, "activity"),
    "gradebook.set_excuse": Rule("POST", "activities/{}/excuse", INSTRUCTOR, "person"),
    "leave.leave": Rule("POST", "leave", ALL),
    "lessons.notes": Rule("GET", "activities/{}/notes", STAFF, "activity"),
    "lessons.show": Rule("GET", "activities/{}/lesson", ALL, "activity"),
    "own_tab.offer": Rule("POST", "own-tab", ALL),
    "reviewing.nothing": Rule("GET", "nothing-to-review", ALL),
    "picker.choose": Rule("GET", "add", AUTHORS),
    "picker.go_on_trying": Rule("POST", f"add/try?item={ITEM}", AUTHORS),
    "picker.pick": Rule("POST", "add", AUTHORS),
    "picker.try_out": Rule("GET", f"add/try?item={ITEM}", AUTHORS),
    "picking.cancel": Rule("POST", "add/cancel", AUTHORS),
    "picking.details": Rule("GET", "add/details", AUTHORS),
    "picking.finish": Rule("POST", "add/finish", AUTHORS),
    "picking.look": Rule("GET", "add/look", AUTHORS),
    "picking.set_details": Rule("POST", "add/details", AUTHORS),
    "results.download": Rule("GET", "activities/{}/results.csv", STAFF, "activity"),
    "results.show": Rule("GET", "activities/{}/results", STAFF, "activity"),
    "roster.let_go": Rule("POST", "course/people/let-go", INSTRUCTOR),
    "roster.progress": Rule("GET", "course/people/progress", STAFF),
    "roster.read": Rule("POST", "course/people/read", INSTRUCTOR),
    "roster.show": Rule("GET", "course/people", STAFF),
    "settings.change": Rule("POST", "activities/{}/settings", INSTRUCTOR, "activity"),
    "settings.show": Rule("GET", "activities/{}/settings", INSTRUCTOR, "activity"),
    "submissions.people": Rule("GET", "activities/{}/people", STAFF, "activity"),
    "submissions.preview": Rule("GET", "activities/{}/preview", ALL, "activity"),
    "submissions.receipt": Rule("GET", "receipts/{}", LEARNER, "receipt", MINE),
    "submissions.try_out": Rule("GET", "activities/{}/try", STAFF, "activity"),
    "submissions.go_on_trying": Rule("POST", "activities/{}/try", STAFF, "activity"),
    "submissions.send_again": Rule("POST", "activities/{}/send-again", INSTRUCTOR, "activity"),
    "way_back.go": Rule("GET", "back", ALL),
    "zone.remember_zone": Rule("POST", "zone", ALL),
}
#: A page that says that there is nothing, to everybody who may be sent there.
NOTHING = {"reviewing.nothing"}
#: Routes before any session, or behind a token of their own; tests/web and tests/cases ask them.
WITHOUT_SESSION = {
    "config.for_canvas",
    "config.show",
    "health.live",
    "health.ready",
    "lti.jwks",
    "lti.launch",
    "lti.login",
    "lti_storage.finish",
    "registering.explain",
    "registering.register",
    "registering.show",
    "metrics.metrics",
    "notices.receive",
    "own_tab.take",
    "static.file",
}


@dataclass
class Scene:
    """Two tenants, two courses; a thing of a kind is made when a route is about one."""

    world: World
    database: Database
    here: Registration
    there: Registration
    visitors: dict[Role, Visitor] = field(default_factory=dict)

    def visitor(self, role: Role) -> Visitor:
        if role not in self.visitors:
            link = self.world.link(self.here, link="link-0")
            self.visitors[role] = self.world.visitor(self.here, role, placement_id=link)
            self.world.ask_for_content(self.visitors[role])
        return self.visitors[role]

    def thing(self, kind: str, whose: Whose) -> str:
        """Return the public id of somebody's thing; empty for a route that is about nothing."""
        if not kind:
            return ""
        addressed = {"person": self.person, "group": self.group}
        if kind in addressed:
            return addressed[kind](whose)
        if whose is Whose.UNKNOWN:
            return new_public_id()
        made = {"own item": self.own_item, "group set": self.group_set}
        if kind in made:
            return made[kind](whose)
        activity = self.activity(whose)
        if kind == "activity":
            return activity.public_id
        return self.receipt(activity, self.owner(whose))

    def person(self, whose: Whose) -> str:
        """Return the address of somebody on the page of one's own activity."""
        activity = self.activity(Whose.OWN)
        if whose is Whose.UNKNOWN:
            return f"{activity.public_id}/people/{new_public_id()}"
        with self.database.read() as session:
            owner = session.get_one(User, self.owner(whose).user_id)
            return f"{activity.public_id}/people/{owner.public_id}"

    def own_item(self, whose: Whose) -> str:
        """Return the id of an item that an instructor of the course made."""
        teacher = self.teacher(whose)
        self.world.activity(self.here)
        return make_own(teacher)

    def teacher(self, whose: Whose) -> Visitor:
        match whose:
            case Whose.OTHER_COURSE:
                return self.world.visitor(self.here, Role.INSTRUCTOR, course="course-2")
            case Whose.OTHER_TENANT:
                return self.world.visitor(self.there, Role.INSTRUCTOR)
            case _:
                return self.world.visitor(self.here, Role.INSTRUCTOR)

    def group_set(self, whose: Whose, *groups: str) -> str:
        """Return the id of a set of groups, or of the last of these groups in its address."""
        teacher = self.teacher(whose)
        course = CourseRef(teacher.platform_id, teacher.context_id or 0)
        with self.database.write() as session:
            changer = Changer(session, course, Actor.SYSTEM, self.world.now)
            address = set_id = changer.make_set("Tandems")
            for name in groups:
                address = f"{set_id}/of/{changer.add_group(set_id, name)}"
        return address

    def group(self, whose: Whose) -> str:
        if whose is Whose.UNKNOWN:
            return f"{self.group_set(Whose.OWN)}/of/{new_public_id()}"
        return self.group_set(whose, "Red")

    def activity(self, whose: Whose) -> ActivityView:
        match whose:
            case Whose.OTHER_COURSE:
                return self.world.activity(self.here, course="course-2", link="link-2")
            case Whose.OTHER_TENANT:
                return self.world.activity(self.there)
            case Whose.SAME_COURSE:
                return self.world.activity(self.here, link="link-3")
            case _:
                return self.world.activity(self.here)

    def owner(self, whose: Whose) -> Visitor:
        match whose:
            case Whose.OTHER_COURSE:
                return self.world.visitor(self.here, course="course-2")
            case Whose.OTHER_TENANT:
                return self.world.visitor(self.there)
            case Whose.SAME_COURSE:
                return self.world.visitor(self.here)
            case _:
                return self.visitor(Role.LEARNER)

    def receipt(self, activity: ActivityView, owner: Visitor) -> str:
        """Hand in and return the id of the receipt."""
        assert owner.hand_in(activity).status_code == 303
        with self.database.read() as session:
            return session.scalars(
                select(Attempt.public_id).where(Attempt.user_id == owner.user_id)
            ).one()


@pytest.fixture
def scene(world: World, database: Database) -> Scene:
    # The same issuer: another tenant all the same.
    return Scene(world, database, world.platform("c1"), world.platform("c2"))


def ask(visitor: Visitor, rule: Rule, thing: str = "") -> TestResponse:
    """Request a route as our own pages would."""
    path = rule.path.format(thing)
    return visitor.get(path) if rule.method == "GET" else visitor.post(path)


def session_endpoints(tool: Flask) -> set[str]:
    return {
        name
        for name, view in tool.view_functions.items()
        if (declared := access_of(view)) and declared.door is Door.SESSION
    }


def test_the_table_names_every_route(tool: Flask) -> None:
    assert session_endpoints(tool) == set(TABLE)
    assert set(tool.view_functions) - set(TABLE) == WITHOUT_SESSION


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_a_route_declares_the_roles_of_the_table(tool: Flask, endpoint: str) -> None:
    declared = access_of(tool.view_functions[endpoint])

    assert declared is not None
    assert declared.roles == TABLE[endpoint].roles


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_nobody_without_a_session_gets_in(scene: Scene, tool: Flask, endpoint: str) -> None:
    rule = TABLE[endpoint]
    path = f"/s/{'k' * 43}/" + rule.path.format(scene.thing(rule.thing, Whose.OWN))

    answer = tool.test_client().open(
        path, method=rule.method, base_url=BASE_URL, headers={"Sec-Fetch-Site": "same-origin"}
    )

    assert answer.status_code == 404


@pytest.mark.parametrize("role", sorted(ALL))
@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_a_role_gets_what_the_table_says_and_nothing_else(
    scene: Scene, endpoint: str, role: Role
) -> None:
    rule = TABLE[endpoint]
    whose = Whose.OWN if role in rule.roles else Whose.UNKNOWN

    status = ask(scene.visitor(role), rule, scene.thing(rule.thing, whose)).status_code

    if endpoint in NOTHING:
        assert status == 404
        return
    # 400: the form of an exercise came without its own parts; 409: there is no grade to take back.
    # Only a role that may is told so.
    assert (status in {200, 204, 303, 400, 409, 422}) if role in rule.roles else (status == 403)


@pytest.mark.parametrize("whose", [w for w in Whose if w is not Whose.UNKNOWN])
@pytest.mark.parametrize("endpoint", sorted(name for name, rule in TABLE.items() if rule.thing))
def test_abuse_7_8_what_is_not_yours_is_not_there_in_the_same_bytes(
    scene: Scene, endpoint: str, whose: Whose
) -> None:
    rule = TABLE[endpoint]
    role = next(role for role in Role if role in rule.roles)
    visitor = scene.visitor(role)

    answer = ask(visitor, rule, scene.thing(rule.thing, whose))
    unknown = ask(visitor, rule, scene.thing(rule.thing, Whose.UNKNOWN))

    assert unknown.status_code == 404
    if whose in rule.reach:
        assert answer.status_code != 404
    else:
        assert (answer.status_code, answer.data) == (404, unknown.data)
        assert dict(answer.headers) == dict(unknown.headers)
