"""From a cell of the gradebook to the work behind it: what the tool is told, by each platform."""

from typing import Any

import pytest

from lti_app.sandbox.vocabulary import AGS_CLAIM, CLAIM
from tests.sandbox.courses import A, B
from tests.sandbox.lms import Browser, Lms, answered, claims_of

TOLD = {
    "reviewableStatus": ["Completed"],
    "label": "Open",
    "url": "http://localhost:8000/lti/launch?from=review",
    "custom": {"activity": "a1"},
}


def review(browser: Browser, item: int = 1, of: str = "amara", course: str = A) -> dict[str, Any]:
    """Follow the link of a cell; return the claims that reach the tool."""
    page = browser.get(f"/courses/{course}/review/{item}/{of}")
    assert page.status_code == 200
    login = {
        name: page.text.split(f'name="{name}" value="')[1].split('"')[0]
        for name in ("client_id", "login_hint", "lti_message_hint", "target_link_uri")
        if f'name="{name}"' in page.text
    }
    hint = login["lti_message_hint"].replace("&#34;", '"')
    answer = answered(browser.authenticate({**login, "lti_message_hint": hint}))
    return {**claims_of(answer["id_token"]), "login_target": login["target_link_uri"]}


def column(lms: Lms, **more: object) -> int:
    body = {"label": "Part", "scoreMaximum": 5, "resourceId": "r", **more}
    created = lms.service().post_item(body, path=lms.items_path())
    assert created.status_code == 201
    address = (created.json or {})["id"].partition("?")[0].removesuffix("/lineitem")
    return int(address.rsplit("/", 1)[1])


def test_who_teaches_reviews_a_learners_work(lms: Lms) -> None:
    claims = review(lms.browser().enter("rima"))

    assert claims[f"{CLAIM}message_type"] == "LtiSubmissionReviewRequest"
    assert claims["sub"] == "rima"
    told = claims[f"{CLAIM}for_user"]
    assert (told["user_id"], told["name"]) == ("amara", "Amara Okafor")
    assert told["roles"]
    assert claims[AGS_CLAIM] == {"scope": [], "lineitem": lms.sandbox.config.origin + ITEM}
    assert claims[f"{CLAIM}resource_link"]["id"] == "graded"
    assert claims[f"{CLAIM}context"]["id"] == A


ITEM = f"/lti/courses/{A}/lineitems/1"


def test_a_column_says_where_its_reviews_go_and_with_what(lms: Lms) -> None:
    item = column(lms, submissionReview=TOLD)

    claims = review(lms.browser().enter("rima"), item)

    assert claims["login_target"] == claims[f"{CLAIM}target_link_uri"] == TOLD["url"]
    assert claims[f"{CLAIM}custom"]["activity"] == "a1"
    assert f"{CLAIM}resource_link" not in claims
    shown = lms.service().read(
        f"/lti/courses/{A}/lineitems/{item}", "application/vnd.ims.lis.v2.lineitem+json"
    )
    assert (shown.json or {})["submissionReview"] == TOLD


def test_somebody_who_withholds_their_name_is_named_by_number(lms: Lms) -> None:
    claims = review(lms.browser().enter("rima"), of="kwame")

    assert set(claims[f"{CLAIM}for_user"]) == {"user_id", "roles"}


def test_a_learner_reviews_their_own_work_alone(lms: Lms) -> None:
    browser = lms.browser().enter("amara")

    assert review(browser)["sub"] == review(browser)[f"{CLAIM}for_user"]["user_id"] == "amara"
    assert browser.get(f"/courses/{A}/review/1/tomoko").status_code == 404


@pytest.mark.parametrize(
    ("course", "item", "of"),
    [
        (A, 1, "rima"),
        (A, 1, "test"),
        (A, 1, "gone"),
        (A, 1, "bela"),
        (A, 99, "amara"),
        (B, 1, "bela"),
    ],
)
def test_a_work_that_is_not_there_is_reviewed_by_nobody(
    lms: Lms, course: str, item: int, of: str
) -> None:
    person = "rima" if course == A else "bela"

    page = lms.browser().enter(person, course).get(f"/courses/{course}/review/{item}/{of}")

    assert page.status_code == 404


def test_the_gradebook_leads_to_the_work_where_something_came(lms: Lms) -> None:
    browser = lms.browser().enter("rima")
    assert "/review/" not in browser.get(f"/courses/{A}/gradebook").text

    lms.service().post_score(lms.score_body())

    page = browser.get(f"/courses/{A}/gradebook").text
    assert page.count("/review/") == 1
    assert f"/courses/{A}/review/1/amara" in page


def test_moodle_reviews_only_columns_that_say_so_and_keeps_address_and_values(moodle: Lms) -> None:
    browser = moodle.browser().enter("rima")
    item = column(moodle, submissionReview=TOLD)

    claims = review(browser, item)

    assert claims[f"{CLAIM}target_link_uri"] == TOLD["url"]
    assert browser.get(f"/courses/{A}/review/1/amara").status_code == 404
    shown = moodle.service().read(
        moodle.item_path(item), "application/vnd.ims.lis.v2.lineitem+json"
    )
    assert (shown.json or {})["submissionReview"] == {"url": TOLD["url"], "custom": TOLD["custom"]}


def test_canvas_knows_no_reviews(canvas: Lms) -> None:
    item = column(canvas, submissionReview=TOLD)

    browser = canvas.browser().enter("rima")

    assert browser.get(f"/courses/{A}/review/{item}/amara").status_code == 404
