"""Cases H, submission review: whose work a launch from the gradebook opens, and for whom."""

from typing import Any

import pytest
from sqlalchemy import func, select

from lti_app.catalog.models import LineItem, Placement
from lti_app.core.db import Database
from lti_app.lti.errors import Reason
from lti_app.lti.models import ServiceEndpoint
from lti_app.people.roles import Role
from tests.cases.stage import Seat, Stage
from tests.peers.launch_claims import AGS_CLAIM, AGS_SCOPE, LTI, MEMBERSHIP
from tests.peers.platform import ABSENT
from tests.peers.world import FIELD, ITEM

COLUMN = "https://lms.test/items/7"
COLUMNS = "https://lms.test/items"
SCOPES = [AGS_SCOPE + name for name in ("lineitem", "score")]
TEACHER = {"sub": "teacher-1", "name": "Rima Haddad", f"{LTI}roles": [MEMBERSHIP + "Instructor"]}


def linked(column: str = COLUMN, link: str = "link-1") -> dict[str, Any]:
    """Return what a launch from a graded link of the course says."""
    return {
        f"{LTI}resource_link": {"id": link, "title": "Where do I start?"},
        f"{LTI}custom": {"item": ITEM},
        AGS_CLAIM: {"scope": SCOPES, "lineitems": COLUMNS, "lineitem": column},
    }


def review(of: str = "user-1", column: str = COLUMN, **changes: Any) -> dict[str, Any]:
    """Return what a launch from the gradebook says."""
    return {
        f"{LTI}message_type": "LtiSubmissionReviewRequest",
        f"{LTI}resource_link": ABSENT,
        f"{LTI}for_user": {"user_id": of, "name": "Ann Ångström"},
        AGS_CLAIM: {"scope": [], "lineitem": column},
        **changes,
    }


def begin(stage: Stage, **changes: Any) -> Seat:
    """Open the graded link as a learner."""
    return stage.accept({**linked(), **changes})


def hand_in(seat: Seat) -> str:
    """Answer everything and hand in; return the path of the receipt, below the session."""
    client, base_url = seat.browser.client, seat.browser.base_url
    page = client.get(f"{seat.path}?again=1", base_url=base_url, follow_redirects=True)
    chosen = {
        name: "3" if name.startswith("statement-") else value
        for name, value in FIELD.findall(page.text)
    }
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post(
        page.request.path,
        data={**chosen, "csrf_token": token, "do": "hand_in"},
        base_url=base_url,
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 303
    return "receipts/" + answer.location.split("/receipts/")[1].split("?")[0].split("#")[0]


def opened(seat: Seat) -> str:
    """Return the path that a launch has led to, below its session."""
    return seat.path.split("/", 3)[3]


def without_key(seat: Seat) -> bytes:
    key = seat.path.split("/")[2]
    return bytes(seat.page().data.replace(key.encode(), b"key"))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({f"{LTI}for_user": ABSENT}, Reason.FOR_USER_MISSING, id="CL-31-no-for-user"),
        *(
            pytest.param({f"{LTI}for_user": value}, Reason.FOR_USER_MISSING, id=f"CL-31-{name}")
            for name, value in {
                "empty": {},
                "text": "user-1",
                "number": {"user_id": 7},
                "blank": {"user_id": ""},
                "long": {"user_id": "u" * 256},
            }.items()
        ),
        pytest.param({f"{LTI}for_user": {"id": "user-1"}}, Reason.FOR_USER_MISSING, id="CL-32-id"),
        pytest.param({AGS_CLAIM: ABSENT}, Reason.LINE_ITEM_MISSING, id="CL-31-no-grades"),
        *(
            pytest.param(
                {AGS_CLAIM: {"scope": [], "lineitem": value}},
                Reason.LINE_ITEM_MISSING,
                id=f"CL-31-lineitem-{value}",
            )
            for value in ("", None, 7)
        ),
        pytest.param(
            {AGS_CLAIM: {"scope": [], "lineitems": COLUMNS}},
            Reason.LINE_ITEM_MISSING,
            id="CL-31-lineitems-only",
        ),
        pytest.param({f"{LTI}context": ABSENT}, Reason.CONTEXT_MISSING, id="CL-31-no-course"),
    ],
)
def test_a_review_that_does_not_say_whose_work_it_means_is_refused(
    stage: Stage, changes: dict[str, Any], reason: Reason
) -> None:
    stage.refuse_claims({**TEACHER, **review(), **changes}, status=400, reason=reason)


