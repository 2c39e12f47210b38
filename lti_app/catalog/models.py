"""Items as they were when placed, activities, placements and line items."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.catalog.rules import LatePolicy, Release
from lti_app.core.db import Base, Keep, Privacy, PublicId, Subject

TITLE_LENGTH = 255
#: Characters of what an instructor writes above an activity.
INSTRUCTIONS_LENGTH = 4000
#: Stands for the name of a facet where a column is of the whole grade.
WHOLE = ""
URL_LENGTH = 2048


class ItemVersion(Base):
    """A snapshot of a pack's item. It never changes; a changed item is a new version."""

    __tablename__ = "item_versions"
    __table_args__ = (UniqueConstraint("pack", "item", "version"),)
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.SYSTEM)

    id: Mapped[int] = mapped_column(primary_key=True)
    pack: Mapped[str] = mapped_column(String(64))
    item: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    content: Mapped[dict[str, object]]
    created_at: Mapped[datetime]


class OwnItem(Base):
    """An item that instructors of a course make themselves, ready or not.

    `typed` holds what stands in its editor, as it was typed, and what was taken out last. Opened
    by a link, it is a version of `item_versions` like any other, under its public id.
    `copied_from`: the public id of the item of another course that this one is a copy of.
    """

    __tablename__ = "own_items"
    __privacy__ = Privacy(
        subject=Subject.STAFF,
        keep=Keep.COURSE,
        personal=("user_id", "created_at", "updated_at"),
        export="own_items",
        erase="stays with its course, without whom it is by",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("contexts.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(32))
    item_kind: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    typed: Mapped[dict[str, object]]
    revision: Mapped[int] = mapped_column(default=0)
    copied_from: Mapped[str | None] = mapped_column(String(26))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Activity(Base):
    """A thing to do in one context. `points` is the maximum of its grade.

    `instructions`: Markdown that an instructor put above it; None for none.

    `facet_columns`: title and maximum of the gradebook column of each facet, by the facet's name,
    where each has one of its own; None where there is one for the whole grade.

    `origins` of a copy: the public ids of what it was copied from, the nearest first, which its
    copied gradebook columns are known by. `former_dates`: the dates that it did not take over.

    `copy_key`: a secret that its link carries, and each copy of the link; a copy keeps it, as its
    link does. None for what was not made by deep linking.

    `is_kept_out`: whether an instructor has said, before its link was there, that it stays out of
    the gradebook.
    """

    __tablename__ = "activities"
    __table_args__ = (
        CheckConstraint("points > 0", name="points_above_zero"),
        CheckConstraint("grace_minutes >= 0", name="grace_not_negative"),
        CheckConstraint("late_percent BETWEEN 0 AND 100", name="late_percent_is_a_share"),
        CheckConstraint("late_floor_percent BETWEEN 0 AND 100", name="late_floor_is_a_share"),
    )
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.REGISTRATION)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[PublicId]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    context_id: Mapped[int] = mapped_column(ForeignKey("contexts.id"), index=True)
    item_version_id: Mapped[int] = mapped_column(ForeignKey("item_versions.id"))
    kind: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    instructions: Mapped[str | None] = mapped_column(String(INSTRUCTIONS_LENGTH))
    settings: Mapped[dict[str, object]]
    settings_version: Mapped[int]
    points: Mapped[Decimal]
    in_gradebook: Mapped[bool] = mapped_column(default=False)
    facet_columns: Mapped[dict[str, object] | None]
    release: Mapped[str] = mapped_column(String(16), default=Release.IMMEDIATE)
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    releases_at: Mapped[datetime | None]
    grace_minutes: Mapped[int] = mapped_column(default=0)
    late_policy: Mapped[str] = mapped_column(
        String(16), default=LatePolicy.NONE, server_default=LatePolicy.NONE.value
    )
    late_percent: Mapped[int] = mapped_column(default=0, server_default="0")
    late_floor_percent: Mapped[int] = mapped_column(default=0, server_default="0")
    zero_at_close: Mapped[bool] = mapped_column(default=False, server_default=false())
    origins: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    former_dates: Mapped[dict[str, object] | None]
    copy_key: Mapped[str | None] = mapped_column(String(43))
    is_kept_out: Mapped[bool] = mapped_column(default=False, server_default=false())
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Placement(Base):
    """A link in the platform: (deployment, `resource_link.id`). It opens at most one activity.

    `lost_name` is the activity that the link names and that nobody finds in its course; None where
    it names none, or one that is there.
    `candidates`: the activities of which this link may be a copy, for an instructor to say which.
    `is_withheld`: whether it would open a copy of what instructors of another course made, and
    nothing proves yet that it may.
    """

    __tablename__ = "placements"
    __table_args__ = (UniqueConstraint("platform_id", "deployment_id", "lti_id"),)
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.REGISTRATION)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id"))
    context_id: Mapped[int] = mapped_column(ForeignKey("contexts.id"), index=True)
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activities.id"), index=True)
    lti_id: Mapped[str] = mapped_column(String(255))
    title: Mapped[str | None] = mapped_column(String(TITLE_LENGTH))
    lost_name: Mapped[str | None] = mapped_column(String(64))
    candidates: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    is_withheld: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]


class LineItem(Base):
    """A gradebook column of a placement: of the whole grade, or of one facet of it.

    Launches tell of the whole one alone, the one with the empty `facet`. Without `url` there is no
    column yet; one is found or made when a score is owed, by the activity's public id
    (`resourceId`) and its kind with the facet (`tag`). `former_url` is where it was before.
    `maxima` is what its maximum can be by our own doing, since its points were changed; None before
    that. `change_reason_*` says why it was not brought to them.
    """

    __tablename__ = "line_items"
    __table_args__ = (UniqueConstraint("platform_id", "placement_id", "facet"),)
    __privacy__ = Privacy(subject=Subject.NOBODY, keep=Keep.REGISTRATION)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platforms.id"), index=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placements.id"))
    facet: Mapped[str] = mapped_column(String(32), default=WHOLE, server_default=WHOLE)
    url: Mapped[str | None] = mapped_column(String(URL_LENGTH))
    former_url: Mapped[str | None] = mapped_column(String(URL_LENGTH))
    maxima: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    change_reason_code: Mapped[str | None] = mapped_column(String(64))
    change_reason_params: Mapped[dict[str, object] | None]
    updated_at: Mapped[datetime]
