"""A platform that sends notices, and one that is asked for them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_app.bridge.handlers import make_handlers
from lti_app.bridge.notices import ACT, SUBSCRIBE
from lti_app.core.parts import Parts
from lti_app.lti.notice_models import ContextCopy, Notice
from lti_app.lti.notices import CLAIM as SERVICE
from tests.cases.stage import Stage
from tests.jobs.running import run_due
from tests.peers.http_peer import Reply, Seen, json_reply
from tests.peers.launch_claims import LTI
from tests.peers.platform import ABSENT, TestPlatform

COPY, HELLO = "LtiContextCopyNotice", "LtiHelloWorldNotice"


@dataclass
class NoticeSchool:
    """One platform with the course `course-1` in it.

    Attributes:
        handlers: where it sends which type, as it was asked.
        asked: requests for its notification service.
        answer: what that service answers instead, if anything.
    """

    stage: Stage
    parts: Parts
    handlers: dict[str, str] = field(default_factory=dict)
    asked: list[Seen] = field(default_factory=list)
    answer: Reply | None = None

    def __post_init__(self) -> None:
        self.stage.platform.answer = self._answer

    def _answer(self, seen: Seen) -> Any:
        if seen.path == "/jwks":
            return json_reply({"keys": self.stage.platform.published})
        if seen.path == "/token":
            given = {"access_token": "t1", "token_type": "Bearer", "expires_in": 3600}
            return json_reply(
                {**given, "scope": "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"}
            )
        if seen.path != "/notice-handlers":
            return Reply(404)
        self.asked.append(seen)
        if self.answer is not None:
            return self.answer
        if seen.method == "PUT":
            body = json.loads(seen.body)
            self.handlers[body["notice_type"]] = body["handler"]
            return json_reply(body)
        listed = [
            {"notice_type": type_, "handler": handler} for type_, handler in self.handlers.items()
        ]
        return json_reply({"client_id": "c1", "deployment_id": "d1", "notice_handlers": listed})

    def launch(self, **changes: Any) -> None:
        """Launch from a platform that offers notices."""
        claim = {
            "platform_notification_service_url": f"{self.stage.platform.url}/notice-handlers",
            "service_versions": ["1.0"],
            "scope": ["https://purl.imsglobal.org/spec/lti/scope/noticehandlers"],
            "notice_types_supported": [COPY, HELLO, "LtiSomethingElseNotice"],
            **changes,
        }
        self.stage.accept({SERVICE: claim})

    def claims(
        self, changes: Mapping[str, Any] | None = None, *, platform: TestPlatform | None = None
    ) -> dict[str, Any]:
        """Return the claims of a notice that `course-2` is a copy of `course-1`."""
        platform, now = platform or self.stage.platform, self.stage.clock()
        said = {
            "iss": platform.issuer,
            "aud": platform.client_id,
            "azp": platform.client_id,
            "iat": int(now.timestamp()),
            "exp": int(now.timestamp()) + 60,
            "nonce": "of-the-platform",
            f"{LTI}version": "1.3.0",
            f"{LTI}deployment_id": "d1",
            f"{LTI}notice": {"id": "n1", "timestamp": now.isoformat(), "type": COPY},
            f"{LTI}context": {"id": "course-2"},
            f"{LTI}origin_contexts": ["course-1"],
            **(changes or {}),
        }
        return {name: value for name, value in said.items() if value is not ABSENT}

    def token(self, changes: Mapping[str, Any] | None = None, **signed: Any) -> str:
        return self.stage.platform.sign(self.claims(changes), **signed)

    def send(self, *tokens: str) -> TestResponse:
        return self.post(json.dumps({"notices": [{"jwt": token} for token in tokens]}))

    def post(self, body: str | bytes, media_type: str = "application/json") -> TestResponse:
        """Post as a platform does, which is no browser."""
        return self.stage.app.test_client().post(
            "/lti/notices", data=body, content_type=media_type, base_url="https://tool.test"
        )

    def work(self) -> None:
        """Do what is owed for notices."""
        kinds = make_handlers(self.parts)
        handlers = {kind: kinds[kind] for kind in (ACT, SUBSCRIBE)}
        run_due(self.stage.database, handlers, self.stage.clock)

    def copies(self) -> list[tuple[str, str]]:
        """Return what is known of copies: the new course and the old one."""
        with self.stage.database.read() as session:
            rows = session.scalars(select(ContextCopy).order_by(ContextCopy.id))
            return [(row.context_ref, row.origin_ref) for row in rows]

    def kept(self) -> list[str]:
        with self.stage.database.read() as session:
            return list(session.scalars(select(Notice.notice_id).order_by(Notice.id)))
