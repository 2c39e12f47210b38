"""What came of an activity: grades, attempts, what the kind makes of all answers; also as a file.

For staff. What learners may see of it is nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lti_app.catalog.views import ActivityView
from lti_app.core.csv_text import Cell
from lti_app.people.names import PersonName
from lti_app.people.roles import Role
from lti_app.submissions.cohort import Cohort, list_cohort
from lti_app.submissions.counting import Counting
from lti_app.submissions.current import registry
from lti_app.submissions.figures import Figures, Step, figures_of
from lti_app.submissions.pages import my_activity
from lti_app.submissions.report import Report
from lti_app.web.access import STAFF, access
from lti_app.web.context import db, viewer
from lti_app.web.downloads import Table, csv_download
from lti_app.web.language import decimals
from lti_app.web.render import Page

blueprint = Blueprint("results", __name__, url_prefix="/s/<session_key>")

#: Full points in per cent, and what is written under the picture of the grades between its ends.
_WHOLE, _MARKED = 100, (25, 50, 75)


@dataclass(frozen=True)
class _Results:
    activity: ActivityView
    cohort: Cohort
    report: Report


@blueprint.get("/activities/<public_id>/results")
@access(*STAFF)
def show(public_id: str) -> Page:
    """Show how the grades are spread, and what the kind makes of everybody's answers."""
    found = _results(public_id)
    figures = figures_of(found.cohort.answered)
    return Page(
        "submissions/results.html",
        activity=found.activity,
        cohort=found.cohort,
        figures=figures,
        bars=[_bar(step) for step in figures.steps],
        marks=[(one / _WHOLE, _("%(percent)s %%", percent=one)) for one in _MARKED],
        grades_said=_grades_said(figures),
        glance=_glance(found.cohort, figures),
        left_out=_left_out(found.cohort),
        which_counts=_which_counts(found.activity, figures),
        maker=found.report,
        report=found.report.values,
        may_decide=viewer().role is Role.INSTRUCTOR,
    )


@blueprint.get("/activities/<public_id>/results.csv")
@access(*STAFF)
def download(public_id: str) -> ResponseReturnValue:
    """Send a line for each learner whom the page counts."""
    found = _results(public_id)
    shared = (
        *(_("Name"), _("Handed in (UTC)"), _("Late"), _("Attempts")),
        *(_("Points"), _("Points possible")),
    )
    # The words of a file are found while the request is still there to say in which language.
    columns, rows = (*shared, *found.report.columns), list(_rows(found))
    return csv_download(Table(found.activity.title, columns, rows))


def _results(public_id: str) -> _Results:
    activity = my_activity(public_id)
    cohort = list_cohort(db(), activity, _called)
    report = registry().pages(activity.kind).report(activity, cohort.answered)
    return _Results(activity, cohort, report)


def _called(name: PersonName) -> str:
    return name.display(Role.LEARNER, _)


def _rows(found: _Results) -> Iterator[tuple[Cell, ...]]:
    for one in found.cohort.answered:
        late = _("late") if one.is_late else None
        maximum = one.mark.maximum if one.mark else found.activity.points
        shared = one.name, one.handed_in_at, late, one.attempts, one.points, maximum
        yield (*shared, *found.report.cells(one))


def _bar(step: Step) -> tuple[str, int, str]:
    ends = {"least": step.from_percent, "most": step.to_percent}
    is_last = step.to_percent == _WHOLE
    words = _("%(least)s to %(most)s %%", **ends) if is_last else _band(ends)
    return words, step.count, str(step.count)


def _band(ends: Mapping[str, int]) -> str:
    """Name a tenth that ends before the next one begins."""
    return str(_("%(least)s to under %(most)s %%", **ends))


def _grades_said(figures: Figures) -> str:
    """Say in a sentence what the picture of the grades shows."""
    found = [one for one in figures.steps if one.count]
    if not found:
        return ""
    said: str = ngettext(
        "%(num)s grade, between %(least)s and %(most)s %% of the points",
        "%(num)s grades, between %(least)s and %(most)s %% of the points",
        figures.graded,
        least=found[0].from_percent,
        most=found[-1].to_percent,
    )
    return said


def _glance(cohort: Cohort, figures: Figures) -> str:
    """Say in two sentences how far everybody is."""
    count, everybody = len(cohort.answered), cohort.expected
    handed_in = ngettext(
        "%(count)s of the %(num)s learner who has opened this tool in the course has handed in.",
        "%(count)s of the %(num)s learners who have opened this tool in the course have handed in.",
        everybody,
        count=count,
    )
    if figures.median_percent is None:
        return str(handed_in)
    percent = decimals(figures.median_percent.quantize(Decimal("0.1")))
    middle = _("The median grade is %(percent)s %%.", percent=percent)
    if figures.most_attempts < 2:
        return f"{handed_in} {middle}"
    attempts = _(
        "There were %(count)s attempts, at most %(most)s by one person.",
        count=figures.attempts,
        most=figures.most_attempts,
    )
    return f"{handed_in} {attempts} {middle}"


def _left_out(cohort: Cohort) -> list[str]:
    """Return who is in no figure, and why; nothing where nobody is."""
    counts = (
        (
            cohort.not_handed_in,
            ngettext(
                "%(num)s has not handed in", "%(num)s have not handed in", cohort.not_handed_in
            ),
        ),
        (cohort.excused, ngettext("%(num)s is excused", "%(num)s are excused", cohort.excused)),
        (cohort.left, ngettext("%(num)s left the course", "%(num)s left the course", cohort.left)),
    )
    return [words for count, words in counts if count]


def _which_counts(activity: ActivityView, figures: Figures) -> str:
    """Say which attempt the answers are from; empty where everybody has only one."""
    if figures.most_attempts < 2:
        return ""
    rules = registry().rules(activity.kind)
    words: Mapping[Counting, str] = {
        Counting.BEST: _("Of several attempts, the answers are those of the best one."),
        Counting.LAST: _("Of several attempts, the answers are those of the last one."),
        Counting.FIRST: _("Of several attempts, the answers are those of the first one."),
        Counting.MEAN: _(
            "Of several attempts, the grade is the mean of all; the answers are those of the last."
        ),
    }
    return words[rules.counting(rules.settings_of(activity))]
