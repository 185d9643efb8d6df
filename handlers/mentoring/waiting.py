""" "Tell me when there is someone": who found nobody hears of the first mentor who could be theirs."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import _
from bot.conversation.notices import Composing, Lane, Notice, Switch, queue
from bot.conversation.reply import Button, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from db import directory, mentor_searches
from db.audience import may_be_told
from db.mentors import FURTHEST_AHEAD, SWITCH, is_paused
from db.models.members import Member
from db.models.mentoring import Mentor, MentorSearch
from handlers.mentoring.buttons import OpenSearch
from handlers.mentoring.suggesting import (
    ShowSuggestions,
    WaitForMentor,
    find_suggestions,
    my_search,
    nobody_page,
    suggestions_page,
)

# What another transaction wrote this long ago can be read by now: every change is looked at once, and none is missed.
SETTLED = timedelta(seconds=30)
CHUNK = 10
WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class MentorFound(Notice, kind="mentor_found"):
    """There is somebody now. `since` (seconds) tells one time of waiting from the next."""

    search: int
    since: int
    lane = Lane.UNASKED
    switch = Switch.MENTORING
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        search = mentor_searches.load(at.session, self.search)
        if search is None or search.member_id != at.member.id or search.state != "open":
            return None
        if not directory.is_in_network(at.session, at.member.id) or mentor_searches.live_request(at.session, search.id):
            return None
        text = _("You are looking for a mentor: now there is somebody who could be the right one. Please have a look.")
        buttons = (
            Button(_("Show suggestions"), ShowSuggestions(self.search)),
            Button(_("My search"), OpenSearch(self.search)),
        )
        return Reply(text, column(*buttons))


def wait_for_mentor(turn: Turn, tap: WaitForMentor) -> Reply:
    """Somebody may have come meanwhile; then there is no need to wait."""
    search = my_search(turn, tap.search)
    if find_suggestions(turn.session, search, turn.house.weights, turn.now):
        return suggestions_page(turn, search)
    if search.state != WAITING:
        search.state, search.looked_at = WAITING, turn.now - SETTLED
        turn.flush()
    return nobody_page(turn, search)


def tell_waiting(session: Session, now: datetime, house: House) -> bool:
    """The planner: looks at the mentors who became more available since each search was looked at. True where there
    may be more to do."""
    if session.scalar(select(MentorSearch.id).where(MentorSearch.state == WAITING).limit(1)) is None:
        return False
    _end_pauses(session, now)
    settled = now - SETTLED
    newest = session.scalar(select(func.max(Mentor.changed_at)).where(Mentor.changed_at <= settled))
    if newest is None:
        return False
    found = _to_look_at(session, newest)
    for search in found:
        _look(session, search, now, house)
        search.looked_at = settled
    session.flush()
    return len(found) == CHUNK


def _to_look_at(session: Session, newest: datetime) -> list[MentorSearch]:
    """The next searches that wait since before this, of people in the network who may be told; the others go on
    waiting."""
    query = (
        select(MentorSearch)
        .join(Member, Member.id == MentorSearch.member_id)
        .where(MentorSearch.state == WAITING, MentorSearch.looked_at < newest)
        .where(directory.in_network(), may_be_told(SWITCH))
    )
    locked = query.order_by(MentorSearch.id).limit(CHUNK).with_for_update(of=MentorSearch, skip_locked=True)
    return list(session.scalars(locked))


def _look(session: Session, search: MentorSearch, now: datetime, house: House) -> None:
    changed = select(Mentor.member_id).where(Mentor.changed_at > search.looked_at, Mentor.changed_at <= now)
    if find_suggestions(session, search, house.weights, now, only=set(session.scalars(changed))):
        search.state = "open"
        queue(session, search.member_id, MentorFound(search.id, int(search.looked_at.timestamp())), now)


def _end_pauses(session: Session, now: datetime) -> None:
    """Whose pause is over has become available: since midnight by their own clock."""
    latest = (now + FURTHEST_AHEAD).date()
    query = select(Mentor, Member.zone).join(Member, Member.id == Mentor.member_id)
    for row, zone in session.execute(query.where(Mentor.paused_until <= latest)).all():
        if not is_paused(row.paused_until, zone, now):
            row.paused_until, row.changed_at = None, max(row.changed_at, _resumes_at(row, zone))
    session.flush()


def _resumes_at(row: Mentor, zone: str) -> datetime:
    assert row.paused_until is not None
    return datetime.combine(row.paused_until, time(), ZoneInfo(zone)).astimezone(UTC)


def next_look(session: Session, after: datetime) -> datetime | None:
    """When a change has settled, or a pause ends, and somebody waits."""
    if session.scalar(select(MentorSearch.id).where(MentorSearch.state == WAITING).limit(1)) is None:
        return None
    changed = session.scalar(select(func.min(Mentor.changed_at)).where(Mentor.changed_at > after - SETTLED))
    pauses = session.execute(
        select(Mentor, Member.zone)
        .join(Member, Member.id == Mentor.member_id)
        .where(Mentor.paused_until >= (after - FURTHEST_AHEAD).date())
        .order_by(Mentor.paused_until)
        .limit(CHUNK)
    )
    moments = [_resumes_at(row, zone) for row, zone in pauses]
    ahead = [moment for moment in moments if moment > after]
    return min([*ahead, *([changed + SETTLED] if changed is not None else [])], default=None)


def register(router: Router) -> None:
    router.tap(WaitForMentor, wait_for_mentor, gate=Gate.NETWORK)
    router.notice(MentorFound)
    router.planner(tell_waiting, next_look)
