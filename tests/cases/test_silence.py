"""Abuse 64: a launch, its pages and a hand-in leave nothing personal and no secret in logs."""

import re

from tests.cases.stage import SECRETS, Stage

ITEM = {
    "https://purl.imsglobal.org/spec/lti/claim/custom": {"item": "leading-knowledge/m1-self20-pre"}
}
LEARNER = {
    "https://purl.imsglobal.org/spec/lti/claim/roles": [
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
    ]
}
_FIELD = re.compile(
    r'name="((?:statement-|csrf_token|key|number|base_revision|version)[^"]*)"[^>]*?value="([^"]*)"'
)


def test_the_whole_path_is_silent_about_people_and_secrets(stage: Stage) -> None:
    browser = stage.browser()
    login = browser.login(stage.platform)
    token = stage.token(login, {**LEARNER, **ITEM, "sub": "canary-subject-77"})
    seat = stage.seat(browser, browser.post_launch({"id_token": token, "state": login.state}))
    page = seat.page()
    fields = dict(_FIELD.findall(page.text))
    handed = browser.client.post(
        page.request.path,
        data={**fields, "do": "hand_in"},
        headers={"Sec-Fetch-Site": "same-origin"},
        base_url=browser.base_url,
        follow_redirects=True,
    )
    written = "\n".join(map(str, stage.log.lines()))

    assert handed.status_code == 200
    assert "launch accepted" in written
    session_key = seat.path.split("/")[2]
    for secret in (*SECRETS, "canary-subject-77", token, login.state, login.nonce, session_key):
        assert secret not in written
