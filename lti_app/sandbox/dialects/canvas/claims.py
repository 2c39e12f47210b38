"""What Canvas says of a launch. It signs and sends nothing."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar

from lti_app.sandbox.dialects.plain.claims import Claims, LaunchClaims
from lti_app.sandbox.facts import LaunchFacts, PickingFacts
from lti_app.sandbox.roles import INSTITUTION, MEMBERSHIP, SYSTEM, TEST_USER, CourseRole, RoleTable

_USER = f"{SYSTEM}#User"


class CanvasClaims(LaunchClaims):
    """Roles of course, institution and system in one sorted list; vendor claims beside."""

    launch_roles: ClassVar[RoleTable] = {
        CourseRole.INSTRUCTOR: (f"{INSTITUTION}#Instructor", f"{MEMBERSHIP}#Instructor", _USER),
        CourseRole.TEACHING_ASSISTANT: (
            f"{INSTITUTION}#Instructor",
            f"{MEMBERSHIP}#Instructor",
            f"{MEMBERSHIP}/Instructor#TeachingAssistant",
            _USER,
        ),
        CourseRole.LEARNER: (f"{INSTITUTION}#Student", f"{MEMBERSHIP}#Learner", _USER),
        CourseRole.TEST_STUDENT: (f"{MEMBERSHIP}#Learner", _USER, TEST_USER),
        CourseRole.ADMINISTRATOR: (f"{INSTITUTION}#Administrator", _USER),
    }

    def id_token(
        self, facts: LaunchFacts, *, nonce: str, now: datetime, lives_for: timedelta
    ) -> Claims:
        return {
            **super().id_token(facts, nonce=nonce, now=now, lives_for=lives_for),
            "azp": facts.client_id,
            "https://www.instructure.com/placement": "assignment_selection",
            "https://purl.imsglobal.org/spec/lti/claim/lti11_legacy_user_id": sha256(
                facts.identity.sub.encode()
            ).hexdigest()[:40],
        }

    def picking(self, claims: Claims, picking: PickingFacts) -> Claims:
        said = super().picking(claims, picking)
        return {**said, "https://www.instructure.com/placement": picking.place}

    def platform(self, facts: LaunchFacts) -> Claims:
        said = super().platform(facts)
        del said["url"]
        return {**said, "guid": f"{said['guid']}:canvas-lms"}
