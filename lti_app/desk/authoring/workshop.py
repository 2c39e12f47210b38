"""The items of the viewer's course that its instructors make: found, begun, copied, read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from lti_app.audit import Actor
from lti_app.catalog.authoring import Authored
from lti_app.catalog.own_items import (
    OwnItemView,
    Written,
    as_pack_item,
    get_own_item,
    list_own_items,
    make_own_item,
)
from lti_app.catalog.pack import OWN_PACK, PackItem
from lti_app.catalog.spec import ItemSpec
from lti_app.core.errors import NotFoundError
from lti_app.desk.authoring.amiss import Amiss, read_item
from lti_app.desk.authoring.rows import settle_ids
from lti_app.desk.authoring.tree import Group, tree_of
from lti_app.desk.authoring.typed import Typed, fitted, typed_of
from lti_app.submissions.current import registry
from lti_app.web.context import clock, db, viewer


@dataclass(frozen=True)
class Piece:
    """An item of the course with what its editor needs.

    Attributes:
        typed: what stands in the editor, as the fields of today take it.
    """

    own: OwnItemView
    authored: Authored
    tree: Group
    typed: Typed

    def read(self, typed: Typed | None = None) -> tuple[ItemSpec | None, Amiss]:
        """Return the item as it stands in the editor, or what is amiss with it."""
        return read_item(self.authored, self.tree, typed or self.typed, self.own.public_id)

    def ready(self) -> PackItem | None:
        """Return the item as a link can open it, None while something is amiss."""
        spec, _amiss = self.read()
        return as_pack_item(self.own, spec) if spec else None


def every_authored() -> Iterator[tuple[str, Authored]]:
    """Yield what instructors can make, with the kind of activity that it becomes."""
    kinds = registry()
    for kind in kinds:
        yield from ((kind, one) for one in kinds.rules(kind).authored)


def find_authored(kind: str, item_kind: str) -> Authored | None:
    """Return the items of this name that instructors can make, None when they cannot."""
    found = (one for name, one in every_authored() if (name, one.name) == (kind, item_kind))
    return next(found, None)


def _piece(own: OwnItemView) -> Piece | None:
    authored = find_authored(own.kind, own.item_kind)
    if authored is None:
        return None
    tree = tree_of(authored)
    return Piece(own, authored, tree, fitted(tree, own.typed))


def list_pieces() -> list[Piece]:
    """Return what was made in the viewer's course, the newest change first."""
    who = viewer()
    found = list_own_items(db(), platform_id=who.platform_id, context_id=who.context_id)
    return [piece for own in found if (piece := _piece(own)) is not None]


def get_piece(public_id: str) -> Piece:
    """Return an item of the viewer's course.

    Raises:
        NotFoundError: there is none, it is another course's, or its kind is not installed.
    """
    who = viewer()
    own = get_own_item(db(), public_id, platform_id=who.platform_id, context_id=who.context_id)
    piece = _piece(own)
    if piece is None:
        raise NotFoundError
    return piece


def begin_piece(kind: str, authored: Authored) -> OwnItemView:
    """Keep a new item of this kind, with the rows that most of them have."""
    return _make(kind, authored, _translated(authored.blank))


def _translated(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _translated(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_translated(one) for one in value]
    return str(gettext(value)) if isinstance(value, str) and " " in value else value


def find_original(address: str) -> tuple[str, Authored, Mapping[str, Any], str] | None:
    """Return what can be copied: kind, what it is made as, its fields, its title."""
    if address.startswith(f"{OWN_PACK}/"):
        try:
            piece = get_piece(address.removeprefix(f"{OWN_PACK}/"))
        except NotFoundError:
            return None
        return piece.own.kind, piece.authored, piece.typed, piece.own.title
    item = registry().library.find_item(address)
    authored = find_authored(item.kind, str(item.content.get("kind", ""))) if item else None
    if item is None or authored is None:
        return None
    return item.kind, authored, typed_of(tree_of(authored), item.content), item.spec.title


def copy_piece(address: str) -> OwnItemView:
    """Keep a copy of a pack's item, or of one of the course's own.

    Raises:
        NotFoundError: there is no such item, or nobody can change one of its kind in a browser.
    """
    found = find_original(address)
    if found is None:
        raise NotFoundError
    kind, authored, typed, _title = found
    return keep_piece(kind, authored, dict(typed))


def _make(kind: str, authored: Authored, item: Mapping[str, Any]) -> OwnItemView:
    return keep_piece(kind, authored, typed_of(tree_of(authored), item))


def keep_piece(kind: str, authored: Authored, typed: Typed) -> OwnItemView:
    """Keep what was typed as a new item of the viewer's course."""
    who = viewer()
    if who.context_id is None:
        raise NotFoundError
    settle_ids(tree_of(authored), typed)
    return make_own_item(
        db(),
        platform_id=who.platform_id,
        context_id=who.context_id,
        user_id=who.user_id,
        kinds=(kind, authored.name),
        written=Written(str(typed.get("title", "")), typed, {}),
        actor=Actor(who.user_public_id),
        now=clock()(),
    )
