"""Pages that a launch about other people's work leads to, and the ways back into the course."""

from datetime import timedelta

from sqlalchemy import select

from lti_app.people.mentors import remember_scope
from lti_app.people.models import Context, User
from lti_app.people.roles import Role
from tests.pages.staff_scenes import NAMES
from tests.pages.stage import Stage, by_name
from tests.peers.world import Visitor

WAY_BACK = "https://lms.test/course/view?id=2&key=of-the-person"


#: More than one page of them.
MANY = tuple(f"Learner {one}" for one in range(120))


def _mentor(stage: Stage, *, names: tuple[str, ...] = NAMES) -> tuple[Visitor, str]:
    activity = stage.activity()
    subs = [f"{number} of {stage.course}" for number, _name in enumerate(names)]
    learners = [stage.visitor(sub=sub, name=name) for sub, name in zip(subs, names, strict=True)]
    if learners:
        learners[0].hand_in(activity)
    mentor = stage.visitor(Role.OBSERVER)
    with stage.site.database.write() as session:
        user = session.scalars(select(User).where(User.id == mentor.user_id)).one()
        context = session.scalars(select(Context).where(Context.id == mentor.context_id)).one()
        now = stage.site.clock.now + timedelta(seconds=1)
        remember_scope(session, user=user, context=context, subs=[*subs, "later"], now=now)
    return mentor, activity.public_id


def people_a_mentor_follows(stage: Stage) -> None:
    mentor, activity = _mentor(stage)
    stage.open(mentor, f"activities/{activity}/following")


def people_a_mentor_follows_before_they_came(stage: Stage) -> None:
    mentor, activity = _mentor(stage, names=())
    stage.open(mentor, f"activities/{activity}/following")


def a_mentor_of_many(stage: Stage) -> None:
    mentor, activity = _mentor(stage, names=MANY)
    stage.open(mentor, f"activities/{activity}/following?from=50")


def nothing_to_review(stage: Stage) -> None:
    stage.activity()
    stage.open(stage.visitor(Role.INSTRUCTOR), "nothing-to-review")


def alone_in_a_tab_with_a_way_back(stage: Stage) -> None:
    activity = stage.activity()
    stage.open(_with_way_back(stage), f"activities/{activity.public_id}/people")


def error_with_a_way_back(stage: Stage) -> None:
    stage.open(_with_way_back(stage), "activities/nothing/people")


def receipt_with_a_way_back(stage: Stage) -> None:
    activity = stage.activity()
    learner = stage.visitor(return_url=WAY_BACK)
    stage.open(learner, learner.hand_in(activity).location.split("/", 3)[3])


def left_with_a_way_back(stage: Stage) -> None:
    alone_in_a_tab_with_a_way_back(stage)
    stage.press('form[action$="/leave"] button')


def receipt_of_a_second_attempt(stage: Stage) -> None:
    activity = stage.activity({"settings": {"attempts": 3, "counts": "last"}})
    learner = stage.visitor()
    learner.hand_in(activity)
    stage.open(learner, learner.hand_in(activity).location.split("/", 3)[3])


def one_person_with_two_attempts(stage: Stage) -> None:
    activity = stage.activity({"settings": {"attempts": 3, "counts": "last"}})
    learner = stage.visitor(name=NAMES[1])
    for _attempt in range(2):
        learner.hand_in(activity)
    with stage.site.database.read() as session:
        person = session.scalars(select(User.public_id).where(User.id == learner.user_id)).one()
    stage.open(stage.visitor(Role.INSTRUCTOR), f"activities/{activity.public_id}/people/{person}")


def people_with_high_contrast(stage: Stage) -> None:
    activity = stage.activity()
    stage.visitor(name=NAMES[0]).hand_in(activity)
    teacher = stage.visitor(Role.INSTRUCTOR, wants_contrast=True)
    stage.open(teacher, f"activities/{activity.public_id}/people")


def _with_way_back(stage: Stage) -> Visitor:
    return stage.visitor(Role.INSTRUCTOR, return_url=WAY_BACK)


SCENES = by_name(
    people_a_mentor_follows,
    people_a_mentor_follows_before_they_came,
    a_mentor_of_many,
    nothing_to_review,
    alone_in_a_tab_with_a_way_back,
    error_with_a_way_back,
    receipt_with_a_way_back,
    left_with_a_way_back,
    receipt_of_a_second_attempt,
    one_person_with_two_attempts,
    people_with_high_contrast,
)
