"""Forms of models that this code has never seen: fields, words, what was typed, what is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from flask import Flask
from pydantic import BaseModel, Field, field_validator, model_validator
from werkzeug.datastructures import MultiDict
from wtforms.form import BaseForm, Form

from lti_app.core.words import Section, Words
from lti_app.web.language import speak_languages
from lti_app.web.model_forms import (
    PREFIX,
    model_data,
    model_fields,
    name_model_fields,
    names_in,
    read_model,
)


class Colour(StrEnum):
    RED = "red"
    DARK_BLUE = "dark_blue"


class Garden(BaseModel):
    """Settings of a made-up kind, with one field of every sort."""

    beds: int = Field(3, ge=1, le=12, title="Beds", description="How many there are.")
    visitors: Annotated[int | None, Section.WHEN] = Field(None, ge=0)
    weeds: int = Field(0, gt=-1)
    is_open: bool = Field(True, title="Open to all")
    area: Decimal = Field(Decimal("7.50"), gt=0, le=100)
    motto: str = Field("Slowly", max_length=10)
    story: str | None = Field(None, title="Story")
    colour: Annotated[Colour, Words({Colour.RED: "rose red"})] = Field(Colour.RED)
    rows: Literal[2, 4] = 2
    keepers: tuple[str, ...] = ("Ann",)

    @field_validator("motto")
    @classmethod
    def _is_calm(cls, motto: str) -> str:
        if motto == "HURRY":
            raise ValueError("Write a calmer motto.")
        return motto

    @model_validator(mode="after")
    def _has_room(self) -> "Garden":
        if self.visitors is not None and self.visitors > 100 * self.beds:
            raise ValueError("So many visitors need more beds.")
        return self


@pytest.fixture(autouse=True)
def reader() -> Iterator[None]:
    """Somebody who reads English."""
    app = Flask("reader")
    speak_languages(app)
    with app.test_request_context():
        yield


NOW = Garden(keepers=("Ben", "Cleo"))


@dataclass
class Sent:
    """What came of a form: the settings that are kept, None when it is shown again."""

    form: BaseForm
    kept: BaseModel | None

    def said(self, name: str) -> list[str]:
        return [str(one) for one in self.form[PREFIX + name].errors]

    def shown(self, name: str) -> str:
        return str(self.form[PREFIX + name]())


def form_of(typed: dict[str, str] | None = None, now: BaseModel = NOW) -> BaseForm:
    made: type[Form] = type("Made", (Form,), model_fields(type(now)))
    given = MultiDict((PREFIX + name, value) for name, value in (typed or {}).items())
    form = made(given if typed is not None else None, data=model_data(now))
    name_model_fields(form, type(now))
    return form


def send(**typed: str) -> Sent:
    form: Any = form_of(typed)
    is_valid = form.validate()
    kept = read_model(form, NOW)
    return Sent(form, kept if is_valid else None)


def test_fields_have_the_words_of_the_model_or_its_names_spelt_out() -> None:
    form = form_of()

    labels = {field.label.text for field in form}
    assert {"Beds", "Open to all", "Story", "Visitors", "Area"} <= labels
    assert form[PREFIX + "beds"].description == "How many there are."
    choices: Any = form[PREFIX + "colour"]
    assert choices.choices == [("red", "rose red"), ("dark_blue", "dark blue")]


def test_a_form_nobody_touched_keeps_everything_also_what_it_cannot_show() -> None:
    sent = send()

    assert sent.kept == NOW
    assert PREFIX + "keepers" not in sent.form


def test_what_is_typed_is_read_as_what_the_model_says() -> None:
    sent = send(
        beds=" 4 ",
        visitors="",
        is_open="",
        area="8.25",
        motto="Gently",
        story="",
        colour="dark_blue",
        rows="4",
    )

    changed = {"beds": 4, "is_open": False, "area": Decimal("8.25"), "motto": "Gently"}
    assert sent.kept == NOW.model_copy(update={**changed, "colour": Colour.DARK_BLUE, "rows": 4})


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("beds", "0", "Write a whole number from 1 to 12."),
        ("beds", "13", "Write a whole number from 1 to 12."),
        ("beds", "ten", "Write a whole number from 1 to 12."),
        ("beds", "1.5", "Write a whole number from 1 to 12."),
        ("beds", "", "Write a whole number from 1 to 12."),
        ("visitors", "-1", "Write a whole number, 0 or more, or leave it empty."),
        ("weeds", "-1", "Write a whole number, 0 or more."),
        ("area", "0", "Write a number above 0 and up to 100, with a point, such as 7.5."),
        ("area", "7,5", "Write a number above 0 and up to 100, with a point, such as 7.5."),
        ("area", "1e1", "Write a number above 0 and up to 100, with a point, such as 7.5."),
        ("area", "NaN", "Write a number above 0 and up to 100, with a point, such as 7.5."),
        ("area", "", "Write a number above 0 and up to 100, with a point, such as 7.5."),
        ("motto", "Slowly but surely", "Write at most 10 characters."),
        ("motto", "HURRY", "Write a calmer motto."),
        ("colour", "green", "Choose one of these."),
        ("rows", "3", "Choose one of these."),
    ],
)
def test_what_is_amiss_is_said_once_on_its_field_and_stays_as_typed(
    name: str, typed: str, said: str
) -> None:
    sent = send(**{name: typed})

    assert sent.kept is None
    assert sent.said(name) == [said]
    assert [field.name for field in sent.form if field.errors] == [PREFIX + name]
    if name not in ("colour", "rows"):
        assert f'value="{typed}"' in sent.shown(name)


def test_every_field_that_is_amiss_says_so_at_once() -> None:
    sent = send(beds="none", area="-1", colour="green")

    assert [field.name for field in sent.form if field.errors] == [
        PREFIX + "beds",
        PREFIX + "area",
        PREFIX + "colour",
    ]


def test_what_the_model_says_of_the_whole_stands_on_its_first_field() -> None:
    sent = send(beds="1", visitors="101")

    assert (sent.kept, sent.said("beds")) == (None, ["So many visitors need more beds."])


def test_a_box_without_a_tick_is_sent_and_one_that_is_missing_changes_nothing() -> None:
    assert send(is_open="y").kept == NOW
    assert send(is_open="").kept == NOW.model_copy(update={"is_open": False})
    assert 'type="hidden" name="own-is_open" value=""' in send().shown("is_open")


def test_each_field_stands_in_the_section_it_names_else_with_the_kind() -> None:
    assert names_in(Garden, Section.WHEN) == ["own-visitors"]
    assert "own-beds" in names_in(Garden, Section.KIND)


def test_a_model_without_fields_has_a_form_without_fields() -> None:
    class Nothing(BaseModel):
        pass

    form = form_of({}, Nothing())

    assert list(form) == []
    assert read_model(form, Nothing()) == Nothing()
