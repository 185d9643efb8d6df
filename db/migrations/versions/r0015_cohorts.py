"""Named cohorts of a programme, and who chose one.

After 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cohort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("to_year", sa.Integer(), nullable=True),
        sa.CheckConstraint("to_year IS NULL OR from_year <= to_year", name=op.f("ck_cohort_years")),
        sa.ForeignKeyConstraint(["merged_into"], ["cohort.id"], name=op.f("fk_cohort_merged_into_cohort")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_cohort_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("slug", name=op.f("uq_cohort_slug")),
    )
    op.create_index(op.f("ix_cohort_programme_id"), "cohort", ["programme_id"])
    # Written as it is: SQLite adds a column that refers to something, but Alembic would write the table anew.
    name = op.f("fk_affiliation_cohort_id_cohort")
    op.execute(f"ALTER TABLE affiliation ADD COLUMN cohort_id INTEGER CONSTRAINT {name} REFERENCES cohort (id)")
    op.create_index(op.f("ix_affiliation_cohort_id"), "affiliation", ["cohort_id"])
