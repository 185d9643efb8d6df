"""Restoring a backup: only into an empty database, and not before it is ready is it there."""

import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic.script import ScriptDirectory
from pyrage.x25519 import Identity
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from bot.keeping import postgres, sqlite
from bot.keeping.aftercare import Outcome, fingerprint, read_erasures, settle
from bot.keeping.backing_up import database_file
from bot.keeping.envelope import Manifest, Progress, Sink, unseal
from bot.keeping.hindered import Hindered
from bot.keeping.keys import read_identity
from bot.keeping.snapshot import COUNTED
from bot.settings import Settings
from db.engine import open_engine
from db.erased import Listed
from db.migrations.upgrade import configure, upgrade

LONGEST_REVISION = 64


@dataclass(frozen=True, slots=True)
class Restored:
    """A database that is ready. With another SECRET_KEY nobody's codes and return keys open anything in it."""

    manifest: Manifest
    outcome: Outcome
    same_secret: bool


def look_through(file: Path, identity: Path, progress: Progress) -> Manifest:
    """Read a backup to its end without keeping anything of it."""
    return unseal(file, read_identity(identity), lambda _manifest: lambda _piece: None, progress)


def restore(settings: Settings, file: Path, identity: Path, now: datetime, progress: Progress) -> Restored:
    """Restore `file` into the database of `settings`, bring it up to date, erase again who was erased, stop what would
    be said twice. Raises Hindered, and then the database is empty as before."""
    private = read_identity(identity)
    kind = make_url(settings.database_url).get_backend_name()
    restore_into = _restore_sqlite if kind == "sqlite" else _restore_postgresql
    try:
        return restore_into(settings, file, private, now, progress)
    except (sqlite3.Error, SQLAlchemyError, OSError) as error:
        words = getattr(error, "strerror", None) or type(error).__name__
        raise Hindered(f"The database cannot be written: {words}. Nothing was restored.") from error


def _restore_sqlite(settings: Settings, file: Path, private: Identity, now: datetime, progress: Progress) -> Restored:
    path = database_file(settings)
    sqlite.refuse_unless_empty(path)
    ready = sqlite.half_done(path)
    sqlite.clear_half_done(ready)
    try:
        receiving = _Receiving(settings, "sqlite")
        handle = os.open(ready, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            receiving.sink = out.write
            manifest = unseal(file, private, receiving.begin, progress)
        engine = open_engine(make_url(settings.database_url).set(database=str(ready)).render_as_string())
        restored = _make_ready(settings, engine, manifest, receiving.listed, now)
        sqlite.put_in_place(ready, path)
        return restored
    finally:
        sqlite.clear_half_done(ready)


def _restore_postgresql(
    settings: Settings, file: Path, private: Identity, now: datetime, progress: Progress
) -> Restored:
    engine = open_engine(settings.database_url)
    try:
        postgres.refuse_unless_empty(engine)
        with engine.connect() as connection:
            server = postgres.server_version(connection)
        tools = postgres.Tools(settings.database_url, settings.postgres_tools)
        program = tools.find("pg_restore", server)
        receiving = _Receiving(settings, "postgresql")
        postgres.mark_half_done(engine)
        try:
            with postgres.filling(tools, program) as receiving.sink:
                manifest = unseal(file, private, receiving.begin, progress)
            return _make_ready(settings, engine, manifest, receiving.listed, now)
        except BaseException:
            postgres.clear_half_done(engine)
            raise
    finally:
        engine.dispose()


class _Receiving:
    """Looks at what is in a backup before anything of it is taken."""

    def __init__(self, settings: Settings, kind: str) -> None:
        self._house, self._kind = settings.house(), kind
        self.sink: Sink
        self.listed: Listed

    def begin(self, manifest: Manifest) -> Sink:
        if manifest.database != self._kind:
            raise Hindered(
                f"This is a backup of {manifest.database}, and DATABASE_URL names a database of {self._kind}."
            )
        self.listed = read_erasures(self._house, manifest)
        return self.sink


def _make_ready(settings: Settings, engine: Engine, manifest: Manifest, listed: Listed, now: datetime) -> Restored:
    try:
        _refuse_newer(engine, manifest)
        _compare(engine, manifest)
        upgrade(engine)
        house = settings.house()
        return Restored(manifest, settle(engine, house, manifest, listed, now), manifest.secret == fingerprint(house))
    finally:
        engine.dispose()


def _refuse_newer(engine: Engine, manifest: Manifest) -> None:
    known = {step.revision for step in ScriptDirectory.from_config(configure(engine)).walk_revisions()}
    if manifest.revision not in known:
        raise Hindered(
            f"This backup was made by another version of this program ({manifest.version}, database "
            f"{manifest.revision[:LONGEST_REVISION]}); please install that version or a newer one."
        )


def _compare(engine: Engine, manifest: Manifest) -> None:
    """All rows that were counted have come back."""
    with engine.connect() as connection:
        for table in COUNTED:
            found = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
            if found != manifest.counts.get(table):
                raise Hindered(f"Not all of the table {table} is in this backup; please take another one.")
