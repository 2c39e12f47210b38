"""One request for an access token, signed anew each time. It keeps nothing and reads no answer.

Sources: LTI Security Framework 1.0, section 4.1; RFC 7523, section 3.
"""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from lti_app.core.http import Answer, FetchError, ForbiddenAddressError, HttpClient
from lti_app.core.ids import new_secret
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.keys import Signer
from lti_app.lti.registration import Registration

ASSERTION_LIFE = timedelta(minutes=5)
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


def request_token(
    http: HttpClient,
    signer: Signer,
    registration: Registration,
    scopes: frozenset[str],
    *,
    now: datetime,
) -> Answer:
    """Ask the platform's token endpoint and return what it says, good or bad.

    Raises:
        ServiceProblem: address_refused or not_sent, when no answer came.
    """
    fields = {
        "grant_type": "client_credentials",
        "client_assertion_type": _ASSERTION_TYPE,
        "client_assertion": _assertion(signer, registration, now),
        "scope": " ".join(sorted(scopes)),
    }
    body = urlencode(fields).encode()
    try:
        return http.post(registration.token_url, body=body, headers=_HEADERS)
    except ForbiddenAddressError as error:
        raise ServiceProblem(Outcome.ADDRESS_REFUSED, words=error.code) from error
    except FetchError as error:
        # No score was sent yet, and the next assertion is a new one: nothing is in doubt.
        raise ServiceProblem(Outcome.NOT_SENT, words=error.code) from error


def _assertion(signer: Signer, registration: Registration, now: datetime) -> str:
    issued = int(now.timestamp())
    return signer.sign(
        {
            "iss": registration.client_id,
            "sub": registration.client_id,
            "aud": registration.audience or registration.token_url,
            "iat": issued,
            "exp": issued + int(ASSERTION_LIFE.total_seconds()),
            "jti": new_secret(),
        }
    )
