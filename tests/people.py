"""Members made directly in the database, so that a dialogue begins where its story does."""

from datetime import timedelta
from secrets import token_hex, token_urlsafe
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from yarl import URL

from bot.channels.web.security import COOKIE, hash_token
from bot.domain.scope import CENTRAL, Scope
from db import consents, members, names, places
from db.doors import add_guest, new_number
from db.models.conversation import Door
from db.models.lists import Faculty, Institution, Programme
from db.models.members import Affiliation, Member, RoleKind, Status
from db.models.privacy import Purpose
from db.models.web import WebSession
from db.registrations import ask_for_verification, verify
from tests.actors import Actor, WebActor
from tests.stage import Stage


def member(
    stage: Stage,
    name: str = "Anna Weber",
    *,
    verified: bool = True,
    city: str = "Chemnitz",
    language: str | None = None,
    door: str | None = None,
    in_network: bool = True,
    coordinator: bool = False,
    coordinates: Scope | None = None,
    programme: str = "tuc-mechanical",
    ambassador_of: int | None = None,
) -> Actor:
    """Somebody registered, addressed by their full name, in the clock of `city`; `ambassador_of` is a club's id; a
    `coordinator` is a central one, who `coordinates` a scope has that one."""
    actor = stage.person(name, language=language, door=door)
    row = stage.looks_up(lambda session: _add(stage, session, actor, city, programme))
    stage.looks_up(lambda session: _settle_status(stage, session, row, verified))
    stage.looks_up(lambda session: _agree(stage, session, row, actor.language, in_network))
    scope = CENTRAL if coordinator else coordinates
    if scope is not None:
        now = stage.clock.now()
        stage.looks_up(lambda session: members.grant(session, row, RoleKind.COORDINATOR, now, scope=scope))
    if ambassador_of is not None:
        now = stage.clock.now()
        stage.looks_up(lambda session: members.grant(session, row, RoleKind.AMBASSADOR, now, ambassador_of))
    _bind(stage, actor, row)
    return actor


def guest(stage: Stage, name: str = "Anna", *, language: str | None = None, door: str | None = None) -> Actor:
    """Somebody who chose a language and has told us nothing else."""
    actor, now = stage.person(name, language=language, door=door), stage.clock.now()
    row = stage.looks_up(lambda session: add_guest(session.connection(), new_number(), now, actor.language))
    _bind(stage, actor, row)
    return actor


def scope(stage: Stage, **named: str) -> Scope:
    """What belongs to an `institution`, a `faculty` or a `programme`, each named by its slug."""
    kinds: dict[str, Any] = {"institution": Institution, "faculty": Faculty, "programme": Programme}

    def ids(session: Session, name: str) -> frozenset[int]:
        return frozenset(session.scalars(select(kinds[name].id).where(kinds[name].slug == named.get(name))))

    return Scope(False, *(stage.looks_up(lambda session, each=name: ids(session, each)) for name in kinds))


def find(stage: Stage, name: str) -> Member:
    """The row of the member with this full name, detached."""
    return stage.looks_up(lambda session: session.scalars(select(Member).where(Member.full_name == name)).one())


def _add(stage: Stage, session: Session, actor: Actor, city: str, studied: str) -> int:
    place = places.find_places(session, city, limit=1)[0]
    now = stage.clock.now()
    row = Member(
        number=new_number(),
        status=Status.GUEST,
        language=actor.language,
        zone=place.zone,
        full_name=actor.name,
        addressed_as=actor.name,
        place_id=place.id,
        created_at=now,
        seen_at=now,
    )
    session.add(row)
    session.flush()
    programme = session.scalars(select(Programme).where(Programme.slug == studied)).one()
    session.add(_studied(session, row.id, programme))
    members.set_relations(session, row.id, ["graduate"])
    names.index(session, row)
    return row.id


def _studied(session: Session, row: int, programme: Programme) -> Affiliation:
    institution = session.get_one(Institution, programme.institution_id)
    return Affiliation(
        member_id=row, institution_id=institution.id, programme_id=programme.id, from_year=2007, to_year=2012
    )


def _settle_status(stage: Stage, session: Session, row: int, verified: bool) -> None:
    now = stage.clock.now()
    asked = ask_for_verification(session, members.load(session, row), now)
    if verified:
        asked.state, asked.decided_at = "approved", now
        verify(members.load(session, row), now)


def _agree(stage: Stage, session: Session, row: int, language: str, in_network: bool) -> None:
    for purpose, given in ((Purpose.UNIVERSITY, True), (Purpose.ALUMNI, in_network)):
        consents.add(
            session, row, purpose, given=given, version="test", text="…", language=language, at=stage.clock.now()
        )


def _bind(stage: Stage, actor: Actor, row: int) -> None:
    """Let the actor's door lead to the member: the chat on Telegram, or a signed-in browser."""
    if isinstance(actor, WebActor):
        external, channel = token_hex(12), "web"
        _sign_in(stage, actor, external)
    else:
        external, channel = str(actor.number), "telegram"
        stage.telegram.person(actor.number, known=True)
    door = Door(channel=channel, external_id=external, member_id=row, used_at=stage.clock.now())
    stage.looks_up(lambda session: session.add(door))


def _sign_in(stage: Stage, actor: WebActor, session_id: str) -> None:
    token, now = token_urlsafe(32), stage.clock.now()
    row = WebSession(id=session_id, token_hash=hash_token(token), created_at=now, expires_at=now + timedelta(days=180))
    stage.looks_up(lambda session: session.add(row))
    actor.cookies.update_cookies({COOKIE: token}, URL(actor.url))
