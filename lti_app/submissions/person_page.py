"""One person's grade on a page, with everything that it is made of and can be decided."""

from dataclasses import dataclass

from lti_app.catalog.views import ActivityView
from lti_app.grading.history import list_history
from lti_app.grading.models import DeliveryState
from lti_app.grading.states import Stage, may_follow
from lti_app.grading.views import GradeView
from lti_app.grading.withdrawing import may_withdraw
from lti_app.people.roles import Role
from lti_app.submissions.current import registry
from lti_app.submissions.explaining import cap_words, facet_title, facet_words
from lti_app.submissions.forms import ExtendForm, FacetForm, OverrideForm, ReasonForm, SendAgainForm
from lti_app.submissions.history_words import happened, who_entered
from lti_app.submissions.lines import lines_of
from lti_app.submissions.pages import waits_of
from lti_app.submissions.views import PersonWork
from lti_app.web.context import db, viewer
from lti_app.web.render import Page


@dataclass(frozen=True)
class Conflict:
    """Two graders: what this one entered, in words, and what the other left."""

    yours: str
    theirs: GradeView


def person_page(
    activity: ActivityView,
    work: PersonWork,
    *,
    status: int = 200,
    override: OverrideForm | None = None,
    reason: ReasonForm | None = None,
    extension: ExtendForm | None = None,
    facet: FacetForm | None = None,
    conflict: Conflict | None = None,
) -> Page:
    """Return the page of one person; a form that is given stays as it was typed."""
    rules = registry().rules(activity.kind)
    grade, stage = work.standing.grade, work.where.stage
    history = list_history(db(), activity, work.learner.user_id) if grade else []
    line = lines_of(rules, activity, [work], waits_of(activity, [work]))[0]
    mine = viewer().user_public_id
    return Page(
        "submissions/person.html",
        status=status,
        activity=activity,
        line=line,
        history=happened(history, mine),
        entered_by=who_entered(history, mine),
        asks_first=any(one.state is DeliveryState.LMS_NEWER for one, _words in line.deliveries),
        are_answers_private=_are_answers_private(activity),
        facets=[facet_words(rules, facet) for facet in grade.facets] if grade else [],
        cap=cap_words(rules, grade) if grade else "",
        may_decide=viewer().role is Role.INSTRUCTOR,
        may_reopen=may_follow(stage, Stage.REOPENED) and not work.where.is_excused,
        override=override or _override_form(activity, grade),
        may_withdraw=may_withdraw(grade, work.where),
        reason=reason or ReasonForm(formdata=None),
        facet_form=facet or _facet_form(activity, work),
        extension=extension or ExtendForm(formdata=None, data={"days": work.where.extra_days}),
        form=SendAgainForm(formdata=None),
        conflict=conflict,
    )


def _override_form(activity: ActivityView, grade: GradeView | None) -> OverrideForm:
    form = OverrideForm(activity.points, formdata=None)
    form.revision.data = grade.revision if grade else 0
    if grade and grade.override:
        form.points.data = f"{grade.override.points.normalize():f}"
        form.reason.data = grade.override.reason
    return form


def facet_choices(activity: ActivityView, work: PersonWork) -> list[tuple[str, str]]:
    """Return the parts that can be set by hand, name and title."""
    rules, grade = registry().rules(activity.kind), work.standing.grade
    return [(one.facet, facet_title(rules, one.facet)) for one in (grade.facets if grade else ())]


def _facet_form(activity: ActivityView, work: PersonWork) -> FacetForm:
    form = FacetForm(facet_choices(activity, work), formdata=None)
    form.revision.data = work.standing.grade.revision if work.standing.grade else 0
    return form


def _are_answers_private(activity: ActivityView) -> bool:
    """Whether what somebody answered is for nobody else: it counts for being done."""
    registered = registry()
    item = registered.rules(activity.kind).read_item(activity.content)
    return registered.pages(activity.kind).label(item).is_for_completion
