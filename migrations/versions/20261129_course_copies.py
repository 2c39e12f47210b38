"""course copies

Revision ID: 20261129_course_copies
Revises: 20261129_rosters
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_course_copies"
down_revision = "20261129_rosters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origins", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("former_dates", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("copy_key", sa.String(length=43), nullable=True))
        batch_op.add_column(
            sa.Column("is_kept_out", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    with op.batch_alter_table("own_items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("copied_from", sa.String(length=26), nullable=True))
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("candidates", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(
            sa.Column("is_withheld", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.drop_column("is_withheld")
        batch_op.drop_column("candidates")
    with op.batch_alter_table("own_items", schema=None) as batch_op:
        batch_op.drop_column("copied_from")
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_column("is_kept_out")
        batch_op.drop_column("copy_key")
        batch_op.drop_column("former_dates")
        batch_op.drop_column("origins")
