"""YAML as packs use it: plain values, each written once. Anything cleverer is refused."""

from typing import Any, Never

import yaml
from yaml.error import Mark

from lti_app.catalog.flaws import Flaw, FlawedError

#: No file of a course is longer or deeper; what is, was made to hurt.
MOST_BYTES = 512 * 1024
DEEPEST = 30

#: What YAML can write and no file of a course needs.
_TYPED = ("binary", "omap", "pairs", "set")
_QUOTE = "Put the whole text in quotes."
#: What PyYAML says (a piece of its context or problem), what is amiss, and the fix.
_SAID = (
    (r"'\t'", "a tab stands where only spaces may", "Indent with spaces."),
    (
        "mapping values are not allowed",
        "a colon stands where none can",
        "Put the whole text in quotes, or give the line above its colon.",
    ),
    (
        "but found '<scalar>'",
        "the text goes on behind a closing quotation mark",
        "Use the other kind of quotes around it, or typeset ones inside.",
    ),
    (
        "scanning a quoted scalar",
        "a quotation mark is opened here and never closed",
        "Close it with the same mark.",
    ),
    ("unknown escape", "a backslash stands in double quotes", "Use single quotes."),
    ("parsing a flow", "a bracket is opened here and never closed", "Close it, or quote the text."),
    (
        "could not find expected ':'",
        "this line is no `key: value` and belongs to no text",
        "Write a colon after the key, or indent the line below its text.",
    ),
    (
        "scanning a block scalar",
        "something stands behind the sign that begins a text",
        "Begin the text on the next line, indented.",
    ),
    (
        "parsing a block",
        "this line does not stand under its neighbours",
        "Indent it exactly as the lines beside it.",
    ),
    (
        "cannot start any token",
        "the text begins with a character that YAML keeps for itself",
        _QUOTE,
    ),
    ("scanning an alias", "the text begins with `*`", _QUOTE),
    ("scanning an anchor", "the text begins with `&`", _QUOTE),
    ("a single document", "a second document begins here", "Remove the line of three hyphens."),
)
_UNREADABLE = ("this line cannot be read", "Look at its indentation, quotes and colons.")
#: Where a thing is opened and never closed, the opening is what the author looks for.
_OPENED = ("scanning a quoted scalar", "parsing a flow", "could not find expected ':'")


def decode(data: bytes) -> str:
    """Return the text of a file.

    Raises:
        FlawedError: it is not UTF-8, or too long for a file of a course.
    """
    if len(data) > MOST_BYTES:
        most = MOST_BYTES // 1024
        _refuse(None, f"the file is larger than {most} KB", "Split it, or shorten its texts.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _refuse(line, "a character is not UTF-8", "Save the file in the encoding UTF-8.")


def read_yaml(text: str) -> Any:
    """Return what a YAML file says, as mappings, lists, texts, numbers, truths and dates.

    Raises:
        FlawedError: it cannot be read, or names, refers or repeats where it must say a value.
    """
    try:
        # A safe loader, and stricter: it makes no objects.
        return yaml.load(text, Loader=_PlainLoader)  # noqa: S506
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        _refuse(line, "a character here cannot be printed", "Remove it, or type the line again.")
    except yaml.MarkedYAMLError as error:
        raise FlawedError([_in_words(error)]) from error


def _in_words(error: yaml.MarkedYAMLError) -> Flaw:
    said = f"{error.context or ''} {error.problem or ''}"
    what, fix = next(
        ((what, fix) for piece, what, fix in _SAID if piece in said),
        _UNREADABLE,
    )
    is_opened = any(piece in said for piece in _OPENED)
    mark = error.context_mark if is_opened else error.problem_mark
    return Flaw((), what, fix, _line(mark or error.problem_mark))


def _line(mark: Mark | None) -> int | None:
    return mark.line + 1 if mark else None


def _refuse(line: int | None, what: str, fix: str) -> Never:
    raise FlawedError([Flaw((), what, fix, line)])


class _PlainLoader(yaml.SafeLoader):
    """A safe loader without references, tags of its own, repeated keys and endless depth."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # stubs of PyYAML
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
        if getattr(event, "anchor", None):
            _refuse(
                _line(event.start_mark),
                f"`{sign}{event.anchor}` is a reference, and files of a course have none",
                "Put it in quotes if it is text, or write the value out.",
            )
        self._depth += 1
        if self._depth > DEEPEST:
            _refuse(_line(event.start_mark), "this is nested too deeply", "Make it flatter.")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML calls it so
        seen: dict[str, int] = {}
        for key, _value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                _refuse(line, "a key is a word, not a list or a group", _QUOTE)
            if key.value in seen:
                first = seen[key.value]
                what = f"the key `{key.value}` stands in line {first} already"
                _refuse(line, what, "Keep one of the two.")
            seen[key.value] = line
        return super().construct_mapping(node, deep)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002 - PyYAML calls it so
        try:
            return super().construct_object(node, deep)
        except FlawedError:
            raise
        except ValueError:
            _refuse(
                _line(node.start_mark),
                "this looks like a number or a date and is none",
                _QUOTE,
            )

    def refuse_tag(self, node: yaml.Node) -> Never:
        _refuse(
            _line(node.start_mark),
            f"the tag `{node.tag.replace('tag:yaml.org,2002:', '!!')}` is refused",
            "Remove it: a file of a course holds plain values.",
        )


for _tag in (None, *(f"tag:yaml.org,2002:{name}" for name in _TYPED)):
    _PlainLoader.add_constructor(_tag, _PlainLoader.refuse_tag)
