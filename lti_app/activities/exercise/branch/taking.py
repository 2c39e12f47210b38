"""How a branching story is taken and marked."""

from lti_app.activities.exercise.branch.marking import ENDING_REACHED, NO_ENDING, choices_facet
from lti_app.activities.exercise.branch.play import PATH, replay
from lti_app.activities.exercise.branch.spec import BranchItem
from lti_app.activities.exercise.facets import CHOICES
from lti_app.activities.exercise.parts import ItemRules
from lti_app.core.translation import _
from lti_app.grading.policy import FacetValue
from lti_app.submissions.contract import Answers


def _refuse_answers(item: BranchItem, answers: Answers) -> None:
    if set(answers) != {PATH} or not replay(item, answers).is_complete:
        raise ValueError("a story is handed in from an ending")


def _mark(item: BranchItem, answers: Answers) -> FacetValue:
    return choices_facet(item, replay(item, answers))


BRANCH = ItemRules(
    name="branch",
    title=_("Branching story"),
    facet=CHOICES,
    blank={PATH: []},
    refuse_answers=_refuse_answers,
    mark=_mark,
    reasons={
        ENDING_REACHED: _(
            "The path came to %(sum)s points; paths through this story come to between %(least)s"
            " and %(most)s."
        ),
        NO_ENDING: _("The story had not come to an ending."),
    },
)
