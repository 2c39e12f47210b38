"""deep linking

Revision ID: 20261129_deep_linking
Revises: 20261129_groups_and_notices
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_deep_linking"
down_revision = "20261129_groups_and_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lost_name", sa.String(length=64), nullable=True))
    op.create_table(
        "deep_link_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("deployment_id", sa.Integer(), nullable=False),
        sa.Column("context_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("session_public_id", sa.String(length=26), nullable=False),
        sa.Column("return_url", sa.String(length=2048), nullable=False),
        sa.Column("accept_types", sa.JSON(), nullable=False),
        sa.Column("accept_multiple", sa.Boolean(), nullable=False),
        sa.Column("accept_lineitem", sa.Boolean(), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("data", sa.Text(), nullable=True),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["context_id"], ["contexts.id"], name=op.f("fk_deep_link_requests_context_id_contexts")
        ),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployments.id"],
            name=op.f("fk_deep_link_requests_deployment_id_deployments"),
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["platforms.id"],
            name=op.f("fk_deep_link_requests_platform_id_platforms"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_deep_link_requests_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deep_link_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_deep_link_requests_public_id")),
        sa.UniqueConstraint(
            "session_public_id", name=op.f("uq_deep_link_requests_session_public_id")
        ),
    )
    with op.batch_alter_table("deep_link_requests", schema=None) as batch_op:
        for column in ("platform_id", "user_id"):
            batch_op.create_index(
                batch_op.f(f"ix_deep_link_requests_{column}"), [column], unique=False
            )


def downgrade() -> None:
    op.drop_table("deep_link_requests")
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.drop_column("lost_name")
