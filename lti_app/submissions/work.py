"""From a handed-in attempt to what is graded: the kind's marks, less what lateness costs."""

from lti_app.catalog.spec import ItemSpec
from lti_app.catalog.views import ActivityView
from lti_app.grading.policy import lessened
from lti_app.grading.service import Work
from lti_app.submissions.contract import KindRules
from lti_app.submissions.models import Attempt


def work_of(
    rules: KindRules,
    activity: ActivityView,
    item: ItemSpec,
    attempt: Attempt,
    *,
    is_graded: bool,
) -> Work:
    """Mark an attempt. The same attempt under the same dates and rules is the same work.

    Args:
        activity: as this person has it, with their own dates.
        is_graded: whether this person's scores may reach a gradebook.
    """
    if attempt.handed_in_at is None or attempt.answers is None:
        raise ValueError("only what was handed in is marked")
    marked = rules.mark(item, attempt.answers)
    late_for = activity.late_for(attempt.handed_in_at)
    # Who was let in again by a person is in time, whatever the dates say.
    factor = activity.lateness.factor(late_for * (not attempt.is_reopened))
    return Work(
        user_id=attempt.user_id,
        source=attempt.public_id,
        handed_in_at=attempt.handed_in_at,
        facets=lessened(marked.facets, factor),
        comment_code=marked.comment_code,
        is_graded=is_graded,
        cap=marked.cap,
    )
