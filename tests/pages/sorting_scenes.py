"""Every page on which cards are sorted and looked back on."""

from datetime import timedelta

from lti_app.activities.exercise.settings import ExerciseSettings
from lti_app.catalog.rules import Release
from lti_app.catalog.views import ActivityView
from lti_app.people.roles import Role
from tests.exercise.placing import make_of
from tests.exercise.sort.cards import CARDS, small_sort
from tests.pages.learner_scenes import save
from tests.pages.stage import Stage, by_name

HAND_IN = 'button[value="hand_in"]'
BINS = 4


def sorting(stage: Stage, *, placed: int = 0, **changes: object) -> ActivityView:
    """Open the exercise and send some cards, each to the next bin."""
    activity = stage.activity()
    make_of(stage.site.database, activity, small_sort(), **changes)
    stage.open(stage.visitor(), f"exercise/{activity.public_id}")
    for place in range(placed):
        send(stage, place % BINS)
    return activity


def send(stage: Stage, place: int) -> None:
    """Send the card that is to be placed now to a bin."""
    stage.page.locator("[data-deck] [data-to]:visible").nth(place).click()


def sorting_at_its_start(stage: Stage) -> None:
    sorting(stage)


def sorting_in_the_middle(stage: Stage) -> None:
    sorting(stage, placed=3)


def sorting_with_a_card_to_move(stage: Stage) -> None:
    sorting(stage, placed=5)
    stage.page.locator("[data-open]:visible").first.click()


def sorting_with_every_card_placed(stage: Stage) -> None:
    sorting(stage, placed=len(CARDS))


def sorting_with_cards_left(stage: Stage) -> None:
    sorting(stage, placed=2)
    stage.press(HAND_IN)


def sorting_without_its_script(stage: Stage) -> None:
    stage.page.route("**/js/sort.js*", lambda route: route.fulfill(content_type="text/javascript"))
    sorting(stage)
    stage.page.locator("[data-card] input").nth(2).check()


def sorting_that_went_on_in_another_tab(stage: Stage) -> None:
    sorting(stage)
    # Nothing is saved by itself, so that there is something to choose between.
    stage.page.route("**/exercise/**", lambda route: route.abort(), times=1)
    other = stage.page.context.new_page()
    other.goto(stage.page.url)
    other.locator("[data-deck] [data-to]:visible").nth(0).click()
    save(other)
    other.close()
    send(stage, 1)
    save(stage.page)


def sorting_before_it_opens(stage: Stage) -> None:
    sorting(stage, opens_at=stage.site.clock.now + timedelta(days=3))


def sorting_receipt(stage: Stage, **changes: object) -> None:
    sorting(stage, placed=len(CARDS), **changes)
    stage.press(HAND_IN)


def sorting_receipt_before_the_grade(stage: Stage) -> None:
    sorting_receipt(stage, release=Release.BY_HAND.value)


def sorting_receipt_with_attempts_left(stage: Stage) -> None:
    sorting_receipt(stage, settings=ExerciseSettings(attempts=3).model_dump(mode="json"))


def sorting_to_read(stage: Stage) -> None:
    activity = stage.activity()
    make_of(stage.site.database, activity, small_sort())
    stage.open(stage.visitor(Role.OBSERVER), f"activities/{activity.public_id}/preview")


def sorting_that_staff_try(stage: Stage) -> None:
    activity = stage.activity()
    make_of(stage.site.database, activity, small_sort())
    stage.open(stage.visitor(Role.INSTRUCTOR), f"activities/{activity.public_id}/try")
    for place in range(len(CARDS)):
        send(stage, place % BINS)
    stage.press(HAND_IN)


SCENES = by_name(
    sorting_at_its_start,
    sorting_in_the_middle,
    sorting_with_a_card_to_move,
    sorting_with_every_card_placed,
    sorting_with_cards_left,
    sorting_without_its_script,
    sorting_that_went_on_in_another_tab,
    sorting_before_it_opens,
    sorting_receipt,
    sorting_receipt_before_the_grade,
    sorting_receipt_with_attempts_left,
    sorting_to_read,
    sorting_that_staff_try,
)
