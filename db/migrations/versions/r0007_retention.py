"""The audit log can only be added to; when what was last forgotten; who was told that a registration goes.

After 0006.
Whoever rebuilds `audit` (batch mode on SQLite) must make them anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END",
    "CREATE TRIGGER audit_kept BEFORE DELETE ON audit "
    "WHEN OLD.at > datetime((SELECT at FROM audit ORDER BY id DESC LIMIT 1), '-365 days') "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END",
    # REPLACE would delete without asking the trigger above.
    "CREATE TRIGGER audit_unreplaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END",
)
POSTGRESQL = (
    """
    CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN
        IF OLD.at <= (SELECT at FROM audit ORDER BY id DESC LIMIT 1) - INTERVAL '365 days' THEN
          RETURN OLD;
        END IF;
      END IF;
      RAISE EXCEPTION 'the audit log is only ever added to';
    END $$
    """,
    "CREATE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION keep_audit()",
    "CREATE TRIGGER audit_kept BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION keep_audit()",
)


def upgrade() -> None:
    op.create_table(
        "clearing",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_clearing")),
    )
    op.add_column("verification", sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_audit_at", "audit", ["at"], unique=False)
    op.create_index("ix_audit_actor_at", "audit", ["actor", "at"], unique=False)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    on_table = "" if op.get_bind().dialect.name == "sqlite" else " ON audit"
    op.execute(f"DROP TRIGGER audit_unchanged{on_table}")
    op.execute(f"DROP TRIGGER audit_kept{on_table}")
    op.execute("DROP FUNCTION keep_audit()" if on_table else "DROP TRIGGER audit_unreplaced")
    op.drop_index("ix_audit_actor_at", table_name="audit")
    op.drop_index("ix_audit_at", table_name="audit")
    op.drop_column("verification", "warned_at")
    op.drop_table("clearing")
