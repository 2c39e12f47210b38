"""The session that belongs to a launch, not to a browser.

Its key stands in the path (`/s/<key>/…`), its cookie must match. A second launch, another tab or
another person is another session; nothing is shared between them.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, NoReturn, cast

from flask import Flask, Request, Response, g
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import Table, bindparam, select

from lti_app.core.db import Database, Prepared
from lti_app.core.ids import digest
from lti_app.people.models import Enrolment, EnrolmentStatus, User
from lti_app.people.names import PersonName
from lti_app.people.roles import Role
from lti_app.web.context import EXTENSION, Services
from lti_app.web.language import words_in
from lti_app.web.models import NO_COOKIE, LaunchSession
from lti_app.web.viewer import Viewer

PREFIX = "/s/"
IDLE_FOR = timedelta(minutes=60)
LASTS_FOR = timedelta(hours=8)
COOKIE_PREFIX = "__Host-rp-"


class RequestSession(dict[str, Any], SessionMixin):
    """What Flask sees as its session: the secret of form tokens, and nothing that can change."""

    modified = False

    def __setitem__(self, name: str, value: object) -> NoReturn:
        """Refuse: what is worth keeping goes into the database."""
        raise TypeError("the session is read-only")


def path_of_key(key: str) -> str:
    """Return the path where a session begins."""
    return f"{PREFIX}{key}/"


@dataclass(frozen=True)
class OpenSession:
    """A session that has been found, checked, and is neither ended nor expired."""

    id: int
    viewer: Viewer
    csrf_secret: str
    frame_origins: tuple[str, ...]
    return_url: str | None
    seen_at: datetime


def cookie_name(public_id: str) -> str:
    """Return the name of a session's cookie; RFC 6265bis section 4.1.3.2 for the prefix."""
    return COOKIE_PREFIX + public_id[:8]


def key_of_path(path: str) -> str | None:
    """Return the session key in a path, or None.

    >>> key_of_path("/s/abc/exercise/1")
    'abc'
    >>> key_of_path("/static/app.css") is None
    True
    """
    return path.removeprefix(PREFIX).split("/", 1)[0] if path.startswith(PREFIX) else None


_launches, _users, _enrolments = (
    cast(Table, model.__table__).c for model in (LaunchSession, User, Enrolment)
)


class _Found(NamedTuple):
    """What is known of a session: every page asks for it, so it is one prepared query."""

    id: int
    public_id: str
    platform_id: int
    user_id: int
    context_id: int | None
    placement_id: int | None
    cookie_digest: str
    csrf_secret: str
    role: str
    is_test: bool
    frame_origins: list[str]
    return_url: str | None
    locale: str
    time_zone: str | None
    wants_contrast: bool
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    person: str
    persons_zone: str | None
    name: str | None
    given_name: str | None
    family_name: str | None
    email: str | None
    status: str | None


_FIND = Prepared(
    select(
        *_launches["id", "public_id", "platform_id", "user_id", "context_id", "placement_id"],
        *_launches["cookie_digest", "csrf_secret", "role", "is_test", "frame_origins"],
        *_launches["return_url", "locale", "time_zone", "wants_contrast"],
        *_launches["created_at", "seen_at", "ended_at"],
        *_users["public_id", "time_zone", "name", "given_name", "family_name", "email"],
        _enrolments.status,
    )
    .join_from(LaunchSession, User, _users.id == _launches.user_id)
    .outerjoin(
        Enrolment,
        (_enrolments.user_id == _launches.user_id)
        & (_enrolments.context_id == _launches.context_id),
    )
    .where(_launches.key_digest == bindparam("key_digest"))
)


def find_session(
    database: Database,
    key: str,
    cookies: "dict[str, str]",
    *,
    now: datetime,
    fetch_site: str | None,
) -> OpenSession | None:
    """Return the open session of this key whose cookie came along, or None.

    Args:
        fetch_site: where the browser says that the request comes from, None if it does not say.
    """
    with database.read_tables() as tables:
        rows = _FIND.rows(tables, {"key_digest": digest(key)})
    if not rows:
        return None
    launch = _Found(*rows[0])
    if launch.status == EnrolmentStatus.INACTIVE:
        return None
    if not _is_from_its_window(launch, cookies, fetch_site) or _is_over(launch, now):
        return None
    return _opened(launch)


def _is_from_its_window(launch: _Found, cookies: "dict[str, str]", fetch_site: str | None) -> bool:
    if launch.cookie_digest == NO_COOKIE:
        # The key is all there is: good for steps between our pages, not for a link that was shared.
        return fetch_site in (None, "same-origin")
    given = cookies.get(cookie_name(launch.public_id), "")
    return hmac.compare_digest(digest(given), launch.cookie_digest)


def _is_over(launch: _Found, now: datetime) -> bool:
    return (
        launch.ended_at is not None
        or now - launch.created_at >= LASTS_FOR
        or now - launch.seen_at >= IDLE_FOR
    )


def _opened(launch: _Found) -> OpenSession:
    role = Role(launch.role)
    name = PersonName(
        launch.person, launch.name, launch.given_name, launch.family_name, launch.email
    )
    return OpenSession(
        id=launch.id,
        csrf_secret=launch.csrf_secret,
        frame_origins=tuple(launch.frame_origins),
        return_url=launch.return_url,
        seen_at=launch.seen_at,
        viewer=Viewer(
            platform_id=launch.platform_id,
            user_id=launch.user_id,
            user_public_id=launch.person,
            name=name.display(role, words_in(launch.locale).gettext),
            role=role,
            session_public_id=launch.public_id,
            is_test=launch.is_test,
            context_id=launch.context_id,
            placement_id=launch.placement_id,
            locale=launch.locale,
            time_zone=launch.time_zone or launch.persons_zone,
            has_way_back=launch.return_url is not None,
            wants_contrast=launch.wants_contrast,
        ),
    )


class LaunchSessionInterface(SessionInterface):
    """Finds the launch session of a path; it runs before routing and never returns None."""

    def open_session(self, app: Flask, request: Request) -> RequestSession:
        """Return the session's form secret; leave the viewer where `web.context` finds it."""
        g.rapport_viewer = g.rapport_session = None
        g.rapport_session_key = key = key_of_path(request.path)
        found = _find(app.extensions[EXTENSION], key, request) if key else None
        if found is None:
            return RequestSession()
        g.rapport_viewer, g.rapport_session = found.viewer, found
        return RequestSession(csrf_token=found.csrf_secret)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Save nothing: the session is read-only."""


def _find(services: Services, key: str, request: Request) -> OpenSession | None:
    return find_session(
        services.database,
        key,
        dict(request.cookies),
        now=services.clock(),
        fetch_site=request.headers.get("Sec-Fetch-Site"),
    )
