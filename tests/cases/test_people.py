"""Cases I: who somebody is, what they may, and what is kept of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import func, select

from lti_app.core.db import Database
from lti_app.lti.errors import Reason
from lti_app.people.models import Enrolment, User
from lti_app.people.roles import Role
from lti_app.web.models import LaunchSession
from tests.cases.stage import Stage
from tests.cases.watching import Log, connections_since
from tests.conftest import FrozenClock
from tests.peers.launch_claims import LTI, MEMBERSHIP
from tests.peers.platform import ABSENT, TestPlatform, served

LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


@pytest.fixture
def open_stage(tool: Flask, database: Database, clock: FrozenClock, log: Log) -> Iterator[Stage]:
    """A platform that may send people without a name."""
    with served(TestPlatform(allow_anonymous=True)) as platform:
        yield Stage(tool, database, clock, platform, log)


def count(stage: Stage, table: type) -> int:
    with stage.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("role", ["Learner", "Instructor"], ids=["AN-01", "AN-02"])
def test_an_anonymous_launch_shows_a_preview_and_remembers_nobody(
    open_stage: Stage, role: str
) -> None:
    browser = open_stage.browser()
    login = browser.login(open_stage.platform)
    token = open_stage.token(login, {"sub": ABSENT, f"{LTI}roles": [MEMBERSHIP + role]})

    response = browser.post_launch({"id_token": token, "state": login.state})

    assert response.status_code == 200
    assert "<form" not in response.text
    assert not [c for c in response.headers.getlist("Set-Cookie") if "Max-Age=0" not in c]
    assert [count(open_stage, table) for table in (User, Enrolment, LaunchSession)] == [0, 0, 0]


NOBODY = pytest.mark.parametrize("sub", ["", None, 7, ["a"]], ids=lambda sub: f"AN-03-{sub!r}")


@NOBODY
def test_a_sub_that_names_nobody_is_refused(stage: Stage, sub: object) -> None:
    stage.refuse_claims({"sub": sub}, status=401, reason=Reason.SUB_MISSING)


@NOBODY
def test_a_sub_that_names_nobody_is_not_anonymous(open_stage: Stage, sub: object) -> None:
    open_stage.refuse_claims({"sub": sub}, status=401, reason=Reason.SUB_MISSING)


def test_an_04_a_sub_of_255_characters_is_kept_whole(stage: Stage) -> None:
    assert stage.accept({"sub": "s" * 255}).user.sub == "s" * 255


@pytest.mark.parametrize(
    "sub", ["s" * 256, "jürgen", "a\x00b"], ids=["AN-04-long", "AN-04-ascii", "AN-04-nul"]
)
def test_a_sub_that_no_platform_may_send_is_refused(stage: Stage, sub: str) -> None:
    stage.refuse_claims({"sub": sub}, status=400, reason=Reason.SUB_MALFORMED)


def test_an_05_an_anonymous_deep_link_is_refused(open_stage: Stage) -> None:
    open_stage.refuse_claims(
        {"sub": ABSENT, f"{LTI}message_type": "LtiDeepLinkingRequest"},
        status=401,
        reason=Reason.SUB_MISSING,
    )


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        pytest.param([], Role.GUEST, id="RO-01"),
        pytest.param(
            [MEMBERSHIP + "Instructor", MEMBERSHIP + "Learner"], Role.INSTRUCTOR, id="RO-02"
        ),
        pytest.param([f"{LIS}system/person#Administrator"], Role.GUEST, id="RO-03"),
        pytest.param([f"{LIS}institution/person#Instructor"], Role.GUEST, id="RO-04"),
        pytest.param(
            [f"{LIS}membership/Instructor#TeachingAssistant"], Role.TEACHING_ASSISTANT, id="RO-05"
        ),
        pytest.param(
            [f"{LIS}membership/instructor#TeachingAssistant"], Role.TEACHING_ASSISTANT, id="RO-06"
        ),
        pytest.param([f"{LIS}membership/Learner#Instructor"], Role.LEARNER, id="RO-07"),
        pytest.param([f"{LIS}membership/Instructor#Grader"], Role.TEACHING_ASSISTANT, id="RO-08"),
        pytest.param(
            ["urn:lti:role:ims/lis/Instructor", "urn:lti:sysrole:ims/lis/Administrator"],
            Role.INSTRUCTOR,
            id="RO-09",
        ),
        pytest.param([f"{LIS}person#Administrator"], Role.GUEST, id="RO-10"),
        pytest.param([f"{MEMBERSHIP}instructor"], Role.GUEST, id="RO-11-case"),
        pytest.param(
            [MEMBERSHIP.replace("http:", "https:") + "Instructor"], Role.GUEST, id="RO-11-https"
        ),
        pytest.param(["http://evil.test/membership#Instructor"], Role.GUEST, id="RO-11-host"),
        pytest.param([MEMBERSHIP + "Learner", TEST_USER], Role.LEARNER, id="RO-13"),
        pytest.param([TEST_USER], Role.GUEST, id="RO-14"),
        *(
            pytest.param([MEMBERSHIP + name], Role.GUEST, id=f"RO-19-{name}")
            for name in ("Member", "Manager", "Officer")
        ),
        *(
            pytest.param([f"{LIS}institution/person#{name}"], Role.GUEST, id=f"RO-19-{name}")
            for name in ("Guest", "None")
        ),
        pytest.param(
            [
                f"{LIS}institution/person#Administrator",
                MEMBERSHIP + "Instructor",
                f"{LIS}system/person#Administrator",
            ],
            Role.INSTRUCTOR,
            id="RO-20",
        ),
    ],
)
def test_a_role_in_the_course_decides_and_nothing_else(
    stage: Stage, roles: list[str], role: Role
) -> None:
    seat = stage.accept({f"{LTI}roles": roles})

    assert seat.role is role
    assert seat.is_test is (TEST_USER in roles)
    assert seat.page().status_code == 200


@pytest.mark.parametrize(
    "names",
    [
        pytest.param({"given_name": "Ann"}, id="NM-01-given"),
        pytest.param({"family_name": "Ångström"}, id="NM-01-family"),
        pytest.param({"name": "Ann Ångström"}, id="NM-01-name"),
        pytest.param({}, id="NM-01-none"),
    ],
)
def test_any_part_of_a_name_may_be_missing(stage: Stage, names: dict[str, str]) -> None:
    none = dict.fromkeys(("name", "given_name", "family_name", "email"), ABSENT)

    seat = stage.accept({**none, **names})

    kept = (seat.user.name, seat.user.given_name, seat.user.family_name)
    assert kept == tuple(names.get(part) for part in ("name", "given_name", "family_name"))
    assert seat.page().status_code == 200


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("x" * 5000, "x" * 255, id="NM-02"),
        pytest.param("a" * 252 + FAMILY, "a" * 252, id="NM-02-grapheme"),
        pytest.param("مريم العلي", "مريم العلي", id="NM-03-arabic"),
        pytest.param("דנה \u202elevi", "דנה levi", id="NM-03-override"),
        pytest.param(f"{FAMILY} 王\x00\n小明", f"{FAMILY} 王 小明", id="NM-04"),
        pytest.param(
            "<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>", id="NM-05-html"
        ),
        pytest.param("=cmd()|'/c calc'!A1", "=cmd()|'/c calc'!A1", id="NM-05-formula"),
        pytest.param("{{191*193}}{0.__class__}", "{{191*193}}{0.__class__}", id="NM-05-template"),
    ],
)
def test_a_name_is_kept_clean_and_shown_as_text(stage: Stage, sent: str, kept: str) -> None:
    changes: dict[str, Any] = {
        "name": sent,
        f"{LTI}context": {"id": "c", "title": sent, "label": sent},
        f"{LTI}resource_link": {"id": "l", "title": sent},
    }

    seat = stage.accept(changes)
    page = seat.page()

    assert seat.user.name == kept
    assert page.status_code == 200
    assert f">{escape(kept)}</bdi>" in page.text
    assert "<img src=x" not in page.text
    assert "36863" not in page.text


def test_nm_06_a_new_name_replaces_the_old_one(stage: Stage) -> None:
    stage.accept({"name": "Ann Before"})
    seat = stage.accept({"name": "Ann After"})

    assert seat.user.name == "Ann After"
    assert "Before" not in seat.page().text


@pytest.mark.parametrize(
    "picture",
    [
        "http://evil.test/a.png",
        "https://evil.test/pixel.gif",
        "data:image/png;base64,AA",
        "x" * 9000,
    ],
    ids=lambda picture: f"NM-07-{picture[:12]}",
)
def test_a_picture_is_neither_fetched_nor_shown(stage: Stage, picture: str) -> None:
    before = len(connections_since())
    page = stage.accept({"picture": picture}).page()

    assert picture not in page.text
    assert all(host == "127.0.0.1" for host, _ in connections_since(before))


def test_nm_08_one_address_of_two_people_joins_nobody(stage: Stage) -> None:
    both = [stage.accept({"sub": sub, "email": "same@example.org"}) for sub in ("a", "b")]

    assert both[0].user.id != both[1].user.id


def test_nm_09_what_the_platform_withholds_now_is_removed(stage: Stage) -> None:
    stage.accept()
    none = dict.fromkeys(("name", "given_name", "family_name", "email"), ABSENT)

    user = stage.accept(none).user

    assert (user.name, user.given_name, user.family_name, user.email) == (None,) * 4
