"""Mentors asked for a search, one at a time, in the order the mentee wished; and their answers.

Whoever changes what a search comes to holds its row, so that one mentor at most is asked. What the two read about it is
queued here, in the same transaction: whichever way a request ends, nobody is left without a word.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db import mentor_searches, mentors, mentorships
from db.directory import names_of
from db.mentor_notices import Told, tell
from db.models.members import Member
from db.models.mentoring import LIVE, UNFINISHED, Mentor, MentorRequest, MentorSearch, Mentorship
from db.places import LARGEST_ID

MOST_QUEUED = 3
REMINDED_AFTER = timedelta(days=3)
ANSWERED_WITHIN = timedelta(days=7)
# So long a mentee may think about somebody a round suggests.
AGREED_WITHIN = timedelta(days=14)

OPEN = ("queued", *LIVE)


class Refusal(StrEnum):
    """Why somebody cannot be asked for a search."""

    CLOSED = "closed"
    ONESELF = "oneself"
    TWICE = "twice"
    TOO_MANY = "many"
    ASKED_BEFORE = "before"
    GONE = "gone"


class Hindrance(StrEnum):
    """Why a request cannot be accepted: it was answered, lapsed or withdrawn; all places are taken; the two are or were
    together; one of them cannot be found any more."""

    ANSWERED = "answered"
    FULL = "full"
    TOGETHER = "together"
    GONE = "gone"


# --- reading --------------------------------------------------------------------------------------------------


def load(session: Session, request: int) -> MentorRequest | None:
    return session.get(MentorRequest, request) if 0 < request <= LARGEST_ID else None


def asked_of(session: Session, mentor: int) -> list[MentorRequest]:
    """The requests that wait for this mentor's answer, the oldest first."""
    query = select(MentorRequest).where(MentorRequest.mentor_id == mentor, MentorRequest.state == "asked")
    return list(session.scalars(query.order_by(MentorRequest.asked_at, MentorRequest.id)))


def places_taken(session: Session, mentor: int) -> int:
    """With how many mentees somebody is together now."""
    query = select(func.count()).where(Mentorship.mentor_id == mentor, Mentorship.state == "active")
    return session.scalar(query.select_from(Mentorship)) or 0


def were_together(session: Session, one: int, other: int) -> bool:
    """Whether these two are or were mentor and mentee, either way."""
    pair = (Mentorship.mentor_id.in_((one, other)), Mentorship.mentee_id.in_((one, other)))
    return session.scalar(select(Mentorship.id).where(*pair).limit(1)) is not None


# --- asking ---------------------------------------------------------------------------------------------------


def queue_up(session: Session, search: MentorSearch, wished: Sequence[int], now: datetime) -> Refusal | None:
    """Put up to three mentors in line, behind whoever is being asked; they replace those still waiting in line. None
    when done, else why not, and nothing is changed."""
    mentor_searches.hold(session, search.id)
    refusal = _why_not_queue(session, search, wished)
    if refusal is not None:
        return refusal
    never_asked = (MentorRequest.search_id == search.id, MentorRequest.asked_at.is_(None))
    session.execute(delete(MentorRequest).where(*never_asked))
    last = max((request.position for request in mentor_searches.requests_of(session, search.id)), default=0)
    for position, mentor in enumerate(wished, last + 1):
        _add(session, search, mentor, position, "queued")
    session.flush()
    return None


def _why_not_queue(session: Session, search: MentorSearch, wished: Sequence[int]) -> Refusal | None:
    if search.state not in UNFINISHED:
        return Refusal.CLOSED
    if search.member_id in wished:
        return Refusal.ONESELF
    if len(set(wished)) < len(wished):
        return Refusal.TWICE
    if not 0 < len(wished) <= MOST_QUEUED:
        return Refusal.TOO_MANY
    if not all(0 < mentor <= LARGEST_ID for mentor in wished):
        return Refusal.GONE
    before = mentor_searches.requests_of(session, search.id)
    if {request.mentor_id for request in before if request.asked_at} & set(wished):
        return Refusal.ASKED_BEFORE
    apart = mentors.apart_of(session, search.member_id)
    offering = set(session.scalars(select(Mentor.member_id).where(Mentor.member_id.in_(wished))))
    found = offering & names_of(session, wished).keys()
    fine = all(mentor in found and frozenset((search.member_id, mentor)) not in apart for mentor in wished)
    return None if fine else Refusal.GONE


def _add(session: Session, search: MentorSearch, mentor: int, position: int, state: str) -> MentorRequest:
    row = MentorRequest(
        search_id=search.id, mentee_id=search.member_id, mentor_id=mentor, position=position, state=state
    )
    session.add(row)
    return row


