"""What a kind makes of everybody's answers: its part of the results page and of their file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from lti_app.catalog.views import ActivityView
from lti_app.core.csv_text import Cell
from lti_app.grading.rules import Mark


@dataclass(frozen=True)
class Answered:
    """What one learner handed in: the attempt that is their grade.

    Where the mean of all attempts counts, it is the newest one.

    Attributes:
        name: as staff read it; `public_id` is of the person.
        answers: JSON values; only the kind knows their shape.
        attempts: how often they handed in, at least once.
        mark: their grade as it stands here, released or not; None where nothing can be graded.
    """

    public_id: str
    name: str
    answers: Mapping[str, Any]
    attempts: int
    handed_in_at: datetime
    is_late: bool
    mark: Mark | None

    @property
    def points(self) -> Decimal | None:
        """The points of the grade."""
        return self.mark.points if self.mark else None


def no_cells(_one: Answered) -> Sequence[Cell]:
    """Return what a kind adds to a person's line of the file that says nothing of answers."""
    return ()


@dataclass(frozen=True)
class Report:
    """What a kind says of everybody's answers. The template finds the values as `report`.

    Attributes:
        template: a partial, drawn between the grades and the list of people.
        columns: heads of the file beside name, time, attempts and points, in the reader's language.
        cells: what stands under them for one person.
        line: one person's answers in a few words, for the list of people; None where nobody may
            read them.
        line_head: the head of that column.
    """

    template: str
    values: Any = None
    columns: tuple[str, ...] = ()
    cells: Callable[[Answered], Sequence[Cell]] = no_cells
    line: Callable[[Answered], str] | None = None
    line_head: str = ""


ReportMaker = Callable[[ActivityView, Sequence[Answered]], Report]


def plain_report(_activity: ActivityView, _people: Sequence[Answered]) -> Report:
    """Return the report of a kind that has nothing to say of answers."""
    return Report("submissions/_no_report.html")
