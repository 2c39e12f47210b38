"""The page of an activity's settings. Changing them releases nothing."""

from dataclasses import replace

from flask import Blueprint, url_for
from werkzeug.utils import redirect
from wtforms import Field

from lti_app.audit import Actor
from lti_app.catalog.columns import has_empty_column
from lti_app.catalog.settings import (
    ActivitySettings,
    change_settings,
    hold_to_change,
)
from lti_app.catalog.views import ActivityView
from lti_app.core.db import after_commit
from lti_app.core.words import Section
from lti_app.grading.closing import take_noughts_back
from lti_app.grading.columns import (
    ColumnsSettledError,
    are_columns_settled,
    refuse_other_columns,
)
from lti_app.grading.rescaling import rescale
from lti_app.grading.switching import enter_gradebook, leave_gradebook
from lti_app.people.roles import Role
from lti_app.people.zones import find_course_zone, set_course_zone
from lti_app.submissions.column_forms import (
    CHOICE,
    chosen_columns,
    part_fields,
    parts_of,
    settled_words,
)
from lti_app.submissions.current import registry
from lti_app.submissions.pages import my_activity
from lti_app.submissions.recompute import compute_again
from lti_app.submissions.settings_forms import (
    Setting,
    SettingsForm,
    read_settings,
    settings_form,
)
from lti_app.submissions.unexpected import note_unexpected_fields
from lti_app.web.access import ViewResult, access
from lti_app.web.context import clock, db, services, viewer
from lti_app.web.model_forms import names_in
from lti_app.web.render import Page
from lti_app.web.zone_choices import zone_named

blueprint = Blueprint("settings", __name__, url_prefix="/s/<session_key>")


@blueprint.get("/activities/<public_id>/settings")
@access(Role.INSTRUCTOR)
def show(public_id: str) -> Page:
    """Show the settings to change them."""
    setting = _setting(my_activity(public_id))
    return _page(setting, settings_form(setting))


@blueprint.post("/activities/<public_id>/settings")
@access(Role.INSTRUCTOR)
def change(public_id: str) -> ViewResult:
    """Keep the settings, and compute the grades again under them; nothing is released by that."""
    activity = my_activity(public_id)
    setting, now = _setting(activity), clock()()
    form = settings_form(setting)
    about = ("activity", activity.public_id)
    note_unexpected_fields(db(), form, viewer(), about=about, now=now)
    wanted = read_settings(form, setting)
    if wanted is None:
        return _page(setting, form, status=422)
    try:
        _keep(activity, wanted)
    except ColumnsSettledError:
        form[CHOICE].errors = [settled_words()]
        return _page(setting, form, status=422)
    _keep_zone(form)
    after_commit(db(), services().wake)
    return redirect(url_for("submissions.people", public_id=public_id), 303)


def _keep(activity: ActivityView, wanted: ActivitySettings) -> None:
    """Keep the settings with what follows from them.

    Raises:
        ColumnsSettledError: it is too late for other columns, and nothing is kept.
    """
    actor, now = Actor(viewer().user_public_id), clock()()
    if wanted.facet_columns is not None:
        refuse_other_columns(db(), activity, wanted.facet_columns)
    before = hold_to_change(db(), activity)
    after = change_settings(db(), activity, wanted, actor=actor, now=now)
    words = {name: getattr(after, name) for name in ("title", "instructions", "former_dates")}
    if replace(before, **words) == after:
        # Only words are others: no grade is touched.
        return
    if before.in_gradebook and not after.in_gradebook:
        leave_gradebook(db(), after, now=now)
    rescale(db(), after, actor=actor, now=now)
    if after.in_gradebook and not before.in_gradebook:
        enter_gradebook(db(), after, now=now)
    take_noughts_back(db(), after, actor=actor, now=now)
    compute_again(db(), registry().rules(after.kind), after, actor=actor, now=now)


def _keep_zone(form: SettingsForm) -> None:
    who = viewer()
    if who.context_id is not None:
        set_course_zone(
            db(),
            zone_named(form.time_zone.data).key,
            platform_id=who.platform_id,
            context_id=who.context_id,
            actor=Actor(who.user_public_id),
            now=clock()(),
        )


def _setting(activity: ActivityView) -> Setting:
    rules, who = registry().rules(activity.kind), viewer()
    told = find_course_zone(db(), platform_id=activity.platform_id, context_id=activity.context_id)
    parts = parts_of(rules, activity)
    return Setting(
        activity=activity,
        rules=rules,
        own=rules.settings_of(activity),
        parts=parts,
        zone=zone_named(told or who.time_zone),
        are_columns_settled=bool(parts) and are_columns_settled(db(), activity),
    )


def _page(setting: Setting, form: SettingsForm, *, status: int = 200) -> Page:
    activity = setting.activity
    model = type(setting.own)
    return Page(
        "submissions/settings.html",
        status=status,
        activity=activity,
        form=form,
        own={part.value: [form[name] for name in names_in(model, part)] for part in Section},
        kind_title=setting.rules.title,
        has_columns=bool(setting.parts),
        kept_columns=chosen_columns(activity).value if setting.are_columns_settled else "",
        part_fields=_part_fields(setting, form),
        has_empty_column=activity.is_split and has_empty_column(db(), activity),
    )


def _part_fields(setting: Setting, form: SettingsForm) -> list[Field]:
    """Return the fields of the parts' points; none where the parts can have no columns any more."""
    if setting.are_columns_settled and not setting.activity.is_split:
        return []
    return part_fields(form, setting.parts)
