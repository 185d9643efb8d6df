"""Scopes in queries say the same as scopes of one member, on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.audience import EVERYONE
from bot.domain.scope import CENTRAL, Scope
from db import audience, members, scopes
from db.audience_facts import facts_of
from db.engine import open_engine
from db.models.lists import Faculty, Institution, Programme
from db.models.members import Affiliation, Member, Role, RoleKind, Status
from tests.databases import Databases, kept_open

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def session(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Session]:
    engine = open_engine(databases.fresh(request.param))
    with Session(engine, expire_on_commit=False) as opened:
        yield kept_open(opened)
    engine.dispose()


@pytest.fixture(scope="module")
def chemnitz(session: Session) -> Institution:
    return session.scalars(select(Institution).where(Institution.slug == "tu-chemnitz")).one()


def programme(session: Session, slug: str) -> Programme:
    return session.scalars(select(Programme).where(Programme.slug == slug)).one()


def graduate(session: Session, number: str, *studied: Programme) -> Member:
    row = Member(number=number, status=Status.VERIFIED, full_name=number, language="en", created_at=NOW, seen_at=NOW)
    session.add(row)
    session.flush()
    session.add_all(
        Affiliation(member_id=row.id, institution_id=each.institution_id, programme_id=each.id) for each in studied
    )
    session.flush()
    return row


@pytest.fixture(scope="module")
def people(session: Session) -> dict[str, Member]:
    computing, maths = programme(session, "tuc-computing"), programme(session, "tuc-mathematics")
    jiangsu = programme(session, "nrw-jiangsu")
    return {
        "computing": graduate(session, "SCOPE001", computing),
        "maths": graduate(session, "SCOPE002", maths),
        "both": graduate(session, "SCOPE003", computing, jiangsu),
        "nothing": graduate(session, "SCOPE004"),
    }


def test_query_member_and_audience_agree(session: Session, chemnitz: Institution, people: dict[str, Member]) -> None:
    engineering = session.scalars(select(Faculty).where(Faculty.slug == "tuc-f-engineering")).one()
    expected = {
        CENTRAL: {"computing", "maths", "both", "nothing"},
        Scope(institutions=frozenset({chemnitz.id})): {"computing", "maths", "both"},
        Scope(faculties=frozenset({engineering.id})): {"computing", "both"},
        Scope(programmes=frozenset({programme(session, "nrw-jiangsu").id})): {"both"},
        Scope(): set(),
    }
    for granted, names in expected.items():
        scope = scopes.widened(session, granted)
        wanted = {people[name].id for name in names}
        narrowed = scope.narrow(EVERYONE)
        everybody = [member.id for member in people.values()]
        found = session.scalars(select(Member.id).where(Member.id.in_(everybody), scopes.within(scope)))
        told = session.scalars(select(Member.id).where(Member.id.in_(everybody), audience.belongs(narrowed)))
        facts = {each.id for each in people.values() if narrowed.includes(facts_of(session, each))}
        one_by_one = {member for member in everybody if scopes.covers(session, scope, member)}
        assert (set(found), set(told), facts, one_by_one) == (wanted, wanted, wanted, wanted)


def test_a_deputy_has_the_scope_of_the_office_as_it_is_now(
    session: Session, chemnitz: Institution, people: dict[str, Member]
) -> None:
    chief, deputy = people["maths"], people["nothing"]
    members.grant(session, chief.id, RoleKind.COORDINATOR, NOW, scope=Scope(institutions=frozenset({chemnitz.id})))
    session.flush()
    office = session.scalars(select(Role).where(Role.member_id == chief.id)).one()
    session.add(Role(member_id=deputy.id, kind=RoleKind.COORDINATOR, deputy_for=office.id, granted_at=NOW))
    session.flush()
    assert scopes.scope_of(session, deputy.id).institutions == {chemnitz.id}
    office.scope = {"programmes": [programme(session, "nrw-jiangsu").id]}
    session.flush()
    assert scopes.scope_of(session, deputy.id) == Scope(programmes=frozenset({programme(session, "nrw-jiangsu").id}))
    assert scopes.coordinators_for(session, people["both"].id) == [chief.id, deputy.id]
    assert scopes.coordinators_for(session, people["computing"].id) == []
    assert scopes.stands_in(session, deputy.id) == [deputy.id, chief.id]
