"""What platforms put into a launch: plain, as Moodle was recorded, as Canvas is described."""

import json
from pathlib import Path
from typing import Any

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
AGS_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS_CLAIM = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
RECORDED = Path(__file__).resolve().parents[1] / "data" / "moodle"

Claims = dict[str, Any]


def plain_claims(*, target: str, roles: tuple[str, ...] = ("Learner",)) -> Claims:
    """Return a full resource link launch, without what ties it to one login."""
    return {
        "sub": "user-1",
        "name": "Ann Ångström",
        "given_name": "Ann",
        "family_name": "Ångström",
        "email": "ann@example.org",
        f"{LTI}message_type": "LtiResourceLinkRequest",
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": "d1",
        f"{LTI}target_link_uri": target,
        f"{LTI}resource_link": {"id": "link-1", "title": "Where do I start?"},
        f"{LTI}roles": [MEMBERSHIP + role for role in roles],
        f"{LTI}context": {"id": "course-1", "label": "REL101", "title": "Relational leadership"},
    }


def recorded_moodle_claims(name: str, *, target: str) -> Claims:
    """Return the claims of a launch that Moodle 4.5 sent, aimed at this tool.

    Args:
        name: a file in tests/data/moodle, such as `launch-learner`.
    """
    recorded = json.loads((RECORDED / f"{name}.json").read_text())["claims"]
    untied = {k: v for k, v in recorded.items() if k not in ("iss", "aud", "nonce", "iat", "exp")}
    return {**untied, f"{LTI}target_link_uri": target}


def canvas_claims(*, target: str, school: str, roles: tuple[str, ...]) -> Claims:
    """Return a launch as hosted Canvas describes it: services on the school's own host."""
    return {
        "sub": "535fa085f22b4655f48cd5a36a9215f64c062838",
        "name": "Mateo Ruiz",
        "given_name": "Mateo",
        "family_name": "Ruiz",
        "email": "mateo@example.edu",
        "locale": "es",
        "azp": "{client_id}",
        "picture": "https://canvas.example.edu/images/messages/avatar-50.png",
        f"{LTI}message_type": "LtiResourceLinkRequest",
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": "123:8865aa05b4b79b64a91a86042e43af5ea8ae79eb",
        f"{LTI}target_link_uri": target,
        f"{LTI}resource_link": {
            "id": "a3e23e5e-7f5c-4a6e-9e2b-4a8f6d9f7a01",
            "title": "Where do I start?",
            "description": None,
        },
        f"{LTI}roles": sorted(roles),
        f"{LTI}context": {
            "id": "4dde05e8ca1973bcca9bffc13e1548820eee93a3",
            "label": "REL-101",
            "title": "Relational leadership",
            "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"],
        },
        f"{LTI}tool_platform": {
            "guid": "8865aa05b4b79b64a91a86042e43af5ea8ae79eb.canvas.example.edu",
            "name": "Example University",
            "version": "cloud",
            "product_family_code": "canvas",
        },
        f"{LTI}launch_presentation": {
            "document_target": "iframe",
            "locale": "es",
            "height": 400,
            "width": 800,
            "return_url": f"{school}/courses/17/external_content/success/external_tool_redirect",
        },
        f"{LTI}custom": {"due": "$ResourceLink.submission.endDateTime", "item": ""},
        f"{LTI}lti11_legacy_user_id": "86157096483e6b3a50bfedc6bac902c0b20a824f",
        "https://www.instructure.com/placement": "assignment_selection",
        AGS_CLAIM: {
            "scope": [AGS_SCOPE + name for name in ("lineitem", "result.readonly", "score")],
            "lineitems": f"{school}/api/lti/courses/17/line_items",
            "lineitem": f"{school}/api/lti/courses/17/line_items/42",
        },
        NRPS_CLAIM: {
            "context_memberships_url": f"{school}/api/lti/courses/17/names_and_roles",
            "service_versions": ["2.0"],
        },
    }


def recorded_moodle_login() -> dict[str, str]:
    """Return the login initiation that Moodle 4.5 sent."""
    recorded: dict[str, str] = json.loads((RECORDED / "login-initiation.json").read_text())[
        "params"
    ]
    return recorded
