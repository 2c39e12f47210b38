"""What one kind of activity may ask that is not its own, as values. It knows no kind's name."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lti_app.catalog.views import ActivityView
from lti_app.people.groups import CourseRef, GroupView, SetDetail, get_set, list_groups_of

#: The groups of one person in the course of an activity, of every set.
GroupsOf = Callable[[Session, ActivityView, int], list[GroupView]]
#: A set of groups of the course of an activity, by its public id.
GroupSetOf = Callable[[Session, ActivityView, str], SetDetail]


@dataclass(frozen=True)
class Ports:
    """What kinds are handed to ask; a test may hand them something else."""

    groups_of: GroupsOf
    group_set: GroupSetOf


def _course(activity: ActivityView) -> CourseRef:
    return CourseRef(activity.platform_id, activity.context_id)


def groups_of(session: Session, activity: ActivityView, user_id: int) -> list[GroupView]:
    """Return the groups that somebody is in, whoever made them."""
    return list_groups_of(session, _course(activity), user_id)


def group_set(session: Session, activity: ActivityView, public_id: str) -> SetDetail:
    """Return a set of the activity's course.

    Raises:
        NotFoundError: there is none, or it is another course's.
    """
    return get_set(session, _course(activity), public_id)


PORTS = Ports(groups_of, group_set)
