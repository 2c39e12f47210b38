"""Every page is fit for everybody: in any light, on a phone, by keyboard, to a screen reader.

What is amiss is named with the mode in which it was seen.
"""

import pytest

from tests.pages.looking import problems_of
from tests.pages.scenes import SCENES
from tests.pages.stage import Stage
from tests.pages.watch import Watch

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", SCENES)
def test_page_is_fit_for_everybody(stage: Stage, name: str) -> None:
    watch = Watch(stage.page, stage.site.url)

    SCENES[name](stage)

    amiss = problems_of(stage.page) + watch.amiss
    assert not amiss, "\n".join(amiss)
