"""Fault F31: our key changes while the platform goes on using the set it fetched a day ago."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from sqlalchemy import delete, select

from lti_app.bridge import key_rotation
from lti_app.core.db import Database
from lti_app.core.http import HttpClient
from lti_app.core.parts import Parts
from lti_app.core.sealing import Keyring
from lti_app.lti.errors import ServiceProblem
from lti_app.lti.keys import Signer, public_jwks, rotate_signing_key
from lti_app.lti.models import AccessToken, SigningKey
from lti_app.lti.registration import Registration
from lti_app.lti.registrations import get_platform_by_id
from lti_app.lti.service_access import USED_SCOPES
from lti_app.lti.tokens import TokenSource
from tests.conftest import START, FrozenClock
from tests.delivery.lms import HOST, lms_at
from tests.delivery.school import make_school
from tests.jobs.running import run_due
from tests.peers.http_peer import HttpPeer, Reply, Seen, http_peer, json_reply

A_DAY = timedelta(days=1)
STEP = timedelta(hours=6)
THREADS = 8


class NotingSigner(Signer):
    """Signs, and remembers with which keys."""

    kids: set[str]

    def sign(self, claims: object) -> str:
        token = super().sign(claims)  # type: ignore[arg-type] # handed on as it came
        self.kids.add(jwt.get_unverified_header(token)["kid"])
        return token


@dataclass
class Load:
    """Threads that want access tokens, each from a process that has kept none."""

    parts: Parts
    registration: Registration
    keys: HttpPeer
    given: int = 0
    refused: list[ServiceProblem] = field(default_factory=list)
    kids: set[str] = field(default_factory=set)

    def ask(self, number: int) -> None:
        signer = NotingSigner(self.parts.database, self.parts.keyring, self.parts.clock)
        signer.kids = self.kids
        source = TokenSource(
            self.parts.database,
            HttpClient(trusted_hosts=(HOST,)),
            self.parts.keyring,
            signer,
            self.parts.clock,
        )
        scopes = frozenset(sorted(USED_SCOPES)[: 1 + number % len(USED_SCOPES)])
        try:
            source.get(self.registration, scopes)
        except ServiceProblem as problem:
            self.refused.append(problem)
        else:
            self.given += 1

    def run(self, pool: ThreadPoolExecutor) -> None:
        """Let every thread ask at once while the job that rotates runs, if it is due."""
        with self.parts.database.write() as session:
            session.execute(delete(AccessToken))
        asking = [pool.submit(self.ask, number) for number in range(THREADS)]
        handlers = {key_rotation.KIND: key_rotation.key_rotator(self.parts)}
        run_due(self.parts.database, handlers, self.parts.clock)
        for one in asking:
            one.result()


@pytest.fixture
def load(
    parts: Parts,
    database: Database,
    keyring: Keyring,
    clock: FrozenClock,
    prepared_lms: Path,
    tmp_path: Path,
) -> Iterator[Load]:
    """A platform that keeps our key set for a day, whatever we sign with."""

    def published(_seen: Seen) -> Reply:
        with database.read() as session:
            return json_reply(public_jwks(session, now=clock()))

    with (
        http_peer(published) as keys,
        lms_at(prepared_lms, tmp_path, keys.url, clock=clock, tool_keys_kept_for=A_DAY) as lms,
    ):
        school = make_school(database, keyring, clock, lms)
        with database.write() as session:
            registration = get_platform_by_id(session, school.course.platform_id)
            key_rotation.ensure_key_rotation(session, now=clock())
        yield Load(parts, registration, keys)


def kids(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(SigningKey.kid).order_by(SigningKey.id)))


def test_f31_no_token_request_fails_while_a_key_is_rotated_under_load(
    load: Load, database: Database, clock: FrozenClock
) -> None:
    (old,) = kids(database)
    clock.now = START + timedelta(days=85)
    end, seen = START + timedelta(days=92), set()

    with ThreadPoolExecutor(THREADS) as pool:
        while clock() < end:
            load.run(pool)
            seen.update(kids(database))
            clock.now += STEP

    (new,) = seen - {old}
    assert load.refused == []
    assert load.given == THREADS * 28
    assert load.kids == {old, new}
    assert len(load.keys.requests) == 7, "the platform did not keep our set for a day"


def test_a_key_that_signs_at_once_is_refused_until_the_platform_asks_for_our_set_again(
    load: Load, database: Database, keyring: Keyring, clock: FrozenClock
) -> None:
    load.ask(0)

    with database.write() as session:
        rotate_signing_key(session, keyring, now=clock(), is_immediate=True)
    load.ask(1)
    clock.now += A_DAY
    load.ask(1)

    assert (load.given, len(load.refused)) == (2, 1)


def test_an_old_key_is_published_for_two_weeks_and_then_deleted(
    load: Load, database: Database, clock: FrozenClock, parts: Parts
) -> None:
    (old,) = kids(database)
    handlers = {key_rotation.KIND: key_rotation.key_rotator(parts)}
    lives: dict[str, int] = {}

    for day in range(110):
        clock.now = START + timedelta(days=day)
        run_due(database, handlers, clock)
        for kid in kids(database):
            lives[kid] = day

    assert lives[old] == 90 + 14 - 1
    assert len(lives) == 2


def test_no_key_is_changed_by_itself_where_the_setting_says_so(
    load: Load, database: Database, clock: FrozenClock, parts: Parts
) -> None:
    del load
    settings = parts.settings.model_copy(update={"key_rotation_days": 0})
    still = Parts(settings, parts.database, parts.http, parts.keyring, parts.clock)
    clock.now = START + timedelta(days=1000)

    run_due(database, {key_rotation.KIND: key_rotation.key_rotator(still)}, clock)

    assert len(kids(database)) == 1
