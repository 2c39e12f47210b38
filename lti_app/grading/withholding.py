"""Keep a score here that is not to reach its platform. It sends nothing and owes nothing."""

from datetime import datetime

from lti_app.catalog.views import LineItemView
from lti_app.grading.models import DeliveryState, ScoreDelivery

#: Reason: the activity is not in the gradebook.
OUT_OF_GRADEBOOK = "out_of_gradebook"


def withhold(row: ScoreDelivery, *, now: datetime, why: str | None = None) -> None:
    """Keep a score here. What takes a score back is no such score.

    Args:
        why: None because its person is excused, else a code.
    """
    row.state, row.changed_at = DeliveryState.WITHHELD, now
    row.reason_code, row.reason_params, row.next_at = why, None, None


def may_reach(line_item: LineItemView, row: ScoreDelivery) -> bool:
    """Whether a score may go to its column: while it is out of the gradebook, only a taking back.

    Meanwhile nothing is owed there, so what the row says may be older than the grade.
    """
    return line_item.is_in_gradebook or row.wanted_points is None


def withhold_if_out(row: ScoreDelivery, line_item: LineItemView | None, *, now: datetime) -> bool:
    """Keep a score here that was to be sent and may not be; return whether it stays here."""
    if row.state == DeliveryState.WITHHELD:
        return True
    if line_item is None or may_reach(line_item, row):
        return False
    withhold(row, now=now, why=OUT_OF_GRADEBOOK)
    return True
