"""Announcements with what goes with them, and saved segments; long messages in parts; indexes to count audiences by.

After 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("file_id", sa.String(length=200), nullable=True),
        sa.Column("given_by", sa.Integer(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("content IS NOT NULL OR file_id IS NOT NULL", name=op.f("ck_attachment_somewhere")),
        sa.ForeignKeyConstraint(
            ["given_by"], ["member.id"], name=op.f("fk_attachment_given_by_member"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_given_at"), ["given_at"], unique=False)

    op.create_table(
        "segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["member.id"], name=op.f("fk_segment_made_by_member"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("name", name=op.f("uq_segment_name")),
    )
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("club_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("button", sa.JSON(), nullable=True),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("segment", sa.String(length=60), nullable=True),
        sa.Column("morning", sa.Boolean(), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=12), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft','asked','planned','sending','done','stopped')", name=op.f("ck_announcement_state")
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_announcement_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name=op.f("fk_announcement_author_id_member"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["club_id"], ["club.id"], name=op.f("fk_announcement_club_id_club"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_announcement_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_announcement_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_announcement_state_due_at", ["state", "due_at"], unique=False)

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("parts", sa.SmallInteger(), server_default="0", nullable=False))
        batch_op.create_index(
            "ix_outbox_done_at",
            ["done_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NOT NULL AND kind <> 'announced'"),
            postgresql_where=sa.text("done_at IS NOT NULL AND kind <> 'announced'"),
        )

    with op.batch_alter_table("affiliation", schema=None) as batch_op:
        batch_op.create_index("ix_affiliation_institution_id_member_id", ["institution_id", "member_id"], unique=False)
        batch_op.create_index("ix_affiliation_programme_id_member_id", ["programme_id", "member_id"], unique=False)

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(
            "ix_member_verified",
            ["id", "place_id", "language"],
            unique=False,
            sqlite_where=sa.text("status = 'verified' AND erase_at IS NULL"),
            postgresql_where=sa.text("status = 'verified' AND erase_at IS NULL"),
        )

    with op.batch_alter_table("member_relation", schema=None) as batch_op:
        batch_op.create_index("ix_member_relation_relation_member_id", ["relation", "member_id"], unique=False)

    with op.batch_alter_table("member_topic", schema=None) as batch_op:
        batch_op.create_index("ix_member_topic_topic_id_member_id", ["topic_id", "member_id"], unique=False)

    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_club_id_state"))
        batch_op.create_index("ix_membership_club_id_state_member_id", ["club_id", "state", "member_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index("ix_membership_club_id_state_member_id")
        batch_op.create_index(batch_op.f("ix_membership_club_id_state"), ["club_id", "state"], unique=False)

    with op.batch_alter_table("member_topic", schema=None) as batch_op:
        batch_op.drop_index("ix_member_topic_topic_id_member_id")

    with op.batch_alter_table("member_relation", schema=None) as batch_op:
        batch_op.drop_index("ix_member_relation_relation_member_id")

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_member_verified",
            sqlite_where=sa.text("status = 'verified' AND erase_at IS NULL"),
            postgresql_where=sa.text("status = 'verified' AND erase_at IS NULL"),
        )

    with op.batch_alter_table("affiliation", schema=None) as batch_op:
        batch_op.drop_index("ix_affiliation_programme_id_member_id")
        batch_op.drop_index("ix_affiliation_institution_id_member_id")

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_done_at",
            sqlite_where=sa.text("done_at IS NOT NULL AND kind <> 'announced'"),
            postgresql_where=sa.text("done_at IS NOT NULL AND kind <> 'announced'"),
        )
        batch_op.drop_column("parts")

    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.drop_index("ix_announcement_state_due_at")
        batch_op.drop_index(batch_op.f("ix_announcement_author_id"))

    op.drop_table("announcement")
    op.drop_table("segment")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_given_at"))

    op.drop_table("attachment")
