"""Why a registration by link ends early: stable codes and their status, no sentences.

Statuses: 400 what the platform says cannot be used; 403 nobody invited it; 503 it does not answer.
"""

from enum import StrEnum

from lti_app.core.errors import RapportError


class Stop(StrEnum):
    """Where a registration ended. The value is the code that is logged and explained."""

    INVITATION_MISSING = "invitation_missing"
    INVITATION_UNKNOWN = "invitation_unknown"
    INVITATION_USED = "invitation_used"
    INVITATION_EXPIRED = "invitation_expired"
    CONFIGURATION_MISSING = "configuration_missing"
    CONFIGURATION_REFUSED = "configuration_refused"
    CONFIGURATION_UNREADABLE = "configuration_unreadable"
    CONFIGURATION_SILENT = "configuration_silent"
    CONFIGURATION_INCOMPLETE = "configuration_incomplete"
    ISSUER_FOREIGN = "issuer_foreign"
    ENDPOINT_REFUSED = "endpoint_refused"
    AUDIENCE_FOREIGN = "audience_foreign"
    ALGORITHM_MISSING = "algorithm_missing"
    HOSTS_UNCONFIRMED = "hosts_unconfirmed"
    OFFER_OLD = "offer_old"
    PLATFORM_REFUSED = "registration_refused"
    PLATFORM_SILENT = "registration_silent"
    REPLY_UNREADABLE = "registration_reply_unreadable"
    ALREADY_REGISTERED = "registration_exists"


_STATUSES = {
    Stop.INVITATION_MISSING: 403,
    Stop.INVITATION_UNKNOWN: 403,
    Stop.INVITATION_USED: 403,
    Stop.INVITATION_EXPIRED: 403,
    Stop.CONFIGURATION_SILENT: 503,
    Stop.PLATFORM_SILENT: 503,
    Stop.HOSTS_UNCONFIRMED: 422,
    Stop.ALREADY_REGISTERED: 409,
}


class RegistrationError(RapportError):
    """A registration by link that goes no further; nothing of it is stored.

    Attributes:
        stop: the stable reason; `code` is its value.
        said: the platform's own words, shortened and without anything secret; may be empty.
        answered: the status of the platform's answer, None when there was none.
    """

    def __init__(self, stop: Stop, *, said: str = "", answered: int | None = None) -> None:
        super().__init__(stop.value)
        self.stop = stop
        self.status = _STATUSES.get(stop, 400)
        self.said = said
        self.answered = answered
