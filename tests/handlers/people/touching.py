"""What dialogues about contact among alumni have in common."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from db import consents
from db.models.conversation import Door
from db.models.members import Member, Status
from db.models.people import ContactRequest, Relayed
from db.models.privacy import Purpose
from handlers.people.buttons import AskContact
from tests.actors import Actor
from tests.people import find
from tests.stage import Stage

ANNA, BERND = "Anna Weber", "Bernd Koch"


async def all_read(stage: Stage) -> None:
    """Everybody looks at what came."""
    for actor in stage._actors:
        await actor.catch_up()


async def asks(stage: Stage, asker: Actor, whom: str, message: str = "We met in Nanjing.", line: str = "") -> None:
    """Ask somebody for contact, from their card to the last button."""
    await asker.presses(AskContact(find(stage, whom).id).pack(), None)
    await asker.says(message)
    if line:
        await asker.says(line)
    elif asker.sees_button("Skip"):
        await asker.taps("Skip")
    await asker.taps("Send the request")
    await all_read(stage)


def asked(stage: Stage, asker: str, whom: str, state: str = "asked", **columns: Any) -> int:
    """A request there is already; its id."""
    row = ContactRequest(
        asker_id=find(stage, asker).id,
        asked_id=find(stage, whom).id,
        message="We met in Nanjing.",
        state=state,
        **{"asked_at": stage.clock.now(), **columns},
    )

    def add(session: Any) -> int:
        session.add(row)
        session.flush()
        return row.id

    return stage.looks_up(add)


def requests(stage: Stage) -> list[ContactRequest]:
    query = select(ContactRequest).order_by(ContactRequest.id)
    return stage.looks_up(lambda session: list(session.scalars(query)))


def states(stage: Stage) -> list[str]:
    return [row.state for row in requests(stage)]


def words(stage: Stage) -> list[str]:
    """Everything that was passed on and is kept."""
    return stage.looks_up(lambda session: list(session.scalars(select(Relayed.words).order_by(Relayed.id))))


def lines(stage: Stage, **contacts: str | None) -> None:
    """Let people (Anna_Weber="anna@x.de") have a contact line."""
    for name, line in contacts.items():
        change(stage, name.replace("_", " "), contact=line)


def change(stage: Stage, name: str, **columns: Any) -> None:
    who = find(stage, name).id

    def write(session: Any) -> None:
        row = session.get_one(Member, who)
        for column, value in columns.items():
            setattr(row, column, value)

    stage.looks_up(write)


def withdraws(stage: Stage, name: str) -> None:
    """Let somebody no longer agree to contact among alumni."""
    who, now = find(stage, name).id, stage.clock.now()
    stage.looks_up(
        lambda session: consents.add(
            session, who, Purpose.ALUMNI, given=False, version="test", text="…", language="en", at=now
        )
    )


def is_erased(stage: Stage, name: str) -> None:
    who = find(stage, name).id
    stage.looks_up(lambda session: session.delete(session.get_one(Member, who)))


def is_unreachable(stage: Stage, name: str) -> None:
    """Let all doors of somebody be shut."""
    who, now = find(stage, name).id, stage.clock.now()

    def shut(session: Any) -> None:
        for door in session.scalars(select(Door).where(Door.member_id == who)):
            door.unreachable_since = now

    stage.looks_up(shut)


def goes(stage: Stage, name: str, how: str) -> None:
    """Somebody leaves the network in one of the ways there are."""
    if how == "without consent":
        withdraws(stage, name)
    elif how == "erased":
        is_erased(stage, name)
    elif how == "leaving":
        change(stage, name, erase_at=stage.clock.now() + timedelta(hours=48))
    else:
        change(stage, name, status=Status.DECLINED)
