"""The two of a mentorship find a time for their first meeting, in the waking hours of both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import _
from bot.conversation.notices import Composing, Notice
from bot.conversation.reply import Button, Recipe, Reply
from bot.conversation.routing import Gate, Made, Router
from bot.conversation.times import short_start
from bot.conversation.turn import Refused, Turn
from bot.domain import meeting
from db import members
from handlers.events.ical import Entry, write_calendar
from handlers.mentoring.meeting_times import by_both_clocks, from_minutes, to_minutes, waking_of
from handlers.mentoring.pair import (
    Pair,
    find_pair,
    open_button,
    pair_told,
    paragraphs,
    present_or_refuse,
    under,
    write_button,
)
from handlers.mentoring.together_buttons import AcceptTime, FindTime, ProposeTime

ALARMS = (timedelta(days=1), timedelta(hours=1))
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class MeetingProposed(Notice, kind="meeting_proposed"):
    """The other one suggests a time; `instead` as in AcceptTime."""

    mentorship: int
    at: int
    instead: int

    def compose(self, at: Composing) -> Reply | None:
        pair = pair_told(at, self.mentorship)
        if pair is None or pair.name is None or from_minutes(self.at) <= at.now or agreed(pair) != self.instead:
            return None
        text = _("<b>{name}</b> suggests to meet for {n} minutes:\n{time}").format(
            name=pair.name, n=int(meeting.LASTS / _MINUTE), time=_time(at.session, pair, self.at)
        )
        accept = Button(_("This suits me"), AcceptTime(self.mentorship, self.at, self.instead))
        return Reply(text, under(self.mentorship, accept, Button(_("Other times"), FindTime(self.mentorship))))


@dataclass(frozen=True, slots=True)
class MeetingAgreed(Notice, kind="meeting_agreed"):
    """The time one suggested suits the other, too."""

    mentorship: int
    at: int

    def compose(self, at: Composing) -> Reply | None:
        pair = pair_told(at, self.mentorship)
        if pair is None or pair.name is None or from_minutes(self.at) <= at.now or agreed(pair) != self.at:
            return None
        return _agreement(at.session, pair)


def agreed(pair: Pair) -> int:
    """The time agreed on, in minutes since 1970; 0 for none."""
    return to_minutes(pair.row.meets_at) if pair.row.meets_at is not None else 0


def _time(session: Session, pair: Pair, at: int) -> Markup:
    return by_both_clocks(from_minutes(at), members.load(session, pair.other).zone)


def _agreement(session: Session, pair: Pair) -> Reply:
    """You meet: with a file for one's own calendar."""
    text = _(
        "You meet <b>{name}</b>:\n{time}\n\nOpen this file to put it into your calendar; it reminds you a day and an "
        "hour before. How you meet (telephone, video) you agree on by writing to each other."
    ).format(name=pair.name, time=_time(session, pair, agreed(pair)))
    file = Recipe("meeting", "meeting.ics", {"mentorship": pair.row.id})
    rows = ((write_button(pair.row.id), Button(_("Another time"), FindTime(pair.row.id))), (open_button(pair.row.id),))
    return Reply(text, rows, file=file, new=True)


def find_time(turn: Turn, tap: FindTime) -> Reply:
    """Three times on three days at which both are awake, or the three after them."""
    return _times(turn, present_or_refuse(turn, tap.mentorship), tap.page)


def _times(turn: Turn, pair: Pair, page: int = 0, note: Markup | None = None) -> Reply:
    mine, theirs = (waking_of(turn.session, who, turn.now) for who in (pair.reader, pair.other))
    starts = meeting.offers(mine, theirs, turn.now)
    if not starts:
        return _no_time(pair, note)
    shown = meeting.offered(starts, page)
    lines = Markup("\n").join(Markup("• {}").format(by_both_clocks(start, theirs.zone)) for start in shown)
    intro = _("Times at which you and {name} are both awake. Tap the one you would like to suggest:")
    text = paragraphs(note, _already(turn, pair), intro.format(name=pair.name), lines)
    buttons = [Button(short_start(start), ProposeTime(pair.row.id, to_minutes(start))) for start in shown]
    more = [Button(_("Other times"), FindTime(pair.row.id, page + 1))] if len(starts) > meeting.AT_ONCE else []
    return Reply(text, under(pair.row.id, *buttons, *more))


def _already(turn: Turn, pair: Pair) -> Markup | None:
    if pair.row.meets_at is None or pair.row.meets_at <= turn.now:
        return None
    text = _("So far you have agreed on {time}. That stays until {name} agrees to another time.")
    return text.format(time=_time(turn.session, pair, agreed(pair)), name=pair.name)


