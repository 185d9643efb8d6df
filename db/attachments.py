"""Pictures and files that people handed us to pass on: bytes, Telegram's name for them, or both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from db.models.announcements import Announcement, Attachment
from db.models.contact import Letter

# As long as a form lies parked. What an announcement or a letter carries is kept as long as that.
KEPT = timedelta(days=30)
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file of which we know only Telegram's name."""

    id: int
    file_id: str
    given_at: datetime


def keep(
    session: Session,
    member: int,
    *,
    name: str,
    media_type: str,
    size: int,
    now: datetime,
    content: bytes | None = None,
    file_id: str | None = None,
) -> Attachment:
    """A new attachment of this member's; there must be bytes or a `file_id`."""
    row = Attachment(
        name=name[:LONGEST_NAME],
        media_type=media_type,
        size=size,
        content=content,
        file_id=file_id,
        given_by=member,
        given_at=now,
    )
    session.add(row)
    session.flush()
    return row


def find(session: Session, attachment: int) -> Attachment | None:
    """The row, without its bytes."""
    return session.get(Attachment, attachment)


def own(session: Session, attachment: int, member: int) -> Attachment | None:
    """The row, if it was this member who handed it in."""
    row = find(session, attachment)
    return row if row is not None and row.given_by == member else None


def content(session: Session, attachment: int) -> bytes | None:
    """The bytes; None while only Telegram has them."""
    return session.scalar(select(Attachment.content).where(Attachment.id == attachment))


def file_id(session: Session, attachment: int) -> str | None:
    """Telegram's name for it, if Telegram has it."""
    return session.scalar(select(Attachment.file_id).where(Attachment.id == attachment))


def note_file_id(session: Session, attachment: int, file_id: str) -> None:
    """Telegram has it now, under this name."""
    session.execute(update(Attachment).where(Attachment.id == attachment).values(file_id=file_id))


def forget_file_id(session: Session, attachment: int, file_id: str) -> None:
    """Telegram refuses this name. Where it is all that we have, it stays."""
    refused = (Attachment.id == attachment, Attachment.file_id == file_id, Attachment.content.is_not(None))
    session.execute(update(Attachment).where(*refused).values(file_id=None))


def waiting(session: Session, since: datetime) -> Sequence[Waiting]:
    """What was handed in since then and is still to be fetched from Telegram, the oldest first."""
    query = (
        select(Attachment.id, Attachment.file_id, Attachment.given_at)
        .where(Attachment.content.is_(None), Attachment.file_id.is_not(None), Attachment.given_at > since)
        .order_by(Attachment.id)
    )
    return [Waiting(row.id, row.file_id or "", row.given_at) for row in session.execute(query)]


def store(session: Session, attachment: int, content: bytes) -> None:
    """The bytes have come."""
    values = {"content": content, "size": len(content)}
    session.execute(update(Attachment).where(Attachment.id == attachment).values(**values))


def clear_old(session: Session, now: datetime) -> None:
    """Forget what was handed in more than 30 days ago and goes with no announcement and no letter."""
    announced = select(Announcement.attachment_id).where(Announcement.attachment_id == Attachment.id).exists()
    written = select(Letter.attachment_id).where(Letter.attachment_id == Attachment.id).exists()
    old = delete(Attachment).where(Attachment.given_at < now - KEPT, ~announced, ~written)
    session.execute(old.execution_options(synchronize_session=False))