def ask_next(session: Session, search_id: int, now: datetime) -> MentorRequest | None:
    """Ask the first in line who can be asked now; the others before them are passed over (gone). None where nobody is
    left, somebody is being asked already, or the search is over."""
    search = mentor_searches.hold(session, search_id)
    if search is None or search.state not in UNFINISHED or mentor_searches.live_request(session, search_id) is not None:
        return None
    if not names_of(session, [search.member_id]):
        return None
    for request in [each for each in mentor_searches.requests_of(session, search_id) if each.state == "queued"]:
        if _can_be_asked(session, request.mentor_id, request.mentee_id, now):
            _ask(session, search, request, now)
            return request
        _end(session, request, "gone", now)
    session.flush()
    return None


def _can_be_asked(session: Session, mentor: int, mentee: int, now: datetime) -> bool:
    if mentor == mentee or frozenset((mentor, mentee)) in mentors.apart_of(session, mentee):
        return False
    return mentors.why_away(session, mentor, now) is None


def _ask(session: Session, search: MentorSearch, request: MentorRequest, now: datetime) -> None:
    request.state, request.asked_at, search.state = "asked", now, "open"
    session.flush()
    tell(session, request.mentor_id, Told.ASKED, request, now)
    tell(session, request.mentor_id, Told.REMINDED, request, now + REMINDED_AFTER)


def propose(session: Session, search_id: int, mentor_id: int, round_id: int, now: datetime) -> MentorRequest | None:
    """Suggest a mentor to a mentee; None where the search is over, somebody is being asked, or these two cannot be
    brought together (any more)."""
    search = mentor_searches.hold(session, search_id)
    if search is None or search.state not in UNFINISHED or mentor_searches.live_request(session, search_id) is not None:
        return None
    rows = mentor_searches.requests_of(session, search_id)
    request = next((row for row in rows if row.mentor_id == mentor_id), None)
    if request is not None and request.asked_at is not None:
        return None
    mentee = search.member_id
    if not names_of(session, [mentee]) or not _can_be_asked(session, mentor_id, mentee, now):
        return None
    last = max((row.position for row in rows), default=0)
    request = request or _add(session, search, mentor_id, last + 1, "queued")
    request.state, request.asked_at, request.answered_at, request.round_id = "proposed", now, None, round_id
    session.flush()
    tell(session, mentee, Told.PROPOSED, request, now)
    return request


def agree(session: Session, request: MentorRequest, now: datetime) -> bool:
    """The mentee would like to be with whom a round proposed: they are asked like any other. False where the proposal
    stands no longer, or the mentor cannot be asked any more; then the next in line is."""
    search = _hold_with(session, request)
    if search is None or search.state not in UNFINISHED or request.state != "proposed":
        return False
    if not _can_be_asked(session, request.mentor_id, request.mentee_id, now):
        _end(session, request, "gone", now)
        ask_next(session, search.id, now)
        return False
    _ask(session, search, request, now)
    return True


# --- how a request ends -----------------------------------------------------------------------------------------


def accept(session: Session, request: MentorRequest, now: datetime) -> Mentorship | Hindrance:
    """The mentor says yes: the two are together, the others in line are dropped, the search is over. All of it or
    nothing; both members are locked in the order of their ids, so that two at once never take one place."""
    _lock_both(session, request)
    search = _hold_with(session, request)
    hindrance = _why_not_accept(session, request) if search is not None else Hindrance.GONE
    if hindrance is not None or search is None:
        return hindrance or Hindrance.GONE
    _end(session, request, "accepted", now)
    for other in mentor_searches.requests_of(session, search.id):
        if other.state == "queued":
            _end(session, other, "dropped", now)
    search.state = "matched"
    session.flush()
    tell(session, request.mentee_id, Told.ACCEPTED, request, now)
    return mentorships.begin(session, request, search, now)


def _lock_both(session: Session, request: MentorRequest) -> None:
    """In one statement. The turn holds the mentor's row already: two who accept each other crosswise may collide on
    PostgreSQL, which ends one of the turns, and the road runs it again."""
    pair = (request.mentor_id, request.mentee_id)
    rows = select(Member.id).where(Member.id.in_(pair)).order_by(Member.id).with_for_update(key_share=True)
    session.execute(rows).all()


def _why_not_accept(session: Session, request: MentorRequest) -> Hindrance | None:
    if request.state != "asked":
        return Hindrance.ANSWERED
    pair = (request.mentor_id, request.mentee_id)
    mentor = mentors.load(session, request.mentor_id)
    if mentor is None or len(names_of(session, pair)) < 2:
        return Hindrance.GONE
    if were_together(session, *pair):
        return Hindrance.TOGETHER
    if frozenset(pair) in mentors.apart_of(session, request.mentee_id):
        return Hindrance.GONE
    return Hindrance.FULL if places_taken(session, request.mentor_id) >= mentor.capacity else None


