"""The form of an activity's settings: what it shows, and what was typed as settings.

Whether the settings fit together, `catalog.settings` and the kind's own model decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from pydantic import BaseModel
from wtforms import Field, StringField, TextAreaField
from wtforms.validators import ValidationError

from lti_app.catalog.models import INSTRUCTIONS_LENGTH, TITLE_LENGTH
from lti_app.catalog.rules import Dates, Lateness, LatePolicy, Release
from lti_app.catalog.settings import (
    ActivitySettings,
    OwnSettings,
    SettingsError,
    refuse_contradictions,
)
from lti_app.catalog.views import ActivityView
from lti_app.core.names import one_line
from lti_app.core.zones import (
    FIRST_YEAR,
    LAST_YEAR,
    FarTimeError,
    NoSuchTimeError,
    moment_in,
)
from lti_app.submissions.column_forms import (
    PointsField,
    column_data,
    column_fields,
    name_column_fields,
    wanted_columns,
)
from lti_app.submissions.contract import KindRules
from lti_app.submissions.settings_words import DATES, contradiction_words, name_dates, name_fields
from lti_app.web.fields import MOMENT_FORMATS, MomentField, SelectOneField, TickField, WholeField
from lti_app.web.forms import Form
from lti_app.web.language import decimals
from lti_app.web.model_forms import model_data, model_fields, name_model_fields, read_model
from lti_app.web.zone_choices import zone_choices, zone_named


class SettingsForm(Form):
    """What every kind lets be set. A form that lacks a field leaves it as it is."""

    title = StringField()
    instructions = TextAreaField()
    time_zone = SelectOneField(choices=[])
    opens_at = MomentField(format=MOMENT_FORMATS)
    due_at = MomentField(format=MOMENT_FORMATS)
    closes_at = MomentField(format=MOMENT_FORMATS)
    late_policy = SelectOneField(choices=[(one.value, "") for one in LatePolicy])
    late_percent = WholeField()
    late_floor_percent = WholeField()
    grace_minutes = WholeField()
    zero_at_close = SelectOneField(choices=[("no", ""), ("yes", "")])
    points = PointsField()
    release = SelectOneField(choices=[(one.value, "") for one in Release])
    releases_at = MomentField(format=MOMENT_FORMATS)
    in_gradebook = TickField()

    def validate_title(self, field: Field) -> None:
        """Refuse what is no title of one line."""
        field.data = one_line(field.data)
        if not 0 < len(field.data) <= TITLE_LENGTH:
            words = _("Write a title of at most %(most)s characters.", most=TITLE_LENGTH)
            raise ValidationError(words)

    def validate_instructions(self, field: Field) -> None:
        """Refuse what is too long, as browsers do not count line ends twice."""
        field.data = "\n".join((field.data or "").strip().splitlines())
        if len(field.data) > INSTRUCTIONS_LENGTH:
            numbers = {"most": decimals(INSTRUCTIONS_LENGTH), "now": decimals(len(field.data))}
            words = _("Write at most %(most)s characters. Now there are %(now)s.", **numbers)
            raise ValidationError(words)


@dataclass(frozen=True)
class Setting:
    """What a form of settings is about.

    Attributes:
        own: the kind's settings of now.
        parts: those that may have gradebook columns, see `column_forms.parts_of`.
        zone: the course's, in which dates are shown.
        are_columns_settled: whether it is too late for other columns.
    """

    activity: ActivityView
    rules: KindRules
    own: BaseModel
    parts: Mapping[str, str]
    zone: ZoneInfo
    are_columns_settled: bool = False


def settings_form(of: Setting) -> SettingsForm:
    """Return the form with what is set, or what was posted."""
    fields = {**model_fields(type(of.own)), **column_fields(of.parts)}
    whole: type[SettingsForm] = type("SettingsForm", (SettingsForm,), fields)
    form = whole(data=_shown(of))
    name_fields(form)
    form["time_zone"].choices = zone_choices(of.zone.key)
    name_dates(form, of.activity, of.zone)
    name_model_fields(form, type(of.own))
    name_column_fields(form, of.parts, are_settled=of.are_columns_settled)
    return form


def _shown(of: Setting) -> dict[str, object]:
    activity, lateness = of.activity, of.activity.lateness
    return {
        **{name: _on_the_wall(getattr(activity.dates, name), of.zone) for name in DATES},
        "title": activity.title,
        "instructions": activity.instructions,
        "time_zone": of.zone.key,
        "points": f"{activity.points.normalize():f}",
        "grace_minutes": activity.grace // timedelta(minutes=1),
        "late_policy": lateness.policy.value,
        "late_percent": lateness.percent,
        "late_floor_percent": lateness.floor_percent,
        "zero_at_close": "yes" if activity.zero_at_close else "no",
        "release": activity.release.value,
        "in_gradebook": activity.in_gradebook,
        **model_data(of.own),
        **column_data(activity, of.parts),
    }


def _on_the_wall(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Return what a clock in the zone shows then, to the minute, as fields do."""
    if moment is None:
        return None
    return moment.astimezone(zone).replace(tzinfo=None, fold=0, second=0, microsecond=0)


