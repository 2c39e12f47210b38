"""What a person is in a course, and the words in which LTI says so. It reads no database."""

from collections.abc import Mapping
from enum import StrEnum

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"
SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


class CourseRole(StrEnum):
    """A person's part in one course."""

    INSTRUCTOR = "instructor"
    TEACHING_ASSISTANT = "teaching_assistant"
    LEARNER = "learner"
    TEST_STUDENT = "test_student"
    #: Looks after the whole site and looks into courses; on no roster.
    ADMINISTRATOR = "administrator"

    @property
    def teaches(self) -> bool:
        return self in (
            CourseRole.INSTRUCTOR,
            CourseRole.TEACHING_ASSISTANT,
            CourseRole.ADMINISTRATOR,
        )

    @property
    def is_on_the_roster(self) -> bool:
        return self not in (CourseRole.TEST_STUDENT, CourseRole.ADMINISTRATOR)


RoleTable = Mapping[CourseRole, tuple[str, ...]]

#: A sub-role is always sent beside its parent, the test marker beside a real role.
#: Source: LTI Core 1.3, appendix A.2.
FULL_ROLES: RoleTable = {
    CourseRole.INSTRUCTOR: (f"{MEMBERSHIP}#Instructor", f"{INSTITUTION}#Faculty"),
    CourseRole.TEACHING_ASSISTANT: (
        f"{MEMBERSHIP}/Instructor#TeachingAssistant",
        f"{MEMBERSHIP}#Instructor",
        f"{INSTITUTION}#Student",
    ),
    CourseRole.LEARNER: (f"{MEMBERSHIP}#Learner", f"{INSTITUTION}#Student"),
    CourseRole.TEST_STUDENT: (f"{MEMBERSHIP}#Learner", TEST_USER),
    CourseRole.ADMINISTRATOR: (f"{INSTITUTION}#Administrator", f"{SYSTEM}#Administrator"),
}


def course_roles(role: CourseRole) -> list[str]:
    """Return the full addresses that are about the course alone.

    >>> course_roles(CourseRole.LEARNER)
    ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner']
    """
    return [address for address in FULL_ROLES[role] if address.startswith(MEMBERSHIP)]


def has_role(role: CourseRole, wanted: str) -> bool:
    """Return whether somebody in this part of the course has a role.

    The wanted role is a full address, or the short name of a role of the course.

    >>> has_role(CourseRole.TEACHING_ASSISTANT, "Instructor")
    True
    """
    return wanted in course_roles(role) or f"{MEMBERSHIP}#{wanted}" in course_roles(role)
