"""Takes stock of the pages that scenes end on, by the endpoint that drew each."""

from urllib.parse import urlsplit

from flask import Flask, Response, request, request_finished

#: Drawn for no person: other programs read them, or they lead on or download at once.
NO_PAGES = {
    "config.for_canvas",
    "desk.start",
    "group_files.download",
    "health.live",
    "health.ready",
    "lti.jwks",
    "metrics.metrics",
    "own_tab.take",
    "results.download",
    "roster.progress",
    "static.file",
    "way_back.go",
}
#: Looked at in its own test, part by part.
GALLERY = "gallery"


class Stock:
    """What an app has drawn, and what of it was looked at.

    Attributes:
        looked_at: endpoints of pages that scenes ended on.
        scenes: names of the scenes that ended.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._drawn: dict[str, str] = {}
        self.looked_at: set[str] = set()
        self.scenes: set[str] = set()
        request_finished.connect(self._see, app)

    def _see(self, _app: Flask, response: Response, **_: object) -> None:
        if request.method == "GET" and response.mimetype == "text/html" and request.endpoint:
            self._drawn[request.path] = request.endpoint

    def note(self, scene: str, url: str) -> None:
        """Note that somebody looks at this page, where a scene ended."""
        self.scenes.add(scene)
        if endpoint := self._drawn.get(urlsplit(url).path):
            self.looked_at.add(endpoint)

    def missing(self) -> set[str]:
        """Return the endpoints whose pages no scene ended on."""
        pages = {
            rule.endpoint
            for rule in self._app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and rule.endpoint.partition(".")[0] != GALLERY
        }
        return pages - NO_PAGES - self.looked_at
