"""What a path through a story comes to. Pure: no database, no page."""

from decimal import Decimal
from fractions import Fraction

from lti_app.activities.exercise.branch.graph import survey_of_sound
from lti_app.activities.exercise.branch.play import Journey
from lti_app.activities.exercise.branch.story import Story
from lti_app.activities.exercise.branch.survey import Prospect
from lti_app.activities.exercise.facets import CHOICES
from lti_app.core.reason import Reason
from lti_app.grading.policy import FacetValue, as_kept

#: The reasons that the facet is given.
ENDING_REACHED = "ending_reached"
NO_ENDING = "no_ending"


def share_of(points: int, whole: Prospect, *, credit: Decimal) -> Fraction:
    """Return κ + (1 - κ)·(Σ - min)/(max - min): the worst path gets κ, the best one everything.

    Args:
        whole: what all complete paths of the story come to.
        credit: what reaching any ending is worth, 0 to 1.

    >>> share_of(3, Prospect(0, 9), credit=Decimal("0.3"))
    Fraction(8, 15)
    >>> share_of(-2, Prospect(-2, 9), credit=Decimal(0))
    Fraction(0, 1)
    >>> share_of(5, Prospect(5, 5), credit=Decimal(1))
    Fraction(1, 1)
    """
    kappa = Fraction(credit)
    if whole.least == whole.most:
        return kappa
    return kappa + (1 - kappa) * Fraction(points - whole.least, whole.most - whole.least)


def choices_facet(story: Story, journey: Journey) -> FacetValue:
    """Return what a path is worth; nothing before it has come to an ending."""
    whole = survey_of_sound(story).whole
    if not journey.is_complete or whole is None:
        return _facet(Decimal(0), Reason(NO_ENDING))
    share = share_of(journey.points, whole, credit=story.completion_credit)
    params = {"sum": journey.points, "least": whole.least, "most": whole.most}
    return _facet(as_kept(share), Reason(ENDING_REACHED, params))


def _facet(score: Decimal, reason: Reason) -> FacetValue:
    return FacetValue(CHOICES, Decimal(1), score, reason, is_dated=True)
