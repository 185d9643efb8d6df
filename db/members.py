"""Members: reading and changing who somebody is."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from bot.domain.scope import CENTRAL, Scope
from db.models.clubs import Club
from db.models.lists import Cohort, Institution, Programme, Topic
from db.models.members import (
    Affiliation,
    FieldVisibility,
    Member,
    MemberRelation,
    MemberTopic,
    Role,
    RoleKind,
    Status,
)
from db.models.places import Place


def load(session: Session, member: int) -> Member:
    """The member with this id; an error if there is none."""
    return session.get_one(Member, member)


def load_many(session: Session, members: Sequence[int]) -> dict[int, Member]:
    """Those of these members who exist, by their ids."""
    return {member.id: member for member in session.scalars(select(Member).where(Member.id.in_(members)))}


def relations_of(session: Session, member: int) -> list[str]:
    query = select(MemberRelation.relation).where(MemberRelation.member_id == member)
    return list(session.scalars(query.order_by(MemberRelation.relation)))


def set_relations(session: Session, member: int, relations: Sequence[str]) -> None:
    """Replace what somebody is or was to the institution."""
    session.execute(delete(MemberRelation).where(MemberRelation.member_id == member))
    session.add_all(MemberRelation(member_id=member, relation=relation) for relation in relations)


def topics_of(session: Session, member: int) -> list[Topic]:
    query = select(Topic).join(MemberTopic).where(MemberTopic.member_id == member)
    return list(session.scalars(query.order_by(Topic.position, Topic.id)))


def set_topics(session: Session, member: int, topics: Sequence[int]) -> None:
    """Replace a member's professional focus."""
    session.execute(delete(MemberTopic).where(MemberTopic.member_id == member))
    session.add_all(MemberTopic(member_id=member, topic_id=topic) for topic in topics)


class Studied(NamedTuple):
    """A member's time at an institution, and what they chose of its lists."""

    affiliation: Affiliation
    institution: Institution
    programme: Programme | None
    cohort: Cohort | None


def affiliations_of(session: Session, member: int) -> list[Studied]:
    """A member's institutions, the first given first."""
    query = (
        select(Affiliation, Institution, Programme, Cohort)
        .join(Institution, Institution.id == Affiliation.institution_id)
        .outerjoin(Programme, Programme.id == Affiliation.programme_id)
        .outerjoin(Cohort, Cohort.id == Affiliation.cohort_id)
        .where(Affiliation.member_id == member)
        .order_by(Affiliation.id)
    )
    return [Studied(*row) for row in session.execute(query)]


def visibility_of(session: Session, member: int) -> dict[str, str]:
    """Field -> audience, for the fields that are not for the alumni office only."""
    query = select(FieldVisibility.field, FieldVisibility.audience).where(FieldVisibility.member_id == member)
    return {row.field: row.audience for row in session.execute(query)}


def set_visibility(session: Session, member: int, fields: dict[str, str]) -> None:
    """Replace who may see what; `office` needs no row."""
    session.execute(delete(FieldVisibility).where(FieldVisibility.member_id == member))
    session.add_all(
        FieldVisibility(member_id=member, field=field, audience=audience)
        for field, audience in fields.items()
        if audience != "office"
    )


def is_coordinator(session: Session, member: int) -> bool:
    query = select(Role.id).where(Role.member_id == member, Role.kind == RoleKind.COORDINATOR)
    return session.scalar(query) is not None


def led_clubs(session: Session, member: int) -> list[int]:
    """Ids of the clubs somebody is ambassador of, or a deputy for; a closed club is led by nobody."""
    query = (
        select(Role.club_id)
        .join(Club, Club.id == Role.club_id)
        .where(Role.member_id == member, Role.kind == RoleKind.AMBASSADOR, Club.closed_at.is_(None))
        .distinct()
    )
    return [club for club in session.scalars(query) if club is not None]


def coordinators(session: Session) -> list[int]:
    """Member ids of all coordinators, whatever they answer for."""
    query = select(Role.member_id).where(Role.kind == RoleKind.COORDINATOR).distinct().order_by(Role.member_id)
    return list(session.scalars(query))


def grant(
    session: Session,
    member: int,
    kind: RoleKind,
    now: datetime,
    club: int | None = None,
    *,
    scope: Scope = CENTRAL,
    by: str | None = None,
    until: datetime | None = None,
) -> bool:
    """Give an office, for good or `until` an instant; a coordinator's for everybody, or a `scope`. False if they hold
    it already."""
    own = (Role.member_id == member, Role.kind == kind, Role.deputy_for.is_(None))
    if session.scalar(select(Role.id).where(*own, Role.club_id.is_not_distinct_from(club))) is not None:
        return False
    stored = scope.to_json()
    session.add(
        Role(member_id=member, kind=kind, club_id=club, scope=stored, granted_at=now, granted_by=by, until=until)
    )
    return True


def end_ambassador(session: Session, member: int, club: int) -> bool:
    """Take the office of an ambassador, or of a deputy, away; the offices of their deputies end with it. False if they
    hold none."""
    own = (Role.member_id == member, Role.kind == RoleKind.AMBASSADOR, Role.club_id == club)
    held = session.scalar(select(Role.id).where(*own))
    if held is None:
        return False
    session.execute(delete(Role).where(Role.id == held))
    return True


def count(session: Session, status: Status) -> int:
    """How many members are this far."""
    return session.scalar(select(func.count()).where(Member.status == status)) or 0


def regions_lived_in(session: Session) -> list[str]:
    """Provinces and states where verified members live, those with the most first."""
    query = (
        select(Place.region)
        .join(Member, Member.place_id == Place.id)
        .where(Member.status == Status.VERIFIED, Place.region.is_not(None))
        .group_by(Place.region)
        .order_by(func.count().desc(), Place.region)
    )
    return [region for region in session.scalars(query) if region is not None]


def find_verified(session: Session, typed: str, limit: int, *conditions: ColumnElement[bool]) -> list[Member]:
    """Verified members called so; those who fulfil all conditions."""
    return find_named(session, typed, limit, Member.status == Status.VERIFIED, *conditions)


def find_named(session: Session, typed: str, limit: int, *conditions: ColumnElement[bool]) -> list[Member]:
    """Members whose name in either script begins with, or has a word beginning with, what was typed; those who fulfil
    all conditions."""
    pattern = typed.strip().replace("\\", "").replace("%", "").replace("_", " ")
    if not pattern:
        return []
    names = (Member.full_name, Member.other_name)
    # SQLite folds the case of ASCII letters only; the second spelling finds Özil for "öz".
    spellings = {pattern, pattern.title()}
    matches = or_(*(name.ilike(f"{start}{each}%") for name in names for start in ("", "% ") for each in spellings))
    query = select(Member).where(matches, *conditions)
    return list(session.scalars(query.order_by(Member.full_name, Member.id).limit(limit)))
