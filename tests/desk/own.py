"""An editor as a browser without scripts shows it: its fields, and what is pressed."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.test import TestResponse

from tests.peers.world import Visitor

#: A whole sorting exercise, by the names of the editor's fields.
SORTING = {
    "title": "Hiding or not asked?",
    "summary": "Four remarks.",
    "introduction": "Put each where it belongs.",
    "bins.0.title": "Hiding",
    "bins.0.about": "Kept back on purpose.",
    "bins.1.title": "Not asked",
    "bins.1.about": "Nobody wanted to know.",
    "conclusion": "Most of it was never asked for.",
    **{
        f"cards.{n}.{name}": value
        for n in range(4)
        for name, value in (("text", f"Remark {n}"), ("feedback", f"Because {n}"))
    },
}
#: A whole story in the scenes that a new one has.
STORY = {
    "title": "The answer was in the building",
    "summary": "Who asks, and how?",
    "setup": "A fix exists two floors up.",
    **{
        f"scenes.{n}.{name}": value
        for n, title in enumerate(("The call", "Upstairs", "Alone"))
        for name, value in (("title", title), ("text", f"{title}: what happens."))
    },
    "scenes.0.options.0.text": "Go upstairs",
    "scenes.0.options.1.text": "Try alone",
}


class _Form(HTMLParser):
    """Collects what the form with this id would send."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.is_inside = False
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = given.get("id") == "editor"
        if not self.is_inside:
            return
        name = given.get("name", "")
        if tag == "input" and (given["type"] != "checkbox" or "checked" in given):
            self.fields[name] = given.get("value", "")
        elif tag in {"textarea", "select"}:
            self._open = name
            self.fields[name] = ""
        elif tag == "option" and "selected" in given:
            self.fields[self._open] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        if tag in {"textarea", "select"}:
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open and self.lasttag == "textarea":
            self.fields[self._open] += data.removeprefix("\n")


def fields_of(page: str) -> dict[str, str]:
    """Return what the editor of a page would send."""
    form = _Form()
    form.feed(page)
    return {name.removeprefix("item."): value for name, value in form.fields.items()}


#: What the form sends beside the item's own fields.
_BESIDE = frozenset({"csrf_token", "do", "base_revision", "number", "in_gradebook"})


def sent(fields: dict[str, str]) -> dict[str, object]:
    """Return fields as a form sends them."""
    return {name if name in _BESIDE else f"item.{name}": value for name, value in fields.items()}


@dataclass
class Editor:
    """One tab with the editor of one item."""

    teacher: Visitor
    public_id: str
    page: str = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    @property
    def address(self) -> str:
        return f"own/{self.public_id}"

    def open(self) -> str:
        self.page = self.teacher.get(self.address).text
        return self.page

    @property
    def fields(self) -> dict[str, str]:
        return fields_of(self.page)

    def press(self, do: str, **typed: str) -> TestResponse:
        """Press a button with something typed before; the tab then shows what it leads to."""
        answer = self.teacher.post(self.address, sent({**self.fields, **typed, "do": do}))
        if answer.status_code == 303:
            shown = self.teacher.client.get(answer.location, base_url=self.teacher.base_url)
            self.page = shown.text
        else:
            self.page = answer.text
        return answer


def make_own(teacher: Visitor, start: str = "new:exercise/sort") -> str:
    """Begin an item and return its public id."""
    answer = teacher.post("own", {"start": start})
    assert answer.status_code == 303, answer.text
    return str(answer.location.rpartition("/")[2])


def whole(editor: Editor) -> dict[str, str]:
    """Return fields that make a sorting exercise complete."""
    first, second = editor.fields["bins.0.id"], editor.fields["bins.1.id"]
    bins = {f"cards.{n}.bin": first if n % 2 else second for n in range(4)}
    return {**SORTING, **bins}
