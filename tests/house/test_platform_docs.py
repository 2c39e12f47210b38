"""The pages for administrators say what the tool asks for now, and what it keeps now."""

import re
from pathlib import Path

import pytest

import lti_app.cli.tables  # noqa: F401 - importing it is what fills the registry
from lti_app.core.db import Base, Keep
from lti_app.lti.configuration import CLAIMS, CUSTOM_PARAMETERS, SCOPES
from lti_app.lti.forms_of_platforms import forms_by_hand
from tests.house.platform_tables import BASE, BEGIN, END, blocks

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "platforms"
#: How the page on data calls what the register of privacy calls by one word.
KEPT = {
    Keep.MINUTES: "minutes",
    Keep.DAYS: "days",
    Keep.COURSE: "with the course",
    Keep.REGISTRATION: "with the connection",
    Keep.AUDIT: "with the log",
    Keep.SYSTEM: "always",
}


@pytest.mark.parametrize("key", blocks())
def test_a_page_holds_exactly_the_values_of_the_form(key: str) -> None:
    text = (PAGES / f"{key}.md").read_text()

    begin = text.index(BEGIN.format(key))
    end = text.index(END) + len(END)
    assert text[begin:end] == blocks()[key], f"write into {key}.md:\n{blocks()[key]}"


@pytest.mark.parametrize("key", blocks())
def test_a_page_says_whether_its_platform_was_seen(key: str) -> None:
    text = (PAGES / f"{key}.md").read_text()

    words = " ".join(text.lower().split())
    assert ("not tried on a real" in words) != forms_by_hand(BASE)[key].was_observed
    for heading in (
        "## With a registration link",
        "## By hand",
        "## Test it",
        "## When something is wrong",
        "## Copied courses",
        "## What",
    ):
        assert heading in text, heading


def test_the_readme_leads_to_every_page() -> None:
    readme = (ROOT / "README.md").read_text()

    for page in (*(f"docs/platforms/{key}.md" for key in blocks()), "docs/data.md"):
        assert f"]({page})" in readme, page


def test_links_between_pages_lead_somewhere() -> None:
    for page in (*PAGES.glob("*.md"), ROOT / "docs" / "data.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} leads to {target}"


def test_everything_that_is_asked_for_is_told_on_the_page_about_data() -> None:
    text = (ROOT / "docs" / "data.md").read_text()

    for name in (*CLAIMS, *CUSTOM_PARAMETERS, *(scope.rpartition("/")[2] for scope in SCOPES)):
        assert f"`{name}`" in text, name


def test_everything_personal_that_is_kept_is_told_with_how_long() -> None:
    text = (ROOT / "docs" / "data.md").read_text().partition("## What is kept")[2]
    rows = dict(re.findall(r"^\| `([a-z_]+)` \|.*\| ([^|]+) \|$", text, re.MULTILINE))

    kept = {
        mapper.class_.__tablename__: KEPT[mapper.class_.__privacy__.keep]
        for mapper in Base.registry.mappers
        if mapper.class_.__privacy__.personal
    }
    assert rows == kept
