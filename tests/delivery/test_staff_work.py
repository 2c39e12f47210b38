"""AG-34: what staff do in an activity is never a score in the gradebook."""

import pytest
from sqlalchemy import delete, select, update

from lti_app.core.db import Database
from lti_app.grading.models import Grade, ScoreDelivery
from lti_app.people.models import Enrolment, User
from lti_app.people.roles import Role
from lti_app.submissions.models import Attempt
from tests.delivery.school import School
from tests.exercise.sheet import answers
from tests.peers.world import World


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LEARNER])
def test_ag_34_staff_cannot_hand_in_and_nothing_is_owed_for_them(
    world: World, database: Database, role: Role
) -> None:
    platform = world.platform()
    activity = world.activity(platform)
    visitor = world.visitor(platform, role=role)
    form = {**answers(), "key": "k" * 26, "number": "1", "base_revision": "0", "do": "hand_in"}

    answer = visitor.post(f"exercise/{activity.public_id}", form)

    assert answer.status_code == 403
    with database.read() as session:
        kept = [session.scalars(select(model)).all() for model in (Attempt, Grade, ScoreDelivery)]
    assert kept == [[], [], []]


def test_ag_34_who_is_staff_by_now_is_owed_no_score_when_a_column_comes(
    bare_school: School,
) -> None:
    for sub in ("amara", "tomoko"):
        bare_school.grade(sub)
    with bare_school.database.write() as session:
        # As if they had been graded before the activity was in the gradebook.
        session.execute(delete(ScoreDelivery))
        amara = select(User.id).where(User.sub == "amara").scalar_subquery()
        session.execute(
            update(Enrolment).where(Enrolment.user_id == amara).values(role=Role.INSTRUCTOR.value)
        )

    bare_school.give_column()
    bare_school.run()

    assert bare_school.lms.shown("amara") is None
    assert bare_school.lms.shown("tomoko") == 10.0
