"""The form of one scene: a choice among what is offered there, then on; or the hand-in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from flask_babel import gettext
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from lti_app.activities.exercise.branch.play import Journey, Passed, replay, steps_of, with_step
from lti_app.activities.exercise.branch.spec import BranchItem
from lti_app.activities.exercise.branch.story import Option
from lti_app.activities.exercise.player import PlayerForm
from lti_app.submissions.contract import Answers
from lti_app.submissions.errors import DraftConflictError
from lti_app.web.fields import WholeField

#: What `do` says when an option was chosen.
CHOOSE = "choose"
#: The id of the scene where the story stands.
NOW = "now"


class BranchForm(PlayerForm):
    """One scene. A choice is saved when it is made; nothing else of this form ever is.

    Fields:
        do: of the button that was pressed.
        step: how many choices were made before the page was drawn.
        scene: where the story stood then.
    """

    steps: ClassVar[frozenset[str]] = frozenset({CHOOSE})
    journey: ClassVar[Journey]

    do = StringField()
    step = WholeField(validators=[InputRequired(), NumberRange(min=0)])
    scene = HiddenField(validators=[InputRequired(), Length(max=64)])

    def is_whole(self) -> bool:
        """Whether the page's own parts arrived."""
        return super().is_whole() and self.step.validate(self) and self.scene.validate(self)

    def validate_option(self, field: RadioField) -> None:
        """Ask for a choice where one is made; an older page is not asked for another."""
        is_here = self.step.data == len(self.journey.passed)
        if self.do.data == CHOOSE and is_here and self._chosen() is None:
            raise ValidationError(gettext("Choose one of these."))

    def anchor(self) -> str | None:
        """Return the id of the scene that follows."""
        return NOW

    def read(self, item: BranchItem, stored: Answers, *, now: datetime) -> Answers:
        """Return the stored path, one step longer when an option was chosen.

        Raises:
            DraftConflictError: something else was chosen in that scene, or the story does not
                stand there.
        """
        if self.do.data != CHOOSE:
            return stored
        if passed := self._passed():
            if passed.taken.id != self["option"].data or passed.scene.id != self.scene.data:
                raise DraftConflictError
            # The same choice once more: a double click, or one page back and on again.
            return stored
        taken = self._chosen()
        if taken is None or self.step.data != len(self.journey.passed):
            raise DraftConflictError
        return with_step(stored, taken, self.journey, now=now)

    def differences(self, item: BranchItem, stored: Answers) -> Mapping[str, str]:
        """Return what was chosen here and there in the scene that this form is of."""
        step = self.step.data or 0
        journey = replay(item, stored)
        if not 0 <= step < len(journey.passed):
            return {}
        passed = journey.passed[step]
        texts = {option.id: option.text for option in passed.offered}
        here = texts.get(self["option"].data or "", "")
        return {"scene": passed.scene.title, "there": passed.taken.text, "here": here}

    def _passed(self) -> Passed | None:
        """Return the scene that this form is of, when it is behind by now."""
        step = self.step.data or 0
        return self.journey.passed[step] if step < len(self.journey.passed) else None

    def _chosen(self) -> Option | None:
        if self.scene.data != self.journey.scene.id:
            return None
        offered = self.journey.offered
        return next((one for one in offered if one.id == self["option"].data), None)


def branch_form(item: BranchItem, answers: Answers, _seed: str) -> type[PlayerForm]:
    """Return the form of the scene where these answers have led.

    Raises:
        ValueError: they are no path of this story.
    """
    journey = replay(item, answers)
    question = journey.scene.question or gettext("What do you do?")
    choices = [(option.id, option.text) for option in journey.offered]
    option = RadioField(question, choices=choices, validate_choice=False)
    return type("SceneForm", (BranchForm,), {"journey": journey, "option": option})


def filled(item: BranchItem, answers: Answers, _seed: str) -> Mapping[str, Any]:
    """Return field names and values of the scene where these answers have led."""
    return {"step": len(steps_of(answers)), "scene": replay(item, answers).scene.id}
