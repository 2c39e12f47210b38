"""PN: what platforms tell us without anybody being there, and how we ask for it."""

import json
from datetime import timedelta
from typing import Any

import pytest

from lti_app.core.parts import Parts
from lti_app.lti.errors import Reason
from lti_app.lti.notice_models import NoticeSubscription
from tests.cases.notices import COPY, HELLO, NoticeSchool
from tests.cases.stage import Stage
from tests.peers.http_peer import Reply
from tests.peers.launch_claims import LTI
from tests.peers.platform import ABSENT, TestPlatform, served

OURS = "https://tool.test/lti/notices"


@pytest.fixture
def school(stage: Stage, parts: Parts) -> NoticeSchool:
    school = NoticeSchool(stage, parts)
    stage.accept()
    return school


def notice(id_: str, type_: str = COPY) -> dict[str, Any]:
    return {f"{LTI}notice": {"id": id_, "type": type_}}


def test_pn_01_a_copy_notice_is_answered_at_once_and_the_copy_known_after_the_job(
    school: NoticeSchool,
) -> None:
    answer = school.send(school.token())

    assert (answer.status_code, answer.json) == (202, {"accepted": 1, "refused": 0})
    assert school.copies() == []
    school.work()
    assert school.copies() == [("course-2", "course-1")]


def test_pn_01_origins_may_be_objects(school: NoticeSchool) -> None:
    school.send(school.token({f"{LTI}origin_contexts": [{"id": "course-1"}, 7, {"id": ""}]}))
    school.work()

    assert school.copies() == [("course-2", "course-1")]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"aud": "somebody else"}, Reason.AUDIENCE_MISMATCH, id="wrong aud"),
        pytest.param({"aud": ["c1", "other"]}, Reason.AUDIENCE_MISMATCH, id="another aud beside"),
        pytest.param({"azp": "other"}, Reason.AZP_MISMATCH, id="wrong azp"),
        pytest.param({"iss": "https://elsewhere.test"}, Reason.AUDIENCE_MISMATCH, id="wrong iss"),
        pytest.param({"exp": 1, "iat": 0}, Reason.TOKEN_EXPIRED, id="expired"),
        pytest.param({"exp": ABSENT}, Reason.EXP_MISSING, id="no exp"),
        pytest.param(
            {f"{LTI}deployment_id": "unknown"}, Reason.DEPLOYMENT_UNKNOWN, id="unknown deployment"
        ),
        pytest.param(
            {f"{LTI}deployment_id": ABSENT}, Reason.DEPLOYMENT_MISSING, id="no deployment"
        ),
        pytest.param({f"{LTI}version": "1.2.0"}, Reason.VERSION_UNSUPPORTED, id="version"),
        pytest.param({f"{LTI}notice": {"id": "n2"}}, Reason.MESSAGE_MALFORMED, id="no type"),
        pytest.param({f"{LTI}notice": {"type": COPY}}, Reason.MESSAGE_MALFORMED, id="no id"),
        pytest.param({f"{LTI}context": {"id": 5}}, Reason.CONTEXT_MALFORMED, id="context"),
    ],
)
def test_pn_02_what_is_not_proven_is_left_out_and_the_others_of_the_batch_count(
    school: NoticeSchool, changes: dict[str, Any], reason: Reason
) -> None:
    answer = school.send(school.token({**notice("bad"), **changes}), school.token(notice("good")))

    assert (answer.status_code, answer.json) == (202, {"accepted": 1, "refused": 1})
    assert school.kept() == ["good"]
    refused = [line for line in school.stage.log.lines() if line["event"] == "notice refused"]
    assert [line["reason"] for line in refused] == [reason]


@pytest.mark.parametrize("forged", ["signature", "cut", "none", "number"])
def test_pn_02_a_forged_signature_is_refused(school: NoticeSchool, forged: str) -> None:
    token = school.token()
    head, body, signature = token.split(".")
    tokens = {
        "signature": school.stage.platform.sign(school.claims(), key="k2"),
        "cut": f"{head}.{body}.{signature[:-4]}",
        "none": f"{head}.{body}.",
        "number": "5",
    }

    answer = school.send(tokens[forged])

    assert answer.status_code in (400, 401)
    assert school.kept() == []


@pytest.mark.parametrize(
    ("claim", "reason"), [("iss", Reason.ISSUER_MISMATCH), ("aud", Reason.AUDIENCE_MISMATCH)]
)
def test_pn_02_what_no_database_takes_is_refused_like_a_stranger(
    school: NoticeSchool, claim: str, reason: Reason
) -> None:
    answer = school.send(
        school.token({claim: "https://lms.test/\x00"}), school.token(notice("good"))
    )

    assert (answer.status_code, answer.json) == (202, {"accepted": 1, "refused": 1})
    refused = [line for line in school.stage.log.lines() if line["event"] == "notice refused"]
    assert [line["reason"] for line in refused] == [reason]


def test_pn_02_a_notice_for_a_disabled_platform_is_refused(school: NoticeSchool) -> None:
    from lti_app.lti.models import Platform  # noqa: PLC0415 - used once

    with school.stage.database.write() as session:
        row = session.get_one(Platform, school.stage.registration.id)
        row.disabled_at = school.stage.clock()

    assert school.send(school.token()).status_code == 403


def test_pn_02_keys_that_cannot_be_had_are_our_trouble_and_not_the_notices(
    school: NoticeSchool,
) -> None:
    other = TestPlatform(issuer="https://other.test", client_id="c9")
    with served(other):
        school.stage.register(other)
        other.answer = lambda _seen: Reply(500)
        token = other.sign(school.claims(platform=other))

        answer = school.send(token, school.token())

    assert answer.status_code == 503
    assert school.kept() == ["n1"]


