import pytest

from lti_app.lti.roles import TEST_USER, ContextRole, parse_roles

LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
M = f"{LIS}membership#"
INSTRUCTOR, ASSISTANT, DESIGNER, LEARNER, OBSERVER, OTHER = ContextRole


@pytest.mark.parametrize(
    ("uris", "highest"),
    [
        pytest.param([], OTHER, id="RO-01"),
        pytest.param([M + "Instructor", M + "Learner"], INSTRUCTOR, id="RO-02"),
        pytest.param([f"{LIS}system/person#Administrator"], OTHER, id="RO-03"),
        pytest.param([f"{LIS}institution/person#Instructor"], OTHER, id="RO-04"),
        pytest.param([f"{LIS}membership/Instructor#TeachingAssistant"], ASSISTANT, id="RO-05"),
        pytest.param([f"{LIS}membership/instructor#TeachingAssistant"], ASSISTANT, id="RO-06"),
        pytest.param([f"{LIS}membership/Learner#Instructor"], LEARNER, id="RO-07"),
        pytest.param([f"{LIS}membership/Instructor#Grader"], ASSISTANT, id="RO-08"),
        pytest.param(
            ["urn:lti:role:ims/lis/Instructor", "urn:lti:sysrole:ims/lis/Administrator"],
            INSTRUCTOR,
            id="RO-09",
        ),
        pytest.param(["urn:lti:role:ims/lis/Learner/GuestLearner"], LEARNER, id="RO-09-sub-role"),
        pytest.param(["urn:lti:instrole:ims/lis/Instructor"], OTHER, id="RO-09-institution"),
        pytest.param([f"{LIS}person#Administrator"], OTHER, id="RO-10"),
        pytest.param(
            ["https://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"],
            OTHER,
            id="RO-11-https",
        ),
        pytest.param([M + "instructor"], OTHER, id="RO-11-case"),
        pytest.param(["instructor"], OTHER, id="RO-11-short-case"),
        pytest.param(["http://evil.test/membership#Instructor"], OTHER, id="RO-11-host"),
        pytest.param([M + "Instructor "], OTHER, id="RO-11-blank"),
        pytest.param([f"{LIS}membership/Instructor"], OTHER, id="RO-11-no-fragment"),
        pytest.param([M + "ContentDeveloper"], DESIGNER, id="RO-12"),
        pytest.param([M + "Mentor"], OBSERVER, id="RO-15"),
        pytest.param([M + "Member"], OTHER, id="RO-19-member"),
        pytest.param([M + "Manager"], OTHER, id="RO-19-manager"),
        pytest.param([M + "Officer"], OTHER, id="RO-19-officer"),
        pytest.param([M + "Administrator"], OTHER, id="RO-19-administrator"),
        pytest.param(
            [
                f"{LIS}institution/person#Administrator",
                M + "Instructor",
                f"{LIS}system/person#Administrator",
            ],
            INSTRUCTOR,
            id="RO-20",
        ),
        pytest.param(
            [M + "Instructor", f"{LIS}membership/Instructor#TeachingAssistant"],
            ASSISTANT,
            id="a-parent-beside-an-assistant-adds-nothing",
        ),
        pytest.param(
            [
                M + "Instructor",
                f"{LIS}membership/Instructor#TeachingAssistant",
                f"{LIS}membership/Instructor#PrimaryInstructor",
            ],
            INSTRUCTOR,
            id="an-instructor-who-also-assists",
        ),
    ],
)
def test_only_roles_in_the_course_count(uris: list[str], highest: ContextRole) -> None:
    assert parse_roles(uris).highest is highest


def test_a_test_user_keeps_the_role_beside_it() -> None:
    both = parse_roles([M + "Learner", TEST_USER])
    alone = parse_roles([TEST_USER])

    assert (both.highest, both.is_test_user) == (LEARNER, True)
    assert (alone.highest, alone.is_test_user) == (OTHER, True)
