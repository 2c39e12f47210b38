"""Where a browser meets the site: it sits down as somebody, opens, posts, launches."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Page, Route, expect

from lti_app.catalog.views import ActivityView
from lti_app.people.roles import Role
from lti_app.web.session import cookie_name
from tests.pages.site import Site
from tests.peers.platform import TestPlatform
from tests.peers.world import Visitor

_POST = """([action, fields]) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  for (const [name, value] of Object.entries(fields)) {
    const input = document.createElement("input");
    [input.type, input.name, input.value] = ["hidden", name, value];
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}"""
_ANSWER = """<!doctype html><form method="post" action="{action}">{inputs}</form>
<script>document.forms[0].submit()</script>"""
_INPUT = '<input type="hidden" name="{}" value="{}">'


@dataclass
class Stage:
    """One browser profile, in one language, in a course of its own."""

    site: Site
    page: Page
    locale: str
    course: str

    def activity(
        self, changes: Mapping[str, object] | None = None, *, has_column: bool = True
    ) -> ActivityView:
        """Place the self-assessment in the course, with some of its columns changed."""
        return self.site.activity(self.course, changes or {}, has_column=has_column)

    def visitor(self, role: Role = Role.LEARNER, **given: Any) -> Visitor:
        """Return somebody of the course who reads this stage's language."""
        where = {"course": self.course, **given}
        return self.site.world.visitor(self.site.registration, role, locale=self.locale, **where)

    def open(self, visitor: Visitor, rest: str = "") -> None:
        """Open a page of somebody's session."""
        self.page.context.add_cookies(
            [
                {
                    "name": cookie_name(visitor.grant.public_id),
                    "value": visitor.grant.cookie,
                    "domain": "localhost",
                    "path": "/",
                    "secure": True,
                    "httpOnly": True,
                    "sameSite": "None",
                }
            ]
        )
        self.page.goto(self.site.url + visitor.path(rest))

    def post(self, path: str, fields: dict[str, str]) -> None:
        """Post what no form of the open page would, as that page."""
        with self.page.expect_navigation():
            self.page.evaluate(_POST, [path, fields])

    def press(self, name: str) -> None:
        """Press the one button that posts this value or has this class, and wait for the answer."""
        with self.page.expect_navigation():
            self.page.locator(name).click()

    def log_in(self, platform: TestPlatform | None = None, **changes: str) -> None:
        """Come from the platform."""
        platform = platform or self.site.platform
        asked = {
            "iss": platform.issuer,
            "login_hint": "hint",
            "target_link_uri": f"{self.site.url}/lti/launch",
            "client_id": platform.client_id,
            **changes,
        }
        address = f"{self.site.url}/lti/login?{urlencode(asked)}"
        self.page.goto(address, wait_until="commit")

    def launch(self, changes: Mapping[str, Any], platform: TestPlatform | None = None) -> None:
        """Come from the platform, which sends a launch with changed claims."""
        platform = platform or self.site.platform

        def signed(nonce: str) -> dict[str, str]:
            claims = platform.claims(nonce, now=self.site.clock.now, changes=changes)
            return {"id_token": platform.sign(claims)}

        self.come_back_with(signed, platform)

    def come_back_with(
        self,
        fields: Callable[[str], dict[str, str]],
        platform: TestPlatform | None = None,
        **changes: str,
    ) -> None:
        """Come from the platform, which posts these fields at once; wait for the page behind."""

        def answer(route: Route) -> None:
            asked = {k: v[0] for k, v in parse_qs(urlsplit(route.request.url).query).items()}
            sent = {"state": asked["state"], **fields(asked["nonce"])}
            inputs = "".join(_INPUT.format(*pair) for pair in sent.items())
            html = _ANSWER.format(action=asked["redirect_uri"], inputs=inputs)
            route.fulfill(content_type="text/html", body=html)

        self.meet_platform(answer, platform)
        self.log_in(platform, **changes)
        self.page.wait_for_url(f"{self.site.url}/lti/launch")
        expect(self.page.locator("main h1:visible")).to_be_visible()

    def meet_platform(
        self, answer: Callable[[Route], None], platform: TestPlatform | None = None
    ) -> None:
        """Let this answer for the platform's own pages."""
        self.page.route(f"{(platform or self.site.platform).issuer}/**", answer)


Scene = Callable[[Stage], None]


def by_name(*scenes: Scene) -> dict[str, Scene]:
    return {scene.__name__: scene for scene in scenes}
