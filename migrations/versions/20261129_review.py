"""mentors' scopes, contrast that a launch asks for, ids from before LTI 1.3

Revision ID: 20261129_review
Revises: 20261129_course_copies
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_review"
down_revision = "20261129_course_copies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mentor_scopes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("subs", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["context_id"], ["contexts.id"], name=op.f("fk_mentor_scopes_context_id_contexts")
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_mentor_scopes_platform_id_platforms")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_mentor_scopes_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_scopes")),
        sa.UniqueConstraint(
            "context_id", "user_id", name=op.f("uq_mentor_scopes_context_id_user_id")
        ),
    )
    with op.batch_alter_table("mentor_scopes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mentor_scopes_platform_id"), ["platform_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_mentor_scopes_user_id"), ["user_id"], unique=False)
    op.create_table(
        "legacy_secrets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("consumer_key", sa.String(length=255), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_legacy_secrets_platform_id_platforms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legacy_secrets")),
        sa.UniqueConstraint(
            "platform_id", "consumer_key", name=op.f("uq_legacy_secrets_platform_id_consumer_key")
        ),
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("legacy_id", sa.String(length=255), nullable=True))
    with op.batch_alter_table("launch_sessions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("wants_contrast", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("launch_sessions", schema=None) as batch_op:
        batch_op.drop_column("wants_contrast")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("legacy_id")
    op.drop_table("legacy_secrets")
    op.drop_table("mentor_scopes")
