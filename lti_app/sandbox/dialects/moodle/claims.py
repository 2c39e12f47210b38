"""What Moodle says of a launch. It signs and sends nothing."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import ClassVar

from lti_app.sandbox.dialects.plain.claims import Claims, LaunchClaims
from lti_app.sandbox.facts import LaunchFacts, PickingFacts
from lti_app.sandbox.roles import INSTITUTION, MEMBERSHIP, SYSTEM, CourseRole, RoleTable
from lti_app.sandbox.variables import resolve
from lti_app.sandbox.vocabulary import BASIC_OUTCOME_CLAIM, CLAIM


class MoodleClaims(LaunchClaims):
    """Teachers of both kinds are Instructor and no more; the old outcome claim stands beside."""

    launch_roles: ClassVar[RoleTable] = {
        CourseRole.INSTRUCTOR: (f"{MEMBERSHIP}#Instructor",),
        CourseRole.TEACHING_ASSISTANT: (f"{MEMBERSHIP}#Instructor",),
        CourseRole.LEARNER: (f"{MEMBERSHIP}#Learner",),
        CourseRole.TEST_STUDENT: (f"{MEMBERSHIP}#Learner",),
        CourseRole.ADMINISTRATOR: (
            f"{INSTITUTION}#Administrator",
            f"{MEMBERSHIP}#Instructor",
            f"{SYSTEM}#Administrator",
        ),
    }
    context_types: ClassVar = ["CourseSection"]
    roster_versions: ClassVar = ["1.0", "2.0"]

    def person(self, facts: LaunchFacts) -> Claims:
        known = super().person(facts)
        del known["locale"]
        # Nobody here has a number of the school's: Moodle then says '', and not nothing.
        school = {"person_sourcedid": "", "course_section_sourcedid": ""}
        other = {"user_username": facts.identity.sub, "lms": "moodle-2"}
        return {**known, f"{CLAIM}lis": school, f"{CLAIM}ext": other}

    def place(self, facts: LaunchFacts) -> Claims:
        if not facts.link_is_graded:
            return super().place(facts)
        return {**super().place(facts), BASIC_OUTCOME_CLAIM: basic_outcome(facts)}

    def picking(self, claims: Claims, picking: PickingFacts) -> Claims:
        said = super().picking(claims, picking)
        # Nothing of a frame or a way back stands there.
        return {**said, f"{CLAIM}launch_presentation": {"locale": "en"}}

    def platform(self, facts: LaunchFacts) -> Claims:
        said = super().platform(facts)
        del said["url"]
        return {**said, "description": "A practice platform"}

    def presentation(self, facts: LaunchFacts) -> Claims:
        # The real one carries the person's session key: nothing for a log.
        key = _digest(facts.issuer, facts.identity.sub)[:10]
        return {
            "locale": "en",
            "document_target": facts.document_target,
            "return_url": f"{facts.return_url}?sesskey={key}",
        }

    def custom(self, facts: LaunchFacts) -> dict[str, str]:
        values = resolve(kept_custom(facts.custom), self.variables(facts))
        return {**values, "context_memberships_url": facts.memberships_url}

    def variables(self, facts: LaunchFacts) -> dict[str, str]:
        return {
            **super().variables(facts),
            "User.username": facts.identity.sub,
            "Person.address.timezone": "99",
            "CourseSection.sourcedId": "",
            "LineItem.url": _named_line_item(facts) or "",
        }

    def grades(self, facts: LaunchFacts) -> Claims:
        offered = super().grades(facts)
        offered.pop("lineitem", None)
        named = _named_line_item(facts)
        return offered if named is None else {**offered, "lineitem": named}


def basic_outcome(facts: LaunchFacts) -> Claims:
    """Return the claim of the service before AGS, which is offered beside it."""
    data = {
        "instanceid": facts.resource_link_id,
        "userid": facts.identity.sub,
        "typeid": str(facts.tool_number),
        "launchid": int(_digest(facts.resource_link_id, facts.identity.sub)[:7], 16),
    }
    sourced_id = {"data": data, "hash": _digest(json.dumps(data))}
    return {
        "lis_result_sourcedid": json.dumps(sourced_id, separators=(",", ":")),
        "lis_outcome_service_url": f"{facts.origin}/mod/lti/service.php",
    }


def kept_custom(custom: Mapping[str, str]) -> dict[str, str]:
    """Return custom values as Moodle has them after keeping them.

    It keeps lines `name=value`, finds the sign by bytes and cuts by characters, so that a name
    beyond ASCII takes some of its value along. Each arrives under its own spelling, and once more
    in lower case with everything but letters and figures replaced.

    >>> kept_custom({"CamelCase": "x"})
    {'camelcase': 'x', 'CamelCase': 'x'}
    >>> kept_custom({"ünicode": "a=b"})
    {'__nicode_': '=b', 'ünicode=': '=b'}
    """
    kept: dict[str, str] = {}
    for name, value in custom.items():
        line = f"{name}={value}"
        at = line.encode().index(b"=")
        key, text = line[:at].strip(), line[at + 1 :].strip()
        kept[_plain_spelling(key)] = kept[key] = text
    return kept


def _plain_spelling(key: str) -> str:
    is_plain = b"abcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(chr(byte) if byte in is_plain else "_" for byte in key.lower().encode())


def _named_line_item(facts: LaunchFacts) -> str | None:
    """Return the column that a launch names; '' where the tool made the only one by itself."""
    if facts.line_item_url is None:
        return None
    return facts.line_item_url if facts.line_item_is_coupled else ""


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
