"""Writes the claims of an id_token from the facts of a launch. It signs and sends nothing.

Source: LTI Core 1.3, sections 5.3 and 5.4; AGS 2.0, section 3.1; NRPS 2.0, section 3.6.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256

from lti_app.sandbox.addresses import line_items_url, memberships_url, return_url
from lti_app.sandbox.oidc.values import LaunchFacts
from lti_app.sandbox.roles import launch_roles
from lti_app.sandbox.variables import resolve
from lti_app.sandbox.vocabulary import (
    AGS_CLAIM,
    CLAIM,
    GRADE_SCOPES,
    LTI_VERSION,
    NRPS_CLAIM,
    RESOURCE_LINK_REQUEST,
)

Claims = dict[str, object]


def id_token_claims(
    facts: LaunchFacts, *, nonce: str, now: datetime, lives_for: timedelta
) -> Claims:
    """Return all claims of a resource link launch."""
    issued_at = int(now.timestamp())
    return {
        "iss": facts.issuer,
        "aud": facts.client_id,
        "iat": issued_at,
        "exp": issued_at + int(lives_for.total_seconds()),
        "nonce": nonce,
        **_person(facts),
        f"{CLAIM}message_type": RESOURCE_LINK_REQUEST,
        f"{CLAIM}version": LTI_VERSION,
        f"{CLAIM}deployment_id": facts.deployment_id,
        f"{CLAIM}target_link_uri": facts.target_link_uri,
        **_place(facts),
        f"{CLAIM}tool_platform": _platform(facts),
        f"{CLAIM}launch_presentation": {
            "document_target": facts.document_target,
            "return_url": return_url(facts.issuer, facts.context_id),
            "locale": "en-GB",
        },
        f"{CLAIM}custom": resolve(facts.custom, known_variables(facts)),
        **_services(facts),
    }


def known_variables(facts: LaunchFacts) -> dict[str, str]:
    """Return the variables that this platform fills in, without their dollar sign."""
    return {
        "User.id": facts.identity.sub,
        "Person.name.full": facts.identity.name or "",
        "Person.email.primary": facts.identity.email or "",
        "Context.id": facts.context_id,
        "Context.label": facts.context_label,
        "Context.title": facts.context_title,
        "Context.id.history": "",
        "ResourceLink.id": facts.resource_link_id,
        "ResourceLink.title": facts.link_title,
        "ResourceLink.id.history": "",
        "ToolPlatform.productFamilyCode": facts.product_family_code,
    }


def _person(facts: LaunchFacts) -> Claims:
    known = {name: value for name, value in asdict(facts.identity).items() if value is not None}
    return {**known, "locale": "en-GB", f"{CLAIM}roles": launch_roles(facts.role)}


def _place(facts: LaunchFacts) -> Claims:
    return {
        f"{CLAIM}resource_link": {
            "id": facts.resource_link_id,
            "title": facts.link_title,
            "description": facts.link_description,
        },
        f"{CLAIM}context": {
            "id": facts.context_id,
            "label": facts.context_label,
            "title": facts.context_title,
            "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"],
        },
    }


def _platform(facts: LaunchFacts) -> Claims:
    return {
        "guid": sha256(facts.issuer.encode()).hexdigest()[:32],
        "name": "Sandbox LMS",
        "product_family_code": facts.product_family_code,
        "version": facts.product_version,
        "url": facts.issuer,
    }


def _services(facts: LaunchFacts) -> Claims:
    grades: Claims = {
        "scope": [str(scope) for scope in GRADE_SCOPES],
        "lineitems": line_items_url(facts.issuer, facts.context_id),
    }
    if facts.line_item_url is not None:
        grades["lineitem"] = facts.line_item_url
    roster: Claims = {
        "context_memberships_url": memberships_url(facts.issuer, facts.context_id),
        "service_versions": ["2.0"],
    }
    return {AGS_CLAIM: grades, NRPS_CLAIM: roster}
