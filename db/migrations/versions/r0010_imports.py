"""What the university knows about people from its own lists, and how a list comes in.

After 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=True),
        sa.Column("layout", sa.JSON(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("fault", sa.JSON(), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open','reading','mapping','checking','checked','taking','taken','given_up','failed')",
            name=op.f("ck_import_state"),
        ),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_import_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["member.id"], name=op.f("fk_import_made_by_member"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_institution_id"), ["institution_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_made_by"), ["made_by"], unique=False)
        batch_op.create_index("ix_import_state_changed_at", ["state", "changed_at"], unique=False)

    op.create_table(
        "import_piece",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_import_piece_import_id_import"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "place", name=op.f("pk_import_piece")),
    )
    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("full_name", sa.String(length=120), nullable=False),
        sa.Column("other_name", sa.String(length=120), nullable=True),
        sa.Column("external_id", sa.String(length=60), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("from_year", sa.Integer(), nullable=True),
        sa.Column("to_year", sa.Integer(), nullable=True),
        sa.Column("province", sa.String(length=6), nullable=True),
        sa.Column("direction", sa.String(length=12), nullable=True),
        sa.Column("relation", sa.String(length=30), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "from_year IS NULL OR to_year IS NULL OR from_year <= to_year", name=op.f("ck_record_years")
        ),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_record_import_id_import")),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_record_institution_id_institution")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_record_member_id_member"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_record_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("import_id", "line", name=op.f("uq_record_import_id_line")),
    )
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.create_index("ix_record_institution_id_external_id", ["institution_id", "external_id"], unique=False)
        batch_op.create_index("ix_record_institution_id_programme_id", ["institution_id", "programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "import_row",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=True),
        sa.Column("said", sa.JSON(), nullable=True),
        sa.Column("remarks", sa.JSON(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=6), nullable=True),
        sa.CheckConstraint("decision IN ('same','other','take')", name=op.f("ck_import_row_decision")),
        sa.CheckConstraint(
            "verdict IN ('new','changed','same','doubtful','wrong','erased')", name=op.f("ck_import_row_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_import_row_import_id_import"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_import_row_record_id_record"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_import_row")),
    )
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.create_index("ix_import_row_import_id_verdict_line", ["import_id", "verdict", "line"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_row_record_id"), ["record_id"], unique=False)

    op.create_table(
        "record_name",
        sa.Column(
            "folded",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record.id"], name=op.f("fk_record_name_record_id_record"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("folded", "record_id", name=op.f("pk_record_name")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("record_name", schema=None) as batch_op:
        batch_op.create_index("ix_record_name_record_id", ["record_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("record_name", schema=None) as batch_op:
        batch_op.drop_index("ix_record_name_record_id")

    op.drop_table("record_name")
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_row_record_id"))
        batch_op.drop_index("ix_import_row_import_id_verdict_line")

    op.drop_table("import_row")
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_programme_id"))
        batch_op.drop_index(batch_op.f("ix_record_member_id"))
        batch_op.drop_index("ix_record_institution_id_programme_id")
        batch_op.drop_index("ix_record_institution_id_external_id")

    op.drop_table("record")
    op.drop_table("import_piece")
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.drop_index("ix_import_state_changed_at")
        batch_op.drop_index(batch_op.f("ix_import_made_by"))
        batch_op.drop_index(batch_op.f("ix_import_institution_id"))

    op.drop_table("import")
