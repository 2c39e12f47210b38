"""Pages of the groups of a course, as instructors and assistants meet them."""

from sqlalchemy import select

from lti_app.audit import Actor
from lti_app.people.group_changes import Changer
from lti_app.people.group_sync import (
    ToldGroup,
    ToldGroups,
    note_trouble,
    owe_group_sync,
    take_groups,
)
from lti_app.people.groups import CourseRef
from lti_app.people.models import User
from lti_app.people.roles import Role
from tests.pages.staff_scenes import NAMES
from tests.pages.stage import Stage, by_name
from tests.peers.world import Visitor

TANDEMS, NEW_GROUP = "Mentoring tandems", "A new group with a name that is rather long"
#: What instructors type on these pages besides names of people, sets and groups.
WRITTEN = (TANDEMS, NEW_GROUP, "Nobody of this course", "Nobody", "Amara;Tandem 1")
GROUPS = ("Tandem 1", "Tandem 2", "المجموعة الثالثة")


def _teacher(stage: Stage, role: Role = Role.INSTRUCTOR) -> Visitor:
    return stage.visitor(role, name="Rima Haddad")


def _course(visitor: Visitor) -> CourseRef:
    return CourseRef(visitor.platform_id, visitor.context_id or 0)


def _changer(stage: Stage, visitor: Visitor, act: str, *given: object) -> str:
    with stage.site.database.write() as session:
        changer = Changer(session, _course(visitor), Actor.SYSTEM, stage.site.clock.now)
        return str(getattr(changer, act)(*given))


def _set(stage: Stage, visitor: Visitor) -> str:
    """Make a set with people in its groups and some in none."""
    people = [stage.visitor(name=name) for name in NAMES]
    with stage.site.database.read() as session:
        ids = [session.get_one(User, one.user_id).public_id for one in people]
    set_id = _changer(stage, visitor, "make_set", TANDEMS)
    for number, name in enumerate(GROUPS):
        group_id = _changer(stage, visitor, "add_group", set_id, name)
        _changer(stage, visitor, "place", set_id, ids[number * 2 : number * 2 + 2], group_id)
    _changer(stage, visitor, "add_group", set_id, "Tandem 4")
    return set_id


def _told(stage: Stage, visitor: Visitor) -> None:
    """Let the platform have told of its groups once, and then no more."""
    course, now = _course(visitor), stage.site.clock.now
    with stage.site.database.write() as session:
        subs = session.scalars(
            select(User.sub).where(User.platform_id == course.platform_id).order_by(User.id.desc())
        ).all()
        told = ToldGroups(
            {"s1": "Seminars"},
            [ToldGroup("g1", "Monday", "seminar", "s1"), ToldGroup("g2", "Friday", None, "s1")],
            {sub: ["g1"] for sub in subs[:4]},
        )
        owe_group_sync(session, course, now=now)
        take_groups(session, course, told, now=now)


def groups_before_there_are_any(stage: Stage) -> None:
    stage.open(_teacher(stage), "groups")


def groups_without_a_name(stage: Stage) -> None:
    groups_before_there_are_any(stage)
    stage.press("aside .btn-primary")


def groups(stage: Stage) -> None:
    teacher = _teacher(stage)
    _set(stage, teacher)
    _told(stage, teacher)
    with stage.site.database.write() as session:
        note_trouble(session, _course(teacher), "refused", now=stage.site.clock.now)
    stage.open(teacher, "groups")


def groups_that_are_read_again(stage: Stage) -> None:
    groups(stage)
    stage.press("main form .btn-outline-secondary")


def groups_for_an_assistant(stage: Stage) -> None:
    assistant = _teacher(stage, Role.TEACHING_ASSISTANT)
    stage.open(assistant, f"groups/{_set(stage, assistant)}")


def group_set(stage: Stage) -> None:
    teacher = _teacher(stage)
    stage.open(teacher, f"groups/{_set(stage, teacher)}")


def group_set_of_the_platform(stage: Stage) -> None:
    groups(stage)
    stage.press("#theirs ~ .rp-card a")


def group_set_that_is_new(stage: Stage) -> None:
    groups_before_there_are_any(stage)
    stage.page.locator("aside [name=name]").fill(TANDEMS)
    stage.press("aside .btn-primary")


def group_set_after_a_move(stage: Stage) -> None:
    group_set(stage)
    stage.page.locator(".rp-group--waiting [name=person]").first.check()
    stage.page.locator("#to").select_option(label=GROUPS[0])
    stage.press("#move .btn-primary")


def group_set_with_nobody_ticked(stage: Stage) -> None:
    group_set(stage)
    stage.press("#move .btn-primary")


def group_set_after_a_split(stage: Stage) -> None:
    group_set(stage)
    stage.page.locator("[name=parts]").fill("2")
    stage.press('aside form[action$="/split"] .btn')


def group_set_with_much_amiss(stage: Stage) -> None:
    group_set(stage)
    stage.page.locator("[name=parts]").fill("999")
    stage.press('aside form[action$="/split"] .btn')


def group_with_a_name_that_is_taken(stage: Stage) -> None:
    group_set(stage)
    stage.page.locator(".rp-group__change summary").first.click()
    stage.page.locator(".rp-group__change [name=name]").first.fill(GROUPS[1])
    stage.press(".rp-group__change[open] .rp-tools .btn")


def group_set_where_nobody_is_found(stage: Stage) -> None:
    group_set(stage)
    stage.page.locator("#find").fill("Nobody")
    stage.press("[role=search] .btn")


def group_file(stage: Stage) -> None:
    group_set(stage)
    stage.press('.rp-head a[href$="/file"]')


def group_file_without_heads(stage: Stage) -> None:
    group_file(stage)
    stage.page.locator("[name=lines]").fill("Amara;Tandem 1")
    stage.press("main .btn-primary")


def group_plan(stage: Stage) -> None:
    group_file(stage)
    lines = [
        "name;group",
        f"{NAMES[0]};{GROUPS[1]}",
        f"{NAMES[1]};{GROUPS[0]}",
        f"{NAMES[8]};{NEW_GROUP}",
        "Nobody of this course;Tandem 1",
        f"{NAMES[0]};Tandem 1",
    ]
    stage.page.locator("[name=lines]").fill("\n".join(lines))
    stage.press("main .btn-primary")


def group_plan_that_changes_nothing(stage: Stage) -> None:
    group_file(stage)
    stage.page.locator("[name=lines]").fill("name,group\nNobody of this course,Tandem 1")
    stage.press("main .btn-primary")


SCENES = by_name(
    groups_before_there_are_any,
    groups_without_a_name,
    groups,
    groups_that_are_read_again,
    groups_for_an_assistant,
    group_set,
    group_set_of_the_platform,
    group_set_that_is_new,
    group_set_after_a_move,
    group_set_with_nobody_ticked,
    group_set_after_a_split,
    group_set_with_much_amiss,
    group_with_a_name_that_is_taken,
    group_set_where_nobody_is_found,
    group_file,
    group_file_without_heads,
    group_plan,
    group_plan_that_changes_nothing,
)
