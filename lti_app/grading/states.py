"""How far somebody can come with an activity, and what may follow what. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    """Where a person stands with an activity."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    #: Handed in, and nothing of it can be graded before somebody has looked.
    UNDER_REVIEW = "under_review"
    SCORED = "scored"
    RELEASED = "released"
    REOPENED = "reopened"
    EXCUSED = "excused"
    CLOSED_INCOMPLETE = "closed_incomplete"


_FOLLOWS: Mapping[Stage, frozenset[Stage]] = {
    Stage.NOT_STARTED: frozenset(Stage) - {Stage.NOT_STARTED, Stage.REOPENED},
    Stage.IN_PROGRESS: frozenset(
        {Stage.SUBMITTED, Stage.SCORED, Stage.EXCUSED, Stage.CLOSED_INCOMPLETE}
    ),
    Stage.SUBMITTED: frozenset({Stage.UNDER_REVIEW, Stage.SCORED, Stage.EXCUSED}),
    Stage.UNDER_REVIEW: frozenset({Stage.SUBMITTED, Stage.SCORED, Stage.REOPENED, Stage.EXCUSED}),
    Stage.SCORED: frozenset({Stage.RELEASED, Stage.SUBMITTED, Stage.REOPENED, Stage.EXCUSED}),
    Stage.RELEASED: frozenset({Stage.SUBMITTED, Stage.REOPENED, Stage.EXCUSED}),
    Stage.REOPENED: frozenset({Stage.SUBMITTED, Stage.EXCUSED}),
    # Where an excuse is taken back, the person stands again where they were.
    Stage.EXCUSED: frozenset(Stage) - {Stage.EXCUSED},
    Stage.CLOSED_INCOMPLETE: frozenset(
        {Stage.IN_PROGRESS, Stage.SUBMITTED, Stage.SCORED, Stage.EXCUSED}
    ),
}


def may_follow(before: Stage, after: Stage) -> bool:
    """Whether somebody who stands at one stage may come to the other.

    >>> may_follow(Stage.IN_PROGRESS, Stage.RELEASED)
    False
    """
    return after in _FOLLOWS[before]