def test_pn_03_the_same_notice_twice_is_acted_upon_once(school: NoticeSchool) -> None:
    token = school.token()

    first = school.send(token, token)
    school.work()
    second = school.send(school.token({"nonce": "another"}))
    school.work()

    assert (first.status_code, second.status_code) == (202, 202)
    assert school.kept() == ["n1"]
    assert school.copies() == [("course-2", "course-1")]


@pytest.mark.parametrize("size", ["many", "large"])
def test_pn_04_more_than_we_take_is_refused_whole(school: NoticeSchool, size: str) -> None:
    body = (
        json.dumps({"notices": [{"jwt": "a.b.c"}] * 500})
        if size == "many"
        else json.dumps({"notices": [{"jwt": "x" * 20_000_000}]})
    )

    answer = school.post(body)

    assert answer.status_code == 413
    assert school.kept() == []


def test_an_address_that_goes_on_sending_what_is_not_proven_is_kept_out_for_a_while(
    school: NoticeSchool,
) -> None:
    answers = [school.send("5").status_code for _ in range(61)]

    assert answers == [*[400] * 60, 429]
    assert school.send(school.token()).status_code == 429
    assert school.kept() == []


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ("{}", "application/json", 400),
        ('{"notices": {}}', "application/json", 400),
        ('{"notices": [], "notices": []}', "application/json", 400),
        ('{"notices": []}', "text/plain", 415),
        ('{"notices": []}', "application/json", 202),
    ],
)
def test_a_body_of_another_form_is_refused(
    school: NoticeSchool, body: str, media_type: str, status: int
) -> None:
    assert school.post(body, media_type).status_code == status


def test_pn_05_a_type_that_we_do_not_know_is_passed_over(school: NoticeSchool) -> None:
    answer = school.send(school.token(notice("n7", "LtiSomethingElseNotice")))
    school.work()

    assert (answer.status_code, answer.json) == (202, {"accepted": 1, "refused": 0})
    assert (school.kept(), school.copies()) == ([], [])


def test_a_hello_is_taken_and_changes_nothing(school: NoticeSchool) -> None:
    answer = school.send(
        school.token(
            {
                **notice("n8", HELLO),
                f"{LTI}context": ABSENT,
                f"{LTI}origin_contexts": ABSENT,
            }
        )
    )
    school.work()

    assert answer.status_code == 202
    assert (school.kept(), school.copies()) == (["n8"], [])


@pytest.mark.parametrize("origins", [["unknown"], [], "course-1", ["course-2"]])
def test_pn_06_an_origin_that_we_do_not_know_is_nothing(
    school: NoticeSchool, origins: object
) -> None:
    answer = school.send(school.token({f"{LTI}origin_contexts": origins}))
    school.work()

    assert answer.status_code == 202
    assert school.copies() == []


def test_pn_06_a_course_of_another_deployment_is_unknown_here(school: NoticeSchool) -> None:
    school.send(school.token({f"{LTI}deployment_id": "d2"}))
    school.work()

    assert school.copies() == []


def test_jw_42_a_launch_token_is_no_notice(school: NoticeSchool) -> None:
    browser = school.stage.browser()
    token = school.stage.token(browser.login(school.stage.platform))

    with_claim = school.stage.token(browser.login(school.stage.platform), notice("n9"))

    assert school.send(token).status_code == 400
    assert school.send(with_claim).status_code == 400
    assert school.kept() == []


def test_jw_43_a_notice_is_no_launch(school: NoticeSchool) -> None:
    school.stage.refuse(lambda _login: school.token(), status=401, reason=Reason.NONCE_MISMATCH)


def test_a_launch_has_notices_asked_for(school: NoticeSchool) -> None:
    school.launch()
    school.work()

    assert school.handlers == {COPY: OURS, HELLO: OURS}
    assert all("Bearer t1" in seen.headers["authorization"] for seen in school.asked)


def test_what_is_sent_here_already_is_not_asked_for_again(school: NoticeSchool) -> None:
    school.launch()
    school.work()
    count = len(school.asked)

    school.launch()
    school.work()
    assert len(school.asked) == count
    del school.handlers[COPY]
    school.stage.clock.advance(days=1, minutes=1)
    school.work()

    assert school.handlers == {COPY: OURS, HELLO: OURS}
    assert [seen.method for seen in school.asked[count:]] == ["GET", "PUT"]


def test_a_platform_that_refuses_is_asked_again_a_day_later(school: NoticeSchool) -> None:
    school.answer = Reply(403)
    school.launch()
    school.work()
    with school.stage.database.read() as session:
        why_not = session.query(NoticeSubscription).one().why_not
    school.answer = None

    school.work()
    before = len(school.asked)
    school.stage.clock.advance(seconds=timedelta(days=1, minutes=1).total_seconds())
    school.work()

    assert (why_not, before) == ("refused", 1)
    assert school.handlers == {COPY: OURS, HELLO: OURS}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"service_versions": ["2.0"]}, id="another version"),
        pytest.param({"platform_notification_service_url": ""}, id="no address"),
        pytest.param({"platform_notification_service_url": "http://10.0.0.1/"}, id="private"),
        pytest.param({"platform_notification_service_url": 5}, id="a number"),
    ],
)
def test_without_the_service_nothing_is_asked_for(
    school: NoticeSchool, changes: dict[str, Any]
) -> None:
    school.launch(**changes)
    school.work()

    assert school.asked == []
