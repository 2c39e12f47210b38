"""grades

Revision ID: 20261125_grades
Revises: 20261124_first
"""

import sqlalchemy as sa
from alembic import op

revision = "20261125_grades"
down_revision = "20261124_first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_holds",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("reason_code", sa.String(length=64), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_job_holds")),
    )
    op.create_table(
        "job_gates",
        sa.Column("key", sa.String(length=284), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=True),
        sa.Column("host", sa.String(length=260), nullable=True),
        sa.Column("limit", sa.Integer(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_job_gates_platform_id_platforms")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_job_gates")),
    )
    op.create_table(
        "participations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("resumes_as", sa.String(length=20), nullable=True),
        sa.Column("extra_attempts", sa.Integer(), nullable=False),
        sa.Column("extra_days", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "extra_days >= 0", name=op.f("ck_participations_extra_days_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["activities.id"],
            name=op.f("fk_participations_activity_id_activities"),
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_participations_platform_id_platforms")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_participations_user_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participations")),
        sa.UniqueConstraint(
            "platform_id",
            "activity_id",
            "user_id",
            name=op.f("uq_participations_platform_id_activity_id_user_id"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_participations_public_id")),
    )
    with op.batch_alter_table("participations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_participations_activity_id"), ["activity_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_participations_platform_id"), ["platform_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_participations_user_id"), ["user_id"], unique=False)

    op.create_table(
        "facet_overrides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("grade_id", sa.Integer(), nullable=False),
        sa.Column("facet", sa.String(length=32), nullable=False),
        sa.Column("score", sa.Numeric(precision=12, scale=6), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "score >= 0 AND score <= 1", name=op.f("ck_facet_overrides_score_is_a_fraction")
        ),
        sa.ForeignKeyConstraint(
            ["grade_id"], ["grades.id"], name=op.f("fk_facet_overrides_grade_id_grades")
        ),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_facet_overrides_platform_id_platforms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facet_overrides")),
        sa.UniqueConstraint(
            "platform_id",
            "grade_id",
            "facet",
            name=op.f("uq_facet_overrides_platform_id_grade_id_facet"),
        ),
    )
    with op.batch_alter_table("facet_overrides", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_facet_overrides_platform_id"), ["platform_id"], unique=False
        )

    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("releases_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("late_policy", sa.String(length=16), server_default="none", nullable=False)
        )
        batch_op.add_column(
            sa.Column("late_percent", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("late_floor_percent", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column("zero_at_close", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_reopened", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("before", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("after", sa.String(length=32), nullable=True))

    with op.batch_alter_table("facet_scores", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "late_factor", sa.Numeric(precision=12, scale=6), server_default="1", nullable=False
            )
        )
        batch_op.add_column(
            sa.Column("is_bonus", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    with op.batch_alter_table("grades", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("cap_fraction", sa.Numeric(precision=12, scale=6), nullable=True)
        )
        batch_op.add_column(sa.Column("cap_reason_code", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("comment_code", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column("override_points", sa.Numeric(precision=12, scale=6), nullable=True)
        )
        batch_op.add_column(sa.Column("override_reason", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("override_actor", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("override_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("host", sa.String(length=260), nullable=True))
        batch_op.drop_index(batch_op.f("ix_jobs_due"))
        batch_op.create_index(
            "ix_jobs_due", ["state", "platform_id", "host", "run_at", "id"], unique=False
        )

    with op.batch_alter_table("line_items", schema=None) as batch_op:
        batch_op.add_column(sa.Column("former_url", sa.String(length=2048), nullable=True))

    with op.batch_alter_table("score_deliveries", schema=None) as batch_op:
        batch_op.alter_column(
            "wanted_points", existing_type=sa.NUMERIC(precision=12, scale=6), nullable=True
        )
        batch_op.create_index(
            "ix_score_deliveries_state", ["state", "platform_id", "wanted_at"], unique=False
        )


def downgrade() -> None:
    # A score that was taken back has no points, which the tables before this cannot say.
    op.execute("DELETE FROM score_deliveries WHERE wanted_points IS NULL")
    with op.batch_alter_table("score_deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_score_deliveries_state")
        batch_op.alter_column(
            "wanted_points", existing_type=sa.NUMERIC(precision=12, scale=6), nullable=False
        )

    with op.batch_alter_table("line_items", schema=None) as batch_op:
        batch_op.drop_column("former_url")

    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index("ix_jobs_due")
        batch_op.create_index(
            batch_op.f("ix_jobs_due"), ["state", "platform_id", "run_at"], unique=False
        )
        batch_op.drop_column("host")

    with op.batch_alter_table("grades", schema=None) as batch_op:
        batch_op.drop_column("override_at")
        batch_op.drop_column("override_actor")
        batch_op.drop_column("override_reason")
        batch_op.drop_column("override_points")
        batch_op.drop_column("revision")
        batch_op.drop_column("handed_in_at")
        batch_op.drop_column("comment_code")
        batch_op.drop_column("cap_reason_code")
        batch_op.drop_column("cap_fraction")

    with op.batch_alter_table("facet_scores", schema=None) as batch_op:
        batch_op.drop_column("is_bonus")
        batch_op.drop_column("late_factor")

    with op.batch_alter_table("audit_events", schema=None) as batch_op:
        batch_op.drop_column("after")
        batch_op.drop_column("before")

    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_column("is_reopened")

    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.drop_column("zero_at_close")
        batch_op.drop_column("late_floor_percent")
        batch_op.drop_column("late_percent")
        batch_op.drop_column("late_policy")
        batch_op.drop_column("releases_at")

    with op.batch_alter_table("facet_overrides", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_facet_overrides_platform_id"))

    op.drop_table("facet_overrides")
    with op.batch_alter_table("participations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participations_user_id"))
        batch_op.drop_index(batch_op.f("ix_participations_platform_id"))
        batch_op.drop_index(batch_op.f("ix_participations_activity_id"))

    op.drop_table("participations")
    op.drop_table("job_gates")
    op.drop_table("job_holds")
