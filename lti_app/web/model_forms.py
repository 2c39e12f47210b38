"""Form fields made from a pydantic model, for settings of kinds that this code has never seen.

A field's `title` and `description` are its label and its hint, marked for translation; see
`core.words` for the rest. What no form can show, such as a list, stays as it was.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from flask_babel import gettext
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from wtforms import SelectField, StringField, TextAreaField
from wtforms.form import BaseForm

from lti_app.core.words import Section
from lti_app.web.fields import TickField, WholeField, WholeOrNoneField
from lti_app.web.model_shapes import Shape, shapes_of, written
from lti_app.web.model_words import amiss_words

#: Begins the names of the fields, so that a model may call its own what it likes.
PREFIX = "own-"
#: Text that may be longer gets several lines.
_LONGEST_LINE = 255
#: Errors whose words the model wrote itself, marked for translation.
_WRITTEN_BY_MODEL = frozenset({"value_error", "assertion_error"})


class NumberField(StringField):
    """A number with a point, kept as it was typed; empty for none."""

    def number(self) -> Decimal | None:
        """Return what was typed.

        Raises:
            ValueError: it is no plain number.
        """
        typed = (self.data or "").strip()
        if not typed:
            return None
        try:
            found = Decimal(typed)
        except InvalidOperation as error:
            raise ValueError("no number") from error
        if not found.is_finite() or set(typed) - set("+-.0123456789"):
            raise ValueError("no plain number")
        return found


def model_fields(model: type[BaseModel]) -> dict[str, Any]:
    """Return the fields of a model, for the class of a form."""
    return {PREFIX + shape.name: _maker(shape)() for shape in shapes_of(model)}


def _maker(shape: Shape) -> Callable[[], Any]:
    if shape.choices:
        choices = [(written(one), "") for one in shape.choices]
        # The model refuses what is none of them, in our words.
        return partial(SelectField, choices=choices, validate_choice=False)
    if shape.kind is bool:
        return TickField
    if shape.kind is int:
        return WholeOrNoneField if shape.is_optional else WholeField
    if shape.kind is str:
        most = shape.lengths()[1]
        return StringField if most is not None and most <= _LONGEST_LINE else TextAreaField
    return NumberField


def model_data(settings: BaseModel) -> dict[str, object]:
    """Return what the fields show before anybody typed."""
    return {
        PREFIX + shape.name: _shown(shape, getattr(settings, shape.name))
        for shape in shapes_of(type(settings))
    }


def _shown(shape: Shape, value: Any) -> object:
    if shape.choices and value is not None:
        return written(value)
    return f"{value:f}" if isinstance(value, Decimal) else value


def name_model_fields(form: BaseForm, model: type[BaseModel]) -> None:
    """Give the fields their words, in the reader's language."""
    for shape in shapes_of(model):
        field: Any = form[PREFIX + shape.name]
        title = shape.info.title
        field.label.text = gettext(title) if title else _spelt_out(shape.name)
        field.description = gettext(shape.info.description) if shape.info.description else ""
        if shape.choices:
            field.choices = [(written(one), _name_of(shape, one)) for one in shape.choices]


def _spelt_out(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _name_of(shape: Shape, value: object) -> str:
    words = shape.name_of(value)
    return str(gettext(words)) if words else written(value).replace("_", " ")


def names_in(model: type[BaseModel], section: Section) -> list[str]:
    """Return the names of the fields that stand in a section of the page, in their order."""
    return [PREFIX + shape.name for shape in shapes_of(model) if shape.section is section]


def read_model(form: BaseForm, settings: BaseModel) -> BaseModel | None:
    """Return the settings with what was typed; None when a field needs another look.

    Every field that is amiss says what it takes. It comes after the form's own validation.

    Args:
        settings: those of now; what the form cannot show is kept of them.
    """
    model = type(settings)
    shapes = {shape.name: shape for shape in shapes_of(model)}
    typed: dict[str, Any] = {}
    for name, shape in shapes.items():
        field: Any = form[PREFIX + name]
        try:
            if field.process_errors:
                raise ValueError("not read")
            typed[name] = _value(shape, field)
        except ValueError:
            _mark(form, shape, amiss_words(shape))
    try:
        found = model.model_validate({**settings.model_dump(mode="json"), **typed})
    except ValidationError as error:
        for one in error.errors():
            _mark_error(form, shapes, one)
        return None
    return found if len(typed) == len(shapes) else None


def _value(shape: Shape, field: Any) -> Any:
    if isinstance(field, NumberField):
        return field.number()
    if shape.choices:
        return next((one for one in shape.choices if written(one) == field.data), field.data)
    if shape.kind is str and shape.is_optional and not field.data:
        return None
    return field.data


def _mark_error(form: BaseForm, shapes: Mapping[str, Shape], error: ErrorDetails) -> None:
    """Put an error of the model on its field; one of the whole model on the first."""
    place = str(error["loc"][0]) if error["loc"] else ""
    shape = shapes.get(place) or next(iter(shapes.values()), None)
    if shape is None:
        return
    is_theirs = error["type"] in _WRITTEN_BY_MODEL
    _mark(form, shape, gettext(_reason_in(error)) if is_theirs else amiss_words(shape))


def _reason_in(error: ErrorDetails) -> str:
    return str(error.get("ctx", {}).get("error", "")) or error["msg"]


def _mark(form: BaseForm, shape: Shape, words: str) -> None:
    field: Any = form[PREFIX + shape.name]
    field.errors = [words]
