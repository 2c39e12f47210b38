"""One site and one browser for every page; each page gets a profile and a course of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from lti_app.catalog.views import ActivityView
from tests.pages.looking import CHECKS
from tests.pages.pseudo import write_pseudo
from tests.pages.site import Site, serving_site
from tests.pages.stage import Stage
from tests.pages.writing import launched
from tests.peers.world import Visitor


@pytest.fixture(scope="session")
def made_up_languages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of catalogues in which every message stands in brackets."""
    folder = tmp_path_factory.mktemp("translations")
    write_pseudo(folder)
    return folder


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, made_up_languages: Path) -> Iterator[Site]:
    with serving_site(tmp_path_factory.mktemp("site"), made_up_languages) as served:
        yield served


@pytest.fixture
def stage(request: pytest.FixtureRequest, site: Site, headless_shell: Browser) -> Iterator[Stage]:
    """A browser in the language that the test names, English unless it does."""
    locale = getattr(request, "param", "en")
    context = headless_shell.new_context(locale=locale, reduced_motion="reduce")
    context.add_init_script(CHECKS)
    yield Stage(site, context.new_page(), locale, site.new_course())
    context.close()


@pytest.fixture
def activity(stage: Stage) -> ActivityView:
    return stage.activity()


@pytest.fixture
def sub(stage: Stage) -> str:
    return f"learner-of-{stage.course}"


@pytest.fixture
def ann(stage: Stage, activity: ActivityView, sub: str) -> Visitor:
    """Somebody with the page open."""
    return launched(stage, activity, sub)
