"""Every page that instructors, assistants, observers and guests meet."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select

from lti_app.catalog.models import LineItem
from lti_app.catalog.rules import LatePolicy, Release
from lti_app.catalog.views import ActivityView
from lti_app.grading.models import DeliveryState
from lti_app.people.models import User
from lti_app.people.roles import Role
from tests.pages.learner_scenes import handed_in, save
from tests.pages.site import FACETS
from tests.pages.stage import Stage, by_name
from tests.peers.world import Visitor
from tests.submissions.places import PLACES

#: Saves points for the whole grade.
SET = 'form[action$="/override"] button[value="set"]'
#: Gives each part of a grade a column.
COLUMNS = {
    facet: {"title": title, "maximum": str(points)}
    for points, (facet, title) in enumerate(FACETS.items(), start=4)
}
NAMES = (
    "Amara Okafor",
    "ليلى منصور",
    "Hồng Nhung",
    "김서연",
    "Wayan",
    "דניאל לוי",
    "Łukasz Zieliński",
    "Rima Haddad",
    "Ngozi Adichie-Oyelaran van der Westhuizen-Papadopoulos",
)


def people(stage: Stage) -> None:
    """Show scores in every place where one can stay, and people who have not handed in."""
    _people(stage, Role.INSTRUCTOR, PLACES)


def people_for_an_assistant(stage: Stage) -> None:
    """Show one score in each state: what an assistant may not press depends on nothing else.

    Each part of a grade has a column, so its scores are named by it.
    """
    states = {state: (state, code) for state, code in PLACES}
    _people(stage, Role.TEACHING_ASSISTANT, [*states.values()], facet_columns=COLUMNS)


def _people(
    stage: Stage,
    role: Role,
    places: Sequence[tuple[DeliveryState, str | None]],
    **changes: object,
) -> None:
    activity = stage.activity(changes)
    for number, (state, code) in enumerate(places):
        visitor = stage.visitor(name=NAMES[number % len(NAMES)])
        handed_in(stage, visitor, activity, state=state, **_details(stage, state, code))
    begun = stage.visitor(name="Rima Haddad")
    stage.open(begun, f"exercise/{activity.public_id}")
    stage.page.locator("input[type=radio]").nth(2).check()
    save(stage.page)
    stage.visitor(name="Ngozi Adichie-Oyelaran van der Westhuizen-Papadopoulos")
    stage.open(stage.visitor(role), f"activities/{activity.public_id}/people")


def _details(stage: Stage, state: DeliveryState, code: str | None = None) -> dict[str, object]:
    """Return what stands in the row of a score that stays in this place."""
    now = stage.site.clock.now
    details: dict[str, object] = {"reason_code": code}
    if state is DeliveryState.ARRIVED:
        details["acknowledged_at"] = now
    if state is DeliveryState.LMS_NEWER:
        details |= {"lms_points": Decimal("7.5"), "lms_maximum": Decimal(10)}
    if state in (DeliveryState.REFUSED, DeliveryState.NOT_GRADABLE):
        details["reason_params"] = {"words": NAMES[0]}
    if state is DeliveryState.NOT_GRADABLE or (state is DeliveryState.OWED and code):
        details["next_at"] = now + timedelta(minutes=5)
    return details


def people_before_anybody_came(stage: Stage) -> None:
    activity = stage.activity(has_column=False)
    stage.open(stage.visitor(Role.INSTRUCTOR), f"activities/{activity.public_id}/people")


def people_whose_grades_wait(stage: Stage) -> None:
    """Show overridden, excused, late and changed grades, before a release by hand."""
    _decided(stage)


def release_of_grades(stage: Stage) -> None:
    activity = _decided(stage)
    stage.open(stage.visitor(Role.INSTRUCTOR), f"activities/{activity.public_id}/release")


def release_of_nothing(stage: Stage) -> None:
    activity = stage.activity({"release": Release.BY_HAND.value})
    stage.open(stage.visitor(Role.INSTRUCTOR), f"activities/{activity.public_id}/release")


def _decided(stage: Stage) -> ActivityView:
    """Hand in as several people, decide about each, and open the page of the activity."""
    now = stage.site.clock.now
    activity = stage.activity(
        {
            "release": Release.BY_HAND.value,
            "due_at": now - timedelta(days=3),
            "late_policy": LatePolicy.PER_DAY.value,
            "late_percent": 10,
        }
    )
    learners = [stage.visitor(name=name) for name in NAMES[:4]]
    for learner in learners:
        handed_in(stage, learner, activity)
    teacher = stage.visitor(Role.INSTRUCTOR)
    teacher.post(f"activities/{activity.public_id}/release")
    reason: dict[str, object] = {"reason": NAMES[0]}
    points = {"points": "9.5", "revision": 1, "do": "set", **reason}
    assert (
        teacher.post(person_of(stage, activity, learners[0]) + "/override", points).status_code
        == 303
    )
    assert (
        teacher.post(person_of(stage, activity, learners[1]) + "/excuse", reason).status_code == 303
    )
    assert (
        teacher.post(person_of(stage, activity, learners[2]) + "/reopen", reason).status_code == 303
    )
    stage.open(teacher, f"activities/{activity.public_id}/people")
    return activity


def person_of(stage: Stage, activity: ActivityView, visitor: Visitor) -> str:
    with stage.site.database.read() as session:
        user = session.get_one(User, visitor.user_id)
    return f"activities/{activity.public_id}/people/{user.public_id}"


def one_person(stage: Stage, state: DeliveryState = DeliveryState.LMS_NEWER) -> None:
    """Open the page of somebody whose late score is held."""
    now = stage.site.clock.now
    activity = stage.activity(
        {
            "due_at": now - timedelta(days=3),
            "late_policy": LatePolicy.ONCE.value,
            "late_percent": 20,
        }
    )
    visitor = stage.visitor(name=NAMES[1])
    handed_in(stage, visitor, activity, state=state, **_details(stage, state))
    stage.open(stage.visitor(Role.INSTRUCTOR), person_of(stage, activity, visitor))


def one_person_excused(stage: Stage) -> None:
    one_person(stage, DeliveryState.ARRIVED)
    stage.page.locator("details:has(#why) summary").click()
    stage.page.locator("#why").fill(NAMES[0])
    stage.press('form[action$="/excuse"] button:not([formaction])')


def one_person_with_wrong_days_and_all_open(stage: Stage) -> None:
    """Show every decision at once; a grade that counts no longer can be taken back."""
    one_person_excused(stage)
    stage.page.locator("details:has([name=days]) summary").click()
    stage.page.locator("[name=days]").fill("-1")
    stage.press('form[action$="/extend"] button')
    closed = stage.page.locator("aside details:not([open]) > summary")
    while closed.count():
        closed.first.click()


def one_person_with_one_part_by_hand(stage: Stage) -> None:
    one_person(stage, DeliveryState.ARRIVED)
    stage.page.locator("details:has([name=percent]) summary").click()
    stage.page.locator("[name=percent]").fill("82.5")
    stage.page.locator("#part-why").fill(NAMES[1])
    stage.press('form[action$="/facet"] button[value="set"]')


def one_person_with_wrong_points(stage: Stage) -> None:
    one_person(stage)
    stage.page.locator("[name=points]").fill("1,5")
    stage.press(SET)


def one_person_two_graders(stage: Stage) -> None:
    one_person(stage)
    other = stage.page.context.new_page()
    other.goto(stage.page.url)
    for page, points in ((other, "8"), (stage.page, "6")):
        page.locator("[name=points]").fill(points)
        page.locator("[name=reason]").first.fill(NAMES[0])
        with page.expect_navigation():
            page.locator(SET).click()
    other.close()


def exercise_with_instructions(stage: Stage) -> None:
    who, first, second, then, said, link = NAMES[:6]
    words = f"**{who}**:\n\n1. {first}\n2. {second}\n\n## {then}\n\n{said} [{link}](https://a.test)"
    activity = stage.activity({"instructions": words})
    stage.open(stage.visitor(), f"exercise/{activity.public_id}")


def activity_settings(stage: Stage, **changes: object) -> None:
    activity = stage.activity({"due_at": stage.site.clock.now, **changes})
    stage.open(stage.visitor(Role.INSTRUCTOR), f"activities/{activity.public_id}/settings")


def activity_settings_out_of_order(stage: Stage) -> None:
    activity_settings(stage, facet_columns=COLUMNS)
    stage.page.locator("[name=closes_at]").fill("2020-01-01T12:00")
    stage.page.locator("[name=late_policy]").select_option("once")
    stage.page.locator("[name=late_percent]").fill("")
    stage.press("main button[type=submit]")


def activity_settings_with_wrong_points(stage: Stage) -> None:
    activity_settings(stage)
    stage.page.locator("[name=points]").fill("7,5")
    stage.page.locator("[name=columns][value=parts]").check()
    stage.page.locator("[name=points-work]").fill("0")
    stage.press("main button[type=submit]")


def people_after_new_points(stage: Stage) -> None:
    """Show a column that kept its own maximum, and points entered before the change."""
    one_person(stage, DeliveryState.ARRIVED)
    stage.page.locator("[name=points]").fill("8")
    stage.page.locator("[name=reason]").first.fill(NAMES[0])
    stage.press(SET)
    stage.press("header.rp-head a")
    stage.page.locator('a[href$="/settings"]').click()
    stage.page.locator("[name=points]").fill("20")
    stage.press("main button[type=submit]")
    with stage.site.database.read() as session:
        newest = session.scalars(select(func.max(LineItem.id))).one()
    why = {"change_reason_code": "own_maximum", "change_reason_params": {"maximum": "50"}}
    stage.site.change(LineItem, newest, **why)
    stage.page.reload()


def preview(stage: Stage) -> None:
    activity = stage.activity()
    stage.open(stage.visitor(Role.OBSERVER), f"activities/{activity.public_id}/preview")


def choose(stage: Stage) -> None:
    link = stage.site.world.link(stage.site.registration, course=stage.course)
    stage.open(stage.visitor(Role.INSTRUCTOR, placement_id=link))


def choose_nothing(stage: Stage) -> None:
    choose(stage)
    stage.press("main .btn-primary")


def choose_with_nothing_found(stage: Stage) -> None:
    choose(stage)
    stage.page.locator("[type=radio]").first.check()
    stage.page.locator("[name=find]").fill("quantum")
    stage.press(".rp-choose__find button")


def choose_after_a_search(stage: Stage) -> None:
    choose(stage)
    stage.page.locator("[name=find]").fill("self start")
    stage.page.keyboard.press("Enter")
    stage.page.locator("[type=radio]").first.check()


def choose_by_trying(stage: Stage) -> None:
    choose(stage)
    stage.page.locator("[type=radio]").first.check()
    stage.press('[formaction*="/try"]')


def people_after_choosing(stage: Stage) -> None:
    choose(stage)
    stage.page.locator("[type=radio]").first.check()
    stage.press("main .btn-primary")


def notes_for_who_runs_it(stage: Stage) -> None:
    activity = stage.activity()
    stage.open(stage.visitor(Role.INSTRUCTOR), f"activities/{activity.public_id}/notes")


SCENES = by_name(
    people,
    people_for_an_assistant,
    people_before_anybody_came,
    people_whose_grades_wait,
    release_of_grades,
    release_of_nothing,
    one_person,
    one_person_excused,
    one_person_with_wrong_points,
    one_person_with_wrong_days_and_all_open,
    one_person_with_one_part_by_hand,
    one_person_two_graders,
    exercise_with_instructions,
    activity_settings,
    activity_settings_out_of_order,
    activity_settings_with_wrong_points,
    people_after_new_points,
    preview,
    choose,
    choose_nothing,
    notes_for_who_runs_it,
    choose_with_nothing_found,
    choose_after_a_search,
    choose_by_trying,
    people_after_choosing,
)
