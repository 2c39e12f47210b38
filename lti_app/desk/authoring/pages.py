"""The pages of activities that instructors make: which one to make, the editor, a trial."""

from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.utils import redirect

from lti_app.audit import Actor
from lti_app.catalog.own_items import (
    OvertakenError,
    Written,
    change_own_item,
    list_activities_of,
    renew_activities,
)
from lti_app.catalog.pack import OWN_PACK
from lti_app.catalog.views import PlacementView
from lti_app.core.errors import NotFoundError
from lti_app.desk.adding.asked import is_adding, pick_item
from lti_app.desk.authoring.amiss import Amiss
from lti_app.desk.authoring.changes import Change, apply_change
from lti_app.desk.authoring.drawn import Drawing, amiss_count_words
from lti_app.desk.authoring.saving import saving_of_piece
from lti_app.desk.authoring.typed import PREFIX, Typed, read_form
from lti_app.desk.authoring.workshop import (
    Piece,
    begin_piece,
    copy_piece,
    every_authored,
    find_authored,
    find_original,
    get_piece,
    keep_piece,
)
from lti_app.desk.placing import free_placement, open_here
from lti_app.people.roles import Role
from lti_app.people.service import open_data_key
from lti_app.submissions.autosave import asks_to_autosave, local_key, saved_words
from lti_app.submissions.contract import Trial
from lti_app.submissions.current import registry
from lti_app.submissions.errors import DraftConflictError
from lti_app.submissions.queries import is_begun
from lti_app.web.access import ViewResult, access
from lti_app.web.context import clock, db, services, viewer
from lti_app.web.render import Page

blueprint = Blueprint("authoring", __name__, url_prefix="/s/<session_key>/own")

#: What a button asks for that needs an item without flaws.
_READY = frozenset({"save", "try", "open", "pick"})
_LONGEST_ADDRESS = 200
_MOST_DIGITS = 10


@blueprint.get("")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def new() -> Page:
    """Ask what to make."""
    return _new_page()


@blueprint.post("")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def make() -> ViewResult:
    """Keep a new item, blank or copied, and open its editor."""
    what, _colon, named = request.form.get("start", "").partition(":")
    if what == "copy":
        own = copy_piece(named[:_LONGEST_ADDRESS])
        return redirect(url_for("authoring.edit", public_id=own.public_id), 303)
    if what == "new":
        kind, _slash, name = named.partition("/")
        authored = find_authored(kind, name)
        if authored is None:
            raise NotFoundError
        own = begin_piece(kind, authored)
        return redirect(url_for("authoring.edit", public_id=own.public_id), 303)
    return _new_page(amiss=_("Choose what you would like to make."), status=422)


def _new_page(*, amiss: str = "", status: int = 200) -> Page:
    address = request.values.get("item", "")[:_LONGEST_ADDRESS]
    original = find_original(address) if address else None
    return Page(
        "desk/new_own.html",
        status=status,
        authored=list(every_authored()),
        address=address if original else "",
        original=original[3] if original else "",
        amiss=amiss,
        back=_back_to_choosing(address),
    )


def _back_to_choosing(address: str) -> str:
    """Return where the item is chosen that is made here, empty where none can be."""
    if is_adding():
        return url_for("picker.choose", module=OWN_PACK)
    return url_for("chooser.choose", item=address or None) if free_placement() else ""


@blueprint.get("/<public_id>")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def edit(public_id: str) -> Page:
    """Show the editor of an item, or that somebody has begun it."""
    piece = get_piece(public_id)
    if _is_begun(piece):
        return Page("desk/begun.html", own=piece.own, authored=piece.authored)
    return _editor(piece, piece.typed, {}, at=request.args.get("at", "")[:_LONGEST_ADDRESS])


def _is_begun(piece: Piece, *, hold: bool = False) -> bool:
    activities = list_activities_of(db(), piece.own, hold=hold)
    return is_begun(db(), activities, platform_id=piece.own.platform_id)


@blueprint.post("/<public_id>")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def change(public_id: str) -> ViewResult:
    """Keep what was typed, whatever it is; then do what the button says."""
    piece = get_piece(public_id)
    typed, revision = _posted(piece)
    is_overtaken = revision != piece.own.revision and typed != piece.typed
    if _is_begun(piece, hold=True):
        return _after_it_was_begun(piece, typed)
    if asks_to_autosave():
        return _autosave(piece, typed, is_overtaken=is_overtaken)
    if is_overtaken:
        return _editor(piece, typed, {}, is_conflict=True, status=409)
    done = apply_change(piece.tree, typed, request.form.get("do", "save"), piece.own.removed)
    try:
        piece = _keep(piece, done)
    except OvertakenError:
        return _editor(get_piece(public_id), typed, {}, is_conflict=True, status=409)
    if done.what not in _READY:
        return redirect(_again(public_id, done), 303)
    return _go_on(piece, done.what)


def _again(public_id: str, done: Change) -> str:
    """Return the address of the editor at what was changed; a tick kept nowhere comes along."""
    return url_for(
        "authoring.edit",
        public_id=public_id,
        in_gradebook="y" if "in_gradebook" in request.form else "",
        at=done.at,
        _anchor=done.anchor,
    )


