"""What every way into the product shares: its parts, a launch let in, a refusal written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from flask import current_app, request

from lti_app.audit import Actor, record_event
from lti_app.bridge.launch import Entered, enter
from lti_app.bridge.preview import anonymous_page
from lti_app.core.logs import get_logger
from lti_app.core.translation import SOURCE_LOCALE
from lti_app.lti.errors import LtiError
from lti_app.lti.launch import LaunchVerifier, settle_refusal
from lti_app.lti.verified import VerifiedLaunch
from lti_app.submissions.registry import Registry
from lti_app.web.context import clock, services
from lti_app.web.metrics import LAUNCHES, REFUSALS
from lti_app.web.render import Mould, Page

EXTENSION = "rapport.bridge"
_LOGIN_BLANKS = ("method", "action", "fields", "again", "target", "origin", "secret")

_log = get_logger(__name__)


@dataclass(frozen=True)
class Bridge:
    """What the views of a platform's addresses work with."""

    verifier: LaunchVerifier
    registry: Registry
    login_page: Mould = field(default_factory=lambda: Mould("bridge/login.html", *_LOGIN_BLANKS))


def bridge() -> Bridge:
    """Return this app's bridge."""
    return cast(Bridge, current_app.extensions[EXTENSION])


def let_in(launch: VerifiedLaunch, *, keeps_cookies: bool = True) -> Entered:
    """Enter a launch that is proven, and say so in the log.

    Args:
        keeps_cookies: whether the session may rely on a cookie coming back.
    """
    entered = enter(
        services().database,
        launch,
        registry=bridge().registry,
        locale=(launch.locale or request.accept_languages.best or SOURCE_LOCALE)[:35],
        keeps_cookies=keeps_cookies,
        now=clock()(),
    )
    for note in launch.notes:
        _log.warning("launch noted", reason=note, platform=launch.registration.public_id)
    LAUNCHES.inc()
    _log.info("launch accepted", platform=launch.registration.public_id)
    return entered


def page_for_nobody(entered: Entered, launch: VerifiedLaunch) -> Page:
    """Return what an anonymous launch leads to."""
    return anonymous_page(
        bridge().registry,
        platform_id=launch.registration.id,
        activity_id=entered.activity_id,
    )


@contextmanager
def refusals_remembered() -> Iterator[None]:
    """Count and write down a launch that is refused meanwhile."""
    try:
        yield
    except LtiError as error:
        REFUSALS.labels(error.code).inc()
        _remember_refusal(error)
        raise


def _remember_refusal(error: LtiError) -> None:
    """Write down a refused launch; consume its attempt if its browser presented it."""
    now = clock()()
    with services().database.write() as session:
        settle_refusal(session, error, now=now)
        record_event(
            session,
            "launch.refused",
            at=now,
            actor=Actor.NOBODY,
            about=("launch", str(error.attempt_id or "")),
            platform_id=error.platform_id,
            refused_as=error.code,
        )
