"""A look at everything that a connection needs, from this side: keys, clock, tokens, services.

It reads what is registered and asks the platform as a worker would; it changes nothing there and
stores nothing but access tokens. What an answer means, `findings` decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.http import Answer, FetchError, HttpClient
from lti_app.lti.calls import Call, ServiceCaller
from lti_app.lti.configuration import GROUPS, MEMBERS, NOTICES, configuration_for
from lti_app.lti.deployments import list_deployments
from lti_app.lti.errors import ServiceProblem
from lti_app.lti.findings import (
    Finding,
    Verdict,
    clock_skew,
    judge_clock,
    judge_key_set,
    judge_own_key_set,
    judge_service,
    judge_service_answer,
    judge_silence,
    judge_token_problem,
)
from lti_app.lti.groups import GROUPS_TYPE
from lti_app.lti.keys import KeyState, Signer, list_signing_keys
from lti_app.lti.line_items import CONTAINER_TYPE, READ_SCOPES
from lti_app.lti.models import ServiceEndpoint
from lti_app.lti.nrps import ROSTER_TYPE
from lti_app.lti.registration import Registration, Standing
from lti_app.lti.service_access import ServiceAccess, get_service_access
from lti_app.lti.service_urls import with_query
from lti_app.lti.token_answers import read_grant, token_problem
from lti_app.lti.token_requests import request_token

#: A platform may have them or not; without them something is missing, but nothing is broken.
_EXTRAS = frozenset({GROUPS, NOTICES})


@dataclass(frozen=True)
class Checker:
    """Looks at one registration after the other.

    Attributes:
        base_url: the tool's own address, where platforms fetch our key set.
    """

    database: Database
    http: HttpClient
    signer: Signer
    caller: ServiceCaller
    clock: Clock
    base_url: str

    def check(self, registration: Registration) -> Iterator[Finding]:
        """Yield what is found, as it is found; later findings rest on earlier ones."""
        yield from self._registered(registration)
        yield self._own_keys()
        skew: timedelta | None = None
        finding, answer = self._key_set(registration)
        yield finding
        if answer is not None:
            skew = clock_skew(answer, self.clock())
        yield judge_clock(skew)
        granted: frozenset[str] = frozenset()
        for finding, scopes in self._tokens(registration, skew):
            granted |= scopes
            yield finding
        yield from self._services(registration, granted)

    def _registered(self, registration: Registration) -> Iterator[Finding]:
        if registration.is_disabled:
            yield Finding("registration", Verdict.WRONG, "disabled")
        elif registration.standing is not Standing.ACTIVE:
            platform = {"platform": registration.public_id}
            yield Finding("registration", Verdict.UNSURE, f"is_{registration.standing}", platform)
        with self.database.read() as session:
            deployments = list_deployments(session, registration.id)
        waiting = [one.deployment_id for one in deployments if not one.is_approved]
        if not deployments:
            yield Finding("deployments", Verdict.UNSURE, "deployments_none")
        for deployment_id in waiting:
            yield Finding(
                "deployments",
                Verdict.UNSURE,
                "deployment_waits",
                {"deployment": deployment_id, "platform": registration.public_id},
            )
        if deployments and not waiting:
            yield Finding(
                "deployments", Verdict.GOOD, "deployments_approved", {"count": len(deployments)}
            )

    def _own_keys(self) -> Finding:
        url = f"{self.base_url}/lti/jwks.json"
        with self.database.read() as session:
            keys = list_signing_keys(session, now=self.clock())
        signing = next((key.kid for key in keys if key.state is KeyState.SIGNING), "")
        try:
            return judge_own_key_set(self.http.get(url), url, signing)
        except FetchError as error:
            # From inside, our own outer address is often not to be reached.
            return judge_silence("our keys", error.code, url, verdict=Verdict.UNSURE)

    def _key_set(self, registration: Registration) -> tuple[Finding, Answer | None]:
        url = registration.jwks_url
        try:
            answer = self.http.get(url)
        except FetchError as error:
            return judge_silence("key set", error.code, url), None
        return judge_key_set(answer, url), answer

    def _tokens(
        self, registration: Registration, skew: timedelta | None
    ) -> Iterator[tuple[Finding, frozenset[str]]]:
        """Ask for everything at once, then for each scope alone; with what was granted.

        Canvas refuses everything for one scope that is not on the key, so only when each was
        refused alone, too, is there no service at all.
        """
        wanted = configuration_for(self.base_url, registration.family).scopes
        finding = Finding("token", Verdict.GOOD, "token_given", {"url": registration.token_url})
        refused, granted = finding, frozenset[str]()
        try:
            granted = self._granted(registration, frozenset(wanted))
        except ServiceProblem as problem:
            refused = judge_token_problem(problem, registration.token_url, skew)
            if refused.code != "token_no_scope":
                yield refused, granted
                return
        alone = [self._scope(registration, scope, all_granted=granted) for scope in wanted]
        yield finding if any(scopes for _, scopes in alone) else refused, frozenset()
        yield from alone

    def _granted(self, registration: Registration, scopes: frozenset[str]) -> frozenset[str]:
        now = self.clock()
        answer = request_token(self.http, self.signer, registration, scopes, now=now)
        if not answer.is_success:
            raise token_problem(answer, now)
        return read_grant(answer, scopes).scopes

    def _scope(
        self, registration: Registration, scope: str, *, all_granted: frozenset[str]
    ) -> tuple[Finding, frozenset[str]]:
        words = ""
        try:
            alone = self._granted(registration, frozenset({scope}))
        except ServiceProblem as problem:
            alone, words = frozenset(), problem.words
        if scope not in alone:
            is_extra = scope in _EXTRAS
            verdict = Verdict.UNSURE if is_extra else Verdict.WRONG
            code = "scope_lacking" if is_extra else "scope_missing"
            return Finding("scope", verdict, code, {"scope": scope, "words": words}), frozenset()
        if scope not in all_granted:
            finding = Finding("scope", Verdict.UNSURE, "scope_only_alone", {"scope": scope})
        else:
            finding = Finding("scope", Verdict.GOOD, "scope_granted", {"scope": scope})
        return finding, frozenset({scope})

    def _services(self, registration: Registration, granted: frozenset[str]) -> Iterator[Finding]:
        with self.database.read() as session:
            services = list(_told(session, registration.id))
        if not services:
            yield Finding("services", Verdict.SKIPPED, "services_untold")
        for service in services:
            if granted.isdisjoint(service.call.scopes):
                where = {"url": service.call.url}
                yield Finding(service.about, Verdict.SKIPPED, "service_without_token", where)
            else:
                yield self._service(service)

    def _service(self, service: "_Service") -> Finding:
        access = replace(service.access, scopes=frozenset(service.call.scopes))
        try:
            answer = self.caller.send(access, service.call)
        except ServiceProblem as problem:
            return judge_service(service.about, problem, service.call.url)
        return judge_service_answer(service.about, answer, service.call.url, service.wanted)


@dataclass(frozen=True)
class _Service:
    """A service of the course that was opened last, with the smallest question it answers."""

    about: str
    access: ServiceAccess
    call: Call
    wanted: str


def _told(session: Session, platform_id: int) -> Iterator[_Service]:
    """Yield each service that a launch has told of, in the course that was launched last."""
    newest = (
        select(ServiceEndpoint.deployment_id, ServiceEndpoint.context_ref)
        .where(ServiceEndpoint.platform_id == platform_id)
        .order_by(ServiceEndpoint.updated_at.desc(), ServiceEndpoint.id.desc())
        .limit(1)
    )
    for deployment_id, context_ref in session.execute(newest).all():
        access = get_service_access(session, deployment_id, context_ref)
        if access.line_items_url:
            call = Call("GET", access.line_items_url, READ_SCOPES, accept=CONTAINER_TYPE)
            yield _Service("gradebook", access, call, "")
        if access.memberships_url:
            url = with_query(access.memberships_url, {"limit": "1"})
            call = Call("GET", url, (MEMBERS,), accept=ROSTER_TYPE)
            yield _Service("people", access, call, "members")
        if access.groups_url:
            url = with_query(access.groups_url, {"limit": "1"})
            call = Call("GET", url, (GROUPS,), accept=GROUPS_TYPE)
            yield _Service("groups", access, call, "groups")
