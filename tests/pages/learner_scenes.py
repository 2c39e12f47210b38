"""Every page that a learner meets."""

from datetime import datetime, timedelta
from functools import partial

from playwright.sync_api import Page
from sqlalchemy import select

from lti_app.activities.exercise.settings import ExerciseSettings
from lti_app.catalog.rules import Release
from lti_app.catalog.views import ActivityView
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.people.roles import Role
from tests.pages.stage import Stage, by_name
from tests.peers.world import Visitor

HAND_IN, SAVE = 'button[value="hand_in"]', 'button[value="save"]'


def save(page: Page) -> None:
    """Send the form as Enter in a field does; where it saves itself, its button is not shown."""
    with page.expect_navigation():
        page.locator(f"form#answers {SAVE}").evaluate("one => one.form.requestSubmit(one)")


def exercise(stage: Stage, **changes: datetime) -> Visitor:
    """Open the exercise; its window may be changed."""
    activity = stage.activity(changes)
    visitor = stage.visitor()
    stage.open(visitor, f"exercise/{activity.public_id}")
    return visitor


def exercise_in_a_frame(stage: Stage) -> None:
    """With the button that is of use only there: what takes it away elsewhere does not arrive."""
    stage.page.route("**/js/frame.js*", lambda route: route.fulfill(content_type="text/javascript"))
    exercise(stage)


def exercise_that_is_due(stage: Stage) -> None:
    exercise(stage, due_at=stage.site.clock.now + timedelta(days=3))


def exercise_that_is_late(stage: Stage) -> None:
    exercise(stage, due_at=stage.site.clock.now - timedelta(days=3))


def exercise_before_it_opens(stage: Stage) -> None:
    exercise(stage, opens_at=stage.site.clock.now + timedelta(days=3))


def exercise_after_it_closed(stage: Stage) -> None:
    exercise(stage, closes_at=stage.site.clock.now - timedelta(days=3))


def missing_answers(stage: Stage) -> None:
    exercise(stage)
    stage.page.locator("input[type=radio]").nth(2).check()
    stage.press(HAND_IN)


def saved_draft(stage: Stage) -> None:
    exercise(stage)
    stage.page.locator("input[type=radio]").nth(2).check()
    save(stage.page)


def two_tabs_saved_different_answers(stage: Stage) -> None:
    exercise(stage)
    other = stage.page.context.new_page()
    other.goto(stage.page.url)
    other.locator("input[type=radio]").nth(2).check()
    save(other)
    other.close()
    stage.page.locator("input[type=radio]").nth(3).check()
    save(stage.page)


def receipt(
    stage: Stage,
    state: DeliveryState | None = None,
    *,
    has_column: bool = True,
    **changes: object,
) -> None:
    """Hand in, put the score into a state, and open the receipt."""
    activity = stage.activity(changes, has_column=has_column)
    visitor = stage.visitor()
    handed_in(stage, visitor, activity, state=state)
    stage.open(visitor, f"exercise/{activity.public_id}")


def handed_in(
    stage: Stage,
    visitor: Visitor,
    activity: ActivityView,
    *,
    state: DeliveryState | None = None,
    **values: object,
) -> None:
    """Hand in as somebody; their score then is in this state."""
    assert visitor.hand_in(activity).status_code == 303
    if state is None:
        return
    with stage.site.database.read() as session:
        row_id = session.scalars(
            select(ScoreDelivery.id).where(ScoreDelivery.user_id == visitor.user_id)
        ).one()
    stage.site.change(ScoreDelivery, row_id, state=state.value, **values)


def receipt_that_no_gradebook_gets(stage: Stage) -> None:
    receipt(stage, has_column=False, in_gradebook=False)


def receipt_that_came_late(stage: Stage) -> None:
    receipt(stage, due_at=stage.site.clock.now - timedelta(days=3))


def receipt_whose_grade_is_not_released(stage: Stage) -> None:
    receipt(stage, release=Release.BY_HAND.value)


def receipt_of_what_may_be_answered_again(stage: Stage) -> None:
    receipt(stage, settings=ExerciseSettings(attempts=3).model_dump())


def handed_in_in_another_tab(stage: Stage) -> None:
    """An error that keeps the person in the activity; what saves by itself would see it before."""
    script = "**/js/autosave.js*"
    stage.page.route(script, lambda route: route.fulfill(content_type="text/javascript"))
    activity = stage.activity()
    visitor = stage.visitor()
    stage.open(visitor, f"exercise/{activity.public_id}")
    for group in stage.page.locator(".rp-scale__points").all():
        group.locator("input").first.check()
    handed_in(stage, visitor, activity)
    stage.press(HAND_IN)


def not_ready(stage: Stage) -> None:
    link = stage.site.world.link(stage.site.registration, course=stage.course)
    stage.open(stage.visitor(placement_id=link))


def outside_a_course(stage: Stage) -> None:
    stage.open(stage.visitor(Role.GUEST, course=None))


def somebody_without_a_name(stage: Stage) -> None:
    stage.open(stage.visitor(Role.GUEST, course=None, name=None))


def own_tab(stage: Stage) -> None:
    exercise_in_a_frame(stage)
    stage.press("form[data-only-in-frame] button")


def left(stage: Stage) -> None:
    exercise(stage)
    stage.press('form[action$="/leave"] button')


def lesson(stage: Stage) -> None:
    stage.open(stage.visitor(), f"activities/{stage.activity().public_id}/lesson")


def lesson_with_a_meaning_open(stage: Stage) -> None:
    lesson(stage)
    stage.page.locator(".rp-term").first.click()


SCENES = by_name(
    exercise_in_a_frame,
    exercise_that_is_due,
    exercise_that_is_late,
    exercise_before_it_opens,
    exercise_after_it_closed,
    missing_answers,
    saved_draft,
    two_tabs_saved_different_answers,
    receipt_that_no_gradebook_gets,
    receipt_that_came_late,
    receipt_whose_grade_is_not_released,
    receipt_of_what_may_be_answered_again,
    handed_in_in_another_tab,
    not_ready,
    outside_a_course,
    somebody_without_a_name,
    own_tab,
    left,
    lesson,
    lesson_with_a_meaning_open,
) | {f"receipt_{state.value}": partial(receipt, state=state) for state in DeliveryState}
