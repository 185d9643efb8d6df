"""Who comes and who waits: what an answer leads to where seats are limited. Guests count like everybody else."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How somebody stands to an event. OFFERED is a free seat kept for a while for somebody who waited; LAPSED is
    such an offer that was not taken up in time. No and maybe are never refused by a full house."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"
    WAITING = "waiting"
    OFFERED = "offered"
    LAPSED = "lapsed"


# They hold seats; an open offer counts against the capacity like a yes (letsrevel/revel-backend#692).
HOLDING = frozenset({State.YES, State.OFFERED})


class NoRoom(Exception):
    """A party that holds seats would grow by more than fits. `free`: how many more people would fit."""

    def __init__(self, free: int) -> None:
        super().__init__(f"room for {free} more")
        self.free = free


@dataclass(frozen=True, slots=True)
class Seats:
    """Seats of an event, in people; without a `capacity` there is no limit. More may be taken than there are, where
    the capacity was lowered afterwards."""

    capacity: int | None
    taken: int

    @property
    def free(self) -> int | None:
        """Seats nobody holds, never negative; None where there is no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    def room_for(self, party: int) -> bool:
        """Whether so many more people fit. For none there always is room, even in an overfull house."""
        return self.free is None or party <= self.free


def party(guests: int) -> int:
    """How many seats somebody needs together with their guests."""
    return 1 + guests


def decide(seats: Seats, mine: State | None, held: int, wanted: int) -> State:
    """What saying yes with a party of `wanted` leads to: YES where it fits, else WAITING.

    `held` is the party for which one of the HOLDING states holds seats now, contained in `seats.taken`; else 0.
    Only what comes on top has to fit, so neither a full nor a lowered house throws anybody out. Whoever waits and
    asks again gets YES where there is room: the waiting list is kept so that nobody who fits is still on it.
    Raises NoRoom where one holds seats and wants more than fit: the seats one has stay as they are.
    """
    if seats.room_for(wanted - held):
        return State.YES
    if mine in HOLDING:
        raise NoRoom(seats.free or 0)
    return State.WAITING
