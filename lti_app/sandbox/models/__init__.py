"""The sandbox's tables. Importing this package is enough to know them all."""

from lti_app.sandbox.models.base import Base
from lti_app.sandbox.models.course import Course, Enrolment, Link, Person, RosterChange, Tool
from lti_app.sandbox.models.grades import Comment, LineItem, Result
from lti_app.sandbox.models.groups import Group, GroupMember, GroupSet
from lti_app.sandbox.models.notices import NoticeHandler
from lti_app.sandbox.models.picks import Pick
from lti_app.sandbox.models.protocol import (
    AccessToken,
    Launch,
    PlatformKey,
    ReceivedRequest,
    Secret,
    UsedAssertion,
)
from lti_app.sandbox.models.registering import RegistrationTicket

__all__ = [
    "AccessToken",
    "Base",
    "Comment",
    "Course",
    "Enrolment",
    "Group",
    "GroupMember",
    "GroupSet",
    "Launch",
    "LineItem",
    "Link",
    "NoticeHandler",
    "Person",
    "Pick",
    "PlatformKey",
    "ReceivedRequest",
    "RegistrationTicket",
    "Result",
    "RosterChange",
    "Secret",
    "Tool",
    "UsedAssertion",
]
