"""Why a gradebook column has not got the points it should have, in words. It reads no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext

from lti_app.catalog.views import LineItemView
from lti_app.core.translation import _
from lti_app.submissions.contract import KindRules
from lti_app.submissions.explaining import part_title
from lti_app.web.language import decimals


@dataclass(frozen=True)
class ColumnWords:
    """One column that was not changed.

    Attributes:
        theirs: the platform's own words, None when it said nothing.
        part: the title of the part that the column is for; empty for the whole grade.
    """

    happened: str
    means: str
    todo: str
    theirs: str | None = None
    part: str = ""


_OWN = "own_maximum"
_OPEN_ONCE = _("Open the activity once from the course, then save the settings again.")
_CHANGE_THERE = _("If it should show the same points, change its maximum in the gradebook.")

#: What happened, and what to do, by the code that the bridge writes down with a column.
WORDS: Mapping[str, tuple[str, str]] = {
    _OWN: (
        _("The gradebook column has a maximum of its own, %(maximum)s, so we left it as it is."),
        _CHANGE_THERE,
    ),
    "refused": (_("The platform did not let us change the gradebook column."), _CHANGE_THERE),
    "unauthorised": (_("The gradebook column is the platform’s own to change."), _CHANGE_THERE),
    "not_offered": (
        _("The platform lets us send scores, and change no gradebook columns."),
        _CHANGE_THERE,
    ),
    "gone": (
        _("The platform does not find the gradebook column, so its maximum was not changed."),
        _OPEN_ONCE,
    ),
    "address_refused": (
        _("The gradebook column is at an address that the platform has not named before."),
        _OPEN_ONCE,
    ),
    "unknown_outcome": (
        _("The platform never said whether it changed the gradebook column."),
        _("Look at its maximum in the gradebook, and save the settings here to try again."),
    ),
    "not_sent": (
        _("The platform could not be reached to change the gradebook column."),
        _("Save the settings again to try once more."),
    ),
    "platform_disabled": (
        _("The platform is switched off in this tool, so its gradebook column was not changed."),
        _("Ask whoever runs Rapport, then save the settings again."),
    ),
}


def unchanged_columns(rules: KindRules, columns: Sequence[LineItemView]) -> list[ColumnWords]:
    """Return the words for the columns that have not got the points they should have."""
    return [
        _words(column, part_title(rules, column))
        for column in columns
        if column.change_reason is not None
    ]


def _words(column: LineItemView, part: str) -> ColumnWords:
    reason = column.change_reason
    code = reason.code if reason else ""
    params = reason.params if reason else {}
    happened, todo = WORDS.get(code, WORDS["refused"])
    maximum = params.get("maximum")
    shown = decimals(Decimal(str(maximum))) if maximum is not None else gettext("of nothing")
    theirs = str(params.get("words") or "")
    return ColumnWords(
        happened=str(gettext(happened)) % {"maximum": shown},
        means=str(
            gettext(
                "Scores are sent as points of %(points)s, and the platform converts them: nobody’s"
                " share of the whole changes.",
                points=decimals(column.maximum),
            )
        ),
        todo=str(gettext(todo)),
        theirs=theirs or None,
        part=part,
    )
