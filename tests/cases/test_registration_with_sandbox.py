"""DR with the sandbox on the other side: each dialect as it is, and each of its bad answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_app.lti.configuration import GROUPS, NOTICES
from lti_app.lti.registration_problems import Stop
from lti_app.sandbox.config import SandboxConfig
from lti_app.sandbox.dialects import CANVAS, MOODLE, PLAIN, Dialect
from lti_app.sandbox.faults import Service
from lti_app.sandbox.models import Tool
from lti_app.sandbox.presets import preset
from lti_app.sandbox.registering import give_token
from lti_app.sandbox.server import serving
from lti_app.sandbox.state import Sandbox, sandbox_of
from tests.cases.registering import Connecting
from tests.sandbox.ports import free_port

DIALECTS = pytest.mark.parametrize("dialect", [PLAIN, MOODLE, CANVAS], ids=lambda one: one.name)


@dataclass
class School:
    """A sandbox, and the tool that an administrator of it opens."""

    connecting: Connecting
    sandbox: Sandbox

    def token(self) -> str | None:
        rules = self.sandbox.dialect.registering
        if not rules.gives_token:
            return None
        with self.sandbox.database.write() as session:
            return give_token(session, rules, self.sandbox.keys, now=self.sandbox.now())

    def open(self, secret: str, token: str | None) -> TestResponse:
        url = self.sandbox.config.addresses.configuration_url
        return self.connecting.open(secret, [url], token)

    def register(self, token: str | None) -> TestResponse:
        secret = self.connecting.invite()
        page = self.open(secret, token)
        return self.connecting.press(secret, self.connecting.offer_on(page))

    def tools(self) -> list[Tool]:
        with self.sandbox.database.read() as session:
            return list(session.scalars(select(Tool)))


@contextmanager
def school(connecting: Connecting, folder: Path, dialect: Dialect) -> Iterator[School]:
    config = SandboxConfig(
        issuer=f"http://127.0.0.1:{free_port()}",
        database=folder / "sandbox.sqlite3",
        tools=(),
        dialect=dialect,
    )
    with serving(config) as app:
        yield School(connecting, sandbox_of(app))


@DIALECTS
def test_both_sides_know_each_other_afterwards(
    connecting: Connecting, tmp_path: Path, dialect: Dialect
) -> None:
    with school(connecting, tmp_path, dialect) as there:
        answer = there.register(there.token())

        assert answer.status_code == 200, answer.get_data(as_text=True)
        (stored,), (tool,) = connecting.platforms(), there.tools()
        assert (stored.issuer, stored.client_id) == (there.sandbox.config.issuer, tool.client_id)
        assert connecting.deployments() == tool.deployment_ids
        assert (stored.auth_url, stored.token_url, stored.jwks_url) == (
            there.sandbox.config.auth_url,
            there.sandbox.config.token_url,
            there.sandbox.config.key_set_url,
        )
        assert not tool.is_active
        # Moodle has no such services, and is not asked for them.
        if dialect is MOODLE:
            assert not {GROUPS, NOTICES} & set(stored.granted_scopes or ())


def test_dr_21_moodles_token_that_was_used_is_told_in_its_words(
    connecting: Connecting, tmp_path: Path
) -> None:
    with school(connecting, tmp_path, MOODLE) as there:
        token = there.token()
        there.register(token)

        again = there.register(token)

        assert again.status_code == 400
        assert "token_already_used" in again.get_data(as_text=True)
        assert len(connecting.platforms()) == len(there.tools()) == 1


def test_dr_02_canvas_says_nothing_to_who_has_no_token(
    connecting: Connecting, tmp_path: Path
) -> None:
    with school(connecting, tmp_path, CANVAS) as there:
        assert there.open(connecting.invite(), None).status_code == 400
        assert there.open(connecting.invite(), there.token()).status_code == 200


@pytest.mark.parametrize(
    ("name", "stop"),
    [
        pytest.param("foreign_issuer", Stop.ISSUER_FOREIGN, id="DR-11"),
        pytest.param("private_endpoint", Stop.ENDPOINT_REFUSED, id="DR-13"),
        pytest.param("other_signatures", Stop.ALGORITHM_MISSING, id="DR-16"),
        pytest.param("page_with_200", Stop.CONFIGURATION_UNREADABLE, id="DR-14 a page"),
        pytest.param("truncated_json", Stop.CONFIGURATION_UNREADABLE, id="DR-14 half"),
        pytest.param("login_page", Stop.CONFIGURATION_UNREADABLE, id="DR-07"),
        pytest.param("internal_error", Stop.CONFIGURATION_SILENT, id="DR-14 500"),
        pytest.param("broken_off", Stop.CONFIGURATION_SILENT, id="DR-14 broken off"),
    ],
)
def test_a_description_that_goes_wrong_stores_nothing(
    connecting: Connecting, tmp_path: Path, name: str, stop: Stop
) -> None:
    with school(connecting, tmp_path, PLAIN) as there:
        there.sandbox.faults.set(Service.CONFIGURATION, preset(name, there.sandbox.now()))
        secret = connecting.invite()

        answer = there.open(secret, None)

        assert connecting.log.lines()[-1]["reason"] == stop
        assert answer.status_code == (503 if stop is Stop.CONFIGURATION_SILENT else 400)
        assert (connecting.platforms(), there.tools()) == ([], [])


@pytest.mark.parametrize(
    ("name", "status"),
    [
        pytest.param("registration_token_used", 400, id="DR-21 401"),
        pytest.param("forbidden", 400, id="DR-21 403"),
        pytest.param("internal_error", 503, id="DR-21 500"),
        pytest.param("lost_reply", 503, id="DR-21 lost"),
        pytest.param("no_client_id", 400, id="DR-22"),
        pytest.param("page_with_200", 400, id="DR-22 a page"),
    ],
)
def test_a_registration_that_goes_wrong_stores_nothing(
    connecting: Connecting, tmp_path: Path, name: str, status: int
) -> None:
    with school(connecting, tmp_path, PLAIN) as there:
        there.sandbox.faults.set(Service.REGISTRATION, preset(name, there.sandbox.now()))

        assert there.register(None).status_code == status

        assert connecting.platforms() == []


def test_dr_23_a_platform_that_grants_nothing_is_stored_as_such(
    connecting: Connecting, tmp_path: Path
) -> None:
    with school(connecting, tmp_path, PLAIN) as there:
        there.sandbox.faults.set(
            Service.REGISTRATION, preset("grants_no_scope", there.sandbox.now())
        )

        there.register(None)

        assert connecting.platforms()[0].granted_scopes == []
