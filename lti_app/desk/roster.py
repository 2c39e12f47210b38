"""People in the course: who is in it, how we know, and having the platform's list read again."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect
from wtforms import HiddenField, IntegerField

from lti_app.audit import Actor
from lti_app.core.db import after_commit
from lti_app.core.errors import NotFoundError
from lti_app.desk.roster_words import trouble_of
from lti_app.people.course_people import CoursePerson, list_course_people
from lti_app.people.readings import confirm_leaving
from lti_app.people.roles import Role
from lti_app.people.roster import ask_again, find_roster
from lti_app.web.access import STAFF, access
from lti_app.web.context import clock, db, services, viewer
from lti_app.web.ended import end_sessions_of_left
from lti_app.web.forms import Form
from lti_app.web.platform import platform_name
from lti_app.web.render import Page

blueprint = Blueprint("roster", __name__, url_prefix="/s/<session_key>/course/people")
LONGEST_SEARCH = 100
PAGE_SIZE = 100


class Show(StrEnum):
    """Which people of a course are shown."""

    HERE = "here"
    LEARNERS = "learners"
    STAFF = "staff"
    NEVER = "never"
    MISSING = "missing"
    LEFT = "left"


@dataclass(frozen=True)
class Row:
    """One person as the page shows them."""

    name: str
    role: str
    person: CoursePerson


class AskForm(Form):
    """Nothing is asked."""

    sent = HiddenField()


class LeavingForm(Form):
    """Of which reading somebody says that those who are missing have left."""

    reading = IntegerField()


def _where() -> dict[str, int]:
    """Return platform and course of this visit.

    Raises:
        NotFoundError: the launch came from outside a course.
    """
    who = viewer()
    if who.context_id is None:
        raise NotFoundError
    return {"platform_id": who.platform_id, "context_id": who.context_id}


@blueprint.get("")
@access(*STAFF)
def show() -> Page:
    """Show who is in the course, and how its list stands."""
    everybody = list_course_people(db(), **_where())
    wanted = request.args.get("find", "").strip()[:LONGEST_SEARCH]
    shown = _show()
    rows = [row for row in map(_row, everybody) if wanted.casefold() in row.name.casefold()]
    found = [row for row in rows if _is_shown(row.person, shown)]
    start = _start(len(found))
    return Page(
        "desk/roster.html",
        rows=found[start : start + PAGE_SIZE],
        found_count=len(found),
        start=start,
        page_size=PAGE_SIZE,
        here_count=sum(one.is_here for one in everybody),
        shown=shown,
        choices=_choices(everybody),
        wanted=wanted,
        told=request.args.get("told", ""),
        **_standing(),
    )


@blueprint.get("/progress")
@access(*STAFF)
def progress() -> ResponseReturnValue:
    """Show only how the list stands, for the page that waits for it."""
    return render_template("desk/_roster_standing.html", **_standing())


@blueprint.post("/read")
@access(Role.INSTRUCTOR)
def read() -> ResponseReturnValue:
    """Have the list read now."""
    form = AskForm()
    if not form.validate_on_submit():
        raise NotFoundError
    is_asked = ask_again(db(), **_where(), actor=Actor(viewer().user_public_id), now=clock()())
    after_commit(db(), services().wake)
    return redirect(url_for("roster.show", told=None if is_asked else "early"), 303)


@blueprint.post("/let-go")
@access(Role.INSTRUCTOR)
def let_go() -> ResponseReturnValue:
    """Let those go who are missing on the list."""
    form, where = LeavingForm(), _where()
    if not form.validate_on_submit():
        raise NotFoundError
    is_done = confirm_leaving(
        db(),
        **where,
        reading=form.reading.data or 0,
        actor=Actor(viewer().user_public_id),
        now=clock()(),
    )
    if is_done:
        end_sessions_of_left(db(), **where, now=clock()())
    return redirect(url_for("roster.show", told="gone" if is_done else "changed"), 303)


def _standing() -> dict[str, Any]:
    """Return what the part of the page needs that tells how the list stands."""
    who, where = viewer(), _where()
    roster, platform = find_roster(db(), **where), platform_name(db(), who.platform_id)
    return {
        "roster": roster,
        "trouble": trouble_of(roster.reason, platform) if roster else None,
        "platform": platform,
        "may_decide": who.role is Role.INSTRUCTOR,
        "ask": AskForm(formdata=None),
        "leaving": LeavingForm(formdata=None, reading=roster.reading if roster else 0),
    }


def _row(person: CoursePerson) -> Row:
    words = {
        Role.INSTRUCTOR: _("Teacher"),
        Role.TEACHING_ASSISTANT: _("Assistant"),
        Role.LEARNER: _("Learner"),
        Role.OBSERVER: _("Observer"),
        Role.DESIGNER: _("Course designer"),
    }
    return Row(person.name.display(person.role, _), words.get(person.role, _("Guest")), person)


def _show() -> Show:
    given = request.args.get("show", "")
    return Show(given) if given in list(Show) else Show.HERE


def _is_shown(person: CoursePerson, shown: Show) -> bool:
    if shown is Show.LEFT:
        return not person.is_here
    tests = {
        Show.HERE: True,
        Show.LEARNERS: person.role is Role.LEARNER,
        Show.STAFF: person.role.is_staff,
        Show.NEVER: person.opened_at is None,
        Show.MISSING: person.is_missing,
    }
    return person.is_here and tests[shown]


def _choices(everybody: Sequence[CoursePerson]) -> list[tuple[Show, str]]:
    """Return what may be shown, with how many there are; what nobody is is not offered."""
    words = (
        (Show.HERE, _("Everybody here")),
        (Show.LEARNERS, _("Learners")),
        (Show.STAFF, _("Who teaches")),
        (Show.NEVER, _("Who has opened nothing yet")),
        (Show.MISSING, _("Who is missing on the list")),
        (Show.LEFT, _("Who has left")),
    )
    counted = [(one, word, sum(_is_shown(who, one) for who in everybody)) for one, word in words]
    return [(one, f"{word} ({count})") for one, word, count in counted if count or one is _show()]


def _start(count: int) -> int:
    """Return where the wanted page begins; an odd number is the first page."""
    given = request.args.get("from", default=0, type=int)
    return given if 0 < given < count and given % PAGE_SIZE == 0 else 0
