"""The pages on which an administrator connects a platform."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import expect

from lti_app.lti.configuration import LINE_ITEMS, RESULTS, SCORES
from lti_app.lti.invitations import invite
from tests.cases.registering import (
    CONFIGURATION,
    TOOL_KEY,
    RegisteringPlatform,
    registering_platform,
)
from tests.pages.stage import Stage, by_name
from tests.peers.http_peer import Reply

_GRANTED = f"{LINE_ITEMS} {SCORES} {RESULTS}"


@contextmanager
def pressed(stage: Stage, **how: Any) -> Iterator[RegisteringPlatform]:
    """Follow a new link from a platform that a scene may change before, and press the button."""
    with registering_platform() as platform:
        platform.reply = {"client_id": stage.course, "scope": _GRANTED}
        yield platform
        _open(stage, platform, **how)
        stage.page.locator("main form button").click()
        expect(stage.page.locator("main form")).to_have_count(0)


def _open(stage: Stage, platform: RegisteringPlatform, **how: Any) -> None:
    with stage.site.database.write() as session:
        secret = invite(session, now=stage.site.clock.now, **how)
    query = urlencode({"openid_configuration": platform.url + CONFIGURATION})
    stage.page.goto(f"{stage.site.url}/lti/register/{secret}?{query}")


def register_a_platform(stage: Stage) -> None:
    with registering_platform() as platform:
        platform.changes = {"scopes_supported": _GRANTED.split()}
        _open(stage, platform)


def register_a_platform_on_several_hosts(stage: Stage) -> None:
    with registering_platform() as platform:
        elsewhere = platform.url.replace("127.0.0.1", "localhost")
        platform.changes = {"token_endpoint": f"{elsewhere}/token", "jwks_uri": f"{elsewhere}/keys"}
        platform.about["product_family_code"] = ""
        _open(stage, platform, name="School of Relational Practice", needs_approval=True)


def registered(stage: Stage) -> None:
    with pressed(stage):
        pass


def registered_and_waiting(stage: Stage) -> None:
    with pressed(stage, needs_approval=True) as platform:
        platform.about["product_family_code"] = "canvas"
        platform.reply = {"client_id": stage.course, TOOL_KEY: {}}


def registration_that_was_refused(stage: Stage) -> None:
    with pressed(stage) as platform:
        platform.registers = lambda _: Reply(401, b"token_already_used")


def registration_without_an_invitation(stage: Stage) -> None:
    stage.page.goto(f"{stage.site.url}/lti/register")


SCENES = by_name(
    register_a_platform,
    register_a_platform_on_several_hosts,
    registered,
    registered_and_waiting,
    registration_that_was_refused,
    registration_without_an_invitation,
)
