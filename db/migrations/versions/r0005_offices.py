"""Offices with a scope, a term and deputies; faculties; members who are suspended.

After 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATUS = "status IN ('guest','pending','verified','declined'{more})"


def upgrade() -> None:
    op.create_table(
        "faculty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["institution.id"], name=op.f("fk_faculty_institution_id_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faculty")),
        sa.UniqueConstraint("slug", name=op.f("uq_faculty_slug")),
    )
    op.create_index(op.f("ix_faculty_institution_id"), "faculty", ["institution_id"])
    faculty = "faculty_id INTEGER CONSTRAINT fk_programme_faculty_id_faculty REFERENCES faculty (id)"
    op.execute(f"ALTER TABLE programme ADD COLUMN {faculty}")
    op.create_index(op.f("ix_programme_faculty_id"), "programme", ["faculty_id"])
    _widen_offices()
    _allow_suspended()


def _widen_offices() -> None:
    """The table is small and nothing refers to it: SQLite may write it anew."""
    op.drop_index("uq_role_coordinator", table_name="role")
    check = sa.CheckConstraint("(kind = 'ambassador') = (club_id IS NOT NULL)", name=op.f("ck_role_scope"))
    with op.batch_alter_table("role", schema=None, table_args=(check,)) as role:
        role.add_column(sa.Column("scope", sa.JSON(), nullable=True))
        role.add_column(sa.Column("deputy_for", sa.Integer(), nullable=True))
        role.add_column(sa.Column("granted_by", sa.String(length=12), nullable=True))
        role.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
        role.create_foreign_key(op.f("fk_role_deputy_for_role"), "role", ["deputy_for"], ["id"], ondelete="CASCADE")
    own = sa.text("kind = 'coordinator' AND deputy_for IS NULL")
    op.create_index("uq_role_coordinator", "role", ["member_id"], unique=True, sqlite_where=own, postgresql_where=own)
    op.create_index(op.f("ix_role_deputy_for"), "role", ["deputy_for"])
    op.create_index("uq_role_deputy", "role", ["member_id", "deputy_for"], unique=True)


def _allow_suspended() -> None:
    """SQLite cannot change a check of a table; to widen one in its text is the way its documentation names, since
    nothing that is stored changes. A new version of the schema makes every connection read it anew."""
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_member_status"), "member", type_="check")
        op.create_check_constraint(op.f("ck_member_status"), "member", STATUS.format(more=",'suspended'"))
        return
    bind = op.get_bind()
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema=ON")
    bind.execute(
        sa.text("UPDATE sqlite_schema SET sql = replace(sql, :old, :new) WHERE type = 'table' AND name = 'member'"),
        {"old": STATUS.format(more=""), "new": STATUS.format(more=",'suspended'")},
    )
    bind.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema=OFF")
