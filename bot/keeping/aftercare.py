"""What a restored database needs before anybody talks to it: erased people are erased again, and nothing is said twice
(`db.restored` tells what and why)."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.keeping.envelope import Manifest
from bot.keeping.hindered import Hindered
from bot.keeping.postgres import take_your_time
from db import erased, erasure
from db.engine import in_session
from db.models.members import Member
from db.models.privacy import Audit
from db.restored import MARK, RESTORED, Stopped, stop_what_was_due
from handlers.privacy import erase_member
from handlers.set_back import ask_anew


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done to a restored database: how many people were erased again, how many who had asked for it are
    asked whether it still holds, and what does not go out."""

    erased: int
    asked: int
    stopped: Stopped


def fingerprint(house: House) -> str:
    """By this a backup knows SECRET_KEY again."""
    return house.digest("erasure", "backup")


def read_erasures(house: House, manifest: Manifest) -> erased.Listed:
    """The list of erased people; it must be there, and readable with this SECRET_KEY."""
    path = Path(house.erasure_list)
    if not path.exists():
        raise Hindered(
            f"The list of erased people is not at {path.absolute()} (ERASURE_LIST), and without it they would be back. "
            "Please look first where the bot that made this backup keeps it; an installation as in deploy/OPERATING.md "
            "has it in /var/lib/alumni-bot-erased. Only if nobody was ever erased, make an empty file there."
        )
    try:
        listed = erased.read(path)
    except erased.NotTheList as other:
        raise Hindered(
            f"{path.absolute()} (ERASURE_LIST) is not a list of erased people: line {other.line} says something else."
        ) from None
    if listed and manifest.secret != fingerprint(house):
        raise Hindered(
            "SECRET_KEY is not the one of the bot that made this backup, so nobody on the list of erased people would "
            "be known again. Please set the old one."
        )
    return listed


def settle(engine: Engine, house: House, manifest: Manifest, listed: erased.Listed, now: datetime) -> Outcome:
    """In one transaction, at whose end the database is ready."""

    def work(session: Session) -> Outcome:
        if engine.dialect.name == "postgresql":
            take_your_time(session.connection())
            session.execute(text(f"DROP TABLE {MARK}"))
        stopped = stop_what_was_due(session, now)
        again = _erase_again(session, house, manifest, listed, now)
        outcome = Outcome(again, ask_anew(session, now), stopped)
        told = {"as_of": manifest.at.isoformat(), "erased": again, "asked": outcome.asked, **stopped._asdict()}
        session.add(Audit(at=now, actor=None, action=RESTORED, subject=None, details=told))
        return outcome

    return in_session(engine, work)


def _erase_again(session: Session, house: House, manifest: Manifest, listed: erased.Listed, now: datetime) -> int:
    """Without a receipt: each had one when they were erased. So the bare guest who would wait for it goes, too."""
    gone = erased.brought_back(session, listed, lambda mark: house.digest("erasure", mark), manifest.at)
    for number in gone:
        guest = erase_member(session, session.get_one(Member, number), now)
        erasure.forget_wholly(session, [guest])
    return len(gone)
