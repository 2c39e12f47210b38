"""Deep linking: what a platform asks a tool for, and what it makes of what comes back.

It stores nothing. Source: LTI Deep Linking 2.0, sections 3 and 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlencode

from lti_app.sandbox.payloads import (
    Body,
    bad_request,
    optional_number,
    optional_object,
    optional_text,
    optional_time,
)

LINK_TYPE = "ltiResourceLink"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDraft:
    """A link as a tool wants it to be.

    Attributes:
        maximum: points of its column; None for a link without one.
    """

    title: str
    text: str
    url: str | None
    custom: Mapping[str, str]
    maximum: float | None = None
    label: str | None = None
    resource_id: str | None = None
    tag: str | None = None
    available: tuple[datetime | None, datetime | None] = (None, None)
    submission: tuple[datetime | None, datetime | None] = (None, None)


class Picking:
    """Everything is said, and what comes back is taken as it is."""

    #: Where content can be added, and whether several things at a time.
    places: ClassVar[Mapping[str, bool]] = {"ContentArea": True}
    #: Whether somebody looks at what came back before it is in the course.
    confirms: ClassVar = False
    #: Whether the column is called as the tool says.
    takes_labels: ClassVar = True
    #: Whether `data` travels in the message; else in the address of the way back.
    sends_data: ClassVar = True

    def return_query(self, key: str, place: str, data: str | None) -> str:
        """Return the query of the way back."""
        del place, data
        return urlencode({"pick": key})

    def settings(self, return_url: str, place: str, data: str | None) -> dict[str, object]:
        """Return the claim that says what is taken."""
        said: dict[str, object] = {
            "deep_link_return_url": return_url,
            "accept_types": [LINK_TYPE],
            "accept_presentation_document_targets": ["iframe", "window"],
            "accept_multiple": self.places[place],
            "accept_lineitem": True,
            "auto_create": False,
        }
        return {**said, "data": data} if data is not None and self.sends_data else said

    def read(self, item: Body) -> LinkDraft | None:
        """Return what an item wants to be, None for one that is no link of the tool's.

        Raises:
            RefusalError: it is malformed.
        """
        if item.get("type") != LINK_TYPE:
            return None
        column = optional_object(item, "lineItem") or {}
        maximum = optional_number(column, "scoreMaximum")
        if column and (maximum is None or maximum <= 0):
            raise bad_request("scoreMaximum must be a number above 0.")
        title = optional_text(item, "title") or ""
        return LinkDraft(
            title=title,
            text=optional_text(item, "text") or "",
            url=optional_text(item, "url"),
            custom=_custom(item),
            maximum=maximum,
            label=(optional_text(column, "label") if self.takes_labels else None) or title,
            resource_id=optional_text(column, "resourceId"),
            tag=optional_text(column, "tag"),
            available=_span(item, "available"),
            submission=_span(item, "submission"),
        )


def _custom(item: Body) -> dict[str, str]:
    values = optional_object(item, "custom") or {}
    kept = {name: value for name, value in values.items() if isinstance(value, str)}
    if len(kept) < len(values):
        raise bad_request("custom must hold text.")
    return kept


def _span(item: Body, name: str) -> tuple[datetime | None, datetime | None]:
    span = optional_object(item, name) or {}
    return optional_time(span, "startDateTime"), optional_time(span, "endDateTime")
