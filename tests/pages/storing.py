"""A learning platform's page that frames the tool and keeps words for it, or does not, as told."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Frame, FrameLocator, Page, Route

from tests.pages.site import Site
from tests.pages.stage import Stage
from tests.peers.launch_claims import LTI
from tests.peers.platform import ISSUER
from tests.peers.world import ITEM

SCHOOL = "https://school.test"
EVIL = "https://evil.test"
NO_COOKIES = "Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set() {} })"
NOISE = """for (const noise of ["text", null, 7, [], {}, {subject: "lti.put_data.response"},
    {subject: "lti.get_data.response", message_id: {}}])
  event.source.postMessage(noise, event.origin);"""
#: Keeps words as it should; the rest of a page is a function that changes each answer.
KEEPING = """
window.kept = new Map();
window.seen = [];
const offers = subjects => ({supported_messages: subjects.map(subject => ({subject}))});
const store = ({subject, key, value}) => {
  if (subject === "lti.capabilities") return offers(["lti.put_data", "lti.get_data"]);
  if (subject === "lti.put_data" && value === null) kept.delete(key);
  else if (subject === "lti.put_data") kept.set(key, value);
  return {key, value: kept.get(key) ?? null};
};
addEventListener("message", event => {
  const {subject, message_id} = event.data ?? {};
  if (!message_id || event.source === window) return;
  seen.push({...event.data, from: event.origin});
  const answer = {subject: `${subject}.response`, message_id, ...store(event.data)};
  const changed = change(answer, event);
  if (changed) event.source.postMessage(changed, event.origin);
});
"""
RIGHT = "const change = answer => answer;"
_PAGE = "<!doctype html><title>Course</title><body>{body}<script>{script}</script>"
_FRAME = '<iframe name="tool" src="{}" height="600" width="900"></iframe>'
_POST = """<!doctype html><form method="post" action="{}">{}</form>
<script>document.forms[0].submit()</script>"""
_INPUT = '<input type="hidden" name="{}" value="{}">'


@dataclass
class Platform:
    """The pages of a platform in a browser whose frame holds no cookie of the tool, unless told so.

    Attributes:
        change: a function of an answer and its event, in JavaScript, called `change`.
        target: what the login says of who keeps words.
        home: the origin of the page that frames the tool.
        beside: other frames of that page.
    """

    stage: Stage
    change: str = RIGHT
    target: str | None = "_parent"
    home: str = ISSUER
    beside: str = ""
    script: str = KEEPING
    loses_cookies: bool = True
    posted: list[dict[str, str]] = field(default_factory=list)

    @property
    def site(self) -> Site:
        return self.stage.site

    @property
    def page(self) -> Page:
        return self.stage.page

    @property
    def login_url(self) -> str:
        asked = {
            "iss": ISSUER,
            "login_hint": "hint",
            "target_link_uri": f"{self.site.url}/lti/launch",
            "client_id": self.site.platform.client_id,
        }
        if self.target is not None:
            asked["lti_storage_target"] = self.target
        return f"{self.site.url}/lti/login?{urlencode(asked)}"

    def open(self) -> FrameLocator:
        """Open the course; return the tool's frame."""
        self.serve()
        self.page.goto(f"{self.home}/course", wait_until="commit")
        return self.page.frame_locator("iframe[name=tool]")

    def serve(self) -> None:
        context = self.page.context
        if self.loses_cookies:
            context.add_init_script(NO_COOKIES)
        frame = _FRAME.format(self.login_url.replace("&", "&amp;"))
        course = _PAGE.format(body=self.beside + frame, script=self.change + self.script)
        context.route(f"{self.home}/course", lambda route: _fulfil(route, course))
        context.route(f"{ISSUER}/auth*", self._answer)

    def add_page(self, url: str, script: str) -> None:
        """Serve another page of the platform, or of somebody else."""
        page = _PAGE.format(body="", script=script)
        self.page.context.route(url, lambda route: _fulfil(route, page))

    def _answer(self, route: Route) -> None:
        asked = {k: v[0] for k, v in parse_qs(urlsplit(route.request.url).query).items()}
        if self.loses_cookies:
            # What the browser was sent with the login page is not kept.
            self.page.context.clear_cookies()
        changes: dict[str, Any] = {
            f"{LTI}context": {"id": self.stage.course, "title": "Relational leadership"},
            f"{LTI}resource_link": {"id": f"link of {self.stage.course}", "title": "Start"},
            f"{LTI}custom": {"item": ITEM},
            # So the pages of the session may be framed there.
            f"{LTI}tool_platform": {"guid": "school", "url": self.home},
        }
        platform = self.site.platform
        claims = platform.claims(asked["nonce"], now=self.site.clock.now, changes=changes)
        sent = {"state": asked["state"], "id_token": platform.sign(claims)}
        self.posted.append(sent)
        inputs = "".join(_INPUT.format(*pair) for pair in sent.items())
        _fulfil(route, _POST.format(asked["redirect_uri"], inputs))

    def seen(self, subject: str) -> list[dict[str, Any]]:
        """Return what has reached the page around the tool, of one subject."""
        found = self.page.evaluate(
            "subject => seen.filter(one => one.subject === subject)", subject
        )
        return list(found)

    def kept(self) -> dict[str, str]:
        return dict(self.page.evaluate("Object.fromEntries(kept)"))


def fails(code: str) -> str:
    """Return a change: every word is answered with an error."""
    error = json.dumps({"code": code, "message": "no"})
    return f"""const change = ({{subject, message_id, ...rest}}) => rest.supported_messages
      ? {{subject, message_id, ...rest}} : {{subject, message_id, error: {error}}};"""


def offering(*subjects: str) -> str:
    """Return a change: the page says that it can do this."""
    return f"""const change = answer => answer.supported_messages
      ? {{...answer, ...offers({json.dumps(subjects)})}} : answer;"""


def tool_frame(page: Page, site: Site) -> Frame:
    return next(frame for frame in page.frames if frame.url.startswith(site.url))


def _fulfil(route: Route, page: str) -> None:
    route.fulfill(content_type="text/html", body=page)
