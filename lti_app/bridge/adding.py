"""Between the picker and the platform: the stored request, and the signed answer to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lti_app.desk.adding.port import Adding, Prepared, WayBack, Whose
from lti_app.lti.configuration import CUSTOM_PARAMETERS
from lti_app.lti.content_items import ACTIVITY_PARAMETER, KEY_PARAMETER, ColumnWish, LinkItem, span
from lti_app.lti.deep_link_requests import (
    Bound,
    find_request,
    finish_request,
    get_request,
    keep_chosen,
)
from lti_app.lti.deep_linking_answers import FIELD, answer_claims
from lti_app.lti.keys import Signer

#: Where a link was copied from: asked for with every launch of it.
_HISTORIES = ("history", "context_history")


@dataclass(frozen=True)
class DeepLinkCourier:
    """Speaks deep linking for the picker. One for the process."""

    signer: Signer
    base_url: str

    def find(self, session: Session, whose: Whose) -> Adding | None:
        """Return what the platform waits for, None when it waits for nothing."""
        found = find_request(session, _bound(whose))
        if found is None:
            return None
        return Adding(
            public_id=found.public_id,
            accept_multiple=found.settings.accept_multiple,
            takes_links=found.settings.takes_links,
            sends_columns=found.settings.sends_columns,
            chosen=found.chosen,
            is_finished=found.is_finished,
            expires_at=found.expires_at,
        )

    def keep(
        self,
        session: Session,
        whose: Whose,
        chosen: Sequence[Mapping[str, Any]],
        *,
        now: datetime,
    ) -> None:
        """Keep what has been picked so far."""
        keep_chosen(session, _bound(whose), chosen, now=now)

    def finish(self, session: Session, whose: Whose, *, now: datetime, is_cancel: bool) -> None:
        """Let nobody answer again."""
        finish_request(session, _bound(whose), now=now, is_cancel=is_cancel)

    def bring_back(
        self,
        session: Session,
        whose: Whose,
        prepared: Sequence[Prepared],
        *,
        now: datetime,
        message: str = "",
    ) -> WayBack:
        """Return the answer, signed now, and the one address that it may go to."""
        asked = get_request(session, _bound(whose))
        items = [
            link_to(one, self.base_url, has_column=asked.settings.sends_columns) for one in prepared
        ]
        token = self.signer.sign(answer_claims(asked.to, items, now=now, message=message))
        return WayBack(asked.settings.return_url, FIELD, token)


def link_to(prepared: Prepared, base_url: str, *, has_column: bool) -> LinkItem:
    """Return the link that opens an activity, as the platform keeps it.

    Args:
        has_column: whether the platform makes columns for links.
    """
    activity = prepared.activity
    column = ColumnWish(
        activity.points,
        activity.title,
        activity.public_id,
        activity.kind,
        review_url=f"{base_url}/lti/launch",
    )
    return LinkItem(
        title=activity.title,
        text=prepared.summary,
        url=f"{base_url}/lti/launch?{ACTIVITY_PARAMETER}={activity.public_id}",
        custom={
            ACTIVITY_PARAMETER: activity.public_id,
            **({KEY_PARAMETER: activity.copy_key} if activity.copy_key else {}),
            **{name: CUSTOM_PARAMETERS[name] for name in _HISTORIES},
        },
        column=column if activity.in_gradebook and has_column else None,
        available=span(activity.opens_at, activity.closes_at),
        submission=span(None, activity.due_at),
        icon_url=f"{base_url}/static/img/mark.svg",
    )


def _bound(whose: Whose) -> Bound:
    return Bound(whose.platform_id, whose.user_id, whose.context_id, whose.session_public_id)
