"""points

Revision ID: 20261126_points
Revises: 20261125_grades
"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_points"
down_revision = "20261125_grades"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("grades", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("override_maximum", sa.Numeric(precision=12, scale=6), nullable=True)
        )

    with op.batch_alter_table("line_items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("maxima", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("change_reason_code", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("change_reason_params", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("line_items", schema=None) as batch_op:
        batch_op.drop_column("change_reason_params")
        batch_op.drop_column("change_reason_code")
        batch_op.drop_column("maxima")

    # Points that were entered count from here on as what they were brought to.
    op.execute(
        "UPDATE grades SET override_points = ROUND(override_points * maximum / override_maximum, 2)"
        " WHERE override_maximum IS NOT NULL"
    )
    with op.batch_alter_table("grades", schema=None) as batch_op:
        batch_op.drop_column("override_maximum")
