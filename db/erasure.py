"""Erasing a member: everything personal goes from every table; a random number stays in the audit log."""

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from markupsafe import escape
from sqlalchemy import Text, cast, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from bot.domain.retention import FIXED, WARNED_BEFORE, Kind
from db import records
from db.doors import add_guest, new_number
from db.models.announcements import Attachment
from db.models.contact import Letter, Thread
from db.models.conversation import ACTED, NEW, Door, Draft, Inbox
from db.models.delivery import Outbox
from db.models.members import Affiliation, Code, Member, Role, Status, Verification
from db.models.privacy import Audit
from db.models.web import Entry, WebSession

GUESTS_KEPT = timedelta(days=FIXED[Kind.GUESTS])
RECEIPT_KEPT = timedelta(days=7)


def due(session: Session, now: datetime, limit: int = 20) -> list[Member]:
    """Members whose time to think it over has passed, locked."""
    query = select(Member).where(Member.erase_at <= now).order_by(Member.id).limit(limit)
    return list(session.scalars(query.with_for_update(key_share=True)))


def asked_for(session: Session) -> list[Member]:
    """Everybody who has asked to be erased and still is here."""
    return list(session.scalars(select(Member).where(Member.erase_at.is_not(None)).order_by(Member.id)))


def next_due(session: Session, now: datetime) -> datetime | None:
    """When, after now, the next erasure falls due."""
    return session.scalar(select(func.min(Member.erase_at)).where(Member.erase_at > now))


def erase(session: Session, member: Member, now: datetime) -> int:
    """Erase a member; the id of a bare guest who holds the doors only until the receipt has arrived.

    All tables that know members by key lose their rows with the member (ON DELETE CASCADE). What names people
    without such a key is cleared here: the inbox, unspent codes, what other people's pages show.
    """
    guest = add_guest(session.connection(), new_number(), now, member.language)
    _empty_inbox(session, [member.id])
    _drop_codes(session, member)
    _take_letters_out_of_histories(session, member.id)
    _drop_files_of_letters(session, member.id)
    records.erase(session, member)
    for name in filter(None, (member.full_name, member.other_name, member.addressed_as)):
        _take_out_of_histories(session, member.id, name)
    session.execute(update(Door).where(Door.member_id == member.id).values(member_id=guest, menu=None))
    session.flush()
    session.execute(delete(Member).where(Member.id == member.id))
    return guest


def _empty_inbox(session: Session, members: Sequence[int]) -> None:
    """Rows that are done with keep only their key, by which a repeat is known, and no longer name the sender."""
    senders = select(Door.external_id).where(Door.member_id.in_(members))
    session.execute(
        update(Inbox)
        .where(Inbox.sender.in_(senders), Inbox.state != NEW, Inbox.state != ACTED)
        .values(sender="", payload="", replies=None)
        .execution_options(synchronize_session=False)
    )


def _drop_codes(session: Session, member: Member) -> None:
    """Personal codes made out to this name at one of their institutions."""
    slugs = select(Affiliation.institution_id).where(Affiliation.member_id == member.id)
    institutions = {str(institution) for institution in session.scalars(slugs)}
    # Those made for somebody on record hold no name, and go with the record.
    named = select(Code).where(Code.kind == "personal", Code.used_at.is_(None), Code.record_id.is_(None))
    for code in session.scalars(named):
        known = code.prefill or {}
        if known.get("name") == member.full_name and known.get("institution") in institutions:
            session.delete(code)


def _take_out_of_histories(session: Session, member: int, name: str) -> None:
    """Bubbles in the web chats of others (a coordinator who decided, a club's roster) that show the name go."""
    written = {name, str(escape(name))}
    body = cast(Entry.body, Text)
    holds = or_(*(body.contains(json.dumps(words)[1:-1], autoescape=True) for words in written))
    whole = re.compile("|".join(rf"(?<![A-Za-zÀ-ɏ]){re.escape(words)}(?![A-Za-zÀ-ɏ])" for words in written))
    for entry in session.scalars(select(Entry).where(Entry.member_id != member, holds)):
        if whole.search(json.dumps(entry.body, ensure_ascii=False)):
            session.delete(entry)


