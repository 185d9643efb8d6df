"""Mentoring, names to be found by, requests for contact, offers, words passed on.

After 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asker_id", sa.Integer(), nullable=False),
        sa.Column("asked_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked','shared','answered','declined','lapsed')", name=op.f("ck_contact_request_state")
        ),
        sa.CheckConstraint("asker_id <> asked_id", name=op.f("ck_contact_request_two_people")),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["member.id"], name=op.f("fk_contact_request_asked_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["member.id"], name=op.f("fk_contact_request_asker_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_request")),
    )
    with op.batch_alter_table("contact_request", schema=None) as batch_op:
        batch_op.create_index("ix_contact_request_asked_id_state", ["asked_id", "state"], unique=False)
        batch_op.create_index("ix_contact_request_asker_id_asked_at", ["asker_id", "asked_at"], unique=False)
        batch_op.create_index("ix_contact_request_state_asked_at", ["state", "asked_at"], unique=False)
        batch_op.create_index(
            "uq_contact_request_asked",
            ["asker_id", "asked_id"],
            unique=True,
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )

    op.create_table(
        "kept_apart",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("member_id <> other_id", name=op.f("ck_kept_apart_two_people")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_kept_apart_member_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["member.id"], name=op.f("fk_kept_apart_other_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "other_id", name=op.f("pk_kept_apart")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("kept_apart", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_apart_other_id"), ["other_id"], unique=False)

    op.create_table(
        "look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("viewer_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.CheckConstraint("member_id <> viewer_id", name=op.f("ck_look_two_people")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_look_member_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["viewer_id"], ["member.id"], name=op.f("fk_look_viewer_id_member"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
        sa.UniqueConstraint("member_id", "viewer_id", "day", name=op.f("uq_look_member_id_viewer_id_day")),
    )
    with op.batch_alter_table("look", schema=None) as batch_op:
        batch_op.create_index("ix_look_viewer_id_day", ["viewer_id", "day"], unique=False)

    op.create_table(
        "looked_up",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("names", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_looked_up_member_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "day", name=op.f("pk_looked_up")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "match_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("pool", sa.JSON(), nullable=True),
        sa.Column("format", sa.String(length=10), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('computing','ready','published','dropped','failed')", name=op.f("ck_match_round_state")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["member.id"], name=op.f("fk_match_round_made_by_member"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_round")),
    )
    with op.batch_alter_table("match_round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_match_round_made_by"), ["made_by"], unique=False)

    op.create_table(
        "member_name",
        sa.Column(
            "folded",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("member_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_name_member_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("folded", "member_id", name=op.f("pk_member_name")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("member_name", schema=None) as batch_op:
        batch_op.create_index("ix_member_name_member_id_folded", ["member_id", "folded"], unique=False)

    op.create_table(
        "mentor",
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.SmallInteger(), nullable=False),
        sa.Column("formats", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("free_topics", sa.JSON(), nullable=False),
        sa.Column("helps", sa.String(length=300), nullable=True),
        sa.Column("availability", sa.String(length=200), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("capacity BETWEEN 1 AND 10", name=op.f("ck_mentor_capacity")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_mentor_member_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_mentor")),
    )
    with op.batch_alter_table("mentor", schema=None) as batch_op:
        batch_op.create_index("ix_mentor_changed_at", ["changed_at"], unique=False)

    op.create_table(
        "mentor_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("goal", sa.String(length=300), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("free_topics", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("far", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open','waiting','matched','closed')", name=op.f("ck_mentor_search_state")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_mentor_search_member_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_search")),
    )
    with op.batch_alter_table("mentor_search", schema=None) as batch_op:
        batch_op.create_index("ix_mentor_search_member_id", ["member_id"], unique=False)
        batch_op.create_index("ix_mentor_search_state_id", ["state", "id"], unique=False)
        batch_op.create_index(
            "uq_mentor_search_unfinished",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('open','waiting')"),
            postgresql_where=sa.text("state IN ('open','waiting')"),
        )

    op.create_table(
        "mentorship",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("mentee_id", sa.Integer(), nullable=False),
        sa.Column("goal", sa.String(length=300), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checks", sa.SmallInteger(), nullable=False),
        sa.Column("mentor_shares", sa.Boolean(), nullable=False),
        sa.Column("mentee_shares", sa.Boolean(), nullable=False),
        sa.Column("meets_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('active','finished','ended')", name=op.f("ck_mentorship_state")),
        sa.CheckConstraint("mentor_id <> mentee_id", name=op.f("ck_mentorship_two_people")),
        sa.ForeignKeyConstraint(
            ["mentee_id"], ["member.id"], name=op.f("fk_mentorship_mentee_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mentor_id"], ["member.id"], name=op.f("fk_mentorship_mentor_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentorship")),
        sa.UniqueConstraint("mentor_id", "mentee_id", name=op.f("uq_mentorship_mentor_id_mentee_id")),
    )
    with op.batch_alter_table("mentorship", schema=None) as batch_op:
        batch_op.create_index(
            "ix_mentorship_check_at",
            ["check_at"],
            unique=False,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )
        batch_op.create_index("ix_mentorship_mentee_id", ["mentee_id"], unique=False)
        batch_op.create_index("ix_mentorship_mentor_id_state", ["mentor_id", "state"], unique=False)

    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('offer','seek')", name=op.f("ck_offer_kind")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_offer_member_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_offer_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index("ix_offer_kind_topic_id_id", ["kind", "topic_id", "id"], unique=False)
        batch_op.create_index("ix_offer_member_id", ["member_id"], unique=False)

    op.create_table(
        "relayed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=10), nullable=False),
        sa.Column("ref", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("about IN ('request','mentorship','contact')", name=op.f("ck_relayed_about")),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["member.id"], name=op.f("fk_relayed_receiver_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["member.id"], name=op.f("fk_relayed_sender_id_member"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relayed")),
    )
    with op.batch_alter_table("relayed", schema=None) as batch_op:
        batch_op.create_index("ix_relayed_at", ["at"], unique=False)
        batch_op.create_index("ix_relayed_receiver_id", ["receiver_id"], unique=False)
        batch_op.create_index("ix_relayed_sender_id", ["sender_id"], unique=False)

    op.create_table(
        "check_in",
        sa.Column("mentorship_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.SmallInteger(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("office_told", sa.Boolean(), nullable=False),
        sa.CheckConstraint("answer IN ('well','help','finished')", name=op.f("ck_check_in_answer")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_check_in_member_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mentorship_id"], ["mentorship.id"], name=op.f("fk_check_in_mentorship_id_mentorship"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mentorship_id", "round", "member_id", name=op.f("pk_check_in")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_in_member_id"), ["member_id"], unique=False)

    op.create_table(
        "mentor_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("mentee_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued','proposed','asked','accepted','declined','lapsed','withdrawn','dropped','gone')",
            name=op.f("ck_mentor_request_state"),
        ),
        sa.CheckConstraint("mentor_id <> mentee_id", name=op.f("ck_mentor_request_two_people")),
        sa.ForeignKeyConstraint(
            ["mentee_id"], ["member.id"], name=op.f("fk_mentor_request_mentee_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mentor_id"], ["member.id"], name=op.f("fk_mentor_request_mentor_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["match_round.id"], name=op.f("fk_mentor_request_round_id_match_round"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["mentor_search.id"],
            name=op.f("fk_mentor_request_search_id_mentor_search"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_request")),
        sa.UniqueConstraint("search_id", "mentor_id", name=op.f("uq_mentor_request_search_id_mentor_id")),
    )
    with op.batch_alter_table("mentor_request", schema=None) as batch_op:
        batch_op.create_index("ix_mentor_request_mentee_id", ["mentee_id"], unique=False)
        batch_op.create_index("ix_mentor_request_mentor_id_state", ["mentor_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_mentor_request_round_id"), ["round_id"], unique=False)
        batch_op.create_index("ix_mentor_request_state_asked_at", ["state", "asked_at"], unique=False)
        batch_op.create_index(
            "uq_mentor_request_asked",
            ["search_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('asked','proposed')"),
            postgresql_where=sa.text("state IN ('asked','proposed')"),
        )

    op.create_table(
        "mentor_topic",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["mentor.member_id"], name=op.f("fk_mentor_topic_member_id_mentor"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "member_id", name=op.f("pk_mentor_topic")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("mentor_topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mentor_topic_member_id"), ["member_id"], unique=False)

    op.create_table(
        "round_pair",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("worth", sa.Double(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mentor_id"], ["member.id"], name=op.f("fk_round_pair_mentor_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["match_round.id"], name=op.f("fk_round_pair_round_id_match_round"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["search_id"], ["mentor_search.id"], name=op.f("fk_round_pair_search_id_mentor_search"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", "search_id", name=op.f("pk_round_pair")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("round_pair", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_pair_mentor_id"), ["mentor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_round_pair_search_id"), ["search_id"], unique=False)

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contact", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("looks_named", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.add_column(sa.Column("occasion", sa.String(length=40), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_survey_occasion"), ["occasion"])


def downgrade() -> None:
    with op.batch_alter_table("survey", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_survey_occasion"), type_="unique")
        batch_op.drop_column("occasion")

    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_column("looks_named")
        batch_op.drop_column("contact")

    with op.batch_alter_table("round_pair", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_pair_search_id"))
        batch_op.drop_index(batch_op.f("ix_round_pair_mentor_id"))

    op.drop_table("round_pair")
    with op.batch_alter_table("mentor_topic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mentor_topic_member_id"))

    op.drop_table("mentor_topic")
    with op.batch_alter_table("mentor_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_mentor_request_asked",
            sqlite_where=sa.text("state IN ('asked','proposed')"),
            postgresql_where=sa.text("state IN ('asked','proposed')"),
        )
        batch_op.drop_index("ix_mentor_request_state_asked_at")
        batch_op.drop_index(batch_op.f("ix_mentor_request_round_id"))
        batch_op.drop_index("ix_mentor_request_mentor_id_state")
        batch_op.drop_index("ix_mentor_request_mentee_id")

    op.drop_table("mentor_request")
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_in_member_id"))

    op.drop_table("check_in")
    with op.batch_alter_table("relayed", schema=None) as batch_op:
        batch_op.drop_index("ix_relayed_sender_id")
        batch_op.drop_index("ix_relayed_receiver_id")
        batch_op.drop_index("ix_relayed_at")

    op.drop_table("relayed")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index("ix_offer_member_id")
        batch_op.drop_index("ix_offer_kind_topic_id_id")

    op.drop_table("offer")
    with op.batch_alter_table("mentorship", schema=None) as batch_op:
        batch_op.drop_index("ix_mentorship_mentor_id_state")
        batch_op.drop_index("ix_mentorship_mentee_id")
        batch_op.drop_index(
            "ix_mentorship_check_at",
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )

    op.drop_table("mentorship")
    with op.batch_alter_table("mentor_search", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_mentor_search_unfinished",
            sqlite_where=sa.text("state IN ('open','waiting')"),
            postgresql_where=sa.text("state IN ('open','waiting')"),
        )
        batch_op.drop_index("ix_mentor_search_state_id")
        batch_op.drop_index("ix_mentor_search_member_id")

    op.drop_table("mentor_search")
    with op.batch_alter_table("mentor", schema=None) as batch_op:
        batch_op.drop_index("ix_mentor_changed_at")

    op.drop_table("mentor")
    with op.batch_alter_table("member_name", schema=None) as batch_op:
        batch_op.drop_index("ix_member_name_member_id_folded")

    op.drop_table("member_name")
    with op.batch_alter_table("match_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_match_round_made_by"))

    op.drop_table("match_round")
    op.drop_table("looked_up")
    with op.batch_alter_table("look", schema=None) as batch_op:
        batch_op.drop_index("ix_look_viewer_id_day")

    op.drop_table("look")
    with op.batch_alter_table("kept_apart", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_apart_other_id"))

    op.drop_table("kept_apart")
    with op.batch_alter_table("contact_request", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_contact_request_asked",
            sqlite_where=sa.text("state = 'asked'"),
            postgresql_where=sa.text("state = 'asked'"),
        )
        batch_op.drop_index("ix_contact_request_state_asked_at")
        batch_op.drop_index("ix_contact_request_asker_id_asked_at")
        batch_op.drop_index("ix_contact_request_asked_id_state")

    op.drop_table("contact_request")
