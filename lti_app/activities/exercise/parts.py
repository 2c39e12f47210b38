"""What each kind of item decides: how its answers are taken and marked. It draws nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lti_app.grading.policy import FacetValue
from lti_app.submissions.contract import Answers


@dataclass(frozen=True)
class ItemRules:
    """The rules of one kind of item. Functions take an item of this kind.

    Attributes:
        name: the `kind` of its files.
        title: what people call it, marked for translation.
        facet: which facet its grade is made of.
        blank: the answers of who has not begun.
        refuse_answers: raises ValueError when answers may not be handed in as they are.
        mark: returns the facet, 0 to 1 with its reason; pure.
        reasons: a sentence for each code that explains its facet, marked for translation.
    """

    name: str
    title: str
    facet: str
    blank: Answers
    refuse_answers: Callable[[Any, Answers], None]
    mark: Callable[[Any, Answers], FacetValue]
    reasons: Mapping[str, str]
