"""A school whose platform answers with any roster, page by page, well or badly."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from lti_app.bridge.handlers import make_handlers
from lti_app.core.parts import Parts
from lti_app.lti.nrps import ROSTER_TYPE
from lti_app.people.models import Context, Enrolment, EnrolmentStatus, User
from lti_app.people.roster import READ_ROSTER, find_roster, owe_reading
from lti_app.people.roster_rows import RosterView
from tests.cases.stage import Seat, Stage
from tests.jobs.running import run_due
from tests.peers.http_peer import Reply, Seen, json_reply
from tests.peers.launch_claims import LTI, MEMBERSHIP, NRPS_CLAIM

COURSE = "course-1"
Page = Callable[[Seen], Any]


def member(sub: str, *roles: str, **more: Any) -> dict[str, Any]:
    """Return a member with a name; a learner unless told otherwise."""
    said = [MEMBERSHIP + role for role in roles or ("Learner",)]
    return {"user_id": sub, "roles": said, "name": f"{sub.title()} Green", **more}


def learners(count: int, *, start: int = 0) -> list[dict[str, Any]]:
    return [member(f"learner-{number}") for number in range(start, start + count)]


TEACHER = member("teacher", "Instructor")


@dataclass
class RosterSchool:
    """One course.

    Attributes:
        pages: what stands on each page, in their order; a reply stands for itself.
        whole: members of a list that differs from page to page, as long as `pages` is empty.
        differences: what is told of changes since.
        link: what the header of a page says; None for the usual next page.
    """

    stage: Stage
    parts: Parts
    pages: list[Any] = field(default_factory=list)
    differences: Any = None
    link: Callable[[int], str | None] | None = None
    asked: list[Seen] = field(default_factory=list)
    token_requests: list[Seen] = field(default_factory=list)
    path: str = "/memberships"

    def __post_init__(self) -> None:
        self.stage.platform.answer = self._answer

    @property
    def url(self) -> str:
        return f"{self.stage.platform.url}{self.path}"

    def _answer(self, seen: Seen) -> Any:
        path = urlsplit(seen.path).path
        if path == "/jwks":
            return json_reply({"keys": self.stage.platform.published})
        if path == "/token":
            self.token_requests.append(seen)
            asked = parse_qs(seen.body.decode())["scope"][0]
            given = {"access_token": "t1", "token_type": "Bearer", "expires_in": 3600}
            return json_reply({**given, "scope": asked})
        if path in (self.path, "/changes"):
            self.asked.append(seen)
            return self._page(seen, is_change=path == "/changes")
        return Reply(404)

    def _page(self, seen: Seen, *, is_change: bool) -> Any:
        if is_change:
            return self._members(self.differences)
        number = int(parse_qs(urlsplit(seen.path).query).get("page", ["0"])[0])
        page = self.pages[number % len(self.pages)]
        if callable(page):
            page = page(seen)
        if isinstance(page, Reply):
            return page
        header = self.link(number) if self.link else self._usual_link(number)
        return self._members(page, link=header)

    def _usual_link(self, number: int) -> str | None:
        links = []
        if number + 1 < len(self.pages):
            links.append(f'<{self.url}?type=3&page={number + 1}>; rel="next"')
        elif self.differences is not None:
            links.append(f'<{self.stage.platform.url}/changes?since=1>; rel="differences"')
        return ", ".join(links) or None

    def _members(self, members: Any, *, link: str | None = None) -> Any:
        if isinstance(members, Reply):
            return members
        body = {"id": self.url, "context": {"id": COURSE}, "members": members}
        reply = json_reply(body, media_type=ROSTER_TYPE)
        return replace(reply, headers={**reply.headers, "Link": link}) if link else reply

    def launch(self, sub: str = "teacher", *roles: str, **changes: Any) -> Seat:
        """Launch from the course; an instructor unless told otherwise."""
        said = [MEMBERSHIP + role for role in roles or ("Instructor",)]
        service = {"context_memberships_url": f"{self.url}?type=3", "service_versions": ["2.0"]}
        claims = {"sub": sub, "name": f"{sub.title()} Green", f"{LTI}roles": said}
        withheld = {"given_name": "", "family_name": "", "email": ""}
        return self.stage.accept({**claims, **withheld, NRPS_CLAIM: service, **changes})

    def work(self) -> None:
        """Do what is due, except for what comes round by itself."""
        handlers = {
            kind: handler
            for kind, handler in make_handlers(self.parts).items()
            if kind == READ_ROSTER
        }
        run_due(self.stage.database, handlers, self.stage.clock)

    def read(self, *pages: Any, **span: float) -> RosterView:
        """Let time pass and read the roster as these pages tell it."""
        self.pages = list(pages)
        self.stage.clock.advance(**(span or {"minutes": 2}))
        self.owe()
        self.work()
        return self.roster()

    def owe(self) -> None:
        with self.stage.database.write() as session:
            context = session.scalars(select(Context)).one()
            owe_reading(
                session,
                platform_id=context.platform_id,
                context_id=context.id,
                now=self.stage.clock(),
                is_urgent=True,
            )

    def try_until_settled(self, tries: int = 10) -> RosterView:
        """Let a failing reading try again as often as it wants to."""
        for _ in range(tries):
            self.stage.clock.advance(minutes=31)
            self.work()
        return self.roster()

    def roster(self) -> RosterView:
        found = self.find()
        assert found is not None, "the course has no roster"
        return found

    def find(self) -> RosterView | None:
        with self.stage.database.read() as session:
            context = session.scalars(select(Context)).one()
            return find_roster(session, platform_id=context.platform_id, context_id=context.id)

    def enrolments(self) -> dict[str, Enrolment]:
        with self.stage.database.read() as session:
            rows = session.execute(
                select(User.sub, Enrolment).join(Enrolment, Enrolment.user_id == User.id)
            )
            return dict(rows.all())

    def here(self) -> set[str]:
        """Return who is in the course."""
        return {
            sub for sub, one in self.enrolments().items() if one.status == EnrolmentStatus.ACTIVE
        }

    def users(self) -> dict[str, User]:
        with self.stage.database.read() as session:
            return {user.sub: user for user in session.scalars(select(User))}


def subs(*members: Iterable[dict[str, Any]]) -> set[str]:
    return {str(one["user_id"]) for page in members for one in page}
