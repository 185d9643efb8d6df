"""Taking a list over: from the first line of it on there is no way back, and whatever dies, it is finished.

New records are written in pieces behind a cursor, and count for nobody before the list's state says that it is taken.
The keys of their names follow some thousands of records at a time, in the order in which the database keeps them: one
by one they would be spread over all its pages. Whoever goes on where another died writes them all anew.
Changes of records there were come after them, in pieces, the last of them (nearly always the only one) in the same
transaction as that state. So readers see all of it or nothing; of a list with more than a few hundred changes they may
for some seconds see a part of the changes, each of them whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from bot.domain.importing.lines import Verdict
from bot.domain.importing.verdicts import Outcome, outcome
from bot.importing.checking import InSession
from bot.importing.ground import Erased, read_erased
from db import imports, records
from db.models.records import ImportState
from db.names import keys_of

# Lines, and keys of names, written in one transaction of a few tens of milliseconds; and lines whose keys are written
# together: the keys of so many take some 60 MB.
PIECE, NAMES = 150, 1000
BATCH = 20_000
READ_AT_ONCE = 600
T = TypeVar("T")
TAKEN_OVER = (Verdict.NEW, Verdict.CHANGED, Verdict.DOUBTFUL)


@dataclass(frozen=True, slots=True)
class Line:
    """A staged line, as plain values."""

    line: int
    said: dict[str, Any]
    outcome: Outcome
    record: int | None


@dataclass(frozen=True, slots=True)
class Taker:
    """Takes one list over."""

    import_id: int
    institution: int
    erased: Erased
    now: datetime

    def take(self, cursor: int, look: InSession[Any], work: InSession[Any]) -> bool:
        """Go on behind `cursor`, to the end, reading by `look` and writing by `work`. False where another process was
        faster."""
        changes: list[Line] = []
        indexed, last = 0, cursor
        for batch in cut(self._staged(look, work), BATCH):
            changes += [each for each in batch if each.outcome is Outcome.CHANGE]
            new = [each for each in batch if each.outcome is Outcome.ADD and each.line > cursor]
            for piece in cut(iter(new), PIECE):
                rows, before, last = [self._record(each) for each in piece], last, piece[-1].line
                if not work(partial(self._add, rows=rows, at=(before, last))):
                    return False
            if not self._index(indexed, last, look, work):
                return False
            indexed = last
        self._forget_erased(last, look, work)
        figures = look(lambda session: records.figures(session, self.import_id))
        return self._change(changes, figures, work)

    def _index(self, after: int, last: int, look: InSession[Any], work: InSession[Any]) -> bool:
        """The keys of the names of these lines."""
        found = look(lambda session: records.names_of(session, self.import_id, after, last))
        names = sorted((key, record) for record, *names in found for key in keys_of(*names))
        return all(work(partial(self._write_names, names=piece)) for piece in cut(iter(names), NAMES))

    def _write_names(self, session: Session, names: Sequence[tuple[str, int]]) -> bool:
        if not imports.report(session, self.import_id, ImportState.TAKING, changed_at=self.now):
            return False
        records.index(session, names)
        return True

    def _forget_erased(self, last: int, look: InSession[Any], work: InSession[Any]) -> None:
        """Whoever was erased while their record could not be found by its name yet."""
        erased = look(lambda session: read_erased(session, self.institution))
        if erased.listed == self.erased.listed:
            return
        found = look(lambda session: records.names_of(session, self.import_id, 0, last))
        gone = [record for record, *names in found if erased.knows(*names)]
        for piece in cut(iter(gone), PIECE):
            work(partial(records.forget, records=piece))

    def _staged(self, look: InSession[Any], work: InSession[Any]) -> Iterator[Line]:
        """What is to be taken over, line by line. Whoever was erased since the dry run is left out."""
        after = 0
        while staged := look(partial(self._read, after=after)):
            gone = [row.line for row in staged if self.erased.knows(row.said["full_name"], row.said.get("other_name"))]
            if gone:
                work(partial(imports.note_erased, import_id=self.import_id, lines=gone))
            for row in staged:
                found = outcome(row.verdict, row.decision, row.record is not None)
                if row.line not in gone and found is not Outcome.NOTHING:
                    yield Line(row.line, row.said, found, row.record)
            after = staged[-1].line

    def _read(self, session: Session, after: int) -> list[imports.Staged]:
        return imports.staged(session, self.import_id, TAKEN_OVER, after=after, limit=READ_AT_ONCE)

    def _add(self, session: Session, rows: Sequence[dict[str, Any]], at: tuple[int, int]) -> bool:
        if not imports.advance(session, self.import_id, *at):
            return False
        records.add(session, rows)
        imports.report(session, self.import_id, ImportState.TAKING, done=at[1], changed_at=self.now)
        return True

    def _record(self, each: Line) -> dict[str, Any]:
        empty = dict.fromkeys(
            ("other_name", "external_id", "email", "programme", "from_year", "to_year", "province", "direction",
             "relation")
        )  # fmt: skip
        return {
            **records.columns_of({**empty, **each.said}),
            "institution_id": self.institution,
            "import_id": self.import_id,
            "line": each.line,
            "created_at": self.now,
            "changed_at": self.now,
        }

    def _change(self, changes: Sequence[Line], figures: dict[int | None, int], work: InSession[Any]) -> bool:
        """All but the last piece, then the last with the state that makes everything real."""
        pieces = list(cut(iter(changes), PIECE)) or [[]]
        for piece in pieces[:-1]:
            if not work(partial(self._write_changes, piece=piece)):
                return False
        counts = {
            "added": sum(figures.values()),
            "altered": len(changes),
            "programmes": {str(programme or 0): count for programme, count in figures.items()},
        }
        return bool(work(lambda session: self._finish(session, pieces[-1], counts)))

    def _write_changes(self, session: Session, piece: Sequence[Line]) -> bool:
        """Doing it twice does no harm."""
        if not imports.report(session, self.import_id, ImportState.TAKING, changed_at=self.now):
            return False
        for each in piece:
            records.change(session, each.record or 0, each.said, self.now)
        return True

    def _finish(self, session: Session, piece: Sequence[Line], counts: dict[str, Any]) -> bool:
        done = {"taken_at": self.now, "cursor": 0, "counts": counts}
        before = [ImportState.TAKING]
        return self._write_changes(session, piece) and imports.move(
            session, self.import_id, before, ImportState.TAKEN, self.now, **done
        )


def cut(each: Iterator[T], size: int) -> Iterator[list[T]]:
    while piece := list(islice(each, size)):
        yield piece
