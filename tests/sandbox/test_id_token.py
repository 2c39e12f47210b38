"""The id_token: signed, short-lived, and complete as LTI Core 1.3 asks."""

import re

import jwt
import pytest

from lti_app.sandbox.vocabulary import AGS_CLAIM, CLAIM, NRPS_CLAIM
from tests.sandbox.courses import A, B
from tests.sandbox.lms import ISSUER, Lms, answered

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"


def test_token_verifies_with_the_published_key(lms: Lms) -> None:
    browser = lms.browser().enter("amara")
    token = answered(browser.authenticate(browser.open_link()))["id_token"]
    (published,) = lms.browser().get("/lti/jwks.json").json["keys"]  # type: ignore[index]

    header = jwt.get_unverified_header(token)
    claims = jwt.decode(
        token,
        jwt.PyJWK.from_dict(published),
        algorithms=["RS256"],
        audience="c1",
        options={"verify_exp": False, "verify_iat": False},
    )

    assert header == {"alg": "RS256", "kid": published["kid"], "typ": "JWT"}
    assert claims["iss"] == ISSUER


def test_token_lives_for_a_minute(lms: Lms) -> None:
    claims = lms.browser().enter("amara").launch()

    assert claims["iat"] == int(lms.clock().timestamp())
    assert claims["exp"] == claims["iat"] + 60


def test_token_is_about_the_person_the_place_and_the_platform(lms: Lms) -> None:
    claims = lms.browser().enter("amara").launch()

    assert claims["aud"] == "c1"
    assert claims["nonce"] == "nonce-1"
    assert claims["sub"] == "amara"
    assert claims["name"] == "Amara Okafor"
    assert claims["email"] == "amara@lms.test"
    assert claims[f"{CLAIM}message_type"] == "LtiResourceLinkRequest"
    assert claims[f"{CLAIM}version"] == "1.3.0"
    assert claims[f"{CLAIM}deployment_id"] == "d1"
    assert claims[f"{CLAIM}target_link_uri"] == "http://localhost:8000/lti/launch"
    assert claims[f"{CLAIM}resource_link"]["id"] == "graded"
    assert claims[f"{CLAIM}context"]["id"] == A
    assert claims[f"{CLAIM}tool_platform"]["product_family_code"] == "rapport-sandbox"
    assert re.fullmatch("[0-9a-f]{32}", claims[f"{CLAIM}tool_platform"]["guid"])
    assert claims[f"{CLAIM}launch_presentation"] == {
        "document_target": "iframe",
        "return_url": f"{ISSUER}/courses/{A}/back",
        "locale": "en-GB",
    }


def test_window_launch_says_so(lms: Lms) -> None:
    browser = lms.browser().enter("amara")
    page = browser.get(f"/courses/{A}/links/graded/launch?target=window").text
    hint = re.search(r'name="lti_message_hint" value="([^"]+)"', page)
    assert hint is not None
    login = {"client_id": "c1", "login_hint": "amara", "lti_message_hint": hint[1]}

    token = answered(browser.authenticate(login))["id_token"]

    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims[f"{CLAIM}launch_presentation"]["document_target"] == "window"


@pytest.mark.parametrize(
    ("sub", "has", "has_not"),
    [
        ("rima", [f"{MEMBERSHIP}#Instructor"], [f"{MEMBERSHIP}#Learner"]),
        (
            "tomas",
            [f"{MEMBERSHIP}/Instructor#TeachingAssistant", f"{MEMBERSHIP}#Instructor"],
            [f"{MEMBERSHIP}#Learner"],
        ),
        ("amara", [f"{MEMBERSHIP}#Learner"], [f"{MEMBERSHIP}#Instructor"]),
        (
            "test",
            [
                f"{MEMBERSHIP}#Learner",
                "http://purl.imsglobal.org/vocab/lti/system/person#TestUser",
            ],
            [f"{MEMBERSHIP}#Instructor"],
        ),
    ],
)
def test_roles_are_full_addresses(lms: Lms, sub: str, has: list[str], has_not: list[str]) -> None:
    roles = set(lms.browser().enter(sub).launch()[f"{CLAIM}roles"])

    assert set(has) <= roles
    assert not set(has_not) & roles


def test_withheld_identity_leaves_only_the_number(lms: Lms) -> None:
    claims = lms.browser().enter("kwame").launch()

    assert claims["sub"] == "kwame"
    assert not {"name", "given_name", "family_name", "email"} & set(claims)


def test_custom_values_of_tool_and_link_arrive_with_known_variables_filled_in(lms: Lms) -> None:
    custom = lms.browser().enter("amara").launch()[f"{CLAIM}custom"]

    assert custom == {
        "from_tool": "yes",
        "item": "pack/thing",
        "who": "amara",
        "due": "$Link.due",
    }


def test_graded_link_names_its_column(lms: Lms) -> None:
    endpoint = lms.browser().enter("amara").launch("graded")[AGS_CLAIM]

    assert endpoint["lineitem"] == f"{ISSUER}/lti/courses/{A}/lineitems/1"
    assert endpoint["lineitems"] == f"{ISSUER}/lti/courses/{A}/lineitems"
    assert len(endpoint["scope"]) == 4


def test_ungraded_link_names_no_column(lms: Lms) -> None:
    endpoint = lms.browser().enter("amara").launch("ungraded")[AGS_CLAIM]

    assert "lineitem" not in endpoint
    assert endpoint["lineitems"]


def test_link_with_two_columns_names_none(lms: Lms) -> None:
    lms.service().post_item({"label": "More", "scoreMaximum": 5, "resourceLinkId": "graded"})

    assert "lineitem" not in lms.browser().enter("amara").launch("graded")[AGS_CLAIM]


def test_link_whose_column_was_deleted_names_none(lms: Lms) -> None:
    lms.service().send("DELETE", f"/lti/courses/{A}/lineitems/1")

    assert "lineitem" not in lms.browser().enter("amara").launch("graded")[AGS_CLAIM]


def test_roster_is_offered(lms: Lms) -> None:
    roster = lms.browser().enter("amara").launch()[NRPS_CLAIM]

    assert roster == {
        "context_memberships_url": f"{ISSUER}/lti/courses/{A}/memberships",
        "service_versions": ["2.0"],
    }


def test_same_person_is_the_same_in_another_course_deployment_and_client(lms: Lms) -> None:
    browser = lms.browser().enter("amara")

    in_b, of_c2 = browser.launch("in-b", B), browser.launch("of-c2")

    assert in_b["sub"] == of_c2["sub"] == "amara"
    assert (in_b["aud"], in_b[f"{CLAIM}deployment_id"]) == ("c1", "d2")
    assert (of_c2["aud"], of_c2[f"{CLAIM}deployment_id"]) == ("c2", "d1")
    assert in_b[f"{CLAIM}context"]["id"] == B
