"""An announcement in its reader's words: the text in their language, filled in for them, in as many messages as it
takes, with what goes with it and the buttons below."""

from functools import lru_cache

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation import marks
from bot.conversation.house import House
from bot.conversation.i18n import SOURCE, _, language, named, pgettext
from bot.conversation.reply import Button, Go, Reply, Rows
from bot.domain.attendance import State
from db import attendances, clubs, events
from db.models.announcements import Announcement, Attachment
from db.models.clubs import Club
from db.models.events import Attendance, Event
from db.models.members import Member
from handlers.attachments import attached as with_attachment
from handlers.clubs import OpenClub
from handlers.events.card import OpenEvent, Reader, answer_rows, event_lines, is_open
from handlers.events.surveying import TakeSurvey

# What Telegram takes in one message, and below a picture or file.
LONGEST, LONGEST_CAPTION = 4096, 1024
# So much is left for who speaks, and for a meetup's own lines.
HEAD = 400
NAME, CLUB = "name", "club"
LONGEST_VALUES = {NAME: "x" * 120, CLUB: "x" * 80}
# What people may write in braces, in their own language, too.
PLACEHOLDERS = {"name": NAME, "club": CLUB, "verein": CLUB, "姓名": NAME, "校友会": CLUB, "地区校友会": CLUB}


def placeholders() -> dict[str, str]:
    """The same with the words of the language entered first: those are told to who writes."""
    chinese = language().startswith("zh")
    return dict(sorted(PLACEHOLDERS.items(), key=lambda pair: pair[0].isascii() == chinese))


def language_for(texts: dict[str, str]) -> str:
    """The language of the text that a reader of the language entered gets: their own, else English, else the first."""
    return next(tag for tag in (language(), SOURCE, *texts) if tag in texts)


def word(session: Session, reader: Reader, member: Member, announcement: Announcement, house: House) -> list[Reply]:
    """All its messages for this reader, in the language and zone entered; empty where it is about an event that is no
    longer to come."""
    event = _event_of(session, announcement)
    if event is not None and not is_open(event, reader.now):
        return []
    mine = attendances.find(session, event.id, member.id) if event is not None else None
    texts = _parts(session, member, announcement, house)
    if event is not None:
        texts.append(Markup("\n").join(event_lines(reader, event, mine)))
        texts = _joined(texts)
    attached = session.get(Attachment, announcement.attachment_id) if announcement.attachment_id else None
    return _messages(texts, attached, _rows(session, announcement, event, mine))


def _event_of(session: Session, announcement: Announcement) -> Event | None:
    return events.load(session, announcement.event_id) if announcement.event_id is not None else None


def _parts(session: Session, member: Member, announcement: Announcement, house: House) -> list[Markup]:
    club = session.get(Club, announcement.club_id) if announcement.club_id is not None else None
    speaker = named(club.names) if club is not None else house.name
    source = announcement.texts[language_for(announcement.texts)]
    # Who is not named gets the same words as everybody else: they are put together once.
    name = (member.addressed_as or member.full_name or "") if "{" in source else ""
    return list(_worded(source, speaker, name))


@lru_cache(maxsize=256)
def _worded(source: str, speaker: str, name: str) -> tuple[Markup, ...]:
    given = {NAME: name, CLUB: speaker}
    first, *more = (marks.to_html(part, given, PLACEHOLDERS) for part in _split(source))
    return Markup("<b>{}</b>\n\n{}").format(speaker, first), *more


@lru_cache(maxsize=256)
def _split(source: str) -> tuple[str, ...]:
    """The same cuts for everybody, however long their names are."""
    return tuple(marks.split(source, LONGEST - HEAD, LONGEST_VALUES, PLACEHOLDERS))


def count_messages(source: str) -> int:
    """In how many messages a text goes out."""
    return len(_split(source))


def _joined(texts: list[Markup]) -> list[Markup]:
    """The event's own lines below the last of the text, where both fit into one message."""
    *before, last, lines = texts
    whole = Markup("{}\n\n{}").format(last, lines)
    return [*before, whole] if _length(whole) <= LONGEST else texts


def _length(text: Markup) -> int:
    return len(text.striptags().encode("utf-16-le")) // 2


def _messages(texts: list[Markup], attached: Attachment | None, rows: Rows) -> list[Reply]:
    """A picture carries a short text as its caption, and goes before a long one. The buttons are under the last."""
    if attached is None:
        return [*(Reply(text, new=True) for text in texts[:-1]), Reply(texts[-1], rows, new=True)]
    if len(texts) == 1 and _length(texts[0]) <= LONGEST_CAPTION:
        return [with_attachment(Reply(texts[0], rows, new=True), attached)]
    return [with_attachment(Reply(Markup(""), new=True), attached), *_messages(texts, None, rows)]


def _rows(session: Session, announcement: Announcement, event: Event | None, mine: Attendance | None) -> Rows:
    own = _own_button(session, announcement)
    switches = Button(pgettext("button", "Choose my messages"), Go("settings"))
    if event is None:
        return (*((own,) if own else ()), (switches,))
    answers = answer_rows(event, mine) if mine is None or mine.state != State.OFFERED else ()
    return (*answers, (Button(_("Open the event"), OpenEvent(event.id)), switches))


def _own_button(session: Session, announcement: Announcement) -> tuple[Button, ...] | None:
    """The one button its author chose. What it leads to may be gone: then there is none."""
    chosen = announcement.button or {}
    kind, target = chosen.get("kind"), chosen.get("to")
    if kind == "web":
        return (Button(pgettext("button", "Read more"), url=str(target)),)
    if kind == "event" and (event := events.load(session, int(target or 0))) is not None:
        return (Button(_("Open the event"), OpenEvent(event.id)),)
    if kind == "club" and (club := clubs.load(session, int(target or 0))) is not None and club.closed_at is None:
        return (Button(_("Open the club"), OpenClub(club.id)),)
    if kind == "survey":
        return (Button(_("Tell how it was"), TakeSurvey(int(target or 0))),)
    return None
