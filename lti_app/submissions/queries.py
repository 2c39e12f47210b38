"""What pages ask about work: one's own, a receipt, everybody's state. It changes nothing."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.catalog.views import ActivityView
from lti_app.core.errors import NotFoundError
from lti_app.core.sealing import Keyring
from lti_app.grading.queries import list_standings
from lti_app.grading.views import Standing
from lti_app.people.models import Enrolment, EnrolmentStatus, User
from lti_app.people.names import PersonName
from lti_app.people.roles import Role
from lti_app.submissions.attempts import handed_in, list_attempts
from lti_app.submissions.contract import KindRules
from lti_app.submissions.drafts import NO_DRAFT, open_draft
from lti_app.submissions.models import Attempt
from lti_app.submissions.views import MyWork, PersonWork, Receipt, WorkState, receipt_of


def get_my_work(
    session: Session,
    keyring: Keyring,
    rules: KindRules,
    activity: ActivityView,
    *,
    user_id: int,
) -> MyWork:
    """Return where somebody stands with an activity, their own draft included."""
    attempts = list_attempts(session, activity, user_id)
    receipts = tuple(receipt_of(attempt) for attempt in handed_in(attempts))
    number = len(receipts) + 1
    open_one = next((one for one in attempts if one.number == number), None)
    allowed = rules.attempts_allowed(rules.settings_of(activity))
    return MyWork(
        receipts=receipts,
        draft=open_draft(session, keyring, open_one) if open_one else NO_DRAFT,
        next_number=number,
        has_attempts_left=allowed is None or number <= allowed,
    )


def get_receipt(session: Session, public_id: str, *, platform_id: int, user_id: int) -> Receipt:
    """Return somebody's own receipt.

    Raises:
        NotFoundError: there is none, it is not handed in, or it is somebody else's.
    """
    row = session.scalar(
        select(Attempt).where(
            Attempt.platform_id == platform_id,
            Attempt.user_id == user_id,
            Attempt.public_id == public_id,
            Attempt.handed_in_at.is_not(None),
        )
    )
    if row is None:
        raise NotFoundError
    return receipt_of(row)


def list_people_work(session: Session, activity: ActivityView) -> list[PersonWork]:
    """Return every learner of the activity's course and how far they are, by name.

    Who left the course is listed as long as they handed something in.
    """
    standings = list_standings(session, activity)
    attempts = _attempts_by_person(session, activity)
    rows = session.execute(
        select(User, Enrolment.status)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(
            User.platform_id == activity.platform_id,
            Enrolment.platform_id == activity.platform_id,
            Enrolment.context_id == activity.context_id,
            Enrolment.role == Role.LEARNER.value,
            Enrolment.is_test.is_(False),
        )
    )
    people = [
        _person_work(user, attempts.get(user.id, []), standings.get(user.id, Standing()))
        for user, status in rows
        if status == EnrolmentStatus.ACTIVE or user.id in standings
    ]
    return sorted(people, key=lambda person: person.name.sort_key())


def _attempts_by_person(session: Session, activity: ActivityView) -> dict[int, list[Attempt]]:
    found: dict[int, list[Attempt]] = {}
    rows = session.scalars(
        select(Attempt)
        .where(Attempt.platform_id == activity.platform_id, Attempt.activity_id == activity.id)
        .order_by(Attempt.number)
    )
    for row in rows:
        found.setdefault(row.user_id, []).append(row)
    return found


def _person_work(user: User, attempts: list[Attempt], standing: Standing) -> PersonWork:
    done = handed_in(attempts)
    if done:
        state = WorkState.HANDED_IN
    else:
        state = WorkState.IN_PROGRESS if attempts else WorkState.NOT_STARTED
    return PersonWork(
        name=PersonName(user.public_id, user.name, user.given_name, user.family_name, user.email),
        state=state,
        handed_in_at=done[-1].handed_in_at if done else None,
        is_late=bool(done and done[-1].is_late),
        standing=standing,
    )
