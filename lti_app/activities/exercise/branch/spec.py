"""What the file of a branching story says, and that it can be played to its end and scored."""

from typing import Literal

from pydantic import model_validator

from lti_app.activities.exercise.branch.graph import examined
from lti_app.activities.exercise.branch.story import Story
from lti_app.catalog.flaws import refuse


class BranchItem(Story):
    """A branching story, scored by the sum of points along the path."""

    kind: Literal["branch"]

    @model_validator(mode="after")
    def _can_be_played(self) -> "BranchItem":
        refuse(examined(self).flaws)
        return self
