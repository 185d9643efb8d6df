"""The ladder of silence: who does not answer is reminded on the third day; after a week the next one is asked.

The reminder is queued when somebody is asked (`db.mentor_requests`); here are the ends.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.routing import Router
from db import mentor_ladder, mentor_requests, mentor_searches
from db.models.mentoring import MentorRequest

# In pieces of under 50 ms.
AT_ONCE = 10


def lapse_silent(session: Session, now: datetime, _house: House) -> bool:
    """The planner: nobody answered within a week, or took up a suggestion within two."""
    late = mentor_ladder.over(session, now, AT_ONCE)
    for request in late:
        mentor_requests.lapse(session, request, now)
    return len(late) == AT_ONCE


def go_on_without(session: Session, now: datetime, _house: House) -> bool:
    """The planner: one of the two is not in the network any more, or offers nothing any more. Whoever asked and left
    is expected no longer; whoever was asked and left is passed over."""
    astray = mentor_ladder.astray(session, AT_ONCE)
    for request, mentee_is_there in astray:
        if mentee_is_there:
            mentor_requests.lose(session, request, now)
        else:
            _wait_no_longer(session, request, now)
    return len(astray) == AT_ONCE


def _wait_no_longer(session: Session, request: MentorRequest, now: datetime) -> None:
    """The mentor hears of it, and the search is over."""
    mentor_requests.withdraw(session, request, now)
    search = mentor_searches.load(session, request.search_id)
    if search is not None:
        mentor_requests.close(session, search, now)


def _at_every_tick(_session: Session, _now: datetime) -> None:
    """Nothing falls due by itself: it follows from what somebody did."""


def register(router: Router) -> None:
    router.planner(lapse_silent, mentor_ladder.next_over)
    router.planner(go_on_without, _at_every_tick)
