"""Objections that came by letter or telephone, as a coordinator noted them.

After 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "noted_objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("came", sa.String(length=6), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(length=12), nullable=False),
        sa.CheckConstraint("came IN ('letter','email','phone','person')", name=op.f("ck_noted_objection_came")),
        sa.CheckConstraint("(member_id IS NULL) <> (record_id IS NULL)", name=op.f("ck_noted_objection_whose")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_noted_objection_member_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_noted_objection_record_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_noted_objection")),
        sa.UniqueConstraint("record_id", name=op.f("uq_noted_objection_record_id")),
    )
    op.create_index("ix_noted_objection_member_id", "noted_objection", ["member_id"])
