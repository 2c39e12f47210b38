"""`rapport platform check`: what can be wrong, on a platform where just that is."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from lti_app.bridge.handlers import make_checker
from lti_app.cli.check_words import WORDS, lines_of
from lti_app.core.http import HttpClient
from lti_app.core.parts import Parts
from lti_app.core.sealing import Keyring
from lti_app.core.settings import Settings
from lti_app.lti import checking
from lti_app.lti.configuration import GROUPS, LINE_ITEMS, NOTICES, SCOPES, SCORES
from lti_app.lti.deployments import note_pending
from lti_app.lti.errors import PendingDeployment
from lti_app.lti.findings import Finding, Verdict
from lti_app.lti.keys import rotate_signing_key
from lti_app.lti.models import AccessToken, Platform, ServiceEndpoint
from lti_app.lti.registration import Standing
from lti_app.lti.registrations import disable_platform, get_platform_by_id
from lti_app.sandbox.dialects import CANVAS, MOODLE, PLAIN
from lti_app.sandbox.faults import Fault, Service
from lti_app.sandbox.models import Course, Tool
from tests.conftest import FrozenClock
from tests.delivery.conftest import OpenSchool
from tests.delivery.lms import HOST
from tests.delivery.school import School
from tests.peers.operator import RunOn

ROOT = Path(checking.__file__).parent
Check = Callable[[School], list[Finding]]


@pytest.fixture
def check(settings: Settings, keyring: Keyring, clock: FrozenClock) -> Check:
    """Check the platform of a school as an operator would, and return every finding."""

    def look(school: School) -> list[Finding]:
        (tool,) = school.lms.sandbox.config.tools
        here = settings.model_copy(
            update={"base_url": tool.jwks_url.removesuffix("/lti/jwks.json")}
        )
        http = HttpClient(trusted_hosts=(HOST,), total_seconds=1.0)
        parts = Parts(here, school.database, http, keyring, clock)
        with school.database.read() as session:
            platform = get_platform_by_id(session, school.course.platform_id)
        findings = list(make_checker(parts).check(platform))
        for finding in findings:
            assert all("{" not in line for line in lines_of(finding)), finding
        return findings

    return look


@pytest.fixture
def school(bare_school: School) -> School:
    """A school whose newest launch has told of the gradebook and of the people."""
    return told_of_people(bare_school)


def told_of_people(school: School) -> School:
    sandbox = school.lms.sandbox
    with sandbox.database.read() as session:
        course, tool = session.scalars(select(Course)).one(), session.scalars(select(Tool)).one()
        url = sandbox.addresses.memberships_url(course, tool.id)
    with school.database.write() as session:
        session.execute(update(ServiceEndpoint).values(memberships_url=url))
    return school


def codes(findings: list[Finding], *verdicts: Verdict) -> list[str]:
    return [one.code for one in findings if one.verdict in verdicts]


def wrong(findings: list[Finding]) -> list[str]:
    return codes(findings, Verdict.WRONG)


@pytest.mark.parametrize(
    "dialect", [PLAIN, MOODLE, CANVAS], ids=["MG-05-plain", "MG-05-moodle", "MG-05-canvas"]
)
def test_of_a_healthy_platform_nothing_is_wrong(
    open_school: OpenSchool, check: Check, dialect: object
) -> None:
    school = told_of_people(open_school(dialect))  # type: ignore[arg-type] # one of the three

    found = check(school)

    assert wrong(found) == []
    good = codes(found, Verdict.GOOD)
    assert good.count("service_answers") == 2
    for code in ("own_keys_found", "keys_found", "clock_agrees", "token_given"):
        assert code in good
    assert good.count("scope_granted") >= 4


def test_a_scope_that_the_platform_does_not_know_is_named_with_what_it_costs(
    school: School, check: Check
) -> None:
    school.lms.fail(Service.TOKEN, Fault(members={"scope": " ".join(set(SCOPES) - {SCORES})}))

    found = check(school)

    (missing,) = [one for one in found if one.params.get("scope") == SCORES]
    assert (missing.verdict, missing.code) == (Verdict.WRONG, "scope_missing")
    assert "no grade reaches the gradebook" in "\n".join(lines_of(missing))


def test_a_service_that_a_platform_may_lack_is_not_called_wrong(
    school: School, check: Check
) -> None:
    school.lms.fail(Service.TOKEN, Fault(members={"scope": " ".join(set(SCOPES) - {GROUPS})}))

    (missing,) = [one for one in check(school) if one.params.get("scope") == GROUPS]

    assert missing.verdict is Verdict.UNSURE


@pytest.mark.parametrize("lacking", [NOTICES, SCORES], ids=["notices", "scores"])
def test_one_scope_that_is_not_on_canvas_key_does_not_hide_the_others(
    open_school: OpenSchool, check: Check, lacking: str
) -> None:
    school = told_of_people(open_school(CANVAS))
    put_on_key(school, set(SCOPES) - {lacking})

    found = check(school)

    assert "token_given" in codes(found, Verdict.GOOD)
    assert wrong(found) == (["scope_missing"] if lacking == SCORES else [])
    assert codes(found, Verdict.GOOD).count("service_answers") == 2
    about = {one.params.get("scope"): one.code for one in found}
    assert about[LINE_ITEMS] == "scope_only_alone"


def test_of_a_canvas_key_without_any_scope_that_is_said(
    open_school: OpenSchool, check: Check
) -> None:
    school = told_of_people(open_school(CANVAS))
    put_on_key(school, set())

    assert set(wrong(check(school))) == {"token_no_scope", "scope_missing"}


def put_on_key(school: School, scopes: set[str]) -> None:
    with school.lms.sandbox.database.write() as session:
        session.execute(update(Tool).values(scopes=sorted(scopes)))


@pytest.mark.parametrize(
    ("service", "fault", "code"),
    [
        (Service.JWKS, Fault(status=404), "keys_status"),
        (Service.JWKS, Fault(members={"keys": []}), "keys_none"),
        (Service.JWKS, Fault(status=200, body="<html>"), "keys_none"),
        (Service.JWKS, Fault(status=302, headers={"Location": "/login"}), "keys_status"),
        (Service.JWKS, Fault(drops_reply=True), "no_answer"),
        (Service.JWKS, Fault(delay=timedelta(seconds=2)), "too_slow"),
        (Service.TOKEN, Fault(status=404, body="<html>"), "token_nowhere"),
        (Service.TOKEN, Fault(status=500), "token_nowhere"),
        (Service.TOKEN, Fault(members={"access_token": None}), "token_missing"),
        (Service.TOKEN, Fault(status=429), "throttled"),
        (Service.TOKEN, Fault(drops_reply=True), "no_answer"),
        (Service.TOKEN, Fault(status=400, body='{"error": "invalid_request"}'), "token_refused"),
        (Service.TOKEN, Fault(status=400, body='{"error": "invalid_scope"}'), "token_no_scope"),
        (Service.LINE_ITEMS, Fault(status=404), "service_gone"),
        (Service.LINE_ITEMS, Fault(status=401), "service_unauthorised"),
        (Service.LINE_ITEMS, Fault(status=403), "service_refused"),
        (Service.LINE_ITEMS, Fault(status=503), "service_failing"),
        (Service.LINE_ITEMS, Fault(status=200, body="<html>"), "service_unreadable"),
        (Service.MEMBERSHIPS, Fault(members={"members": None}), "service_unreadable"),
        (Service.MEMBERSHIPS, Fault(drops_reply=True), "no_answer"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_platform_has_is_named(
    school: School, check: Check, service: Service, fault: Fault, code: str
) -> None:
    school.lms.fail(service, fault)

    found = wrong(check(school))

    assert code in found
    assert set(found) <= {code, "scope_missing"}, "something else was blamed, too"


def test_oa_17_a_clock_that_is_four_minutes_slow_still_gets_tokens_and_is_named(
    school: School, check: Check
) -> None:
    school.lms.sandbox.skew.by = timedelta(minutes=4)

    found = check(school)

    assert "token_given" in codes(found, Verdict.GOOD)
    assert wrong(found) == ["clock_ahead"]


@pytest.mark.parametrize("minutes", [6, -6], ids=["ours is slow", "ours is fast"])
@pytest.mark.parametrize("dialect", [PLAIN, MOODLE], ids=["plain", "moodle"])
def test_oa_17_a_token_refused_for_its_time_is_a_clock_error(
    open_school: OpenSchool, check: Check, dialect: object, minutes: int
) -> None:
    school = told_of_people(open_school(dialect))  # type: ignore[arg-type] # one of the two
    school.lms.sandbox.skew.by = timedelta(minutes=minutes)

    found = check(school)

    assert wrong(found) == ["clock_ahead" if minutes > 0 else "clock_behind", "token_clock"]
    assert codes(found, Verdict.SKIPPED) == ["service_without_token"] * 2


def test_a_refusal_without_a_reason_is_a_clock_error_where_the_clocks_differ(
    school: School, check: Check
) -> None:
    school.lms.sandbox.skew.by = timedelta(minutes=6)
    school.lms.fail(Service.TOKEN, Fault(status=400, body='{"error": "invalid_client"}'))

    assert wrong(check(school))[-1] == "token_clock"


def test_a_key_that_the_platform_does_not_find_is_named(
    school: School, check: Check, keyring: Keyring, clock: FrozenClock
) -> None:
    """Our key set is served as it was; the key that signs is not in it."""
    with school.database.write() as session:
        rotate_signing_key(session, keyring, now=clock(), is_immediate=True)

    assert wrong(check(school)) == ["own_keys_without_ours", "token_key"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"audience": "https://elsewhere.test/token"}, "token_audience"),
        ({"client_id": "unknown"}, "token_client"),
        ({"token_url": "http://lms.test/token"}, "address_refused"),
        ({"jwks_url": "https://127.0.0.1:1/jwks"}, "no_connection"),
    ],
    ids=["audience", "client", "address", "nobody"],
)
def test_a_value_that_was_typed_wrong_is_named(
    school: School, check: Check, changes: dict[str, str], code: str
) -> None:
    with school.database.write() as session:
        session.execute(update(Platform).values(**changes))

    assert code in wrong(check(school))


def test_what_waits_or_is_switched_off_is_said(
    school: School, check: Check, clock: FrozenClock
) -> None:
    platform_id = school.course.platform_id
    with school.database.write() as session:
        note_pending(session, PendingDeployment(platform_id, "d9; reboot"), now=clock())
        platform = get_platform_by_id(session, platform_id)
        disable_platform(session, platform.public_id, now=clock())

    found = check(school)

    (waits,) = [one for one in found if one.code == "deployment_waits"]
    assert f"rapport deployment approve {platform.public_id} 'd9; reboot'" in "\n".join(
        lines_of(waits)
    )
    assert wrong(found) == ["disabled"]


@pytest.mark.parametrize("standing", [Standing.UNTRIED, Standing.WAITING])
def test_a_platform_that_came_by_a_link_says_what_it_waits_for(
    school: School, check: Check, standing: Standing
) -> None:
    with school.database.write() as session:
        session.execute(update(Platform).values(standing=standing.value))

    found = check(school)

    assert f"is_{standing}" in codes(found, Verdict.UNSURE)
    assert wrong(found) == []


def test_every_finding_has_words_and_every_word_is_of_a_finding() -> None:
    """Codes stand in the rules as text, so this reads them there."""
    rules = "".join((ROOT / name).read_text() for name in ("checking.py", "findings.py"))
    composed = {f"is_{standing}" for standing in Standing} - {"is_active"}

    for code in WORDS:
        assert f'"{code}"' in rules or code in composed, f"nothing finds {code}"
    assert composed <= WORDS.keys()


def test_before_any_launch_the_services_are_not_judged(school: School, check: Check) -> None:
    with school.database.write() as session:
        session.execute(delete(ServiceEndpoint))

    found = check(school)

    assert "services_untold" in codes(found, Verdict.SKIPPED)
    assert wrong(found) == []


def test_what_a_platform_says_cannot_steer_the_terminal() -> None:
    said: dict[str, str | int] = {
        "url": "https://lms.test/token",
        "status": 400,
        "words": "no\x1b[2J\rgood",
    }

    (first, _) = lines_of(Finding("token", Verdict.WRONG, "token_refused", said))

    assert "\x1b" not in first
    assert "\r" not in first


def test_an_operator_reads_it_and_a_script_sees_the_exit_code(
    live_school: School, run_on: RunOn, monkeypatch: pytest.MonkeyPatch, keyring: Keyring
) -> None:
    monkeypatch.setenv("RAPPORT_TRUSTED_HOSTS", HOST)
    with live_school.database.read() as session:
        platform = get_platform_by_id(session, live_school.course.platform_id)
    well = run_on("platform", "check", platform.public_id)

    live_school.lms.fail(Service.TOKEN, Fault(status=404))
    ill = run_on("platform", "check", platform.public_id)

    assert (well.exit_code, ill.exit_code) == (0, 1), well.output
    assert "What to do: " in ill.output
    assert "Traceback" not in ill.output
    with live_school.database.read() as session:
        sealed = session.scalars(select(AccessToken.sealed_token)).all()
    assert sealed
    for output in (well.output, ill.output):
        assert "eyJ" not in output, "an assertion was printed"
        assert not any(keyring.open_secret(one).decode() in output for one in sealed)


def test_an_unknown_platform_is_named_in_words(run_on: RunOn) -> None:
    refused = run_on("platform", "check", "nothing")

    assert refused.exit_code == 1
    assert "rapport platform list" in refused.output
