"""What an event of the invented network is, before it has rows."""

from dataclasses import dataclass, field

from db.models.events import EventKind, EventState


@dataclass(frozen=True, slots=True)
class Planned:
    """An event of the demonstration. `days` from today and `hour` by the venue's clock; `seats` 0: no limit; a
    negative day is over."""

    titles: dict[str, str]
    about: dict[str, str]
    city: str
    days: int
    hour: int
    kind: EventKind = EventKind.MEETUP
    club: bool = True
    lasts: float = 3
    venue: str | None = None
    online: str | None = None
    seats: int = 0
    guests: int = 0
    state: EventState = EventState.PUBLISHED
    waiting: int = 0
    invited: tuple[str, ...] = ()
    comes: tuple[str, ...] = ()
    questions: list[dict[str, str]] = field(default_factory=list)
    spot: tuple[float, float] | None = None
    # How many have told afterwards how it was.
    told: int = 0