def _no_time(pair: Pair, note: Markup | None) -> Reply:
    text = _(
        "In the next two weeks there is no time at which you and {name} are both awake and not in quiet hours. Please "
        "write to each other; quiet hours are changed in /settings."
    ).format(name=pair.name)
    return Reply(paragraphs(note, text), under(pair.row.id, write_button(pair.row.id)))


def propose_time(turn: Turn, tap: ProposeTime) -> Reply:
    """The other one is asked whether it suits them."""
    pair = present_or_refuse(turn, tap.mentorship)
    if not _is_offered(turn, pair, tap.at):
        return _times(turn, pair, note=_("This time is no longer possible. Here are others:"))
    if agreed(pair) == tap.at:
        return Reply(_settled(turn, pair), under(pair.row.id, Button(_("Another time"), FindTime(pair.row.id))))
    turn.notify(pair.other, MeetingProposed(pair.row.id, tap.at, agreed(pair)))
    text = _("{name} is asked whether this suits:\n{time}\n\nWe tell you as soon as there is an answer.").format(
        name=pair.name, time=_time(turn.session, pair, tap.at)
    )
    return Reply(text, under(pair.row.id, Button(_("Other times"), FindTime(pair.row.id))))


def _is_offered(turn: Turn, pair: Pair, at: int) -> bool:
    """Whether it lies ahead, within what is offered, and both can meet then."""
    start = from_minutes(at)
    both = (waking_of(turn.session, who, turn.now) for who in (pair.reader, pair.other))
    return turn.now < start <= turn.now + meeting.WITHIN and all(meeting.can_meet(start, who) for who in both)


def accept_time(turn: Turn, tap: AcceptTime) -> Reply:
    """Both have it; of two suggestions the one accepted first counts."""
    pair = present_or_refuse(turn, tap.mentorship)
    if agreed(pair) == tap.at:
        return Reply(_settled(turn, pair), under(pair.row.id, Button(_("Another time"), FindTime(pair.row.id))))
    if not turn.now < from_minutes(tap.at) <= turn.now + meeting.WITHIN:
        return _times(turn, pair, note=_("This time has passed already. Here are others:"))
    if agreed(pair) != tap.instead:
        raise Refused(_outdated(turn, pair))
    pair.row.meets_at = from_minutes(tap.at)
    turn.notify(pair.other, MeetingAgreed(pair.row.id, tap.at))
    return _agreement(turn.session, pair)


def _settled(turn: Turn, pair: Pair) -> Markup:
    return _("You have agreed on this already: {time}").format(time=_time(turn.session, pair, agreed(pair)))


def _outdated(turn: Turn, pair: Pair) -> Reply:
    text = _("Meanwhile you have agreed on another time: {time}").format(time=_time(turn.session, pair, agreed(pair)))
    return Reply(text, under(pair.row.id, Button(_("Another time"), FindTime(pair.row.id))))


def make_file(at: Composing, params: dict[str, Any]) -> Made:
    """The meeting for one's own calendar, as it is when opened; cancelled where the mentorship has ended."""
    pair = find_pair(at.session, params["mentorship"], at.member.id)
    entries = _entries(pair, at.house, at.now) if pair is not None else []
    cancelled = any(entry.status == "CANCELLED" for entry in entries)
    content = write_calendar(entries, method="CANCEL" if cancelled else "PUBLISH")
    return Made("meeting.ics", content, "text/calendar; charset=utf-8")


def _entries(pair: Pair, house: House, now: datetime) -> Sequence[Entry]:
    """One, or none before a time is agreed on. A file made later has the higher number: it knows of what was moved
    meanwhile."""
    row = pair.row
    if row.meets_at is None:
        return []
    title = _("Mentoring: {name}").format(name=pair.name) if pair.name else _("Mentoring")
    entry = Entry(
        uid=f"mentorship-{row.id}@{urlsplit(house.web_url).hostname or 'alumni'}",
        sequence=int((now - row.began_at) / _MINUTE),
        start=row.meets_at,
        end=row.meets_at + meeting.LASTS,
        title=title.unescape(),
        description=_("A meeting of your mentorship. Everything about it is in the chat of the network.").unescape(),
        location="",
        url=house.web_url,
        status="CONFIRMED" if pair.is_active and pair.name else "CANCELLED",
        changed=now,
        alarms=ALARMS,
    )
    return [entry]


def register(router: Router) -> None:
    router.tap(FindTime, find_time, gate=Gate.NETWORK)
    router.tap(ProposeTime, propose_time, gate=Gate.NETWORK)
    router.tap(AcceptTime, accept_time, gate=Gate.NETWORK)
    router.notice(MeetingProposed)
    router.notice(MeetingAgreed)
    router.maker("meeting", make_file)
