"""facet columns

Revision ID: 20261128_facet_columns
Revises: 20261126_points
"""

import sqlalchemy as sa
from alembic import op

revision = "20261128_facet_columns"
down_revision = "20261126_points"
branch_labels = None
depends_on = None

ONE_A_LINK = "uq_line_items_platform_id_placement_id"
ONE_A_FACET = "uq_line_items_platform_id_placement_id_facet"


def upgrade() -> None:
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("facet_columns", sa.JSON(), nullable=True))

    with op.batch_alter_table("grades", schema=None) as batch_op:
        batch_op.add_column(sa.Column("released_facets", sa.JSON(), nullable=True))

    with op.batch_alter_table("line_items", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("facet", sa.String(length=32), server_default="", nullable=False)
        )
        batch_op.drop_constraint(ONE_A_LINK, type_="unique")
        batch_op.create_unique_constraint(ONE_A_FACET, ["platform_id", "placement_id", "facet"])


def downgrade() -> None:
    # What the columns of facets were owed is forgotten with them; the grades stay.
    op.execute(
        "DELETE FROM score_deliveries WHERE line_item_id IN"
        " (SELECT id FROM line_items WHERE facet <> '')"
    )
    op.execute("DELETE FROM line_items WHERE facet <> ''")
    with op.batch_alter_table("line_items", schema=None) as batch_op:
        batch_op.drop_constraint(ONE_A_FACET, type_="unique")
        batch_op.create_unique_constraint(ONE_A_LINK, ["platform_id", "placement_id"])
        batch_op.drop_column("facet")

    with op.batch_alter_table("grades", schema=None) as batch_op:
        batch_op.drop_column("released_facets")

    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_column("facet_columns")
