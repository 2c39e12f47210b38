"""Every page that instructors, assistants, observers and guests meet."""

from datetime import timedelta
from decimal import Decimal

from lti_app.grading.models import DeliveryState
from lti_app.people.roles import Role
from lti_app.submissions import wording
from tests.pages.learner_scenes import SAVE, handed_in
from tests.pages.stage import Stage, by_name

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


def people(stage: Stage, role: Role = Role.INSTRUCTOR) -> None:
    """Show scores in every state, for every reason, and people who have not handed in."""
    activity = stage.activity()
    for number, state in enumerate(DeliveryState):
        visitor = stage.visitor(name=NAMES[number % len(NAMES)])
        handed_in(stage, visitor, activity, state=state, **_details(stage, state))
    for reason in wording._REASONS:
        visitor = stage.visitor(name=None)
        handed_in(
            stage,
            visitor,
            activity,
            state=DeliveryState.OWED,
            reason_code=reason,
            next_at=stage.site.clock.now + timedelta(minutes=5),
        )
    begun = stage.visitor(name="Rima Haddad")
    stage.open(begun, f"exercise/{activity.public_id}")
    stage.page.locator("input[type=radio]").nth(2).check()
    stage.press(SAVE)
    stage.visitor(name="Ngozi Adichie-Oyelaran van der Westhuizen-Papadopoulos")
    stage.open(stage.visitor(role), f"activities/{activity.public_id}/people")


def _details(stage: Stage, state: DeliveryState) -> dict[str, object]:
    if state is DeliveryState.ARRIVED:
        return {"acknowledged_at": stage.site.clock.now}
    if state is DeliveryState.LMS_NEWER:
        return {"lms_points": Decimal("7.5"), "lms_maximum": Decimal(10)}
    if state is DeliveryState.REFUSED:
        return {"reason_code": "refused", "reason_params": {"words": NAMES[0]}}
    return {}


def people_for_an_assistant(stage: Stage) -> None:
    people(stage, Role.TEACHING_ASSISTANT)


def people_before_anybody_came(stage: Stage) -> None:
    activity = stage.activity(has_column=False)
    stage.open(stage.visitor(Role.INSTRUCTOR), f"activities/{activity.public_id}/people")


def preview(stage: Stage) -> None:
    activity = stage.activity()
    stage.open(stage.visitor(Role.OBSERVER), f"activities/{activity.public_id}/preview")


def choose(stage: Stage) -> None:
    link = stage.site.world.link(stage.site.registration, course=stage.course)
    stage.open(stage.visitor(Role.INSTRUCTOR, placement_id=link))


def choose_nothing(stage: Stage) -> None:
    choose(stage)
    stage.press("main button[type=submit]")


SCENES = by_name(
    people,
    people_for_an_assistant,
    people_before_anybody_came,
    preview,
    choose,
    choose_nothing,
)
