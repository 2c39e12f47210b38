"""Claims about other people: whose work a launch is about, and whose a mentor may follow.

Pure. What is found is who somebody is to the platform; whether we know them is for others to see.
Sources: LTI Submission Review 1.0, section 3; LTI 1.3 Core, section 5.4.5.
"""

from collections.abc import Mapping
from typing import Any

from lti_app.core.translation import _
from lti_app.lti.addresses import MAX_URL_LENGTH
from lti_app.lti.claims import LTI, context_of, is_identifier
from lti_app.lti.errors import LtiError, Reason
from lti_app.lti.roles import ContextRole, LaunchRoles
from lti_app.lti.service_claims import AGS
from lti_app.lti.verified import ReviewClaim

#: More than any list of real charges; what goes beyond is left aside.
MOST_MENTORED = 5000
#: What a platform's link to the work says, in the source language; platforms have their own words.
LABEL = _("See the work in Rapport")
#: How far somebody is when there is work to look at. Source: AGS 2.0, section 3.4.5.
_REVIEWABLE = ("Submitted", "Completed")
_REVIEWERS = frozenset({ContextRole.INSTRUCTOR, ContextRole.TEACHING_ASSISTANT})

Claims = Mapping[str, Any]


def review_offer(launch_url: str) -> dict[str, object]:
    """Return what a column says of looking at the work behind it: for whom the platform may ask us.

    Args:
        launch_url: the tool's own; a review is a launch like any other.
    """
    return {"reviewableStatus": list(_REVIEWABLE), "label": LABEL, "url": launch_url}


def review_of(claims: Claims) -> ReviewClaim:
    """Return whose work is to be shown, and of which column.

    A `for_user` with the older `id` in place of `user_id` names nobody, as in the specification.
    The column is a name to look up; it is never called from here.

    Raises:
        LtiError: 400, when either is missing, or the launch is from no course.
    """
    person = claims.get(f"{LTI}for_user")
    user_id = person.get("user_id") if isinstance(person, dict) else None
    if not is_identifier(user_id):
        raise LtiError(Reason.FOR_USER_MISSING)
    grades = claims.get(AGS)
    column = grades.get("lineitem") if isinstance(grades, dict) else None
    if not isinstance(column, str) or not 0 < len(column) <= MAX_URL_LENGTH:
        raise LtiError(Reason.LINE_ITEM_MISSING)
    if context_of(claims) is None:
        raise LtiError(Reason.CONTEXT_MISSING)
    return ReviewClaim(user_id=str(user_id), line_item_url=column)


def check_reviewer(review: ReviewClaim, sub: str | None, roles: LaunchRoles) -> None:
    """Refuse everybody but those who teach in the course, and the person themselves."""
    if review.user_id != sub and not roles.roles & _REVIEWERS:
        raise LtiError(Reason.REVIEW_OF_ANOTHER)


def mentored_in(claims: Claims, roles: LaunchRoles) -> tuple[str, ...]:
    """Return whom a mentor may follow, by what the platform calls them, each once.

    Without the role of a mentor in the course the list means nothing.
    """
    named = claims.get(f"{LTI}role_scope_mentor")
    if not isinstance(named, list) or ContextRole.OBSERVER not in roles.roles:
        return ()
    usable = (str(one) for one in named if is_identifier(one))
    return tuple(dict.fromkeys(usable))[:MOST_MENTORED]
