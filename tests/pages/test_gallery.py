"""Every component in every state and mode, looked at; its pictures are kept with the others."""

import pytest

from lti_app.web.gallery import FAMILIES
from tests.browser.conftest import take_picture
from tests.pages.looking import MIRRORED, MODES, Mode, problems_of
from tests.pages.stage import Stage
from tests.pages.watch import Watch

pytestmark = pytest.mark.browser

_PICTURES = (*(mode for mode in MODES if not mode.is_forced), Mode("light", 320, is_forced=True))


@pytest.mark.parametrize("family", FAMILIES)
def test_components_are_fit_for_everybody(stage: Stage, family: str) -> None:
    watch = Watch(stage.page, stage.site.url)

    stage.page.goto(f"{stage.site.url}/gallery/{family}")

    amiss = problems_of(stage.page) + watch.amiss
    take_pictures(stage, family, _PICTURES)
    assert not amiss, "\n".join(amiss)


@pytest.mark.parametrize("family", FAMILIES)
def test_components_are_fit_for_who_reads_from_right_to_left(stage: Stage, family: str) -> None:
    stage.page.goto(f"{stage.site.url}/gallery/{family}?dir=rtl")

    amiss = problems_of(stage.page, MIRRORED)
    take_pictures(stage, f"{family} rtl", MIRRORED)
    assert stage.page.locator("html").get_attribute("dir") == "rtl"
    assert not amiss, "\n".join(amiss)


def take_pictures(stage: Stage, name: str, modes: tuple[Mode, ...]) -> None:
    for mode in modes:
        stage.page.set_viewport_size({"width": mode.width, "height": 800})
        stage.page.emulate_media(
            color_scheme=mode.scheme, forced_colors="active" if mode.is_forced else "none"
        )
        take_picture(stage.page, f"gallery {name} {mode}")


def test_theme_of_the_address_wins_over_that_of_the_device(stage: Stage) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    stage.page.emulate_media(color_scheme="light")
    stage.page.goto(f"{stage.site.url}/gallery/words")
    light = stage.page.evaluate(ground)

    stage.page.get_by_role("link", name="Dark").click()

    assert stage.page.evaluate(ground) != light
