"""What of the bot's state is good, and what somebody should look at."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# A message is acted on within milliseconds, a reply or notice is out within seconds. What waits longer stands still.
LONGEST_IN = timedelta(minutes=1)
LONGEST_OUT = timedelta(minutes=5)
# At Telegram's thirty a second an hour is enough for a hundred thousand people.
LONGEST_ANNOUNCED = timedelta(hours=1)
# Both are done at least once a night.
LONGEST_CHORES = timedelta(hours=36)
LONGEST_BACKUP = timedelta(hours=36)
MOST_UNREACHED = 0.2
FEWEST_COUNTED = 20


class Part(StrEnum):
    """What /health tells about, in its order."""

    TELEGRAM = "telegram"
    COMING_IN = "coming_in"
    REPLIES = "replies"
    GOING_OUT = "going_out"
    ANNOUNCEMENTS = "announcements"
    FAULTS = "faults"
    GIVEN_UP = "given_up"
    JOBS = "jobs"
    REACH = "reach"
    SENDING = "sending"
    CHORES = "chores"
    BACKUP = "backup"


@dataclass(frozen=True, slots=True)
class Vitals:
    """What is known at one moment. Ages are of the oldest that waits, zero where nothing does; None: it never was.

    `telegram_lost`: people use it, and it is not open. `faults` and `given_up` (notices) count the last day,
    `failed_jobs` the last week. `sending`: some process holds the lease.
    """

    telegram_lost: bool = False
    unacted: timedelta = timedelta()
    unshown: timedelta = timedelta()
    notices: timedelta = timedelta()
    announcements: timedelta = timedelta()
    faults: int = 0
    given_up: int = 0
    failed_jobs: int = 0
    members: int = 0
    unreached: int = 0
    sending: bool = True
    chores: timedelta | None = None
    backup: timedelta | None = None


def need_a_look(vitals: Vitals) -> frozenset[Part]:
    """The parts that are not good. Of a small network nobody worries when a few cannot be reached, or when there is
    no backup yet."""
    many = vitals.members >= FEWEST_COUNTED
    bad = {
        Part.TELEGRAM: vitals.telegram_lost,
        Part.COMING_IN: vitals.unacted > LONGEST_IN,
        Part.REPLIES: vitals.unshown > LONGEST_OUT,
        Part.GOING_OUT: vitals.notices > LONGEST_OUT,
        Part.ANNOUNCEMENTS: vitals.announcements > LONGEST_ANNOUNCED,
        Part.FAULTS: vitals.faults > 0,
        Part.GIVEN_UP: vitals.given_up > 0,
        Part.JOBS: vitals.failed_jobs > 0,
        Part.REACH: many and vitals.unreached > MOST_UNREACHED * vitals.members,
        Part.SENDING: not vitals.sending,
        Part.CHORES: vitals.chores is not None and vitals.chores > LONGEST_CHORES,
        Part.BACKUP: many if vitals.backup is None else vitals.backup > LONGEST_BACKUP,
    }
    return frozenset(part for part, is_bad in bad.items() if is_bad)
