"""One authorised call of a platform's service: the right token, to an allowed host, once or twice.

It decides nothing about what is sent. A bearer token goes only to a host on the deployment's list.
"""

from dataclasses import dataclass

from lti_app.core.clock import Clock
from lti_app.core.http import Answer, FetchError, HttpClient
from lti_app.lti.answers import problem_from, problem_from_silence
from lti_app.lti.errors import Outcome, ServiceProblem
from lti_app.lti.service_access import ServiceAccess
from lti_app.lti.token_store import Token
from lti_app.lti.tokens import TokenSource


@dataclass(frozen=True)
class Call:
    """What is to be sent.

    Attributes:
        scopes: any one of them is enough; the first that is offered is used.
        accept: the one media type we can read.
        body: None for a request without one.
        max_bytes: of the answer; None means the client's own limit.
    """

    method: str
    url: str
    scopes: tuple[str, ...]
    accept: str | None = None
    content_type: str | None = None
    body: bytes | None = None
    max_bytes: int | None = None


@dataclass(frozen=True)
class ServiceCaller:
    """Makes calls. One for the process; used from many threads."""

    http: HttpClient
    tokens: TokenSource
    clock: Clock

    def send(self, access: ServiceAccess, call: Call) -> Answer:
        """Return a 2xx answer; whether its body is what was hoped for, the caller has to see.

        A token that is refused is replaced once; a second refusal is final, because Canvas answers
        401 to a missing scope too.

        Raises:
            ServiceProblem: everything else, with what it means for the caller.
        """
        if not access.allows(call.url):
            raise ServiceProblem(Outcome.ADDRESS_REFUSED, words="host_not_listed")
        asked, token = self._token(access, call)
        answer = self._send(call, token)
        if answer.status == 401:
            self.tokens.drop(access.registration, asked, token)
            answer = self._send(call, self.tokens.get(access.registration, asked))
        if not answer.is_success:
            raise problem_from(answer, self.clock())
        return answer

    def _token(self, access: ServiceAccess, call: Call) -> tuple[frozenset[str], Token]:
        """Return a token for all that is offered, or for the needed scope if that is refused."""
        needed = next((scope for scope in call.scopes if scope in access.scopes), None)
        if needed is None:
            raise ServiceProblem(Outcome.NOT_OFFERED, words=call.scopes[0])
        for asked in (access.scopes, frozenset({needed})):
            try:
                token = self.tokens.get(access.registration, asked)
            except ServiceProblem as problem:
                if problem.outcome is Outcome.NOT_OFFERED and asked != {needed}:
                    continue
                raise
            if needed in token.scopes:
                return asked, token
        raise ServiceProblem(Outcome.NOT_OFFERED, words=needed)

    def _send(self, call: Call, token: Token) -> Answer:
        headers = {"Authorization": f"Bearer {token.text}"}
        if call.accept:
            headers["Accept"] = call.accept
        if call.content_type:
            headers["Content-Type"] = call.content_type
        try:
            return self.http.send(
                call.method, call.url, body=call.body, headers=headers, max_bytes=call.max_bytes
            )
        except FetchError as error:
            raise problem_from_silence(error) from error
