"""The results of an activity as staff meet them: of each kind of item, of nobody, of a few."""

from collections.abc import Mapping, Sequence
from typing import Any

from lti_app.activities.exercise.sort.spec import SortItem
from lti_app.people.roles import Role
from lti_app.submissions.contract import Answers
from tests.exercise.branch.stories import handover, read
from tests.exercise.branch.walking import walked
from tests.pages.staff_scenes import NAMES
from tests.pages.stage import Stage, by_name
from tests.submissions.classes import fill_class, with_item
from tests.submissions.factories import STATEMENTS, registry

#: From each place of the story, which options people take, and how many of them.
WAYS = (
    (5, ("n2b", "together", "end-a")),
    (3, ("n2b", "forward", "end-b")),
    (2, ("n2a", "aloud", "end-a")),
    (2, ("n2a", "quietly", "no-need")),
    (1, ("n2c", "n2b", "together", "end-b")),
    (1, ("n2c", "n3", "no-need")),
)
SORT = "leading-knowledge/m1-sort-hiding"


def results_of_nobody(stage: Stage) -> None:
    stage.open(stage.visitor(Role.INSTRUCTOR), f"activities/{stage.activity().public_id}/results")


def results_of_a_few(stage: Stage) -> None:
    """Show a self-assessment that too few have done for any figure, to an assistant."""
    _results(stage, None, _responses(3), role=Role.TEACHING_ASSISTANT)


def results_of_a_self_assessment(stage: Stage) -> None:
    stage.visitor(name=NAMES[0])
    _results(stage, None, _responses(24), attempts=2)


def results_of_a_story(stage: Stage) -> None:
    story = read(handover())
    taken = [walked(story, *options) for count, options in WAYS for _one in range(count)]
    _results(stage, handover(), taken)


def results_of_a_sorting(stage: Stage) -> None:
    found = registry().library.find_item(SORT)
    assert found is not None
    item = found.spec
    assert isinstance(item, SortItem)
    bins = [one.id for one in item.bins]
    everybody = [
        {
            "placed": {
                card.id: card.bin
                if (person * place) % 7 < 5
                else bins[(person + place) % len(bins)]
                for place, card in enumerate(item.cards)
            }
        }
        for person in range(19)
    ]
    _results(stage, item.model_dump(mode="json"), everybody)


def _responses(count: int) -> list[Answers]:
    return [
        {"responses": {one: 1 + (n * n + 3 * person) % 5 for n, one in enumerate(STATEMENTS)}}
        for person in range(count)
    ]


def _results(
    stage: Stage,
    document: Mapping[str, Any] | None,
    everybody: Sequence[Answers],
    *,
    attempts: int = 1,
    role: Role = Role.INSTRUCTOR,
) -> None:
    activity = stage.activity()
    with stage.site.database.write() as session:
        if document is not None:
            activity = with_item(session, activity, document)
        fill_class(
            session,
            activity,
            everybody,
            now=stage.site.clock.now,
            attempts=attempts,
            names=NAMES * 3,
        )
    stage.open(stage.visitor(role), f"activities/{activity.public_id}/results")
    closed = stage.page.locator("main details:not([open]) > summary")
    while closed.count():
        closed.first.click()


SCENES = by_name(
    results_of_nobody,
    results_of_a_few,
    results_of_a_self_assessment,
    results_of_a_story,
    results_of_a_sorting,
)