def read_settings(form: SettingsForm, of: Setting) -> ActivitySettings | None:
    """Return what was typed; None when a field needs another look, and says why."""
    is_valid = form.validate_on_submit()
    own = read_model(form, of.own)
    dates = _read_dates(form, of)
    if not is_valid or own is None or dates is None:
        return None
    return ActivitySettings(
        dates=dates,
        grace=timedelta(minutes=form.grace_minutes.data or 0),
        lateness=Lateness(
            LatePolicy(form.late_policy.data),
            form.late_percent.data or 0,
            form.late_floor_percent.data or 0,
        ),
        release=Release(form.release.data),
        zero_at_close=form.zero_at_close.data == "yes",
        points=form.points.points(),
        facet_columns=wanted_columns(form, of.activity, of.parts),
        title=form.title.data,
        instructions=form.instructions.data,
        in_gradebook=bool(form.in_gradebook.data),
        own=OwnSettings(own.model_dump(mode="json"), of.rules.settings_version),
    )


def _read_dates(form: SettingsForm, of: Setting) -> Dates | None:
    zone = zone_named(form.time_zone.data)
    found: dict[str, datetime | None] = {}
    for name in DATES:
        field: Any = form[name]
        kept = getattr(of.activity.dates, name)
        if zone == of.zone and field.data == _on_the_wall(kept, zone):
            # Nobody touched it, so it stays to the second, also where clocks show it twice.
            found[name] = kept
            continue
        try:
            found[name] = None if field.data is None else moment_in(field.data, zone)
        except NoSuchTimeError:
            field.errors = [_no_such_time(zone)]
        except FarTimeError:
            words = _("Write a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR)
            field.errors = [words]
    if len(found) < len(DATES):
        return None
    dates = Dates(**found)
    return dates if _fit_together(form, dates) else None


def _fit_together(form: SettingsForm, dates: Dates) -> bool:
    """Whether dates and release fit together; else say on its field why not."""
    try:
        refuse_contradictions(dates, _release(form))
    except SettingsError as error:
        field: Any = form[error.second]
        field.errors = [*field.errors, contradiction_words(error)]
        return False
    return True


def _release(form: SettingsForm) -> Release:
    """Return what was chosen; what is no choice contradicts nothing, and is refused itself."""
    chosen = form.release.data
    return Release(chosen) if chosen in list(Release) else Release.IMMEDIATE


def _no_such_time(zone: ZoneInfo) -> str:
    return str(
        _(
            "There is no such time in %(zone)s: the clocks go forward over it that day. Write one"
            " from before or after that.",
            zone=zone.key,
        )
    )
