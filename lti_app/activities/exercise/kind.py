"""The rules of this kind: what it is called, where its items are, how they are marked."""

from collections.abc import Mapping

from pydantic import BaseModel

from lti_app.activities.exercise.marking import (
    ALL_ANSWERED,
    COMPLETION,
    STATEMENTS_MISSING,
    completion_facet,
    missing_statements,
)
from lti_app.activities.exercise.settings import (
    SETTINGS_VERSION,
    ExerciseSettings,
    attempts_allowed,
    counting,
    upgrade_settings,
)
from lti_app.activities.exercise.spec import ExerciseItem, file_schema, read_file, read_item
from lti_app.catalog.pack import ItemSource
from lti_app.catalog.spec import ItemSpec
from lti_app.core.translation import _
from lti_app.grading.comments import COMPLETE
from lti_app.submissions.contract import Answers, KindRules, Marked

NAME = "exercise"
#: The part of the answers that holds statement id to answer.
RESPONSES = "responses"


def as_item(item: ItemSpec) -> ExerciseItem:
    """Return an item of this kind as what it is."""
    if not isinstance(item, ExerciseItem):
        raise TypeError("not an exercise")
    return item


def responses_of(answers: Answers) -> Mapping[str, int]:
    """Return statement id to answer."""
    found: Mapping[str, int] = answers.get(RESPONSES, {})
    return found


def _refuse_answers(item: ItemSpec, answers: Answers) -> None:
    scale, responses = as_item(item).scale, responses_of(answers)
    known = {statement.id for statement in scale.statements}
    if missing_statements(scale, responses) or set(responses) != known:
        raise ValueError("answer every statement, and only those")
    if not all(
        type(answer) is int and 1 <= answer <= len(scale.labels) for answer in responses.values()
    ):
        raise ValueError("an answer is one of the labels")


def _mark(item: ItemSpec, answers: Answers, _settings: BaseModel) -> Marked:
    return Marked((completion_facet(as_item(item), responses_of(answers)),), COMPLETE)


RULES = KindRules(
    name=NAME,
    title=_("Exercise"),
    source=ItemSource(kind=NAME, files="exercises/*.yaml", read=read_file, schema=file_schema),
    read_item=read_item,
    settings_model=ExerciseSettings,
    settings_version=SETTINGS_VERSION,
    upgrade_settings=upgrade_settings,
    attempts_allowed=attempts_allowed,
    counting=counting,
    refuse_answers=_refuse_answers,
    mark=_mark,
    facet_titles={COMPLETION: _("Completion")},
    reasons={
        ALL_ANSWERED: _("All %(count)s statements were answered."),
        STATEMENTS_MISSING: _("%(count)s statements were not answered."),
    },
)
