"""A whole class at once: the first launches of a deployment that nobody has seen before."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from lti_app.bridge.entrance import EXTENSION
from lti_app.lti.models import Deployment
from tests.cases.browser import Browser
from tests.cases.stage import Stage
from tests.peers.at_once import at_once
from tests.peers.launch_claims import LTI

LEARNERS = 8


def launch_all_at_once(stage: Stage) -> Counter[object]:
    """Return how often each status was answered; an error is one, too."""
    ready: list[tuple[Browser, dict[str, str]]] = []
    for number in range(LEARNERS):
        browser = stage.browser()
        login = browser.login(stage.platform)
        claims = {"sub": f"u{number}", f"{LTI}deployment_id": "brand-new"}
        ready.append((browser, {"id_token": stage.token(login, claims), "state": login.state}))
    answers = at_once(lambda one: one[0].post_launch(one[1]).status_code, ready)
    return Counter(answers)


@pytest.mark.parametrize(
    ("needs_approval", "status"),
    [pytest.param(True, 403, id="to be approved"), pytest.param(False, 303, id="let in")],
)
def test_a_new_deployment_is_written_down_once_however_many_come(
    stage: Stage, needs_approval: bool, status: int
) -> None:
    stage.app.extensions[EXTENSION].verifier.auto_approve = not needs_approval

    assert launch_all_at_once(stage) == {status: LEARNERS}

    with stage.database.read() as session:
        named = select(func.count()).where(Deployment.deployment_id == "brand-new")
        assert session.scalar(named) == 1
