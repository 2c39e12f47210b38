"""Fields that say in our words what is amiss with what was typed."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import BooleanField, DateTimeLocalField, Field, IntegerField, SelectField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput

#: As browsers send a moment; with seconds where they did not draw the field.
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]

Validator = Callable[[BaseForm, Field], None]


#: No number that anybody means has more, and each of so few digits fits a column.
_MOST_DIGITS = 18


class WholeField(IntegerField):
    """A whole number, in our words when it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a whole number."""
        try:
            if valuelist and len(valuelist[0]) > _MOST_DIGITS:
                raise ValueError
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write a whole number.")) from error


class WholeOrNoneField(WholeField):
    """A whole number; empty for none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a whole number, or nothing."""
        if valuelist and not "".join(valuelist).strip():
            self.data = None
            return
        super().process_formdata(valuelist)


class MomentField(DateTimeLocalField):
    """A date and a time, in the zone that the page names; empty for none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what the browser sends, in our words when it is no moment."""
        if valuelist and not "".join(valuelist).strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write a date and a time, such as 2026-05-01T18:00.")) from error


class SelectOneField(SelectField):
    """A choice, in our words when it is none of what there is to choose."""

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what is not among the choices."""
        try:
            super().pre_validate(form)
        except ValidationError as error:
            raise ValidationError(_("Choose one of these.")) from error


class _TickWidget(CheckboxInput):
    def __call__(self, field: Field, **kwargs: object) -> Markup:
        """Draw the box after an empty value of its name: a box without a tick sends nothing."""
        unticked = Markup('<input type="hidden" name="{}" value="">').format(field.name)
        return unticked + super().__call__(field, **kwargs)


class TickField(BooleanField):
    """A tick box. A form that does not have it leaves it as it is."""

    widget = _TickWidget()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read whether the box was ticked."""
        if valuelist:
            self.data = any(valuelist)


def in_range(
    words: str, *, least: Any = None, most: Any = None, may_be_empty: bool = False
) -> Validator:
    """Return what refuses a number outside a range, with one sentence for all that can be amiss.

    Args:
        words: say the whole range, also to who typed no number.
        least, most: None for no such end; the ends belong to it.
    """

    def refuse(form: BaseForm, field: Field) -> None:
        del form
        found, is_unread = field.data, bool(field.process_errors)
        if found is None and not is_unread and may_be_empty:
            return
        is_outside = found is not None and (
            (least is not None and found < least) or (most is not None and found > most)
        )
        if found is None or is_unread or is_outside:
            field.errors = []
            raise StopValidation(words)

    return refuse
