"""own items

Revision ID: 20261128_own_items
Revises: 20261128_instructions
"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_own_items"
down_revision = "20261128_instructions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("item_kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["context_id"], ["contexts.id"], name=op.f("fk_own_items_context_id_contexts")
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_own_items_platform_id_platforms")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_own_items_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_items")),
        sa.UniqueConstraint("public_id", name=op.f("uq_own_items_public_id")),
    )
    with op.batch_alter_table("own_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_own_items_context_id"), ["context_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_own_items_platform_id"), ["platform_id"], unique=False)


def downgrade() -> None:
    op.drop_table("own_items")
