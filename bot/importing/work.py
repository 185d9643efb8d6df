"""The jobs of a list: looking at the file, the dry run, taking it over. Each may be killed at any instant and run
again."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.domain.importing.faults import Unreadable
from bot.domain.importing.layout import Layout
from bot.domain.importing.lines import Reading
from bot.domain.scope import Scope
from bot.importing.checking import Checker, Stopped
from bot.importing.ground import read_erased, read_words
from bot.importing.looking import look
from bot.importing.source import open_source
from bot.importing.taking import Taker
from db import imports, scopes
from db.engine import in_piece, in_session, reading
from db.models.records import Import, ImportState
from handlers.coordination.import_news import tell

AT_ONCE = 500
# Words we did not know that are offered to be explained, the most frequent ones.
MOST_UNKNOWN = 40


def look_at_file(engine: Engine, params: dict[str, Any]) -> dict[str, Any]:
    """Of the import `import`: what the columns may be; `sheet` and `heading` where somebody chose them."""
    number, now = _asked(params)
    row = in_session(engine, partial(imports.load, import_id=number))
    if row is None or row.state != ImportState.READING:
        return {}
    words = in_session(engine, lambda session: read_words(session, row.institution_id, {}))
    try:
        source = open_source(in_session(engine, partial(imports.content_of, import_id=number)))
        layout = look(source, words, now.year, sheet=params.get("sheet"), heading=params.get("heading"))
    except Unreadable as refused:
        in_session(engine, partial(_refuse, number=number, refused=refused, now=now))
        return {"fault": refused.fault}
    in_session(engine, lambda session: _note_layout(session, number, layout, now))
    return {"columns": layout.width}


def _note_layout(session: Session, number: int, layout: Layout, now: datetime) -> None:
    before = [ImportState.READING]
    imports.move(session, number, before, ImportState.MAPPING, now, layout=layout.to_json())


def check_lines(engine: Engine, params: dict[str, Any]) -> dict[str, Any]:
    """The dry run of the import `import`, begun anew over what a process that died had left."""
    number, now = _asked(params)
    row = in_session(engine, partial(imports.load, import_id=number))
    if row is None or row.state != ImportState.CHECKING:
        return {}
    while in_session(engine, lambda session: imports.drop_rows(session, number, AT_ONCE)):
        pass
    try:
        lines, checker = _check(engine, row, now)
    except Unreadable as refused:
        in_session(engine, partial(_refuse, number=number, refused=refused, now=now))
        return {"fault": refused.fault}
    except Stopped:
        return {}
    in_session(engine, lambda session: _note_checked(session, number, checker, now))
    return {"lines": lines}


def _check(engine: Engine, row: Import, now: datetime) -> tuple[int, Checker]:
    layout = Layout.from_json(row.layout or {})
    source = open_source(in_session(engine, partial(imports.content_of, import_id=row.id)))
    total = source.count(layout.sheet)
    in_session(engine, lambda session: imports.report(session, row.id, ImportState.CHECKING, done=0, total=total))
    checker = in_session(engine, lambda session: _checker(session, row, layout, now))
    with reading(engine) as reader:
        look, work = partial(in_session, reader), partial(in_piece, engine)
        return checker.check(source.lines(layout.sheet), layout.heading, look, work), checker


def _checker(session: Session, row: Import, layout: Layout, now: datetime) -> Checker:
    """Whoever brings the list in brings in nobody they do not answer for."""
    words = read_words(session, row.institution_id, layout.words)
    reading = Reading(layout.meant, words, now.year, layout.otherwise)
    scope = scopes.scope_of(session, row.made_by) if row.made_by else Scope()
    return Checker(row.id, row.institution_id, reading, read_erased(session, row.institution_id), scope)


def _note_checked(session: Session, number: int, checker: Checker, now: datetime) -> None:
    tally = imports.tally(session, number)
    programmes = {str(programme): count for programme, count in checker.programmes.items()}
    unknown = {kind: dict(words.most_common(MOST_UNKNOWN)) for kind, words in checker.unknown.items() if words}
    counts = {"verdicts": tally.verdicts, "programmes": programmes, "unknown": unknown}
    if imports.move(session, number, [ImportState.CHECKING], ImportState.CHECKED, now, counts=counts):
        tell(session, number, now)


def take_over(engine: Engine, params: dict[str, Any]) -> dict[str, Any]:
    """Take the import `import` over, behind where a process that died had come to."""
    number, now = _asked(params)
    row = in_session(engine, partial(imports.load, import_id=number))
    if row is None or row.state != ImportState.TAKING:
        return {}
    erased = in_session(engine, lambda session: read_erased(session, row.institution_id))
    taker = Taker(number, row.institution_id, erased, now)
    with reading(engine) as reader:
        taken = taker.take(row.cursor, partial(in_session, reader), partial(in_piece, engine))
    if taken:
        in_session(engine, lambda session: tell(session, number, now))
    return {"taken": taken}


def _asked(params: dict[str, Any]) -> tuple[int, datetime]:
    return int(params["import"]), datetime.fromisoformat(params["at"])


def _refuse(session: Session, number: int, refused: Unreadable, now: datetime) -> None:
    fault = {"fault": refused.fault.value, "line": refused.line}
    before = [ImportState.READING, ImportState.CHECKING]
    if imports.move(session, number, before, ImportState.FAILED, now, fault=fault, cursor=0):
        tell(session, number, now)


WORK: dict[str, Callable[[Engine, dict[str, Any]], dict[str, Any]]] = {
    "import_look": look_at_file,
    "import_check": check_lines,
    "import_take": take_over,
}
