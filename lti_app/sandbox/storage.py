"""How the platform's page treats tools that ask it to keep words; a test or a person sets it.

What each manner does is in `static/storing.mjs`; nothing here speaks to a browser.
Source: LTI Platform Storage 0.1.
"""

from dataclasses import dataclass
from enum import StrEnum

#: What a login says where the page itself keeps words; where a frame in it does, as in Canvas.
PARENT = "_parent"
FORWARDING = "post_message_forwarding"


class Manner(StrEnum):
    """How the page answers. The names of the errors are those that tools are told."""

    RIGHT = "right"
    SILENT = "silent"
    OTHER_ORIGIN = "other_origin"
    OTHER_MESSAGE = "other_message"
    OTHER_SUBJECT = "other_subject"
    NOT_OFFERED = "not_offered"
    OLD_NAMES = "old_names"
    FORGETS = "forgets"
    MIXES_UP = "mixes_up"
    NOISE = "noise"
    STORAGE_EXHAUSTION = "storage_exhaustion"
    BAD_REQUEST = "bad_request"
    WRONG_ORIGIN = "wrong_origin"
    UNSUPPORTED_SUBJECT = "unsupported_subject"
    UNKNOWN_ERROR = "unknown_error"


@dataclass(slots=True)
class Storage:
    """The manner of a running sandbox."""

    manner: Manner = Manner.RIGHT
