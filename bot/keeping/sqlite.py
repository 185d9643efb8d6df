"""SQLite: copied with its own backup while others write, restored as a file."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.keeping.envelope import Progress
from bot.keeping.hindered import Hindered
from bot.keeping.snapshot import COUNTED, Snapshot

PAGES_A_STEP = 256
PIECE = 256 * 1024
# What would be taken for a part of the database, whichever database it came from.
BESIDE = ("-wal", "-journal")


@contextmanager
def snapshot(path: Path, progress: Progress) -> Iterator[Snapshot]:
    """The database as it is now. The copy has no name: it is gone with this process, however that ends."""
    with closing(_open(path)) as source:
        # From here on this connection sees one moment; writers go on, and the copy need not begin anew for them.
        source.execute("BEGIN")
        counts = {table: source.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in COUNTED}  # noqa: S608
        (revision,) = source.execute("SELECT version_num FROM alembic_version").fetchone()
        _look_for_damage(source)
        with os.fdopen(_copy(source, path, progress), "rb") as copy:
            yield Snapshot(revision, counts, iter(lambda: copy.read(PIECE), b""))


def _open(path: Path) -> sqlite3.Connection:
    """The database, if there is one with our tables."""
    if is_empty(path):
        raise Hindered(f"There is nothing to back up: the database {path} is empty or not there.")
    return sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None)


def _look_for_damage(source: sqlite3.Connection) -> None:
    """Many copies of a damaged database would take the place of the good ones."""
    found = source.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise Hindered("The database is damaged (PRAGMA quick_check); nothing was backed up, older backups are kept.")


def _copy(source: sqlite3.Connection, path: Path, progress: Progress) -> int:
    """An open file that only this process has, on the disk where the database itself lies."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with closing(sqlite3.connect(name)) as copy:
            Path(name).unlink()
            copy.execute("PRAGMA journal_mode=OFF")
            copy.execute("PRAGMA synchronous=OFF")
            source.backup(
                copy,
                pages=PAGES_A_STEP,
                progress=lambda _status, left, total: progress(total - left, total),
                sleep=0,
            )
    except BaseException:
        os.close(handle)
        Path(name).unlink(missing_ok=True)
        raise
    return handle


def is_empty(path: Path) -> bool:
    """Whether a file is not there, or holds no tables."""
    if not path.exists() or path.stat().st_size == 0:
        return True
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)) as connection:
        return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def refuse_unless_empty(path: Path) -> None:
    """Only into nothing is restored: what is there may be worth more than the backup."""
    if not is_empty(path):
        raise Hindered(f"The database {path} is not empty, and was left as it is. To restore, move it away first.")
    for ending in BESIDE:
        beside = path.with_name(path.name + ending)
        if beside.exists() and beside.stat().st_size:
            raise Hindered(f"{beside} belongs to an earlier database and would spoil the new one; move it away first.")


def half_done(path: Path) -> Path:
    """Where a restored database is made ready, before it gets its name."""
    return path.with_name(f"{path.name}.restoring")


def clear_half_done(path: Path) -> None:
    """What a restore that was killed left behind."""
    for ending in ("", "-shm", *BESIDE):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def put_in_place(ready: Path, path: Path) -> None:
    """Give a database its name, once it is on the disk."""
    with closing(sqlite3.connect(ready, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    refuse_unless_empty(path)
    for written in (ready, path.parent):
        handle = os.open(written, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    ready.rename(path)
    clear_half_done(ready)
