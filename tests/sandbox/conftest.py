"""A sandbox for each test, started from one prepared database file, and the tool beside it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from lti_app.sandbox.app import create_sandbox
from lti_app.sandbox.config import SandboxConfig, rapport_registration
from lti_app.sandbox.dialects import CANVAS, MOODLE
from lti_app.sandbox.state import sandbox_of
from tests.sandbox.courses import COURSES
from tests.sandbox.lms import CONTROL_TOKEN, ISSUER, Lms, LmsClock
from tests.sandbox.moodle_lab import lab_config
from tests.sandbox.tool_peer import KeyServer, ToolPeer, new_key, serving_keys


@pytest.fixture(scope="session")
def tool_keys() -> dict[str, RSAPrivateKey]:
    """Keys of both clients, made once because making them is slow."""
    return {"c1": new_key(), "c2": new_key()}


@pytest.fixture(scope="session")
def key_server() -> Iterator[KeyServer]:
    with serving_keys() as serving:
        yield serving


@pytest.fixture
def peer(tool_keys: dict[str, RSAPrivateKey], key_server: KeyServer) -> ToolPeer:
    return key_server.use(ToolPeer(tool_keys))


@pytest.fixture
def lms_clock() -> LmsClock:
    return LmsClock()


@pytest.fixture(scope="session")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with courses and a platform key; making the key is the slow part of a start."""
    path = tmp_path_factory.mktemp("sandbox") / "prepared.sqlite3"
    tools = tuple(
        rapport_registration("http://localhost:8000", client_id=name, deployment_ids=("d1", "d2"))
        for name in ("c1", "c2")
    )
    config = SandboxConfig(issuer=ISSUER, database=path, tools=tools, courses=COURSES)
    sandbox_of(create_sandbox(config)).close()
    return path


@pytest.fixture
def config(
    prepared_file: Path, peer: ToolPeer, lms_clock: LmsClock, tmp_path: Path
) -> SandboxConfig:
    """Two clients, two deployments, two courses, on a database of this test's own."""
    database = tmp_path / "sandbox.sqlite3"
    shutil.copy(prepared_file, database)
    base = "http://localhost:8000"
    return SandboxConfig(
        issuer=ISSUER,
        database=database,
        tools=tuple(
            replace(
                rapport_registration(base, client_id=client_id, deployment_ids=deployment_ids),
                jwks_url=peer.jwks_url(client_id),
                custom={"from_tool": "yes"},
            )
            for client_id, deployment_ids in (("c1", ("d1", "d2")), ("c2", ("d1",)))
        ),
        courses=COURSES,
        control_token=CONTROL_TOKEN,
        clock=lms_clock,
    )


@contextmanager
def _running(config: SandboxConfig, peer: ToolPeer, clock: LmsClock) -> Iterator[Lms]:
    made = create_sandbox(config)
    yield Lms(made, peer, clock)
    sandbox_of(made).close()


@pytest.fixture
def lms(config: SandboxConfig, peer: ToolPeer, lms_clock: LmsClock) -> Iterator[Lms]:
    """The platform that reads the specifications strictly."""
    with _running(config, peer, lms_clock) as running:
        yield running


@pytest.fixture
def moodle(config: SandboxConfig, peer: ToolPeer, lms_clock: LmsClock) -> Iterator[Lms]:
    """The same courses in a Moodle."""
    with _running(replace(config, dialect=MOODLE), peer, lms_clock) as running:
        yield running


@pytest.fixture
def canvas(config: SandboxConfig, peer: ToolPeer, lms_clock: LmsClock) -> Iterator[Lms]:
    """The same courses in a Canvas."""
    with _running(replace(config, dialect=CANVAS), peer, lms_clock) as running:
        yield running


@pytest.fixture(scope="session")
def prepared_lab(
    tmp_path_factory: pytest.TempPathFactory,
    tool_keys: dict[str, RSAPrivateKey],
    key_server: KeyServer,
) -> Path:
    """The recorded Moodle's database as it is at the first start; its people are many."""
    path = tmp_path_factory.mktemp("lab") / "prepared.sqlite3"
    peer = key_server.use(ToolPeer(tool_keys))
    sandbox_of(create_sandbox(lab_config(peer, LmsClock(), path))).close()
    return path


@pytest.fixture
def lab(prepared_lab: Path, peer: ToolPeer, lms_clock: LmsClock, tmp_path: Path) -> Iterator[Lms]:
    """The Moodle that was recorded, made again."""
    database = tmp_path / "lab.sqlite3"
    shutil.copy(prepared_lab, database)
    with _running(lab_config(peer, lms_clock, database), peer, lms_clock) as running:
        yield running
