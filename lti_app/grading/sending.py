"""The sender's side of the ledger: claim a score, fix its body. `grading.settling` writes the end.

Each function is one short transaction; between them the bridge talks to the platform. A claim is
a token, so a sender that was taken for dead changes nothing when it comes back.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.catalog.columns import find_line_item
from lti_app.catalog.views import LineItemView
from lti_app.core.ids import new_public_id
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.grading.rules import FURTHEST_AHEAD, Mark, is_too_far_ahead, next_score_time
from lti_app.people.models import User


@dataclass(frozen=True)
class Body:
    """What a score says.

    Attributes:
        at: its time, whole seconds; never used twice for other content.
        is_new_work: it grades another hand-in than the one before.
        is_new_comment: the comment differs from the one the platform has.
    """

    version: int
    mark: Mark
    comment_code: str | None
    handed_in_at: datetime | None
    at: datetime
    is_new_work: bool
    is_new_comment: bool


@dataclass(frozen=True)
class Claim:
    """One delivery in the hands of one sender.

    Attributes:
        sub: the person, as the platform names them.
        locale: the person's, for the comment.
        acknowledged: what the platform has confirmed last; None before the first time.
        unanswered: what was sent without an answer that we understood.
        may_override: a person said that ours is to be sent although somebody graded there.
    """

    id: int
    token: str
    platform_id: int
    line_item: LineItemView
    sub: str
    locale: str | None
    acknowledged: Mark | None
    unanswered: Mark | None
    may_override: bool

    @property
    def must_look_first(self) -> bool:
        """Whether the platform's result has to be read before anything is sent."""
        return self.unanswered is not None or (
            self.acknowledged is not None and not self.may_override
        )


def claim_delivery(session: Session, public_id: str, *, now: datetime) -> Claim | None:
    """Take a delivery for sending; commit before talking to the platform.

    Returns:
        None when nothing is owed any more, or a person has to look first.
    """
    row = session.scalar(
        select(ScoreDelivery)
        .where(ScoreDelivery.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or row.state != DeliveryState.OWED:
        return None
    if row.acknowledged_version >= row.wanted_version:
        set_arrived(row, now)
        return None
    line_item = find_line_item(session, platform_id=row.platform_id, line_item_id=row.line_item_id)
    person = session.execute(
        select(User.sub, User.locale).where(
            User.platform_id == row.platform_id, User.id == row.user_id
        )
    ).one_or_none()
    if line_item is None or person is None:
        return None
    row.claim = new_public_id()
    return Claim(
        id=row.id,
        token=row.claim,
        platform_id=row.platform_id,
        line_item=line_item,
        sub=person.sub,
        locale=person.locale,
        acknowledged=_acknowledged(row),
        unanswered=_sent(row) if row.is_outcome_unknown else None,
        may_override=row.is_override_allowed,
    )


def _acknowledged(row: ScoreDelivery) -> Mark | None:
    if row.acknowledged_version == 0 or row.acknowledged_maximum is None:
        return None
    return Mark(row.acknowledged_points, row.acknowledged_maximum)


def _sent(row: ScoreDelivery) -> Mark | None:
    return Mark(row.sent_points, row.sent_maximum) if row.sent_maximum is not None else None


def fix_body(
    session: Session, claim: Claim, *, now: datetime, needs_new_time: bool = False
) -> Body | datetime | None:
    """Decide what is sent and remember it before it leaves; commit before sending.

    A body whose outcome is unknown is sent again with its own time, unless a newer score is wanted
    by now or its time was refused.

    Returns:
        The body; or when to try again, if its time would lie too far ahead; None when the claim
        is no longer ours.
    """
    row = held_row(session, claim)
    if row is None:
        return None
    is_same = row.is_outcome_unknown and row.sent_version == row.wanted_version
    if not is_same or needs_new_time:
        at = next_score_time(now, row.sent_at)
        if is_too_far_ahead(at, now):
            return at - FURTHEST_AHEAD
        row.sent_version = row.wanted_version
        row.sent_points, row.sent_maximum = row.wanted_points, row.wanted_maximum
        row.sent_comment_code = row.wanted_comment_code
        row.sent_handed_in_at = row.wanted_handed_in_at
        row.sent_at = at
    row.is_outcome_unknown = True
    return _body(row)


def _body(row: ScoreDelivery) -> Body:
    if row.sent_at is None or row.sent_maximum is None:
        raise ValueError("a body without its time")
    return Body(
        version=row.sent_version,
        mark=Mark(row.sent_points, row.sent_maximum),
        comment_code=row.sent_comment_code,
        handed_in_at=row.sent_handed_in_at,
        at=row.sent_at,
        is_new_work=row.sent_handed_in_at != row.acknowledged_handed_in_at,
        is_new_comment=row.sent_comment_code != row.acknowledged_comment_code,
    )


def held_row(session: Session, claim: Claim) -> ScoreDelivery | None:
    """Return the row of a claim, locked; None when another sender has it by now."""
    return session.scalar(
        select(ScoreDelivery)
        .where(
            ScoreDelivery.platform_id == claim.platform_id,
            ScoreDelivery.id == claim.id,
            ScoreDelivery.claim == claim.token,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def set_arrived(row: ScoreDelivery, now: datetime) -> None:
    """Mark a delivery as what the platform shows."""
    row.state, row.acknowledged_at, row.changed_at = DeliveryState.ARRIVED, now, now
    row.reason_code = row.reason_params = row.next_at = None
    row.lms_points = row.lms_maximum = None
    row.attempts = 0
