"""DR-13, abuse case 42: a platform cannot have our signature addressed to somebody else."""

import pytest

from lti_app.lti.audience import audience_of
from lti_app.lti.registration_problems import Stop
from tests.cases.registering import Connecting

FOREIGN = {
    "DR-13, abuse 42 another tenant": "https://moodle.victim.example/mod/lti/token.php",
    "DR-13 longer host": "{url}.evil.example/token",
    "DR-13 user hides host": "{url}@moodle.victim.example/token",
    "DR-13 host of another": "moodle.victim.example",
    "DR-13 dots": "{url}/a/../b/token",
    "DR-13 NUL": "{url}/a\0b",
    "DR-13 line": "{url}/a\nb",
    "DR-13 Brightspace's": "https://api.brightspace.com/auth/token",
    "DR-13 not an address": "urn:somebody",
    "DR-13 number": 7,
    "DR-13 list": ["https://moodle.victim.example/mod/lti/token.php"],
    "DR-13 endless": "{url}/" + "a" * 3000,
}


@pytest.mark.parametrize("named", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_platform_that_names_anothers_audience_is_refused(
    connecting: Connecting, named: object
) -> None:
    if isinstance(named, str):
        named = named.replace("{url}", connecting.platform.url)
    connecting.platform.changes = {"authorization_server": named}
    secret = connecting.invite()

    connecting.check_refused(
        lambda: connecting.open(secret), status=400, stop=Stop.AUDIENCE_FOREIGN
    )

    assert connecting.platform.registrations == []


@pytest.mark.parametrize("path", ["", "/mod/lti/audience"], ids=["DR-13 issuer", "DR-13 below"])
def test_an_audience_of_its_own_is_shown_and_stored(connecting: Connecting, path: str) -> None:
    own = connecting.platform.url + path
    connecting.platform.changes = {"authorization_server": own}
    secret = connecting.invite()
    page = connecting.open(secret)
    assert "Our requests are addressed to" in page.text

    assert connecting.press(secret, connecting.offer_on(page)).status_code == 200

    assert [platform.audience for platform in connecting.platforms()] == [own]


@pytest.mark.parametrize(
    "named",
    [
        pytest.param(None, id="DR-01 nothing"),
        pytest.param("", id="DR-01 empty"),
        pytest.param("{url}/mod/lti/token.php", id="DR-01 the token address"),
        pytest.param("{host}", id="DR-02 the host alone, as Canvas does it"),
    ],
)
def test_what_names_nothing_else_leaves_the_token_address(
    connecting: Connecting, named: str | None
) -> None:
    url = connecting.platform.url
    if named:
        named = named.format(url=url, host=url.partition("://")[2])
    connecting.platform.changes = {"authorization_server": named}
    secret = connecting.invite()
    page = connecting.open(secret)
    assert "Our requests are addressed to" not in page.text

    assert connecting.press(secret, connecting.offer_on(page)).status_code == 200

    assert [platform.audience for platform in connecting.platforms()] == [None]


def test_dr_13_brightspaces_audience_is_known_by_the_host_of_its_tokens() -> None:
    audience = "https://api.brightspace.com/auth/token"

    assert audience == audience_of(
        audience,
        token_url="https://auth.brightspace.com/core/connect/token",
        issuer="https://school.brightspace.com",
    )
