"""What a deep linking response holds: links to activities, as values that cannot be built wrong.

Pure. Sources: LTI Deep Linking 2.0, section 3.2; AGS 2.0, section 3.2, for the column.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from lti_app.core.names import clean_text
from lti_app.lti.addresses import parse_address
from lti_app.lti.deep_linking import RESOURCE_LINK_TYPE
from lti_app.lti.review import review_offer

#: Names an activity by its public id: a custom parameter, and in the query of a link's address.
ACTIVITY_PARAMETER = "activity"
#: Carries the secret of the activity: whoever copies a link hands it on, nobody else knows it.
KEY_PARAMETER = "key"
TEXT_LENGTH = 2000
_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
#: Moodle keeps custom values as lines of `key=value`.
_LINE = re.compile(r"[^\x00-\x1f\x7f\u2028\u2029]+\Z")
_NONE: Mapping[str, str] = MappingProxyType({})


class ContentItemError(ValueError):
    """A content item that no platform could read as it is meant."""


@dataclass(frozen=True)
class ColumnWish:
    """The gradebook column that a link comes with.

    Attributes:
        maximum: points, above zero.
        resource_id, tag: by which we find the column again.
        review_url: where the platform may ask for the work behind a cell, an address of this tool.
    """

    maximum: Decimal
    label: str
    resource_id: str
    tag: str
    review_url: str = ""

    def __post_init__(self) -> None:
        if not self.maximum.is_finite() or self.maximum <= 0:
            raise ContentItemError("a column needs points above zero")

    def as_json(self) -> dict[str, Any]:
        """Return the column as a platform reads it."""
        review = {"submissionReview": review_offer(self.review_url)} if self.review_url else {}
        return {
            "scoreMaximum": _number(self.maximum),
            "label": _title(self.label),
            "resourceId": self.resource_id,
            "tag": self.tag,
            **review,
        }


@dataclass(frozen=True)
class Span:
    """From when to when; either end may be open, but not both."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def __post_init__(self) -> None:
        given = [one for one in (self.starts_at, self.ends_at) if one is not None]
        if not given or any(one.utcoffset() is None for one in given):
            raise ContentItemError("a span needs a moment with its zone")
        if len(given) == 2 and given[1] <= given[0]:
            raise ContentItemError("a span ends after it starts")

    def as_json(self) -> dict[str, str]:
        """Return the span as a platform reads it, in UTC."""
        ends = {"startDateTime": self.starts_at, "endDateTime": self.ends_at}
        return {name: _moment(one) for name, one in ends.items() if one is not None}


def span(starts_at: datetime | None, ends_at: datetime | None) -> Span | None:
    """Return a span, None where neither end is set."""
    return None if starts_at is None and ends_at is None else Span(starts_at, ends_at)


@dataclass(frozen=True)
class LinkItem:
    """A link to one activity.

    Attributes:
        title: plain text, at most 255 characters are sent.
        url: where it leads; an address of this tool.
        custom: sent back with every launch of the link; strings of one line.
        available: when it can be opened.
        submission: when work is taken.
        icon_url: a square picture of ours.
    """

    title: str
    url: str
    text: str = ""
    custom: Mapping[str, str] = field(default_factory=lambda: _NONE)
    column: ColumnWish | None = None
    available: Span | None = None
    submission: Span | None = None
    icon_url: str = ""

    def __post_init__(self) -> None:
        if clean_text(self.title) is None:
            raise ContentItemError("a link needs a title")
        if parse_address(self.url) is None:
            raise ContentItemError("a link needs an address")
        for key, value in self.custom.items():
            if not _fits(_KEY, key):
                raise ContentItemError(f"no name of a custom parameter: {key!r}")
            if not _fits(_LINE, value):
                raise ContentItemError(f"no line of text for {key}")

    def as_json(self) -> dict[str, Any]:
        """Return the item as a platform reads it; what is not set is left out."""
        icon = {"url": self.icon_url, "width": 64, "height": 64} if self.icon_url else None
        parts: dict[str, Any] = {
            "text": clean_text(self.text, limit=TEXT_LENGTH),
            "icon": icon,
            "thumbnail": icon,
            "custom": dict(self.custom),
            "lineItem": self.column and self.column.as_json(),
            "available": self.available and self.available.as_json(),
            "submission": self.submission and self.submission.as_json(),
        }
        whole = {"type": RESOURCE_LINK_TYPE, "url": self.url, "title": _title(self.title)}
        return {**whole, **{name: part for name, part in parts.items() if part}}


def _fits(pattern: re.Pattern[str], text: object) -> bool:
    return isinstance(text, str) and pattern.match(text) is not None


def _title(text: str) -> str:
    return clean_text(text) or ""


def _number(points: Decimal) -> int | float:
    return int(points) if points == points.to_integral_value() else float(points)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
