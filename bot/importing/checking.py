"""The dry run: every line is read, compared with what is on record and with the lines before it, and written down with
what would become of it. Nothing that counts is touched."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from bot.domain.importing.faults import MOST_LINES, Fault, Unreadable
from bot.domain.importing.lines import Reading, Reason, Remark, Said, Verdict
from bot.domain.importing.verdicts import Earlier, Judged, Known, judge, marks_of
from bot.domain.scope import Scope
from bot.importing.ground import Erased
from bot.importing.source import Line
from db import imports, records
from db.models.records import ImportState
from db.names import wholes_of

PIECE = 400
# Words of these kinds can be taught: what somebody says about one holds for all lines.
TAUGHT = {Reason.UNKNOWN_PROGRAMME: "programme", Reason.UNKNOWN_PROVINCE: "province"}
T = TypeVar("T")
InSession = Callable[[Callable[[Session], T]], T]


class Stopped(Exception):
    """Somebody gave the list up meanwhile, or another process works on it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A line, read."""

    line: int
    cells: dict[str, str]
    said: Said
    remarks: list[Remark]
    keys: tuple[str, ...]


@dataclass(slots=True)
class Checker:
    """Goes through the lines of one list. Remembers of each only what later ones are compared with; `programmes` counts
    the lines that are clear by programme, those without one under nought; `unknown` the words that could be taught."""

    import_id: int
    institution: int
    reading: Reading
    erased: Erased
    scope: Scope
    programmes: Counter[int] = field(default_factory=Counter)
    unknown: dict[str, Counter[str]] = field(default_factory=lambda: {kind: Counter() for kind in TAUGHT.values()})
    _names: dict[str, list[Earlier]] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)
    _records: dict[int, int] = field(default_factory=dict)

    def check(self, lines: Iterator[Line], first: int, look: InSession[Any], work: InSession[Any]) -> int:
        """Go through everything below the heading (line `first`), reading by `look` and writing by `work`; how many
        lines there were. Raises Unreadable, Stopped."""
        done = 0
        told = self._tell(lines, first)
        while piece := list(islice(told, PIECE)):
            done += len(piece)
            if done > MOST_LINES:
                raise Unreadable(Fault.MANY_LINES)
            rows = look(partial(self._judge, piece=piece))
            work(partial(self._write, rows=rows, done=done))
        return done

    def _tell(self, lines: Iterator[Line], first: int) -> Iterator[Told]:
        for line, cells in lines:
            if line <= first or self.reading.is_heading(cells):
                continue
            texts = self.reading.texts(cells)
            if not texts:
                continue
            said, remarks = self.reading.read(texts)
            if not self.scope.has(self.institution, said.programme):
                remarks.append(Remark(Reason.NOT_YOURS))
            keys = tuple(sorted(wholes_of(said.full_name, said.other_name)))
            yield Told(line, {meaning.value: text for meaning, text in texts.items()}, said, remarks, keys)

    def _judge(self, session: Session, piece: Sequence[Told]) -> list[dict[str, Any]]:
        """The rows of these lines."""
        numbers = {each.said.external_id for each in piece if each.said.external_id}
        numbered = records.numbered(session, self.institution, numbers) if numbers else {}
        names = {key for each in piece if each.said.external_id not in numbered for key in each.keys}
        named = records.named(session, self.institution, names) if names else {}
        return [self._row(each, named, numbered) for each in piece]

    def _write(self, session: Session, rows: Sequence[dict[str, Any]], done: int) -> None:
        if not imports.report(session, self.import_id, ImportState.CHECKING, done=done):
            raise Stopped
        imports.add_rows(session, rows)

    def _row(self, each: Told, named: dict[str, list[Known]], numbered: dict[str, list[Known]]) -> dict[str, Any]:
        if self.erased.knows(each.said.full_name, each.said.other_name):
            return self._staged(each, Judged(Verdict.ERASED, [Remark(Reason.ERASED)]))
        number = each.said.external_id or ""
        same_number = numbered.get(number, ())
        earlier = {one for key in each.keys for one in self._names.get(key, ())}
        judged = judge(
            each.said,
            each.remarks,
            _named_alike(each, same_number) if same_number else _namesakes(each, named),
            same_number,
            sorted(earlier),
            self._numbers.get(number),
            self._records,
        )
        if judged.verdict in (Verdict.NEW, Verdict.CHANGED, Verdict.SAME):
            self.programmes[each.said.programme or 0] += 1
        if judged.verdict is not Verdict.WRONG:
            self._remember(each, judged)
            for remark in each.remarks:
                if remark.reason in TAUGHT:
                    self.unknown[TAUGHT[remark.reason]][remark.about] += 1
        return self._staged(each, judged)

    def _remember(self, each: Told, judged: Judged) -> None:
        for key in each.keys:
            self._names.setdefault(key, []).append(Earlier(each.line, marks_of(each.said)))
        if each.said.external_id:
            self._numbers.setdefault(each.said.external_id, each.line)
        if judged.record is not None:
            self._records.setdefault(judged.record, each.line)

    def _staged(self, each: Told, judged: Judged) -> dict[str, Any]:
        """Of somebody who was erased nothing is kept but the number of the line."""
        is_erased = judged.verdict is Verdict.ERASED
        return {
            "import_id": self.import_id,
            "line": each.line,
            "verdict": judged.verdict.value,
            "cells": None if is_erased else each.cells,
            "said": None if is_erased else each.said.to_json(),
            "remarks": [list(remark) for remark in judged.remarks],
            "record_id": judged.record,
            "decision": None,
        }


def _named_alike(each: Told, among: Sequence[Known]) -> list[Known]:
    """A number says who is meant; all that is left to ask is whether the name agrees."""
    return [
        known for known in among if not wholes_of(known.said.full_name, known.said.other_name).isdisjoint(each.keys)
    ]


def _namesakes(each: Told, named: dict[str, list[Known]]) -> list[Known]:
    return list({known.id: known for key in each.keys for known in named.get(key, ())}.values())
