"""What a Canvas tells a tool at a launch."""

import jwt
import pytest

from lti_app.sandbox.vocabulary import AGS_CLAIM, CLAIM, NRPS_CLAIM
from tests.sandbox.courses import A
from tests.sandbox.lms import ISSUER, Lms, answered

LIS = "http://purl.imsglobal.org/vocab/lis/v2"
LEARNER = [
    f"{LIS}/institution/person#Student",
    f"{LIS}/membership#Learner",
    f"{LIS}/system/person#User",
]
ASSISTANT = [
    f"{LIS}/institution/person#Instructor",
    f"{LIS}/membership#Instructor",
    f"{LIS}/membership/Instructor#TeachingAssistant",
    f"{LIS}/system/person#User",
]


def test_login_names_the_deployment_in_its_own_way(canvas: Lms) -> None:
    login = canvas.browser().enter("amara").open_link()

    assert login["deployment_id"] == "d1"
    assert "lti_deployment_id" not in login
    assert len(login["lti_message_hint"]) > 300


def test_hint_is_a_signed_token(canvas: Lms) -> None:
    hint = canvas.browser().enter("amara").open_link()["lti_message_hint"]

    key = canvas.sandbox.keys.current.private_key.public_key()
    assert jwt.decode(hint, key, algorithms=["RS256"])["context_type"] == "Course"


def test_hint_works_once(canvas: Lms) -> None:
    browser = canvas.browser().enter("amara")
    login = browser.open_link()
    first = answered(browser.authenticate(login))

    second = answered(browser.authenticate(login))

    assert "id_token" in first
    assert second["error"] == "launch_no_longer_valid"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scope": "openid profile"}, "invalid_request_object"),
        ({"prompt": "login"}, "invalid_request_object"),
        ({"nonce": ""}, "invalid_request_object"),
        ({"login_hint": "tomoko"}, "login_required"),
        ({"lti_message_hint": "made-up"}, "launch_no_longer_valid"),
    ],
)
def test_refusals_have_names_of_their_own(canvas: Lms, changes: dict[str, str], code: str) -> None:
    browser = canvas.browser().enter("amara")

    answer = answered(browser.authenticate(browser.open_link(), **changes))

    assert answer["error"] == code


def test_token_lives_for_an_hour_and_names_its_party(canvas: Lms) -> None:
    claims = canvas.browser().enter("amara").launch()

    assert claims["exp"] - claims["iat"] == 3600
    assert claims["azp"] == claims["aud"] == "c1"
    assert claims[f"{CLAIM}tool_platform"]["product_family_code"] == "canvas"
    assert len(claims[f"{CLAIM}lti11_legacy_user_id"]) == 40


@pytest.mark.parametrize(("sub", "roles"), [("amara", LEARNER), ("tomas", ASSISTANT)])
def test_roles_of_course_institution_and_system_are_merged_and_sorted(
    canvas: Lms, sub: str, roles: list[str]
) -> None:
    assert canvas.browser().enter(sub).launch()[f"{CLAIM}roles"] == roles == sorted(roles)


def test_addresses_name_the_course_by_another_number_than_the_context(canvas: Lms) -> None:
    claims = canvas.browser().enter("amara").launch()

    assert claims[f"{CLAIM}context"]["id"] == A
    assert claims[AGS_CLAIM]["lineitem"] == f"{ISSUER}/api/lti/courses/1/line_items/1"
    assert claims[AGS_CLAIM]["lineitems"] == f"{ISSUER}/api/lti/courses/1/line_items"
    assert (
        claims[NRPS_CLAIM]["context_memberships_url"]
        == f"{ISSUER}/api/lti/courses/1/names_and_roles"
    )


@pytest.mark.parametrize("key", [A, "99", "x"])
def test_context_id_opens_no_address(canvas: Lms, key: str) -> None:
    path = f"/api/lti/courses/{key}/line_items"

    answer = canvas.service().read(path, "application/json")

    assert answer.status_code == 404
    assert (answer.json or {})["errors"]["type"] == "not_found"
