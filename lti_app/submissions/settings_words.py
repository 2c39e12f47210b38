"""What the fields of an activity's settings are called, and their hints, for their reader."""

from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from wtforms.form import BaseForm

from lti_app.catalog.rules import LatePolicy, Release
from lti_app.catalog.settings import SettingsError
from lti_app.catalog.views import ActivityView
from lti_app.core.zones import is_shown_twice
from lti_app.web.fields import in_range
from lti_app.web.language import local_time

DATES = ("opens_at", "due_at", "closes_at", "releases_at")
_MOST_MINUTES = 100_000


def date_names() -> dict[str, str]:
    """Return what people call the dates, by their field."""
    return {
        "opens_at": _("Opens"),
        "due_at": _("Due"),
        "closes_at": _("Closes"),
        "releases_at": _("Grades released"),
    }


def contradiction_words(error: SettingsError) -> str:
    """Return how two dates contradict each other, or that one is missing."""
    names = date_names()
    if error.first == error.second:
        return str(_("Grades would never be released: this date is missing."))
    first, second = names[error.first], names[error.second]
    return str(_("“%(second)s” lies before “%(first)s”.", first=first, second=second))


def name_dates(form: BaseForm, activity: ActivityView, zone: ZoneInfo) -> None:
    """Say beside every date in which zone it is, and which of two where clocks show it twice."""
    names = date_names()
    for name in DATES:
        field: Any = form[name]
        field.label.text = names[name]
        hint = _("Time in %(zone)s, the course’s time zone.", zone=zone.key)
        moment, former = getattr(activity.dates, name), getattr(activity.former_dates, name)
        if moment is not None and is_shown_twice(moment, zone):
            hint = f"{hint} {_which_of_two(moment.astimezone(zone).fold)}"
        if former is not None and moment is None:
            was = _("Before it was copied: %(moment)s.", moment=local_time(former, zone.key))
            hint = f"{was} {hint}"
        field.description = hint


def _which_of_two(fold: int) -> str:
    if fold:
        return str(_("The clocks go back that day: this is the second of the two."))
    return str(_("The clocks go back that day: this is the first of the two."))


def name_fields(form: BaseForm) -> None:
    """Give all fields but the dates their words, and what refuses wrong numbers."""
    _name_what_learners_see(form)
    _name_lateness(form)
    _name_grade(form)


def _name_what_learners_see(form: Any) -> None:
    form.title.label.text = _("Title")
    form.title.description = _(
        "Learners see it here. A gradebook column that is there already keeps its name, which the"
        " platform looks after."
    )
    form.instructions.label.text = _("Instructions")
    form.instructions.description = _(
        "Shown above the activity; you can use Markdown. Empty for none."
    )
    form.time_zone.label.text = _("Time zone of the course")
    form.time_zone.description = _(
        "When you change it, the dates on this page keep the hours that you see, in the new zone."
        " Dates of other activities keep their moment."
    )


def _name_lateness(form: Any) -> None:
    form.late_policy.label.text = _("Being late")
    form.late_policy.choices = [
        (LatePolicy.NONE.value, _("costs nothing")),
        (LatePolicy.ONCE.value, _("costs a share once")),
        (LatePolicy.PER_DAY.value, _("costs a share for each started day")),
        (LatePolicy.CLOSED.value, _("is not possible: late work is not taken")),
    ]
    form.late_percent.label.text = _("Share that is lost, in per cent")
    form.late_floor_percent.label.text = _("Share that is kept at least, in per cent")
    form.grace_minutes.label.text = _("Minutes of grace")
    form.grace_minutes.description = _(
        "Work that is handed in up to this many minutes after the due date is not late yet."
    )
    form.zero_at_close.label.text = _("Who hands nothing in")
    form.zero_at_close.description = _(
        "If grades are released as soon as they are found, learners see the zero, and the"
        " gradebook gets it, when the activity closes."
    )
    form.zero_at_close.choices = [
        ("no", _("gets no grade")),
        ("yes", _("gets zero points when the activity closes")),
    ]
    _bound(form.grace_minutes, 0, _MOST_MINUTES)
    _bound(form.late_percent, 0, 100)
    _bound(form.late_floor_percent, 0, 100)


def _name_grade(form: Any) -> None:
    form.points.label.text = _("Points")
    form.points.description = _(
        "The most that a grade can be. When you change it, every grade keeps its share, points that"
        " were entered by hand too, and scores are sent again."
    )
    form.release.label.text = _("Grades are released")
    form.release.choices = [
        (Release.IMMEDIATE.value, _("as soon as they are found")),
        (Release.ON_CLOSE.value, _("when the activity closes")),
        (Release.SCHEDULED.value, _("at the release date")),
        (Release.BY_HAND.value, _("by hand")),
        (Release.NEVER.value, _("never: nothing is sent")),
    ]
    form.in_gradebook.label.text = _("In the gradebook")
    form.in_gradebook.description = _(
        "With the tick, released grades are sent, and a column is made where there is none. When"
        " you take the tick away, nothing more is sent, not even scores that are on their way;"
        " those that arrived stay in the gradebook."
    )


def _bound(field: Any, least: int, most: int) -> None:
    words = _("Write a whole number from %(least)s to %(most)s.", least=least, most=most)
    field.validators = [in_range(words, least=least, most=most)]
