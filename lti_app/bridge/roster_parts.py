"""A page of a roster in handfuls, and its members as `people` takes them in. It writes nothing."""

from collections.abc import Iterator, Sequence

from lti_app.bridge.roles import role_of
from lti_app.lti.nrps import Member
from lti_app.people.members import Listed, ListedNames

#: People a transaction: others must have their turn to write in between.
PEOPLE_AT_ONCE = 100


def in_parts(members: Sequence[Member]) -> Iterator[Sequence[Member]]:
    """Yield the members in handfuls; the test user of the platform is nobody of the course."""
    people = [one for one in members if not one.roles.is_test_user]
    for start in range(0, len(people), PEOPLE_AT_ONCE):
        yield people[start : start + PEOPLE_AT_ONCE]


def listed_of(member: Member) -> Listed:
    """Return a member as they are taken in."""
    names = member.names
    return Listed(
        member.user_id,
        role=role_of(member.roles),
        is_here=member.is_here,
        names=ListedNames(names.name, names.given_name, names.family_name, names.email),
    )
