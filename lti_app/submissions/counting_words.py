"""Which of somebody's attempts counts, in words on the receipt of each. It marks nothing."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext

from lti_app.core.translation import _
from lti_app.grading.views import GradeView
from lti_app.submissions.counting import Counting
from lti_app.submissions.views import Receipt

#: Before the second attempt.
_AGAIN: Mapping[Counting, str] = {
    Counting.BEST: _("If you hand in again, the best attempt counts."),
    Counting.LAST: _("If you hand in again, the last attempt counts."),
    Counting.FIRST: _("If you hand in again, this first attempt still is the one that counts."),
    Counting.MEAN: _("If you hand in again, the mean of your attempts counts."),
}
#: The receipt is of the attempt that counts.
_THIS: Mapping[Counting, str] = {
    Counting.BEST: _(
        "This is attempt %(number)s of %(count)s. It counts, because it is your best."
    ),
    Counting.LAST: _(
        "This is attempt %(number)s of %(count)s. It counts, because it is your last."
    ),
    Counting.FIRST: _(
        "This is attempt %(number)s of %(count)s. It counts, because it is your first."
    ),
}
#: Another attempt, `counted`, does.
_OTHER: Mapping[Counting, str] = {
    Counting.BEST: _(
        "This is attempt %(number)s of %(count)s. Attempt %(counted)s counts, because it is your"
        " best."
    ),
    Counting.LAST: _(
        "This is attempt %(number)s of %(count)s. Attempt %(counted)s counts, because it is your"
        " last."
    ),
    Counting.FIRST: _(
        "This is attempt %(number)s of %(count)s. Attempt %(counted)s counts, because it is your"
        " first."
    ),
}
#: Which one does is not told yet, or it is all of them.
_ALL: Mapping[Counting, str] = {
    Counting.BEST: _("This is attempt %(number)s of %(count)s. Your best one counts."),
    Counting.MEAN: _("This is attempt %(number)s of %(count)s. The mean of them counts."),
}


def is_released(grade: GradeView | None, receipt: Receipt, *, has_attempts_left: bool) -> bool:
    """Whether a grade was released since this attempt was handed in.

    A further attempt waits for a release of its own, whatever was released before it. Where it
    changed nothing there is nothing to release, so the last one waits no longer.
    """
    if grade is None or grade.released is None or grade.released_at is None:
        return False
    is_settled = grade.released == grade.effective and not has_attempts_left
    return is_settled or grade.released_at >= receipt.handed_in_at


def find_told(
    grade: GradeView | None, receipts: Sequence[Receipt], *, has_attempts_left: bool
) -> GradeView | None:
    """Return a grade whose parts may be shown: all of it is released, of every attempt.

    Its facets, and the attempt that it is tied to, are those of now and not of the release.
    """
    if grade is None or grade.released != grade.effective:
        return None
    are_released = (
        is_released(grade, one, has_attempts_left=has_attempts_left) for one in receipts
    )
    return grade if all(are_released) else None


def counting_words(
    rule: Counting,
    shown: Receipt,
    receipts: Sequence[Receipt],
    grade: GradeView | None,
    *,
    has_attempts_left: bool,
) -> str:
    """Return which attempt counts; empty where there is, and will be, no other.

    Which is the best is told with the released grade: before that, it would tell of the scores.

    Args:
        receipts: all of that person, oldest first.
        grade: as far as it may be told, see `find_told`.
    """
    if len(receipts) < 2:
        return str(gettext(_AGAIN[rule])) if has_attempts_left else ""
    counted = _counted(rule, receipts, grade)
    numbers = {"number": shown.number, "count": len(receipts)}
    if counted is None:
        return str(gettext(_ALL[rule])) % numbers
    table = _THIS if counted.public_id == shown.public_id else _OTHER
    return str(gettext(table[rule])) % {**numbers, "counted": counted.number}


def _counted(
    rule: Counting, receipts: Sequence[Receipt], grade: GradeView | None
) -> Receipt | None:
    if rule is Counting.MEAN:
        return None
    if rule is Counting.BEST:
        source = grade.source if grade else None
        return next((one for one in receipts if one.public_id == source), None)
    return receipts[0] if rule is Counting.FIRST else receipts[-1]