def _after_it_was_begun(piece: Piece, typed: Typed) -> ViewResult:
    """Leave the item as it is; what was typed meanwhile goes on as a copy, so nothing is lost."""
    if asks_to_autosave():
        raise DraftConflictError
    if typed == piece.typed:
        return redirect(url_for("authoring.edit", public_id=piece.own.public_id), 303)
    copy = keep_piece(piece.own.kind, piece.authored, typed)
    return redirect(url_for("authoring.edit", public_id=copy.public_id, copied=1), 303)


def _autosave(piece: Piece, typed: Typed, *, is_overtaken: bool) -> ViewResult:
    if is_overtaken:
        raise DraftConflictError
    kept = _keep(piece, Change("autosave", typed, "", piece.own.removed))
    return jsonify(revision=kept.own.revision, words=saved_words(kept.own.updated_at))


@blueprint.post("/<public_id>/local-key")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def make_key(public_id: str) -> Response:
    """Answer with the key that seals what this browser keeps of the viewer's unsaved words."""
    piece, who = get_piece(public_id), viewer()
    key = open_data_key(db(), services().keyring, platform_id=who.platform_id, user_id=who.user_id)
    return jsonify(key=local_key(key, piece.own.public_id))


def _posted(piece: Piece) -> tuple[Typed, int]:
    """Return what was typed, and the revision that it was typed over.

    Raises:
        BadRequest: it did not come from the whole of our form, and would take away what it lacks.
    """
    given = request.form.to_dict()
    revision = given.get("base_revision", "")
    is_number = revision.isascii() and revision.isdecimal() and len(revision) < _MOST_DIGITS
    if f"{PREFIX}title" not in given or not is_number:
        raise BadRequest
    return read_form(piece.tree, given), int(revision)


def _keep(piece: Piece, done: Change) -> Piece:
    written = Written(str(done.typed["title"]).strip(), done.typed, done.removed)
    actor = Actor(viewer().user_public_id)
    own = change_own_item(db(), piece.own, written, actor=actor, now=clock()())
    return Piece(own, piece.authored, piece.tree, done.typed)


def _go_on(piece: Piece, what: str) -> ViewResult:
    """Do what needs an item that is ready: links go on with it, and it can be tried and opened."""
    spec, amiss = piece.read()
    if spec is None:
        return _editor(piece, piece.typed, amiss, status=422)
    renew_activities(db(), piece.own, spec, list_activities_of(db(), piece.own), now=clock()())
    public_id = piece.own.public_id
    if what == "try":
        return redirect(url_for("authoring.try_out", public_id=public_id), 303)
    placement, ready = free_placement(), piece.ready()
    if what == "pick" and ready is not None and is_adding():
        pick_item(ready)
        return redirect(url_for("picker.choose", module=OWN_PACK, _anchor="found"), 303)
    if what == "open" and placement is not None and ready is not None:
        return open_here(placement, ready, in_gradebook="in_gradebook" in request.form)
    return redirect(url_for("authoring.edit", public_id=public_id, saved=1, _anchor="saved"), 303)


def _editor(
    piece: Piece,
    typed: Typed,
    amiss: Amiss,
    *,
    at: str = "",
    is_conflict: bool = False,
    status: int = 200,
) -> Page:
    drawn = Drawing(piece.tree, typed, amiss, at).draw()
    flawed = [one for one in drawn.all() if one.amiss]
    placement = free_placement()
    values: dict[str, Any] = {
        "own": piece.own,
        "authored": piece.authored,
        "drawn": drawn,
        "flawed": flawed,
        "flawed_words": amiss_count_words(len(flawed)) if flawed else "",
        "whole_amiss": amiss.get("", ""),
        "is_conflict": is_conflict,
        "is_saved": "saved" in request.args,
        "is_copied": "copied" in request.args,
        "saving": saving_of_piece(piece, is_conflict=is_conflict),
        "is_open": bool(list_activities_of(db(), piece.own)),
        "placement": placement,
        "in_gradebook": placement is not None and _is_ticked(placement),
        "is_adding": is_adding(),
        "is_ready": not flawed and not is_conflict and piece.ready() is not None,
    }
    return Page("desk/editor.html", status=status, **values)


def _is_ticked(placement: PlacementView) -> bool:
    """Whether the box is ticked: as it was sent, or came along; at first if there is a column."""
    if request.method == "POST":
        return "in_gradebook" in request.form
    return request.args.get("in_gradebook", "y" if placement.has_column else "") == "y"


@blueprint.get("/<public_id>/try")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def try_out(public_id: str) -> ViewResult:
    """Show an item as a learner does it; nothing is kept."""
    return _trial(public_id)


@blueprint.post("/<public_id>/try")
@access(Role.INSTRUCTOR, Role.DESIGNER)
def go_on_trying(public_id: str) -> ViewResult:
    """Take what was answered in a trial, and keep nothing of it."""
    return _trial(public_id)


def _trial(public_id: str) -> ViewResult:
    piece = get_piece(public_id)
    ready = piece.ready()
    if ready is None:
        return redirect(url_for("authoring.edit", public_id=public_id), 303)
    trial = Trial(
        item=ready.spec,
        title=ready.spec.title,
        settings=registry().rules(ready.kind).settings_model(),
        action=url_for("authoring.go_on_trying", public_id=public_id),
        back=(url_for("authoring.edit", public_id=public_id), _("Back to writing")),
    )
    return registry().pages(ready.kind).trial(trial)
