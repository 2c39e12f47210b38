"""Columns of a platform's gradebook: found by what we called them, made once, read.

Its caller holds a lock while it looks and makes, so that two workers make one. Source: AGS 2.0,
section 3.2.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lti_app.lti.addresses import origin_of
from lti_app.lti.calls import Call, ServiceCaller
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.json_values import exact_json, number_of, text_of
from lti_app.lti.listing import read_list
from lti_app.lti.review import review_offer
from lti_app.lti.scores import json_number
from lti_app.lti.service_access import ServiceAccess
from lti_app.lti.service_urls import with_query

_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
WRITE_SCOPE = f"{_SCOPE}lineitem"
READ_SCOPES = (WRITE_SCOPE, f"{_SCOPE}lineitem.readonly")
ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
CONTAINER_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"


@dataclass(frozen=True)
class LineItem:
    """A column as the platform describes it. Only `url` is sure to be there."""

    url: str
    label: str | None
    maximum: Decimal | None
    resource_id: str | None
    tag: str | None
    resource_link_id: str | None


@dataclass(frozen=True)
class LineItemWish:
    """The column we need.

    Attributes:
        resource_id: our own name for it; with `tag` it finds the column again, in a copied course
            too. The platform must not change either.
        resource_link_id: ties the column to the link, where there is one.
        review_url: where the platform may ask for the work behind a cell; None where it knows no
            such thing.
        link_id: the link that it is for, also where it is not tied to it: a column that is tied to
            another link is that one's.
        former_ids: what it was called before its activity was copied, the nearest first.
        taken: addresses of columns that are others'; None where nobody knows them.
    """

    label: str
    maximum: Decimal
    resource_id: str
    tag: str | None = None
    resource_link_id: str | None = None
    review_url: str | None = None
    link_id: str | None = None
    former_ids: tuple[str, ...] = ()
    taken: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if not self.label.strip() or not self.resource_id:
            raise ValueError("a column needs a label and a resource id")
        if not (self.maximum.is_finite() and self.maximum > 0):
            raise ValueError("the maximum must be finite and above zero")

    def may_be(self, item: LineItem) -> bool:
        """Whether a column is free for this wish: no other link's, as far as anybody knows."""
        of_link = self.link_id or self.resource_link_id
        is_others = of_link is not None and item.resource_link_id not in (None, of_link)
        return not is_others and item.url not in (self.taken or ())


def find_or_create_line_item(
    caller: ServiceCaller, access: ServiceAccess, wish: LineItemWish
) -> LineItem:
    """Return the column of this wish; make it only when the platform has none.

    Raises:
        ServiceProblem: not_offered when the platform gives no list or no right to add to it;
            unknown_outcome when the column may have been made: looking again will find it.
    """
    return find_line_item(caller, access, wish) or _create(caller, access, wish)


def find_line_item(
    caller: ServiceCaller, access: ServiceAccess, wish: LineItemWish
) -> LineItem | None:
    """Return the column with this resource id and tag, the first one where there are more.

    A link that was copied within its course has a column of the same name, and keeps it. Else
    the one that came along with a copied link under a name of before, or the one column that the
    platform itself tied to the link and gave no name of ours: a second one beside it would be the
    same activity twice.
    """
    for item in _list_items(caller, access, {"resource_id": wish.resource_id}):
        is_named = item.resource_id == wish.resource_id and item.tag == (wish.tag or None)
        if is_named and wish.may_be(item):
            return item
    return _tied_to_link(caller, access, wish) or _copied_along(caller, access, wish)


def _tied_to_link(
    caller: ServiceCaller, access: ServiceAccess, wish: LineItemWish
) -> LineItem | None:
    if wish.resource_link_id is None:
        return None
    tied = [
        item
        for item in _list_items(caller, access, {"resource_link_id": wish.resource_link_id})
        if item.resource_link_id == wish.resource_link_id and wish.may_be(item)
    ]
    unnamed = [item for item in tied if item.resource_id is None]
    return _nearest_named(tied, wish) or (unnamed[0] if len(unnamed) == 1 else None)


def _copied_along(
    caller: ServiceCaller, access: ServiceAccess, wish: LineItemWish
) -> LineItem | None:
    """Return a column of a copied course that belongs to no link. Source: AGS 2.0, section 3.2.7.

    In the same course a column of before is still that of the original.
    """
    if not wish.former_ids or wish.taken is None:
        return None
    columns = _list_items(caller, access, {"tag": wish.tag} if wish.tag else {})
    free = [one for one in columns if one.resource_link_id is None and one.url not in wish.taken]
    return _nearest_named(free, wish)


def _nearest_named(items: Sequence[LineItem], wish: LineItemWish) -> LineItem | None:
    named = {item.resource_id: item for item in reversed(items) if item.tag == (wish.tag or None)}
    return next((named[name] for name in wish.former_ids if name in named), None)


def _list_items(
    caller: ServiceCaller, access: ServiceAccess, filters: Mapping[str, str]
) -> Iterator[LineItem]:
    """Yield columns. Not every platform filters: what it sends has to be looked at again."""
    url = with_query(_container(access), filters)
    call = Call("GET", url, READ_SCOPES, accept=CONTAINER_TYPE)
    for entry in read_list(caller, access, call):
        item = _item_from(entry, access)
        if item is not None:
            yield item


def get_line_item(caller: ServiceCaller, access: ServiceAccess, url: str) -> LineItem:
    """Return a column by its address.

    Raises:
        ServiceProblem: gone, when it was deleted.
    """
    answer = caller.send(access, Call("GET", url, READ_SCOPES, accept=ITEM_TYPE))
    entry = exact_json(answer)
    item = _item_from(entry, access) if isinstance(entry, dict) else None
    if item is None:
        raise ServiceProblem(Outcome.UNKNOWN, status=answer.status, words="not_a_line_item")
    return item


def _create(caller: ServiceCaller, access: ServiceAccess, wish: LineItemWish) -> LineItem:
    body = {
        "label": wish.label,
        "scoreMaximum": json_number(wish.maximum),
        "resourceId": wish.resource_id,
        "tag": wish.tag,
        "resourceLinkId": wish.resource_link_id,
        "submissionReview": review_offer(wish.review_url) if wish.review_url else None,
    }
    call = Call(
        "POST",
        _container(access),
        (WRITE_SCOPE,),
        accept=ITEM_TYPE,
        content_type=ITEM_TYPE,
        body=json.dumps({name: value for name, value in body.items() if value}).encode(),
    )
    answer = caller.send(access, call)
    entry = exact_json(answer)
    item = _item_from(entry, access) if isinstance(entry, dict) else None
    if item is None:
        # Made, perhaps, but without an address that we may call: never stored.
        raise ServiceProblem(Outcome.UNKNOWN, status=answer.status, words="not_a_line_item")
    return item


def _container(access: ServiceAccess) -> str:
    if access.line_items_url is None:
        raise ServiceProblem(Outcome.NOT_OFFERED, words="line_items")
    return access.line_items_url


def _item_from(entry: dict[str, Any], access: ServiceAccess) -> LineItem | None:
    url = entry.get("id")
    if not isinstance(url, str) or not access.allows(url):
        return None
    if access.line_items_url and origin_of(url) != origin_of(access.line_items_url):
        return None
    return LineItem(
        url=url,
        label=text_of(entry.get("label")),
        maximum=number_of(entry.get("scoreMaximum")),
        resource_id=text_of(entry.get("resourceId")),
        tag=text_of(entry.get("tag")),
        resource_link_id=text_of(entry.get("resourceLinkId")),
    )
