"""One macro draws every field: label, hint, control and what is amiss belong together."""

import re

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from lti_app.core.paths import resource_path
from lti_app.web.language import speak_languages

WORDS = ["Never", "Rarely", "Sometimes", "Often", "Almost always"]


class EveryField(Form):
    name = StringField("Your name", [InputRequired("Write a name.")], description="People see it.")
    note = TextAreaField("A note", [InputRequired("Write a note.")])
    when = SelectField("When", choices=[("1", "Now"), ("2", "Later")])
    shown = BooleanField("In the gradebook", description="One column.")
    move = RadioField(
        "First move?", [InputRequired("Choose one.")], choices=[("a", "Ask"), ("b", "Wait")]
    )
    s1 = RadioField(
        "I <ask> early.", [InputRequired("Choose one.")], choices=list(enumerate(WORDS, 1))
    )
    kept = HiddenField()


@pytest.fixture
def page() -> Flask:
    app = Flask("lti_app", static_folder=None, template_folder=str(resource_path("templates")))
    app.jinja_env.globals.update(asset_url="/static/{}".format)
    speak_languages(app)
    return app


def draw(page: Flask, template: str, **values: object) -> str:
    with page.test_request_context():
        return render_template_string(template, **values)


def draw_field(page: Flask, field: Field) -> str:
    return draw(page, '{% from "_macros/forms.html" import field %}{{ field(f) }}', f=field)


@pytest.fixture
def empty_form() -> EveryField:
    form = EveryField(MultiDict({"kept": "x", "when": "1"}))
    form.validate()
    return form


@pytest.mark.parametrize("name", ["name", "note", "when", "shown", "move"])
def test_field_is_tied_to_its_hint_and_to_what_is_amiss(
    page: Flask, empty_form: EveryField, name: str
) -> None:
    field = empty_form[name]

    html = draw_field(page, field)

    tied = " ".join(re.findall(r'aria-describedby="([^"]*)"', html)).split()
    expected = [f"{name}-hint"] * bool(field.description) + [f"{name}-amiss"] * bool(field.errors)
    assert tied == expected
    assert all(f'id="{one}"' in html for one in tied)


@pytest.mark.parametrize("name", ["name", "note", "when"])
def test_label_names_the_control_and_typed_words_keep_their_direction(
    page: Flask, empty_form: EveryField, name: str
) -> None:
    html = draw_field(page, empty_form[name])

    assert f'for="{name}"' in html
    assert re.search(rf'<(input|textarea|select)[^>]* dir="auto"[^>]* id="{name}"', html)


def test_field_that_needs_another_look_says_so_to_a_screen_reader(
    page: Flask, empty_form: EveryField
) -> None:
    assert 'aria-invalid="true"' in draw_field(page, empty_form.name)
    assert "aria-invalid" not in draw_field(page, empty_form.when)


def test_hidden_field_has_no_label(page: Flask, empty_form: EveryField) -> None:
    html = draw_field(page, empty_form.kept)

    assert html == '<input id="kept" name="kept" type="hidden" value="x">'


def test_choices_are_a_group_with_a_name_and_none_is_chosen_for_the_reader(
    page: Flask, empty_form: EveryField
) -> None:
    html = draw_field(page, empty_form.move)

    assert re.search(r"<fieldset[^>]*>\s*<legend[^>]*>First move\?</legend>", html)
    assert html.count('type="radio"') == 2
    assert "checked" not in html


def test_scale_speaks_its_statement_and_every_answer(page: Flask) -> None:
    form = EveryField(MultiDict({"s1": "4"}))

    html = draw(page, '{% from "_macros/forms.html" import scale %}{{ scale(f, 7) }}', f=form.s1)

    assert "I &lt;ask&gt; early." in html
    assert re.findall(r'<span dir="auto">([^<]+)</span></label>', html) == WORDS
    assert re.findall(r'<input checked [^>]*value="(\d)"', html) == ["4"]


def test_summary_leads_to_every_field_that_needs_another_look(
    page: Flask, empty_form: EveryField
) -> None:
    html = draw(
        page, '{% from "_macros/forms.html" import summary %}{{ summary(form) }}', form=empty_form
    )

    assert re.findall(r'href="#([^"]+)"', html) == ["name", "note", "move-0", "s1-0"]
    assert "4 fields need another look" in html


def test_summary_of_many_fields_names_five_and_says_where_the_others_are(page: Flask) -> None:
    class Many(Form):
        """Eight fields that must be filled in."""

    for number in range(8):
        setattr(Many, f"f{number}", StringField(f"Field {number}", [InputRequired("Write it.")]))
    form = Many(MultiDict())
    form.validate()

    html = draw(page, '{% from "_macros/forms.html" import summary %}{{ summary(f) }}', f=form)

    assert html.count("<li>") == 5
    assert "8 fields need another look" in html
    assert "The others are marked below." in html


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Amara Okafor", "AO"),
        ("Łukasz Jan Zieliński", "ŁZ"),
        ("Prince", "P"),
        ("", ""),
    ],
)
def test_drop_carries_the_initials(page: Flask, name: str, initials: str) -> None:
    html = draw(page, '{% from "_macros/people.html" import drop %}{{ drop(name) }}', name=name)

    assert re.findall(r">([^<]*)</span>", html) == [initials]


@pytest.mark.parametrize(("done", "width"), [(0, "0.0"), (3, "15.0"), (20, "100.0")])
def test_progress_says_in_words_what_the_bar_shows(page: Flask, done: int, width: str) -> None:
    html = draw(
        page,
        '{% from "_macros/states.html" import progress %}'
        '{{ progress(done, 20, "{done} of {total} answered") }}',
        done=done,
    )

    assert f"{done} of 20 answered" in html
    assert f'<rect width="{width}"' in html


def test_error_page_asks_for_neither_session_nor_form(page: Flask) -> None:
    page.jinja_env.globals.update(page_theme="auto", viewer=object())
    with page.test_request_context():
        html = page.jinja_env.get_template("errors/error.html").render(
            title="T",
            happened="H",
            means="M",
            todo=["one", "two"],
            reference="R1",
            support_contact="",
        )

    assert "<h1>T</h1>" in html
    assert re.findall(r"<li>(\w+)</li>", html) == ["one", "two"]
    assert "R1" in html
    assert not re.search(r"<form|csrf|rapport-zone|/s/", html)