@pytest.mark.parametrize(
    "roles",
    [
        [MEMBERSHIP + "Learner"],
        [MEMBERSHIP + "Mentor"],
        [],
        ["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"],
        [MEMBERSHIP + "ContentDeveloper"],
    ],
    ids=["CL-31-learner", "CL-31-mentor", "CL-31-nobody", "CL-31-faculty", "CL-31-designer"],
)
def test_the_work_of_another_person_is_refused_to_who_does_not_teach(
    stage: Stage, roles: list[str]
) -> None:
    begin(stage)

    stage.refuse_claims(
        {"sub": "user-2", **review("user-1"), f"{LTI}roles": roles},
        status=403,
        reason=Reason.REVIEW_OF_ANOTHER,
    )


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        ([MEMBERSHIP + "Instructor"], Role.INSTRUCTOR),
        (
            ["http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"],
            Role.TEACHING_ASSISTANT,
        ),
    ],
    ids=["CL-32-instructor", "CL-32-assistant"],
)
def test_who_teaches_is_led_to_that_persons_work(
    stage: Stage, roles: list[str], role: Role
) -> None:
    learner = begin(stage)
    hand_in(learner)

    seat = stage.accept({**TEACHER, **review("user-1"), f"{LTI}roles": roles})

    assert seat.role is role
    assert opened(seat).endswith(f"/people/{learner.user.public_id}")
    assert "Ann Ångström" in seat.page().text


def test_cl_32_a_column_is_known_by_where_it_was_before(stage: Stage) -> None:
    begin(stage)
    learner = begin(stage, **linked("https://lms.test/items/8"))

    for column in (COLUMN, "https://lms.test/items/8"):
        seat = stage.accept({**TEACHER, **review("user-1", column)})

        assert opened(seat).endswith(f"/people/{learner.user.public_id}")


def test_cl_32_the_link_says_which_work_where_its_column_is_unknown(stage: Stage) -> None:
    learner = begin(stage)
    link = {f"{LTI}resource_link": {"id": "link-1"}}

    seat = stage.accept({**TEACHER, **review("user-1", "https://lms.test/items/99", **link)})

    assert opened(seat).endswith(f"/people/{learner.user.public_id}")


def test_cl_32_a_learner_is_led_to_their_newest_receipt(stage: Stage) -> None:
    learner = begin(stage)
    receipt = hand_in(learner)

    seat = stage.accept(review("user-1"))

    assert opened(seat) == receipt
    assert seat.page().status_code == 200


def test_cl_32_a_learner_who_has_not_handed_in_is_led_to_the_activity(stage: Stage) -> None:
    begin(stage)

    seat = stage.accept(review("user-1"))

    assert opened(seat) == ""
    assert "/exercise/" in seat.page().request.path


def test_cl_32_who_is_not_in_the_course_is_not_there_in_the_same_bytes(stage: Stage) -> None:
    begin(stage)
    begin(stage, sub="elsewhere", **{f"{LTI}context": {"id": "course-2"}, **linked(link="link-2")})
    stage.accept({"sub": "tester", **linked(), f"{LTI}roles": [MEMBERSHIP + "Instructor"]})

    seats = [
        stage.accept({**TEACHER, **review(sub)}) for sub in ("nobody-ever", "elsewhere", "tester")
    ]

    pages = {without_key(seat) for seat in seats}
    assert {seat.page().status_code for seat in seats} == {404}
    assert len(pages) == 1
    assert "There is no work to look at yet" in pages.pop().decode()


def test_cl_32_a_column_of_another_course_opens_nothing(stage: Stage) -> None:
    begin(stage)

    seat = stage.accept({**TEACHER, **review("user-1"), f"{LTI}context": {"id": "course-2"}})

    assert opened(seat) == "nothing-to-review"
    assert seat.page().status_code == 404
    assert "Ann" not in seat.page().text


def test_a_review_changes_nothing_that_the_course_told_of_its_gradebook(
    stage: Stage, database: Database
) -> None:
    begin(stage)
    before = kept(database)

    stage.accept({**TEACHER, **review("user-1", "https://lms.test/items/99")})

    assert kept(database) == before


def kept(database: Database) -> list[object]:
    with database.read() as session:
        endpoint = session.scalars(select(ServiceEndpoint)).one()
        return [
            session.scalar(select(func.count()).select_from(Placement)),
            list(session.scalars(select(LineItem.url))),
            (endpoint.lineitems_url, endpoint.scopes),
        ]


def test_an_anonymous_review_is_refused(stage: Stage) -> None:
    stage.refuse_claims(review() | {"sub": ABSENT}, status=401, reason=Reason.SUB_MISSING)
