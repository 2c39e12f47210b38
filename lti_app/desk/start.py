"""Which page a launch opens. It reads, and changes nothing."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from lti_app.catalog.opened import NamedActivity, OpenedLink, find_opened
from lti_app.people.mentors import is_following
from lti_app.people.roles import Role
from lti_app.web.viewer import Viewer


class Start(StrEnum):
    """Where a person is led."""

    OUTSIDE = "outside"
    CHOOSE = "choose"
    ASK = "ask"
    NOT_READY = "not_ready"
    DO = "do"
    FOLLOW = "follow"
    READ = "read"
    LOOK_AFTER = "look_after"


@dataclass(frozen=True)
class Led:
    """Where a person is led, and to which activity, if there is one."""

    start: Start
    activity: NamedActivity | None = None


def start_of(session: Session, who: Viewer) -> Led:
    """Say where a launch leads: learners do, staff follow, mentors look after, others read."""
    if who.context_id is None or who.placement_id is None:
        return Led(Start.OUTSIDE)
    link = find_opened(session, platform_id=who.platform_id, placement_id=who.placement_id)
    if link is None or link.context_id != who.context_id:
        return Led(Start.OUTSIDE)
    activity = link.activity
    if activity is None:
        return Led(_before_it_opens(link, who))
    if who.role is Role.LEARNER:
        return Led(Start.DO, activity)
    if who.role is Role.OBSERVER and _is_mentor(session, who, who.context_id):
        return Led(Start.LOOK_AFTER, activity)
    return Led(Start.FOLLOW if who.role.is_staff else Start.READ, activity)


def _before_it_opens(link: OpenedLink, who: Viewer) -> Start:
    """Say where a link leads that opens nothing yet; a copied one may have to be asked about."""
    if who.role is not Role.INSTRUCTOR:
        return Start.NOT_READY
    return Start.ASK if link.is_asked_about else Start.CHOOSE


def _is_mentor(session: Session, who: Viewer, context_id: int) -> bool:
    return is_following(
        session, platform_id=who.platform_id, context_id=context_id, mentor_id=who.user_id
    )
