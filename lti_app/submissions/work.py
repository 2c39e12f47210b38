"""From handed-in attempts to what is graded: the kind's marks, less what lateness costs."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from lti_app.catalog.spec import ItemSpec
from lti_app.catalog.views import ActivityView
from lti_app.grading.policy import Entered, FacetValue, as_kept, lessened
from lti_app.grading.service import Work
from lti_app.submissions.contract import KindRules
from lti_app.submissions.counting import counted
from lti_app.submissions.models import Attempt


def counted_work(
    rules: KindRules,
    activity: ActivityView,
    item: ItemSpec,
    attempts: Iterable[Attempt],
    *,
    is_graded: bool,
    entered: Mapping[str, Entered],
) -> Work:
    """Mark everything that one person handed in, and return what counts of it.

    The same attempts under the same dates, settings and rules are the same work.

    Args:
        activity: as this person has it, with their own dates.
        attempts: oldest first; at least one.
        is_graded: whether this person's scores may reach a gradebook.
        entered: what people scored of the grade's facets by hand, see `list_entered`.
    """
    works = [work_of(rules, activity, item, one, is_graded=is_graded) for one in attempts]
    return counted(works, rules.counting(rules.settings_of(activity)), entered)


def work_of(
    rules: KindRules,
    activity: ActivityView,
    item: ItemSpec,
    attempt: Attempt,
    *,
    is_graded: bool,
) -> Work:
    """Mark one attempt.

    Args:
        activity: as this person has it, with their own dates.
        is_graded: whether this person's scores may reach a gradebook.
    """
    if attempt.handed_in_at is None or attempt.answers is None:
        raise ValueError("only what was handed in is marked")
    marked = rules.mark(item, attempt.answers, rules.settings_of(activity))
    late_for = activity.late_for(attempt.handed_in_at)
    # Who was let in again by a person is in time, whatever the dates say.
    factor = activity.lateness.factor(late_for * (not attempt.is_reopened))
    return Work(
        user_id=attempt.user_id,
        source=attempt.public_id,
        handed_in_at=attempt.handed_in_at,
        facets=lessened([_as_kept(one) for one in marked.facets], factor),
        comment_code=marked.comment_code,
        is_graded=is_graded,
        cap=marked.cap,
    )


def _as_kept(facet: FacetValue) -> FacetValue:
    return facet if facet.score is None else replace(facet, score=as_kept(facet.score))
