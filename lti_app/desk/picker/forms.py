"""The form of what is picked: title, points, gradebook and dates of each. It stores nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field, TextAreaField
from wtforms.validators import ValidationError

from lti_app.catalog.models import TITLE_LENGTH
from lti_app.catalog.rules import Release
from lti_app.catalog.settings import SettingsError, refuse_contradictions
from lti_app.core.names import one_line
from lti_app.core.zones import FIRST_YEAR, LAST_YEAR, FarTimeError, NoSuchTimeError, moment_in
from lti_app.desk.adding.basket import Picked
from lti_app.desk.picker.sent_rows import in_order
from lti_app.submissions.column_forms import PointsField
from lti_app.submissions.settings_words import contradiction_words, date_names
from lti_app.web.fields import MOMENT_FORMATS, MomentField, TickField
from lti_app.web.forms import Form

DATES = ("opens_at", "due_at", "closes_at")


def _one_line(_form: Form, field: Field) -> None:
    """Refuse what is no title of one line."""
    field.data = one_line(field.data)
    if not 0 < len(field.data) <= TITLE_LENGTH:
        words = _("Write a title of at most %(most)s characters.", most=TITLE_LENGTH)
        raise ValidationError(words)


@dataclass(frozen=True)
class Row:
    """One activity on the page: its fields, and how it is picked now."""

    number: int
    picked: Picked
    fields: dict[str, Any]

    @property
    def dates(self) -> list[Any]:
        """The fields of its dates, in their order."""
        return [self.fields[name] for name in DATES]

    @property
    def is_amiss(self) -> bool:
        """Whether a field of it needs another look."""
        return bool(self.amiss)

    @property
    def amiss(self) -> list[tuple[str, str]]:
        """Id and words of each field that needs another look."""
        return [
            (field.id, f"{self.picked.title}: {field.label.text}")
            for field in self.fields.values()
            if field.errors
        ]


def details_form(
    picked: Sequence[Picked], zone: ZoneInfo, sent: "MultiDict[str, str] | None" = None
) -> tuple[Form, list[Row]]:
    """Return the form with what is set, or what was sent, and its rows."""
    made = [_fields(number) for number in range(len(picked))]
    whole: type[Form] = type("DetailsForm", (Form,), {k: v for one in made for k, v in one.items()})
    form = whole(formdata=sent, data=_shown(picked, zone))
    rows = [
        Row(n, one, {name: form[f"{name}-{n}"] for name in ("title", "points", "sent", *DATES)})
        for n, one in enumerate(picked)
    ]
    for row in rows:
        _name(row)
    return form, rows


def sent_by_item(
    sent: "MultiDict[str, str]", picked: Sequence[Picked], zone: ZoneInfo
) -> tuple["MultiDict[str, str]", bool]:
    """Return what was sent, each row with its own item, and whether it was about what is picked."""
    as_set = {name: _as_sent(value) for name, value in _shown(picked, zone).items() if value}
    return in_order(sent, [one.address for one in picked], as_set)


def _as_sent(value: object) -> str:
    return value.strftime(MOMENT_FORMATS[0]) if isinstance(value, datetime) else str(value)


def _fields(number: int) -> dict[str, Any]:
    return {
        f"title-{number}": TextAreaField(validators=[_one_line]),
        f"points-{number}": PointsField(),
        **{f"{name}-{number}": MomentField(format=MOMENT_FORMATS) for name in DATES},
        f"sent-{number}": TickField(),
    }


def _shown(picked: Sequence[Picked], zone: ZoneInfo) -> dict[str, object]:
    shown: dict[str, object] = {}
    for number, one in enumerate(picked):
        shown |= {
            f"title-{number}": one.title,
            f"points-{number}": f"{one.points.normalize():f}",
            f"sent-{number}": one.in_gradebook,
            **{f"{name}-{number}": _on_the_wall(getattr(one, name), zone) for name in DATES},
        }
    return shown


def _on_the_wall(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment and moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _name(row: Row) -> None:
    row.fields["title"].label.text = _("Title")
    row.fields["points"].label.text = _("Points")
    row.fields["sent"].label.text = _("In the gradebook")
    names = date_names()
    for name in DATES:
        row.fields[name].label.text = names[name]


def read_rows(form: Form, rows: Sequence[Row], zone: ZoneInfo) -> tuple[list[Picked], bool]:
    """Return what was typed, and whether all of it can stand.

    What needs another look says so on its field, and stays as it was.
    """
    is_valid = form.validate()
    read = [_read(row, zone) for row in rows]
    return read, is_valid and not any(row.is_amiss for row in rows)


def _read(row: Row, zone: ZoneInfo) -> Picked:
    fields, picked = row.fields, row.picked
    dates = {name: _moment(fields[name], getattr(picked, name), zone) for name in DATES}
    found = replace(
        picked,
        in_gradebook=bool(fields["sent"].data),
        opens_at=dates["opens_at"],
        due_at=dates["due_at"],
        closes_at=dates["closes_at"],
    )
    if not any(fields[name].errors for name in DATES):
        try:
            refuse_contradictions(found.dates, Release.IMMEDIATE)
        except SettingsError as error:
            fields[error.second].errors = [contradiction_words(error)]
    if row.is_amiss:
        return picked
    return replace(found, title=fields["title"].data, points=fields["points"].points())


def _moment(field: Any, kept: datetime | None, zone: ZoneInfo) -> datetime | None:
    if field.errors or field.data is None:
        return None
    if field.data == _on_the_wall(kept, zone):
        # Nobody touched it, so it stays, also where clocks show it twice.
        return kept
    try:
        return moment_in(field.data, zone)
    except NoSuchTimeError:
        words = _(
            "There is no such time in %(zone)s: the clocks go forward over it that day. Write one"
            " from before or after that.",
            zone=zone.key,
        )
    except FarTimeError:
        words = _("Write a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
    field.errors = [words]
    return None
