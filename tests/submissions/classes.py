"""A class that has handed in: the rows that so many launches, hand-ins and releases would leave."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from lti_app.catalog.models import Activity, ItemVersion, LineItem, Placement
from lti_app.catalog.service import get_activity_of
from lti_app.catalog.views import ActivityView
from lti_app.core.ids import new_public_id
from lti_app.grading.models import FacetScore, Grade, Participation, ScoreDelivery
from lti_app.grading.policy import FORMULA_VERSION, FacetValue, points_of
from lti_app.grading.states import Stage
from lti_app.people.models import Enrolment, User
from lti_app.people.roles import Role
from lti_app.submissions.contract import Answers
from lti_app.submissions.models import Attempt
from tests.submissions.factories import exercise_rules

#: One column of a gradebook would do; names that are long, short, and of other scripts.
NAMES = (
    "Amara Okafor",
    "Hồng Nhung",
    "ليلى منصور",
    "김서연",
    "Wayan",
    "Łukasz Zieliński",
    "Rima Haddad",
)


def with_item(
    session: Session, activity: ActivityView, document: Mapping[str, Any]
) -> ActivityView:
    """Return the activity, made of another item as if it had always been."""
    version = session.get_one(ItemVersion, activity.item_version_id)
    made = ItemVersion(
        pack=version.pack,
        item=new_public_id(),
        version=1,
        digest=new_public_id(),
        kind=version.kind,
        content={**document},
        created_at=version.created_at,
    )
    session.add(made)
    session.flush()
    changes = {"item_version_id": made.id, "title": document["title"]}
    session.execute(update(Activity).where(Activity.id == activity.id).values(**changes))
    session.expire_all()
    return get_activity_of(session, platform_id=activity.platform_id, activity_id=activity.id)


def fill_class(
    session: Session,
    activity: ActivityView,
    everybody: Sequence[Answers],
    *,
    now: datetime,
    attempts: int = 1,
    names: Sequence[str] = NAMES,
) -> list[int]:
    """Let people hand these answers in, each with a released grade; return their ids.

    Everybody's last attempt counts. A score is owed where the activity has a column.
    """
    ids = _people(session, activity, len(everybody), names, now)
    sources = [new_public_id() for _answers in everybody]
    for number in range(1, attempts + 1):
        handed_in_at = now - timedelta(hours=attempts - number)
        session.execute(
            insert(Attempt),
            [
                {
                    "public_id": source if number == attempts else new_public_id(),
                    "platform_id": activity.platform_id,
                    "activity_id": activity.id,
                    "user_id": user_id,
                    "item_version_id": activity.item_version_id,
                    "number": number,
                    "started_at": handed_in_at,
                    "answers": answers,
                    "handed_in_at": handed_in_at,
                }
                for user_id, source, answers in zip(ids, sources, everybody, strict=True)
            ],
        )
    _grade(session, activity, [*zip(ids, sources, everybody, strict=True)], now)
    session.flush()
    return ids


def _people(
    session: Session, activity: ActivityView, count: int, names: Sequence[str], now: datetime
) -> list[int]:
    users = [
        User(
            public_id=new_public_id(),
            platform_id=activity.platform_id,
            sub=new_public_id(),
            name=names[number] if number < len(names) else f"Learner No. {number + 1}",
            created_at=now,
            seen_at=now,
        )
        for number in range(count)
    ]
    session.add_all(users)
    session.flush()
    session.add_all(
        Enrolment(
            platform_id=activity.platform_id,
            context_id=activity.context_id,
            user_id=user.id,
            role=Role.LEARNER.value,
            first_seen_at=now,
            seen_at=now,
        )
        for user in users
    )
    return [user.id for user in users]


def _grade(
    session: Session,
    activity: ActivityView,
    handed: Sequence[tuple[int, str, Answers]],
    now: datetime,
) -> None:
    rules = exercise_rules()
    item, settings = rules.read_item(activity.content), rules.settings_of(activity)
    tenant, columns = {"platform_id": activity.platform_id}, _columns(session, activity)
    graded = []
    for user_id, source, answers in handed:
        where = {**tenant, "activity_id": activity.id, "user_id": user_id}
        facets = rules.mark(item, answers, settings).facets
        grade = _released(where, source, points_of(facets, maximum=activity.points), activity, now)
        session.add_all([grade, Participation(**where, state=Stage.RELEASED, changed_at=now)])
        graded.append((grade, facets))
    # Once for everybody: what follows needs the ids.
    session.flush()
    for grade, facets in graded:
        session.add_all(_facet(grade, facet, now) for facet in facets)
        session.add_all(_owed(grade, column, now) for column in columns)


def _released(
    where: Mapping[str, int],
    source: str,
    points: Decimal | None,
    activity: ActivityView,
    now: datetime,
) -> Grade:
    return Grade(
        **where,
        points=points,
        maximum=activity.points,
        formula_version=FORMULA_VERSION,
        source=source,
        computed_at=now,
        handed_in_at=now,
        released_points=points,
        released_at=now,
        revision=1,
    )


def _facet(grade: Grade, facet: FacetValue, now: datetime) -> FacetScore:
    return FacetScore(
        platform_id=grade.platform_id,
        grade_id=grade.id,
        facet=facet.facet,
        weight=facet.weight,
        score=facet.score,
        reason_code=facet.reason.code,
        reason_params=dict(facet.reason.params),
        computed_at=now,
    )


def _owed(grade: Grade, line_item_id: int, now: datetime) -> ScoreDelivery:
    return ScoreDelivery(
        platform_id=grade.platform_id,
        line_item_id=line_item_id,
        user_id=grade.user_id,
        grade_id=grade.id,
        wanted_points=grade.points,
        wanted_maximum=grade.maximum,
        wanted_version=1,
        wanted_at=now,
        changed_at=now,
    )


def _columns(session: Session, activity: ActivityView) -> Sequence[int]:
    placed = select(Placement.id).where(Placement.activity_id == activity.id)
    return session.scalars(select(LineItem.id).where(LineItem.placement_id.in_(placed))).all()
