"""Links in courses and in copies of courses, opened by launches."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from lti_app.catalog.models import Activity, Placement
from lti_app.lti.models import Deployment
from lti_app.lti.notice_models import ContextCopy
from tests.cases.stage import Seat, Stage
from tests.peers.launch_claims import LTI, MEMBERSHIP
from tests.peers.platform import TestPlatform

ITEM = "leading-knowledge/m1-self20-pre"
OTHER_ITEM = "leading-knowledge/m1-sort-hiding"
CLOSES = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Links:
    """What launches of links come to."""

    stage: Stage

    def launch(
        self,
        link: str,
        course: str = "a",
        *,
        title: str = "Week 1",
        role: str = "Instructor",
        sub: str = "teacher",
        deployment: str = "d1",
        platform: TestPlatform | None = None,
        target: str = "",
        **custom: str,
    ) -> Seat:
        changes: dict[str, Any] = {
            "sub": sub,
            f"{LTI}deployment_id": deployment,
            f"{LTI}resource_link": {"id": link, "title": title},
            f"{LTI}context": {"id": course, "label": course, "title": f"Course {course}"},
            f"{LTI}roles": [MEMBERSHIP + role],
            f"{LTI}custom": custom,
        }
        if target:
            changes[f"{LTI}target_link_uri"] = target
        return self.stage.accept(changes, platform=platform)

    def open(self, link: str, course: str = "a", **more: Any) -> Activity | None:
        """Launch a link and return what it opens."""
        seat = self.launch(link, course, **more)
        return self.opened(link, platform_id=seat.user.platform_id, **_named(more))

    def begin(self, link: str, course: str = "a", **more: Any) -> Activity:
        """Launch a link that names an item, and set what an instructor sets."""
        made = self.open(link, course, **{"item": ITEM, **more})
        assert made is not None
        with self.stage.database.write() as session:
            row = session.get_one(Activity, made.id)
            row.title, row.instructions = f"{link} as it was set", "Read **this**."
            row.points, row.in_gradebook = Decimal("12.5"), True
            row.settings = {**row.settings, "attempts": 3}
            row.release, row.closes_at, row.zero_at_close = "on_close", CLOSES, True
            row.late_policy, row.late_percent = "once", 20
            return row

    def opened(
        self, link: str, *, platform_id: int | None = None, deployment: str = "d1"
    ) -> Activity | None:
        """Return what a link opens now."""
        placement = self.placement(link, platform_id=platform_id, deployment=deployment)
        with self.stage.database.read() as session:
            return session.get(Activity, placement.activity_id) if placement.activity_id else None

    def placement(
        self, link: str, *, platform_id: int | None = None, deployment: str = "d1"
    ) -> Placement:
        with self.stage.database.read() as session:
            return session.scalars(
                select(Placement)
                .join(Deployment, Deployment.id == Placement.deployment_id)
                .where(
                    Placement.lti_id == link,
                    Placement.platform_id == (platform_id or self.stage.registration.id),
                    Deployment.deployment_id == deployment,
                )
            ).one()

    def tell_of_copy(self, course: str, origin: str, *, deployment: str = "d1") -> None:
        """Let a notice have said that one course is a copy of another."""
        with self.stage.database.write() as session:
            row = session.scalars(
                select(Deployment).where(
                    Deployment.platform_id == self.stage.registration.id,
                    Deployment.deployment_id == deployment,
                )
            ).one()
            session.add(
                ContextCopy(
                    platform_id=row.platform_id,
                    deployment_id=row.id,
                    context_ref=course,
                    origin_ref=origin,
                    told_at=self.stage.clock(),
                )
            )


def _named(more: dict[str, Any]) -> dict[str, Any]:
    return {name: more[name] for name in ("deployment",) if name in more}


def is_copy_of(copy: Activity | None, origin: Activity) -> bool:
    """Whether it is another activity with the settings of this one."""
    return (
        copy is not None
        and copy.id != origin.id
        and copy.title == origin.title
        and (copy.origins or [""])[0] == origin.public_id
    )
