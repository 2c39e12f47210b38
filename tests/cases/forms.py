"""Every form that somebody can reach by following links, read from the pages as a browser would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

from werkzeug.test import TestResponse

from tests.peers.world import Visitor

#: What is the page's own; a hostile value there is another case.
OWN = frozenset(
    {"csrf_token", "key", "number", "base_revision", "version", "revision", "do", "state"}
)
#: After these the session is over, and with it the walk.
_ENDS = ("/leave", "/own-tab")


@dataclass(frozen=True)
class Button:
    """One way to send a form; it may go elsewhere than the form itself."""

    fields: dict[str, str] = field(default_factory=dict)
    action: str = ""
    method: str = ""


@dataclass
class Found:
    """One form: where it goes, how, and its fields with the values that the page gave them."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list["Button"] = field(default_factory=list)

    @property
    def name(self) -> tuple[str, str, frozenset[str]]:
        return (self.method, self.action.split("?")[0], frozenset(self.fields))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Found] = []
        self.links: list[str] = []
        self._open: Found | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/s/"):
            self.links.append(given["href"].split("#")[0])
        if tag == "form":
            self._open = Found(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        if self._open is not None:
            self._read_field(self._open, tag, given)

    def _read_field(self, form: Found, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "select":
            self._select = name
            form.fields.setdefault(name, "")
        elif tag == "option" and self._select and "selected" in given:
            form.fields[self._select] = given.get("value", "")
        elif tag == "button":
            sent = {name: given.get("value", "")} if name else {}
            action, method = given.get("formaction", ""), given.get("formmethod", "")
            form.buttons.append(Button(sent, action, method))
        elif tag == "textarea":
            form.fields.setdefault(name, "")
        elif tag == "input" and name:
            is_chosen = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if is_chosen or name not in form.fields:
                form.fields[name] = given.get("value", "on")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = ""


@dataclass
class Walk:
    """What was met on the way: pages by address, and forms, each kind once."""

    pages: dict[str, str] = field(default_factory=dict)
    forms: list[Found] = field(default_factory=list)


def walk(visitor: Visitor, *, most: int = 60) -> Walk:
    """Follow every link from the start page, and remember each page and form."""
    met, names = Walk(), set()
    waiting = [visitor.path()]
    while waiting and len(met.pages) < most:
        address = waiting.pop(0)
        if address in met.pages:
            continue
        answer = visitor.client.get(address, base_url=visitor.base_url)
        if answer.status_code == 303:
            waiting.insert(0, answer.location.split("#")[0])
        met.pages[address] = answer.text if answer.mimetype == "text/html" else ""
        reader = _Reader()
        reader.feed(met.pages[address])
        waiting += reader.links
        for form in reader.forms:
            if form.action.endswith(_ENDS) or form.name in names:
                continue
            names.add(form.name)
            met.forms.append(form)
    return met


def send(visitor: Visitor, form: Found, button: Button, fields: dict[str, str]) -> TestResponse:
    """Send a form by one of its buttons, as a browser would."""
    encoded = {
        name: given.encode("utf-8", "surrogatepass")
        for name, given in {**fields, **button.fields}.items()
    }
    address = button.action or form.action
    if (button.method or form.method) == "get":
        query = urlencode(encoded)
        return visitor.client.get(address, query_string=query, base_url=visitor.base_url)
    return visitor.client.post(
        address,
        data=encoded,
        base_url=visitor.base_url,
        headers={"Sec-Fetch-Site": "same-origin"},
    )
