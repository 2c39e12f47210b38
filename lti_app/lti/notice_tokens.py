"""What a platform's notice says, once it is proven: who sent it, for which deployment, about what.

A notice is signed like an id_token but answers no login: it has no state and no nonce of ours, so
a launch is never taken for one, and one never for a launch. It stores nothing.
Source: LTI Platform Notification Service 1.0; LTI Security Framework 1.0, section 5.1.3.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from sqlalchemy import select

from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.http import HttpClient
from lti_app.lti import claims as checks
from lti_app.lti.addresses import parse_address
from lti_app.lti.compact import CompactToken, decode_segment, parse_compact
from lti_app.lti.errors import LtiError, Reason
from lti_app.lti.keysets import KeySets
from lti_app.lti.models import Deployment, Platform
from lti_app.lti.registration import Registration
from lti_app.lti.registration_rows import registration_from, select_registrations
from lti_app.lti.standing import refusal_of

CLAIM = f"{checks.LTI}notice"
_ORIGINS = f"{checks.LTI}origin_contexts"
_MAX_AUDIENCES = 16
_MAX_ORIGINS = 50
_LONGEST_TYPE = 64


@dataclass(frozen=True)
class ProvenNotice:
    """A notice of an approved deployment.

    Attributes:
        deployment_id: our row.
        notice_id: the platform's; the same one again is the same notice.
        type: as the platform names it; it may be one that we do not know.
        context_ref, origin_refs: the platform's ids of the course that it is about, and of those
            that this course was copied from; empty where it says nothing of them.
    """

    registration: Registration
    deployment_id: int
    notice_id: str
    type: str
    context_ref: str | None
    origin_refs: tuple[str, ...]


@dataclass
class NoticeVerifier:
    """Verifies notices. One for the process; used from many threads."""

    database: Database
    http: HttpClient
    clock: Clock
    _keys: KeySets = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._keys = KeySets(self.database, self.http, self.clock)

    def verify(self, text: str) -> ProvenNotice:
        """Return the notice that a signed token holds.

        Raises:
            LtiError: with the reason; 503 when the platform's keys cannot be had just now.
        """
        token = parse_compact(text)
        registration = self._registration(token.claims)
        try:
            return self._proven(token, registration)
        except LtiError as error:
            error.platform_id = registration.id
            raise

    def _proven(self, token: CompactToken, registration: Registration) -> ProvenNotice:
        refusal = refusal_of(registration)
        if refusal is not None:
            raise LtiError(refusal)
        self._check_signature(token, registration)
        claims = token.claims
        checks.check_issuer(claims, registration.issuer)
        if checks.check_audience(claims, registration.client_id):
            raise LtiError(Reason.AUDIENCE_MISMATCH)
        checks.check_times(claims, self.clock())
        checks.check_version(claims)
        notice_id, type_ = _notice_in(claims)
        context = checks.context_of(claims)
        return ProvenNotice(
            registration=registration,
            deployment_id=self._deployment(registration, checks.deployment_id_of(claims)),
            notice_id=notice_id,
            type=type_,
            context_ref=context.id if context else None,
            origin_refs=_origins_in(claims),
        )

    def _registration(self, claims: Mapping[str, Any]) -> Registration:
        """Return the one registration that an unproven token says it is for."""
        issuer, audience = claims.get("iss"), claims.get("aud")
        names = audience if isinstance(audience, list) else [audience]
        # As the columns hold them: a database takes not every character.
        clients = [one for one in names[:_MAX_AUDIENCES] if checks.is_identifier(one)]
        if parse_address(issuer) is None:
            raise LtiError(Reason.ISSUER_MISMATCH)
        query = select_registrations().where(
            Platform.issuer == issuer, Platform.client_id.in_(clients)
        )
        with self.database.read() as session:
            found = session.execute(query.limit(2)).all()
        if len(found) != 1:
            raise LtiError(Reason.AUDIENCE_MISMATCH)
        return registration_from(found[0])

    def _check_signature(self, token: CompactToken, registration: Registration) -> None:
        key = self._keys.find(registration, token.kid)
        if _fits(token, key):
            return
        # The platform may have changed the key under its name.
        newer = self._keys.refetch(registration, token.kid, key)
        if newer is None or not _fits(token, newer):
            raise LtiError(Reason.SIGNATURE_MISMATCH)

    def _deployment(self, registration: Registration, deployment_id: str) -> int:
        query = select(Deployment.id, Deployment.approved_at).where(
            Deployment.platform_id == registration.id, Deployment.deployment_id == deployment_id
        )
        with self.database.read() as session:
            row: tuple[int, datetime | None] | None = session.execute(query).one_or_none()
        if row is None:
            raise LtiError(Reason.DEPLOYMENT_UNKNOWN)
        if row[1] is None:
            raise LtiError(Reason.DEPLOYMENT_PENDING)
        return row[0]


def _fits(token: CompactToken, key: rsa.RSAPublicKey) -> bool:
    signed, _, signature = token.text.rpartition(".")
    try:
        key.verify(
            decode_segment(signature), signed.encode("ascii"), padding.PKCS1v15(), hashes.SHA256()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def _notice_in(claims: Mapping[str, Any]) -> tuple[str, str]:
    """Return id and type of the notice.

    Raises:
        LtiError: also for a message: a launch that was sent to us proves nothing here.
    """
    value = claims.get(CLAIM)
    if f"{checks.LTI}message_type" in claims or value is None:
        raise LtiError(Reason.MESSAGE_TYPE_UNSUPPORTED)
    notice_id = value.get("id") if isinstance(value, dict) else None
    type_ = value.get("type") if isinstance(value, dict) else None
    if not checks.is_identifier(notice_id) or not checks.is_identifier(type_):
        raise LtiError(Reason.MESSAGE_MALFORMED)
    return str(notice_id), str(type_)[:_LONGEST_TYPE]


def _origins_in(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the courses that one was copied from; Canvas writes ids, the specification too."""
    value = claims.get(_ORIGINS)
    entries = value[:_MAX_ORIGINS] if isinstance(value, list) else []
    ids = (one.get("id") if isinstance(one, dict) else one for one in entries)
    return tuple(dict.fromkeys(str(one) for one in ids if checks.is_identifier(one)))
