"""The rules of this kind: what it is called, where its items are, how they are marked."""

from dataclasses import replace
from decimal import Decimal

from pydantic import BaseModel

from lti_app.activities.exercise.authoring import AUTHORED
from lti_app.activities.exercise.facets import CHOICES, COMPLETION
from lti_app.activities.exercise.items import (
    ITEM_KINDS,
    SCALES,
    every_item_rules,
    file_schema,
    read_file,
    read_item,
    read_scales,
    rules_of,
    scales_schema,
)
from lti_app.activities.exercise.settings import (
    SETTINGS_VERSION,
    ExerciseSettings,
    attempts_allowed,
    counting,
    settings_of,
    upgrade_settings,
)
from lti_app.catalog.pack import ItemSource, SharedSource
from lti_app.catalog.spec import ItemSpec
from lti_app.core.reason import Reason
from lti_app.core.translation import _
from lti_app.grading.comments import COMPLETE, FROM_CHOICES
from lti_app.submissions.contract import Answers, KindRules, Marked

NAME = "exercise"
#: The reason for all points where being done is what counts.
HANDED_IN = "handed_in"


def _refuse_answers(item: ItemSpec, answers: Answers) -> None:
    rules_of(item).refuse_answers(item, answers)


def _mark(item: ItemSpec, answers: Answers, settings: BaseModel) -> Marked:
    facet = rules_of(item).mark(item, answers)
    if settings_of(settings).completion_only and facet.facet != COMPLETION:
        # It keeps its name, and with that what a person scored it by hand.
        done = replace(facet, score=Decimal(1), reason=Reason(HANDED_IN))
        return Marked((done,), COMPLETE)
    return Marked((facet,), COMPLETE if facet.facet == COMPLETION else FROM_CHOICES)


def _facets_of(item: ItemSpec) -> tuple[str, ...]:
    return (rules_of(item).facet,)


RULES = KindRules(
    name=NAME,
    title=_("Exercise"),
    source=ItemSource(
        kind=NAME,
        files="exercises/*.yaml",
        read=read_file,
        schema=file_schema,
        shared={SCALES: SharedSource(read_scales, scales_schema)},
    ),
    read_item=read_item,
    settings_model=ExerciseSettings,
    settings_version=SETTINGS_VERSION,
    upgrade_settings=upgrade_settings,
    attempts_allowed=attempts_allowed,
    counting=counting,
    refuse_answers=_refuse_answers,
    mark=_mark,
    facets_of=_facets_of,
    authored=tuple(one for one in AUTHORED if one.name in ITEM_KINDS),
    facet_titles={COMPLETION: _("Completion"), CHOICES: _("Choices")},
    reasons={
        HANDED_IN: _("Handed in. Here that counts, whatever the answers."),
        **{code: words for one in every_item_rules() for code, words in one.reasons.items()},
    },
)
