"""A tool as small as a launch in a real browser allows: it shows whose launch arrived."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from tests.sandbox.lms import claims_of

_PAGE = """<!doctype html><title>Tool</title><p id="who">{who}</p><p id="error">{error}</p>
<p id="cookie">{cookie}</p><script>
window.resize = (height, subject = "lti.frameResize") => ({{subject, height}});
window.ask = (...what) => window.parent.postMessage(window.resize(...what), "*");
window.heard = [];
addEventListener("message", ({{data, origin}}) => window.heard.push({{data, origin}}));
window.say = (message, frame) =>
  (frame ? parent.frames[frame] : (opener ?? parent)).postMessage(message, "*");
</script>"""

#: The browser goes back from a page of the tool: the platform's cookie is asked for across sites.
_GOES_ON = """<!doctype html><title>Tool</title>
<form method="post" action="{action}">{fields}</form>
<script>document.forms[0].submit()</script>"""


@contextmanager
def serving_browser_tool(lms_url: str) -> Iterator[str]:
    """Serve the tool on a free port of `localhost`, which is another site than 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = {
                name: values[0]
                for name, values in parse_qs(self.rfile.read(length).decode()).items()
            }
            if self.path == "/lti/login":
                self._ask_platform(form)
            else:
                self._show(form)

        def _ask_platform(self, form: dict[str, str]) -> None:
            asked = {
                "scope": "openid",
                "response_type": "id_token",
                "response_mode": "form_post",
                "prompt": "none",
                "client_id": form["client_id"],
                "redirect_uri": f"{base_url}/lti/launch",
                "login_hint": form["login_hint"],
                "lti_message_hint": form["lti_message_hint"],
                "nonce": "n",
                "state": "s",
            }
            fields = "".join(
                f'<input type="hidden" name="{name}" value="{escape(value)}">'
                for name, value in asked.items()
            )
            cookies = [
                f"{name}=1; Path=/; Secure; HttpOnly; SameSite=None{more}"
                for name, more in (("kept", "; Partitioned"), ("blocked", ""))
            ]
            self._send(_GOES_ON.format(action=f"{lms_url}/lti/auth", fields=fields), cookies)

        def _show(self, form: dict[str, str]) -> None:
            who = claims_of(form["id_token"])["sub"] if "id_token" in form else ""
            page = _PAGE.format(
                who=escape(who),
                error=escape(form.get("error", "")),
                cookie=escape(self.headers.get("Cookie", "")),
            )
            self._send(page, [])

        def _send(self, page: str, cookies: list[str]) -> None:
            body = page.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            for cookie in cookies:
                self.send_header("Set-Cookie", cookie)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    base_url = f"http://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield base_url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
