"""What the pages of a branching story show. Scenes that were not reached are in none of it."""

from collections.abc import Mapping
from typing import Any

from lti_app.activities.exercise.branch.form import NOW, branch_form, filled
from lti_app.activities.exercise.branch.play import Answers, replay
from lti_app.activities.exercise.branch.report import branch_report
from lti_app.activities.exercise.branch.result import path_result, who_sees_it
from lti_app.activities.exercise.branch.shown import (
    passed_scene,
    present_scene,
    standings,
    written,
)
from lti_app.activities.exercise.branch.spec import BranchItem
from lti_app.activities.exercise.branch.taking import BRANCH
from lti_app.activities.exercise.player import ItemPages, Moment


def _shown(item: BranchItem, moment: Moment) -> Mapping[str, Any]:
    return _story(item, moment.answers, shows_motion=moment.shows_feedback)


def _read_only(item: BranchItem) -> Mapping[str, Any]:
    return _story(item, BRANCH.blank, shows_motion=False)


def _story(item: BranchItem, answers: Answers, *, shows_motion: bool) -> Mapping[str, Any]:
    journey = replay(item, answers)
    return {
        "anchor": NOW,
        "who_sees": who_sees_it(),
        "setup": written(item.setup),
        "passed": [passed_scene(one, shows_motion=shows_motion) for one in journey.passed],
        "present": present_scene(journey),
        "standings": standings(item, journey),
    }


BRANCH_PAGES = ItemPages(
    icon="signpost-split",
    template="activities/exercise/branch/play.html",
    reading="activities/exercise/branch/_reading.html",
    form_class=branch_form,
    filled=filled,
    shown=_shown,
    read_only=_read_only,
    result=path_result,
    report=branch_report,
)
