"""What this platform tells tools without anybody being there: signed, sent once, in batches.

As with Canvas, nothing is sent again. Source: LTI Platform Notification Service 1.0.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import requests
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lti_app.sandbox.models import Course, NoticeHandler
from lti_app.sandbox.signing import sign
from lti_app.sandbox.state import Sandbox
from lti_app.sandbox.vocabulary import CLAIM, LTI_VERSION

HELLO_WORLD, CONTEXT_COPY = "LtiHelloWorldNotice", "LtiContextCopyNotice"
NOTICE_TYPES = (HELLO_WORLD, CONTEXT_COPY)
_LIVES_FOR = timedelta(minutes=5)
_SECONDS = 5

Claims = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Post:
    """One batch on its way: where to, and the signed notices in it."""

    handler: str
    tokens: tuple[str, ...]

    def send(self) -> int | None:
        """Send it, once; return the status, None when no answer came."""
        body = {"notices": [{"jwt": token} for token in self.tokens]}
        try:
            return requests.post(
                self.handler, json=body, timeout=_SECONDS, allow_redirects=False
            ).status_code
        except requests.RequestException:
            return None


def about_copy(copy: Course) -> Claims:
    """Return what is told of a copied course."""
    return {
        f"{CLAIM}context": {"id": copy.context_id, "label": copy.label, "title": copy.title},
        f"{CLAIM}origin_contexts": copy.history[:1],
    }


def posts_of(
    session: Session,
    sandbox: Sandbox,
    notice_type: str,
    about: Sequence[Claims],
    *,
    changes: Claims | None = None,
) -> list[Post]:
    """Return the batches that tell every tool that asked for them; nothing is sent yet.

    Args:
        about: the claims of each notice beside those that all have.
        changes: put over the claims of all, for tests; a claim that is None is left out.
    """
    wanted = session.scalars(
        select(NoticeHandler)
        .where(NoticeHandler.notice_type == notice_type, NoticeHandler.handler != "")
        .options(joinedload(NoticeHandler.tool))
        .order_by(NoticeHandler.id)
    ).all()
    posts = []
    for one in wanted:
        tokens = [_token(sandbox, one, claims, changes or {}) for claims in about]
        size = one.max_batch_size or len(tokens) or 1
        posts += [
            Post(one.handler, tuple(tokens[start : start + size]))
            for start in range(0, len(tokens), size)
        ]
    return posts


def _token(sandbox: Sandbox, to: NoticeHandler, about: Claims, changes: Claims) -> str:
    now = sandbox.now()
    claims = {
        "iss": sandbox.config.issuer,
        "aud": to.tool.client_id,
        "azp": to.tool.client_id,
        "iat": int(now.timestamp()),
        "exp": int((now + _LIVES_FOR).timestamp()),
        "nonce": secrets.token_urlsafe(16),
        f"{CLAIM}version": LTI_VERSION,
        f"{CLAIM}deployment_id": to.deployment_id,
        f"{CLAIM}notice": {
            "id": secrets.token_hex(16),
            "timestamp": now.isoformat(),
            "type": to.notice_type,
        },
        **about,
        **changes,
    }
    said = {name: value for name, value in claims.items() if value is not None}
    return sign(sandbox.keys.current, said)
