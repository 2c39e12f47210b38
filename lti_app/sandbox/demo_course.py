"""The course that the demo starts with. Every person in it is made up."""

from dataclasses import replace

from lti_app.sandbox.config import CourseSeed, LinkSeed, MemberSeed
from lti_app.sandbox.dialects import Dialect
from lti_app.sandbox.roles import CourseRole


def _person(
    number: int,
    given_name: str,
    family_name: str | None,
    *,
    name: str | None = None,
    role: CourseRole = CourseRole.LEARNER,
    shares_identity: bool = True,
) -> MemberSeed:
    return MemberSeed(
        sub=f"sb-{number}",
        name=name or f"{given_name} {family_name}",
        given_name=given_name,
        family_name=family_name,
        email=f"person{number}@sandbox.example",
        role=role,
        shares_identity=shares_identity,
    )


_PEOPLE = (
    _person(1001, "Rima", "Haddad", role=CourseRole.INSTRUCTOR),
    _person(1002, "Tomás", "Ferreira", role=CourseRole.TEACHING_ASSISTANT),
    _person(1003, "Amara", "Okafor"),
    _person(1004, "智子", "岸田", name="岸田 智子"),
    _person(1005, "Łukasz", "Wiśniewski"),
    _person(1006, "ليلى", "منصور", name="ليلى منصور"),
    _person(1007, "Priya", "Raghunathan"),
    _person(1008, "Hồng Nhung", "Nguyễn", name="Nguyễn Hồng Nhung"),
    _person(1009, "Siobhán", "O'Sullivan"),
    _person(1010, "דניאל", "לוי", name="דניאל לוי"),
    _person(1011, "María José", "Ibáñez Peña"),
    _person(1012, "서연", "김", name="김서연"),
    _person(1013, "Wayan", None, name="Wayan"),
    _person(1014, "Sigríður", "Jónsdóttir"),
    _person(1015, "Kwame", "Mensah", shares_identity=False),
    _person(1099, "Test", "Student", role=CourseRole.TEST_STUDENT),
)

DEMO_COURSE = CourseSeed(
    context_id="sb-course-1",
    label="LEAD-101",
    title="Leading so that knowledge moves",
    people=_PEOPLE,
    links=(
        LinkSeed(
            resource_link_id="sb-link-1",
            title="Where do I start?",
            description="Twenty statements about sharing, asking and mentoring. Eight minutes.",
            points=10,
            custom={"item": "leading-knowledge/m1-self20-pre"},
        ),
        LinkSeed(
            resource_link_id="sb-link-2",
            title="The answer was in the building",
            description="A story that goes where your choices lead it. Twelve minutes.",
            points=10,
            custom={"item": "leading-knowledge/m1-branch-handover"},
        ),
        LinkSeed(
            resource_link_id="sb-link-3",
            title="Hiding, guarding, or simply not asked?",
            description="Eight sentences from real corridors to sort. Seven minutes.",
            points=8,
            custom={"item": "leading-knowledge/m1-sort-hiding"},
        ),
        LinkSeed(
            resource_link_id="sb-link-4",
            title="A new Rapport activity",
            description="Not chosen yet. An instructor opens it to choose what learners do here.",
        ),
    ),
)

#: Numbers below these are other courses', people's and links'.
_FIRST_PERSON = 3
_FIRST_LINK = 1
_COURSE = 2


def demo_course(dialect: Dialect) -> CourseSeed:
    """Return the demo's course with ids as a dialect spells them."""
    people = tuple(
        replace(person, sub=dialect.spelled_id(number, person.sub))
        for number, person in enumerate(DEMO_COURSE.people, _FIRST_PERSON)
    )
    links = tuple(
        replace(link, resource_link_id=dialect.spelled_id(number, link.resource_link_id))
        for number, link in enumerate(DEMO_COURSE.links, _FIRST_LINK)
    )
    context_id = dialect.spelled_id(_COURSE, DEMO_COURSE.context_id)
    return replace(DEMO_COURSE, context_id=context_id, people=people, links=links)
