"""Every page is fit for everybody: in any light, on a phone, by keyboard, to a screen reader.

What is amiss is named with the mode in which it was seen.
"""

import pytest

from tests.pages import adding_scenes, outside_scenes
from tests.pages.looking import problems_of
from tests.pages.scenes import SCENES
from tests.pages.site import Site
from tests.pages.stage import Stage
from tests.pages.stock import Stock
from tests.pages.watch import Watch

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stock(site: Site) -> Stock:
    return Stock(site.app)


def _called(name: str) -> str:
    """Mark the pages of the case MG-06: those of errors, and those where content is added."""
    is_named = name in outside_scenes.SCENES or name in adding_scenes.SCENES
    return f"MG-06 {name}" if is_named else name


@pytest.mark.parametrize("name", SCENES, ids=_called)
def test_page_is_fit_for_everybody(stage: Stage, stock: Stock, name: str) -> None:
    watch = Watch(stage.page, stage.site.url)

    SCENES[name](stage)

    stock.note(name, stage.page.url)
    amiss = problems_of(stage.page) + watch.amiss
    assert not amiss, "\n".join(amiss)


def test_every_page_was_looked_at(stock: Stock) -> None:
    """After all others of this file: what no scene shows, nobody has seen."""
    if stock.scenes != SCENES.keys():
        return  # somebody runs a part of this file

    assert stock.missing() == set()
