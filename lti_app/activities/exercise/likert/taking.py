"""How a self-assessment is taken and marked."""

from collections.abc import Mapping

from lti_app.activities.exercise.facets import COMPLETION
from lti_app.activities.exercise.likert.marking import (
    ALL_ANSWERED,
    STATEMENTS_MISSING,
    completion_facet,
    missing_statements,
)
from lti_app.activities.exercise.likert.spec import LikertItem
from lti_app.activities.exercise.parts import ItemRules
from lti_app.core.translation import _
from lti_app.grading.policy import FacetValue
from lti_app.submissions.contract import Answers

#: The part of the answers that holds statement id to answer.
RESPONSES = "responses"


def responses_of(answers: Answers) -> Mapping[str, int]:
    """Return statement id to answer."""
    found: Mapping[str, int] = answers.get(RESPONSES, {})
    return found


def _refuse_answers(item: LikertItem, answers: Answers) -> None:
    scale, responses = item.scale, responses_of(answers)
    known = {statement.id for statement in scale.statements}
    if missing_statements(scale, responses) or set(responses) != known:
        raise ValueError("answer every statement, and only those")
    if not all(
        type(answer) is int and 1 <= answer <= len(scale.labels) for answer in responses.values()
    ):
        raise ValueError("an answer is one of the labels")


def _mark(item: LikertItem, answers: Answers) -> FacetValue:
    return completion_facet(item, responses_of(answers))


LIKERT = ItemRules(
    name="likert",
    title=_("Self-assessment"),
    facet=COMPLETION,
    blank={RESPONSES: {}},
    refuse_answers=_refuse_answers,
    mark=_mark,
    reasons={
        ALL_ANSWERED: _("All %(count)s statements were answered."),
        STATEMENTS_MISSING: _("%(count)s statements were not answered."),
    },
)
