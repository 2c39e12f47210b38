"""The forms of the instructor's pages. They read what was typed and decide nothing."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal

from flask_babel import gettext as _
from wtforms import (
    DateTimeLocalField,
    Field,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, ValidationError

from lti_app.catalog.rules import Dates, Lateness, LatePolicy, Release
from lti_app.catalog.settings import ActivitySettings
from lti_app.catalog.views import ActivityView
from lti_app.grading.extending import MOST_DAYS
from lti_app.grading.models import REASON_LENGTH
from lti_app.grading.policy import read_points
from lti_app.submissions.column_forms import (
    PointsField,
    column_data,
    column_fields,
    name_column_fields,
)
from lti_app.web.fields import WholeField
from lti_app.web.forms import Form
from lti_app.web.language import decimals, reader_zone

#: As browsers send a moment; with seconds where they did not draw the field.
_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
_DATES = ("opens_at", "due_at", "closes_at", "releases_at")


class SendAgainForm(Form):
    """Which delivery; empty for all that may go together."""

    delivery = HiddenField()


class ReasonForm(Form):
    """Why something is decided about a person; they read it."""

    reason = TextAreaField(validators=[Length(max=REASON_LENGTH)])

    def __init__(self, **given: object) -> None:
        """Give the field its words, in the reader's language."""
        super().__init__(**given)
        self.reason.label.text = _("Reason")
        self.reason.description = _("The learner reads it.")
        needed = DataRequired(_("Write a reason; the learner reads it."))
        too_long = _("Write at most %(count)s characters.", count=REASON_LENGTH)
        self.reason.validators = [needed, Length(max=REASON_LENGTH, message=too_long)]

    def words(self) -> str:
        """Return what was typed."""
        return (self.reason.data or "").strip()


class ExtendForm(Form):
    """How many days later somebody's own dates lie."""

    days = WholeField()

    def __init__(self, **given: object) -> None:
        """Give the field its words, in the reader's language."""
        super().__init__(**given)
        self.days.label.text = _("Extra days")
        self.days.description = _(
            "By so many days their due and their closing date lie later. 0 takes them back."
        )
        words = _("Write a whole number from %(least)s to %(most)s.", least=0, most=MOST_DAYS)
        self.days.validators = [InputRequired(words), NumberRange(0, MOST_DAYS, words)]


class OverrideForm(ReasonForm):
    """Points that win over the computed ones. `revision`: of the grade that was looked at."""

    points = StringField()
    revision = WholeField(validators=[InputRequired(), NumberRange(min=0)])

    def __init__(self, maximum: Decimal, **given: object) -> None:
        """Say what points may be typed."""
        super().__init__(**given)
        self.maximum = maximum
        self.points.label.text = _("Points")
        self.points.description = _(
            "From 0 to %(maximum)s, with at most two places, such as 7.5.",
            maximum=decimals(maximum),
        )

    def validate_points(self, field: Field) -> None:
        """Refuse everything that is not plain points of this activity."""
        try:
            read_points(field.data or "", maximum=self.maximum)
        except ValueError as error:
            raise ValidationError(
                _(
                    "Write a number from 0 to %(maximum)s, with a point and at most two places,"
                    " such as 7.5.",
                    maximum=decimals(self.maximum),
                )
            ) from error


class FacetForm(ReasonForm):
    """A score of one facet that wins over the computed one."""

    facet = SelectField(choices=[])
    percent = StringField()
    revision = WholeField(validators=[InputRequired(), NumberRange(min=0)])

    def __init__(self, facets: Sequence[tuple[str, str]], **given: object) -> None:
        """Say which facets there are, by name and title."""
        super().__init__(**given)
        self.facet.choices = list(facets)
        self.facet.label.text = _("Part")
        self.percent.label.text = _("Score, from 0 to 100")

    def validate_percent(self, field: Field) -> None:
        """Refuse everything that is not plain points of a hundred."""
        try:
            read_points(field.data or "", maximum=Decimal(100))
        except ValueError as error:
            raise ValidationError(
                _("Write a number from 0 to 100, with a point and at most two places.")
            ) from error


class MomentField(DateTimeLocalField):
    """A date and time in the reader's zone; empty for none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what the browser sends, in our words when it is no moment."""
        if valuelist and not "".join(valuelist).strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write a date and a time, such as 2026-05-01T18:00.")) from error


