"""Holding what people said against the database, and what the program answered against what they read."""

import asyncio
from dataclasses import dataclass, field

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.conversation.house import Controller, House
from db import codes
from db.engine import in_session
from db.models.clubs import Membership
from db.models.conversation import ASIDE, SHOWN, Door, Inbox
from db.models.delivery import Outbox
from db.models.members import Code, Verification
from db.models.privacy import Consent
from tests.botapi import BotApi
from tests.crash.cast import LEADER, Cast
from tests.crash.crowd import Tally, keys_of
from tests.crash.program import SECRET_KEY

HOUSE = House("", Controller("", "", "", "", ""), "", SECRET_KEY.encode())


@dataclass
class Figures:
    """What a scenario came to."""

    kills: int = 0
    messages: int = 0
    actions: int = 0
    replies: int = 0
    replies_missing: int = 0
    replies_doubled: int = 0
    notices: int = 0
    notices_missing: int = 0
    notices_doubled: int = 0
    recovered: list[float] = field(default_factory=list)
    longest_wait: float = 0.0
    faults: list[str] = field(default_factory=list)


async def until_calm(engine: Engine, seconds: float = 120) -> bool:
    """Wait until nothing waits to be acted on, shown or sent."""
    deadline = asyncio.get_running_loop().time() + seconds
    while await asyncio.to_thread(_count_open, engine):
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(0.5)
    return True


def _count_open(engine: Engine) -> int:
    def count(session: Session) -> int:
        rows = session.scalar(select(func.count()).where(Inbox.state < SHOWN)) or 0
        return rows + (session.scalar(select(func.count()).where(Outbox.done_at.is_(None))) or 0)

    try:
        return in_session(engine, count)
    except SQLAlchemyError:
        return 1


def settle_accounts(engine: Engine, telegram: BotApi, cast: Cast, tally: Tally) -> Figures:
    """The figures, and one line for everything that is not as it should be."""
    figures = Figures(messages=tally.messages, longest_wait=tally.longest_wait, faults=list(tally.stuck))

    def check(session: Session) -> None:
        _check_nothing_is_stuck(session, figures)
        _check_keys(session, telegram, cast, tally, figures)
        _check_memberships(session, cast, tally, figures)
        _check_registrations(session, tally, figures)
        _check_notices(session, telegram, tally, figures)

    in_session(engine, check)
    return figures


def _expect(figures: Figures, what: str, found: object, wanted: object) -> None:
    if found != wanted:
        figures.faults.append(f"{what}: {found} instead of {wanted}")


def _check_nothing_is_stuck(session: Session, figures: Figures) -> None:
    waiting = session.scalar(select(func.count()).where(Inbox.state < SHOWN))
    _expect(figures, "messages not done with", waiting, 0)
    _expect(figures, "messages set aside", session.scalar(select(func.count()).where(Inbox.state == ASIDE)), 0)


def _check_keys(session: Session, telegram: BotApi, cast: Cast, tally: Tally, figures: Figures) -> None:
    """Each /key made one key, and each key made was read by whom it was for."""
    for number, member in cast.members.items():
        made = set(session.scalars(select(Code.digest).where(Code.member_id == member, Code.kind == "return")))
        _expect(figures, f"keys made for {number}", len(made), tally.keys[number])
        read = keys_of(telegram.person(number))
        known = {HOUSE.digest("code", codes.normalise(key)) for key in read}
        figures.actions += len(made)
        figures.replies += len(made)
        figures.replies_missing += len(made - known)
        figures.replies_doubled += sum(read.values()) - len(read)
        _expect(figures, f"keys read by {number} that nobody made", len(known - made), 0)


def _check_memberships(session: Session, cast: Cast, tally: Tally, figures: Figures) -> None:
    for number, member in cast.members.items():
        row = session.get(Membership, (member, cast.open_club))
        found = (row.times_asked, row.state == "in") if row else (0, False)
        _expect(figures, f"comings of {number}", found, (tally.joins[number], tally.is_in.get(number, False)))
        figures.actions += tally.joins[number]
        asked = session.get(Membership, (member, cast.strict_club))
        _expect(figures, f"requests of {number}", asked.times_asked if asked else 0, number in tally.asked)


def _check_registrations(session: Session, tally: Tally, figures: Figures) -> None:
    """Each newcomer who was thanked waits for verification once, and agreed as often as they tapped."""
    for number in tally.registered:
        query = select(Door.member_id).where(Door.channel == "telegram", Door.external_id == str(number))
        member = session.scalars(query).one()
        waiting = session.scalar(select(func.count()).where(Verification.member_id == member))
        _expect(figures, f"registrations of {number}", waiting, 1)
        consents = session.scalar(select(func.count()).where(Consent.member_id == member))
        _expect(figures, f"consents of {number}", consents, tally.consents[number])
        figures.actions += 1 + tally.consents[number]


def _check_notices(session: Session, telegram: BotApi, tally: Tally, figures: Figures) -> None:
    """Who leads the strict club has read of every request, and of every registration."""
    read = [message.text for message in telegram.person(LEADER).chat.messages]
    for number in tally.asked:
        times = sum(f"Member {number}. would like to join" in text for text in read)
        figures.notices_missing += times == 0
        figures.notices_doubled += max(times - 1, 0)
    outcomes = dict(session.execute(select(Outbox.outcome, func.count()).group_by(Outbox.outcome)).tuples().all())
    figures.notices = sum(outcomes.values())
    _expect(figures, "outcomes of notices", outcomes, {"sent": len(tally.asked) + _registered(session)})
    _expect(figures, "notices read, at least", len(read) >= figures.notices, True)


def _registered(session: Session) -> int:
    return session.scalar(select(func.count(Verification.id))) or 0
