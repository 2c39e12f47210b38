"""What staff read of a branching story: the ways that were taken, and where points were lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from lti_app.activities.exercise.branch.cohort import (
    PathUse,
    SceneUse,
    Steps,
    Ways,
    journey_of,
    ways_of,
)
from lti_app.activities.exercise.branch.play import Journey
from lti_app.activities.exercise.branch.spec import BranchItem
from lti_app.core.csv_text import Cell
from lti_app.submissions.report import Answered, Report
from lti_app.web.language import decimals

#: Whole paths and hardest choices that the page shows; the file has everybody's path.
_MOST_PATHS = 5
_MOST_BARS = 5

#: Words, length of the bar, the same in words.
Bar = tuple[str, float, str]


@dataclass(frozen=True)
class SceneLine:
    """One scene with the share of each of its options."""

    key: str
    title: str
    met: int
    options: tuple[Bar, ...]


@dataclass(frozen=True)
class PathLine:
    """One whole path with its sum of points, and how many took it."""

    steps: Steps
    ending: str
    points: int
    count: int


@dataclass(frozen=True)
class BranchReport:
    """What the partial shows. `people`: how many came to an ending."""

    people: int
    scenes: tuple[SceneLine, ...]
    endings: tuple[Bar, ...]
    paths: tuple[PathLine, ...]
    more_paths: int
    hardest: tuple[Bar, ...]


def branch_report(item: BranchItem, people: Sequence[Answered]) -> Report:
    """Return which ways people took, and for the file what each of them chose."""
    journeys = {one.public_id: journey_of(item, one.answers) for one in people}
    known = [one for one in journeys.values() if one is not None]

    def cells(one: Answered) -> Sequence[Cell]:
        return _cells(item, journeys[one.public_id])

    def line(one: Answered) -> str:
        return _ending(journeys[one.public_id])

    choosing = [scene for scene in item.scenes if scene.options]
    return Report(
        "activities/exercise/branch/_report.html",
        _values(ways_of(item, known), len(known)),
        columns=(_("Ending"), _("Points of the story"), *(scene.title for scene in choosing)),
        cells=cells,
        line=line,
        line_head=_("Ending"),
    )


def _ending(journey: Journey | None) -> str:
    return journey.scene.title if journey else ""


def _cells(item: BranchItem, journey: Journey | None) -> Sequence[Cell]:
    if journey is None:
        return ()
    taken = {
        scene.id: "\n".join(one.taken.text for one in journey.passed if one.scene.id == scene.id)
        for scene in item.scenes
        if scene.options
    }
    return (journey.scene.title, journey.points, *taken.values())


def _values(ways: Ways, people: int) -> BranchReport:
    return BranchReport(
        people=people,
        scenes=tuple(_scene(one) for one in ways.scenes),
        endings=tuple((scene.title, count, _of(count, people)) for scene, count in ways.endings),
        paths=tuple(_path(one) for one in ways.paths[:_MOST_PATHS]),
        more_paths=max(0, len(ways.paths) - _MOST_PATHS),
        hardest=tuple(_hard(one) for one in ways.hardest()[:_MOST_BARS]),
    )


def _scene(use: SceneUse) -> SceneLine:
    options = tuple((option.text, count, _of(count, use.met)) for option, count in use.counts)
    return SceneLine(use.scene.id, use.scene.title, use.met, options)


def _path(use: PathUse) -> PathLine:
    points = sum(option.points for _scene, option in use.steps)
    return PathLine(use.steps, use.ending.title, points, use.count)


def _hard(use: SceneUse) -> Bar:
    percent = 100 * float(use.lost)
    return use.scene.title, percent, _("%(percent)s %%", percent=decimals(round(percent, 1)))


def _of(count: int, whole: int) -> str:
    return str(_("%(count)s of %(all)s", count=count, all=whole))
