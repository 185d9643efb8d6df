"""Searches for a mentor: what somebody wishes, and the requests that belong to it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.mentoring import LIVE, UNFINISHED, MentorRequest, MentorSearch
from db.places import LARGEST_ID


def load(session: Session, search: int) -> MentorSearch | None:
    return session.get(MentorSearch, search) if 0 < search <= LARGEST_ID else None


def unfinished_of(session: Session, member: int) -> MentorSearch | None:
    """What somebody looks for now."""
    query = select(MentorSearch).where(MentorSearch.member_id == member, MentorSearch.state.in_(UNFINISHED))
    return session.scalar(query)


def again(session: Session, before: MentorSearch, now: datetime) -> MentorSearch:
    """A new search with the wishes of an earlier one. One unfinished search a member: there must be none."""
    wishes = ("member_id", "goal", "topics", "free_topics", "languages", "format", "far")
    search = MentorSearch(
        **{wish: getattr(before, wish) for wish in wishes}, state="open", created_at=now, looked_at=now
    )
    session.add(search)
    session.flush()
    return search


def requests_of(session: Session, search: int | MentorSearch) -> list[MentorRequest]:
    """Who was asked and who is to be, in their order."""
    ident = search if isinstance(search, int) else search.id
    query = select(MentorRequest).where(MentorRequest.search_id == ident)
    return list(session.scalars(query.order_by(MentorRequest.position, MentorRequest.id)))


def live_request(session: Session, search: int) -> MentorRequest | None:
    """The mentor being asked, or proposed, for a search now."""
    query = select(MentorRequest).where(MentorRequest.search_id == search, MentorRequest.state.in_(LIVE))
    return session.scalar(query)


def hold(session: Session, search: int) -> MentorSearch | None:
    """The search as it is now, held until the transaction ends."""
    query = select(MentorSearch).where(MentorSearch.id == search)
    return session.scalar(query.with_for_update(key_share=True).execution_options(populate_existing=True))
