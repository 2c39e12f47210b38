"""invitations

Revision ID: 20261129_invitations
Revises: 20261128_own_items
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_invitations"
down_revision = "20261128_own_items"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("platform_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_invitations_platform_id_platforms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitations_public_id")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_invitations_secret_hash")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitations_platform_id"), ["platform_id"], unique=False
        )
    with op.batch_alter_table("platforms", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("standing", sa.String(length=16), server_default="active", nullable=False)
        )
        batch_op.add_column(sa.Column("granted_scopes", sa.JSON(), nullable=True))


def downgrade() -> None:
    # The previous code knows no waiting: it would take them for approved.
    op.execute(
        "UPDATE platforms SET disabled_at = created_at"
        " WHERE standing = 'waiting' AND disabled_at IS NULL"
    )
    with op.batch_alter_table("platforms", schema=None) as batch_op:
        batch_op.drop_column("granted_scopes")
        batch_op.drop_column("standing")
    op.drop_table("invitations")
