"""instructions

Revision ID: 20261128_instructions
Revises: 20261128_facet_columns
"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_instructions"
down_revision = "20261128_facet_columns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("instructions", sa.String(length=4000), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_column("instructions")
