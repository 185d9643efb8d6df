"""What follows for others when two records turn out to be one person: seats held twice, requests to join a club."""

from dataclasses import dataclass

from bot.conversation.turn import Turn
from db import attendances, clubs, events
from handlers.clubs import tell_ambassadors
from handlers.events.seats import settle


@dataclass(frozen=True, slots=True)
class Shared:
    """As it was before: the clubs each had asked to join, the events at which one of them held a seat."""

    asked: dict[int, set[int]]
    held: set[int]


def what_both_have(turn: Turn, one: int, other: int) -> Shared:
    """Call it before they are merged."""
    asked = {member: _asked_clubs(turn, member) for member in (one, other)}
    return Shared(asked, {event for each in asked for event in attendances.events_with_seats_of(turn.session, each)})


def tell_whom_it_touches(turn: Turn, kept: int, before: Shared) -> None:
    """Ambassadors hear of requests that are the kept member's now; freed seats go to those who wait."""
    for club in _asked_clubs(turn, kept) - before.asked[kept]:
        tell_ambassadors(turn, club, kept)
    for event in events.lock_many(turn.session, sorted(before.held)):
        settle(turn.session, event, turn.now)


def _asked_clubs(turn: Turn, member: int) -> set[int]:
    return {club.id for club, _row in clubs.of_member(turn.session, member, ("asked",))}