class SettingsForm(Form):
    """Points, dates, what being late costs, and when grades leave."""

    points = PointsField()
    opens_at = MomentField(format=_FORMATS)
    due_at = MomentField(format=_FORMATS)
    grace_minutes = WholeField()
    closes_at = MomentField(format=_FORMATS)
    late_policy = SelectField(choices=[(one.value, "") for one in LatePolicy])
    late_percent = WholeField()
    late_floor_percent = WholeField()
    zero_at_close = SelectField(choices=[("no", ""), ("yes", "")])
    release = SelectField(choices=[(one.value, "") for one in Release])
    releases_at = MomentField(format=_FORMATS)

    def wanted(self, zone: tzinfo) -> ActivitySettings:
        """Return the settings of a valid form."""
        moments = {name: _moment(self[name].data, zone) for name in _DATES}
        return ActivitySettings(
            dates=Dates(**moments),
            grace=timedelta(minutes=self.grace_minutes.data or 0),
            lateness=Lateness(
                LatePolicy(self.late_policy.data),
                self.late_percent.data or 0,
                self.late_floor_percent.data or 0,
            ),
            release=Release(self.release.data),
            zero_at_close=self.zero_at_close.data == "yes",
            points=self.points.points(),
        )


def _moment(typed: datetime | None, zone: tzinfo) -> datetime | None:
    return None if typed is None else typed.replace(tzinfo=zone).astimezone(UTC)


def zone_of_reader() -> tzinfo:
    """Return the zone that dates are typed in: the reader's, else UTC."""
    return reader_zone() or UTC


def settings_form(
    activity: ActivityView, parts: Mapping[str, str], *, are_columns_settled: bool
) -> SettingsForm:
    """Return the form with the activity's settings, or what was posted.

    Args:
        parts: those that may have columns, see `column_forms.parts_of`.
        are_columns_settled: whether it is too late for other columns.
    """
    with_choice: type[SettingsForm] = type("SettingsForm", (SettingsForm,), column_fields(parts))
    zone = zone_of_reader()
    here = {name: value and value.astimezone(zone) for name, value in vars(activity.dates).items()}
    lateness = activity.lateness
    form = with_choice(
        data={
            **here,
            "points": f"{activity.points.normalize():f}",
            "grace_minutes": activity.grace // timedelta(minutes=1),
            "late_policy": lateness.policy.value,
            "late_percent": lateness.percent,
            "late_floor_percent": lateness.floor_percent,
            "zero_at_close": "yes" if activity.zero_at_close else "no",
            "release": activity.release.value,
            **column_data(activity, parts),
        }
    )
    _name_fields(form, str(zone))
    name_column_fields(form, parts, are_settled=are_columns_settled)
    return form


def _name_fields(form: SettingsForm, zone: str) -> None:
    form.points.label.text = _("Points")
    form.points.description = _(
        "The most that a grade can be. When you change it, every grade keeps its share, points that"
        " were entered by hand too, and scores are sent again."
    )
    names = date_names()
    for name in _DATES:
        form[name].label.text = names[name]
        form[name].description = _("In the time zone %(zone)s.", zone=zone)
    form.grace_minutes.label.text = _("Minutes of grace")
    form.grace_minutes.description = _("So long after the due date nothing is late yet.")
    form.late_policy.label.text = _("Being late")
    form.late_policy.choices = [
        (LatePolicy.NONE.value, _("costs nothing")),
        (LatePolicy.ONCE.value, _("costs a share once")),
        (LatePolicy.PER_DAY.value, _("costs a share for each started day")),
        (LatePolicy.CLOSED.value, _("is not possible: late work is not taken")),
    ]
    form.late_percent.label.text = _("Share that is lost, in per cent")
    form.late_floor_percent.label.text = _("Share that is kept at least, in per cent")
    form.zero_at_close.label.text = _("Who hands nothing in")
    form.zero_at_close.description = _(
        "Where grades are released as soon as they are found, the nought leaves at the closing."
    )
    form.zero_at_close.choices = [
        ("no", _("gets no grade")),
        ("yes", _("gets a nought when the activity closes")),
    ]
    form.release.label.text = _("Grades are released")
    form.release.choices = [
        (Release.IMMEDIATE.value, _("as soon as they are found")),
        (Release.ON_CLOSE.value, _("when the activity closes")),
        (Release.SCHEDULED.value, _("at the release date")),
        (Release.BY_HAND.value, _("by hand")),
        (Release.NEVER.value, _("never: nothing is sent")),
    ]
    _bound(form.grace_minutes, 0, 100_000)
    _bound(form.late_percent, 0, 100)
    _bound(form.late_floor_percent, 0, 100)


def _bound(field: Field, least: int, most: int) -> None:
    words = _("Write a whole number from %(least)s to %(most)s.", least=least, most=most)
    field.validators = [InputRequired(words), NumberRange(least, most, words)]


def date_names() -> dict[str, str]:
    """Return what people call the dates, by their field."""
    return {
        "opens_at": _("Opens"),
        "due_at": _("Due"),
        "closes_at": _("Closes"),
        "releases_at": _("Grades released"),
    }
