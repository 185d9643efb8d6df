"""Surveys that coordinators build, and answers under a name. What is asked, and whether it is anonymous, is fixed by
triggers once a survey is open.

After 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

FIXED = ("survey_id", "anonymous", "titles", "intros", "questions")
# name: (table, of what, when, and what is wrong with it); the old row is OLD, the new one NEW.
REFUSED = {
    "survey_anonymity_fixed": ("survey", "UPDATE", "OLD.anonymous <> NEW.anonymous", "anonymity is fixed"),
    "questionnaire_fixed": (
        "questionnaire",
        "UPDATE",
        "OLD.survey_id IS NOT NULL AND (NEW.survey_id IS NULL OR {changed})",
        "an open survey is fixed",
    ),
    "named_answer_not_anonymous": (
        "named_answer",
        "INSERT",
        "(SELECT anonymous FROM survey WHERE id = NEW.survey_id)",
        "an anonymous survey has no names",
    ),
}


def upgrade() -> None:
    op.create_table(
        "named_answer",
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_named_answer_member_id_member"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_named_answer_survey_id_survey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("survey_id", "member_id", name=op.f("pk_named_answer")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_named_answer_member_id"), "named_answer", ["member_id"])
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("survey_id", sa.Integer(), nullable=True),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("intros", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("keys", sa.SmallInteger(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("segment", sa.String(length=60), nullable=True),
        sa.Column("scope", sa.JSON(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("remind_after", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=12), nullable=True),
        sa.Column("opened_by", sa.String(length=12), nullable=True),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(survey_id IS NULL) = (opened_by IS NULL)", name=op.f("ck_questionnaire_open")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["member.id"], name=op.f("fk_questionnaire_author_id_member"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["survey.id"], name=op.f("fk_questionnaire_survey_id_survey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("survey_id", name=op.f("uq_questionnaire_survey_id")),
    )
    op.create_index(op.f("ix_questionnaire_author_id"), "questionnaire", ["author_id"])
    for name, rule in REFUSED.items():
        _refuse(name, *rule)


def _refuse(name: str, table: str, event: str, condition: str, why: str) -> None:
    """A later step that lets SQLite write one of these tables anew has to make its trigger anew as well."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    differs = "OLD.{0} IS NOT NEW.{0}" if sqlite else "OLD.{0}::text IS DISTINCT FROM NEW.{0}::text"
    when = condition.format(changed=" OR ".join(differs.format(column) for column in FIXED))
    if sqlite:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{why}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {when} THEN "
        f"RAISE EXCEPTION '{why}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
