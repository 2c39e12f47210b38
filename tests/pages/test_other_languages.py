"""Every page in a made-up language, read from the right, whose messages stand in brackets.

A word outside of brackets that neither a person nor a course wrote never reached a translator.
"""

import re

import pytest
from sqlalchemy import select

from lti_app.catalog.models import ItemVersion
from lti_app.lti.forms_of_platforms import forms_by_hand
from lti_app.people.group_models import Group, GroupSet
from lti_app.submissions.current import EXTENSION as KINDS
from lti_app.submissions.registry import Registry
from lti_app.web.zone_choices import cities_in
from tests.pages.copying_scenes import TITLES
from tests.pages.group_scenes import WRITTEN
from tests.pages.looking import MIRRORED, problems_of
from tests.pages.pseudo import forgotten
from tests.pages.reviewing_scenes import MANY
from tests.pages.scenes import SCENES
from tests.pages.staff_scenes import NAMES
from tests.pages.stage import Stage
from tests.pages.watch import Watch

pytestmark = pytest.mark.browser

_DRAWN = re.compile(r"[*\n]+")
_ISOLATED = re.compile("\u2068[^\u2069]*\u2069")


@pytest.mark.parametrize("stage", ["ar"], indirect=True)
@pytest.mark.parametrize("name", SCENES)
def test_page_is_translated_whole_and_fit_from_right_to_left(stage: Stage, name: str) -> None:
    watch = Watch(stage.page, stage.site.url)

    SCENES[name](stage)

    assert stage.page.locator("html").get_attribute("dir") == "rtl"
    assert stage.page.locator("html").get_attribute("lang") == "ar"
    amiss = untranslated(stage) + problems_of(stage.page, MIRRORED) + watch.amiss
    assert not amiss, "\n".join(amiss)


def untranslated(stage: Stage) -> list[str]:
    """Return the words that no translator sees, and what people wrote without its own direction."""
    given = given_words(stage)
    amiss = []
    for word in stage.page.evaluate("checks.words()"):
        if left := forgotten(word["text"], given):
            amiss.append(f"not translated: {left} ({word['where']})")
        elif not word["isWritten"] and forgotten(_ISOLATED.sub(" ", word["text"]), ()):
            amiss.append(f"without its own direction: {word['text'].strip()} ({word['where']})")
    return amiss


def given_words(stage: Stage) -> set[str]:
    """Return what courses and people wrote, none of which is ours to translate."""
    registry: Registry = stage.site.app.extensions[KINDS]
    found = {"Ann Ångström", stage.site.support_contact, *NAMES, *WRITTEN, *TITLES, *MANY}
    found |= words_of_other_forms(stage.site.url)
    # In the words of those who look after languages; where they have none, in English.
    found |= {city for city, _zone in cities_in(stage.locale)}
    for pack in registry.library.packs:
        found |= _texts(pack.course.model_dump())
        for module in pack.modules:
            found |= {text for item in module.items for text in _texts(item.spec.model_dump())}
    with stage.site.database.read() as session:
        # Items that a scene made up are in no pack.
        for content in session.scalars(select(ItemVersion.content)):
            found |= _texts(content)
        for names in session.execute(select(GroupSet.name, Group.name, Group.tag).join(GroupSet)):
            found |= {name for name in names if name}
    return found


def words_of_other_forms(base_url: str) -> set[str]:
    """Return what stands on the forms of platforms, in their words, and what is put there."""
    found: set[str] = set()
    for form in forms_by_hand(base_url).values():
        found |= {form.name, form.command, *(f"--{one.option}" for one in form.returned)}
        found |= {one.label for one in form.returned}
        for step in form.steps:
            found |= {
                *step.path,
                *(text for one in step.entries for text in (one.label, one.value)),
            }
    return {text for text in found if text}


def _texts(value: object) -> set[str]:
    if isinstance(value, str):
        # As it is drawn where it is Markdown: each stretch by itself.
        return {value, *(part for part in _DRAWN.split(value) if part.strip())}
    if isinstance(value, dict):
        return _texts([*value.values()])
    if isinstance(value, list | tuple):
        return {text for part in value for text in _texts(part)}
    return set()
