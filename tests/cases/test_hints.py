"""Cases H: what a launch says of how somebody's pages are to look. Hints, never more."""

import re

import pytest
from sqlalchemy import select, update

from lti_app.people.models import User
from lti_app.web.models import LaunchSession
from tests.cases.stage import Seat, Stage
from tests.cases.test_review import linked
from tests.peers.launch_claims import LTI, MEMBERSHIP
from tests.peers.platform import ABSENT, TOOL

HTML = re.compile(r"<html[^>]*>")


def custom(**more: object) -> dict[str, object]:
    claims = linked()
    return {**claims, f"{LTI}custom": {**claims[f"{LTI}custom"], **more}}


def newest(stage: Stage) -> LaunchSession:
    with stage.database.read() as session:
        return session.scalars(
            select(LaunchSession).order_by(LaunchSession.id.desc()).limit(1)
        ).one()


def html(seat: Seat) -> str:
    found = HTML.search(seat.page().text)
    assert found
    return found[0]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("de-CH", "de-CH"), ("xx", "xx"), ("../../", "en-GB"), (7, "en-GB"), ("", "en-GB")],
    ids=lambda value: f"CL-25-{value}",
)
def test_a_language_of_the_launch_fits_best_or_english_stands(
    stage: Stage, sent: object, kept: str
) -> None:
    seat = stage.accept(
        {**linked(), "locale": "en-GB", f"{LTI}launch_presentation": {"locale": sent}}
    )

    assert newest(stage).locale == kept
    assert seat.page().status_code == 200
    assert 'lang="en"' in html(seat)


def test_a_zone_of_the_launch_is_the_persons_until_their_browser_says_its_own(
    stage: Stage,
) -> None:
    seat = stage.accept(custom(time_zone="Asia/Kathmandu"))

    assert 'name="rapport-zone"\n              content="Asia/Kathmandu"' in seat.page().text
    with stage.database.write() as session:
        session.execute(update(User).values(time_zone="Europe/Madrid"))
    again = stage.accept(custom(time_zone="Asia/Kathmandu"))
    assert newest(stage).time_zone is None
    assert 'content="Europe/Madrid"' in again.page().text


@pytest.mark.parametrize(
    "zone",
    ["99", "", "$Person.address.timezone", "Nowhere/Land", "../../etc/passwd", "UTC+2", 7, None],
)
def test_a_zone_that_is_none_is_left_aside(stage: Stage, zone: object) -> None:
    assert stage.accept(custom(time_zone=zone)).page().status_code == 200

    assert newest(stage).time_zone is None


@pytest.mark.parametrize(
    ("said", "is_wanted"),
    [
        ("true", True),
        ("True", True),
        ("false", False),
        ("", False),
        ("$Canvas.user.prefersHighContrast", False),
        ("1", False),
    ],
)
def test_high_contrast_is_taken_from_the_platform(stage: Stage, said: str, is_wanted: bool) -> None:
    seat = stage.accept(custom(high_contrast=said))

    assert ('data-contrast="more"' in html(seat)) is is_wanted


@pytest.mark.parametrize(
    "path", ["/lti/deep-link", "/lti/dl", "/lti/launch?message=LtiDeepLinkingRequest"]
)
def test_cl_11_the_signed_type_decides_and_not_the_address(stage: Stage, path: str) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform, target_link_uri=TOOL + path)
    token = stage.token(login, {**linked(), f"{LTI}target_link_uri": TOOL + path})

    seat = stage.seat(browser, browser.post_launch({"id_token": token, "state": login.state}))

    assert "/exercise/" in seat.page().request.path


def test_cl_11_a_review_is_one_wherever_it_is_aimed(stage: Stage) -> None:
    learner = stage.accept(linked())

    seat = stage.accept(
        {
            "sub": "teacher-1",
            f"{LTI}message_type": "LtiSubmissionReviewRequest",
            f"{LTI}for_user": {"user_id": "user-1"},
            f"{LTI}resource_link": ABSENT,
            f"{LTI}roles": [MEMBERSHIP + "Instructor"],
            f"{LTI}target_link_uri": f"{TOOL}/lti/launch?activity=another",
            "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {
                "lineitem": "https://lms.test/items/7"
            },
        }
    )

    assert seat.path.endswith(f"/people/{learner.user.public_id}")
