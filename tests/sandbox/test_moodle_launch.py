"""What a Moodle tells a tool at a launch, where it goes beyond what was recorded."""

import json

import pytest

from lti_app.sandbox.vocabulary import AGS_CLAIM, BASIC_OUTCOME_CLAIM, CLAIM, NRPS_CLAIM
from tests.sandbox.courses import A
from tests.sandbox.lms import Lms, answered

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"


def launched(moodle: Lms, link: str) -> dict[str, object]:
    return dict(moodle.browser().enter("amara").launch(link)[AGS_CLAIM])


def add_column(moodle: Lms, link: str) -> None:
    body = {"label": "More", "scoreMaximum": 5, "resourceLinkId": link}
    answer = moodle.service().post_item(body, path=moodle.items_path())
    assert answer.status_code == 201


def test_graded_link_names_its_column_with_the_number_of_the_tool(moodle: Lms) -> None:
    endpoint = launched(moodle, "graded")

    assert str(endpoint["lineitem"]).endswith(f"/{A}/lineitems/1/lineitem?type_id=1")
    assert str(endpoint["lineitems"]).endswith(f"/{A}/lineitems?type_id=1")


def test_ungraded_link_names_no_column_and_no_outcome(moodle: Lms) -> None:
    claims = moodle.browser().enter("amara").launch("ungraded")

    assert "lineitem" not in claims[AGS_CLAIM]
    assert BASIC_OUTCOME_CLAIM not in claims


def test_ungraded_link_with_a_column_made_later_names_the_empty_text(moodle: Lms) -> None:
    add_column(moodle, "ungraded")

    assert launched(moodle, "ungraded")["lineitem"] == ""


def test_link_with_two_columns_names_none(moodle: Lms) -> None:
    add_column(moodle, "graded")

    assert "lineitem" not in launched(moodle, "graded")


def test_deleted_column_of_a_link_is_named_no_more_and_its_outcome_is(moodle: Lms) -> None:
    deleted = moodle.service().send("DELETE", moodle.item_path())

    claims = moodle.browser().enter("amara").launch("graded")
    assert deleted.status_code == 204
    assert "lineitem" not in claims[AGS_CLAIM]
    assert set(claims[BASIC_OUTCOME_CLAIM]) == {"lis_result_sourcedid", "lis_outcome_service_url"}


@pytest.mark.parametrize(
    ("sub", "roles"),
    [
        ("rima", [f"{MEMBERSHIP}#Instructor"]),
        ("tomas", [f"{MEMBERSHIP}#Instructor"]),
        ("amara", [f"{MEMBERSHIP}#Learner"]),
    ],
)
def test_roles_are_of_the_course_alone(moodle: Lms, sub: str, roles: list[str]) -> None:
    assert moodle.browser().enter(sub).launch()[f"{CLAIM}roles"] == roles


def test_withheld_identity_leaves_only_the_number(moodle: Lms) -> None:
    claims = moodle.browser().enter("kwame").launch()

    assert claims["sub"] == "kwame"
    assert not {"name", "given_name", "family_name", "email", "locale"} & set(claims)


def test_custom_values_are_kept_as_lines(moodle: Lms) -> None:
    moodle.give_custom("graded", {"a-b": "$User.id", "CamelCase": "x", "none": "$No.such"})

    custom = moodle.browser().enter("amara").launch()[f"{CLAIM}custom"]

    assert custom.pop("context_memberships_url").endswith(moodle.roster_path())
    assert custom == {
        "from_tool": "yes",
        "a-b": "amara",
        "a_b": "amara",
        "CamelCase": "x",
        "camelcase": "x",
        "none": "$No.such",
    }


def test_roster_is_offered_in_both_versions(moodle: Lms) -> None:
    roster = moodle.browser().enter("amara").launch()[NRPS_CLAIM]

    assert roster["service_versions"] == ["1.0", "2.0"]
    assert "/bindings/1/memberships" in roster["context_memberships_url"]


def test_hint_is_json_with_a_launch_of_its_own(moodle: Lms) -> None:
    browser = moodle.browser().enter("amara")

    first, second = (json.loads(browser.open_link()["lti_message_hint"]) for _ in range(2))

    assert set(first) == {"cmid", "launchid"}
    assert first["cmid"] == second["cmid"]
    assert first["launchid"] != second["launchid"]


@pytest.mark.parametrize("change", [{"response_type": "code"}, {"login_hint": ""}])
def test_request_that_is_not_whole_is_a_page_with_404(moodle: Lms, change: dict[str, str]) -> None:
    browser = moodle.browser().enter("amara")

    answer = browser.authenticate(browser.open_link(), **change)

    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_hint_belongs_to_the_browser_it_was_made_in(moodle: Lms) -> None:
    login = moodle.browser().enter("amara").open_link()

    answer = moodle.browser().enter("amara").authenticate(login)

    assert answer.status_code == 404


def test_person_who_was_suspended_meanwhile_is_refused(moodle: Lms) -> None:
    browser = moodle.browser().enter("amara")
    login = browser.open_link()
    moodle.suspend("amara", A)

    assert answered(browser.authenticate(login))["error"] == "access_denied"
