"""What can be opened in the viewer's course: of the packs, and made there."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from lti_app.catalog.pack import OWN_PACK, PackItem
from lti_app.desk.authoring.workshop import Piece
from lti_app.desk.shelf import MOST_FOUND, Offer, Section, pack_sections
from lti_app.submissions.contract import ItemLabel
from lti_app.submissions.current import registry


def label_of(item: PackItem) -> ItemLabel:
    """Return what people call an item."""
    return registry().pages(item.kind).label(item.spec)


def list_sections(pieces: Sequence[Piece]) -> list[Section]:
    """Return the modules of the packs, then what was made in this course."""
    ready = tuple(Offer(item, label_of(item)) for one in pieces if (item := one.ready()))
    own = Section(OWN_PACK, _("This course"), _("Made in this course"), ready)
    return [*pack_sections(registry().library, label_of), *([own] if pieces else [])]


def found_words(wanted: str, count: int) -> str:
    """Return what a search came to; empty without one."""
    if not wanted:
        return ""
    if count > MOST_FOUND:
        return str(_("The first %(most)s of %(count)s activities", most=MOST_FOUND, count=count))
    return str(ngettext("%(num)s activity found", "%(num)s activities found", count))
