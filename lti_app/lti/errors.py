"""Why a login, a launch or a service call was refused: stable codes, their status, no sentences.

Statuses: 400 malformed or a claim of the wrong shape; 401 not proven who sends it; 403 proven, but
this registration or deployment may not; 413 too large; 503 a dependency is down.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from lti_app.core.errors import Param, RapportError


class Reason(StrEnum):
    """Why a login or launch ended here. The value is the code that is logged and explained."""

    # Login initiation.
    PARAMETER_MISSING = "parameter_missing"
    PARAMETER_REPEATED = "parameter_repeated"
    PARAMETER_TOO_LONG = "parameter_too_long"
    PARAMETER_MALFORMED = "parameter_malformed"
    PLATFORM_UNKNOWN = "platform_unknown"
    CLIENT_AMBIGUOUS = "client_ambiguous"
    TARGET_NOT_OURS = "target_not_ours"
    REGISTRATION_DISABLED = "registration_disabled"
    REGISTRATION_WAITING = "registration_waiting"
    # The state of an attempt and its browser.
    STATE_MISSING = "state_missing"
    STATE_UNKNOWN = "state_unknown"
    STATE_EXPIRED = "state_expired"
    STATE_USED = "state_used"
    COOKIE_MISSING = "cookie_missing"
    COOKIE_MISMATCH = "cookie_mismatch"
    NOT_IN_STORAGE = "state_not_in_storage"
    STORAGE_MISMATCH = "storage_mismatch"
    NOT_WAITING = "launch_not_waiting"
    # The platform answered with an error instead of a token.
    LOGIN_REQUIRED = "login_required"
    LAUNCH_EXPIRED = "launch_no_longer_valid"
    PLATFORM_REFUSED = "platform_refused"
    # The form of the token.
    TOKEN_MISSING = "id_token_missing"  # noqa: S105 - a code, not a password
    TOKEN_TOO_LARGE = "id_token_too_large"  # noqa: S105 - a code, not a password
    TOKEN_MALFORMED = "token_malformed"  # noqa: S105 - a code, not a password
    DUPLICATE_CLAIM = "duplicate_claim"
    DUPLICATE_HEADER = "duplicate_header"
    # Who signed it.
    ALG_NOT_ALLOWED = "alg_not_allowed"
    TYP_NOT_ALLOWED = "typ_not_allowed"
    CRIT_UNSUPPORTED = "crit_unsupported"
    KID_MISSING = "kid_missing"
    KID_UNKNOWN = "kid_unknown"
    KEYS_UNAVAILABLE = "keys_unavailable"
    SIGNATURE_MISMATCH = "signature_mismatch"
    ISSUER_MISMATCH = "issuer_mismatch"
    AUDIENCE_MISMATCH = "audience_mismatch"
    AZP_MISMATCH = "azp_mismatch"
    NONCE_MISSING = "nonce_missing"
    NONCE_MISMATCH = "nonce_mismatch"
    # When it was signed.
    EXP_MISSING = "exp_missing"
    IAT_MISSING = "iat_missing"
    NBF_MALFORMED = "nbf_malformed"
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - a code, not a password
    TOKEN_TOO_OLD = "token_too_old"  # noqa: S105 - a code, not a password
    TOKEN_FROM_FUTURE = "token_from_future"  # noqa: S105 - a code, not a password
    TOKEN_NOT_YET_VALID = "token_not_yet_valid"  # noqa: S105 - a code, not a password
    # What it says.
    SUB_MISSING = "sub_missing"
    SUB_MALFORMED = "sub_malformed"
    VERSION_MISSING = "version_missing"
    VERSION_UNSUPPORTED = "version_unsupported"
    MESSAGE_TYPE_MISSING = "message_type_missing"
    MESSAGE_TYPE_UNSUPPORTED = "message_type_unsupported"
    MESSAGE_MALFORMED = "message_malformed"
    DEPLOYMENT_MISSING = "deployment_id_missing"
    DEPLOYMENT_MALFORMED = "deployment_id_malformed"
    DEPLOYMENT_UNKNOWN = "deployment_unknown"
    DEPLOYMENT_PENDING = "deployment_pending"
    TARGET_MISSING = "target_link_uri_missing"
    ROLES_MISSING = "roles_missing"
    ROLES_MALFORMED = "roles_malformed"
    RESOURCE_LINK_MISSING = "resource_link_missing"
    RESOURCE_LINK_MALFORMED = "resource_link_malformed"
    CONTEXT_MALFORMED = "context_malformed"
    # What a deep linking request says.
    DEEP_LINKING_MISSING = "deep_linking_settings_missing"
    DEEP_LINKING_MALFORMED = "deep_linking_settings_malformed"
    ACCEPT_TYPES_MISSING = "accept_types_missing"
    RETURN_URL_MISSING = "deep_link_return_url_missing"
    RETURN_URL_REFUSED = "deep_link_return_url_refused"
    COURSE_MISSING = "deep_linking_without_course"
    ROLE_MAY_NOT_ADD = "role_may_not_add"
    CONTEXT_MISSING = "context_missing"
    FOR_USER_MISSING = "for_user_missing"
    LINE_ITEM_MISSING = "lineitem_missing"
    REVIEW_OF_ANOTHER = "review_of_another"


_BAD_REQUEST = frozenset(
    {
        Reason.PARAMETER_MISSING,
        Reason.PARAMETER_REPEATED,
        Reason.PARAMETER_TOO_LONG,
        Reason.PARAMETER_MALFORMED,
        Reason.PLATFORM_UNKNOWN,
        Reason.CLIENT_AMBIGUOUS,
        Reason.TARGET_NOT_OURS,
        Reason.TOKEN_MISSING,
        Reason.TOKEN_MALFORMED,
        Reason.DUPLICATE_CLAIM,
        Reason.DUPLICATE_HEADER,
        Reason.SUB_MALFORMED,
        Reason.VERSION_MISSING,
        Reason.VERSION_UNSUPPORTED,
        Reason.MESSAGE_TYPE_MISSING,
        Reason.MESSAGE_TYPE_UNSUPPORTED,
        Reason.MESSAGE_MALFORMED,
        Reason.DEPLOYMENT_MISSING,
        Reason.DEPLOYMENT_MALFORMED,
        Reason.TARGET_MISSING,
        Reason.ROLES_MISSING,
        Reason.ROLES_MALFORMED,
        Reason.RESOURCE_LINK_MISSING,
        Reason.RESOURCE_LINK_MALFORMED,
        Reason.CONTEXT_MALFORMED,
        Reason.DEEP_LINKING_MISSING,
        Reason.DEEP_LINKING_MALFORMED,
        Reason.ACCEPT_TYPES_MISSING,
        Reason.RETURN_URL_MISSING,
        Reason.RETURN_URL_REFUSED,
        Reason.COURSE_MISSING,
        Reason.CONTEXT_MISSING,
        Reason.FOR_USER_MISSING,
        Reason.LINE_ITEM_MISSING,
    }
)
_OTHERS = {
    Reason.REGISTRATION_DISABLED: 403,
    Reason.REGISTRATION_WAITING: 403,
    Reason.DEPLOYMENT_UNKNOWN: 403,
    Reason.DEPLOYMENT_PENDING: 403,
    Reason.ROLE_MAY_NOT_ADD: 403,
    Reason.REVIEW_OF_ANOTHER: 403,
    Reason.TOKEN_TOO_LARGE: 413,
    Reason.KEYS_UNAVAILABLE: 503,
}
STATUSES: Mapping[Reason, int] = MappingProxyType(
    {reason: 400 if reason in _BAD_REQUEST else _OTHERS.get(reason, 401) for reason in Reason}
)


@dataclass(frozen=True)
class PendingDeployment:
    """A deployment that a verified launch named and nobody has approved."""

    platform_id: int
    deployment_id: str


class LtiError(RapportError):
    """A login or launch that goes no further.

    Attributes:
        reason: the stable reason; `code` is its value.
        status: the HTTP status that goes with it.
        attempt_id: set when the state came back with its own browser's cookie, so that the
            caller consumes the attempt although the launch is refused.
        platform_id: the registration, as soon as it is known from our own rows.
        pending: set when a deployment has to be shown to the operator.
        retry_after_seconds: set with status 503.
    """

    code = "lti_refused"

    def __init__(
        self,
        reason: Reason,
        *,
        attempt_id: int | None = None,
        platform_id: int | None = None,
        pending: PendingDeployment | None = None,
        retry_after_seconds: int | None = None,
        **params: Param,
    ) -> None:
        super().__init__(reason.value, **params)
        self.reason = reason
        self.status = STATUSES[reason]
        self.attempt_id = attempt_id
        self.platform_id = platform_id
        self.pending = pending
        self.retry_after_seconds = retry_after_seconds
        self.is_retryable = self.status == 503


class Outcome(StrEnum):
    """What a service call that did not work means for the caller."""

    #: The platform may or may not have acted: ask it before sending anything else.
    UNKNOWN = "unknown_outcome"
    #: Nothing was sent or done; the same call may be made again.
    NOT_SENT = "not_sent"
    #: Too many requests. Not a failed attempt.
    THROTTLED = "throttled"
    #: The platform does not accept our key or token, also after a new one.
    UNAUTHORISED = "unauthorised"
    #: The platform offers no such service here, or did not grant its scope.
    NOT_OFFERED = "not_offered"
    #: The platform says no, and would again.
    REFUSED = "refused"
    #: What was addressed is not there, or not any more.
    GONE = "gone"
    #: The time of the score is not newer than the platform's own.
    STALE_TIME = "stale_time"
    #: The person cannot be graded there: not a learner, course over, attempts used up.
    NOT_GRADABLE = "not_gradable"
    #: The address is not on this deployment's list. Nothing was sent.
    ADDRESS_REFUSED = "address_refused"


_RETRYABLE = frozenset({Outcome.UNKNOWN, Outcome.NOT_SENT, Outcome.THROTTLED})


class ServiceProblem(RapportError):  # noqa: N818 - it is what the platform has, not our error
    """A service call that brought no result.

    Attributes:
        outcome: what it means; decides what the caller does next.
        status: the HTTP status, None when no answer came.
        words: what the platform said, shortened, without control characters and tokens.
        retry_after_seconds: what the platform asked for, capped at an hour; None if it did not.
        is_of_token: said when an access token was asked for: nothing of what it was for.
    """

    code = "service_problem"

    def __init__(
        self,
        outcome: Outcome,
        *,
        status: int | None = None,
        words: str = "",
        retry_after_seconds: int | None = None,
        is_of_token: bool = False,
    ) -> None:
        super().__init__(outcome.value, status=status)
        self.outcome = outcome
        self.status = status
        self.words = words
        self.retry_after_seconds = retry_after_seconds
        self.is_of_token = is_of_token
        self.is_retryable = outcome in _RETRYABLE

    def again(self) -> "ServiceProblem":
        """Return the same problem to be raised once more: an exception keeps its traceback."""
        return ServiceProblem(
            self.outcome,
            status=self.status,
            words=self.words,
            retry_after_seconds=self.retry_after_seconds,
            is_of_token=self.is_of_token,
        )
