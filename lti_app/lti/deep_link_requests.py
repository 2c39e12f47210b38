"""A stored deep linking request: kept by the launch, filled by the picker, answered once.

It belongs to one launch session, so two pickers in two tabs never meet. It decides nothing about
what is chosen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_app.core.errors import ConflictError, NotFoundError
from lti_app.lti.deep_linking import DeepLinkingSettings
from lti_app.lti.deep_linking_answers import Answered
from lti_app.lti.models import DeepLinkRequest, Deployment, Platform

#: A platform keeps its page open for an hour or more; nobody chooses for longer than a morning.
LASTS_FOR = timedelta(hours=4)

Choice = Mapping[str, Any]


class AnsweredError(ConflictError):
    """The request was answered already; the platform has what was sent."""

    code = "deep_link_answered"


class TooLateError(ConflictError):
    """The request is too old to be answered with content."""

    code = "deep_link_too_late"


@dataclass(frozen=True)
class Bound:
    """Whose a request is: everything here must be the same when it is answered."""

    platform_id: int
    user_id: int
    context_id: int
    session_public_id: str


@dataclass(frozen=True)
class OpenRequest:
    """A request as it stands.

    Attributes:
        to: whom the answer goes to.
        chosen: what has been picked so far, in the picker's own words.
    """

    id: int
    public_id: str
    settings: DeepLinkingSettings
    to: Answered
    chosen: Sequence[Choice]
    is_finished: bool
    expires_at: datetime


def keep_request(
    session: Session,
    settings: DeepLinkingSettings,
    bound: Bound,
    *,
    deployment_id: int,
    now: datetime,
) -> None:
    """Keep what a verified request asked for."""
    session.add(
        DeepLinkRequest(
            platform_id=bound.platform_id,
            deployment_id=deployment_id,
            context_id=bound.context_id,
            user_id=bound.user_id,
            session_public_id=bound.session_public_id,
            return_url=settings.return_url,
            accept_types=sorted(settings.accept_types),
            accept_multiple=settings.accept_multiple,
            accept_lineitem=settings.accept_lineitem,
            title=settings.title,
            text=settings.text,
            data=settings.data,
            chosen=[],
            created_at=now,
            expires_at=now + LASTS_FOR,
        )
    )


def find_request(session: Session, bound: Bound) -> OpenRequest | None:
    """Return the request of a launch session, None when it asked for no content."""
    row = session.execute(
        select(DeepLinkRequest, Platform, Deployment.deployment_id)
        .join(Platform, Platform.id == DeepLinkRequest.platform_id)
        .join(Deployment, Deployment.id == DeepLinkRequest.deployment_id)
        .where(*_is_of(bound))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        return None
    asked, platform, deployment = row
    return OpenRequest(
        id=asked.id,
        public_id=asked.public_id,
        settings=_settings(asked),
        to=Answered(platform.client_id, platform.issuer, deployment, asked.data),
        chosen=tuple(asked.chosen),
        is_finished=asked.finished_at is not None,
        expires_at=asked.expires_at,
    )


def get_request(session: Session, bound: Bound) -> OpenRequest:
    """Return the request of a launch session.

    Raises:
        NotFoundError: it asked for no content.
    """
    found = find_request(session, bound)
    if found is None:
        raise NotFoundError
    return found


def keep_chosen(session: Session, bound: Bound, chosen: Sequence[Choice], *, now: datetime) -> None:
    """Keep what has been picked so far.

    Raises:
        AnsweredError, TooLateError: nothing can be picked any more.
    """
    row = session.scalars(
        select(DeepLinkRequest).where(*_is_of(bound)).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError
    _refuse_settled(row, now)
    row.chosen = [dict(one) for one in chosen]
    session.flush()


def finish_request(session: Session, bound: Bound, *, now: datetime, is_cancel: bool) -> None:
    """Answer a request: it works once.

    Args:
        is_cancel: nothing is brought back, which is never too late.

    Raises:
        AnsweredError, TooLateError: see there.
    """
    row = session.scalars(
        select(DeepLinkRequest)
        .where(*_is_of(bound))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    _refuse_settled(row, now, may_be_late=is_cancel)
    row.finished_at = now
    session.flush()


def _refuse_settled(row: DeepLinkRequest, now: datetime, *, may_be_late: bool = False) -> None:
    if row.finished_at is not None:
        raise AnsweredError
    if now >= row.expires_at and not may_be_late:
        raise TooLateError


def _is_of(bound: Bound) -> tuple[Any, ...]:
    return (
        DeepLinkRequest.platform_id == bound.platform_id,
        DeepLinkRequest.session_public_id == bound.session_public_id,
        DeepLinkRequest.user_id == bound.user_id,
        DeepLinkRequest.context_id == bound.context_id,
    )


def _settings(row: DeepLinkRequest) -> DeepLinkingSettings:
    return DeepLinkingSettings(
        return_url=row.return_url,
        accept_types=frozenset(row.accept_types),
        accept_multiple=row.accept_multiple,
        accept_lineitem=row.accept_lineitem,
        title=row.title,
        text=row.text,
        data=row.data,
    )


def purge_deep_links(session: Session, *, before: datetime, limit: int = 1000) -> int:
    """Delete at most `limit` requests that were over by then; return how many went."""
    over = (
        select(DeepLinkRequest.id)
        .where(DeepLinkRequest.expires_at < before)
        .order_by(DeepLinkRequest.id)
        .limit(limit)
    )
    result = session.execute(delete(DeepLinkRequest).where(DeepLinkRequest.id.in_(over)))
    return int(result.rowcount)  # type: ignore[attr-defined] # a DELETE gives a CursorResult
