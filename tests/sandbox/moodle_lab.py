"""The Moodle whose exchanges were recorded, made again: its courses, people, links and tool."""

import json
from pathlib import Path
from typing import Any

from lti_app.sandbox.config import CourseSeed, LinkSeed, MemberSeed, SandboxConfig, ToolRegistration
from lti_app.sandbox.dialects import MOODLE
from lti_app.sandbox.roles import CourseRole
from tests.sandbox.lms import CONTROL_TOKEN, LmsClock
from tests.sandbox.tool_peer import ToolPeer

ORIGIN = "http://localhost:8000"
LAUNCH_URL = "http://localhost:5055/launch"
CLIENT_ID = "6BcY4GcZjtToAe7"
#: The key set of the lab's tool is that of this client of the peer.
SIGNS_AS = "c1"
LAB, BIG = "2", "3"

_DATA = Path(__file__).resolve().parents[1] / "data" / "moodle"
_PARTS = {"3": CourseRole.INSTRUCTOR, "4": CourseRole.TEACHING_ASSISTANT}


def recorded(name: str) -> Any:
    """Return a recording by its file's name, without the ending."""
    return json.loads((_DATA / f"{name}.json").read_text())


def exchange(recording: list[dict[str, Any]], label: str) -> dict[str, Any]:
    """Return one exchange of a recording."""
    return next(one for one in recording if one["label"] == label)


def _people(label: str) -> tuple[MemberSeed, ...]:
    members = exchange(recorded("nrps-exchanges"), label)["body"]["members"]
    return tuple(
        MemberSeed(
            sub=member["user_id"],
            name=member["name"],
            given_name=member["given_name"],
            family_name=member["family_name"],
            email=member["email"],
            role=_PARTS.get(member["user_id"], CourseRole.LEARNER),
        )
        for member in members
    )


_ADMIN = MemberSeed(
    sub="2",
    name="Admin User",
    given_name="Admin",
    family_name="User",
    email="admin@example.org",
    role=CourseRole.ADMINISTRATOR,
)
_SUSPENDED = MemberSeed(sub="10", name="Suspended Person", is_active=False)


def _courses() -> tuple[CourseSeed, ...]:
    links = (
        LinkSeed(
            resource_link_id="1",
            title="Lab embed (graded 100)",
            description="intro",
            points=100,
        ),
        LinkSeed(
            resource_link_id="2",
            title="Lab ungraded",
            description="intro",
            custom={"foo": "bar", "CamelCase": "x"},
        ),
        LinkSeed(resource_link_id="3", title="Lab new window", points=100),
    )
    lab = CourseSeed(
        context_id=LAB,
        label="LTI101",
        title="LTI Lab course",
        people=(*_people("all"), _ADMIN, _SUSPENDED),
        links=links,
    )
    big = CourseSeed(context_id=BIG, label="BIG200", title="Big course", people=_people("big all"))
    return lab, big


def lab_config(peer: ToolPeer, clock: LmsClock, database: Path) -> SandboxConfig:
    """Return the lab; its tool has the values at tool level that the recorded one had."""
    tool = ToolRegistration(
        client_id=CLIENT_ID,
        deployment_ids=("1",),
        login_url="http://localhost:5055/login",
        jwks_url=peer.jwks_url(SIGNS_AS),
        redirect_uris=(LAUNCH_URL,),
        target_link_uri=LAUNCH_URL,
        custom={
            "ctx": "$Context.id.history",
            "due": "$ResourceLink.submission.endDateTime",
            "eq": "a=b=c",
            "tz": "$Person.address.timezone",
            "sec": "$CourseSection.sourcedId",
            "uname": "$User.username",
            "lineitem": "$LineItem.url",
        },
    )
    return SandboxConfig(
        issuer=ORIGIN,
        database=database,
        tools=(tool,),
        courses=_courses(),
        dialect=MOODLE,
        control_token=CONTROL_TOKEN,
        clock=clock,
    )
