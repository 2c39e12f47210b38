"""The pages of every kind of item."""

from collections.abc import Mapping

from lti_app.activities.exercise.branch.page import BRANCH_PAGES
from lti_app.activities.exercise.branch.taking import BRANCH
from lti_app.activities.exercise.items import as_item
from lti_app.activities.exercise.likert.page import LIKERT_PAGES
from lti_app.activities.exercise.likert.taking import LIKERT
from lti_app.activities.exercise.player import ItemPages
from lti_app.activities.exercise.sort.page import SORT_PAGES
from lti_app.activities.exercise.sort.taking import SORT
from lti_app.catalog.spec import ItemSpec

_PAGES: Mapping[str, ItemPages] = {
    LIKERT.name: LIKERT_PAGES,
    BRANCH.name: BRANCH_PAGES,
    SORT.name: SORT_PAGES,
}


def pages_of(item: ItemSpec) -> ItemPages:
    """Return the pages of an item."""
    return _PAGES[as_item(item).kind]
