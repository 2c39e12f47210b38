"""groups and notices

Revision ID: 20261129_groups_and_notices
Revises: 20261129_invitations
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "20261129_groups_and_notices"
down_revision = "20261129_invitations"
branch_labels = None
depends_on = None

TABLES = (
    "group_members",
    "group_syncs",
    "course_groups",
    "group_sets",
    "notice_subscriptions",
    "context_copies",
    "notices",
)


def upgrade() -> None:
    with op.batch_alter_table("deployments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("notices_url", sa.String(length=2048), nullable=True))
        batch_op.add_column(sa.Column("notice_types", sa.JSON(), nullable=True))
    with op.batch_alter_table("service_endpoints", schema=None) as batch_op:
        batch_op.add_column(sa.Column("groups_url", sa.String(length=2048), nullable=True))
        batch_op.add_column(sa.Column("group_sets_url", sa.String(length=2048), nullable=True))
    _make_groups()
    _make_notices()


def _make_groups() -> None:
    _make(
        "group_sets",
        _public_id(),
        *_references("group_sets", "platform_id", "context_id"),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("lti_id", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=True),
        _time("created_at"),
        unique=[["public_id"], ["context_id", "lti_id"]],
        indexed=["platform_id"],
    )
    _make(
        "course_groups",
        _public_id(),
        *_references("course_groups", "platform_id", "context_id", "set_id"),
        sa.Column("lti_id", sa.String(length=255), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("tag", sa.String(length=255), nullable=True),
        _time("created_at"),
        unique=[["public_id"], ["context_id", "lti_id"]],
        indexed=["platform_id", "set_id"],
    )
    _make(
        "group_members",
        *_references("group_members", "platform_id", "group_id", "user_id"),
        unique=[["group_id", "user_id"]],
        indexed=["platform_id", "user_id"],
    )
    _make(
        "group_syncs",
        *_references("group_syncs", "platform_id", "context_id"),
        _time("synced_at", nullable=True),
        _time("tried_at"),
        sa.Column("why_not", sa.String(length=64), nullable=True),
        sa.Column("asked_until", sa.Integer(), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        unique=[["context_id"]],
        indexed=["platform_id"],
    )


def _make_notices() -> None:
    _make(
        "notices",
        *_references("notices", "platform_id", "deployment_id"),
        sa.Column("notice_id", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("context_ref", sa.String(length=255), nullable=True),
        sa.Column("origin_refs", sa.JSON(), nullable=False),
        _time("received_at"),
        _time("done_at", nullable=True),
        unique=[["deployment_id", "notice_id"]],
        indexed=["received_at"],
    )
    _make(
        "context_copies",
        *_references("context_copies", "platform_id", "deployment_id"),
        sa.Column("context_ref", sa.String(length=255), nullable=False),
        sa.Column("origin_ref", sa.String(length=255), nullable=False),
        _time("told_at"),
        unique=[["deployment_id", "context_ref", "origin_ref"]],
        indexed=["platform_id"],
    )
    _make(
        "notice_subscriptions",
        *_references("notice_subscriptions", "platform_id", "deployment_id"),
        sa.Column("types", sa.JSON(), nullable=False),
        _time("checked_at"),
        sa.Column("why_not", sa.String(length=64), nullable=True),
        unique=[["deployment_id"]],
        indexed=["platform_id"],
    )


_TARGETS = {
    "platform_id": "platforms",
    "deployment_id": "deployments",
    "context_id": "contexts",
    "user_id": "users",
    "set_id": "group_sets",
    "group_id": "course_groups",
}


def _make(
    table: str,
    *parts: sa.Column[object] | sa.ForeignKeyConstraint,
    unique: Sequence[Sequence[str]],
    indexed: Sequence[str],
) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))
            for columns in unique
        ),
    )
    for column in indexed:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def _references(table: str, *columns: str) -> list[sa.Column[object] | sa.ForeignKeyConstraint]:
    made: list[sa.Column[object] | sa.ForeignKeyConstraint] = []
    for column in columns:
        target = _TARGETS[column]
        made += [
            sa.Column(column, sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
            ),
        ]
    return made


def _public_id() -> sa.Column[object]:
    return sa.Column("public_id", sa.String(length=26), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table("service_endpoints", schema=None) as batch_op:
        batch_op.drop_column("group_sets_url")
        batch_op.drop_column("groups_url")
    with op.batch_alter_table("deployments", schema=None) as batch_op:
        batch_op.drop_column("notice_types")
        batch_op.drop_column("notices_url")
