"""Move people from stage to stage, each move in the audit log. It decides no grade."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.catalog.views import ActivityView
from lti_app.core.db.locks import hold_lock, hold_numbers
from lti_app.core.errors import ConflictError
from lti_app.grading.models import Participation
from lti_app.grading.states import Stage, may_follow

#: Name of the lock under which one person's grades and stages change.
PERSON_LOCK = "grading.person"


class StageError(ConflictError):
    """What was asked for does not follow from where the person stands by now."""

    code = "stage_has_changed"


@dataclass(frozen=True)
class ParticipationView:
    """Where somebody stands.

    Attributes:
        resumes_as: what an excused person returns to.
        extra_attempts: given by reopening.
        extra_days: by how much the due and the closing date lie later for them.
        reason: typed by whoever excused or reopened, for the person to read.
    """

    stage: Stage = Stage.NOT_STARTED
    resumes_as: Stage | None = None
    extra_attempts: int = 0
    reason: str | None = None
    extra_days: int = 0

    @property
    def is_excused(self) -> bool:
        """Whether the person is out of the grade."""
        return self.stage is Stage.EXCUSED

    @property
    def is_reopened(self) -> bool:
        """Whether the person may hand in whatever the dates say."""
        return self.stage is Stage.REOPENED


NOT_BEGUN = ParticipationView()


def find_participation(session: Session, activity: ActivityView, user_id: int) -> ParticipationView:
    """Return where somebody stands; NOT_STARTED for who has not begun."""
    row = _find_row(session, activity, user_id)
    return participation_view(row) if row else NOT_BEGUN


def list_participations(
    session: Session, activity: ActivityView, user_ids: Sequence[int] | None = None
) -> dict[int, ParticipationView]:
    """Return where people stand who have begun, by user id.

    Args:
        user_ids: whose; everybody's when None.
    """
    rows = session.scalars(
        select(Participation).where(
            Participation.platform_id == activity.platform_id,
            Participation.activity_id == activity.id,
            *([] if user_ids is None else [Participation.user_id.in_(user_ids)]),
        )
    )
    return {row.user_id: participation_view(row) for row in rows}


def participation_view(row: Participation) -> ParticipationView:
    """Return a participation without its row."""
    resumes_as = Stage(row.resumes_as) if row.resumes_as else None
    return ParticipationView(
        Stage(row.state), resumes_as, row.extra_attempts, row.reason, row.extra_days
    )


def advance(
    session: Session,
    activity: ActivityView,
    user_id: int,
    stage: Stage,
    *,
    actor: Actor,
    now: datetime,
    why: str,
) -> None:
    """Note that somebody came to a stage by what was done; nothing where it does not follow.

    Work of an excused person is kept: they return to the stage that it led to.

    Args:
        why: a code for the audit log.
    """
    row = held_participation(session, activity, user_id)
    if row is not None and row.state == Stage.EXCUSED:
        if may_follow(Stage(row.resumes_as or Stage.NOT_STARTED), stage):
            row.resumes_as = stage.value
        return
    if may_follow(Stage(row.state) if row else Stage.NOT_STARTED, stage):
        set_stage(session, activity, user_id, row, stage, actor=actor, now=now, why=why)


def set_stage(
    session: Session,
    activity: ActivityView,
    user_id: int,
    row: Participation | None,
    stage: Stage,
    *,
    actor: Actor,
    now: datetime,
    why: str,
) -> Participation:
    """Move somebody, and write down who did it, from where to where, and why.

    Args:
        row: as `held_participation` found it.

    Raises:
        StageError: this stage does not follow.
    """
    before = Stage(row.state) if row else Stage.NOT_STARTED
    if not may_follow(before, stage):
        raise StageError
    row = row or new_participation(session, activity, user_id)
    row.state, row.changed_at = stage.value, now
    session.flush()
    record_event(
        session,
        "participation.moved",
        at=now,
        actor=actor,
        about=("participation", row.public_id),
        platform_id=activity.platform_id,
        because=why,
        moved=(before.value, stage.value),
    )
    return row


def new_participation(session: Session, activity: ActivityView, user_id: int) -> Participation:
    """Return the row of somebody who has not begun; the caller says where they stand and when."""
    row = Participation(
        platform_id=activity.platform_id,
        activity_id=activity.id,
        user_id=user_id,
        state=Stage.NOT_STARTED.value,
        extra_attempts=0,
        extra_days=0,
    )
    session.add(row)
    return row


def hold_people(session: Session, user_ids: Iterable[int]) -> None:
    """Let nobody else grade or move these people until the transaction ends.

    Always in the same order, so that two of these never wait for each other.
    """
    hold_numbers(session, PERSON_LOCK, user_ids)


def held_participation(
    session: Session, activity: ActivityView, user_id: int
) -> Participation | None:
    """Return the row of a person, theirs alone until the transaction ends."""
    hold_lock(session, PERSON_LOCK, user_id)
    return _find_row(session, activity, user_id)


def _find_row(session: Session, activity: ActivityView, user_id: int) -> Participation | None:
    return session.scalar(
        select(Participation)
        .where(
            Participation.platform_id == activity.platform_id,
            Participation.activity_id == activity.id,
            Participation.user_id == user_id,
        )
        .execution_options(populate_existing=True)
    )
