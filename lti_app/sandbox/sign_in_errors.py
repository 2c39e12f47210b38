"""The two ways in which a login ends badly: with a page here, or with an error at the tool."""

from enum import StrEnum


class Unanswerable(StrEnum):
    """Why a request cannot be answered to the tool."""

    CLIENT_UNKNOWN = "client_unknown"
    REDIRECT_UNKNOWN = "redirect_unknown"
    LAUNCH_UNKNOWN = "launch_unknown"
    NOBODY_ENTERED = "nobody_entered"


class UnanswerableError(Exception):
    """The answer is a page here, because it is not known that the address is the tool's.

    Args:
        status: of that page.
    """

    def __init__(self, reason: Unanswerable, *, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class AuthRefusedError(Exception):
    """The answer is an error that is posted to the tool.

    Args:
        code: of OAuth 2.0 or OpenID Connect, or `launch_no_longer_valid`.
        reason: one English sentence for the developer of the tool; empty where a platform says
            nothing but the code.
    """

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
