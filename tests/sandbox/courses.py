"""Two courses with links of two clients, and people of every kind, to try the sandbox with."""

from typing import Any

from lti_app.sandbox.config import CourseSeed, LinkSeed, MemberSeed
from lti_app.sandbox.roles import CourseRole

A, B = "course-a", "course-b"


def person(sub: str, name: str, **more: Any) -> MemberSeed:
    given, _, family = name.partition(" ")
    return MemberSeed(
        sub=sub, name=name, given_name=given, family_name=family, email=f"{sub}@lms.test", **more
    )


AMARA = person("amara", "Amara Okafor")

COURSES = (
    CourseSeed(
        context_id=A,
        label="A-1",
        title="Course A",
        people=(
            person("rima", "Rima Haddad", role=CourseRole.INSTRUCTOR),
            person("tomas", "Tomás Ferreira", role=CourseRole.TEACHING_ASSISTANT),
            AMARA,
            person("tomoko", "Tomoko Kishida"),
            person("kwame", "Kwame Mensah", shares_identity=False),
            person("gone", "Gone Away", is_active=False),
            person("test", "Test Student", role=CourseRole.TEST_STUDENT),
        ),
        links=(
            LinkSeed(
                resource_link_id="graded",
                title="Graded <b>link</b>",
                points=10,
                custom={"item": "pack/thing", "who": "$User.id", "due": "$Link.due"},
            ),
            LinkSeed(resource_link_id="ungraded", title="Ungraded link"),
            LinkSeed(resource_link_id="of-c2", title="Link of c2", points=5, client_id="c2"),
        ),
    ),
    CourseSeed(
        context_id=B,
        label="B-1",
        title="Course B",
        people=(AMARA, person("bela", "Béla Nagy")),
        links=(
            LinkSeed(resource_link_id="in-b", title="Link in B", points=20, deployment_id="d2"),
        ),
    ),
)
