"""The message that brings content back to the platform, ready to be signed. It signs nothing.

Source: LTI Deep Linking 2.0, section 4.5.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lti_app.core.ids import new_secret
from lti_app.lti.claims import LTI, VERSION
from lti_app.lti.content_items import LinkItem
from lti_app.lti.deep_linking import DEEP_LINKING

MESSAGE_TYPE = "LtiDeepLinkingResponse"
#: The one field of the form that brings it.
FIELD = "JWT"
#: Signed when the button is pressed, so that it only has to last until the page has gone on.
LASTS_FOR = timedelta(minutes=5)


@dataclass(frozen=True)
class Answered:
    """To whom an answer goes.

    Attributes:
        deployment_id: the platform's own name for it.
        data: what the platform gave us to bring back; None when it gave nothing.
    """

    client_id: str
    issuer: str
    deployment_id: str
    data: str | None


def answer_claims(
    to: Answered, items: Sequence[LinkItem], *, now: datetime, message: str = ""
) -> dict[str, Any]:
    """Return the claims of an answer: nothing of any person is among them.

    Args:
        items: none when somebody thought better of it.
        message: plain words that the platform may show.
    """
    claims: dict[str, Any] = {
        "iss": to.client_id,
        "aud": to.issuer,
        "iat": int(now.timestamp()),
        "exp": int((now + LASTS_FOR).timestamp()),
        "nonce": new_secret(),
        f"{LTI}message_type": MESSAGE_TYPE,
        f"{LTI}version": VERSION,
        f"{LTI}deployment_id": to.deployment_id,
        f"{DEEP_LINKING}content_items": [item.as_json() for item in items],
    }
    if to.data is not None:
        claims[f"{DEEP_LINKING}data"] = to.data
    if message:
        claims[f"{DEEP_LINKING}msg"] = message
    return claims
