"""The sender's side of the ledger: claim a score, fix its body. `grading.settling` writes the end.

Each function is a part of one short transaction; between them the bridge talks to the platform. A
claim is a token, so a sender that was taken for dead changes nothing when it comes back.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lti_app.catalog.columns import find_line_item
from lti_app.catalog.views import LineItemView
from lti_app.core.ids import new_public_id
from lti_app.grading.models import DeliveryState, ScoreDelivery
from lti_app.grading.rules import FURTHEST_AHEAD, Mark, is_too_far_ahead, next_score_time
from lti_app.grading.withholding import withhold_if_out
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
        version: of the score that was wanted then; a newer one has its own run.
        sub: the person, as the platform names them.
        locale: the person's, for the comment.
        acknowledged: what the platform has confirmed last; None before the first time.
        unanswered: what was sent without an answer that we understood.
        may_override: a person said that ours is to be sent although somebody graded there.
    """

    id: int
    token: str
    platform_id: int
    version: int
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


@dataclass(frozen=True)
class Claimed:
    """A claim with what is to be sent.

    Attributes:
        body: fixed with the claim, or when to try again because its time would lie too far ahead;
            None where the platform is asked first or there is no column yet.
    """

    claim: Claim
    body: Body | datetime | None


def claim_deliveries(
    session: Session, public_ids: Collection[str], *, now: datetime
) -> Mapping[str, Claimed | None]:
    """Take deliveries for sending and fix what is sent; commit before talking to the platform.

    Returns:
        By public id: None when nothing is owed any more, or a person has to look first. One that
        is missing is being changed at this moment; the caller tries again.
    """
    # Not waited for: who changes one may wait for its job, which the caller holds.
    rows = session.scalars(_deliveries(public_ids).with_for_update(skip_locked=True)).all()
    claims = _claim_all(session, rows, now=now)
    found: dict[str, Claimed | None] = {}
    for row in rows:
        claim = claims.get(row.public_id)
        is_next = claim is not None and claim.line_item.url and not claim.must_look_first
        body = _fix(row, now) if is_next else None
        found[row.public_id] = Claimed(claim, body) if claim is not None else None
    if len(found) < len(public_ids):
        existing = select(ScoreDelivery.public_id).where(ScoreDelivery.public_id.in_(public_ids))
        gone = set(public_ids) - set(session.scalars(existing))
        found |= dict.fromkeys(gone)
    return found


def _deliveries(public_ids: Collection[str]) -> Select[ScoreDelivery]:
    return (
        select(ScoreDelivery)
        .where(ScoreDelivery.public_id.in_(list(public_ids)))
        .execution_options(populate_existing=True)
    )


def _claim_all(
    session: Session, rows: Collection[ScoreDelivery], *, now: datetime
) -> dict[str, Claim]:
    owed = [row for row in rows if _may_go(row, now)]
    for row in owed:
        if row.acknowledged_version >= row.wanted_version:
            set_arrived(row, now)
    unsent = [row for row in owed if row.acknowledged_version < row.wanted_version]
    line_items = {
        at: find_line_item(session, platform_id=at[0], line_item_id=at[1])
        for at in {(row.platform_id, row.line_item_id) for row in unsent}
    }
    people = _people(session, unsent)
    claims: dict[str, Claim] = {}
    for row in unsent:
        line_item = line_items[row.platform_id, row.line_item_id]
        person = people.get((row.platform_id, row.user_id))
        if line_item is None or person is None or withhold_if_out(row, line_item, now=now):
            continue
        claims[row.public_id] = _claim(row, line_item, *person)
    return claims


def _people(
    session: Session, rows: Collection[ScoreDelivery]
) -> dict[tuple[int, int], tuple[str, str | None]]:
    """Return how platforms name people, and their locales, by platform and person."""
    if not rows:
        return {}
    found = session.execute(
        select(User.platform_id, User.id, User.sub, User.locale).where(
            User.platform_id.in_({row.platform_id for row in rows}),
            User.id.in_({row.user_id for row in rows}),
        )
    )
    return {(row.platform_id, row.id): (row.sub, row.locale) for row in found}


def _claim(row: ScoreDelivery, line_item: LineItemView, sub: str, locale: str | None) -> Claim:
    row.claim = new_public_id()
    return Claim(
        id=row.id,
        token=row.claim,
        platform_id=row.platform_id,
        version=row.wanted_version,
        line_item=line_item,
        sub=sub,
        locale=locale,
        acknowledged=_acknowledged(row),
        unanswered=_sent(row) if row.is_outcome_unknown else None,
        may_override=row.is_override_allowed,
    )


def _may_go(row: ScoreDelivery, now: datetime) -> bool:
    if row.state == DeliveryState.NOT_GRADABLE:
        return row.next_at is not None and row.next_at <= now
    return row.state == DeliveryState.OWED


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
        is no longer ours, or the score stays here by now.
    """
    row = held_row(session, claim)
    if row is None:
        return None
    column = find_line_item(session, platform_id=row.platform_id, line_item_id=row.line_item_id)
    if withhold_if_out(row, column, now=now):
        return None
    return _fix(row, now, needs_new_time=needs_new_time)


def _fix(row: ScoreDelivery, now: datetime, *, needs_new_time: bool = False) -> Body | datetime:
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
    return held_rows(session, [claim]).get(claim.token)


def held_rows(session: Session, claims: Collection[Claim]) -> dict[str, ScoreDelivery]:
    """Return the rows of claims by their tokens, locked; without those that others have by now."""
    rows = session.scalars(
        select(ScoreDelivery)
        .where(
            ScoreDelivery.platform_id.in_({claim.platform_id for claim in claims}),
            ScoreDelivery.id.in_([claim.id for claim in claims]),
            ScoreDelivery.claim.in_([claim.token for claim in claims]),
        )
        # Several rows are not waited for: who holds one may wait for another that we hold.
        .with_for_update(nowait=len(claims) > 1)
        .execution_options(populate_existing=True)
    )
    return {row.claim: row for row in rows if row.claim is not None}


def set_arrived(row: ScoreDelivery, now: datetime) -> None:
    """Mark a delivery as what the platform shows."""
    row.state, row.acknowledged_at, row.changed_at = DeliveryState.ARRIVED, now, now
    row.reason_code = row.reason_params = row.next_at = None
    row.lms_points = row.lms_maximum = None
    row.attempts = 0
