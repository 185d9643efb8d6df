"""What was exported, and who is in it.

After 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("format", sa.String(length=4), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["member.id"], name=op.f("fk_export_actor_id_member"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_index("ix_export_at", "export", ["at"])
    op.create_index(op.f("ix_export_actor_id"), "export", ["actor_id"])
    op.create_table(
        "exported_person",
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["export.id"], name=op.f("fk_exported_person_export_id_export"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_exported_person_member_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("export_id", "member_id", name=op.f("pk_exported_person")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_exported_person_member_id"), "exported_person", ["member_id"])
