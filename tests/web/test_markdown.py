from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lti_app.web.markdown import to_html

#: One a line; `\n`, `\t`, `\u….` as in Python.
PAYLOADS = (
    (Path(__file__).parents[1] / "data/markdown_payloads.txt").read_text("utf-8").splitlines()
)
TERMS = {"hiding": "term-hiding"}
TAGS = {"p", "ul", "ol", "li", "blockquote", "strong", "em", "code", "pre", "a", "br", "hr"}
HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
ATTRIBUTES = {"href", "rel", "target", "title", "start"}


class Found(HTMLParser):
    """Every tag and attribute of a page, as a browser would read them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.other: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def handle_decl(self, decl: str) -> None:
        self.other.append(decl)

    def handle_pi(self, data: str) -> None:
        self.other.append(data)


def is_harmless(tag: str, given: dict[str, str]) -> bool:
    if tag == "button":
        return given == {"type": "button", "class": "rp-term", "popovertarget": "term-hiding"}
    address = urlsplit(given.get("href", ""))
    return (
        tag in TAGS | HEADINGS
        and set(given) <= ATTRIBUTES
        and address.scheme in {"", "http", "https", "mailto"}
        and given.get("target", "_blank") == "_blank"
        and ("target" not in given or given["rel"] == "noopener")
    )


def test_abuse_50_has_two_hundred_payloads() -> None:
    assert len(set(PAYLOADS)) >= 200


@pytest.mark.parametrize("payload", PAYLOADS)
def test_abuse_50_no_markdown_makes_anything_that_acts(payload: str) -> None:
    text = payload.encode("raw_unicode_escape").decode("unicode_escape")

    for placed in (text, f"Words {text} words", f"- item\n\n  {text}", f"# {text}"):
        found = Found(to_html(placed, terms=TERMS))

        assert not found.other
        assert all(is_harmless(*one) for one in found.tags), found.tags


def test_abuse_53_templates_and_formats_are_printed_as_they_are() -> None:
    assert to_html("{{7*7}} `{0.__class__}`") == ("<p>{{7*7}} <code>{0.__class__}</code></p>\n")


@pytest.mark.parametrize(
    ("text", "first", "tags"),
    [
        pytest.param("# A\n## B", 2, ["h2", "h3"], id="from the page's own heading on"),
        pytest.param("## A\n### B", 2, ["h2", "h3"], id="whatever the text begins with"),
        pytest.param("### A\n# B", 3, ["h5", "h3"], id="the highest decides"),
        pytest.param("# A\n###### B", 4, ["h4", "h6"], id="none below the sixth"),
    ],
)
def test_headings_leave_the_page_its_one_h1(text: str, first: int, tags: list[str]) -> None:
    found = Found(to_html(text, first_heading=first))

    assert [tag for tag, _given in found.tags] == tags


def test_a_marked_term_opens_what_it_means() -> None:
    drawn = to_html("It is [[Hiding]], or [[kept back|hiding]].", terms=TERMS)

    buttons = [given for tag, given in Found(drawn).tags if tag == "button"]
    assert [given["popovertarget"] for given in buttons] == ["term-hiding"] * 2
    assert ">Hiding</button>" in drawn
    assert ">kept back</button>" in drawn


def test_a_mark_without_an_entry_is_printed_as_its_words() -> None:
    assert to_html("It is [[lost|nowhere]].") == "<p>It is lost.</p>\n"


def test_links_to_other_sites_leave_the_frame_and_links_in_the_page_do_not() -> None:
    first, second = (
        given for tag, given in Found(to_html("[a](https://a.example) [b](#b)")).tags if tag == "a"
    )

    assert first == {"href": "https://a.example", "target": "_blank", "rel": "noopener"}
    assert second == {"href": "#b", "rel": "noopener"}


@pytest.mark.parametrize("address", ["ftp://a.example", "irc://a.example", "tel:112", "x:y"])
def test_a_link_of_another_scheme_leads_nowhere(address: str) -> None:
    (link,) = (given for tag, given in Found(to_html(f"[a]({address})")).tags if tag == "a")

    assert "href" not in link


def test_a_picture_is_its_words_because_it_would_be_asked_of_another_host() -> None:
    assert to_html("![a curve](https://a.example/x.png)") == "<p>a curve</p>\n"


@pytest.mark.parametrize("text", ["[[" * 20_000, "[" * 20_000, "*a" * 20_000, "> " * 5_000])
def test_abuse_61_hostile_repetition_is_drawn_at_once(text: str) -> None:
    assert to_html(text)
