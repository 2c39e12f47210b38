"""Canvas's login: the hint is a long signed token, and the refusals have names of their own."""

import secrets
from typing import ClassVar

from lti_app.sandbox.dialects.plain.sign_in import Sign, SignIn
from lti_app.sandbox.models import Link
from lti_app.sandbox.storage import FORWARDING


class CanvasSignIn(SignIn):
    """A hint works once: going back or reloading ends in `launch_no_longer_valid`."""

    malformed_code: ClassVar = "invalid_request_object"
    somebody_else_code: ClassVar = "login_required"
    deployment_parameter: ClassVar = "deployment_id"
    storage_target: ClassVar = FORWARDING
    repeats_storage_target: ClassVar = True
    fixed: ClassVar = {
        "scope": ("openid", "invalid_request_object"),
        "response_type": ("id_token", "invalid_request_object"),
        "response_mode": ("form_post", "invalid_request_object"),
        "prompt": ("none", "invalid_request_object"),
    }

    def new_hint(self, link: Link, sign: Sign) -> str:
        return sign(
            {
                "verifier": secrets.token_hex(64),
                "context_type": "Course",
                "context_id": link.course_id,
                "canvas_domain": "sandbox.example",
                "include_storage_target": False,
            }
        )
