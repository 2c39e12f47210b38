"""The second step of a launch: what a platform posted is verified, or refused with a reason.

It reads, once and shortly, and writes nothing: consuming the attempt belongs to the transaction
that stores what follows. Nothing in a token is believed before its signature fits.
Source: LTI Security Framework 1.0, sections 5.1.1.3 and 5.1.3.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.http import HttpClient
from lti_app.core.names import clean_text
from lti_app.lti import binding
from lti_app.lti.addresses import is_own_url
from lti_app.lti.attempts import Attempt, consume_attempt, find_attempt
from lti_app.lti.building import build_launch
from lti_app.lti.claims import LTI
from lti_app.lti.compact import CompactToken, parse_compact
from lti_app.lti.deployments import note_pending
from lti_app.lti.errors import LtiError, Reason
from lti_app.lti.keysets import KeySets
from lti_app.lti.legacy import LegacyIds
from lti_app.lti.models import Platform
from lti_app.lti.pylti import CheckedLaunch
from lti_app.lti.pylti_parts import Expected, NoRequests
from lti_app.lti.registration import Registration
from lti_app.lti.services import HostGuard
from lti_app.lti.standing import refusal_of
from lti_app.lti.storage import StoredWords
from lti_app.lti.verified import MessageType, UnboundLaunch, VerifiedLaunch

__all__ = ["LaunchForm", "LaunchVerifier", "consume_attempt", "parse_launch_form", "settle_refusal"]

#: What pages exist for. Other messages are recognised and politely refused.
SUPPORTED = frozenset(MessageType)
_FIELDS = ("state", "id_token", "error", "error_description")
_ERROR_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")
_PLATFORM_ERRORS = {
    "login_required": Reason.LOGIN_REQUIRED,
    "launch_no_longer_valid": Reason.LAUNCH_EXPIRED,
}


@dataclass(frozen=True, repr=False)
class LaunchForm:
    """What was posted, as it came.

    Attributes:
        repeated: the first field that stood there twice; its value is None.
    """

    state: str | None = None
    id_token: str | None = None
    error: str | None = None
    error_description: str | None = None
    repeated: str | None = None


def parse_launch_form(params: Mapping[str, Sequence[str]]) -> LaunchForm:
    """Read the posted form. It refuses nothing: that is for `verify`, which knows the attempt.

    Args:
        params: every value of every name, so that a repeated one is seen.
    """
    values = {name: params.get(name, ()) for name in _FIELDS}
    return LaunchForm(
        **{name: given[0] or None for name, given in values.items() if len(given) == 1},
        repeated=next((name for name, given in values.items() if len(given) > 1), None),
    )


@dataclass
class LaunchVerifier:
    """Verifies launches. One for the process; used from many threads.

    Attributes:
        trusted_hosts: hosts whose services may be plain http or private.
        auto_approve: whether a new deployment of a known platform may go on at once.
        legacy: checks what people were called before LTI 1.3; None checks nothing.
    """

    database: Database
    http: HttpClient
    clock: Clock
    base_url: str
    trusted_hosts: Sequence[str] = ()
    auto_approve: bool = False
    supported: frozenset[MessageType] = SUPPORTED
    legacy: LegacyIds | None = None
    _keys: KeySets = field(init=False, repr=False)
    _guard: HostGuard = field(init=False, repr=False)
    _no_requests: NoRequests = field(default_factory=NoRequests, init=False, repr=False)

    def __post_init__(self) -> None:
        self._keys = KeySets(self.database, self.http, self.clock)
        self._guard = HostGuard(self.database)

    def verify(
        self, form: LaunchForm, cookies: Mapping[str, str], *, stored: StoredWords | None = None
    ) -> VerifiedLaunch | UnboundLaunch:
        """Return the launch, proven. The caller still has to consume its attempt.

        Args:
            form: what was posted.
            cookies: the browser's; only the one of this attempt is read.
            stored: what the platform's page had kept, in place of the cookie.

        Returns:
            an unbound launch when no cookie came, and a page was asked to keep words for this
            attempt: those have to be brought.

        Raises:
            LtiError: with the reason, and with `attempt_id` once the browser is known.
            BusyError: the database did not answer.
        """
        token, malformed = _taken_apart(form)
        attempt = self._open_attempt(form, token)
        is_bound = binding.is_bound(attempt, form.state or "", cookies, stored)
        try:
            _check_form(form, attempt)
            if token is None:
                raise malformed or LtiError(Reason.TOKEN_MISSING)
            launch = self._verified(token, attempt, form.state or "")
        except LtiError as error:
            error.attempt_id = attempt.id if is_bound else None
            error.platform_id = attempt.registration.id
            raise
        return launch if is_bound else _unbound(launch, attempt, token, form.state or "")

    def _open_attempt(self, form: LaunchForm, token: CompactToken | None) -> Attempt:
        if not form.state:
            raise LtiError(Reason.STATE_MISSING)
        attempt = find_attempt(self.database, form.state, token.claims if token else {})
        if attempt is None:
            raise LtiError(Reason.STATE_UNKNOWN)
        binding.check_open(attempt, now=self.clock())
        return attempt

    def _verified(self, token: CompactToken, attempt: Attempt, state: str) -> VerifiedLaunch:
        launch = CheckedLaunch(
            token,
            self._expected(attempt, state),
            keys=self._keys,
            now=self.clock(),
            session=self._no_requests,
        )
        launch.validate()
        built = build_launch(
            launch.claims,
            attempt,
            target=_own_target(launch.claims, self.base_url),
            guard=self._guard,
            trusted_hosts=self.trusted_hosts,
        )
        legacy = self._legacy_id(launch.claims, attempt.registration)
        return replace(built, legacy_user_id=legacy) if legacy else built

    def _legacy_id(self, claims: Mapping[str, Any], registration: Registration) -> str | None:
        if self.legacy is None:
            return None
        return self.legacy.find(
            claims, platform_id=registration.id, client_id=registration.client_id
        )

    def _expected(self, attempt: Attempt, state: str) -> Expected:
        return Expected(
            registration=attempt.registration,
            state=state,
            nonce_hash=attempt.nonce_hash,
            deployment_refusal=_deployment_refusal(attempt, are_new_welcome=self.auto_approve),
            supported=self.supported,
            are_trusted=lambda others: self._are_ours(attempt.registration.issuer, others),
        )

    def _are_ours(self, issuer: str, audiences: frozenset[str]) -> bool:
        """Whether the other audiences are our own registrations with the same issuer."""
        query = select(Platform.client_id).where(
            Platform.issuer == issuer, Platform.client_id.in_(audiences)
        )
        with self.database.read() as session:
            return set(session.scalars(query)) == audiences


def _taken_apart(form: LaunchForm) -> tuple[CompactToken | None, LtiError | None]:
    """Parse the token if there is one; what is wrong with it is told once the browser is known."""
    if form.id_token is None:
        return None, None
    try:
        return parse_compact(form.id_token), None
    except LtiError as error:
        return None, error


def _unbound(
    launch: VerifiedLaunch, attempt: Attempt, token: CompactToken, state: str
) -> UnboundLaunch:
    return UnboundLaunch(
        registration=launch.registration,
        attempt_id=attempt.id,
        state=state,
        nonce=str(token.claims["nonce"]),
        storage_target=attempt.storage_target or "",
    )


def _check_form(form: LaunchForm, attempt: Attempt) -> None:
    refusal = refusal_of(attempt.registration)
    if refusal is not None:
        raise LtiError(refusal)
    if form.repeated:
        raise LtiError(Reason.PARAMETER_REPEATED, field=form.repeated)
    if form.error:
        raise _platform_error(form.error, form.error_description)


def _platform_error(code: str, description: str | None) -> LtiError:
    """Return the refusal that the platform has posted; its words are shortened, never trusted."""
    reason = _PLATFORM_ERRORS.get(code, Reason.PLATFORM_REFUSED)
    return LtiError(
        reason,
        platform_error=code if _ERROR_CODE.match(code) else "other",
        description=clean_text(description, limit=200),
    )


def _deployment_refusal(attempt: Attempt, *, are_new_welcome: bool) -> Reason | None:
    if attempt.deployment_row_id is None:
        return None if are_new_welcome else Reason.DEPLOYMENT_UNKNOWN
    return None if attempt.is_approved else Reason.DEPLOYMENT_PENDING


def _own_target(claims: Mapping[str, Any], base_url: str) -> str:
    target = claims.get(f"{LTI}target_link_uri")
    if target is None or target == "":
        raise LtiError(Reason.TARGET_MISSING)
    if not is_own_url(target, base_url):
        raise LtiError(Reason.TARGET_NOT_OURS)
    return str(target)


def settle_refusal(session: Session, error: LtiError, *, now: datetime) -> None:
    """Write down what a refused launch leaves: a used attempt, a deployment to be approved."""
    if error.attempt_id is not None:
        consume_attempt(session, error.attempt_id, now=now)
    if error.pending is not None:
        note_pending(session, error.pending, now=now)
