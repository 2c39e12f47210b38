"""People in the course: how its list stands, in every state, and who is in it."""

from datetime import timedelta

from sqlalchemy import select, update

from lti_app.core.reason import Reason
from lti_app.people.members import Listed, ListedNames, take_listed
from lti_app.people.models import Context, Enrolment, EnrolmentStatus, Roster, RosterState, User
from lti_app.people.roles import Role
from tests.pages.staff_scenes import NAMES
from tests.pages.stage import Stage, by_name
from tests.peers.world import Visitor

ROSTER = "course/people"
SUBS = [f"on-the-list-{number}" for number in range(len(NAMES))]


def roster_read(stage: Stage) -> None:
    """Show a course whose list is up to date: opened, not opened, left, and not on the list."""
    teacher = _course(stage, RosterState.READ, skipped_count=2)
    _leaves(stage, SUBS[0])
    stage.open(teacher, ROSTER)


def roster_left(stage: Stage) -> None:
    """Show who has left."""
    teacher = _course(stage, RosterState.READ)
    _leaves(stage, SUBS[0])
    stage.open(teacher, f"{ROSTER}?show=left")


def roster_under_way(stage: Stage) -> None:
    """Show how far a reading is."""
    teacher = _course(stage, RosterState.READING, pages_count=3, members_count=150)
    stage.open(teacher, ROSTER)


def roster_waits(stage: Stage) -> None:
    """Show a reading that waits for its platform."""
    why = Reason("unknown_outcome", {"status": 503, "words": NAMES[0]})
    teacher = _course(stage, RosterState.READING, why=why, pages_count=1, members_count=50)
    stage.open(teacher, ROSTER)


def roster_held(stage: Stage) -> None:
    """Show who is missing on a list, before anybody has said that they have left."""
    teacher = _held(stage)
    stage.open(teacher, f"{ROSTER}?show=missing")


def roster_let_go(stage: Stage) -> None:
    """Ask whether they have left."""
    stage.open(_held(stage), ROSTER)
    stage.page.locator(".rp-notice .btn[type=button]").first.click()


def roster_gone(stage: Stage) -> None:
    """Tell that they are out of the course."""
    stage.open(_held(stage), ROSTER)
    stage.page.locator(".rp-notice .btn[type=button]").first.click()
    stage.press("form[action$='/let-go'] button[type=submit]")


def roster_stale(stage: Stage) -> None:
    """Show why a list could not be read, to an assistant."""
    why = Reason("refused", {"status": 403, "words": NAMES[0]})
    _course(stage, RosterState.STALE, why=why)
    stage.open(stage.visitor(Role.TEACHING_ASSISTANT, name=NAMES[1]), ROSTER)


def roster_early(stage: Stage) -> None:
    """Tell that there is nothing newer to read."""
    teacher = _course(stage, RosterState.READ)
    stage.open(teacher, ROSTER)
    stage.open(teacher, f"{ROSTER}?told=early")


def roster_not_offered(stage: Stage) -> None:
    """Show a course whose platform gives no list."""
    stage.visitor(name=NAMES[2])
    stage.open(stage.visitor(Role.INSTRUCTOR, name=NAMES[0]), ROSTER)


def roster_nobody_found(stage: Stage) -> None:
    """Look for somebody who is not there."""
    stage.open(_course(stage, RosterState.READ), f"{ROSTER}?find=Nobody")


def _held(stage: Stage) -> Visitor:
    teacher = _course(stage, RosterState.HELD, leaving_count=3)
    with stage.site.database.write() as session:
        users = select(User.id).where(User.sub.in_([_sub(stage, one) for one in SUBS[:3]]))
        session.execute(
            update(Enrolment).where(Enrolment.user_id.in_(users)).values(roster_reading=6)
        )
    return teacher


def _course(
    stage: Stage, state: RosterState, *, why: Reason | None = None, **details: object
) -> Visitor:
    """Return a teacher of a course with people on its list and its roster in this state."""
    stage.activity()
    teacher = stage.visitor(Role.INSTRUCTOR, name="Rima Haddad")
    now = stage.site.clock.now
    with stage.site.database.write() as session:
        context = session.scalars(select(Context).where(Context.id == teacher.context_id)).one()
        where = {"platform_id": context.platform_id, "context_id": context.id}
        session.add(
            Roster(
                **where,
                state=state.value,
                reading=7,
                asked_at=now - timedelta(hours=3),
                begun_at=now + timedelta(seconds=1),
                read_at=now - timedelta(hours=3),
                stale_at=now - timedelta(hours=1)
                if state in (RosterState.HELD, RosterState.STALE)
                else None,
                reason_code=why.code if why else None,
                reason_params=dict(why.params) if why else None,
                **details,
            )
        )
        listed = [
            Listed(_sub(stage, sub), Role.LEARNER, is_here=True, names=ListedNames(name))
            for sub, name in zip(SUBS, NAMES, strict=True)
        ]
        withheld = Listed(_sub(stage, "withheld"), Role.LEARNER, is_here=True)
        take_listed(session, [*listed, withheld], **where, reading=7, now=now)
    return teacher


def _sub(stage: Stage, sub: str) -> str:
    return f"{stage.course} {sub}"


def _leaves(stage: Stage, sub: str) -> None:
    with stage.site.database.write() as session:
        user = select(User.id).where(User.sub == _sub(stage, sub)).scalar_subquery()
        session.execute(
            update(Enrolment)
            .where(Enrolment.user_id == user)
            .values(status=EnrolmentStatus.INACTIVE.value)
        )


SCENES = by_name(
    roster_read,
    roster_left,
    roster_under_way,
    roster_waits,
    roster_held,
    roster_let_go,
    roster_gone,
    roster_stale,
    roster_early,
    roster_not_offered,
    roster_nobody_found,
)
