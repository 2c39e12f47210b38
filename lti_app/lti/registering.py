"""From an invitation to a registered platform, in two steps: what is asked is shown, then sent.

Between them nothing is stored: what was shown goes to the page sealed and comes back with its
button. It draws no page.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lti_app.audit import Actor
from lti_app.core.clock import Clock
from lti_app.core.db import Database
from lti_app.core.errors import ConflictError
from lti_app.core.http import HttpClient
from lti_app.core.sealing import Keyring, SealingError
from lti_app.lti.configuration import ToolConfiguration, configuration_for
from lti_app.lti.dynamic_registration import Granted, fetch_document, register, request_body
from lti_app.lti.invitations import Invited, get_invitation, give_back, note_outcome, take
from lti_app.lti.platform_document import PlatformDocument, read_document, read_document_url
from lti_app.lti.registration import Registration
from lti_app.lti.registration_problems import RegistrationError, Stop
from lti_app.lti.registrations import PlatformDetails, add_platform

#: Products that people know by a name of their own.
_PRODUCTS = {
    "moodle": "Moodle",
    "canvas": "Canvas",
    "desire2learn": "Brightspace",
    "blackboardlearn": "Blackboard",
    "sakai": "Sakai",
}


@dataclass(frozen=True)
class Offer:
    """What a person is shown before anything is sent.

    Attributes:
        sealed: the same, for the page to bring back with its button.
    """

    invited: Invited
    document: PlatformDocument
    asked: ToolConfiguration
    sealed: str


@dataclass(frozen=True)
class Registered:
    """What came of it."""

    registration: Registration
    document: PlatformDocument
    asked: ToolConfiguration
    granted: Granted


@dataclass(frozen=True, repr=False)
class _Sealed:
    """The inside of a sealed offer."""

    invitation: str
    at: datetime
    url: str
    body: bytes
    token: str | None


@dataclass(frozen=True)
class Registrar:
    """Registers platforms. One for the process; used from many threads."""

    database: Database
    http: HttpClient
    keyring: Keyring
    clock: Clock
    base_url: str

    def check(self, secret: str) -> Invited:
        """Return the invitation of a secret. Raises RegistrationError."""
        with self.database.read() as session:
            return get_invitation(session, secret, now=self.clock())

    def offer(self, secret: str, urls: Sequence[str], token: str | None) -> Offer:
        """Fetch what the platform says of itself, for somebody who was invited.

        Args:
            urls: every value of `openid_configuration` that was sent.

        Raises:
            RegistrationError: nothing is asked of any host without a good invitation.
        """
        invited = self.check(secret)
        url = read_document_url(urls, self.http.trusted_hosts)
        body = fetch_document(self.http, url, token)
        document = self._read(body, url)
        sealed = self._seal(_Sealed(invited.public_id, self.clock(), url, body, token))
        return Offer(invited, document, self._asked(document), sealed)

    def accept(self, secret: str, sealed: str, *, are_hosts_confirmed: bool) -> Registered:
        """Register the platform that was shown, with the invitation's standing.

        Args:
            sealed: the offer that the button brought back.
            are_hosts_confirmed: whether a person said that other hosts belong to the platform.

        Raises:
            RegistrationError: nothing was stored, and the invitation can be used again.
        """
        invited = self.check(secret)
        shown = self._open(sealed, invited)
        document = self._read(shown.body, shown.url)
        if document.other_hosts and not are_hosts_confirmed:
            raise RegistrationError(Stop.HOSTS_UNCONFIRMED)
        with self.database.write() as session:
            take(session, invited, now=self.clock())
        try:
            return self._registered(invited, document, shown.token)
        except BaseException:
            with self.database.write() as session:
                give_back(session, invited)
            raise

    def _registered(
        self, invited: Invited, document: PlatformDocument, token: str | None
    ) -> Registered:
        asked = self._asked(document)
        granted = register(self.http, document, request_body(asked, document), token)
        registration = self._store(invited, document, granted)
        return Registered(registration, document, asked, granted)

    def _store(
        self, invited: Invited, document: PlatformDocument, granted: Granted
    ) -> Registration:
        deployment_ids = [granted.deployment_id] if granted.deployment_id else []
        with self.database.write() as session:
            try:
                registration = add_platform(
                    session,
                    _details(invited, document, granted),
                    now=self.clock(),
                    actor=Actor.NOBODY,
                    deployment_ids=deployment_ids,
                    trusted_hosts=self.http.trusted_hosts,
                    standing=invited.standing,
                    granted_scopes=granted.scopes,
                )
            except ConflictError as error:
                raise RegistrationError(Stop.ALREADY_REGISTERED) from error
            note_outcome(session, invited, registration, now=self.clock())
        return registration

    def _read(self, body: bytes, url: str) -> PlatformDocument:
        return read_document(body, url=url, trusted_hosts=self.http.trusted_hosts)

    def _asked(self, document: PlatformDocument) -> ToolConfiguration:
        return configuration_for(self.base_url, document.family)

    def _seal(self, shown: _Sealed) -> str:
        parts = {
            "invitation": shown.invitation,
            "at": shown.at.isoformat(),
            "url": shown.url,
            "body": b64encode(shown.body).decode(),
            "token": shown.token,
        }
        return self.keyring.seal_secret(json.dumps(parts).encode()).decode()

    def _open(self, sealed: str, invited: Invited) -> _Sealed:
        try:
            parts = json.loads(self.keyring.open_secret(sealed.encode()))
            at = datetime.fromisoformat(parts["at"])
            body = b64decode(parts["body"])
            shown = _Sealed(parts["invitation"], at, parts["url"], body, parts["token"])
        except (SealingError, ValueError, KeyError, TypeError) as error:
            raise RegistrationError(Stop.OFFER_OLD) from error
        is_fresh = timedelta() <= self.clock() - shown.at <= timedelta(hours=1)
        if shown.invitation != invited.public_id or not is_fresh:
            raise RegistrationError(Stop.OFFER_OLD)
        return shown


def _details(invited: Invited, document: PlatformDocument, granted: Granted) -> PlatformDetails:
    return PlatformDetails(
        name=invited.name or product_name(document),
        issuer=document.issuer,
        client_id=granted.client_id,
        auth_url=document.auth_url,
        token_url=document.token_url,
        jwks_url=document.jwks_url,
        audience=document.audience,
        family=document.family,
    )


def product_name(document: PlatformDocument) -> str:
    """Return what people call this platform: its product, or its host where that is not known."""
    return _PRODUCTS.get(document.product.lower(), document.host)
