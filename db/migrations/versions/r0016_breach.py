"""Messages to those a breach of data concerns, and whom they did not reach; how two clubs were before they merged.

After 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "breach_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=1), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft','planned','sending','done','stopped')", name=op.f("ck_breach_message_state")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name=op.f("fk_breach_message_author_id_member"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_message")),
    )
    op.create_index("ix_breach_message_state_due_at", "breach_message", ["state", "due_at"])
    op.create_index("ix_breach_message_changed_at", "breach_message", ["changed_at"])
    op.create_index(op.f("ix_breach_message_author_id"), "breach_message", ["author_id"])
    op.create_table(
        "breach_unreached",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["breach_message.id"],
            name=op.f("fk_breach_unreached_message_id_breach_message"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_breach_unreached_member_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", "member_id", name=op.f("pk_breach_unreached")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_breach_unreached_member_id"), "breach_unreached", ["member_id"])
    op.create_table(
        "club_merge",
        sa.Column("club_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.Column("leaders", sa.JSON(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_club_merge_club_id_club"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["into_id"], ["club.id"], name=op.f("fk_club_merge_into_id_club"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("club_id", name=op.f("pk_club_merge")),
    )
    op.create_index(op.f("ix_club_merge_into_id"), "club_merge", ["into_id"])
    op.create_index(op.f("ix_club_merge_at"), "club_merge", ["at"])
