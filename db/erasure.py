"""Erasing a member: everything personal goes from every table; a random number stays in the audit log."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from db.doors import add_guest, new_number
from db.models.conversation import ACTED, NEW, Door, Inbox
from db.models.delivery import Outbox
from db.models.members import Member, Status
from db.models.web import WebSession

GUESTS_KEPT = timedelta(days=30)
RECEIPT_KEPT = timedelta(days=7)


def due(session: Session, now: datetime, limit: int = 20) -> list[Member]:
    """Members whose time to think it over has passed, locked."""
    query = select(Member).where(Member.erase_at <= now).order_by(Member.id).limit(limit)
    return list(session.scalars(query.with_for_update(key_share=True)))


def erase(session: Session, member: Member, now: datetime) -> int:
    """Erase a member; the id of a bare guest who holds the doors only until the receipt has arrived.

    All tables that know members by key lose their rows with the member (ON DELETE CASCADE); the inbox, which
    knows senders, is emptied here.
    """
    guest = add_guest(session.connection(), new_number(), now, member.language)
    _empty_inbox(session, member.id)
    session.execute(update(Door).where(Door.member_id == member.id).values(member_id=guest, menu=None))
    session.flush()
    session.execute(delete(Member).where(Member.id == member.id))
    return guest


def _empty_inbox(session: Session, member: int) -> None:
    senders = select(Door.external_id).where(Door.member_id == member)
    session.execute(
        update(Inbox)
        .where(Inbox.sender.in_(senders), Inbox.state != NEW, Inbox.state != ACTED)
        .values(payload="", replies=None)
    )


def forget_guests(session: Session, now: datetime) -> None:
    """Guests go after 30 days without a word; those left by an erasure once they have the receipt, or after
    a week. With them go their doors and browsers."""
    receipt = select(Outbox.id).where(Outbox.member_id == Member.id, Outbox.kind == "erased")
    on_telegram = select(Door.id).where(Door.member_id == Member.id, Door.channel == "telegram")
    gone = select(Member.id).where(
        Member.status == Status.GUEST,
        or_(
            Member.seen_at < now - GUESTS_KEPT,
            receipt.exists() & (Member.created_at < now - RECEIPT_KEPT),
            receipt.where(Outbox.done_at.is_not(None)).exists()
            & on_telegram.exists()
            & (Member.seen_at <= Member.created_at),
        ),
    )
    ids = list(session.scalars(gone.limit(200)))
    if ids:
        browsers = select(Door.external_id).where(Door.member_id.in_(ids), Door.channel == "web")
        session.execute(delete(WebSession).where(WebSession.id.in_(browsers)))
        session.execute(delete(Member).where(Member.id.in_(ids)))
