"""Members' data leave the house: first everybody in the file is written down, then it is handed out piece by piece. Who
presses the button again gets the same people, who are written down once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import speaking
from bot.domain.audience import Audience
from bot.domain.exports import Part, Purpose, in_order
from bot.drawing.data import Cell
from bot.drawing.tables import BYTE_ORDER_MARK, csv_lines
from db import exports
from db.exports import Person
from db.models.members import Code
from db.models.privacy import Audit
from handlers.breaches.unreached import title_for as unreached_title
from handlers.coordination.inviting import title_for as invitations_title
from handlers.events.exporting import title_for as event_title
from handlers.exports.files import file_name
from handlers.exports.links import About, Asker, Format, Link, examine, owner_of, press
from handlers.exports.members import scope_of, title_for
from handlers.exports.noting import Contents, note_taken
from handlers.exports.table import as_object, header, rows
from handlers.surveys.taking import title_for as survey_title


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file that is on its way: which export, by which link, as what, and in whose words; `again`: not for the first
    time."""

    export: int
    code: int
    name: str
    format: Format
    parts: tuple[Part, ...]
    language: str | None
    zone: str
    again: bool


def look_at(session: Session, house: House, asker: Asker, now: datetime) -> Link:
    """What any link to an export opens for whoever asks. Changes nothing."""
    titles = {
        About.EVENT: event_title,
        About.SURVEY: survey_title,
        About.MEMBERS: title_for,
        About.INVITATIONS: invitations_title,
        About.UNREACHED: unreached_title,
    }
    return examine(session, house, asker, now, titles)[0]


def take(session: Session, house: House, asker: Asker, now: datetime) -> tuple[Link, Parcel | None]:
    """For a good link write down what leaves the house and who is in it. Whoever was a moment faster with the same link
    has it."""
    link, code = examine(session, house, asker, now, {About.MEMBERS: title_for})
    if code is None:
        return link, None
    press(code, asker)
    owner, contents = owner_of(session, code), _contents(code)
    export, again = note_taken(session, code, link.format, contents, now)
    with speaking(owner.language, owner.zone):
        name = file_name(link.title, link.format, now)
    parts = tuple(in_order(contents.parts))
    return link, Parcel(export.id, code.id, name, link.format, parts, owner.language, owner.zone, again)


def _contents(code: Code) -> Contents:
    prefill = code.prefill or {}
    what = prefill["members"]
    purpose = Purpose(what["purpose"])
    return Contents(
        purpose, what["parts"], exports.meant(Audience.from_json(what["audience"]), scope_of(prefill), purpose)
    )


def take_back(session: Session, parcel: Parcel, now: datetime) -> None:
    """The file could not be made: nothing has left the house, unless it did before."""
    if parcel.again:
        return
    code = session.get_one(Code, parcel.code)
    number, details = owner_of(session, code).number, {"export": parcel.export}
    session.add(Audit(at=now, actor=number, action="export_failed", subject=None, details=details))
    exports.take_back(session, parcel.export)


# --- piece by piece --------------------------------------------------------------------------------------------


def text_piece(session: Session, parcel: Parcel, cursor: int) -> tuple[bytes, int] | None:
    """The next members as CSV or JSON, and the last of them; None behind the last."""
    people = exports.piece(session, parcel.export, cursor, parcel.parts)
    if not people:
        return None
    if parcel.format is Format.CSV:
        return csv_lines(_rows(people, parcel)), people[-1].id
    objects = ",\n".join(json.dumps(as_object(each, parcel.parts), ensure_ascii=False) for each in people)
    return ((",\n" if cursor else "") + objects).encode("utf-8", "replace"), people[-1].id


def rows_piece(session: Session, parcel: Parcel, cursor: int) -> tuple[list[list[Cell]], int] | None:
    """The next members as rows of a workbook, and the last of them; None behind the last."""
    people = exports.piece(session, parcel.export, cursor, parcel.parts)
    return (_rows(people, parcel), people[-1].id) if people else None


def _rows(people: Sequence[Person], parcel: Parcel) -> list[list[Cell]]:
    with speaking(parcel.language, parcel.zone):
        return rows(people, parcel.parts)


def head(parcel: Parcel) -> list[str]:
    with speaking(parcel.language, parcel.zone):
        return header(parcel.parts)


def opening(parcel: Parcel) -> bytes:
    """What stands before the first member in a text."""
    return BYTE_ORDER_MARK + csv_lines([head(parcel)]) if parcel.format is Format.CSV else b"[\n"


def ending(parcel: Parcel) -> bytes:
    return b"" if parcel.format is Format.CSV else b"\n]\n"
