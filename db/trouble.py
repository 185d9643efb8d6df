"""Telling trouble of the database from a fault of ours: what is worth trying again, and how soon."""

from enum import Enum

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError

# https://www.sqlite.org/rescode.html: busy, locked, out of memory, read-only, I/O error, disk full,
# cannot open, locking protocol.
_SQLITE_AWAY = {5, 6, 7, 8, 10, 13, 14, 15}
# PostgreSQL's error classes: connection, resources (disk full), shutdown and cancel, system; lock not had.
_POSTGRES_AWAY = ("08", "53", "57", "58", "55P03")
# Serialization failure, deadlock, and other rollbacks: class 40.
_POSTGRES_RACE = "40"


class Trouble(Enum):
    """RACE: another turn got there first, run this one again at once. AWAY: the database cannot just now,
    run again with growing delay. FAULT: not the database's doing."""

    RACE = "race"
    AWAY = "away"
    FAULT = "fault"


def classify(error: BaseException) -> Trouble:
    """What kind of trouble an exception of a turn is."""
    if isinstance(error, IntegrityError):
        return Trouble.RACE
    if not isinstance(error, DBAPIError):
        return Trouble.FAULT
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return Trouble.AWAY
    return _by_code(error.orig)


def is_lasting(error: BaseException) -> bool:
    """Whether the same would happen again: a fault of ours, or a rule of the data that a turn breaks each time.
    A deadlock goes by."""
    return isinstance(error, IntegrityError) or classify(error) is Trouble.FAULT


def _by_code(orig: BaseException | None) -> Trouble:
    sqlite_code = getattr(orig, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return Trouble.AWAY if sqlite_code & 0xFF in _SQLITE_AWAY else Trouble.FAULT
    state = getattr(orig, "sqlstate", None)
    if state is None:
        # psycopg gives no state where the connection itself was lost or refused.
        return Trouble.AWAY if type(orig).__name__ == "OperationalError" else Trouble.FAULT
    if state.startswith(_POSTGRES_RACE):
        return Trouble.RACE
    return Trouble.AWAY if state.startswith(_POSTGRES_AWAY) else Trouble.FAULT
