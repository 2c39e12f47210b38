"""Access tokens for a platform's services: asked for with a signed assertion, kept, reused.

It decides which token goes with a call, never where the call goes.
Sources: LTI Security Framework 1.0, section 4.1; RFC 7523, section 3.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.http import Answer, HttpClient
from lti_app.core.logs import get_logger
from lti_app.core.sealing import Keyring
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.keys import Signer
from lti_app.lti.registration import Registration
from lti_app.lti.token_answers import Granted, read_grant, token_problem
from lti_app.lti.token_requests import request_token
from lti_app.lti.token_store import Token, TokenKey, TokenStore, token_key

#: A token is not used in the last minute of its life.
MARGIN = timedelta(seconds=60)
#: After a request that failed, others that wait for the same token do not ask again at once.
PAUSE = timedelta(seconds=5)

_log = get_logger(__name__)


@dataclass(frozen=True)
class _Failure:
    problem: ServiceProblem
    until: datetime


@dataclass
class TokenSource:
    """Gives tokens. One for the process; used from many threads."""

    database: Database
    http: HttpClient
    keyring: Keyring
    signer: Signer
    clock: Clock
    _store: TokenStore = field(init=False, repr=False)
    _kept: dict[TokenKey, Token] = field(default_factory=dict, init=False, repr=False)
    _failed: dict[TokenKey, _Failure] = field(default_factory=dict, init=False, repr=False)
    _locks: dict[TokenKey, threading.Lock] = field(default_factory=dict, init=False, repr=False)
    _guard: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        self._store = TokenStore(self.database, self.keyring)

    def get(self, registration: Registration, scopes: frozenset[str]) -> Token:
        """Return a token for these scopes; it may grant fewer. One thread asks, the others wait.

        Raises:
            ServiceProblem: the platform gave none; the same problem for everybody who waited.
        """
        key = token_key(registration.id, scopes)
        token = self._fresh(self._kept.get(key))
        if token is not None:
            return token
        with self._lock_of(key):
            token = self._fresh(self._kept.get(key)) or self._fresh(self._store.find(key))
            if token is None:
                self._refuse_after_failure(key)
                token = self._ask(registration, scopes, key)
            self._kept[key] = token
            return token

    def drop(self, registration: Registration, scopes: frozenset[str], token: Token) -> None:
        """Forget a token that a service refused, unless another has replaced it already."""
        key = token_key(registration.id, scopes)
        with self._lock_of(key):
            kept = self._kept.get(key)
            if kept is not None and kept.text != token.text:
                return
            self._kept.pop(key, None)
            stored = self._store.find(key)
            if stored is not None and stored.text == token.text:
                self._store.forget(key)

    def _fresh(self, token: Token | None) -> Token | None:
        return token if token and self.clock() < token.expires_at - MARGIN else None

    def _lock_of(self, key: TokenKey) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(key, threading.Lock())

    def _refuse_after_failure(self, key: TokenKey) -> None:
        failure = self._failed.get(key)
        if failure is not None and self.clock() < failure.until:
            raise failure.problem.again()

    def _ask(self, registration: Registration, scopes: frozenset[str], key: TokenKey) -> Token:
        """Ask the platform. No transaction is open meanwhile."""
        try:
            granted = self._request(registration, scopes)
        except ServiceProblem as problem:
            wait = timedelta(seconds=problem.retry_after_seconds or 0)
            self._failed[key] = _Failure(problem.again(), self.clock() + max(PAUSE, wait))
            _log.warning(
                "access token refused",
                platform=registration.id,
                outcome=problem.outcome,
                status=problem.status,
                words=problem.words,
            )
            raise
        token = Token(granted.text, granted.scopes, self.clock() + granted.life)
        if granted.life > MARGIN:
            self._store.keep(key, token)
        return token

    def _request(self, registration: Registration, scopes: frozenset[str]) -> Granted:
        """Ask, and once more with a new assertion where the first was not accepted."""
        try:
            return self._read(self._ask_once(registration, scopes), scopes)
        except ServiceProblem as problem:
            if problem.outcome is not Outcome.UNAUTHORISED or problem.status not in (401, 403):
                raise
        return self._read(self._ask_once(registration, scopes), scopes)

    def _read(self, answer: Answer, scopes: frozenset[str]) -> Granted:
        if not answer.is_success:
            raise token_problem(answer, self.clock())
        return read_grant(answer, scopes)

    def _ask_once(self, registration: Registration, scopes: frozenset[str]) -> Answer:
        return request_token(self.http, self.signer, registration, scopes, now=self.clock())
