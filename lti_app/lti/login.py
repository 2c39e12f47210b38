"""The first step of a launch: somebody says a platform sends them, and we ask that platform.

It decides who is asked and remembers the question for ten minutes. It trusts nothing that came in
but the choice of a registration. Source: LTI Security Framework 1.0, section 5.1.1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import urlencode

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.orm import Session

from lti_app.core.db import Place, Prepared
from lti_app.core.ids import digest, new_secret
from lti_app.lti.addresses import is_own_url
from lti_app.lti.errors import LtiError, Reason
from lti_app.lti.models import LoginAttempt, Platform
from lti_app.lti.quirks import quirks_of
from lti_app.lti.registration import Registration, Standing
from lti_app.lti.registration_rows import registration_from, select_registrations
from lti_app.lti.standing import refusal_of
from lti_app.lti.storage import Holder, storage_target_of

LIFETIME = timedelta(minutes=10)
LAUNCH_PATH = "/lti/launch"
COOKIE_PREFIX = "__Host-rp-login-"
_MAX_HINT = 16 * 1024
_MAX_VALUE = 2048

_platform = cast(Table, Platform.__table__).c
_by_issuer = select_registrations().where(_platform.issuer == bindparam("issuer"))
_of_client = _by_issuer.where(_platform.client_id == bindparam("client_id")).limit(2)
#: Those that may go on stand first, so that two rows tell whether there is exactly one.
_of_issuer = _by_issuer.order_by(
    _platform.disabled_at.is_not(None), _platform.standing == Standing.WAITING.value
).limit(2)
_OF_ISSUER, _OF_CLIENT = Prepared(_of_issuer), Prepared(_of_client)
_INSERT = Prepared.insert(LoginAttempt)


@dataclass(frozen=True)
class LoginRequest:
    """A login initiation, well-formed and unproven.

    Attributes:
        login_hint: opaque, echoed as it came; the same for `message_hint`, None when absent.
        target_link_uri: None only where a platform is known to leave it out.
        deployment_id: not used before the launch says it signed.
    """

    issuer: str
    login_hint: str
    target_link_uri: str | None
    client_id: str | None = None
    message_hint: str | None = None
    deployment_id: str | None = None
    storage_target: str | None = None


@dataclass(frozen=True, repr=False)
class LoginStart:
    """What the browser takes to the platform, and what it keeps meanwhile.

    Attributes:
        auth_url: the registered address, with the query it was registered with.
        fields: to be sent by POST, in this order, beside that query.
        cookie_name: one cookie for each attempt.
        browser_secret: the value of that cookie; we keep only its hash.
        storage_target: who keeps words for us if no cookie is kept, None when nobody does.
    """

    registration: Registration
    auth_url: str
    fields: Mapping[str, str]
    state: str
    cookie_name: str
    browser_secret: str
    expires_at: datetime
    storage_target: str | None

    def is_longer_than(self, limit: int) -> bool:
        """Whether `redirect_url` is longer than so many characters."""
        plain = self.auth_url + "".join(f"&{name}={value}" for name, value in self.fields.items())
        # Percent-encoding makes three characters of a byte, so most are known to be short.
        return 3 * len(plain.encode()) > limit and len(self.redirect_url) > limit

    @property
    def redirect_url(self) -> str:
        """The same as one address, for a platform that is asked by GET."""
        joint = "&" if "?" in self.auth_url else "?"
        return f"{self.auth_url}{joint}{urlencode(self.fields)}"


def cookie_name_of(state: str) -> str:
    """Return the name of the cookie that ties this state to a browser."""
    return COOKIE_PREFIX + digest(state)[:8]


def parse_login(params: Mapping[str, Sequence[str]]) -> LoginRequest:
    """Read a login initiation from a query or a form; parameters we do not know are ignored.

    Args:
        params: every value of every name, so that a repeated one is seen.

    Raises:
        LtiError: 400 for a parameter that is missing, repeated, too long or holds a NUL.
    """
    issuer = _only(params, "iss")
    login_hint = _only(params, "login_hint")
    if not issuer or not login_hint:
        raise LtiError(Reason.PARAMETER_MISSING, field="login_hint" if issuer else "iss")
    return LoginRequest(
        issuer=issuer,
        login_hint=login_hint,
        target_link_uri=_only(params, "target_link_uri"),
        client_id=_only(params, "client_id"),
        message_hint=_only(params, "lti_message_hint", keep_empty=True),
        deployment_id=_only(params, "lti_deployment_id") or _only(params, "deployment_id"),
        storage_target=_only(params, "lti_storage_target"),
    )


def _only(
    params: Mapping[str, Sequence[str]], name: str, *, keep_empty: bool = False
) -> str | None:
    values = params.get(name, ())
    if len(values) > 1:
        raise LtiError(Reason.PARAMETER_REPEATED, field=name)
    if not values or not (values[0] or keep_empty):
        return None
    if len(values[0]) > (_MAX_HINT if name.endswith("hint") else _MAX_VALUE):
        raise LtiError(Reason.PARAMETER_TOO_LONG, field=name)
    if "\x00" in values[0]:
        raise LtiError(Reason.PARAMETER_MALFORMED, field=name)
    return values[0]


def start_login(
    place: Place,
    request: LoginRequest,
    *,
    base_url: str,
    now: datetime,
    lifetime: timedelta = LIFETIME,
    is_from_own_page: bool = False,
) -> LoginStart:
    """Remember an attempt and return what the browser takes to the platform.

    Args:
        is_from_own_page: a page of ours opened this window, and can keep words for it.

    Raises:
        LtiError: 400 unknown or ambiguous platform, or a target that is not ours; 403 disabled
            or waiting for approval.
    """
    registration = _find_registration(place, request)
    refusal = refusal_of(registration)
    if refusal is not None:
        raise LtiError(refusal, platform_id=registration.id)
    redirect_uri = base_url + LAUNCH_PATH
    target = _target(request, registration, default=redirect_uri, base_url=base_url)
    state, nonce, browser_secret = new_secret(), new_secret(), new_secret()
    storage_target = storage_target_of(request.storage_target)
    if is_from_own_page:
        storage_target = Holder.OWN_OPENER
    attempt = {
        "platform_id": registration.id,
        "state_hash": digest(state),
        "nonce_hash": digest(nonce),
        "browser_hash": digest(browser_secret),
        "target_link_uri": target,
        "storage_target": storage_target,
        "created_at": now,
        "expires_at": now + lifetime,
        "consumed_at": None,
    }
    _INSERT.run(place, attempt)
    return LoginStart(
        registration=registration,
        auth_url=registration.auth_url,
        fields=_fields(request, registration, redirect_uri, state=state, nonce=nonce),
        state=state,
        cookie_name=cookie_name_of(state),
        browser_secret=browser_secret,
        expires_at=now + lifetime,
        storage_target=storage_target,
    )


def _find_registration(place: Place, request: LoginRequest) -> Registration:
    values = {"issuer": request.issuer, "client_id": request.client_id}
    rows = (_OF_ISSUER if request.client_id is None else _OF_CLIENT).rows(place, values)
    if not rows:
        # Shown to whoever connects an LMS: it is what they have to register.
        raise LtiError(
            Reason.PLATFORM_UNKNOWN, issuer=request.issuer[:200], client_id=request.client_id
        )
    found = [registration_from(row) for row in rows]
    if len(found) > 1:
        # One that was switched off, or waits, does not stand in the way of the one in use.
        found = [one for one in found if refusal_of(one) is None]
        if len(found) != 1:
            raise LtiError(Reason.CLIENT_AMBIGUOUS)
    return found[0]


def _target(
    request: LoginRequest, registration: Registration, *, default: str, base_url: str
) -> str:
    if request.target_link_uri is None:
        if quirks_of(registration.family).login_may_lack_target:
            return default
        raise LtiError(
            Reason.PARAMETER_MISSING, platform_id=registration.id, field="target_link_uri"
        )
    if not is_own_url(request.target_link_uri, base_url):
        raise LtiError(Reason.TARGET_NOT_OURS, platform_id=registration.id)
    return request.target_link_uri


def _fields(
    request: LoginRequest, registration: Registration, redirect_uri: str, *, state: str, nonce: str
) -> dict[str, str]:
    fields = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": registration.client_id,
        "redirect_uri": redirect_uri,
        "login_hint": request.login_hint,
        "state": state,
        "nonce": nonce,
    }
    if request.message_hint is not None:
        fields["lti_message_hint"] = request.message_hint
    return fields


def purge_attempts(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Delete at most `limit` attempts that are over; return how many went.

    A used attempt stays until its time is up, so that a second use is told from an unknown one.
    """
    over = (
        select(LoginAttempt.id)
        .where(LoginAttempt.expires_at <= now)
        .order_by(LoginAttempt.id)
        .limit(limit)
    )
    result = session.execute(delete(LoginAttempt).where(LoginAttempt.id.in_(over)))
    return int(result.rowcount)  # type: ignore[attr-defined] # a DELETE gives a CursorResult
