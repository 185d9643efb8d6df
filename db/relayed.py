"""Words that members pass to each other through the bot: who may write about what, and how long we keep it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models.mentoring import MentorRequest, Mentorship
from db.models.people import ContactRequest, Relayed
from db.places import LARGEST_ID


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who have to do with each other, and who of them may write about it now."""

    began: int
    asked: int
    writers: frozenset[int]

    def other(self, member: int) -> int:
        return self.asked if member == self.began else self.began


def pair_of(session: Session, about: str, ref: int) -> Pair | None:
    """The two behind a request for a mentor, a mentorship or a request for contact; None where there is none."""
    if not 0 < ref <= LARGEST_ID:
        return None
    if about == "request":
        request = session.get(MentorRequest, ref)
        return _pair(request.mentee_id, request.mentor_id, both=request.state == "asked") if request else None
    if about == "mentorship":
        together = session.get(Mentorship, ref)
        return _pair(together.mentee_id, together.mentor_id, both=together.state == "active") if together else None
    contact = session.get(ContactRequest, ref)
    return _pair_in_contact(contact) if contact else None


def _pair_in_contact(contact: ContactRequest) -> Pair:
    """Until there is an answer only the person asked writes: that is the answer."""
    if contact.state == "asked":
        return Pair(contact.asker_id, contact.asked_id, frozenset({contact.asked_id}))
    return _pair(contact.asker_id, contact.asked_id, both=contact.state in ("answered", "shared"))


def _pair(began: int, asked: int, *, both: bool) -> Pair:
    return Pair(began, asked, frozenset({began, asked}) if both else frozenset())


def write(session: Session, about: str, ref: int, sender: int, receiver: int, words: str, now: datetime) -> Relayed:
    """Keep words until they have long been read."""
    row = Relayed(about=about, ref=ref, sender_id=sender, receiver_id=receiver, words=words, at=now)
    session.add(row)
    session.flush()
    return row


def count(session: Session, sender: int, since: datetime, receiver: int | None = None) -> int:
    """How often somebody has written since then: to this person, or to anybody."""
    query = select(func.count()).select_from(Relayed).where(Relayed.sender_id == sender, Relayed.at > since)
    if receiver is not None:
        query = query.where(Relayed.receiver_id == receiver)
    return session.scalar(query) or 0
