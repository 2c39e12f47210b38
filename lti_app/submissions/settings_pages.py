"""The page of an activity's settings: points, columns, dates, release. It releases nothing."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect

from lti_app.audit import Actor
from lti_app.catalog.columns import has_empty_column
from lti_app.catalog.settings import SettingsError, change_settings
from lti_app.catalog.views import ActivityView
from lti_app.core.db import after_commit
from lti_app.grading.closing import take_noughts_back
from lti_app.grading.columns import (
    ColumnsSettledError,
    are_columns_settled,
    refuse_other_columns,
)
from lti_app.grading.rescaling import rescale
from lti_app.people.roles import Role
from lti_app.submissions.column_forms import (
    CHOICE,
    part_fields,
    parts_of,
    settled_words,
    wanted_columns,
)
from lti_app.submissions.current import registry
from lti_app.submissions.forms import SettingsForm, date_names, settings_form, zone_of_reader
from lti_app.submissions.pages import my_activity
from lti_app.submissions.recompute import compute_again
from lti_app.submissions.unexpected import note_unexpected_fields
from lti_app.web.access import ViewResult, access
from lti_app.web.context import clock, db, services, viewer
from lti_app.web.render import Page

blueprint = Blueprint("settings", __name__, url_prefix="/s/<session_key>")


@blueprint.get("/activities/<public_id>/settings")
@access(Role.INSTRUCTOR)
def show(public_id: str) -> Page:
    """Show the settings to change them."""
    activity = my_activity(public_id)
    return _page(activity, _form(activity))


@blueprint.post("/activities/<public_id>/settings")
@access(Role.INSTRUCTOR)
def change(public_id: str) -> ViewResult:
    """Keep the settings, and compute the grades again under them; nothing is released by that."""
    activity = my_activity(public_id)
    form, who, now = _form(activity), viewer(), clock()()
    note_unexpected_fields(db(), form, who, about=("activity", activity.public_id), now=now)
    if not form.validate_on_submit():
        return _page(activity, form, status=422)
    actor = Actor(who.user_public_id)
    columns = wanted_columns(form, activity, _parts(activity))
    try:
        if columns is not None:
            refuse_other_columns(db(), activity, columns)
        wanted = replace(form.wanted(zone_of_reader()), facet_columns=columns)
        changed = change_settings(db(), activity, wanted, actor=actor, now=now)
    except SettingsError as error:
        _mark(form, error)
        return _page(activity, form, status=422)
    except ColumnsSettledError:
        form[CHOICE].errors = [settled_words()]
        return _page(activity, form, status=422)
    rescale(db(), changed, actor=actor, now=now)
    take_noughts_back(db(), changed, actor=actor, now=now)
    compute_again(db(), registry().rules(changed.kind), changed, actor=actor, now=now)
    after_commit(db(), services().wake)
    return redirect(url_for("submissions.people", public_id=public_id), 303)


def _parts(activity: ActivityView) -> Mapping[str, str]:
    return parts_of(registry().rules(activity.kind), activity)


def _form(activity: ActivityView) -> SettingsForm:
    parts = _parts(activity)
    are_settled = bool(parts) and are_columns_settled(db(), activity)
    return settings_form(activity, parts, are_columns_settled=are_settled)


def _mark(form: SettingsForm, error: SettingsError) -> None:
    names = date_names()
    first, second = names[error.first], names[error.second]
    words = (
        _("Grades would never be released: this date is missing.")
        if error.first == error.second
        else _("“%(second)s” lies before “%(first)s”.", first=first, second=second)
    )
    form[error.second].errors = [*form[error.second].errors, words]


def _page(activity: ActivityView, form: SettingsForm, *, status: int = 200) -> Page:
    return Page(
        "submissions/settings.html",
        status=status,
        activity=activity,
        form=form,
        part_fields=part_fields(form, _parts(activity)),
        has_empty_column=activity.is_split and has_empty_column(db(), activity),
    )
