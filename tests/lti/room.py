"""A room of its own: the verifier on a database, one platform, no web."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lti_app.core.db import Database
from lti_app.core.http import HttpClient
from lti_app.lti.launch import LaunchForm, LaunchVerifier
from lti_app.lti.login import LoginStart, parse_login, start_login
from lti_app.lti.registration import Registration
from lti_app.lti.registrations import add_platform
from lti_app.lti.verified import VerifiedLaunch
from tests.conftest import FrozenClock
from tests.peers.launch_claims import Claims
from tests.peers.platform import TOOL, TestPlatform

TRUSTED = ("127.0.0.1", "localhost:8000")


@dataclass
class Room:
    """The protocol room as another room sees it."""

    database: Database
    clock: FrozenClock
    platform: TestPlatform
    registration: Registration
    verifier: LaunchVerifier
    http: HttpClient = field(default_factory=lambda: HttpClient(trusted_hosts=TRUSTED))

    def login(self, platform: TestPlatform | None = None, **changes: str) -> LoginStart:
        platform = platform or self.platform
        asked = {
            "iss": platform.issuer,
            "login_hint": "hint",
            "target_link_uri": f"{TOOL}/lti/launch",
            "client_id": platform.client_id,
            **changes,
        }
        request = parse_login({name: [value] for name, value in asked.items()})
        with self.database.write() as session:
            return start_login(session, request, base_url=TOOL, now=self.clock())

    def verify(self, start: LoginStart, token: str) -> VerifiedLaunch:
        form = LaunchForm(state=start.state, id_token=token)
        launch = self.verifier.verify(form, {start.cookie_name: start.browser_secret})
        assert isinstance(launch, VerifiedLaunch)
        return launch

    def launch(
        self,
        changes: Mapping[str, Any] | None = None,
        *,
        header: Mapping[str, Any] | None = None,
        base: Claims | None = None,
        key: str = "k1",
    ) -> VerifiedLaunch:
        """Log in and launch, with some claims or headers changed."""
        start = self.login()
        claims = self.platform.claims(
            start.fields["nonce"], now=self.clock(), base=base, changes=changes
        )
        token = self.platform.sign(claims, header=self.platform.header(header), key=key)
        return self.verify(start, token)


def make_room(database: Database, clock: FrozenClock, platform: TestPlatform) -> Room:
    registration = register(database, clock, platform)
    http = HttpClient(trusted_hosts=TRUSTED)
    verifier = LaunchVerifier(database, http, clock, TOOL, TRUSTED)
    return Room(database, clock, platform, registration, verifier, http)


def register(database: Database, clock: FrozenClock, platform: TestPlatform) -> Registration:
    with database.write() as session:
        return add_platform(
            session,
            platform.details(),
            now=clock(),
            deployment_ids=platform.deployment_ids,
            trusted_hosts=TRUSTED,
        )
