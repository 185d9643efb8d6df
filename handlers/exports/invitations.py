"""Invitations leave the house: the codes are made piece by piece while they are handed out, and are kept by nobody.

Only when everything has gone out do people count as invited, and only then is the link spent: pressed once more, it
would make the codes that have come worthless. What broke off is made anew when the button is pressed again, and the
codes made before open nothing any more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import _, named, pgettext, speaking
from bot.conversation.secrets import derive
from bot.domain.inviting import CODE_LASTS, MOST_LETTERS, Way, guess_language
from bot.drawing.data import Cell
from bot.drawing.tables import BYTE_ORDER_MARK, csv_lines
from db import inviting, objections
from db.erased import Listed
from db.inviting import OnRecord
from db.models.members import Code, Member
from db.models.privacy import Audit
from db.models.records import Record
from db.records import Called, called_of
from handlers.coordination.inviting import condition_of, title_for
from handlers.coordination.kept_out import erased_marks, is_gone, to_invite
from handlers.exports.files import file_name
from handlers.exports.links import About, Asker, Link, examine, owner_of, press
from handlers.exports.sources import source_of

# Few enough for a transaction under 50 ms on a small machine.
PIECE = 100


@dataclass(frozen=True, slots=True)
class Mailing:
    """Invitations on their way: for whom, and who asked for them, when, in whose words, with which press of which link.
    `language` is that of the letters, or of the table's heading; `gone` are the marks of those who asked for erasure.
    """

    house: House
    way: Way
    meant: ColumnElement[bool]
    by: str
    at: datetime
    name: str
    language: str
    owner_language: str | None
    zone: str
    gone: Listed
    code: int
    press: int


class Overtaken(Exception):
    """The button was pressed once more meanwhile, and new codes are being made: what is on its way must not look whole,
    since its codes open nothing any more."""


class Invited(NamedTuple):
    """Somebody with a fresh code; it stands nowhere else."""

    on_record: OnRecord
    code: str


def take(session: Session, house: House, asker: Asker, now: datetime) -> tuple[Link, Mailing | None]:
    """For a good link write down that codes leave the house. Whoever was a moment faster with the same link has it."""
    link, code = examine(session, house, asker, now, {About.INVITATIONS: title_for})
    if code is None:
        return link, None
    mark = code.id, press(code, asker)
    owner, prefill = owner_of(session, code), code.prefill or {}
    what = prefill["invitations"]
    meant, people = _meant(session, house, what, now)
    details = {"way": what["way"], "people": people, "reason": prefill["reason"]}
    session.add(Audit(at=now, actor=owner.number, action="invitations_taken", subject=None, details=details))
    return link, _mailing(house, owner, link, what, meant, now, mark)


def _meant(session: Session, house: House, what: dict[str, Any], now: datetime) -> tuple[ColumnElement[bool], int]:
    """Whom it is about, and how many they are. Of too many for letters those who have waited longest."""
    meant = to_invite(session, house, condition_of(what, now))
    if what["way"] == Way.LETTERS:
        chosen = inviting.longest_waiting(session, meant, MOST_LETTERS)
        return meant & Record.id.in_(chosen), len(chosen)
    return meant, inviting.figures(session, meant, now).people


def _mailing(
    house: House,
    owner: Member,
    link: Link,
    what: dict[str, Any],
    meant: ColumnElement[bool],
    now: datetime,
    mark: tuple[int, int],
) -> Mailing:
    with speaking(owner.language, owner.zone):
        name = file_name(link.title, link.format, now)
    language = what["language"] or owner.language or "en"
    way, gone = Way(what["way"]), erased_marks(house)
    return Mailing(house, way, meant, owner.number, now, name, language, owner.language, owner.zone, gone, *mark)


# --- piece by piece --------------------------------------------------------------------------------------------------


def next_invited(session: Session, mailing: Mailing, cursor: int) -> tuple[list[Invited], int] | None:
    """The next people with a fresh code each, and the last of them; None behind the last. Whoever was erased or
    objected stays out. Raises Overtaken."""
    _newest(session, mailing)
    found = inviting.piece(session, mailing.meant, cursor, PIECE)
    if not found:
        return None
    house = mailing.house
    unwilling = objections.namesakes(session, map(_called, found))
    willing = [
        each for each in found if each.record.id not in unwilling and not is_gone(house, mailing.gone, _called(each))
    ]
    invited = [Invited(each, derive(house, "code", token_hex(8))) for each in willing]
    digests = {each.on_record.record.id: house.digest("code", each.code) for each in invited}
    inviting.renew_codes(session, digests, mailing.by, mailing.at, CODE_LASTS)
    return invited, found[-1].record.id


def _newest(session: Session, mailing: Mailing) -> Code:
    """The link, locked. Raises Overtaken."""
    code = session.get_one(Code, mailing.code, with_for_update=True)
    if (code.prefill or {}).get("presses") != mailing.press:
        raise Overtaken
    return code


def spend(session: Session, mailing: Mailing) -> None:
    """Everything has gone out: the link opens nothing any more. Raises Overtaken."""
    _newest(session, mailing).used_at = mailing.at


def _called(each: OnRecord) -> Called:
    return called_of(each.record, each.institution)


def note_next(session: Session, mailing: Mailing, cursor: int) -> tuple[None, int] | None:
    """The next people count as invited; None behind the last."""
    last = inviting.note_invited(session, mailing.by, mailing.at, cursor, PIECE)
    return None if last is None else (None, last)


def lines_piece(session: Session, mailing: Mailing, cursor: int) -> tuple[bytes, int] | None:
    """The next people as lines of a table for the mailer."""
    found = next_invited(session, mailing, cursor)
    if found is None:
        return None
    with speaking(mailing.language, mailing.zone):
        return csv_lines(_line(each, mailing.house) for each in found[0]), found[1]


def heading(mailing: Mailing) -> bytes:
    with speaking(mailing.language, mailing.zone):
        names: Sequence[Callable[[], str]] = (
            lambda: _("Name"),
            lambda: _("Name in another script"),
            lambda: _("E-mail"),
            lambda: _("Programme"),
            lambda: _("Years"),
            lambda: _("Code"),
            lambda: pgettext("column", "Link"),
            lambda: pgettext("column", "Language (a guess)"),
            lambda: pgettext("column", "Where the data come from (into the mail)"),
        )
        return BYTE_ORDER_MARK + csv_lines([[str(name()) for name in names]])


def _line(invited: Invited, house: House) -> list[Cell]:
    record, institution, programme = invited.on_record
    tongue = guess_language((record.full_name, record.other_name), record.email)
    with speaking(tongue):
        source = source_of(institution, house)
    return [
        record.full_name,
        record.other_name,
        record.email,
        named(programme.names) if programme else None,
        years_of(record),
        in_groups(invited.code),
        link_of(invited, house),
        tongue,
        source.unescape(),
    ]


def years_of(record: Record) -> str:
    return "–".join(dict.fromkeys(str(year) for year in (record.from_year, record.to_year) if year))


def in_groups(code: str) -> str:
    """As people read it off."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def link_of(invited: Invited, house: House) -> str:
    """The page that offers both doors."""
    return house.web_link(f"code_{invited.code}")
