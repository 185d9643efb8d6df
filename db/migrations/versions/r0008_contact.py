"""Questions to the alumni office: threads, their letters, and who is fixed for what.

After 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=12), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(about = 'institution') = (institution_id IS NOT NULL)", name=op.f("ck_desk_placed")),
        sa.CheckConstraint(
            "about IN ('institution','registration','events','mentoring','privacy','other')", name=op.f("ck_desk_about")
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_desk_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_desk_member_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
    )
    with op.batch_alter_table("desk", schema=None) as batch_op:
        batch_op.create_index("ix_desk_member_id", ["member_id"], unique=False)
        batch_op.create_index("uq_desk_institution", ["institution_id"], unique=True)
        batch_op.create_index(
            "uq_desk_topic",
            ["about"],
            unique=True,
            sqlite_where=sa.text("institution_id IS NULL"),
            postgresql_where=sa.text("institution_id IS NULL"),
        )

    op.create_table(
        "thread",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=12), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("assigned_to", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(about = 'institution') = (institution_id IS NOT NULL)", name=op.f("ck_thread_placed")),
        sa.CheckConstraint("(state = 'open') = (waiting_since IS NOT NULL)", name=op.f("ck_thread_waiting")),
        sa.CheckConstraint(
            "about IN ('institution','registration','events','mentoring','privacy','other')",
            name=op.f("ck_thread_about"),
        ),
        sa.CheckConstraint("state IN ('open','answered','closed')", name=op.f("ck_thread_state")),
        sa.ForeignKeyConstraint(
            ["assigned_to"], ["member.id"], name=op.f("fk_thread_assigned_to_member"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_thread_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_thread_member_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
    )
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.create_index("ix_thread_answered_at", ["answered_at"], unique=False)
        batch_op.create_index("ix_thread_assigned_to", ["assigned_to"], unique=False)
        batch_op.create_index("ix_thread_member_id_changed_at", ["member_id", "changed_at"], unique=False)
        batch_op.create_index("ix_thread_remind_at", ["remind_at"], unique=False)
        batch_op.create_index("ix_thread_state_changed_at", ["state", "changed_at"], unique=False)
        batch_op.create_index("ix_thread_state_waiting_since", ["state", "waiting_since"], unique=False)
        batch_op.create_index(
            "uq_thread_institution",
            ["member_id", "institution_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'closed' AND institution_id IS NOT NULL"),
            postgresql_where=sa.text("state <> 'closed' AND institution_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_thread_topic",
            ["member_id", "about"],
            unique=True,
            sqlite_where=sa.text("state <> 'closed' AND institution_id IS NULL"),
            postgresql_where=sa.text("state <> 'closed' AND institution_id IS NULL"),
        )

    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=12), nullable=True),
        sa.Column("handed_to", sa.String(length=12), nullable=True),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_letter_attachment_id_attachment"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_letter_thread_id_thread"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index("ix_letter_attachment_id", ["attachment_id"], unique=False)
        batch_op.create_index("ix_letter_thread_id", ["thread_id"], unique=False)
