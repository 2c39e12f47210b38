"""The values of a platform's form as they stand in its page of the docs."""

from collections.abc import Iterator

from lti_app.lti.forms_by_hand import Entry, HandForm, How
from lti_app.lti.forms_of_platforms import forms_by_hand

BASE = "https://rapport.example.org"
BEGIN, END = "<!-- values: {} -->", "<!-- end of values -->"


def block_of(form: HandForm) -> str:
    """Return what stands between the marks of a page, with them."""
    return "\n".join((BEGIN.format(form.key), "", *_lines(form), END))


def blocks() -> dict[str, str]:
    return {key: block_of(form) for key, form in forms_by_hand(BASE).items()}


def _lines(form: HandForm) -> Iterator[str]:
    for number, step in enumerate(form.steps, start=1):
        yield f"{number}. Open **{' › '.join(step.path)}**."
        yield ""
        yield "   | field | value |"
        yield "   | --- | --- |"
        yield from (f"   | {entry.label} | {_cell(entry)} |" for entry in step.entries)
        yield ""
    yield f"{len(form.steps) + 1}. Give what {form.name} shows in return to whoever runs Rapport:"
    yield ""
    yield "   | it shows | option of `rapport platform add` |"
    yield "   | --- | --- |"
    for one in form.returned:
        yield f"   | {one.label} | `--{one.option}{' ' if one.value else ''}{one.value}` |"
    yield ""


def _cell(entry: Entry) -> str:
    what = "<br>".join(f"`{line}`" for line in entry.value.split("\n"))
    if entry.how is How.TICK:
        what = "tick it"
    elif entry.how is How.CHOOSE:
        what = f"choose *{entry.value}*" if entry.value else ""
    return ". ".join(part for part in (what, entry.note.rstrip(".")) if part)
