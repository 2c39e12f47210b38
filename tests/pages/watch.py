"""Watches a browser page from before its first request on."""

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request


class Watch:
    """What a page asks of other hosts, what its policy forbade, what broke in its scripts.

    Attributes:
        amiss: sentences, in the order in which it happened.
    """

    def __init__(self, page: Page, own_url: str) -> None:
        self._own = urlsplit(own_url).netloc
        self.amiss: list[str] = []
        page.on("request", self._see_request)
        page.on("console", self._see_console)
        page.on("pageerror", lambda error: self.amiss.append(f"a script broke: {error}"))

    def _see_request(self, request: Request) -> None:
        host = urlsplit(request.url).netloc
        # Data and blobs have no host. Where a person is led is no request of the page's own.
        if host not in (self._own, "") and not request.is_navigation_request():
            self.amiss.append(f"another host is asked: {request.url}")

    def _see_console(self, message: ConsoleMessage) -> None:
        # A page with an error status is a "failed resource" to the browser, and the page we want.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.amiss.append(f"the console says: {message.text}")
