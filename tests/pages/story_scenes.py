"""Every page on which a branching story is read, played and looked back on."""

from datetime import timedelta

from lti_app.activities.exercise.settings import ExerciseSettings, Feedback
from lti_app.catalog.rules import Release
from lti_app.catalog.views import ActivityView
from lti_app.people.roles import Role
from tests.exercise.branch.stories import told
from tests.exercise.placing import make_of
from tests.pages.learner_scenes import HAND_IN
from tests.pages.stage import Stage, by_name

CHOOSE = 'button[value="choose"]'
BEST, WORSE = ("open", "together"), ("quiet", "wait")


def story(stage: Stage, *options: str, **changes: object) -> ActivityView:
    """Open the story and choose these."""
    activity = stage.activity()
    make_of(stage.site.database, activity, told(), **changes)
    stage.open(stage.visitor(), f"exercise/{activity.public_id}")
    for option in options:
        choose(stage, option)
    return activity


def choose(stage: Stage, option: str) -> None:
    """Choose, and wait for the scene that follows."""
    page = stage.page
    step = page.locator('input[name="step"]').get_attribute("value")
    page.locator(f'input[value="{option}"]').check()
    page.locator(CHOOSE).click()
    page.wait_for_selector(f'input[name="step"]:not([value="{step}"])', state="attached")


def story_at_its_start(stage: Stage) -> None:
    story(stage)


def story_in_the_middle(stage: Stage) -> None:
    story(stage, "open")


def story_whose_feedback_comes_later(stage: Stage) -> None:
    later = ExerciseSettings(feedback=Feedback.AFTER_HANDING_IN)
    story(stage, "open", settings=later.model_dump(mode="json"))


def story_at_an_ending(stage: Stage) -> None:
    story(stage, *BEST)


def story_at_an_ending_that_can_be_played_again(stage: Stage) -> None:
    story(stage, *WORSE, settings=ExerciseSettings(attempts=3).model_dump(mode="json"))


def story_with_nothing_chosen(stage: Stage) -> None:
    story(stage)
    stage.page.locator(CHOOSE).click()
    stage.page.wait_for_selector("#needs-a-look")


def story_that_went_on_in_another_tab(stage: Stage) -> None:
    story(stage)
    other = stage.page.context.new_page()
    other.goto(stage.page.url)
    other.locator('input[value="open"]').check()
    other.locator(CHOOSE).click()
    other.wait_for_selector('input[name="step"][value="1"]', state="attached")
    other.close()
    stage.page.locator('input[value="quiet"]').check()
    stage.page.locator(CHOOSE).click()
    stage.page.wait_for_selector("#needs-a-look")


def story_before_it_opens(stage: Stage) -> None:
    story(stage, opens_at=stage.site.clock.now + timedelta(days=3))


def story_receipt(stage: Stage, *options: str, **changes: object) -> None:
    story(stage, *options, **changes)
    stage.press(HAND_IN)


def story_receipt_of_the_best_path(stage: Stage) -> None:
    story_receipt(stage, *BEST)


def story_receipt_that_compares(stage: Stage) -> None:
    story_receipt(stage, *WORSE)


def story_receipt_before_the_grade(stage: Stage) -> None:
    story_receipt(stage, *WORSE, release=Release.BY_HAND.value)


def story_to_read(stage: Stage) -> None:
    activity = stage.activity()
    make_of(stage.site.database, activity, told())
    stage.open(stage.visitor(Role.OBSERVER), f"activities/{activity.public_id}/preview")


def story_that_staff_try(stage: Stage) -> None:
    activity = stage.activity()
    make_of(stage.site.database, activity, told())
    stage.open(stage.visitor(Role.INSTRUCTOR), f"activities/{activity.public_id}/try")
    choose(stage, "quiet")


SCENES = by_name(
    story_at_its_start,
    story_in_the_middle,
    story_whose_feedback_comes_later,
    story_at_an_ending,
    story_at_an_ending_that_can_be_played_again,
    story_with_nothing_chosen,
    story_that_went_on_in_another_tab,
    story_before_it_opens,
    story_receipt_before_the_grade,
    story_to_read,
    story_that_staff_try,
    story_receipt_of_the_best_path,
    story_receipt_that_compares,
)
