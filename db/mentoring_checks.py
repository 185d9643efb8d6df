"""How a mentorship is going: who was asked, what they answered, and of what the alumni office is to hear.

`CheckIn.office_told` is True once a coordinator takes care of it. Where both are silent, the mentor's mark stands
before: it says that the coordinators were told.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from bot.domain.scope import Scope
from db.audience import may_be_told
from db.directory import in_network
from db.mentors import SWITCH
from db.mentorships import ACTIVE
from db.models.members import Member
from db.models.mentoring import CheckIn, Mentorship
from db.scopes import covers, within

EVERY = timedelta(days=60)
AGAIN_AFTER = timedelta(days=7)
SILENT_AFTER = timedelta(days=14)
# The next question is so far ahead when silence counts as silence.
_REST = EVERY - SILENT_AFTER


def due(session: Session, now: datetime, limit: int) -> list[Mentorship]:
    """Whose two people are to be asked now; locked, so that they do not part meanwhile."""
    query = select(Mentorship).where(Mentorship.state == ACTIVE, Mentorship.check_at <= now)
    return list(
        session.scalars(
            query.order_by(Mentorship.check_at, Mentorship.id)
            .limit(limit)
            .with_for_update(key_share=True, skip_locked=True)
        )
    )


def next_due(session: Session, now: datetime) -> datetime | None:
    """When somebody is to be asked next, after an instant."""
    query = select(func.min(Mentorship.check_at)).where(Mentorship.state == ACTIVE, Mentorship.check_at > now)
    return session.scalar(query)


def ask(session: Session, mentorship: Mentorship, now: datetime) -> int:
    """Both are asked, and again in sixty days. Returns which time it is."""
    mentorship.checks += 1
    mentorship.check_at = now + EVERY
    pair = (mentorship.mentor_id, mentorship.mentee_id)
    session.add_all(
        CheckIn(mentorship_id=mentorship.id, round=mentorship.checks, member_id=member, asked_at=now) for member in pair
    )
    return mentorship.checks


def find(session: Session, mentorship: int, round: int, member: int) -> CheckIn | None:
    return session.get(CheckIn, (mentorship, round, member))


def answer(row: CheckIn, words: str, now: datetime) -> None:
    row.answer, row.answered_at = words, now


def said_finished(session: Session, mentorship: int) -> bool:
    """Whether one of the two ever said that they have finished."""
    query = select(CheckIn.round).where(CheckIn.mentorship_id == mentorship, CheckIn.answer == "finished")
    return session.scalar(query.limit(1)) is not None


def _is_silent(now: datetime) -> ColumnElement[bool]:
    """True for those whose two people were both asked two weeks ago or longer, and neither has answered. Where neither
    wishes to be asked (or may be), nobody is silent."""
    row = aliased(CheckIn)
    answered = exists().where(
        row.mentorship_id == Mentorship.id, row.round == Mentorship.checks, row.answer.is_not(None)
    )
    asked = exists().where(
        Member.id.in_((Mentorship.mentor_id, Mentorship.mentee_id)), in_network(), may_be_told(SWITCH)
    )
    return and_(Mentorship.state == ACTIVE, Mentorship.checks > 0, Mentorship.check_at <= now + _REST, ~answered, asked)


def _is_marked(member: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    row = aliased(CheckIn)
    return exists().where(
        row.mentorship_id == Mentorship.id,
        row.round == Mentorship.checks,
        row.member_id == member,
        row.office_told.is_(True),
    )


def unheard(session: Session, now: datetime, limit: int) -> list[Mentorship]:
    """Where both are silent, and the coordinators have not been told of it."""
    query = select(Mentorship).where(_is_silent(now), ~_is_marked(Mentorship.mentor_id))
    return list(session.scalars(query.order_by(Mentorship.id).limit(limit).with_for_update(key_share=True)))


def next_silence(session: Session, now: datetime) -> datetime | None:
    """When silence counts as silence next, after an instant."""
    query = select(func.min(Mentorship.check_at)).where(
        Mentorship.state == ACTIVE, Mentorship.checks > 0, Mentorship.check_at > now + _REST
    )
    found = session.scalar(query)
    return found - _REST if found is not None else None


def note_told(session: Session, mentorship: Mentorship) -> None:
    """The coordinators know that both are silent."""
    row = find(session, mentorship.id, mentorship.checks, mentorship.mentor_id)
    if row is not None:
        row.office_told = True


def _asks_help() -> ColumnElement[bool]:
    row = aliased(CheckIn)
    return and_(
        Mentorship.state == ACTIVE,
        exists().where(row.mentorship_id == Mentorship.id, row.answer == "help", row.office_told.is_(False)),
    )


def _is_left_silent(now: datetime) -> ColumnElement[bool]:
    return and_(_is_silent(now), ~_is_marked(Mentorship.mentee_id))


def lies_in(session: Session, mentorship: Mentorship, scope: Scope) -> bool:
    """Whether one of the two is in a scope."""
    return any(covers(session, scope, member) for member in (mentorship.mentor_id, mentorship.mentee_id))


def _is_within(scope: Scope) -> ColumnElement[bool]:
    theirs = select(Member.id).where(within(scope)).correlate(None)
    return true() if scope.central else or_(Mentorship.mentor_id.in_(theirs), Mentorship.mentee_id.in_(theirs))


def count_help(session: Session, coordinator: int, scope: Scope) -> int:
    """Mentorships in a scope in which somebody needs help and nobody takes care of it yet. One's own are not for
    oneself."""
    return _count(session, _for(coordinator, scope).where(_asks_help()))


def count_silent(session: Session, coordinator: int, scope: Scope, now: datetime) -> int:
    """Mentorships in a scope in which both are silent and nobody takes care of it yet."""
    return _count(session, _for(coordinator, scope).where(_is_left_silent(now)))


def _for(coordinator: int, scope: Scope) -> Select[int]:
    return select(Mentorship.id).where(_is_not_of(coordinator), _is_within(scope))


def _is_not_of(member: int) -> ColumnElement[bool]:
    return and_(Mentorship.mentor_id != member, Mentorship.mentee_id != member)


def _count(session: Session, query: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def open_cases(
    session: Session, coordinator: int, scope: Scope, now: datetime, page: int, per_page: int
) -> list[Mentorship]:
    """Those in a scope who need somebody of the alumni office, the oldest first; one more than a page where there are
    more."""
    needy = _asks_help() | _is_left_silent(now)
    query = select(Mentorship).where(needy, _is_not_of(coordinator), _is_within(scope))
    return list(session.scalars(query.order_by(Mentorship.id).offset(page * per_page).limit(per_page + 1)))


def unattended(session: Session, mentorship: Mentorship, now: datetime, *, lock: bool = False) -> list[CheckIn]:
    """The answers, or missing answers, that nobody takes care of yet."""
    query = select(CheckIn).where(CheckIn.mentorship_id == mentorship.id).order_by(CheckIn.round, CheckIn.member_id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    asked = [row for row in session.scalars(query) if row.answer == "help" and not row.office_told]
    silent = select(Mentorship.id).where(Mentorship.id == mentorship.id, _is_left_silent(now))
    if session.scalar(silent) is None:
        return asked
    row = find(session, mentorship.id, mentorship.checks, mentorship.mentee_id)
    return [*asked, row] if row is not None else asked
