"""The form of an item, made from its statements. It decides nothing about marks."""

import json
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from wtforms import Field, HiddenField, IntegerField, RadioField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange

from lti_app.activities.exercise.kind import RESPONSES
from lti_app.activities.exercise.spec import ExerciseItem, Scale, Statement
from lti_app.core.ids import new_public_id
from lti_app.submissions.contract import Answers
from lti_app.web.forms import Form

#: Before a statement's id in the name of its field, so that no statement can shadow a field.
_PREFIX = "statement-"


class ExerciseForm(Form):
    """What goes with the answers.

    Fields:
        key: the same for every repetition of one request.
        number: of the attempt that the page was drawn for.
        base_revision: of the draft that the page showed.
    """

    key = HiddenField(validators=[InputRequired(), Length(max=64)])
    number = IntegerField(validators=[InputRequired(), NumberRange(min=1, max=1000)])
    base_revision = IntegerField(validators=[InputRequired(), NumberRange(min=0)])

    def field_of(self, statement: Statement) -> Field:
        """Return the field of a statement."""
        found: Field = self[_PREFIX + statement.id]
        return found

    def is_whole(self) -> bool:
        """Whether the page's own parts arrived; if not, the request is not one of our form's."""
        return all(field.validate(self) for field in (self.key, self.number, self.base_revision))

    def answers(self, scale: Scale) -> Answers:
        """Return what is chosen so far, as it is stored; an answer off the scale is left out."""
        allowed = {str(value): value for value in range(1, len(scale.labels) + 1)}
        chosen = {one.id: allowed.get(self.field_of(one).data or "") for one in scale.statements}
        return {RESPONSES: {name: value for name, value in chosen.items() if value is not None}}


def exercise_form(item: ExerciseItem, **values: Any) -> ExerciseForm:
    """Return the form of an item, bound to the request if there is one to bind to.

    Args:
        values: of the fields, when nothing was posted.
    """
    labels = [(str(value), label) for value, label in enumerate(item.scale.labels, start=1)]
    fields = {
        _PREFIX + statement.id: RadioField(
            statement.text,
            choices=labels,
            validate_choice=False,
            validators=[
                InputRequired(gettext("Choose one answer.")),
                AnyOf([value for value, _label in labels], gettext("Choose one of these answers.")),
            ],
        )
        for statement in item.scale.statements
    }
    form_class = type("ItemForm", (ExerciseForm,), fields)
    form: ExerciseForm = form_class(data=values)
    return form


def fresh_values(answers: Answers, *, number: int, base_revision: int) -> dict[str, Any]:
    """Return the values of a form that is drawn anew.

    Args:
        answers: of the draft; empty when there is none.
    """
    return {
        "key": new_public_id(),
        "number": number,
        "base_revision": base_revision,
        **chosen_values(answers),
    }


def chosen_values(answers: Answers) -> Mapping[str, str]:
    """Return field names and values of answers."""
    return {_PREFIX + name: str(value) for name, value in answers.get(RESPONSES, {}).items()}


def draft_text(answers: Answers) -> str:
    """Return answers as the text of a draft: the same answers always make the same text."""
    return json.dumps(answers, sort_keys=True)


def draft_answers(text: str | None) -> Answers:
    """Return the answers of a draft's text."""
    answers: Answers = json.loads(text) if text else {RESPONSES: {}}
    return answers
