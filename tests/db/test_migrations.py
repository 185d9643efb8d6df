"""The steps lead from nothing, and from each revision, to exactly the tables of the models."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from db.engine import open_engine
from db.migrations.upgrade import configure, upgrade
from db.models import Base
from tests.databases import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, postgres: Postgres, tmp_path: Path) -> Engine:
    if request.param == "sqlite":
        return open_engine(f"sqlite:///{tmp_path}/empty.db")
    postgres.run("DROP DATABASE IF EXISTS migrating")
    postgres.run("CREATE DATABASE migrating")
    return open_engine(postgres.url("migrating"))


def drift(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, Base.metadata))


def test_an_empty_database_gets_the_tables_of_the_models(empty: Engine) -> None:
    upgrade(empty)
    assert drift(empty) == []
    assert set(Base.metadata.tables) <= set(inspect(empty).get_table_names())
    empty.dispose()


def test_a_database_of_the_revision_before_is_brought_up_to_date(empty: Engine) -> None:
    steps = [step.revision for step in ScriptDirectory.from_config(configure(empty)).walk_revisions()][::-1]
    for revision in steps:
        upgrade(empty, revision)
    upgrade(empty)
    assert drift(empty) == []
    empty.dispose()


def test_every_foreign_key_to_a_member_goes_with_the_member() -> None:
    """Erasure deletes one row and relies on this. What people made for all outlives them."""
    outlives = {
        "look.viewer_id",
        "thread.assigned_to",
        "export.actor_id",
        "match_round.made_by",
        "event.organiser_id",
        "announcement.author_id",
        "breach_message.author_id",
        "attachment.given_by",
        "segment.made_by",
        "import.made_by",
        "record.member_id",
        "questionnaire.author_id",
    }
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table.name == "member":
                name = f"{table.name}.{key.parent.name}"
                assert key.ondelete == ("SET NULL" if name in outlives else "CASCADE"), name