def _take_letters_out_of_histories(session: Session, member: int) -> None:
    """Bubbles in the web chats of coordinators that show what somebody wrote to the alumni office go, also where there
    is no name in them: each has a button that leads to the question."""
    body = cast(Entry.body, Text)
    for thread in session.scalars(select(Thread.id).where(Thread.member_id == member)):
        leads_there = or_(body.contains(f'"kt:{thread}:'), body.contains(f'"kr:{thread}:'))
        session.execute(
            delete(Entry).where(Entry.member_id != member, leads_there).execution_options(synchronize_session=False)
        )


def _drop_files_of_letters(session: Session, member: int) -> None:
    """Pictures and files that went to and fro with the alumni office."""
    sent = select(Letter.attachment_id).join(Thread, Thread.id == Letter.thread_id).where(Thread.member_id == member)
    session.execute(delete(Attachment).where(Attachment.id.in_(sent)).execution_options(synchronize_session=False))


def forget_guests(session: Session, now: datetime) -> int:
    """Guests go after 30 days without a word; those left by an erasure once they have the receipt, or after
    a week. With them go their doors and browsers. A coordinator need not be a member and stays; whoever waits for an
    answer of the alumni office stays until they have it. How many went."""
    receipt = select(Outbox.id).where(Outbox.member_id == Member.id, Outbox.kind == "erased")
    on_telegram = select(Door.id).where(Door.member_id == Member.id, Door.channel == "telegram")
    busy = select(Draft.form).where(Draft.member_id == Member.id).exists()
    office = select(Role.id).where(Role.member_id == Member.id).exists()
    waits = select(Thread.id).where(Thread.member_id == Member.id, Thread.state == "open").exists()
    gone = select(Member.id).where(
        Member.status == Status.GUEST,
        ~office,
        ~waits,
        or_(
            Member.seen_at < now - GUESTS_KEPT,
            receipt.exists() & (Member.created_at < now - RECEIPT_KEPT) & ~busy,
            receipt.where(Outbox.done_at.is_not(None)).exists()
            & on_telegram.exists()
            & (Member.seen_at <= Member.created_at)
            & ~busy,
        ),
    )
    ids = list(session.scalars(gone.limit(200)))
    if ids:
        forget_wholly(session, ids)
    return len(ids)


def forget_registrations(session: Session, now: datetime, before: datetime, limit: int) -> int:
    """Registrations that came to nothing go with all that belongs to them, where nobody was heard of since `before`
    and they were told a month ago. No hash remains: they may register again. How many went."""
    told = exists().where(
        Verification.member_id == Member.id,
        Verification.warned_at >= Member.seen_at,
        Verification.warned_at < now - WARNED_BEFORE,
    )
    query = select(Member).where(
        Member.status.in_((Status.PENDING, Status.DECLINED)), Member.erase_at.is_(None), Member.seen_at < before, told
    )
    found = session.scalars(query.order_by(Member.id).limit(limit).with_for_update(key_share=True)).all()
    for member in found:
        _drop_codes(session, member)
        for name in filter(None, (member.full_name, member.other_name, member.addressed_as)):
            _take_out_of_histories(session, member.id, name)
        session.add(Audit(at=now, actor=None, action="registration_lapsed", subject=member.number, details={}))
    session.flush()
    if found:
        forget_wholly(session, [member.id for member in found])
    return len(found)


def forget_wholly(session: Session, members: Sequence[int]) -> None:
    """Members go, with their doors and browsers."""
    browsers = select(Door.external_id).where(Door.member_id.in_(members), Door.channel == "web")
    _empty_inbox(session, members)
    session.execute(delete(WebSession).where(WebSession.id.in_(browsers)))
    session.execute(delete(Member).where(Member.id.in_(members)))
