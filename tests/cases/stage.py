"""A stage for the cases: the real app, one platform with real keys, and what watches both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_app.core.db import Database
from lti_app.lti.errors import Reason
from lti_app.lti.registration import Registration
from lti_app.lti.registrations import add_platform
from lti_app.people.models import Context, User
from lti_app.people.roles import Role
from lti_app.web.models import LaunchSession
from tests.cases.browser import LOGIN_HINT, Browser, Login
from tests.cases.invariants import check_rejection
from tests.cases.watching import Log, watch
from tests.conftest import FrozenClock
from tests.peers.launch_claims import Claims
from tests.peers.platform import TestPlatform
from tests.peers.tokens import Part

TRUSTED = ("127.0.0.1", "localhost")
SECRETS = (LOGIN_HINT, "message-hint-of-this-click", "ann@example.org", "Ångström")


@dataclass(frozen=True)
class Seat:
    """Where an accepted launch has led."""

    browser: Browser
    path: str
    role: Role
    is_test: bool
    user: User
    context: Context | None

    def page(self) -> TestResponse:
        """Open the page that the launch leads to, for an instructor the chooser behind it."""
        return self.browser.client.get(
            self.path, base_url=self.browser.base_url, follow_redirects=True
        )


@dataclass
class Stage:
    """Everything a case acts on."""

    app: Flask
    database: Database
    clock: FrozenClock
    platform: TestPlatform
    log: Log
    registration: Registration = field(init=False)
    platforms: list[TestPlatform] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.registration = self.register(self.platform)

    def register(self, platform: TestPlatform) -> Registration:
        self.platforms.append(platform)
        with self.database.write() as session:
            return add_platform(
                session,
                platform.details(),
                now=self.clock(),
                deployment_ids=platform.deployment_ids,
                trusted_hosts=TRUSTED,
            )

    def browser(self) -> Browser:
        return Browser(self.app)

    def token(
        self,
        login: Login,
        changes: Mapping[str, Any] | None = None,
        *,
        header: Mapping[str, Any] | None = None,
        base: Claims | None = None,
        key: str = "k1",
        platform: TestPlatform | None = None,
    ) -> str:
        """Sign a launch that answers this login, with some claims or headers changed."""
        platform = platform or self.platform
        claims = platform.claims(login.nonce, now=self.clock(), base=base, changes=changes)
        return platform.sign(claims, header=platform.header(header), key=key)

    def accept(
        self,
        changes: Mapping[str, Any] | None = None,
        *,
        header: Mapping[str, Any] | None = None,
        base: Claims | None = None,
        key: str = "k1",
        platform: TestPlatform | None = None,
        browser: Browser | None = None,
    ) -> Seat:
        """Log in and launch; it must be accepted."""
        browser = browser or self.browser()
        login = browser.login(platform or self.platform)
        token = self.token(login, changes, header=header, base=base, key=key, platform=platform)
        return self.seat(browser, browser.post_launch({"id_token": token, "state": login.state}))

    def seat(self, browser: Browser, response: TestResponse) -> Seat:
        assert response.status_code == 303, f"{response.status}: {self.log.lines()[-1:]}"
        path = urlsplit(response.headers["Location"]).path
        assert path.startswith("/s/"), path
        with self.database.read() as session:
            newest = session.scalars(
                select(LaunchSession).order_by(LaunchSession.id.desc()).limit(1)
            ).one()
            user = session.get_one(User, newest.user_id)
            context = session.get(Context, newest.context_id) if newest.context_id else None
        return Seat(browser, path, Role(newest.role), newest.is_test, user, context)

    def refuse(
        self,
        forge: Callable[[Login], str],
        *,
        status: int,
        reason: Reason,
    ) -> None:
        """Log in, launch with a forged token; it must be refused and leave nothing behind."""
        browser = self.browser()
        login = browser.login(self.platform)
        token = forge(login)
        self.check_refused(
            lambda: browser.post_launch({"id_token": token, "state": login.state}),
            status=status,
            reason=reason,
            login=login,
            secrets=(token,) if len(token) > 40 else (),
        )

    def refuse_claims(
        self, changes: Mapping[str, Any], *, status: int, reason: Reason, base: Claims | None = None
    ) -> None:
        """The same, for a properly signed token whose claims are wrong."""
        self.refuse(
            lambda login: self.token(login, changes, base=base), status=status, reason=reason
        )

    def refuse_signed(self, claims: Part, *, status: int, reason: Reason) -> None:
        """The same, for a body that is given whole."""
        self.refuse(lambda _: self.platform.sign(claims), status=status, reason=reason)

    def check_refused(
        self,
        act: Callable[[], TestResponse],
        *,
        status: int,
        reason: Reason | str,
        login: Login | None = None,
        secrets: tuple[str, ...] = (),
    ) -> TestResponse:
        """Do something that must be refused.

        Args:
            act: sends the request.
            status: the one that is right.
            reason: the code that has to be logged.
            login: the attempt that was presented with its own browser's cookie.
            secrets: what must not show, besides what every login here carries.
        """
        watched = watch(self.database, self.log)
        response = act()
        hidden = [*SECRETS, *secrets, *((login.state, login.nonce) if login else ())]
        check_rejection(
            watched.observe(response, presented_state=login.state if login else None),
            status=status,
            reason=str(reason),
            secrets=hidden,
            registered=[_address(platform) for platform in self.platforms],
        )
        return response


def _address(platform: TestPlatform) -> tuple[str, int]:
    parts = urlsplit(platform.url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port
