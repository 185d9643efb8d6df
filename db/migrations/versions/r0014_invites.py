"""Codes for people on record, and when those were invited.

After 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("record", sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("code", schema=None) as code:
        code.add_column(sa.Column("record_id", sa.Integer(), nullable=True))
        code.create_foreign_key(op.f("fk_code_record_id_record"), "record", ["record_id"], ["id"], ondelete="CASCADE")
    op.create_index(op.f("ix_code_record_id"), "code", ["record_id"])
