"""Forms that save themselves: what their page needs, and what each save is answered with.

A kind's view reads its own form; whether the draft may be saved is decided by `drafts`.
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext

from lti_app.catalog.views import ActivityView
from lti_app.core.sealing import DataKey
from lti_app.people.roles import Role
from lti_app.people.service import find_data_key, open_data_key
from lti_app.submissions.drafts import save_draft
from lti_app.submissions.pages import my_activity
from lti_app.submissions.views import MyWork
from lti_app.web.access import access
from lti_app.web.context import clock, db, services, viewer
from lti_app.web.language import format_locale, is_same_day, local_hour, local_time

blueprint = Blueprint("autosave", __name__, url_prefix="/s/<session_key>")


@dataclass(frozen=True, repr=False)
class Saving:
    """What `_macros/saving.html` draws, and `js/autosave.js` goes by.

    Attributes:
        words: when it was saved; empty when nothing was.
        is_unsaved: the page shows answers that are not saved, or not all.
        is_paused: somebody has to choose first, so nothing is saved by itself.
        key: seals what this browser keeps until it is saved; empty before the person's first use.
        key_url: makes that key.
        locale: how the reader writes times, as a browser names it.
    """

    words: str
    is_unsaved: bool
    is_paused: bool
    key: str
    key_url: str
    locale: str


def saving_of(
    activity: ActivityView,
    work: MyWork,
    *,
    is_unsaved: bool = False,
    is_paused: bool = False,
) -> Saving:
    """Return what the page of a form that saves itself needs.

    Args:
        is_unsaved: the form is drawn with what was sent, not with what is stored.
        is_paused: the page shows two versions to choose from.
    """
    who, saved_at = viewer(), work.draft.saved_at if work.draft.text is not None else None
    key = find_data_key(db(), services().keyring, platform_id=who.platform_id, user_id=who.user_id)
    return Saving(
        words=saved_words(saved_at) if saved_at else "",
        is_unsaved=is_unsaved or is_paused,
        is_paused=is_paused,
        key=local_key(key, activity.public_id) if key else "",
        key_url=url_for("autosave.make_key", public_id=activity.public_id),
        locale=str(format_locale()).replace("_", "-"),
    )


def saved_words(saved_at: datetime) -> str:
    """Say when everything was saved."""
    words: str
    if is_same_day(saved_at, clock()()):
        words = gettext("Saved at %(time)s", time=local_hour(saved_at))
    else:
        words = gettext("Saved on %(time)s", time=local_time(saved_at))
    return words


def asks_to_autosave() -> bool:
    """Whether the form of this request saved itself: nobody pressed a button."""
    return request.form.get("do") == "autosave"


def autosave(activity: ActivityView, text: str, *, number: int, base_revision: int) -> Response:
    """Save a draft and say so, for the script that sent it.

    Raises:
        ConflictError: as `save_draft`; answered with its code and words, see `web.errors`.
    """
    draft = save_draft(
        db(),
        services().keyring,
        activity,
        text,
        user_id=viewer().user_id,
        number=number,
        base_revision=base_revision,
        now=clock()(),
    )
    saved_at = draft.saved_at or clock()()
    words = saved_words(saved_at)
    return jsonify(revision=draft.revision, saved_at=saved_at.isoformat(), words=words)


@blueprint.post("/activities/<public_id>/local-key")
@access(Role.LEARNER)
def make_key(public_id: str) -> Response:
    """Answer with the key that seals what this browser keeps of the viewer's unsaved work.

    A page brings it along; this is for a person's first page, which may not make a data key.
    """
    activity = my_activity(public_id)
    who = viewer()
    key = open_data_key(db(), services().keyring, platform_id=who.platform_id, user_id=who.user_id)
    return jsonify(key=local_key(key, activity.public_id))


def local_key(key: DataKey, public_id: str) -> str:
    """Return the key that seals what a person's browser keeps of one thing that they work on."""
    return b64encode(key.derive(f"local copy\x1f{public_id}")).decode()
