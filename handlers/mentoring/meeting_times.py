"""When two people can meet and have agreed to, by both clocks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.holidays import holidays_around
from bot.conversation.i18n import _, zone
from bot.conversation.times import city_of, dual
from bot.domain.meeting import LASTS, Waking
from db import members, places
from handlers.mentoring.pair import Pair

# Buttons can be forged: what lies beyond the calendar is far enough ahead.
_LATEST = 4_000_000_000


def to_minutes(instant: datetime) -> int:
    """How instants travel in buttons: minutes since 1970."""
    return int(instant.timestamp()) // 60


def from_minutes(minutes: int) -> datetime:
    return datetime.fromtimestamp(min(max(minutes, 0), _LATEST) * 60, UTC)


def waking_of(session: Session, member: int, now: datetime) -> Waking:
    """When somebody can be met."""
    row = members.load(session, member)
    place = places.load_place(session, row.place_id) if row.place_id else None
    country, region = (place.country, place.region) if place else (None, None)
    return Waking(row.zone, row.quiet_from, row.quiet_to, holidays_around(country, region, now.date()))


def by_both_clocks(instant: datetime, other_zone: str) -> Markup:
    """By the reader's clock and by the other's, each with its city, also where they show the same time."""
    text, there = dual(instant, other_zone), ZoneInfo(other_zone)
    same = instant.astimezone(zone()).utcoffset() == instant.astimezone(there).utcoffset()
    if same and city_of(there) != city_of(zone()):
        return Markup("{} · {:%H:%M} {}").format(text, instant.astimezone(there), city_of(there))
    return text


def coming_line(session: Session, pair: Pair, now: datetime) -> Markup | None:
    """The time agreed on, until the meeting is over."""
    at = pair.row.meets_at
    if at is None or at + LASTS <= now:
        return None
    return _("<b>You meet:</b> {time}").format(time=by_both_clocks(at, members.load(session, pair.other).zone))
