"""How a sender becomes a person: the door they came through and the member behind it, locked for a turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import choice
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.orm import Session

from db.models.base import table_of
from db.models.conversation import Door
from db.models.members import Member, Status

# No letters that look like others, no vowels that make words.
NUMBER_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
STALE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Who speaks: plain values read with the lock. `menu` is the command menu their chat shows now."""

    door_id: int
    id: int
    number: str
    status: Status
    language: str | None
    zone: str
    menu: str | None = None


_door = table_of(Door)
_member = table_of(Member)
_FIND = (
    select(
        _door.c.id,
        _door.c.menu,
        _door.c.used_at,
        _door.c.unreachable_since,
        _member.c.id,
        _member.c.number,
        _member.c.status,
        _member.c.language,
        _member.c.zone,
    )
    .join(_member, _member.c.id == _door.c.member_id)
    .where(_door.c.channel == bindparam("channel"), _door.c.external_id == bindparam("sender"))
    .with_for_update(of=_member, key_share=True)
)

_ADD_MEMBER = insert(_member)
_ADD_DOOR = insert(_door)
_NOTE_DOOR = (
    update(_door).where(_door.c.id == bindparam("which")).values(used_at=bindparam("now"), unreachable_since=None)
)
_NOTE_MEMBER = update(_member).where(_member.c.id == bindparam("which")).values(seen_at=bindparam("now"))


def lock_sender(connection: Connection, channel: str, sender: str, now: datetime) -> Person:
    """The person behind a sender, their member row locked until the transaction ends.

    Somebody never seen becomes a guest. Two first messages at the same instant collide on the door's unique
    key; the loser runs its turn again and finds the winner's guest.
    """
    row = connection.execute(_FIND, {"channel": channel, "sender": sender}).one_or_none()
    if row is None:
        return open_door(connection, channel, sender, now)
    door, menu, used_at, unreachable, member, number, status, language, zone = row
    if unreachable or now - used_at > STALE:
        _note_use(connection, door, member, now)
    return Person(door, member, number, Status(status), language, zone, menu)


def open_door(connection: Connection, channel: str, sender: str, now: datetime) -> Person:
    """A new guest behind a new door."""
    number = new_number()
    member = add_guest(connection, number, now)
    values = {"channel": channel, "external_id": sender, "member_id": member, "used_at": now}
    door = connection.execute(_ADD_DOOR, values).inserted_primary_key
    assert door is not None
    return Person(door[0], member, number, Status.GUEST, None, "Europe/Berlin")


def add_guest(connection: Connection, number: str, now: datetime, language: str | None = None) -> int:
    """A member row that knows nothing but a language; its id."""
    values = {"number": number, "status": Status.GUEST, "language": language, "created_at": now, "seen_at": now}
    key = connection.execute(_ADD_MEMBER, values).inserted_primary_key
    assert key is not None
    return int(key[0])


def new_number() -> str:
    """A random member number: eight characters, about 38 bits, unique by constraint."""
    return "".join(choice(NUMBER_LETTERS) for _ in range(8))


def _note_use(connection: Connection, door: int, member: int, now: datetime) -> None:
    connection.execute(_NOTE_DOOR, {"which": door, "now": now})
    connection.execute(_NOTE_MEMBER, {"which": member, "now": now})


def mark_unreachable(session: Session, door: int, now: datetime) -> None:
    """This door leads nowhere (blocked by its person) until their next message."""
    session.execute(update(Door).where(Door.id == door, Door.unreachable_since.is_(None)).values(unreachable_since=now))


def mark_sender_unreachable(session: Session, channel: str, sender: str, now: datetime) -> None:
    """The same, for a door known by its sender."""
    door = session.scalar(select(Door.id).where(Door.channel == channel, Door.external_id == sender))
    if door is not None:
        mark_unreachable(session, door, now)


def member_behind(session: Session, channel: str, sender: str) -> int:
    """The member a sender is; an error if there is none."""
    query = select(Door.member_id).where(Door.channel == channel, Door.external_id == sender)
    return session.scalars(query).one()


def doors_of(session: Session, member: int) -> list[Door]:
    """All ways to a member, the one used last first."""
    return list(session.scalars(select(Door).where(Door.member_id == member).order_by(Door.used_at.desc(), Door.id)))


class Way(NamedTuple):
    """A door as far as a notice has to know it."""

    id: int
    channel: str
    sender: str
    member: int


def best_doors(session: Session, members: Sequence[int]) -> dict[int, Way]:
    """Where notices to these members go: to each through the door used last of those that work; who cannot be reached
    is not in it."""
    query = select(Door.id, Door.channel, Door.external_id, Door.member_id).where(
        Door.member_id.in_(members), Door.unreachable_since.is_(None)
    )
    return {row.member_id: Way(*row) for row in session.execute(query.order_by(Door.used_at, Door.id.desc()))}


def repoint(session: Session, door_id: int, member: int, now: datetime) -> None:
    """Let a door lead to another member from now on; its command menu is set anew."""
    session.execute(update(Door).where(Door.id == door_id).values(member_id=member, menu=None, used_at=now))


def note_menu(session: Session, door: int, menu: str) -> None:
    """Remember which command menu a chat was given."""
    session.execute(update(Door).where(Door.id == door).values(menu=menu))


def reset_menus(session: Session, member: int) -> None:
    """Language or role changed: the command menus of this member's chats are set anew at their next message."""
    session.execute(update(Door).where(Door.member_id == member).values(menu=None))


def telegram_id(session: Session, door: int) -> str | None:
    """The Telegram id behind a door, if it is one of Telegram's."""
    return session.scalar(select(Door.external_id).where(Door.id == door, Door.channel == "telegram"))


def mark_reachable(session: Session, door: int) -> None:
    """This door leads somewhere again."""
    session.execute(update(Door).where(Door.id == door).values(unreachable_since=None))
