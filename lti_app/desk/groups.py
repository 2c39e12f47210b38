"""Groups of a course: the sets, who is in which group, and what instructors change there."""

import random
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from lti_app.audit import Actor
from lti_app.core.db import after_commit
from lti_app.core.errors import NotFoundError
from lti_app.desk.group_forms import NO_GROUP, MoveForm, NameForm, SplitForm
from lti_app.desk.group_lists import listed
from lti_app.people.group_changes import Changer, GroupsFullError, NameTakenError
from lti_app.people.group_sync import owe_group_sync
from lti_app.people.groups import CourseRef, SetDetail, find_sync, get_set, list_sets
from lti_app.people.roles import Role
from lti_app.web.access import STAFF, ViewResult, access
from lti_app.web.context import clock, db, services, viewer
from lti_app.web.platform import platform_name
from lti_app.web.render import Page

blueprint = Blueprint("groups", __name__, url_prefix="/s/<session_key>/groups")
LONGEST_SEARCH = 100


def my_course() -> CourseRef:
    """Return the course of this visit.

    Raises:
        NotFoundError: the launch came from outside a course.
    """
    who = viewer()
    if who.context_id is None:
        raise NotFoundError
    return CourseRef(who.platform_id, who.context_id)


def changer() -> Changer:
    """Return what changes groups for whoever asks."""
    return Changer(db(), my_course(), Actor(viewer().user_public_id), clock()())


@blueprint.get("")
@access(*STAFF)
def list_all() -> Page:
    """Show the sets of the course."""
    return _list(_set_form(formdata=None))


def _set_form(**given: object) -> NameForm:
    return NameForm(_("Name of the set"), **given)


def _list(form: NameForm, *, status: int = 200) -> Page:
    course = my_course()
    sets = list_sets(db(), course)
    return Page(
        "desk/groups.html",
        status=status,
        ours=[one for one in sets if one.is_ours],
        theirs=[one for one in sets if not one.is_ours],
        sync=find_sync(db(), course),
        is_asked="asked" in request.args,
        form=form,
        may_decide=viewer().role is Role.INSTRUCTOR,
        platform=platform_name(db(), course.platform_id),
    )


@blueprint.post("")
@access(Role.INSTRUCTOR)
def make() -> ViewResult:
    """Make an empty set."""
    form = _set_form()
    if not form.validate():
        return _list(form, status=422)
    try:
        set_id = changer().make_set(form.words())
    except GroupsFullError:
        form.name.errors = [_("There are as many sets as a course can have. Remove one first.")]
        return _list(form, status=422)
    return _to_set(set_id)


@blueprint.post("/read-again")
@access(Role.INSTRUCTOR)
def read_again() -> ResponseReturnValue:
    """Let the platform's groups be read now."""
    course = my_course()
    if find_sync(db(), course) is not None:
        owe_group_sync(db(), course, now=clock()(), is_urgent=True)
        after_commit(db(), services().wake)
    return redirect(url_for("groups.list_all", asked=1), 303)


@blueprint.get("/<public_id>")
@access(*STAFF)
def show(public_id: str) -> Page:
    """Show the groups of a set and who is in them."""
    return set_page(get_set(db(), my_course(), public_id))


def set_page(detail: SetDetail, *, status: int = 200, **forms: Any) -> Page:
    """Draw a set; a form that was sent and needs another look comes in place of an empty one."""
    wanted = request.args.get("find", "").strip()[:LONGEST_SEARCH]
    waiting, lists = len(detail.without_group), listed(detail, wanted)
    may_decide = viewer().role is Role.INSTRUCTOR
    return Page(
        "desk/group_set.html",
        status=status,
        view=detail.view,
        wanted=wanted,
        lists=lists,
        waiting=waiting,
        is_found=not wanted or any(one.people for one in lists),
        may_change=may_decide and detail.view.is_ours,
        moved=request.args.get("moved", type=int),
        split=request.args.get("split", type=int),
        platform=platform_name(db(), viewer().platform_id),
        **{
            "move": MoveForm(detail, formdata=None),
            "add": _group_form(formdata=None),
            "split_form": SplitForm(waiting, formdata=None),
            "rename": _set_form(formdata=None, data={"name": detail.view.name}),
            **forms,
        },
    )


