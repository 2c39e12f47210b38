"""waiting launches

Revision ID: 20261129_waiting_launches
Revises: 20261129_deep_linking
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_waiting_launches"
down_revision = "20261129_deep_linking"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("login_attempts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("storage_target", sa.String(length=64), nullable=True))
    op.create_table(
        "waiting_launches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("ticket_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_token", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["platforms.id"],
            name=op.f("fk_waiting_launches_platform_id_platforms"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_launches")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_waiting_launches_state_hash")),
    )


def downgrade() -> None:
    op.drop_table("waiting_launches")
    with op.batch_alter_table("login_attempts", schema=None) as batch_op:
        batch_op.drop_column("storage_target")
