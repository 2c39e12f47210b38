from itertools import pairwise

import pytest

from lti_app.grading.states import Stage, may_follow


@pytest.mark.parametrize(
    "path",
    [
        "not_started in_progress submitted scored released",
        "released reopened submitted scored released",
        "in_progress closed_incomplete submitted",
        "not_started excused not_started",
        "scored excused scored",
        "submitted under_review scored released",
        "submitted under_review reopened submitted under_review",
    ],
)
def test_a_road_through_an_activity_can_be_walked(path: str) -> None:
    stages = [Stage(name) for name in path.split()]

    assert all(may_follow(one, next_one) for one, next_one in pairwise(stages))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Stage.IN_PROGRESS, Stage.RELEASED),
        (Stage.SUBMITTED, Stage.REOPENED),
        (Stage.NOT_STARTED, Stage.REOPENED),
        (Stage.RELEASED, Stage.CLOSED_INCOMPLETE),
        (Stage.CLOSED_INCOMPLETE, Stage.RELEASED),
    ],
)
def test_a_stage_is_not_skipped(before: Stage, after: Stage) -> None:
    assert not may_follow(before, after)


def test_no_stage_follows_itself_and_an_excuse_is_always_possible() -> None:
    assert not [stage for stage in Stage if may_follow(stage, stage)]
    assert {stage for stage in Stage if may_follow(stage, Stage.EXCUSED)} == set(Stage) - {
        Stage.EXCUSED
    }
