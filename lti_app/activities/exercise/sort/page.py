"""What the pages of a sorting exercise show. The key is in none of it."""

from collections.abc import Mapping
from typing import Any

from lti_app.activities.exercise.player import ItemPages, Moment
from lti_app.activities.exercise.sort.form import bin_values, filled, in_order, sort_form
from lti_app.activities.exercise.sort.report import sort_report
from lti_app.activities.exercise.sort.result import by_text, sort_result, who_sees_it
from lti_app.activities.exercise.sort.spec import Bin, SortItem
from lti_app.activities.exercise.sort.taking import placed_of
from lti_app.web.markdown import to_html


def _bins(item: SortItem) -> list[tuple[str, Bin]]:
    """Return the bins, each after what stands for it in the form."""
    values = bin_values(item)
    return [(values[one.id], one) for one in item.bins]


def _read_only(item: SortItem) -> Mapping[str, Any]:
    return {
        "introduction": to_html(item.introduction),
        "bins": _bins(item),
        "texts": [card.text for card in by_text(item.cards)],
    }


def _shown(item: SortItem, moment: Moment) -> Mapping[str, Any]:
    return {
        **_read_only(item),
        "cards": in_order(item, moment.seed),
        "placed": len(placed_of(moment.answers)),
        "who_sees": who_sees_it(),
    }


SORT_PAGES = ItemPages(
    icon="ui-checks-grid",
    template="activities/exercise/sort/play.html",
    reading="activities/exercise/sort/_cards.html",
    form_class=sort_form,
    filled=filled,
    shown=_shown,
    read_only=_read_only,
    result=sort_result,
    report=sort_report,
)
