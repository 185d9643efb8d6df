"""Tickets of answers that were joined with others go on leading to the one seat.

After 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attendance_id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.String(length=16), nullable=True),
        sa.Column("code", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attendance_id"],
            ["attendance.id"],
            name=op.f("fk_former_ticket_attendance_id_attendance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_ticket")),
    )
    op.create_index(op.f("ix_former_ticket_attendance_id"), "former_ticket", ["attendance_id"])
    op.create_index("ix_former_ticket_ticket", "former_ticket", ["ticket"])
