from decimal import Decimal

import pytest

from lti_app.activities.exercise.branch.taking import BRANCH
from lti_app.submissions.contract import Answers
from tests.exercise.branch.stories import handover, read, small
from tests.exercise.branch.walking import walked


def score(document: dict[str, object], *options: str) -> Decimal | None:
    item = read(document)
    return BRANCH.mark(item, walked(item, *options)).score


@pytest.mark.parametrize(
    ("options", "share"),
    [
        pytest.param(("n2b", "together", "end-a"), "1", id="the best path earns everything"),
        pytest.param(("n2c", "n3", "no-need"), "0.3", id="the worst earns the completion credit"),
        pytest.param(("n2a", "quietly", "end-b"), "0.533333", id="3 of 9 points"),
        pytest.param(("n2b", "together"), "0", id="no ending, nothing"),
        pytest.param((), "0", id="nothing chosen, nothing"),
    ],
)
def test_a_complete_path_is_scored_between_the_worst_and_the_best(
    options: tuple[str, ...], share: str
) -> None:
    assert score(handover(), *options) == Decimal(share)


def test_a_story_that_counts_only_for_its_end_gives_every_path_everything() -> None:
    even = small() | {"completion_credit": "1"}

    assert score(even, "wait", "bad") == 1


def test_the_reason_says_what_the_choices_came_to() -> None:
    item = read(handover())

    reason = BRANCH.mark(item, walked(item, "n2a", "aloud", "end-a")).reason

    assert reason.code == "ending_reached"
    assert reason.params == {"sum": 7, "least": 0, "most": 9}


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"path": "monday"}, id="no list"),
        pytest.param({"path": ["monday"]}, id="no steps"),
        pytest.param({"path": [{"scene": "monday", "option": "ask"}]}, id="no time"),
        pytest.param({"path": []}, id="no ending"),
    ],
)
def test_what_is_no_complete_path_is_not_taken(answers: Answers) -> None:
    with pytest.raises(ValueError, match=r"."):
        BRANCH.refuse_answers(read(small()), answers)


def test_a_complete_path_is_taken_with_nothing_beside_it() -> None:
    item = read(small())
    answers = walked(item, "ask", "good")

    BRANCH.refuse_answers(item, answers)

    with pytest.raises(ValueError, match="from an ending"):
        BRANCH.refuse_answers(item, {**answers, "points": 100})
