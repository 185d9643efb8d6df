"""Clubs that became part of another, and what members propose about clubs; lists kept in the chat.

After 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LISTS = ("institution", "faculty", "programme", "topic")


def upgrade() -> None:
    _point("club")
    op.create_index(op.f("ix_club_merged_into"), "club", ["merged_into"])
    op.add_column("club", sa.Column("close_note", sa.String(length=500), nullable=True))
    for table in LISTS:
        _point(table)
        op.add_column(table, sa.Column("by_hand", sa.Boolean(), server_default=sa.false(), nullable=False))
    _make_proposals()


def _point(table: str) -> None:
    """Written as it is: SQLite adds a column that refers to something, but Alembic would write the table anew."""
    name = f"fk_{table}_merged_into_{table}"
    op.execute(f"ALTER TABLE {table} ADD COLUMN merged_into INTEGER CONSTRAINT {name} REFERENCES {table} (id)")


def _make_proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("club_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("would_lead", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=12), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.CheckConstraint("kind IN ('club','ambassador')", name=op.f("ck_proposal_kind")),
        sa.CheckConstraint("state IN ('open','accepted','declined','withdrawn')", name=op.f("ck_proposal_state")),
        sa.CheckConstraint("(kind = 'club') = (place_id IS NOT NULL)", name=op.f("ck_proposal_place")),
        sa.CheckConstraint("kind = 'club' OR club_id IS NOT NULL", name=op.f("ck_proposal_club")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_proposal_member_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_proposal_place_id_place")),
        sa.ForeignKeyConstraint(["club_id"], ["club.id"], name=op.f("fk_proposal_club_id_club"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_member_id"), "proposal", ["member_id"])
    op.create_index(op.f("ix_proposal_club_id"), "proposal", ["club_id"])
    op.create_index("ix_proposal_state_made_at", "proposal", ["state", "made_at"])
    waits = sa.text("state = 'open'")
    for what in ("place", "club"):
        op.create_index(
            f"uq_proposal_{what}",
            "proposal",
            ["member_id", f"{what}_id"],
            unique=True,
            sqlite_where=waits,
            postgresql_where=waits,
        )
