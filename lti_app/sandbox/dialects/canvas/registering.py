"""Canvas's registration: its token opens the description too; deployed when it is installed."""

import secrets
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import urlsplit

from flask import Response, jsonify

from lti_app.sandbox.dialects.plain.registering import Body, Registering, Wanted
from lti_app.sandbox.payloads import bad_request
from lti_app.sandbox.refusals import RefusalError
from lti_app.sandbox.vocabulary import Scope

_PRIVACY = "https://canvas.instructure.com/lti/privacy_level"
_LEVELS = ("public", "name_only", "email_only", "anonymous")


class CanvasRegistering(Registering):
    """Unknown scopes, claims and placements are refused, not left out."""

    gives_token = True
    hides_description = True
    switch = "install"
    scopes: ClassVar[tuple[str, ...]] = (
        *Scope,
        "https://purl.imsglobal.org/spec/lti/scope/noticehandlers",
    )
    placements: ClassVar[tuple[str, ...]] = (
        *("account_navigation", "assignment_selection", "course_assignments_menu"),
        *("course_navigation", "editor_button", "link_selection", "module_index_menu_modal"),
    )
    claims: ClassVar[tuple[str, ...]] = (
        *("iss", "sub", "name", "given_name", "family_name", "picture", "email", "locale"),
    )

    def description(self, **about: Any) -> Body:
        """Name the server by its host alone, as Canvas does."""
        whole = super().description(**about)
        return {**whole, "authorization_server": urlsplit(str(whole["token_endpoint"])).netloc}

    def new_client_id(self) -> str:
        return f"1{secrets.randbelow(10**13):014}"

    def check(self, own: Body) -> None:
        for name in ("claims", "messages"):
            if not isinstance(own.get(name), list):
                raise bad_request(f"{name} must be a list.")
        unknown = set(map(str, _list(own, "claims"))) - set(self.claims)
        for message in _list(own, "messages"):
            places = message.get("placements", []) if isinstance(message, dict) else []
            unknown |= set(places) - set(self.placements)
        if own.get(_PRIVACY, "anonymous") not in _LEVELS:
            unknown.add(_PRIVACY)
        if unknown:
            raise bad_request(f"Not known here: {', '.join(sorted(unknown))}.")

    def granted(self, wanted: Wanted) -> list[str]:
        asked = str(wanted.whole.get("scope", "")).split()
        unknown = set(asked) - set(self.scopes)
        if unknown:
            raise bad_request(f"Not known here: {', '.join(sorted(unknown))}.")
        return asked

    def deployments(self, number: int) -> list[str]:
        del number
        return []

    def later_deployments(self, number: int) -> list[str]:
        return [f"{number}:{sha256(str(number).encode()).hexdigest()[:40]}"]

    def refuse(self, refusal: RefusalError) -> Response:
        response = jsonify(errors=[{"field": refusal.code, "message": refusal.reason}])
        return refusal.put_into(response)


def _list(own: Body, name: str) -> list[object]:
    value = own.get(name)
    return value if isinstance(value, list) else []
