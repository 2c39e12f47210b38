"""People in courses of platforms, made without a launch, and the browser each of them sits at."""

import itertools
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lti_app.catalog.models import Placement
from lti_app.catalog.service import ensure_activity, find_activity, remember_placement
from lti_app.catalog.views import ActivityView
from lti_app.core.db import Database
from lti_app.lti.deep_link_requests import Bound, keep_request
from lti_app.lti.deep_linking import DeepLinkingSettings
from lti_app.lti.registration import Registration
from lti_app.lti.registrations import PlatformDetails, add_platform, list_deployments
from lti_app.people.models import User
from lti_app.people.roles import Role
from lti_app.people.service import (
    ContextDetails,
    Profile,
    remember_context,
    remember_enrolment,
    remember_user,
)
from lti_app.submissions.current import EXTENSION as KINDS
from lti_app.web.session import cookie_name
from lti_app.web.sessions import SessionGrant, SessionStart, start_session

ITEM = "leading-knowledge/m1-self20-pre"
_numbers = itertools.count(1)
FIELD = re.compile(
    r'name="((?:statement-|key|number|base_revision|version)[^"]*)"[^>]*?value="([^"]*)"'
)
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Visitor:
    """Somebody at a browser, in one launch session.

    Attributes:
        user_id, platform_id: of the person, to look at their rows.
    """

    app: Flask
    grant: SessionGrant
    user_id: int
    platform_id: int
    context_id: int | None
    base_url: str
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        self.client.set_cookie(
            cookie_name(self.grant.public_id),
            self.grant.cookie,
            domain=self.base_url.split("//")[1].split(":")[0],
            secure=True,
        )

    def path(self, rest: str = "") -> str:
        return f"/s/{self.grant.key}/{rest}"

    def get(self, rest: str = "") -> TestResponse:
        return self.client.get(self.path(rest), base_url=self.base_url)

    def post(self, rest: str, data: dict[str, object] | None = None) -> TestResponse:
        """Post as a form of one of our pages does, with the token of this session."""
        given = {"csrf_token": self.csrf_token(), **(data or {})}
        return self.client.post(
            self.path(rest),
            data=given,
            base_url=self.base_url,
            headers={"Sec-Fetch-Site": "same-origin"},
        )

    def hand_in(self, activity: ActivityView, answer: str = "3") -> TestResponse:
        """Give every statement the same answer and hand in; return what the form's POST answers.

        Whoever has handed in does so again, if they may.
        """
        address = f"exercise/{activity.public_id}"
        fields = dict(FIELD.findall(self.get(f"{address}?again=1").text))
        chosen = {
            name: answer if name.startswith("statement-") else value
            for name, value in fields.items()
        }
        return self.post(address, {**chosen, "do": "hand_in"})

    def csrf_token(self) -> str:
        """Return the form token as the start page of the session carries it."""
        page = self.client.get(self.path(), base_url=self.base_url, follow_redirects=True)
        found = _TOKEN.search(page.text)
        assert found, f"no form on the page ({page.status_code})"
        return found[1]