def _group_form(**given: object) -> NameForm:
    return NameForm(_("Name of the group"), **given)


@blueprint.post("/<public_id>/move")
@access(Role.INSTRUCTOR)
def move(public_id: str) -> ViewResult:
    """Put who is ticked into a group."""
    detail = get_set(db(), my_course(), public_id)
    form, people = MoveForm(detail), request.form.getlist("person")
    if not people:
        form.to.errors = [_("Tick the people whom you want to move.")]
    elif not form.to.data:
        form.to.errors = [_("Choose where they go.")]
    if form.to.errors:
        return set_page(detail, status=422, move=form, ticked=people)
    target = None if form.to.data == NO_GROUP else form.to.data
    moved = changer().place(public_id, people, target)
    return _to_set(public_id, moved=moved)


@blueprint.post("/<public_id>/add")
@access(Role.INSTRUCTOR)
def add(public_id: str) -> ViewResult:
    """Add an empty group."""
    detail, form = get_set(db(), my_course(), public_id), _group_form()
    if form.validate():
        try:
            changer().add_group(public_id, form.words())
        except (NameTakenError, GroupsFullError) as error:
            form.name.errors = [_amiss(error)]
    return set_page(detail, status=422, add=form) if form.errors else _to_set(public_id)


def _amiss(error: NameTakenError | GroupsFullError) -> str:
    if isinstance(error, NameTakenError):
        return str(_("Another group of this set is called so."))
    return str(_("There are as many groups as a set can have."))


@blueprint.post("/<public_id>/split")
@access(Role.INSTRUCTOR)
def split(public_id: str) -> ViewResult:
    """Split who is in no group evenly, at random, into new groups."""
    detail = get_set(db(), my_course(), public_id)
    form = SplitForm(len(detail.without_group))
    if not form.validate():
        return set_page(detail, status=422, split_form=form)
    try:
        # The words of a new group are the instructor's from then on.
        pattern = _("Group %(number)s", number="%(number)s")
        count, _made = changer().split(
            public_id, form.parts.data or 1, pattern, random.SystemRandom()
        )
    except GroupsFullError as error:
        form.parts.errors = [_amiss(error)]
        return set_page(detail, status=422, split_form=form)
    return _to_set(public_id, split=count)


@blueprint.post("/<public_id>/name")
@access(Role.INSTRUCTOR)
def rename(public_id: str) -> ViewResult:
    """Give the set another name."""
    detail, form = get_set(db(), my_course(), public_id), _set_form()
    if not form.validate():
        return set_page(detail, status=422, rename=form)
    changer().rename_set(public_id, form.words())
    return _to_set(public_id)


@blueprint.post("/<public_id>/remove")
@access(Role.INSTRUCTOR)
def remove(public_id: str) -> ResponseReturnValue:
    """Take the set away with its groups."""
    changer().remove_set(public_id)
    return redirect(url_for("groups.list_all"), 303)


@blueprint.post("/<public_id>/of/<group_id>/name")
@access(Role.INSTRUCTOR)
def rename_group(public_id: str, group_id: str) -> ViewResult:
    """Give a group another name."""
    detail, form = get_set(db(), my_course(), public_id), _group_form()
    if not any(one.public_id == group_id for one in detail.groups):
        raise NotFoundError
    if form.validate():
        try:
            changer().rename_group(public_id, group_id, form.words())
        except NameTakenError as error:
            form.name.errors = [_amiss(error)]
    if form.errors:
        return set_page(detail, status=422, group_form=form, renamed=group_id)
    return _to_set(public_id)


@blueprint.post("/<public_id>/of/<group_id>/remove")
@access(Role.INSTRUCTOR)
def remove_group(public_id: str, group_id: str) -> ResponseReturnValue:
    """Take a group away; who was in it is in none then."""
    changer().remove_group(public_id, group_id)
    return _to_set(public_id)


def _to_set(public_id: str, **done: Any) -> ResponseReturnValue:
    return redirect(url_for("groups.show", public_id=public_id, **done), 303)
