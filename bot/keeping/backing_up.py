"""Making a backup: under another name until it is whole and on the disk."""

import fcntl
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.keeping import postgres, sqlite
from bot.keeping.aftercare import fingerprint
from bot.keeping.envelope import Manifest, Progress, seal
from bot.keeping.hindered import Hindered
from bot.keeping.keys import read_recipient
from bot.keeping.snapshot import Snapshot
from bot.settings import Settings

OURS = re.compile(r"alumni-\d{8}T\d{6}Z\.age")
UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is there; how many older ones were `removed`."""

    path: Path
    size: int
    manifest: Manifest
    removed: int


def back_up(settings: Settings, to: Path, keep: int | None, now: datetime, progress: Progress) -> Made:
    """Back up the database of `settings` into a folder or a new file; of ours in that folder the newest `keep` stay.
    Raises Hindered, and then nothing is left of the new one, and all older ones are."""
    recipient = read_recipient(settings.backup_recipient)
    path = _path(to, now, keep)
    _clear_unfinished(path.parent)
    try:
        with _written(path) as out, _snapshot(settings, progress) as found:
            manifest = Manifest(
                version=version("alumni-bot"),
                revision=found.revision,
                database=make_url(settings.database_url).get_backend_name(),
                at=now,
                secret=fingerprint(settings.house()),
                counts=found.counts,
            )
            seal(manifest, found.pieces, recipient, out)
        return Made(path, path.stat().st_size, manifest, _remove_older(path.parent, keep) if keep else 0)
    except OSError as error:
        raise Hindered(f"The backup cannot be written: {error.strerror or error}. Nothing of it was kept.") from error
    except (sqlite3.Error, SQLAlchemyError) as error:
        raise Hindered(f"The database cannot be copied: {_words(error)}. Nothing of it was kept.") from error


def _words(error: Exception) -> str:
    """What SQLite says names no data; of a server only the kind of trouble is told."""
    return str(error) if isinstance(error, sqlite3.Error) else type(error).__name__


def database_file(settings: Settings) -> Path:
    """Where the SQLite database is."""
    return Path(make_url(settings.database_url).database or "").absolute()


def _snapshot(settings: Settings, progress: Progress) -> AbstractContextManager[Snapshot]:
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        return sqlite.snapshot(database_file(settings), progress)
    return postgres.snapshot(settings.database_url, settings.postgres_tools, progress)


def _path(to: Path, now: datetime, keep: int | None) -> Path:
    """The file to make: a new one, in a folder that is there."""
    path = to.absolute() / f"alumni-{now:%Y%m%dT%H%M%SZ}.age" if to.is_dir() else to.absolute()
    if keep and not to.is_dir():
        raise Hindered(f"--keep needs a folder that is there, and {to} is none.")
    if not path.parent.is_dir():
        raise Hindered(f"There is no folder {path.parent}; please make it first.")
    if path.exists():
        raise Hindered(f"{path} exists already and was left as it is; please name a folder or a new file.")
    return path


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    """A file that gets its name when all of it is on the disk, and is gone if anything goes wrong. It is held locked,
    by which the next backup sees whether its writer still lives."""
    unfinished = path.with_name(f".{path.name}{UNFINISHED}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
            file.flush()
            os.fsync(file.fileno())
            unfinished.rename(path)
        _sync(path.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)


def _clear_unfinished(folder: Path) -> None:
    """Encrypted beginnings that a killed backup left; those of one that is still at work are locked."""
    for path in folder.glob(f".*{UNFINISHED}"):
        with suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def _remove_older(folder: Path, keep: int) -> int:
    """Their names tell their age. Other files are none of our business."""
    ours = sorted(path for path in folder.iterdir() if OURS.fullmatch(path.name))
    for path in ours[:-keep]:
        path.unlink()
    return len(ours[:-keep])