@dataclass
class World:
    """Platforms, courses, people: rows that a launch would have left."""

    app: Flask
    database: Database
    now: datetime
    base_url: str = "https://tool.test"
    issuer: str = "https://lms.test"

    def platform(self, client_id: str = "c1", issuer: str | None = None) -> Registration:
        """Register a platform with the deployment `d1`."""
        named = issuer or self.issuer
        details = PlatformDetails(
            name="LMS",
            issuer=named,
            client_id=client_id,
            auth_url=f"{named}/auth",
            token_url=f"{named}/token",
            jwks_url=f"{named}/jwks",
        )
        with self.database.write() as session:
            return add_platform(session, details, now=self.now, deployment_ids=("d1",))

    def visitor(
        self,
        platform: Registration,
        role: Role = Role.LEARNER,
        *,
        course: str | None = "course-1",
        sub: str | None = None,
        placement_id: int | None = None,
        is_test: bool = False,
        name: str | None = "Ann Ångström",
        locale: str = "en",
        return_url: str | None = None,
        wants_contrast: bool = False,
    ) -> Visitor:
        """Enrol somebody new and open a session for them, as a launch would."""
        with self.database.write() as session:
            user = remember_user(
                session,
                platform_id=platform.id,
                sub=sub or f"sub-{next(_numbers)}",
                profile=Profile(name=name),
                now=self.now,
            )
            session.flush()
            context_id = self._enrol(session, platform, user, course, role, is_test=is_test)
            grant = start_session(
                session,
                SessionStart(
                    platform_id=platform.id,
                    user_id=user.id,
                    role=role,
                    is_test=is_test,
                    context_id=context_id,
                    placement_id=placement_id,
                    frame_origins=(platform.issuer,),
                    locale=locale,
                    return_url=return_url,
                    wants_contrast=wants_contrast,
                ),
                now=self.now,
            )
        return Visitor(self.app, grant, user.id, platform.id, context_id, self.base_url)

    def ask_for_content(
        self, visitor: Visitor, *, types: tuple[str, ...] = ("ltiResourceLink",), **asked: Any
    ) -> None:
        """Let a visitor's platform wait for content, as a deep linking launch would leave it.

        Args:
            asked: of `DeepLinkingSettings`, where it is not the plainest.
        """
        settings = {"return_url": f"{self.issuer}/return?course=1", **asked}
        with self.database.write() as session:
            keep_request(
                session,
                DeepLinkingSettings(accept_types=frozenset(types), **settings),
                Bound(
                    visitor.platform_id,
                    visitor.user_id,
                    visitor.context_id or 0,
                    visitor.grant.public_id,
                ),
                deployment_id=list_deployments(session, visitor.platform_id)[0].id,
                now=self.now,
            )

    def activity(
        self,
        platform: Registration,
        *,
        course: str = "course-1",
        link: str = "link-1",
        item: str = ITEM,
    ) -> ActivityView:
        """Place an item, "Where do I start?" unless given, as the first launch of a link would."""
        placement_id = self.link(platform, course=course, link=link, item=item)
        with self.database.read() as session:
            activity_id = session.scalars(
                select(Placement.activity_id).where(Placement.id == placement_id)
            ).one()
            found = find_activity(session, platform_id=platform.id, activity_id=activity_id or 0)
        assert found
        return found

    def link(
        self,
        platform: Registration,
        *,
        course: str = "course-1",
        link: str = "link-1",
        item: str | None = None,
    ) -> int:
        """Put a link into a course, opening an item or nothing yet; return the placement's id."""
        with self.database.write() as session:
            deployment = list_deployments(session, platform.id)[0]
            context = remember_context(
                session,
                platform_id=platform.id,
                deployment_id=deployment.id,
                details=ContextDetails(course, f"Course {course}"),
                now=self.now,
            )
            session.flush()
            placement = remember_placement(
                session,
                platform_id=platform.id,
                deployment_id=deployment.id,
                context_id=context.id,
                lti_id=link,
                title="Where do I start?",
                now=self.now,
            )
            if item:
                ensure_activity(
                    session, placement, item, registry=self.app.extensions[KINDS], now=self.now
                )
            session.flush()
            return placement.id

    def _enrol(
        self,
        session: Session,
        platform: Registration,
        user: User,
        course: str | None,
        role: Role,
        *,
        is_test: bool,
    ) -> int | None:
        if course is None:
            return None
        deployment = list_deployments(session, platform.id)[0]
        context = remember_context(
            session,
            platform_id=platform.id,
            deployment_id=deployment.id,
            details=ContextDetails(course, f"Course {course}"),
            now=self.now,
        )
        remember_enrolment(
            session,
            user=user,
            context=context,
            role=role,
            is_test=is_test,
            now=self.now,
        )
        session.flush()
        return context.id
