"""What looks at the pages sees what is amiss: a good page is spoilt in one way at a time."""

import pytest

from tests.pages.learner_scenes import outside_a_course
from tests.pages.looking import MODES, problems_of
from tests.pages.stage import Stage
from tests.pages.test_other_languages import untranslated
from tests.pages.watch import Watch

pytestmark = pytest.mark.browser

_NEW = "const one = document.createElement('{}'); document.querySelector('main').append(one);"

_STYLE = "one.style.cssText = '{}'; one.textContent = 'Unbreakable';"
_NO_RING = _STYLE.format("outline: none !important")
_NO_ICON = "/static/vendor/icons.svg#nowhere"
_OVER_ALL = "position: fixed; inset: 0; max-width: none"


@pytest.mark.parametrize(
    ("spoilt", "seen"),
    [
        ("document.querySelector('h1').remove()", "0 headings of the first level"),
        ("document.title = ''", "no title of its own"),
        ("document.querySelector('main').removeAttribute('id')", "axe region"),
        ("document.querySelector('h1').style.color = '#eee'", "axe color-contrast"),
        (_NEW.format("img"), "axe image-alt"),
        (_NEW.format("main"), "not exactly one main"),
        (_NEW.format("button") + "one.textContent = 'x'", "px"),
        (_NEW.format("p") + _STYLE.format("min-width: 2000px"), "the page is"),
        (_NEW.format("p") + _STYLE.format("width: 9px; overflow: hidden"), "is cut"),
        ("const one = document.querySelector('.rp-bar button');" + _NO_RING, "shows no focus"),
        (_NEW.format("div") + _STYLE.format(_OVER_ALL), "focused behind something"),
        (
            f"document.querySelector('.rp-bar use').setAttribute('href', '{_NO_ICON}')",
            "icon nowhere",
        ),
    ],
)
def test_what_is_amiss_with_a_page_is_seen(stage: Stage, spoilt: str, seen: str) -> None:
    outside_a_course(stage)

    stage.page.evaluate(spoilt)

    assert seen in "\n".join(problems_of(stage.page, MODES[:1]))


def test_missing_border_in_forced_colours_is_seen(stage: Stage) -> None:
    outside_a_course(stage)

    stage.page.evaluate("document.querySelector('.rp-panel').style.border = 'none'")

    assert "has no border" in "\n".join(problems_of(stage.page, MODES[-1:]))


def test_what_the_policy_forbids_is_seen(stage: Stage) -> None:
    watch = Watch(stage.page, stage.site.url)
    outside_a_course(stage)

    stage.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"top:0\">')")
    stage.page.evaluate("fetch('https://elsewhere.test/').catch(() => null)")

    said = "\n".join(watch.amiss)
    assert "inline style" in said
    assert "https://elsewhere.test" in said


@pytest.mark.parametrize("stage", ["ar"], indirect=True)
@pytest.mark.parametrize(
    ("spoilt", "seen"),
    [
        ("one.textContent = 'Submit'", "not translated: Submit"),
        ("one.setAttribute('aria-label', 'Close')", "not translated: Close"),
        ("one.textContent = 'Ann Ångström'", "without its own direction: Ann Ångström"),
    ],
)
def test_words_that_no_translator_saw_are_seen(stage: Stage, spoilt: str, seen: str) -> None:
    outside_a_course(stage)

    stage.page.evaluate(_NEW.format("p") + spoilt)

    assert seen in "\n".join(untranslated(stage))
