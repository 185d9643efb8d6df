"""Lists that come in: the file in pieces, its lines as they were looked through, and how far each list is."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, true, update
from sqlalchemy.orm import Session

from bot.domain.importing.lines import Reason, Verdict
from bot.domain.importing.verdicts import Outcome, outcome
from bot.domain.scope import Scope
from db.models.base import table_of
from db.models.lists import Institution, Programme
from db.models.records import Import, ImportPiece, ImportRow, ImportState

# A list nobody goes on with is given up, so that no names lie about.
KEPT = timedelta(days=30)
OVER = (ImportState.TAKEN, ImportState.GIVEN_UP, ImportState.FAILED)
WAITING = (ImportState.OPEN, ImportState.READING, ImportState.MAPPING, ImportState.CHECKING, ImportState.CHECKED)


class Tally(NamedTuple):
    """How many lines got a verdict, and what taking them over would do."""

    verdicts: dict[str, int]
    outcomes: dict[Outcome, int]


class Staged(NamedTuple):
    """A line as plain values; `said` as `Said.to_json` writes it."""

    line: int
    verdict: str
    decision: str | None
    record: int | None
    said: dict[str, Any]


# --- lists -----------------------------------------------------------------------------------------------------------


def create(session: Session, institution: int, by: int, now: datetime) -> Import:
    row = Import(institution_id=institution, made_by=by, state=ImportState.OPEN, created_at=now, changed_at=now)
    session.add(row)
    session.flush()
    return row


def load(session: Session, import_id: int) -> Import | None:
    return session.get(Import, import_id)


def lock(session: Session, import_id: int) -> Import | None:
    """Read anew and held until the transaction ends."""
    return session.get(Import, import_id, with_for_update=True, populate_existing=True)


def seen_by(scope: Scope, member: int) -> ColumnElement[bool]:
    """True for the lists a coordinator may open: of the institutions they answer for, and their own."""
    if scope.central:
        return true()
    return or_(Import.institution_id.in_(scope.institutions), Import.made_by == member)


def newest(session: Session, *conditions: ColumnElement[bool], limit: int, offset: int = 0) -> Sequence[Import]:
    """Those that a file came for and that were not given up, the newest first."""
    shown = Import.state.not_in((ImportState.OPEN, ImportState.GIVEN_UP))
    query = select(Import).where(shown, *conditions).order_by(Import.id.desc())
    return session.scalars(query.limit(limit).offset(offset)).all()


def institutions(session: Session, scope: Scope) -> list[Institution]:
    """Those for whose people, or some of them, a coordinator answers."""
    own = or_(
        Institution.id.in_(scope.institutions),
        Institution.id.in_(select(Programme.institution_id).where(Programme.id.in_(scope.programmes))),
    )
    query = select(Institution).where(Institution.closed.is_(False), true() if scope.central else own)
    return list(session.scalars(query.order_by(Institution.position, Institution.id)))


def move(
    session: Session, import_id: int, before: Collection[ImportState], to: ImportState, now: datetime, **values: Any
) -> bool:
    """From one of these states to another; False where it was in none of them (somebody was faster)."""
    moving = update(Import).where(Import.id == import_id, Import.state.in_(before))
    done = session.execute(moving.values(state=to, changed_at=now, **values).returning(Import.id))
    return done.scalar() is not None


def report(session: Session, import_id: int, state: ImportState, **values: Any) -> bool:
    """How far a job is; False where its list is no longer in this state: the job ends."""
    going = update(Import).where(Import.id == import_id, Import.state == state)
    return session.execute(going.values(**values).returning(Import.id)).scalar() is not None


def advance(session: Session, import_id: int, before: int, after: int) -> bool:
    """One more piece is being taken over; False where another process was faster or it is done."""
    going = update(Import).where(Import.id == import_id, Import.state == ImportState.TAKING, Import.cursor == before)
    return session.execute(going.values(cursor=after).returning(Import.id)).scalar() is not None


def taken_since(session: Session, institution: int, since: datetime, besides: int) -> bool:
    """Whether another list of an institution was, or is just being, taken over, so that what was found out before no
    longer holds."""
    later = or_(Import.state == ImportState.TAKING, (Import.state == ImportState.TAKEN) & (Import.taken_at >= since))
    query = select(Import.id).where(Import.institution_id == institution, Import.id != besides, later)
    return session.scalar(query.limit(1)) is not None


def lock_institution(session: Session, institution: int) -> Institution:
    """Lists of one institution are taken over one after the other."""
    return session.get_one(Institution, institution, with_for_update={"key_share": True}, populate_existing=True)


def stuck(session: Session, before: datetime) -> list[int]:
    """Lists that were being taken over when their process died for the last time."""
    query = select(Import.id).where(Import.state == ImportState.TAKING, Import.changed_at < before)
    return list(session.scalars(query.order_by(Import.id)))


# --- the file --------------------------------------------------------------------------------------------------------


def add_piece(session: Session, import_id: int, place: int, content: bytes) -> None:
    session.execute(insert(table_of(ImportPiece)), [{"import_id": import_id, "place": place, "content": content}])


def content_of(session: Session, import_id: int) -> bytes:
    query = select(ImportPiece.content).where(ImportPiece.import_id == import_id).order_by(ImportPiece.place)
    return b"".join(session.scalars(query))


def is_whole(session: Session, import_id: int, pieces: int, size: int) -> bool:
    """Whether just these pieces are there: nobody has sent another file at the same time."""
    length = func.coalesce(func.sum(func.length(ImportPiece.content)), 0)
    query = select(func.count(), length).where(ImportPiece.import_id == import_id)
    return tuple(session.execute(query).one()) == (pieces, size)


def drop_pieces(session: Session, import_id: int) -> None:
    session.execute(delete(ImportPiece).where(ImportPiece.import_id == import_id))


# --- its lines -------------------------------------------------------------------------------------------------------


def add_rows(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table_of(ImportRow)), rows)


def drop_rows(session: Session, import_id: int, most: int) -> bool:
    """Forget some of the lines; False when there was none left."""
    some = select(ImportRow.line).where(ImportRow.import_id == import_id).limit(most)
    lines = list(session.scalars(some))
    if lines:
        session.execute(delete(ImportRow).where(ImportRow.import_id == import_id, ImportRow.line.in_(lines)))
    return bool(lines)


def rows(
    session: Session, import_id: int, verdicts: Iterable[str], *, after: int = 0, limit: int, offset: int = 0
) -> list[ImportRow]:
    """Lines with these verdicts, in their order."""
    query = select(ImportRow).where(
        ImportRow.import_id == import_id, ImportRow.verdict.in_(list(verdicts)), ImportRow.line > after
    )
    return list(session.scalars(query.order_by(ImportRow.line).limit(limit).offset(offset)))


def staged(session: Session, import_id: int, verdicts: Iterable[str], *, after: int, limit: int) -> list[Staged]:
    """What is known about lines with these verdicts, in their order."""
    query = select(ImportRow.line, ImportRow.verdict, ImportRow.decision, ImportRow.record_id, ImportRow.said).where(
        ImportRow.import_id == import_id, ImportRow.verdict.in_(list(verdicts)), ImportRow.line > after
    )
    found = session.execute(query.order_by(ImportRow.line).limit(limit))
    return [Staged(line, verdict, decision, record, said or {}) for line, verdict, decision, record, said in found]


def note_erased(session: Session, import_id: int, lines: Collection[int]) -> None:
    """Of these people nothing is kept but the numbers of their lines."""
    if lines:
        gone = update(ImportRow).where(ImportRow.import_id == import_id, ImportRow.line.in_(lines))
        empty = {"cells": None, "said": None, "record_id": None, "decision": None, "remarks": [[Reason.ERASED, ""]]}
        session.execute(gone.values(verdict=Verdict.ERASED, **empty))


def lines(session: Session, import_id: int, wanted: Sequence[int]) -> list[ImportRow]:
    """Those of these lines that are there."""
    query = select(ImportRow).where(ImportRow.import_id == import_id, ImportRow.line.in_(wanted))
    return list(session.scalars(query))


def tally(session: Session, import_id: int) -> Tally:
    known = ImportRow.record_id.is_not(None)
    query = select(ImportRow.verdict, ImportRow.decision, known, func.count())
    verdicts: dict[str, int] = {}
    outcomes = dict.fromkeys(Outcome, 0)
    grouped = query.where(ImportRow.import_id == import_id).group_by(ImportRow.verdict, ImportRow.decision, known)
    for verdict, decision, has_record, count in session.execute(grouped):
        verdicts[verdict] = verdicts.get(verdict, 0) + count
        outcomes[outcome(verdict, decision, bool(has_record))] += count
    return Tally(verdicts, outcomes)


def decide(session: Session, import_id: int, line: int, decision: str | None) -> None:
    one = update(ImportRow).where(ImportRow.import_id == import_id, ImportRow.line == line)
    session.execute(one.where(ImportRow.verdict == "doubtful").values(decision=decision))


# --- what is left behind ---------------------------------------------------------------------------------------------


def next_over(session: Session) -> Import | None:
    """A list that is over and still has something of the file; `cursor` is below nought when nothing is left."""
    query = select(Import).where(Import.state.in_(OVER), Import.cursor >= 0).order_by(Import.id).limit(1)
    return session.scalar(query.with_for_update())


def empty_some(session: Session, row: Import, most: int) -> None:
    """Of a list that was taken over only verdicts stay; of any other nothing."""
    drop_pieces(session, row.id)
    if row.layout is not None and row.layout.get("first"):
        row.layout = {**row.layout, "first": []}
    if row.state != ImportState.TAKEN:
        if not drop_rows(session, row.id, most):
            row.cursor, row.layout, row.counts = -1, None, None
        return
    lines = select(ImportRow).where(ImportRow.import_id == row.id, ImportRow.line > row.cursor)
    found = session.scalars(lines.order_by(ImportRow.line).limit(most)).all()
    for each in found:
        each.cells = each.said = None
        each.remarks = [[reason, ""] for reason, _about in each.remarks or ()]
    row.cursor = found[-1].line if found else -1


def give_up_old(session: Session, now: datetime) -> None:
    """Lists nobody went on with."""
    old = update(Import).where(Import.state.in_(WAITING), Import.changed_at < now - KEPT)
    session.execute(old.values(state=ImportState.GIVEN_UP, changed_at=now, cursor=0))
