"""Cases I and CD, deep linking: what is asked for, what is chosen, and what goes back."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import jwt
import pytest
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import delete, func, select, update

from lti_app.audit.models import AuditEvent
from lti_app.bridge.sweep import KIND, sweeper
from lti_app.catalog.models import Activity, LineItem, Placement
from lti_app.core.db import Base, Database
from lti_app.lti.content_items import (
    ColumnWish,
    ContentItemError,
    LinkItem,
    Span,
)
from lti_app.lti.deep_linking import SETTINGS
from lti_app.lti.errors import Reason
from lti_app.lti.models import DeepLinkRequest, SigningKey
from lti_app.people.roles import Role
from tests.cases.adding import OTHER_ITEM, RETURN_URL, Adding, answer_of, asked, come_to_add
from tests.cases.stage import Seat, Stage
from tests.jobs.running import run_due
from tests.peers.launch_claims import (
    AGS_CLAIM,
    AGS_SCOPE,
    LTI,
    MEMBERSHIP,
    recorded_moodle_claims,
)
from tests.peers.platform import ABSENT, TOOL, TestPlatform, served
from tests.peers.world import ITEM

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
UNKNOWN = "a" * 26
#: A platform may send anything, and gets it back.
DATA = '{"csrf": "ö😀", "n": ' + "1" * 10_000 + "}"


def count(database: Database, model: type[Base]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def activities(database: Database) -> list[Activity]:
    with database.read() as session:
        return list(session.scalars(select(Activity).order_by(Activity.id)))


def opened_by(stage: Stage, link: str, named: str, *, role: str = "Learner", **more: Any) -> Seat:
    """Follow a link that names an activity."""
    return stage.accept(
        {
            f"{LTI}roles": [MEMBERSHIP + role],
            f"{LTI}resource_link": {"id": link, "title": "A link"},
            f"{LTI}custom": {"activity": named},
            **more,
        }
    )


def placement(database: Database, link: str) -> Placement:
    with database.read() as session:
        return session.scalars(select(Placement).where(Placement.lti_id == link)).one()


# ---------- CD: what the certification suite sees ----------


def test_cd_01_a_valid_request_shows_the_picker(stage: Stage) -> None:
    adding = come_to_add(stage)

    page = adding.get()

    assert adding.seat.path.endswith("/add")
    assert page.status_code == 200
    assert "What would you like to add?" in page.text


def test_cd_02_finishing_posts_one_field_to_the_return_url_and_nowhere_else(stage: Stage) -> None:
    answer = come_to_add(stage).add()

    assert (answer.action, answer.field) == (RETURN_URL, "JWT")
    assert "form-action https://lms.test/return;" in answer.policy


def test_cd_03_the_answer_is_of_the_same_deployment(stage: Stage) -> None:
    claims = come_to_add(stage, {f"{LTI}deployment_id": "d2"}).add().claims

    assert claims[f"{LTI}message_type"] == "LtiDeepLinkingResponse"
    assert claims[f"{LTI}version"] == "1.3.0"
    assert claims[f"{LTI}deployment_id"] == "d2"


def test_cd_04_the_answer_lives_shortly(stage: Stage) -> None:
    claims, now = come_to_add(stage).add().claims, stage.clock().timestamp()

    assert claims["iat"] <= now < claims["exp"] <= now + 300


def test_cd_05_the_signature_fits_a_key_that_we_publish(stage: Stage) -> None:
    answer = come_to_add(stage).add()

    header = jwt.get_unverified_header(answer.token)
    published: Any = stage.browser().client.get("/lti/jwks.json", base_url=TOOL).json
    key = next(one for one in published["keys"] if one["kid"] == header["kid"])
    public: Any = RSAAlgorithm.from_jwk(json.dumps(key))
    body = jwt.decode(answer.token, public, algorithms=["RS256"], options=_UNTIMED)
    assert header["alg"] == "RS256"
    assert body == answer.claims


_UNTIMED: Any = dict.fromkeys(("verify_exp", "verify_iat", "verify_aud", "verify_nbf"), False)


@pytest.mark.parametrize("data", [None, "opaque"], ids=["CD-06-without", "CD-06-data"])
def test_the_required_claims_are_there(stage: Stage, data: str | None) -> None:
    claims = come_to_add(stage, data=data or ABSENT).add().claims

    assert (claims["iss"], claims["aud"]) == ("c1", "https://lms.test")
    assert claims["nonce"]
    assert claims.get(f"{DL}data") == data


_OF_A_COLUMN = ("scoreMaximum", "label", "resourceId", "tag")


def test_cd_07_the_item_is_what_the_teacher_chose(stage: Stage, database: Database) -> None:
    adding = come_to_add(stage)
    changed = {"title-0": "Week 2", "points-0": "7.5", "due_at-0": "2026-05-01T18:00"}

    item = adding.add(OTHER_ITEM, **changed).items[0]

    made = activities(database)[0]
    assert item["type"] == "ltiResourceLink"
    assert item["title"] == made.title == "Week 2"
    assert item["url"] == f"{TOOL}/lti/launch?activity={made.public_id}"
    assert item["custom"]["activity"] == made.public_id
    assert item["submission"] == {"endDateTime": "2026-05-01T18:00:00Z"}
    column = {name: item["lineItem"][name] for name in _OF_A_COLUMN}
    assert column == {
        "scoreMaximum": 7.5,
        "label": "Week 2",
        "resourceId": made.public_id,
        "tag": made.kind,
    }
    assert (made.points, made.due_at) == (Decimal("7.5"), datetime(2026, 5, 1, 18, tzinfo=UTC))


# ---------- DL: the request ----------


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({SETTINGS: ABSENT}, Reason.DEEP_LINKING_MISSING, id="DL-01 no settings"),
        pytest.param({SETTINGS: {}}, Reason.DEEP_LINKING_MISSING, id="DL-01 empty settings"),
        pytest.param({SETTINGS: ["x"]}, Reason.DEEP_LINKING_MISSING, id="DL-01 settings a list"),
        pytest.param(
            asked(deep_link_return_url=ABSENT), Reason.RETURN_URL_MISSING, id="DL-01 no return URL"
        ),
        pytest.param(
            asked(accept_types=ABSENT), Reason.ACCEPT_TYPES_MISSING, id="DL-01 no accept types"
        ),
        pytest.param(
            asked(accept_types=[]), Reason.ACCEPT_TYPES_MISSING, id="DL-01 empty accept types"
        ),
        pytest.param(asked(data=7), Reason.DEEP_LINKING_MALFORMED, id="DL-06 data no text"),
        *(
            pytest.param(
                asked(deep_link_return_url=url), Reason.RETURN_URL_REFUSED, id=f"{case} {url[:24]}"
            )
            for case, url in (
                ("DL-09", "http://lms.test/return"),
                ("DL-09", "https://evil.test/return"),
                ("DL-09", "https://lms.test:8443/return"),
                ("DL-09", "https://lms.test@evil.test/"),
                ("DL-09", "//lms.test/return"),
                ("abuse_44", "javascript:alert(1)"),
                ("abuse_44", "data:text/html,x"),
            )
        ),
    ],
)
def test_a_request_without_a_way_back_is_refused(
    stage: Stage, changes: dict[str, Any], reason: Reason
) -> None:
    stage.refuse_claims({**asked(), **changes}, status=400, reason=reason)


def test_abuse_44_markup_in_the_return_url_is_escaped(stage: Stage) -> None:
    hostile = 'https://lms.test/"><script>alert(1)</script>'

    answer = come_to_add(stage, deep_link_return_url=hostile).post("add/cancel")

    assert "<script>alert(1)" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_dl_02_a_place_that_takes_no_links_is_explained_and_gets_nothing(stage: Stage) -> None:
    adding = come_to_add(stage, accept_types=["file", "html"])

    assert "Nothing of ours fits here" in adding.get().text
    assert answer_of(adding.post("add/cancel")).items == []


@pytest.mark.parametrize("told", [False, ABSENT, "maybe"], ids=["DL-03", "DL-04", "DL-04 word"])
def test_two_are_refused_where_one_is_taken(stage: Stage, database: Database, told: object) -> None:
    adding = come_to_add(stage, accept_multiple=told)

    answer = adding.choose(ITEM, OTHER_ITEM)

    assert 'type="radio"' in adding.get().text
    assert answer.status_code == 422
    assert "takes one activity here" in answer.text
    assert adding.finish().status_code == 303
    assert activities(database) == []


def test_several_are_taken_where_the_platform_takes_several(stage: Stage) -> None:
    answer = come_to_add(stage, accept_multiple=True).add(ITEM, OTHER_ITEM)

    assert [item["title"] for item in answer.items] == [
        "Where do I start?",
        "The answer was in the building",
    ]


@pytest.mark.parametrize(
    ("told", "is_sent"),
    [(False, False), (True, True), (ABSENT, True)],
    ids=["DL-05 false", "DL-05 true", "DL-05 absent"],
)
def test_a_column_goes_along_unless_the_platform_makes_none(
    stage: Stage, told: object, is_sent: bool
) -> None:
    item = come_to_add(stage, accept_lineitem=told).add().items[0]

    assert ("lineItem" in item) is is_sent


def test_an_activity_out_of_the_gradebook_brings_no_column(
    stage: Stage, database: Database
) -> None:
    item = come_to_add(stage).add(**{"sent-0": ""}).items[0]

    assert "lineItem" not in item
    assert not activities(database)[0].in_gradebook


@pytest.mark.parametrize("data", [DATA, " ", "ö", '{"a":1}'], ids=lambda d: f"DL-06 {d[:4]}")
def test_data_comes_back_as_it_was(stage: Stage, data: str) -> None:
    assert come_to_add(stage, data=data).add().claims[f"{DL}data"] == data


def test_dl_07_cancelling_brings_back_nothing(stage: Stage, database: Database) -> None:
    adding = come_to_add(stage, data="d")
    adding.choose(ITEM)

    answer = answer_of(adding.post("add/cancel"))

    assert answer.items == []
    assert answer.claims[f"{DL}msg"] == "Nothing was added."
    assert answer.claims[f"{DL}data"] == "d"
    assert activities(database) == []


def test_dl_08_the_query_of_the_return_url_stays_as_it_is(stage: Stage) -> None:
    url = "https://lms.test/courses/1/deep_linking_response?data=eyJ.a%2Bb&placement=x&modal=true"

    answer = come_to_add(stage, deep_link_return_url=url).add()

    assert answer.action == url
    assert "form-action https://lms.test/courses/1/deep_linking_response;" in answer.policy


def test_dl_10_what_a_form_is_made_to_say_changes_nothing(stage: Stage, database: Database) -> None:
    adding = come_to_add(stage, data="ours")
    adding.choose(ITEM)
    forged = {
        "return_url": "https://evil.test/",
        "deep_link_return_url": "https://evil.test/",
        "data": "theirs",
        "deployment_id": "d9",
        "item": OTHER_ITEM,
        "points-0": "999",
    }

    answer = answer_of(adding.finish(forged))

    assert answer.action == RETURN_URL
    assert answer.claims[f"{DL}data"] == "ours"
    assert answer.claims[f"{LTI}deployment_id"] == "d1"
    assert [item["title"] for item in answer.items] == ["Where do I start?"]
    with database.read() as session:
        noted = session.scalars(select(AuditEvent.action)).all()
    assert "form.unexpected_field" in noted


@pytest.mark.parametrize(
    "roles",
    [["Learner"], ["Mentor"], [], ["Instructor#x"], ["Administrator"]],
    ids=lambda roles: f"DL-11 {roles}",
)
def test_who_does_not_make_the_course_is_refused(stage: Stage, roles: list[str]) -> None:
    stage.refuse_claims(
        {**asked(), f"{LTI}roles": [MEMBERSHIP + role for role in roles]},
        status=403,
        reason=Reason.ROLE_MAY_NOT_ADD,
    )


def test_dl_11_a_request_without_roles_is_nobodys(stage: Stage) -> None:
    stage.refuse_claims(
        {**asked(), f"{LTI}roles": ABSENT}, status=403, reason=Reason.ROLE_MAY_NOT_ADD
    )


def test_a_request_outside_a_course_is_refused(stage: Stage) -> None:
    stage.refuse_claims(
        {**asked(), f"{LTI}context": ABSENT}, status=400, reason=Reason.COURSE_MISSING
    )


def test_ro_12_a_content_developer_adds_and_sees_nobodys_work(stage: Stage) -> None:
    adding = come_to_add(stage, {f"{LTI}roles": [MEMBERSHIP + "ContentDeveloper"]})

    answer = adding.add()

    assert adding.seat.role is Role.DESIGNER
    made = answer.items[0]["custom"]["activity"]
    opened_by(stage, "link-9", made)
    assert adding.get(f"activities/{made}/people").status_code == 403
    assert adding.get(f"activities/{made}/results").status_code == 403


def test_dl_12_an_item_of_another_tenant_is_not_there(stage: Stage, database: Database) -> None:
    theirs = come_to_add(stage, {f"{LTI}context": {"id": "course-2"}, "sub": "other"})
    theirs.post("own", {"start": f"copy:{ITEM}"})
    with database.read() as session:
        own = session.scalars(select(Base.metadata.tables["own_items"].c.public_id)).one()

    mine = come_to_add(stage)

    assert mine.choose(f"own/{own}").status_code == 404
    assert mine.choose("own/" + UNKNOWN).status_code == 404
    assert mine.get(f"add/try?item=own/{own}").status_code == 404


def test_dl_13_an_answer_after_twenty_minutes_is_signed_then(stage: Stage) -> None:
    adding = come_to_add(stage)
    adding.choose(ITEM)
    stage.clock.advance(minutes=20)

    claims = answer_of(adding.finish()).claims

    assert claims["iat"] == int(stage.clock().timestamp())


def test_dl_13_a_request_that_waited_too_long_is_explained(
    stage: Stage, database: Database
) -> None:
    adding = come_to_add(stage)
    adding.choose(ITEM)
    with database.write() as session:
        session.execute(update(DeepLinkRequest).values(expires_at=stage.clock()))

    page = adding.get()

    assert (page.status_code, "This has waited too long" in page.text) == (409, True)
    assert adding.finish().status_code == 303
    assert activities(database) == []
    assert answer_of(adding.post("add/cancel")).items == []


def test_dl_13_a_request_is_forgotten_a_week_after_its_time(
    stage: Stage, database: Database
) -> None:
    come_to_add(stage)
    sweep = {KIND: sweeper(database, stage.clock)}

    def left_after(**time: float) -> int:
        stage.clock.advance(**time)
        run_due(database, sweep, stage.clock)
        with database.read() as session:
            return len(session.scalars(select(DeepLinkRequest.id)).all())

    assert [left_after(days=7), left_after(hours=5)] == [1, 0]


def test_dl_13_who_comes_after_the_visit_has_ended_begins_again(stage: Stage) -> None:
    adding = come_to_add(stage)
    adding.choose(ITEM)
    token = adding.token()
    stage.clock.advance(minutes=61)

    late = [adding.get(), adding.get("add/look")]
    late += [
        adding.seat.browser.client.post(
            f"{adding.session}/{page}",
            data={"csrf_token": token},
            base_url=adding.seat.browser.base_url,
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        for page in ("add", "add/details", "add/finish")
    ]

    assert [one.status_code for one in late] == [404] * 5
    assert all("Please begin again in your course" in one.text for one in late)


def test_dl_14_a_request_is_answered_once(stage: Stage, database: Database) -> None:
    adding = come_to_add(stage)
    adding.add()

    again = [adding.finish(), adding.post("add/cancel"), adding.get(), adding.choose(ITEM)]

    assert [one.status_code for one in again] == [409] * 4
    assert "This went back already" in again[0].text
    assert len(activities(database)) == 1


def test_dl_15_two_pickers_keep_apart(stage: Stage) -> None:
    browser = stage.browser()
    first = Adding(stage.accept(asked(data="one"), browser=browser))
    other = asked(data="two", deep_link_return_url="https://lms.test/other")
    second = Adding(stage.accept(other, browser=browser))
    first.choose(ITEM)
    second.choose(OTHER_ITEM)

    answers = [answer_of(one.finish()) for one in (second, first)]

    assert [one.action for one in answers] == ["https://lms.test/other", RETURN_URL]
    assert [one.claims[f"{DL}data"] for one in answers] == ["two", "one"]
    assert [one.items[0]["title"] for one in answers] == [
        "The answer was in the building",
        "Where do I start?",
    ]


def test_dl_16_the_answer_says_nothing_of_anybody(stage: Stage) -> None:
    first, second = (come_to_add(stage).add().claims for _ in range(2))

    assert set(first) == {
        "iss",
        "aud",
        "iat",
        "exp",
        "nonce",
        f"{LTI}message_type",
        f"{LTI}version",
        f"{LTI}deployment_id",
        f"{DL}content_items",
    }
    assert first["nonce"] != second["nonce"]
    assert "Ann" not in json.dumps(first)


def test_a_request_that_moodle_was_recorded_to_send_shows_the_picker(stage: Stage) -> None:
    recorded = recorded_moodle_claims("deep-linking-request", target=f"{TOOL}/lti/launch")
    moodle = TestPlatform(issuer="http://localhost:8000", client_id="m", deployment_ids=("1",))
    with served(moodle):
        stage.register(moodle)

        seat = stage.accept(base=recorded, platform=moodle)
        answer = Adding(seat).add(ITEM, OTHER_ITEM)

    assert answer.action.startswith("http://localhost:8000/mod/lti/contentitem_return.php?course=2")
    assert [item["title"] for item in answer.items] == [
        "Where do I start?",
        "The answer was in the building",
    ]
    assert f"{DL}data" not in answer.claims


# ---------- DL: content items that cannot be built wrong ----------


def link(**changes: Any) -> LinkItem:
    return LinkItem(**{"title": "Week 2", "url": f"{TOOL}/lti/launch?activity=a", **changes})


@pytest.mark.parametrize(
    "custom",
    [{"a": 1}, {"a": None}, {"a": "x\ny"}, {"a": ""}, {"a": True}, {"A b": "x"}, {7: "x"}],
    ids=lambda custom: f"DL-17 {custom}",
)
def test_a_custom_value_is_a_line_of_text(custom: dict[Any, Any]) -> None:
    with pytest.raises(ContentItemError):
        link(custom=custom)


@pytest.mark.parametrize(
    "points", ["0", "-1", "NaN", "Infinity", "-0"], ids=lambda points: f"DL-18 {points}"
)
def test_a_column_has_points_above_zero(points: str) -> None:
    with pytest.raises(ContentItemError):
        ColumnWish(Decimal(points), "Week 2", "r", "t")


def test_dl_19_a_moment_has_a_zone_and_is_sent_in_utc() -> None:
    with pytest.raises(ContentItemError):
        Span(datetime(2026, 5, 1), None)  # noqa: DTZ001 - it lacks what is tested
    with pytest.raises(ContentItemError):
        Span(None, None)

    there = datetime.fromisoformat("2026-05-01T20:00:00+02:00")

    assert Span(None, there).as_json() == {"endDateTime": "2026-05-01T18:00:00Z"}


@pytest.mark.parametrize(
    ("title", "sent"),
    [
        ("<b>Week</b> & “2”", "<b>Week</b> & “2”"),
        ("Week 😀\nand more", "Week 😀 and more"),
        ("x" * 500, "x" * 255),
    ],
    ids=["DL-20 HTML", "DL-20 emoji", "DL-20 500 characters"],
)
def test_a_title_is_plain_text(title: str, sent: str) -> None:
    item = json.loads(json.dumps(link(title=title).as_json()))

    assert item["title"] == sent


@pytest.mark.parametrize("title", ["", " ", "\n"])
def test_a_link_has_a_title(title: str) -> None:
    with pytest.raises(ContentItemError):
        link(title=title)


# ---------- DL: what becomes of the link ----------


def test_dl_21_a_link_opens_what_it_names_by_custom_value_or_address(
    stage: Stage, database: Database
) -> None:
    items = come_to_add(stage, accept_multiple=True).add(ITEM, OTHER_ITEM).items
    first, second = activities(database)

    opened_by(stage, "link-1", items[0]["custom"]["activity"])
    opened_by(
        stage,
        "link-2",
        "",
        **{f"{LTI}target_link_uri": items[1]["url"], f"{LTI}custom": ABSENT},
    )

    assert placement(database, "link-1").activity_id == first.id
    assert placement(database, "link-2").activity_id == second.id


def test_dl_21_an_unknown_name_is_mended_by_the_teacher_and_calm_for_learners(
    stage: Stage, database: Database
) -> None:
    learner = opened_by(stage, "link-1", UNKNOWN)
    teacher = opened_by(stage, "link-1", UNKNOWN, role="Instructor", sub="teacher")

    assert "being prepared" in learner.page().text
    page = teacher.page()
    assert "is not in this course" in page.text
    assert "What should open here?" in page.text
    assert placement(database, "link-1").activity_id is None


def test_dl_12_an_activity_of_another_tenant_is_unknown(stage: Stage, database: Database) -> None:
    made = come_to_add(stage, {f"{LTI}context": {"id": "course-2"}}).add().items[0]

    opened_by(stage, "link-1", made["custom"]["activity"], **{f"{LTI}deployment_id": "d2"})

    assert placement(database, "link-1").activity_id is None


def test_two_links_of_one_activity_share_no_column(stage: Stage, database: Database) -> None:
    named = come_to_add(stage).add().items[0]["custom"]["activity"]

    for link_id, column in (("link-1", "7"), ("link-2", "8")):
        ags: Any = {"scope": [AGS_SCOPE + "score"], "lineitem": f"https://lms.test/items/{column}"}
        more: dict[str, Any] = {AGS_CLAIM: ags}
        opened_by(stage, link_id, named, **more)

    first, second = (placement(database, one) for one in ("link-1", "link-2"))
    assert first.activity_id != second.activity_id
    with database.read() as session:
        urls = session.scalars(select(LineItem.url).order_by(LineItem.placement_id)).all()
    assert urls == ["https://lms.test/items/7", "https://lms.test/items/8"]


def test_dl_23_nothing_counts_as_created_before_a_link_is_followed(
    stage: Stage, database: Database
) -> None:
    """The platform may throw away what it was given."""
    come_to_add(stage).add()

    assert (count(database, Placement), count(database, LineItem)) == (0, 0)


def test_dl_24_without_a_key_nothing_is_sent_and_nothing_is_kept(
    stage: Stage, database: Database
) -> None:
    adding = come_to_add(stage)
    adding.choose(ITEM)
    with database.write() as session:
        session.execute(delete(SigningKey))

    answer = adding.finish()

    assert answer.status_code == 503
    assert "We cannot sign anything just now" in answer.text
    assert "JWT" not in answer.text
    assert activities(database) == []


def test_abuse_27_a_column_of_another_course_cannot_be_typed_into_a_picked_activity(
    stage: Stage, database: Database
) -> None:
    adding = come_to_add(stage)
    adding.choose(ITEM)
    stolen = {"lineitem-0": "https://lms.test/items/9", "url-0": "https://evil.test/items/9"}

    item = adding.add(ITEM, **stolen).items[0]

    assert "items/9" not in json.dumps(item)
    assert count(database, LineItem) == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, True, id="in it"),
        pytest.param({"sent-0": ""}, False, id="not in it"),
    ],
)
def test_dl_word_about_the_gradebook_counts_whatever_column_the_link_arrives_with(
    stage: Stage, database: Database, changes: dict[str, str], expected: bool
) -> None:
    adding = come_to_add(stage)
    (item,) = adding.add(ITEM, **changes).items
    assert ("lineItem" in item) is expected
    ags: Any = {"scope": [AGS_SCOPE + "score"], "lineitem": "https://lms.test/items/7"}

    for _ in range(2):
        opened_by(stage, "link-1", item["custom"]["activity"], **{AGS_CLAIM: ags})

    assert activities(database)[0].in_gradebook is expected
