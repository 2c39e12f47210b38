"""From a verified launch to a launch session, in one transaction. It serves no page."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from lti_app.audit import Actor, record_event
from lti_app.bridge.familiar import Known, find_familiar
from lti_app.bridge.group_reading import read_groups_at_launch
from lti_app.bridge.hints import wants_contrast, zone_in
from lti_app.bridge.notices import subscribe_at_launch
from lti_app.bridge.placing import remember_placing
from lti_app.bridge.reviewing import path_of_review, remember_review
from lti_app.bridge.roles import role_of
from lti_app.bridge.roster_days import read_at_first_launch
from lti_app.core.db import Database, Place
from lti_app.core.db.locks import hold_lock
from lti_app.lti.deep_link_requests import Bound, keep_request
from lti_app.lti.errors import LtiError, Reason
from lti_app.lti.launch import consume_attempt
from lti_app.lti.registration import Standing
from lti_app.lti.registrations import admit_deployment
from lti_app.lti.services import remember_services
from lti_app.lti.standing import make_active
from lti_app.lti.verified import VerifiedLaunch
from lti_app.people.roles import Role
from lti_app.people.service import Profile, remember_user
from lti_app.submissions.registry import Registry
from lti_app.web.sessions import SessionGrant, SessionStart, start_session

_URL_LENGTH = 2048


@dataclass(frozen=True)
class Entered:
    """What a launch came to.

    Attributes:
        grant: None when nobody signed in: an anonymous launch.
        activity_id: of the activity that the link stands for, if it stands for one.
        path: where the browser goes, below the session's own path; empty for its first page.
    """

    grant: SessionGrant | None = None
    activity_id: int | None = None
    path: str = ""


@dataclass(frozen=True)
class _Browser:
    locale: str
    keeps_cookies: bool


def enter(
    database: Database,
    launch: VerifiedLaunch,
    *,
    registry: Registry,
    locale: str,
    now: datetime,
    keeps_cookies: bool = True,
) -> Entered:
    """Consume the launch and remember what it told us, all or nothing.

    Args:
        locale: the language tag that this person's pages are to follow, at most 35 characters.
        keeps_cookies: whether the session is to need its cookie.

    Raises:
        LtiError: `state_used`, when another request consumed the launch first.
    """
    browser = _Browser(locale, keeps_cookies)
    with database.write_tables() as tables:
        known = find_familiar(tables, launch, now=now)
        if known is not None:
            _consume(tables, launch, now)
            return _enter_as(tables, launch, known, browser, now=now)
    with database.write() as session:
        _consume(session, launch, now)
        if launch.registration.standing is Standing.UNTRIED:
            make_active(session, launch.registration, now=now)
        deployment_id = admit_deployment(session, launch, now=now)
        remember_services(session, launch, now=now)
        subscribe_at_launch(session, launch, deployment_id, now=now)
        if launch.sub is None:
            return _enter_anonymously(session, launch, deployment_id, registry=registry, now=now)
        known = _get_to_know(session, launch, deployment_id, registry=registry, now=now)
        entered = _enter_as(session, launch, known, browser, now=now)
        _keep_what_was_asked(session, launch, known, deployment_id, entered, now=now)
        if launch.review is None:
            return entered
        return replace(entered, path=path_of_review(session, launch, known.activity_id))


def _consume(place: Place, launch: VerifiedLaunch, now: datetime) -> None:
    if not consume_attempt(place, launch.attempt_id, now=now):
        raise LtiError(Reason.STATE_USED, platform_id=launch.registration.id)


def _enter_as(
    place: Place, launch: VerifiedLaunch, known: Known, browser: _Browser, *, now: datetime
) -> Entered:
    grant = start_session(place, _start(launch, known, browser), now=now)
    _audit(place, launch, Actor(known.user_public_id), now, about=grant.public_id)
    return Entered(grant, activity_id=known.activity_id, path=_path_of(launch))


def _keep_what_was_asked(
    session: Session,
    launch: VerifiedLaunch,
    known: Known,
    deployment_id: int,
    entered: Entered,
    *,
    now: datetime,
) -> None:
    """Keep a request for content with the session that answers it."""
    if launch.deep_linking is None or entered.grant is None or known.context_id is None:
        return
    bound = Bound(launch.registration.id, known.user_id, known.context_id, entered.grant.public_id)
    keep_request(session, launch.deep_linking, bound, deployment_id=deployment_id, now=now)


def _path_of(launch: VerifiedLaunch) -> str:
    """Return the page that a message asks for, below the session's own path."""
    return "add" if launch.deep_linking is not None else ""


def _enter_anonymously(
    session: Session,
    launch: VerifiedLaunch,
    deployment_id: int,
    *,
    registry: Registry,
    now: datetime,
) -> Entered:
    hold_lock(session, "launch", launch.registration.id)
    placed = remember_placing(session, launch, deployment_id, user=None, registry=registry, now=now)
    _audit(session, launch, Actor.NOBODY, now)
    return Entered(activity_id=placed.activity_id)


def _get_to_know(
    session: Session,
    launch: VerifiedLaunch,
    deployment_id: int,
    *,
    registry: Registry,
    now: datetime,
) -> Known:
    # A class opens a new link at the same second: only the first one makes the course.
    hold_lock(session, "launch", launch.registration.id)
    names = launch.names
    user = remember_user(
        session,
        platform_id=launch.registration.id,
        sub=launch.sub or "",
        profile=Profile(
            names.name, names.given_name, names.family_name, names.email, launch.locale
        ),
        now=now,
    )
    if launch.legacy_user_id:
        user.legacy_id = launch.legacy_user_id
    session.flush()
    placed = (
        remember_placing(session, launch, deployment_id, user=user, registry=registry, now=now)
        if launch.review is None
        else remember_review(session, launch, deployment_id, user=user, now=now)
    )
    session.flush()
    read_at_first_launch(session, launch, placed.context_id, now=now)
    read_groups_at_launch(session, launch, placed.context_id, now=now)
    return Known(
        user.id,
        user.public_id,
        placed.context_id,
        placed.placement_id,
        placed.activity_id,
        has_zone=user.time_zone is not None,
    )


def _start(launch: VerifiedLaunch, known: Known, browser: _Browser) -> SessionStart:
    return SessionStart(
        platform_id=launch.registration.id,
        user_id=known.user_id,
        # Without a course there is no role in it, whatever the platform says elsewhere.
        role=role_of(launch.roles) if known.context_id is not None else Role.GUEST,
        is_test=launch.roles.is_test_user,
        context_id=known.context_id,
        placement_id=known.placement_id,
        frame_origins=launch.frame_origins,
        return_url=_short(launch.presentation.return_url),
        locale=browser.locale,
        needs_cookie=browser.keeps_cookies,
        # Only until the browser has said its own.
        time_zone=None if known.has_zone else zone_in(launch),
        wants_contrast=wants_contrast(launch),
    )


def _short(url: str | None) -> str | None:
    return url if url and len(url) <= _URL_LENGTH else None


def _audit(
    place: Place,
    launch: VerifiedLaunch,
    actor: Actor,
    now: datetime,
    *,
    about: str | None = None,
) -> None:
    record_event(
        place,
        "launch.verified",
        at=now,
        actor=actor,
        about=("session", about) if about else ("platform", launch.registration.public_id),
        platform_id=launch.registration.id,
    )
