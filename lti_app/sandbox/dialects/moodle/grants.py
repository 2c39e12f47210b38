"""Moodle's token endpoint: it proves the signature and little else, and says so in text/html."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from secrets import token_hex

from flask import Response
from sqlalchemy.orm import Session

from lti_app.sandbox.dialects.moodle.words import page_not_found
from lti_app.sandbox.dialects.plain.grants import Claims, Grants, invalid_client, seconds_in
from lti_app.sandbox.models import Tool
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.tool_keys import ToolKeys, ToolKeysError


class MoodleGrants(Grants):
    """Audience, issuer, replay and a missing end go unseen; a clock ahead by a second does not."""

    def new_token(self) -> str:
        return token_hex(16)

    def answer(self, body: Mapping[str, object]) -> Response:
        return Response(json.dumps(body, indent=2), content_type="text/html; charset=utf-8")

    def refuse(self, refusal: RefusalError) -> Response:
        """Return the code between quotes, whatever quotes it holds by itself."""
        text = f'{{\n  "error" : "{refusal.code}"\n}}'
        return refusal.put_into(Response(text, content_type="text/html; charset=utf-8"))

    def claimed_client_id(self, claims: Claims) -> str:
        client_id = claims.get("sub")
        if not isinstance(client_id, str):
            raise invalid_client("sub must be the client id.")
        return client_id

    def verify(
        self, assertion: str, tool: Tool, *, keys: ToolKeys, token_url: str, now: datetime
    ) -> Claims:
        claims = self.signed_claims(assertion, self.signing_key(assertion, tool, keys))
        issued_at = seconds_in(claims, "iat") if "iat" in claims else 0
        if issued_at > now.timestamp():
            moment = datetime.fromtimestamp(issued_at, UTC)
            written = f"{moment:%Y-%m-%dT%H:%M:%S%z}"
            raise _refused(f"Cannot handle token with iat prior to {written}")
        if "exp" in claims and seconds_in(claims, "exp") <= now.timestamp():
            raise _refused("Expired token")
        return claims

    def use_up(self, session: Session, tool: Tool, claims: Claims, *, now: datetime) -> None:
        """Remember nothing: an assertion may come again."""

    def no_key_set(self, error: ToolKeysError) -> RefusalError:
        """Return the page that a developer meets whose tool Moodle may not fetch from."""
        return page_not_found(str(error))

    def no_such_key(self) -> RefusalError:
        return _refused('"kid" invalid, unable to lookup correct key')

    def wrong_signature(self) -> RefusalError:
        return _refused("Signature verification failed")


def _refused(words: str) -> RefusalError:
    return RefusalError(400, words, words)
