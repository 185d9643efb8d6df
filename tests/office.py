"""What dialogues with the alumni office have in common: offices with a scope, deputies, letters."""

from typing import Any

from sqlalchemy import delete, select

from bot.domain.questions_to_office import Subject
from bot.domain.scope import CENTRAL, Scope
from db import desks, members
from db.models.contact import Letter, Thread
from db.models.lists import Institution
from db.models.members import Role, RoleKind
from handlers.contact.buttons import AskOffice
from tests.actors import Actor
from tests.people import find, member
from tests.stage import Stage

ANNA, KOCH, LANG, MAYER = "Anna Weber", "Katrin Koch", "Lars Lang", "Mona Mayer"


def coordinator(stage: Stage, name: str = KOCH, scope: Scope = CENTRAL, **details: Any) -> Actor:
    """Somebody of the alumni office, who answers for everybody unless a scope is given."""
    actor = member(stage, name, **details)
    row, now = find(stage, name).id, stage.clock.now()
    stage.looks_up(lambda session: members.grant(session, row, RoleKind.COORDINATOR, now, scope=scope))
    return actor


def deputy(stage: Stage, name: str, of: str) -> Actor:
    """Somebody who stands in for a coordinator."""
    actor = member(stage, name)
    row, now = find(stage, name).id, stage.clock.now()
    query = select(Role.id).where(Role.member_id == find(stage, of).id, Role.deputy_for.is_(None))

    def stand_in(session: Any) -> None:
        office = session.scalars(query).one()
        session.add(Role(member_id=row, kind=RoleKind.COORDINATOR, deputy_for=office, granted_at=now))

    stage.looks_up(stand_in)
    return actor


def leaves_office(stage: Stage, name: str) -> None:
    row = find(stage, name).id
    stage.looks_up(lambda session: session.execute(delete(Role).where(Role.member_id == row)))


def institution(stage: Stage, slug: str = "tu-chemnitz") -> int:
    return stage.looks_up(lambda session: session.scalars(select(Institution.id).where(Institution.slug == slug)).one())


def at_institution(stage: Stage, slug: str = "tu-chemnitz") -> Scope:
    return Scope(institutions=frozenset({institution(stage, slug)}))


def fixed(stage: Stage, subject: Subject, name: str) -> None:
    row = find(stage, name).id
    stage.looks_up(lambda session: desks.fix(session, subject, row))


async def asks(stage: Stage, actor: Actor, words: str = "How do I get a code?", about: str = "Mentoring") -> None:
    """A letter to the alumni office, from the button of /contact on."""
    await actor.presses(AskOffice().pack(), None)
    await actor.taps(about)
    await actor.says(words)
    await all_read(stage)


async def answers(stage: Stage, actor: Actor, words: str) -> None:
    """Answer the letter that came last."""
    await actor.taps("Answer")
    await actor.says(words)
    await all_read(stage)


async def all_read(stage: Stage) -> None:
    for actor in stage._actors:
        await actor.catch_up()


def threads_of(stage: Stage) -> list[Thread]:
    return stage.looks_up(lambda session: list(session.scalars(select(Thread).order_by(Thread.id))))


def thread(stage: Stage) -> Thread:
    """The only question there is."""
    (found,) = threads_of(stage)
    return found


def letters(stage: Stage) -> list[str]:
    return stage.looks_up(lambda session: list(session.scalars(select(Letter.text).order_by(Letter.id))))
