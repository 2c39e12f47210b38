"""Groups as a file: downloaded, read, looked at before anything changes, then applied."""

import hashlib
from collections.abc import Iterator, Mapping

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from lti_app.core.csv_text import Cell
from lti_app.core.errors import ConflictError
from lti_app.desk.group_forms import FileForm
from lti_app.desk.group_lists import called
from lti_app.desk.groups import changer, my_course
from lti_app.people.group_changes import GroupsFullError
from lti_app.people.group_files import COLUMNS, Flaw, Plan, UnreadableFileError, plan_again, plan_of
from lti_app.people.groups import SetDetail, get_set
from lti_app.people.roles import Role
from lti_app.web.access import STAFF, ViewResult, access
from lti_app.web.context import db
from lti_app.web.downloads import Table, csv_download
from lti_app.web.render import Page

blueprint = Blueprint("group_files", __name__, url_prefix="/s/<session_key>/groups/<public_id>")
#: Lines of each list that the page shows; the others are counted.
MOST_SHOWN = 200


@blueprint.get("/groups.csv")
@access(*STAFF)
def download(public_id: str) -> ResponseReturnValue:
    """Send a line for each person and group; who is in none has an empty group."""
    detail = get_set(db(), my_course(), public_id)
    name = detail.view.name or str(_("Groups"))
    return csv_download(Table(name, COLUMNS, list(_rows(detail))))


def _rows(detail: SetDetail) -> Iterator[tuple[Cell, ...]]:
    names = {group.public_id: group.name for group in detail.groups}
    for one in detail.people:
        for group_id in one.group_ids or ("",):
            yield one.name.public_id, one.name.email, called(one), names.get(group_id)


@blueprint.get("/file")
@access(Role.INSTRUCTOR)
def ask(public_id: str) -> Page:
    """Ask for a file."""
    return _ask(_own_set(public_id), FileForm(formdata=None))


def _own_set(public_id: str) -> SetDetail:
    """Return a set that may be changed here. Raises ConflictError for the platform's."""
    detail = get_set(db(), my_course(), public_id)
    if not detail.view.is_ours:
        raise ConflictError("groups_of_platform")
    return detail


def _ask(detail: SetDetail, form: FileForm, *, status: int = 200) -> Page:
    return Page("desk/group_file.html", status=status, view=detail.view, form=form)


@blueprint.post("/file")
@access(Role.INSTRUCTOR)
def look_at(public_id: str) -> Page:
    """Show what the file would change, and change nothing."""
    detail, form = _own_set(public_id), FileForm()
    text = form.text()
    try:
        plan = plan_of(text, detail, called)
    except UnreadableFileError as error:
        form.lines.errors = [unreadable_words(error.flaw)]
        return _ask(detail, form, status=422)
    return _plan(detail, plan)


@blueprint.post("/file/apply")
@access(Role.INSTRUCTOR)
def apply(public_id: str) -> ViewResult:
    """Do what the page before has shown; if that is not the same any more, show it anew."""
    detail = _own_set(public_id)
    plan = plan_again(_sent_moves(), detail, called)
    if request.form.get("seen") != _mark(plan):
        return _plan(detail, plan, status=409)
    try:
        changer().assign(public_id, plan.wanted)
    except GroupsFullError:
        return _plan(detail, plan, status=422, is_full=True)
    address = url_for("groups.show", public_id=public_id, moved=len(plan.moves))
    return redirect(address, 303)


def _sent_moves() -> Iterator[tuple[str, str]]:
    """Yield person and group of each move that the page before has sent along."""
    groups, people = request.form.getlist("to"), request.form.getlist("who")
    for group, ids in zip(groups, people, strict=False):
        yield from ((one, group.replace("\0", "")) for one in ids.replace("\0", "").split())


def _moves_to_send(plan: Plan) -> list[tuple[str, str]]:
    """Return the hidden fields that carry the moves: a file of many lines would be too large."""
    by_group: dict[str, list[str]] = {}
    for one in plan.moves:
        by_group.setdefault(one.after, []).append(one.person.name.public_id)
    return [
        field
        for group, people in by_group.items()
        for field in (("to", group), ("who", " ".join(people)))
    ]


def _plan(detail: SetDetail, plan: Plan, *, status: int = 200, is_full: bool = False) -> Page:
    return Page(
        "desk/group_plan.html",
        status=status,
        view=detail.view,
        moves=[(called(one.person), one.before, one.after) for one in plan.moves[:MOST_SHOWN]],
        more_moves=max(len(plan.moves) - MOST_SHOWN, 0),
        count=len(plan.moves),
        bad=[(one.number, one.said, line_words(one.flaw)) for one in plan.bad[:MOST_SHOWN]],
        more_bad=max(len(plan.bad) - MOST_SHOWN, 0),
        new_groups=plan.new_groups,
        same=plan.same_count + plan.left_count,
        sent=_moves_to_send(plan),
        seen=_mark(plan),
        is_changed=status == 409,
        is_full=is_full,
    )


def _mark(plan: Plan) -> str:
    """Return what tells one plan from another: it is done only as it was shown."""
    parts = (f"{one.person.user_id} {one.before!r} {one.after!r}" for one in plan.moves)
    return hashlib.sha256("\n".join(sorted(parts)).encode("utf-8", "replace")).hexdigest()


def unreadable_words(flaw: Flaw) -> str:
    """Say why a whole file cannot be used, and what to do."""
    words: Mapping[Flaw, str] = {
        Flaw.EMPTY: _("Choose a file, or paste its lines."),
        Flaw.NO_GROUP_COLUMN: _("No column is called “group”. Write that word over the groups."),
        Flaw.NO_PERSON_COLUMN: _(
            "No column says who it is. Write “id”, “email” or “name” over one."
        ),
        Flaw.TOO_LONG: _("A file has at most 10,000 lines. Split it into smaller ones."),
    }
    unread = _("A quotation mark is opened and never closed. Save it as CSV once more.")
    return str(words.get(flaw, unread))


def line_words(flaw: Flaw) -> str:
    """Say why one line changes nothing."""
    words: Mapping[Flaw, str] = {
        Flaw.NOBODY_NAMED: _("Nobody is named here."),
        Flaw.UNKNOWN_PERSON: _("Nobody in this course is called so."),
        Flaw.SEVERAL_PEOPLE: _("Several people are called so. Use their e-mail or id."),
        Flaw.NAMED_TWICE: _("This person stands in an earlier line; that one counts."),
        Flaw.LONG_NAME: _("The name of the group is too long."),
    }
    return str(words.get(flaw, _("This line could not be read.")))
