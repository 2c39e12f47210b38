"""What Canvas reads from us is what its own schema allows."""

import json

import pytest

from lti_app.lti.canvas_json import canvas_json
from lti_app.lti.configuration import GROUPS, configuration_for
from lti_app.lti.quirks import Family

BASE = "https://tool.test"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
#: For a scope, placement or message that it does not know, Canvas refuses the whole configuration.
KNOWN_SCOPES = {
    f"{AGS}lineitem",
    f"{AGS}lineitem.readonly",
    f"{AGS}result.readonly",
    f"{AGS}score",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
    "https://purl.imsglobal.org/spec/lti/scope/noticehandlers",
}
DEEP_LINKING_PLACEMENTS = {
    "assignment_selection",
    "submission_type_selection",
    "link_selection",
    "course_assignments_menu",
    "module_menu_modal",
    "module_index_menu_modal",
    "editor_button",
}
ASKED = configuration_for(BASE, Family.CANVAS)


def test_everything_that_canvas_requires_is_there_and_is_text() -> None:
    made = canvas_json(ASKED)

    for name in ("title", "description", "target_link_uri", "oidc_initiation_url"):
        assert made[name], name
        assert isinstance(made[name], str)
    assert made["public_jwk_url"] == f"{BASE}/lti/jwks.json"
    assert json.loads(json.dumps(made)) == made


def test_no_scope_is_asked_for_that_canvas_does_not_know() -> None:
    scopes = canvas_json(ASKED)["scopes"]

    assert set(scopes) <= KNOWN_SCOPES
    assert GROUPS not in scopes
    assert f"{AGS}score" in scopes


def test_a_teacher_can_add_activities_from_places_that_take_them() -> None:
    (extension,) = canvas_json(ASKED)["extensions"]
    placements = extension["settings"]["placements"]

    assert extension["platform"] == "canvas.instructure.com"
    assert extension["domain"] == "tool.test"
    assert {one["placement"] for one in placements} <= DEEP_LINKING_PLACEMENTS
    assert {one["message_type"] for one in placements} == {"LtiDeepLinkingRequest"}
    assert all(one["target_link_uri"] == f"{BASE}/lti/launch" for one in placements)
    assert all(isinstance(one["selection_width"], int) for one in placements)


def test_the_privacy_level_is_one_of_canvas() -> None:
    (extension,) = canvas_json(ASKED)["extensions"]

    assert extension["privacy_level"] == "name_only"


@pytest.mark.parametrize("name", ["history", "context_history"])
def test_copied_courses_tell_where_they_come_from(name: str) -> None:
    assert canvas_json(ASKED)["custom_fields"][name].startswith("$")
