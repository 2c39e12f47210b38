"""What a person is in a course, and the role addresses a tool is told. It reads no database."""

from enum import StrEnum

_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
_PERSON = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"


class CourseRole(StrEnum):
    """A person's part in one course."""

    INSTRUCTOR = "instructor"
    TEACHING_ASSISTANT = "teaching_assistant"
    LEARNER = "learner"
    TEST_STUDENT = "test_student"

    @property
    def teaches(self) -> bool:
        return self in (CourseRole.INSTRUCTOR, CourseRole.TEACHING_ASSISTANT)


#: A sub-role is always sent beside its parent, the test marker beside a real role.
#: Source: LTI Core 1.3, appendix A.2.
_ADDRESSES = {
    CourseRole.INSTRUCTOR: (f"{_MEMBERSHIP}#Instructor", f"{_PERSON}#Faculty"),
    CourseRole.TEACHING_ASSISTANT: (
        f"{_MEMBERSHIP}/Instructor#TeachingAssistant",
        f"{_MEMBERSHIP}#Instructor",
        f"{_PERSON}#Student",
    ),
    CourseRole.LEARNER: (f"{_MEMBERSHIP}#Learner", f"{_PERSON}#Student"),
    CourseRole.TEST_STUDENT: (
        f"{_MEMBERSHIP}#Learner",
        "http://purl.imsglobal.org/vocab/lti/system/person#TestUser",
    ),
}


def launch_roles(role: CourseRole) -> list[str]:
    """Return the full addresses for a launch: those of the course and of the institution."""
    return list(_ADDRESSES[role])


def member_roles(role: CourseRole) -> list[str]:
    """Return the full addresses for the roster, which knows roles of the course only.

    >>> member_roles(CourseRole.LEARNER)
    ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner']
    """
    return [address for address in _ADDRESSES[role] if address.startswith(_MEMBERSHIP)]


def has_role(role: CourseRole, wanted: str) -> bool:
    """Return whether a roster filtered by this role shows the person.

    The wanted role is a full address, or the short name of a role of the course.

    >>> has_role(CourseRole.TEACHING_ASSISTANT, "Instructor")
    True
    """
    return wanted in member_roles(role) or f"{_MEMBERSHIP}#{wanted}" in member_roles(role)
