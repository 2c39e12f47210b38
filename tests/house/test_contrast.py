"""Text and marks can be told from what they stand on, in both themes."""

import re
from itertools import product

import pytest

from tests.house.checkout import ROOT

_TOKENS = (ROOT / "lti_app/static_src/css/_tokens.scss").read_text()
_TEXT, _MARK = 4.5, 3.0  # WCAG 2.2, criteria 1.4.3 and 1.4.11
_STATES = ("good", "wait", "stop", "note", "human", "action")
PAIRS = [
    *(
        (ink, ground, _TEXT)
        for ink, ground in product(("ink", "ink-2", "ink-3"), ("ground", "surface", "sunken"))
    ),
    *((f"{state}-ink", f"{state}-wash", _TEXT) for state in _STATES),
    *(("ink", f"{state}-wash", _TEXT) for state in _STATES),
    *(("action", ground, _TEXT) for ground in ("ground", "surface", "human-wash", "stop-wash")),
    ("on-action", "action", _TEXT),
    ("on-action", "action-strong", _TEXT),
    ("stop-ink", "ground", _TEXT),
    *(
        (mark, ground, _MARK)
        for mark, ground in product(("edge", "focus", "action"), ("ground", "surface"))
    ),
]


def colours(theme: str) -> dict[str, str]:
    block = _TOKENS.split(f"@mixin {theme} {{", 1)[1].split("\n}", 1)[0]
    return dict(re.findall(r"--rp-([\w-]+): #([0-9a-f]{6})", block))


def luminance(colour: str) -> float:
    shares = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_measure_agrees_with_the_definition() -> None:
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_pair_of_colours_has_the_contrast_it_needs(
    theme: str, front: str, back: str, least: float
) -> None:
    named = colours(theme)

    assert contrast(named[front], named[back]) >= least


def test_themes_name_the_same_colours() -> None:
    assert colours("light").keys() == colours("dark").keys()
