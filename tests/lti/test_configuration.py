import pytest

from lti_app.lti.configuration import SCOPES, configuration_for, offered
from lti_app.lti.quirks import Family
from lti_app.lti.service_access import USED_SCOPES

BASE = "https://tool.test"


@pytest.mark.parametrize("family", list(Family))
def test_every_address_is_our_own(family: Family) -> None:
    asked = configuration_for(BASE, family)

    urls = [asked.login_url, asked.launch_url, asked.jwks_url, asked.notices_url, asked.icon_url]
    assert all(url.startswith(f"{BASE}/") for url in urls)
    assert {message.target_link_uri for message in asked.messages} == {asked.launch_url}


@pytest.mark.parametrize(
    ("base_url", "domain"),
    [
        ("https://tool.test", "tool.test"),
        ("https://tool.test:8443", "tool.test:8443"),
        ("http://localhost:8000", "localhost:8000"),
    ],
)
def test_dr_26_the_domain_has_no_scheme(base_url: str, domain: str) -> None:
    assert configuration_for(base_url).domain == domain


@pytest.mark.parametrize("family", list(Family))
def test_dr_26_custom_parameters_are_strings_only(family: Family) -> None:
    custom = configuration_for(BASE, family).custom_parameters

    assert custom["history"] == "$ResourceLink.id.history"
    assert custom["context_history"] == "$Context.id.history"
    # Moodle keeps lines of `name=value`.
    assert all(value.startswith("$") and "=" not in value for value in custom.values())


def test_teachers_find_the_tool_where_their_platform_adds_activities() -> None:
    assert configuration_for(BASE, Family.MOODLE).deep_linking.placements == ("ContentArea",)
    assert "link_selection" in configuration_for(BASE, Family.CANVAS).deep_linking.placements


def test_only_canvas_is_asked_for_what_only_canvas_knows() -> None:
    names = {family: set(configuration_for(BASE, family).custom_parameters) for family in Family}

    assert names[Family.CANVAS] - names[Family.MOODLE] == {"high_contrast"}


def test_scopes_are_the_ones_that_are_used() -> None:
    read_too = {scope for scope in USED_SCOPES if scope.endswith("lineitem.readonly")}
    assert USED_SCOPES - read_too <= set(SCOPES)


def test_what_a_platform_does_not_have_is_not_asked_of_it() -> None:
    assert offered(("a", "b"), ("b",)) == ("b",)
    assert offered(("a", "b"), ()) == ("a", "b")
