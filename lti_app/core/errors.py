"""The errors that cross rooms: a stable code with parameters, never a sentence.

The web room turns them into pages and the runner into job states; nothing here knows either.
"""

from collections.abc import Mapping
from types import MappingProxyType

Param = str | int | float | bool | None


class RapportError(Exception):
    """Something that has a name and an answer.

    Attributes:
        code: stable, lower case with underscores; messages and logs are keyed by it.
        params: what a message may show; no secret, no text of a person.
        is_retryable: True when the same request may succeed later, unchanged.
    """

    code = "error"
    is_retryable = False

    def __init__(self, code: str | None = None, **params: Param) -> None:
        self.code = code or type(self).code
        self.params: Mapping[str, Param] = MappingProxyType(params)
        super().__init__(self.code)


class NotFoundError(RapportError):
    """It does not exist, or it is not yours: the two look the same from outside."""

    code = "not_found"


class ForbiddenError(RapportError):
    """A role inside one's own course that may not do this."""

    code = "forbidden"


class ConflictError(RapportError):
    """Somebody else, or another tab, was first."""

    code = "conflict"


class BusyError(RapportError):
    """The database or a platform cannot answer now."""

    code = "busy"
    is_retryable = True
    retry_after_seconds = 5


class ClashError(BusyError):
    """Two transactions could not both go on, and this one gave way: nothing was changed."""
