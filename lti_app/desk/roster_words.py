"""Why a roster could not be read, in an instructor's words. It reads no database."""

from typing import NamedTuple

from flask_babel import gettext

from lti_app.core.reason import Reason
from lti_app.core.translation import _


class Trouble(NamedTuple):
    """What happened, what to do, and what the platform said itself; empty where it said nothing."""

    happened: str
    todo: str
    theirs: str


_SILENT = (
    _("%(platform)s gave no answer that we could read to its end."),
    _("We ask again by ourselves. If it stays like this, ask who runs %(platform)s."),
)
_LIST_IS_WRONG = _(
    "Ask who runs %(platform)s to look at the list of people that it gives to tools."
)
_WORDS: dict[str, tuple[str, str]] = {
    "unknown_outcome": _SILENT,
    "not_sent": (
        _("%(platform)s could not be reached."),
        _("We ask again by ourselves. If it stays like this, ask who runs %(platform)s."),
    ),
    "throttled": (
        _("%(platform)s asked us to wait."),
        _("Nothing has to be done: we ask again by ourselves."),
    ),
    "unauthorised": (
        _("%(platform)s does not let us read this list."),
        _("Ask who runs %(platform)s to give Rapport the right to read names and roles."),
    ),
    "not_offered": (
        _("%(platform)s has not given us the right to read this list."),
        _("Ask who runs %(platform)s to switch on names and roles for Rapport."),
    ),
    "refused": (
        _("%(platform)s does not let us read this list."),
        _("Ask who runs %(platform)s to give Rapport the right to read names and roles."),
    ),
    "gone": (
        _("The list is not there any more: the course may have been deleted or moved."),
        _("Open the activity once from the course, and the list is looked for again."),
    ),
    "address_refused": (
        _("%(platform)s sent us on to another address, where we do not go."),
        _LIST_IS_WRONG,
    ),
    "not_a_roster": (_("What %(platform)s sent is no list of people."), _LIST_IS_WRONG),
    "old_roster_format": (
        _("%(platform)s sent its list in an old form that we do not read."),
        _("Ask who runs %(platform)s for Names and Role Provisioning Services 2.0."),
    ),
    "roster_of_another_course": (
        _("%(platform)s sent the list of another course. We have kept nothing of it."),
        _LIST_IS_WRONG,
    ),
    "next_page_loops": (_("The list of %(platform)s has no end."), _LIST_IS_WRONG),
}


def trouble_of(reason: Reason | None, platform: str) -> Trouble | None:
    """Return why the list is not as it should be; None where nothing was wrong."""
    if reason is None:
        return None
    happened, todo = _WORDS.get(reason.code, _SILENT)
    theirs = reason.params.get("words") if reason.params.get("status") else None
    return Trouble(
        gettext(happened, platform=platform), gettext(todo, platform=platform), str(theirs or "")
    )
