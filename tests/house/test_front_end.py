"""Templates, styles and scripts keep the rules that a strict policy and every reader rely on."""

import re
from pathlib import Path

import pytest

from tests.house.checkout import ROOT, own_files

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = [
    path for path in own_files() if path.suffix in (".js", ".mjs") and "static" in path.parts
]
STYLES = sorted((ROOT / "lti_app/static_src/css").glob("*.scss"))
ICONS = [
    line
    for line in (ROOT / "lti_app/static_src/icons.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
VENDOR = ROOT / "lti_app/static/vendor"

_INLINE = re.compile(
    r"<style|\sstyle\s*=|\son[a-z]+\s*=(?!=)|javascript:|<script(?![^>]*\bsrc=)|\shx-on",
    re.IGNORECASE,
)
_FROM_ANOTHER_HOST = re.compile(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//""", re.IGNORECASE)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def stylesheet() -> str:
    return (VENDOR / "app.css").read_text()


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="x">',
        "<style>",
        '<a onclick="x">',
        "<script>1</script>",
        '<a href="javascript:x">',
    ],
)
def test_inline_code_would_be_seen(bad: str) -> None:
    assert _INLINE.search(bad)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_has_nothing_inline_and_nothing_from_another_host(path: Path) -> None:
    text = path.read_text()

    assert _INLINE.search(text) is None
    assert _FROM_ANOTHER_HOST.search(text) is None


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_is_short_and_a_partial_names_its_inputs(path: Path) -> None:
    lines = path.read_text().splitlines()

    assert len(lines) <= 120
    if path.name.startswith("_"):
        assert lines[0].startswith("{# needs:")


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_script_of_ours_asks_no_other_host_and_runs_no_text(path: Path) -> None:
    text = path.read_text()

    assert re.search(r"https?://|\beval\(|new Function|innerHTML|document\.write", text) is None


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r"""\b(?:icon|notice)\(\s*["']([a-z0-9-]+)["']""", path.read_text())
    }

    assert named <= set(ICONS)


def test_sprite_holds_the_listed_icons_and_each_is_used() -> None:
    sprite = (VENDOR / "icons.svg").read_text()
    pages = [path for path in TEMPLATES if path.parent.name != "gallery"]
    sources = [*pages, *(ROOT / "lti_app").rglob("*.py")]
    words = "\n".join(path.read_text() for path in sources)

    assert re.findall(r'<symbol id="([^"]+)"', sprite) == ICONS
    assert [name for name in ICONS if f'"{name}"' not in words] == []


def test_one_stylesheet_serves_both_directions(stylesheet: str) -> None:
    physical = re.findall(
        r"[{;](?:margin|padding|border)-(?:left|right)\b|[{;](?:left|right):|(?:float|text-align|clear):(?:left|right)\b",
        stylesheet,
    )

    assert physical == []


def test_stylesheet_defines_every_property_it_uses_and_fetches_only_beside_itself(
    stylesheet: str,
) -> None:
    used = set(re.findall(r"var\((--[\w-]+)\)", stylesheet))
    defined = set(re.findall(r"[{;](--[\w-]+):", stylesheet))
    addresses = re.findall(r'url\("?([^")]+)', stylesheet)

    assert used - defined == set()
    assert [
        one for one in addresses if not one.startswith(("data:image/svg+xml", "figtree-"))
    ] == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_only_the_tokens_name_a_colour(path: Path) -> None:
    colours = re.findall(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", path.read_text())

    assert bool(colours) == (path.name == "_tokens.scss")


def test_stylesheet_fits_its_budget(stylesheet: str) -> None:
    """A learner's first page has 60 KB, compressed; the stylesheet may have a quarter."""
    import gzip  # noqa: PLC0415 - only this test weighs

    assert len(gzip.compress(stylesheet.encode(), 9)) < 16_000


def test_no_third_party_file_is_kept_in_the_repository() -> None:
    kept = [name_of(path) for path in own_files()]

    assert [name for name in kept if "vendor/" in name or "node_modules" in name] == []
    assert [name for name in kept if name.endswith((".min.js", ".min.css", ".woff2"))] == []
