"""What the dialogues about being together have in common."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from bot.conversation.callbacks import Callback
from db import consents
from db.models.delivery import Outbox
from db.models.members import Member
from db.models.mentoring import Mentorship
from db.models.privacy import Purpose
from db.models.surveys import Ballot
from handlers.mentoring.buttons import OpenMentorship
from tests.actors import Actor
from tests.mentoring import mentor, mentorship
from tests.people import find, member
from tests.stage import Stage

# What coordinators read of mentoring as a whole.
OVERVIEW = (
    "<b>Mentoring</b>\nMentorships at present: {active}\nMentors: {mentors}\nLooking for a mentor: {searches}\n"
    "Asking for help: {needy}\nSilent on both sides: {silent}"
)


def together(stage: Stage, *, door: str | None = None, city: str = "Shanghai") -> tuple[Actor, Actor, int]:
    """Anna and her mentor Chen, who lives far away, and the id of their mentorship."""
    chen = mentor(stage, "Chen Shibo", city=city, door=door)
    anna = member(stage, "Anna Weber", door=door)
    return anna, chen, mentorship(stage, "Anna Weber", "Chen Shibo")


def row_of(stage: Stage, ref: int) -> Mentorship:
    return stage.looks_up(lambda session: session.get_one(Mentorship, ref))


async def opens(actor: Actor, ref: int) -> None:
    await actor.presses(OpenMentorship(ref).pack(), None)


async def taps_again(actor: Actor, button: Callback) -> None:
    """A button that was shown before."""
    await actor.presses(button.pack(), None)


def withdraws(stage: Stage, name: str) -> None:
    """No contact among alumni any more."""
    who, now = find(stage, name).id, stage.clock.now()
    stage.looks_up(
        lambda session: consents.add(
            session, who, Purpose.ALUMNI, given=False, version="test", text="…", language="en", at=now
        )
    )


def changes(stage: Stage, name: str, change: Callable[[Member], None]) -> None:
    """Something is different about a member."""
    who = find(stage, name).id
    stage.looks_up(lambda session: change(session.get_one(Member, who)))


def queued(stage: Stage, kind: str) -> list[str]:
    """The names of those for whom such a notice is or was to be sent."""
    query = select(Member.full_name).join(Outbox, Outbox.member_id == Member.id).where(Outbox.kind == kind)
    return stage.looks_up(lambda session: sorted(name or "" for name in session.scalars(query)))


def ballots(stage: Stage) -> list[dict[str, Any]]:
    """All that was said in surveys."""
    return stage.looks_up(lambda session: list(session.scalars(select(Ballot.content))))


async def tells(actor: Actor, *scores: str, keep: str | None = None, change: str | None = None) -> None:
    """Answer the survey, up to its end."""
    await actor.taps("Tell how it was")
    for score in scores:
        await actor.taps(score)
    for words in (keep, change):
        await (actor.says(words) if words else actor.taps("Skip"))
    await actor.taps("Send anonymously")
