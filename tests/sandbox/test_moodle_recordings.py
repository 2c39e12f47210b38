"""The Moodle dialect answers what was recorded as the real one answered it, to the letter."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sandbox.lms import Lms, answered, claims_of
from tests.sandbox.moodle_lab import BIG, CLIENT_ID, LAB, LAUNCH_URL, SIGNS_AS, recorded
from tests.sandbox.replay import Replay, lab_token
from tests.sandbox.tool_peer import new_key

AGS = recorded("ags-exchanges")
NRPS = recorded("nrps-exchanges")
TOKENS = recorded("token-endpoint-answers")
SIGN_IN = recorded("authentication-endpoint-answers")
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
OUTCOME = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome"


def compare(replay: Replay, exchange: dict[str, Any]) -> None:
    """Send a recorded request and hold the answer against the recorded one."""
    answer = replay.send(exchange)

    label = exchange["label"]
    assert answer.status_code == exchange["status"], label
    if answer.status_code != 204:
        assert answer.headers["Content-Type"] == exchange["headers"]["Content-Type"], label
    assert answer.headers.get("Link") == exchange["headers"].get("Link"), label
    if answer.status_code >= 400:
        assert replay.reason(answer) == exchange["reason"], label
    spoken = replay.spoken(answer)
    if "HTML error page" in str(exchange["body"]):
        assert spoken.startswith("<!DOCTYPE html>"), label
    else:
        assert spoken == without_school_numbers(exchange["body"]), label


def without_school_numbers(body: Any) -> Any:
    """Leave out what people here do not have: a number of their school, and a name to log in."""
    if not isinstance(body, dict) or "members" not in body:
        return body
    members = [
        {**member, "lis_person_sourcedid": "", "ext_user_username": member["user_id"]}
        for member in body["members"]
    ]
    return {**body, "members": members}


def test_every_recorded_exchange_with_the_gradebook_is_answered_the_same(lab: Lms) -> None:
    replay = Replay(lab, lab_token(lab))

    for exchange in AGS:
        compare(replay, exchange)


@pytest.mark.parametrize("label", [one["label"] for one in NRPS])
def test_every_recorded_exchange_with_the_roster_is_answered_the_same(lab: Lms, label: str) -> None:
    compare(Replay(lab, lab_token(lab)), next(one for one in NRPS if one["label"] == label))


@pytest.mark.parametrize("label", [one["label"] for one in TOKENS])
def test_every_recorded_request_for_a_token_is_answered_the_same(lab: Lms, label: str) -> None:
    exchange = next(one for one in TOKENS if one["label"] == label)
    if label == "json body":
        answer = lab.browser().post("/mod/lti/token.php", json=exchange["request"]["body"])
    else:
        assertion = _assertion(lab, label, exchange["request"]["body"]["_claims"])
        if "REPLAY" in label:
            lab.ask_token(assertion)
        answer = lab.ask_token(assertion, scope=exchange["request"]["body"]["scope"])

    assert answer.status_code == exchange["status"]
    assert answer.headers["Content-Type"] == exchange["headers"]["Content-Type"]
    if answer.status_code == 200:
        assert answer.json is None
        body = Replay(lab, "").spoken(answer)
        assert body == {**exchange["body"], "access_token": body["access_token"]}
        assert len(body["access_token"]) == 32
    else:
        assert Replay(lab, "").spoken(answer) == exchange["body"]


def _assertion(lab: Lms, label: str, claims: dict[str, Any]) -> str:
    """Return the recorded assertion, and let it be as late as it was then."""
    asked_after = {"expired": 900, "future iat +120": -120}.get(label, 0)
    lab.clock.now = datetime.fromtimestamp(claims["iat"] + asked_after, UTC)
    return lab.tool.assertion(
        SIGNS_AS,
        lab.clock(),
        claims=claims,
        without=tuple({"aud", "exp"} - set(claims)),
        key=new_key() if label == "wrong key" else None,
        header={"kid": "nobody's"} if label == "unknown kid" else None,
    )


CHANGES: dict[str, dict[str, str]] = {
    "no lti_message_hint": {"without": "lti_message_hint"},
    "no nonce": {"without": "nonce"},
    "no state": {"without": "state"},
    "no prompt": {"without": "prompt"},
    "no response_mode": {"without": "response_mode"},
    "scope openid profile": {"scope": "openid profile"},
    "wrong redirect": {"redirect_uri": "http://localhost:5055/other"},
    "redirect with query": {"redirect_uri": f"{LAUNCH_URL}?a=b"},
    "wrong client": {"client_id": "nobody"},
    "wrong login_hint": {"login_hint": "6"},
    "prompt=login": {"prompt": "login"},
    "POST auth": {"method": "POST"},
}


@pytest.mark.parametrize("case", [one["case"] for one in SIGN_IN])
def test_every_recorded_way_to_ask_for_a_login_is_answered_the_same(lab: Lms, case: str) -> None:
    wanted = next(one for one in SIGN_IN if one["case"] == case)
    browser = lab.browser().enter("5", LAB)
    login = browser.open_link("1", LAB)
    if case.startswith("replay"):
        browser.authenticate(login)
    if case == "not logged in":
        browser = lab.browser()

    answer = browser.authenticate(login, **{"state": "s1", **CHANGES.get(case, {})})

    assert answer.status_code == wanted["status"]
    if not wanted.get("form_action"):
        assert "id_token" not in answer.text
        return
    fields = answered(answer)
    if "id_token" in wanted["result"]:
        assert fields.pop("id_token").count(".") == 2
        wanted["result"].pop("id_token")
    assert fields == wanted["result"]


def test_login_is_started_as_recorded(lab: Lms) -> None:
    wanted = recorded("login-initiation")["params"]

    login = lab.browser().enter("3", LAB).open_link("1", LAB)

    assert set(login) == set(wanted)
    assert (login["iss"], login["login_hint"]) == (wanted["iss"], wanted["login_hint"])
    assert login["client_id"] == wanted["client_id"] == CLIENT_ID
    assert set(json.loads(login["lti_message_hint"])) == {"cmid", "launchid"}


@pytest.mark.parametrize(
    ("name", "sub", "link"),
    [
        ("launch-learner", "5", "1"),
        ("launch-learner-ungraded-link", "5", "2"),
        ("launch-teacher", "3", "1"),
        ("launch-teacher-ungraded-link", "3", "2"),
        ("launch-non-editing-teacher", "4", "1"),
        ("launch-site-admin", "2", "1"),
    ],
)
def test_id_token_says_what_was_recorded(lab: Lms, name: str, sub: str, link: str) -> None:
    theirs = recorded(name)["claims"]

    answer = answered(_launch(lab, sub, link))
    ours = claims_of(answer["id_token"])

    assert theirs["exp"] - theirs["iat"] == ours["exp"] - ours["iat"] == 60
    assert comparable(ours) == comparable(theirs)


def _launch(lab: Lms, sub: str, link: str) -> Any:
    browser = lab.browser().enter(sub, LAB)
    return browser.authenticate(browser.open_link(link, LAB))


def comparable(claims: dict[str, Any]) -> dict[str, Any]:
    """Return claims with what must differ replaced by what kind of thing it is."""
    told = {name: value for name, value in claims.items() if name not in ("nonce", "iat", "exp")}
    told[f"{LTI}lis"] = sorted(told[f"{LTI}lis"])
    told[f"{LTI}ext"] = {**told[f"{LTI}ext"], "user_username": "?"}
    platform = told[f"{LTI}tool_platform"]
    told[f"{LTI}tool_platform"] = {**platform, **dict.fromkeys(("guid", "name", "description"))}
    presentation = told[f"{LTI}launch_presentation"]
    assert "sesskey=" in presentation["return_url"]
    told[f"{LTI}launch_presentation"] = {**presentation, "return_url": "?"}
    # Only the column of the first link has the same number in both.
    custom = {**told[f"{LTI}custom"], "uname": "?", "sec": "?"}
    told[f"{LTI}custom"] = custom
    if OUTCOME in told:
        told[OUTCOME] = sorted(told[OUTCOME])
    written = json.dumps(told).replace("/lineitems/2/", "/lineitems/1/")
    return dict(json.loads(written))


def test_custom_values_of_a_deep_link_arrive_as_recorded(lab: Lms) -> None:
    theirs = recorded("launch-from-deep-link")["claims"][f"{LTI}custom"]
    lab.give_custom("1", {"quiz": "42", "ünicode": "a=b"})

    ours = claims_of(answered(_launch(lab, "5", "1"))["id_token"])[f"{LTI}custom"]

    assert {name: ours[name] for name in ("quiz", "__nicode_", "ünicode=")} == {
        name: theirs[name] for name in ("quiz", "__nicode_", "ünicode=")
    }


def test_roster_of_the_big_course_is_whole_over_its_pages(lab: Lms) -> None:
    replay = Replay(lab, lab_token(lab))
    pages = [replay.send(one) for one in NRPS if one["label"].startswith("big page")]

    subs = [member["user_id"] for page in pages for member in (page.json or {})["members"]]

    assert len(subs) == len(set(subs)) == 126
    assert f"/CourseSection/{BIG}/" in pages[0].headers["Link"]
