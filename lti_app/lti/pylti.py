"""PyLTI1p3's message launch over our own stores, clock and keys.

The library verifies the signature and the shape of the message, in its own order of steps. Around
each step stand the checks it lacks. It fetches nothing here and stores nothing.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch

from lti_app.lti import claims as checks
from lti_app.lti.compact import ALGORITHM, CompactToken
from lti_app.lti.errors import LtiError, PendingDeployment, Reason
from lti_app.lti.keysets import KeySets
from lti_app.lti.pylti_parts import (
    AttemptSession,
    Expected,
    NoCookies,
    NoRequests,
    OneRegistration,
    PostedForm,
)
from lti_app.lti.review import check_reviewer, review_of
from lti_app.lti.verified import MessageType

#: The library's decoder would look at the machine's clock; `claims.check_times` has our own.
_SIGNATURE_ONLY = dict.fromkeys(
    (
        "verify_aud",
        "verify_exp",
        "verify_iat",
        "verify_iss",
        "verify_jti",
        "verify_nbf",
        "verify_sub",
    ),
    False,
)
_ANONYMOUS = "anonymous"


class CheckedLaunch(MessageLaunch[PostedForm, OneRegistration, AttemptSession, NoCookies]):
    """One launch. `validate()` runs the library's steps and ours; it raises LtiError."""

    def __init__(
        self,
        token: CompactToken,
        expected: Expected,
        *,
        keys: KeySets,
        now: datetime,
        session: NoRequests,
    ) -> None:
        super().__init__(
            PostedForm({"id_token": token.text, "state": expected.state}),
            OneRegistration(expected),
            AttemptSession(expected),
            NoCookies(),
            requests_session=session,
        )
        self.set_jwt_verify_options(_SIGNATURE_ONLY)
        self._token = token
        self._expected = expected
        self._keys = keys
        self._now = now
        self._key: rsa.RSAPublicKey | None = None

    @property
    def claims(self) -> Mapping[str, Any]:
        """The body. Proven once `validate` has returned."""
        return self._token.claims

    def _get_request_param(self, key: str) -> str:
        return self._request.get_param(key)

    def get_client_id(self) -> str:
        """Return our client id, wherever among the audiences it stands."""
        return self._expected.registration.client_id

    def validate_state(self) -> "CheckedLaunch":
        """Check that the state is the attempt's. `launch` has checked browser, age and use."""
        _step(super().validate_state, Reason.STATE_UNKNOWN)
        return self

    def validate_jwt_format(self) -> "CheckedLaunch":
        """Take over what `compact` has parsed strictly, so that nothing is parsed twice."""
        self._jwt = {"header": self._token.header, "body": self._token.claims}  # type: ignore[typeddict-item] # their types describe a good token
        return self

    def validate_nonce(self) -> "CheckedLaunch":
        """Check that the nonce is the one of this very attempt."""
        nonce = self.claims.get("nonce")
        if nonce is None or nonce == "":
            raise LtiError(Reason.NONCE_MISSING)
        if not isinstance(nonce, str):
            raise LtiError(Reason.NONCE_MISMATCH)
        _step(super().validate_nonce, Reason.NONCE_MISMATCH)
        return self

    def validate_registration(self) -> "CheckedLaunch":
        """Check issuer and audience against the registration that the state was made for."""
        registration = self._expected.registration
        checks.check_issuer(self.claims, registration.issuer)
        others = checks.check_audience(self.claims, registration.client_id)
        if others and not self._expected.are_trusted(others):
            raise LtiError(Reason.AUDIENCE_MISMATCH)
        _step(super().validate_registration, Reason.AUDIENCE_MISMATCH)
        return self

    def get_public_key(self) -> tuple[Any, str]:
        """Return a kept key object of the registered key set, never one from the token."""
        if self._key is None:
            self._key = self._keys.find(self._expected.registration, self._token.kid)
        return self._key, ALGORITHM

    def validate_jwt_signature(self) -> "CheckedLaunch":
        """Verify the signature, once more if the platform has changed the key; then the times."""
        key, _ = self.get_public_key()
        try:
            super().validate_jwt_signature()
        except LtiException as error:
            self._key = self._keys.refetch(self._expected.registration, self._token.kid, key)
            if self._key is None:
                raise LtiError(Reason.SIGNATURE_MISMATCH) from error
            _step(super().validate_jwt_signature, Reason.SIGNATURE_MISMATCH)
        checks.check_times(self.claims, self._now)
        return self

    def validate_deployment(self) -> "CheckedLaunch":
        """Check that the deployment is one of this registration, and approved."""
        pending = PendingDeployment(
            self._expected.registration.id, checks.deployment_id_of(self.claims)
        )
        try:
            super().validate_deployment()
        except LtiException as error:
            reason = self._expected.deployment_refusal or Reason.DEPLOYMENT_UNKNOWN
            raise LtiError(reason, pending=pending) from error
        return self

    def validate_message(self) -> "CheckedLaunch":
        """Check version, type, person and link, each with its own reason; then as the library does.

        The library knows no anonymous launch; it is shown a placeholder where those are allowed.
        """
        allow_anonymous = self._expected.registration.allow_anonymous
        checks.check_version(self.claims)
        message_type = checks.message_type_of(self.claims, self._expected.supported)
        if message_type is MessageType.DEEP_LINKING:
            # Where the platform takes no links the library refuses; a page of ours explains it.
            # Its settings need more than the token to be judged: `building` parses them.
            checks.subject_of(self.claims, allow_anonymous=False)
            return self
        is_review = message_type is MessageType.SUBMISSION_REVIEW
        subject = checks.subject_of(self.claims, allow_anonymous=allow_anonymous and not is_review)
        roles = checks.roles_of(self.claims)
        if message_type is MessageType.RESOURCE_LINK:
            checks.resource_link_of(self.claims)
        if is_review:
            check_reviewer(review_of(self.claims), subject, roles)
        if subject is None:
            self._jwt["body"] = {**self._jwt["body"], "sub": _ANONYMOUS}
        _step(super().validate_message, Reason.MESSAGE_MALFORMED)
        return self

    def save_launch_data(self) -> "CheckedLaunch":
        """Store nothing: the caller consumes the attempt and stores in one transaction."""
        return self


def _step(step: Callable[[], object], reason: Reason) -> None:
    try:
        step()
    except LtiException as error:
        raise LtiError(reason) from error