def decline(session: Session, request: MentorRequest, now: datetime, words: str | None = None) -> bool:
    """The mentor says no, perhaps with words for the mentee; the next is asked. False where it was not (any longer)
    theirs to answer."""
    search = _hold_with(session, request)
    if search is None or request.state != "asked":
        return False
    request.reason = words
    return _go_on(session, search, request, "declined", now, Told.DECLINED)


def lapse(session: Session, request: MentorRequest, now: datetime) -> bool:
    """Nobody answered in time: the mentee hears of it, and whom we have asked instead; so does the mentor. A proposal
    the mentee did not take up ends without a word."""
    search = _hold_with(session, request)
    if search is None or not is_over(request, now):
        return False
    if request.state == "proposed":
        return _go_on(session, search, request, "lapsed", now, None)
    tell(session, request.mentor_id, Told.NO_MORE, request, now)
    return _go_on(session, search, request, "lapsed", now, Told.LAPSED)


def lose(session: Session, request: MentorRequest, now: datetime) -> bool:
    """The mentor cannot be asked any more: they left, withdrew their offer or their consent."""
    search = _hold_with(session, request)
    if search is None or request.state not in OPEN:
        return False
    if request.state == "queued":
        _end(session, request, "gone", now)
        return True
    return _go_on(session, search, request, "gone", now, Told.GONE if request.state == "asked" else None)


def withdraw(session: Session, request: MentorRequest, now: datetime) -> bool:
    """The mentee would rather not: no reason is given. Nobody else is asked by this."""
    if _hold_with(session, request) is None or request.state not in OPEN:
        return False
    if request.state == "asked":
        tell(session, request.mentor_id, Told.NO_MORE, request, now)
    _end(session, request, "withdrawn" if request.state in LIVE else "dropped", now)
    session.flush()
    return True


def close(session: Session, search: MentorSearch, now: datetime) -> bool:
    """The mentee looks no further: whoever is being asked hears that nothing is expected of them."""
    mentor_searches.hold(session, search.id)
    if search.state not in UNFINISHED:
        return False
    for request in mentor_searches.requests_of(session, search.id):
        withdraw(session, request, now)
    search.state = "closed"
    session.flush()
    return True


def drop_of(session: Session, member: int, now: datetime) -> None:
    """Somebody leaves or is erased: where they were asked the next one is, and what they look for themselves is
    closed, unless they stay in the network and only offer nothing any more."""
    drop_as_mentor(session, member, now)
    search = mentor_searches.unfinished_of(session, member)
    if search is not None and not names_of(session, [member]):
        close(session, search, now)


def drop_as_mentor(session: Session, member: int, now: datetime) -> None:
    """Somebody is a mentor no longer: where they were asked the next one is."""
    query = select(MentorRequest).where(MentorRequest.mentor_id == member, MentorRequest.state.in_(OPEN))
    for request in session.scalars(query.order_by(MentorRequest.search_id)).all():
        lose(session, request, now)
    session.flush()


def is_over(request: MentorRequest, now: datetime) -> bool:
    """Whether the time to answer has passed."""
    until = answer_by(request)
    return request.state in LIVE and until is not None and until <= now


def answer_by(request: MentorRequest) -> datetime | None:
    """Until when somebody asked, or a mentee to whom somebody was proposed, has time."""
    if request.asked_at is None:
        return None
    return request.asked_at + (ANSWERED_WITHIN if request.state == "asked" else AGREED_WITHIN)


def _go_on(
    session: Session, search: MentorSearch, request: MentorRequest, state: str, now: datetime, told: Told | None
) -> bool:
    """A request ended without a yes: the next in line is asked, and the mentee reads of both in one message."""
    _end(session, request, state, now)
    session.flush()
    ask_next(session, search.id, now)
    if told is not None:
        tell(session, search.member_id, told, request, now)
    return True


def _end(session: Session, request: MentorRequest, state: str, now: datetime) -> None:
    """A mentor who was asked, and is not to be one, has that place to give to whoever waits."""
    if request.state == "asked" and state != "accepted":
        mentors.touch(session, request.mentor_id, now)
    request.state, request.answered_at = state, now


def _hold_with(session: Session, request: MentorRequest) -> MentorSearch | None:
    """The same for the search of a request, which is read anew; None where both were erased meanwhile."""
    session.flush()
    search = mentor_searches.hold(session, request.search_id)
    if search is not None:
        session.refresh(request)
    return search
