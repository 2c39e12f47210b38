"""rosters

Revision ID: 20261129_rosters
Revises: 20261129_waiting_launches
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_rosters"
down_revision = "20261129_waiting_launches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rosters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reading", sa.Integer(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("cursor_url", sa.String(length=2048), nullable=True),
        sa.Column("differences_url", sa.String(length=2048), nullable=True),
        sa.Column("pages_count", sa.Integer(), nullable=False),
        sa.Column("members_count", sa.Integer(), nullable=False),
        sa.Column("skipped_count", sa.Integer(), nullable=False),
        sa.Column("idle_count", sa.Integer(), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("leaving_count", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stale_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_code", sa.String(length=64), nullable=True),
        sa.Column("reason_params", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["context_id"], ["contexts.id"], name=op.f("fk_rosters_context_id_contexts")
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_rosters_platform_id_platforms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rosters")),
        sa.UniqueConstraint("context_id", name=op.f("uq_rosters_context_id")),
    )
    with op.batch_alter_table("rosters", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rosters_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_rosters_platform_id"), ["platform_id"], unique=False)
    # Without a batch, which would copy the table: the previous code goes on reading it meanwhile.
    op.add_column("enrolments", sa.Column("launched_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("enrolments", sa.Column("roster_role", sa.String(length=32), nullable=True))
    op.add_column("enrolments", sa.Column("roster_reading", sa.Integer(), nullable=True))
    op.add_column("enrolments", sa.Column("roster_groups", sa.JSON(), nullable=True))
    # Until now, whoever was in a course had opened something there. One statement: launches of
    # people whom it touches wait until this migration has ended. Who launches with the previous
    # code afterwards counts as one who has opened nothing until they launch once more.
    op.execute("UPDATE enrolments SET launched_at = seen_at")


def downgrade() -> None:
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_column("roster_groups")
        batch_op.drop_column("roster_reading")
        batch_op.drop_column("roster_role")
        batch_op.drop_column("launched_at")
    op.drop_table("rosters")
