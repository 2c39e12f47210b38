"""Moodle's login: some mistakes are told to the tool, others only to the person on a page.

Which is which was recorded; the order of the checks is that of its source.
"""

import json
import secrets
from typing import ClassVar

from sqlalchemy.orm import Session

from lti_app.sandbox.dialects.plain.hints import take_launch
from lti_app.sandbox.dialects.plain.sign_in import Asked, Sign, SignIn
from lti_app.sandbox.models import Launch, Link
from lti_app.sandbox.sign_in_errors import AuthRefusedError, Unanswerable, UnanswerableError

_NEEDED = ("client_id", "redirect_uri", "login_hint", "nonce", "lti_message_hint")


class MoodleSignIn(SignIn):
    """The hint leads to the tool, and not the client id."""

    always_sends_state: ClassVar = True
    #: No listener was found in its pages.
    storage_target: ClassVar = None

    def new_hint(self, link: Link, sign: Sign) -> str:
        del sign
        launch_id = f"ltilaunch{link.id}_{secrets.randbelow(2**63)}"
        return json.dumps({"cmid": link.id, "launchid": launch_id}, separators=(",", ":"))

    def admit(self, session: Session, asked: Asked) -> Launch:
        """Return the launch that a request is about, and use its hint up."""
        if asked.signed_in_sub is None:
            # A login page, which is no error.
            raise UnanswerableError(Unanswerable.NOBODY_ENTERED, status=200)
        launch = self._find_launch(session, asked)
        if asked["redirect_uri"] not in launch.link.tool.redirect_uris:
            raise UnanswerableError(Unanswerable.REDIRECT_UNKNOWN, status=404)
        if asked["client_id"] != launch.link.tool.client_id:
            raise AuthRefusedError("unauthorized_client")
        if asked["login_hint"] != asked.signed_in_sub:
            raise AuthRefusedError("access_denied")
        if asked["response_mode"] != "form_post":
            raise AuthRefusedError("invalid_request", "Invalid response_mode")
        if asked["prompt"] not in ("", "none"):
            raise AuthRefusedError("invalid_request", "Invalid prompt")
        return launch

    def _find_launch(self, session: Session, asked: Asked) -> Launch:
        is_whole = all(asked[name] for name in _NEEDED)
        fixed = (asked["scope"], asked["response_type"]) == ("openid", "id_token")
        launch = None
        if is_whole and fixed:
            launch = take_launch(
                session, asked["lti_message_hint"], browser=asked.browser, now=asked.now
            )
        if launch is None:
            raise UnanswerableError(Unanswerable.LAUNCH_UNKNOWN, status=404)
        return launch
