"""What PyLTI1p3 asks for, answered from one login attempt: request, session, registration.

It stores nothing, sets no cookie and fetches nothing; the library's own ways to do so are closed.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from pylti1p3.cookie import CookieService
from pylti1p3.deployment import Deployment
from pylti1p3.registration import Registration as LibraryRegistration
from pylti1p3.request import Request
from pylti1p3.session import SessionService
from pylti1p3.tool_config.abstract import ToolConfAbstract

from lti_app.core.ids import digest
from lti_app.lti.errors import Reason
from lti_app.lti.registration import Registration
from lti_app.lti.verified import MessageType


@dataclass(frozen=True)
class Expected:
    """What we know of a launch before we look at its token.

    Attributes:
        deployment_refusal: why the deployment that the token names may not go on, None if it may.
        are_trusted: asked with the audiences besides us; rare, so it may read the database.
    """

    registration: Registration
    state: str
    nonce_hash: str
    deployment_refusal: Reason | None
    supported: frozenset[MessageType]
    are_trusted: Callable[[frozenset[str]], bool]


class NoRequests(requests.Session):
    """The library's way out, closed: keys come from `keysets`."""

    def request(self, *_: Any, **__: Any) -> requests.Response:
        """Refuse. Raises RuntimeError."""
        raise RuntimeError("the library must not fetch anything")


class PostedForm(Request):
    """What was posted, and nothing of the web request it came in."""

    def __init__(self, params: Mapping[str, str]) -> None:
        self._params = params

    def is_secure(self) -> bool:
        return True

    def get_param(self, key: str) -> str:
        return self._params.get(key, "")


class NoCookies(CookieService):
    """The browser's cookie was compared before; the library's own has no part in it."""

    def get_cookie(self, name: str) -> str | None:
        return None

    def set_cookie(self, name: str, value: str | int, exp: int | None = 3600) -> None:
        raise RuntimeError("the library must not set cookies")


class AttemptSession(SessionService):
    """The one login attempt that this state belongs to."""

    def __init__(self, expected: Expected) -> None:
        self._expected = expected

    def check_state_is_valid(self, state: str, id_token_hash: str) -> bool:
        return hmac.compare_digest(state.encode(), self._expected.state.encode())

    def check_nonce(self, nonce: str) -> bool:
        return hmac.compare_digest(digest(nonce), self._expected.nonce_hash)


class OneRegistration(ToolConfAbstract[PostedForm]):
    """The one registration that this state was made for."""

    def __init__(self, expected: Expected) -> None:
        self._expected = expected

    def check_iss_has_one_client(self, iss: str) -> bool:
        return False

    def check_iss_has_many_clients(self, iss: str) -> bool:
        return True

    def find_registration_by_issuer(self, iss: str, *_: Any, **__: Any) -> LibraryRegistration:
        raise RuntimeError("a registration is found by issuer and client")

    def find_deployment(self, iss: str, deployment_id: str) -> Deployment | None:
        raise RuntimeError("a deployment is found by issuer, client and its id")

    def find_registration_by_params(
        self, iss: str, client_id: str, *_: Any, **__: Any
    ) -> LibraryRegistration:
        ours = self._expected.registration
        found = LibraryRegistration()
        if iss == ours.issuer and client_id == ours.client_id:
            found.set_issuer(iss).set_client_id(client_id)
        return found

    def find_deployment_by_params(
        self, iss: str, deployment_id: str, client_id: str, *_: Any, **__: Any
    ) -> Deployment | None:
        ours = self._expected.registration
        is_ours = iss == ours.issuer and client_id == ours.client_id
        if not is_ours or self._expected.deployment_refusal is not None:
            return None
        return Deployment().set_deployment_id(deployment_id)
