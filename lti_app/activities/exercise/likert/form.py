"""The form of a self-assessment, made from its statements. It decides nothing about marks."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext
from wtforms import Field, RadioField
from wtforms.validators import AnyOf, InputRequired

from lti_app.activities.exercise.likert.spec import LikertItem, Scale, Statement
from lti_app.activities.exercise.likert.taking import RESPONSES, responses_of
from lti_app.activities.exercise.player import PlayerForm
from lti_app.core.translation import _
from lti_app.submissions.contract import Answers

#: Before a statement's id in the name of its field, so that no statement can shadow a field.
_PREFIX = "statement-"


class LikertForm(PlayerForm):
    """One field for each statement."""

    def field_of(self, statement: Statement) -> Field:
        """Return the field of a statement."""
        found: Field = self[_PREFIX + statement.id]
        return found

    def read(self, item: LikertItem, stored: Answers, *, now: datetime) -> Answers:
        """Return what is chosen so far; an answer off the scale is left out."""
        scale = item.scale
        allowed = {str(value): value for value in range(1, len(scale.labels) + 1)}
        chosen = {one.id: allowed.get(self.field_of(one).data or "") for one in scale.statements}
        return {RESPONSES: {name: value for name, value in chosen.items() if value is not None}}

    def differences(self, item: LikertItem, stored: Answers) -> Mapping[str, str]:
        """Return statement id to the answer that is stored and not chosen here."""
        responses = responses_of(stored)
        return {
            one.id: item.scale.labels[responses[one.id] - 1]
            for one in item.scale.statements
            if one.id in responses and str(responses[one.id]) != self.field_of(one).data
        }


def likert_form(item: LikertItem, _answers: Answers, _seed: str) -> type[PlayerForm]:
    """Return the form of an item: every statement is there from the beginning."""
    return _form_of(item.scale)


@lru_cache(maxsize=64)
def _form_of(scale: Scale) -> type[PlayerForm]:
    """Make the form once: a class that opens an item together has one and the same."""
    labels = [(str(value), label) for value, label in enumerate(scale.labels, start=1)]
    fields = {
        _PREFIX + statement.id: RadioField(
            statement.text,
            choices=labels,
            validate_choice=False,
            validators=[
                InputRequired(lazy_gettext(_("Still open."))),
                AnyOf(
                    [value for value, _label in labels],
                    lazy_gettext(_("Choose one of these answers.")),
                ),
            ],
        )
        for statement in scale.statements
    }
    return type("LikertItemForm", (LikertForm,), fields)


def filled(_item: LikertItem, answers: Answers, _seed: str) -> Mapping[str, Any]:
    """Return field names and values of answers."""
    return {_PREFIX + name: str(value) for name, value in responses_of(answers).items()}
