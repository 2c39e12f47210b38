"""What the editor needs to save itself; its views decide what is saved."""

from flask import url_for

from lti_app.desk.authoring.workshop import Piece
from lti_app.people.service import find_data_key
from lti_app.submissions.autosave import Saving, local_key, saved_words
from lti_app.web.context import db, services, viewer
from lti_app.web.language import format_locale


def saving_of_piece(piece: Piece, *, is_conflict: bool) -> Saving:
    """Return what the page of an editor needs; nothing saves itself while two versions differ."""
    who = viewer()
    key = find_data_key(db(), services().keyring, platform_id=who.platform_id, user_id=who.user_id)
    return Saving(
        words=saved_words(piece.own.updated_at),
        is_unsaved=is_conflict,
        is_paused=is_conflict,
        key=local_key(key, piece.own.public_id) if key else "",
        key_url=url_for("authoring.make_key", public_id=piece.own.public_id),
        locale=str(format_locale()).replace("_", "-"),
    )
