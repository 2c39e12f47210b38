"""A platform, a course and people, as a few launches would have left them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import update
from sqlalchemy.orm import Session

from lti_app.catalog.models import Activity, ItemVersion, Placement
from lti_app.catalog.service import get_activity_of, open_item, remember_placement
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.core.ids import new_public_id
from lti_app.grading.columns import remember_column
from lti_app.lti.models import Deployment, Platform
from lti_app.people.models import Context, User
from lti_app.people.roles import Role
from lti_app.people.service import (
    ContextDetails,
    Profile,
    remember_context,
    remember_enrolment,
    remember_user,
)
from lti_app.submissions.contract import KindRules
from lti_app.submissions.registry import Registry, load_registry
from lti_app.submissions.service import Handing

ITEM = "leading-knowledge/m1-self20-pre"
STATEMENTS = [f"s{number}" for number in range(1, 21)]


@cache
def registry() -> Registry:
    return load_registry(with_pages=False)


def exercise_rules() -> KindRules:
    return registry().rules("exercise")


def answers_of(value: int = 4, **others: int) -> dict[str, dict[str, int]]:
    return {"responses": {**dict.fromkeys(STATEMENTS, value), **others}}


@dataclass(frozen=True)
class Course:
    """A context with one link to the self-assessment."""

    platform_id: int
    context_id: int
    placement_id: int
    activity: ActivityView


def make_platform(session: Session, *, now: datetime, name: str = "One") -> tuple[int, int]:
    """Return the ids of a platform and its deployment."""
    platform = Platform(
        name=name,
        issuer="https://lms.test",
        client_id=new_public_id(),
        auth_url="https://lms.test/auth",
        token_url="https://lms.test/token",
        jwks_url="https://lms.test/jwks",
        created_at=now,
    )
    session.add(platform)
    session.flush()
    deployment = Deployment(
        platform_id=platform.id, deployment_id="1", approved_at=now, created_at=now
    )
    session.add(deployment)
    session.flush()
    return platform.id, deployment.id


def make_course(
    session: Session,
    *,
    now: datetime,
    column: str | None = "https://lms.test/items/1",
    platform: tuple[int, int] | None = None,
    lti_id: str = "course",
    link: str | None = None,
    in_gradebook: bool = False,
) -> Course:
    """Return a course whose link opens the self-assessment, with a gradebook column if named."""
    platform_id, deployment_id = platform or make_platform(session, now=now)
    context = remember_context(
        session,
        platform_id=platform_id,
        deployment_id=deployment_id,
        details=ContextDetails(lti_id, title="Course"),
        now=now,
    )
    session.flush()
    placement = remember_placement(
        session,
        platform_id=platform_id,
        deployment_id=deployment_id,
        context_id=context.id,
        lti_id=link or f"link of {lti_id}",
        title="Link",
        now=now,
    )
    if column is not None:
        remember_column(session, placement, url=column, now=now)
    item = registry().library.find_item(ITEM)
    assert item is not None
    activity = open_item(
        session,
        placement.id,
        item,
        platform_id=platform_id,
        registry=registry(),
        now=now,
        in_gradebook=in_gradebook,
    )
    return Course(platform_id, context.id, placement.id, activity)


def set_otherwise(database: Database, course: Course, **columns: object) -> Course:
    """Set columns of the activity past all that looks after them."""
    activity = course.activity
    with database.write() as session:
        session.execute(update(Activity).where(Activity.id == activity.id).values(**columns))
        changed = get_activity_of(
            session, platform_id=activity.platform_id, activity_id=activity.id
        )
    return replace(course, activity=changed)


def change_item(database: Database, course: Course) -> None:
    """Let the activity go on with another version of its item, as an instructor's change does."""
    with database.write() as session:
        row = session.get_one(Activity, course.activity.id)
        old = session.get_one(ItemVersion, row.item_version_id)
        new = ItemVersion(
            pack=old.pack,
            item=old.item,
            version=old.version + 1,
            digest="changed",
            kind=old.kind,
            content=old.content,
            created_at=old.created_at,
        )
        session.add(new)
        session.flush()
        row.item_version_id = new.id


def make_person(
    session: Session,
    course: Course,
    sub: str = "ann",
    *,
    now: datetime,
    role: Role = Role.LEARNER,
    is_test: bool = False,
) -> User:
    """Return a person who has been in the course for a month."""
    now -= timedelta(days=30)
    user = remember_user(
        session,
        platform_id=course.platform_id,
        sub=sub,
        profile=Profile(name=sub.title()),
        now=now,
    )
    session.flush()
    context = session.get_one(Context, course.context_id)
    remember_enrolment(session, user=user, context=context, role=role, is_test=is_test, now=now)
    session.flush()
    return user


def handing(
    user: User,
    *,
    key: str = "key",
    number: int = 1,
    base_revision: int = 0,
    item_version: int = 1,
    answers: dict[str, dict[str, int]] | None = None,
    is_graded: bool = True,
) -> Handing:
    """Return a request to hand in; every statement is answered unless told otherwise."""
    return Handing(
        user_id=user.id,
        user_public_id=user.public_id,
        is_graded=is_graded,
        key=key,
        number=number,
        base_revision=base_revision,
        item_version=item_version,
        answers=answers or answers_of(),
    )


def placement_of(session: Session, course: Course) -> Placement:
    return session.get_one(Placement, course.placement_id)
