"""Columns in Moodle: lenient in what it takes, and never the same thing twice in what it says."""

from sqlalchemy.orm import Session

from lti_app.sandbox.dialects.moodle.words import figure
from lti_app.sandbox.dialects.plain.columns import Columns, LineItemDraft, find_link, is_link_of
from lti_app.sandbox.models import Course, LineItem, Link, Tool
from lti_app.sandbox.payloads import Body, optional_number, optional_object, optional_text
from lti_app.sandbox.refusals import RefusalError


class MoodleColumns(Columns):
    """A maximum of 0 will do; dates are forgotten; what is unset is the empty text."""

    def read(self, body: Body) -> LineItemDraft:
        label, maximum = optional_text(body, "label"), optional_number(body, "scoreMaximum")
        if label is None or maximum is None or maximum < 0:
            raise RefusalError(400, "bad_request", "No label or Score Maximum")
        return LineItemDraft(
            label=label,
            score_maximum=maximum,
            resource_link_id=optional_text(body, "resourceLinkId"),
            resource_id=optional_text(body, "resourceId"),
            tag=optional_text(body, "tag"),
            review=_kept_review(optional_object(body, "submissionReview")),
        )

    def link_of(self, session: Session, tool: Tool, course: Course, named: str) -> Link:
        link = find_link(session, named)
        if link is None or not is_link_of(link, tool, course):
            raise RefusalError(403, "forbidden", "Forbidden")
        return link

    def unknown(self, line_item_id: int) -> RefusalError:
        return RefusalError(404, "not_found", f"Not Found: Grade item {line_item_id} doesn't exist")

    def body(self, item: LineItem, url: str) -> dict[str, object]:
        said: dict[str, object] = {
            "id": url,
            "label": item.label,
            "scoreMaximum": figure(item.score_maximum),
            "resourceId": item.resource_id or "",
            "tag": item.tag or "",
        }
        if item.link is not None:
            said["resourceLinkId"] = said["ltiLinkId"] = item.link.resource_link_id
        if item.review is not None:
            said["submissionReview"] = item.review
        return said

    def offers_review(self, item: LineItem) -> bool:
        return item.review is not None

    def created_body(self, item: LineItem, url: str, sent: Body) -> dict[str, object]:
        """Echo what was sent, dates and all, which later answers know nothing of."""
        del item
        return {**sent, "id": url}


def _kept_review(told: Body | None) -> Body | None:
    """Return what Moodle keeps of a review: its address and custom values."""
    if told is None:
        return None
    return {name: told[name] for name in ("url", "custom") if told.get(name)}
