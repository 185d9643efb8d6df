"""Whom we can reach, and through which doors: figures for all, for clubs, for programmes; and who is left out.

Counted are verified members who do not leave. Whoever objected (/stop) must not be written to and stands apart,
whatever doors they have. One statement each, however many clubs or programmes are asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, select
from sqlalchemy.orm import Session

from bot.domain.audience import EVERYONE, Audience
from bot.domain.scope import Scope
from db.audience import belongs
from db.models.clubs import Membership
from db.models.conversation import Door
from db.models.delivery import Outbox
from db.models.lists import Institution, Programme
from db.models.members import Affiliation, Member
from db.outbox import ANNOUNCED
from db.scopes import within

_NO_WAY, _WEB_ONLY, _TELEGRAM = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Reach:
    """How many members are reached by Telegram, only in the browser, by no door; and how many objected. Nobody is in
    two of these. Whoever has only the browser sees at the next visit what came: nothing rings there."""

    telegram: int = 0
    web_only: int = 0
    not_at_all: int = 0
    objected: int = 0

    @property
    def members(self) -> int:
        return self.telegram + self.web_only + self.not_at_all + self.objected


def overall(session: Session, scope: Scope) -> Reach:
    """The figures of all members in a scope together."""
    return next(iter(_count(session, select(Member.status.label("of")), scope).values()), Reach())


def of_clubs(session: Session, clubs: Sequence[int], scope: Scope) -> dict[int, Reach]:
    """Club id -> figures of those of a scope who are in it; clubs with nobody to count are not in it."""
    membership = and_(Membership.member_id == Member.id, Membership.state == "in", Membership.club_id.in_(clubs))
    return _count(session, select(Membership.club_id.label("of")).join_from(Member, Membership, membership), scope)


def of_programmes(session: Session, programmes: Sequence[int], scope: Scope) -> dict[int, Reach]:
    """The same by programme id. Whoever was in one of them twice counts once."""
    studied = and_(Affiliation.member_id == Member.id, Affiliation.programme_id.in_(programmes))
    return _count(session, select(Affiliation.programme_id.label("of")).join_from(Member, Affiliation, studied), scope)


def _count(session: Session, groups: Select[Any], scope: Scope) -> dict[Any, Reach]:
    """Figures for each value of `of`: first the best way to each member, then how many have which."""
    of = groups.selected_columns["of"]
    way = func.coalesce(func.max(case((Door.channel == "telegram", _TELEGRAM), (Door.id.is_not(None), _WEB_ONLY))), 0)
    opens = and_(Door.member_id == Member.id, Door.unreachable_since.is_(None))
    each = (
        groups.add_columns(Member.objected_at, way.label("way"))
        .outerjoin(Door, opens)
        .where(belongs(EVERYONE), within(scope))
        .group_by(Member.id, of)
        .subquery()
    )
    found = select(
        each.c.of, *(_how_many(each, way) for way in (_TELEGRAM, _WEB_ONLY, _NO_WAY)), func.count(each.c.objected_at)
    )
    return {row[0]: Reach(row[1], row[2], row[3], row[4]) for row in session.execute(found.group_by(each.c.of))}


def _how_many(each: Any, way: int) -> Any:
    return func.count(case((and_(each.c.way == way, each.c.objected_at.is_(None)), 1)))


def unreached(session: Session, among: Audience, *, limit: int, offset: int = 0) -> list[Member]:
    """Members of an audience whom no door leads to, by name. Whoever objected is not among them."""
    opens = exists().where(Door.member_id == Member.id, Door.unreachable_since.is_(None))
    query = select(Member).where(belongs(among), Member.objected_at.is_(None), ~opens)
    return list(session.scalars(query.order_by(Member.full_name, Member.id).limit(limit).offset(offset)))


def unread(session: Session, member: int) -> tuple[int, datetime | None]:
    """How many announcements lie in the history of a member's page and have not been looked at; since when the oldest
    does."""
    query = select(func.count(), func.min(Outbox.done_at)).where(
        Outbox.member_id == member, Outbox.kind == ANNOUNCED, Outbox.outcome == "kept"
    )
    row = session.execute(query).one()
    return row[0], row[1]


def programmes(session: Session, scope: Scope, *, limit: int, offset: int = 0) -> list[Programme]:
    """All programmes in a scope, in the order of the lists file; those no longer offered have alumni, too."""
    query = select(Programme).join(Institution, Institution.id == Programme.institution_id)
    if not scope.central:
        query = query.where(Programme.id.in_(scope.programmes))
    ordered = query.order_by(Institution.position, Institution.id, Programme.position, Programme.id)
    return list(session.scalars(ordered.limit(limit).offset(offset)))
