"""Words that a platform's page keeps for us while the browser is away: where, and what came back.

They stand in for the cookie of an attempt where a frame can hold none. It speaks to no browser.
Source: LTI Platform Storage 0.1 and LTI OIDC Login with Client Side postMessages 0.1.
"""

import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

from lti_app.core.ids import digest


class Holder(StrEnum):
    """What a target may be besides the name of a frame."""

    #: The page that frames or opened ours.
    PARENT = "_parent"
    #: A page of our own that opened this window.
    OWN_OPENER = "_opener"


#: No leading underscore: such names are keywords. The page also refuses what its window calls so.
_FRAME_NAME = re.compile(r"[A-Za-z0-9.-][\w.-]{0,63}\Z", re.ASCII)


@dataclass(frozen=True, repr=False)
class StoredWords:
    """What a page read back; None for what was not there."""

    state: str | None = None
    nonce: str | None = None
    secret: str | None = None

    @property
    def are_complete(self) -> bool:
        """Whether everything was there."""
        return None not in (self.state, self.nonce, self.secret)

    def fit(self, *, state_hash: str, nonce_hash: str, browser_hash: str) -> bool:
        """Whether they are the words of the attempt with these digests."""
        kept = (self.state, self.nonce, self.secret)
        hashes = (state_hash, nonce_hash, browser_hash)
        return all(
            hmac.compare_digest(digest(word or ""), known)
            for word, known in zip(kept, hashes, strict=True)
        )


def storage_target_of(sent: str | None) -> str | None:
    """Return the frame that a platform offers, None when it offers none.

    >>> storage_target_of("post_message_forwarding")
    'post_message_forwarding'
    >>> storage_target_of('a"><script>').value
    '_parent'
    """
    if sent is None:
        return None
    return sent if _FRAME_NAME.match(sent) else Holder.PARENT
