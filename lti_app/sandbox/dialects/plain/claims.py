"""Writes the claims of an id_token from the facts of a launch. It signs and sends nothing.

Source: LTI Core 1.3, sections 5.3 and 5.4; AGS 2.0, section 3.1; NRPS 2.0, section 3.6.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar

from lti_app.sandbox.facts import LaunchFacts, PickingFacts, ReviewFacts
from lti_app.sandbox.roles import FULL_ROLES, RoleTable
from lti_app.sandbox.variables import resolve
from lti_app.sandbox.vocabulary import (
    AGS_CLAIM,
    CLAIM,
    DEEP_LINKING,
    DEEP_LINKING_REQUEST,
    GRADE_SCOPES,
    GROUPS_CLAIM,
    LTI_VERSION,
    NOTICES_CLAIM,
    NRPS_CLAIM,
    RESOURCE_LINK_REQUEST,
    SUBMISSION_REVIEW_REQUEST,
    Scope,
)

Claims = dict[str, object]


class LaunchClaims:
    """What a platform says of a launch."""

    launch_roles: ClassVar[RoleTable] = FULL_ROLES
    context_types: ClassVar = ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"]
    roster_versions: ClassVar = ["2.0"]

    def id_token(
        self, facts: LaunchFacts, *, nonce: str, now: datetime, lives_for: timedelta
    ) -> Claims:
        """Return all claims of a resource link launch."""
        issued_at = int(now.timestamp())
        return {
            "iss": facts.issuer,
            "aud": facts.client_id,
            "iat": issued_at,
            "exp": issued_at + int(lives_for.total_seconds()),
            "nonce": nonce,
            **self.person(facts),
            f"{CLAIM}roles": list(self.launch_roles[facts.role]),
            f"{CLAIM}message_type": RESOURCE_LINK_REQUEST,
            f"{CLAIM}version": LTI_VERSION,
            f"{CLAIM}deployment_id": facts.deployment_id,
            f"{CLAIM}target_link_uri": facts.target_link_uri,
            **self.place(facts),
            f"{CLAIM}tool_platform": self.platform(facts),
            f"{CLAIM}launch_presentation": self.presentation(facts),
            f"{CLAIM}custom": self.custom(facts),
            AGS_CLAIM: self.grades(facts),
            NRPS_CLAIM: self.roster(facts),
            **self.groups(facts),
            **self.notices(facts),
        }

    def review(self, claims: Claims, review: ReviewFacts) -> Claims:
        """Return the claims of a launch as those of a review of somebody's work.

        Source: Submission Review 1.0, section 3.
        """
        known = asdict(review.identity)
        person = {name: value for name, value in known.items() if value is not None}
        custom = claims[f"{CLAIM}custom"]
        said = {
            **claims,
            f"{CLAIM}message_type": SUBMISSION_REVIEW_REQUEST,
            f"{CLAIM}target_link_uri": review.target_link_uri,
            f"{CLAIM}for_user": {
                "user_id": person.pop("sub"),
                **person,
                "roles": list(self.launch_roles[review.role]),
            },
            f"{CLAIM}custom": {**(custom if isinstance(custom, dict) else {}), **review.custom},
            AGS_CLAIM: {"scope": [], "lineitem": review.line_item_url},
        }
        return said if review.has_link else _without(said, f"{CLAIM}resource_link")

    def picking(self, claims: Claims, picking: PickingFacts) -> Claims:
        """Return the claims of a launch as those of a visit to choose content.

        Source: Deep Linking 2.0, section 4.4.
        """
        said = {
            **claims,
            f"{CLAIM}message_type": DEEP_LINKING_REQUEST,
            f"{DEEP_LINKING}deep_linking_settings": dict(picking.settings),
        }
        return _without(said, f"{CLAIM}resource_link")

    def person(self, facts: LaunchFacts) -> Claims:
        known = asdict(facts.identity).items()
        return {"locale": "en-GB", **{name: value for name, value in known if value is not None}}

    def place(self, facts: LaunchFacts) -> Claims:
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
                "type": self.context_types,
            },
        }

    def platform(self, facts: LaunchFacts) -> Claims:
        return {
            "guid": sha256(facts.issuer.encode()).hexdigest()[:32],
            "name": "Sandbox LMS",
            "product_family_code": facts.product_family_code,
            "version": facts.product_version,
            "url": facts.origin,
        }

    def presentation(self, facts: LaunchFacts) -> Claims:
        return {
            "document_target": facts.document_target,
            "return_url": facts.return_url,
            "locale": "en-GB",
        }

    def custom(self, facts: LaunchFacts) -> dict[str, str]:
        """Return the custom values of tool and link with their variables filled in."""
        return resolve(facts.custom, self.variables(facts))

    def variables(self, facts: LaunchFacts) -> dict[str, str]:
        """Return the variables that this platform fills in, without their dollar sign."""
        known: dict[str, str | None] = {
            "User.id": facts.identity.sub,
            "Person.name.full": facts.identity.name or "",
            "Person.email.primary": facts.identity.email or "",
            "Context.id": facts.context_id,
            "Context.label": facts.context_label,
            "Context.title": facts.context_title,
            "Context.id.history": facts.context_history,
            "ResourceLink.id": facts.resource_link_id,
            "ResourceLink.title": facts.link_title,
            "ResourceLink.id.history": facts.link_history,
            "ToolPlatform.productFamilyCode": facts.product_family_code,
        }
        return {name: value for name, value in known.items() if value is not None}

    def grades(self, facts: LaunchFacts) -> Claims:
        offered: Claims = {
            "scope": [str(scope) for scope in GRADE_SCOPES if scope in facts.scopes],
            "lineitems": facts.line_items_url,
        }
        if facts.line_item_url is not None:
            offered["lineitem"] = facts.line_item_url
        return offered

    def groups(self, facts: LaunchFacts) -> Claims:
        """Return the claim of the groups, where there are any. Source: Course Groups 1.0."""
        if facts.groups_url is None:
            return {}
        sets = {"context_group_sets_url": facts.group_sets_url} if facts.group_sets_url else {}
        offered: Claims = {
            "context_groups_url": facts.groups_url,
            **sets,
            "scope": [str(Scope.GROUP_READ)],
            "service_versions": ["1.0"],
        }
        return {GROUPS_CLAIM: offered}

    def notices(self, facts: LaunchFacts) -> Claims:
        """Return the claim of notices, where any are sent."""
        if facts.notices_url is None:
            return {}
        offered: Claims = {
            "platform_notification_service_url": facts.notices_url,
            "service_versions": ["1.0"],
            "scope": [str(Scope.NOTICES)],
            "notice_types_supported": ["LtiHelloWorldNotice", "LtiContextCopyNotice"],
        }
        return {NOTICES_CLAIM: offered}

    def roster(self, facts: LaunchFacts) -> Claims:
        return {
            "context_memberships_url": facts.memberships_url,
            "service_versions": self.roster_versions,
        }


def _without(claims: Claims, name: str) -> Claims:
    return {said: value for said, value in claims.items() if said != name}
