"""Announcements whose time has come are turned into notices inside the database, a piece at a time; when everybody
has been tried, whoever sent it is told."""

from datetime import datetime
from functools import lru_cache

from sqlalchemy.orm import Session

from bot.conversation.holidays import holidays_around
from bot.conversation.house import House
from bot.conversation.notices import queue
from bot.conversation.routing import Router
from bot.domain.reminders import Hours, next_morning
from db import announcements
from db.models.announcements import Announcement, AnnouncementState
from db.models.members import Member
from handlers.announcements.notice import Announced, SentReport
from handlers.announcements.recipients import may_speak, those_told

# Members looked through at a time. SQLite has one writer, and people wait behind it.
PIECES = {"sqlite": 2_000, "postgresql": 50_000}


def plan_announcements(session: Session, now: datetime, _house: House) -> bool:
    """The planner: the next piece of what is due longest. True while there may be more."""
    found = announcements.next_to_plan(session, now)
    if found is None:
        return _finish_some(session, now)
    if found.state == AnnouncementState.PLANNED and not _may_begin(session, found):
        found.state, found.done_at, found.planned_at = AnnouncementState.STOPPED, now, now
        return True
    found.state = AnnouncementState.SENDING
    _plan_piece(session, found, now)
    return True


def _may_begin(session: Session, announcement: Announcement) -> bool:
    """Whoever lost their office meanwhile speaks for nobody."""
    return announcement.author_id is not None and may_speak(session, announcement.author_id, announcement)


def _plan_piece(session: Session, announcement: Announcement, now: datetime) -> None:
    size = PIECES[session.get_bind().dialect.name]
    end = announcements.end_of_piece(session, announcement.cursor, size)
    conditions = [Member.id > announcement.cursor, *those_told(announcement)]
    if end is not None:
        conditions.append(Member.id <= end)
    # A minute's grain, so that the same clocks are worked out once and not again in every piece.
    begin = max(announcement.due_at or now, now.replace(second=0, microsecond=0))
    clocks = announcements.clocks_of(session, conditions, holidays=announcement.morning)
    dues = {clock: due_by_clock(clock, begin, morning=announcement.morning) for clock in clocks}
    notice = Announced(announcement.id)
    told = announcements.Told(notice.kind, notice.ref(), notice.params(), notice.lane)
    announcements.queue_for(session, told, dues, conditions, holidays=announcement.morning)
    if end is None:
        announcement.planned_at = now
    else:
        announcement.cursor = end


@lru_cache(maxsize=8192)
def due_by_clock(clock: announcements.Hours, begin: datetime, *, morning: bool) -> datetime:
    """When readers who live by this clock get it: at once or when they wake, or in their own morning."""
    if not morning:
        return Hours(clock.zone, clock.quiet_from, clock.quiet_to).next_waking(begin)
    holidays = holidays_around(clock.country or None, clock.region or None, begin.date())
    return next_morning(begin, Hours(clock.zone, clock.quiet_from, clock.quiet_to, holidays))


def _finish_some(session: Session, now: datetime) -> bool:
    """Notices of what was stopped are taken off the queue; whoever's announcement is through is told."""
    for found in announcements.unfinished(session):
        if found.state == AnnouncementState.STOPPED and announcements.stop_some(
            session, found.id, now, PIECES["sqlite"]
        ):
            return True
        if not announcements.has_waiting(session, found.id):
            _finish(session, found, now)
    return False


def _finish(session: Session, announcement: Announcement, now: datetime) -> None:
    announcement.done_at = now
    if announcement.state == AnnouncementState.SENDING:
        announcement.state = AnnouncementState.DONE
        if announcement.author_id is not None:
            queue(session, announcement.author_id, SentReport(announcement.id), now)


def register(router: Router) -> None:
    router.notice(Announced)
    router.notice(SentReport)
    router.planner(plan_announcements, announcements.next_due)
