"""One turn: somebody said something, and this is what a handler has in hand to answer it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.incoming import Incoming
from bot.conversation.notices import Notice, queue
from bot.conversation.reply import Reply
from bot.domain.scope import Scope
from db import members, scopes
from db.doors import Person
from db.models.members import Member, Status
from db.models.privacy import Audit

Outcome = Reply | list[Reply] | None


class Refused(Exception):
    """No, and why, in one friendly sentence with the way on. What the handler did so far is undone.

    Carries the finished reply, plain values only: database objects do not outlive the undoing.
    """

    def __init__(self, reply: Reply) -> None:
        super().__init__("refused")
        self.reply = reply


@dataclass(slots=True)
class Turn:
    """What a handler works with: an open transaction, who speaks (locked), what they said, the instant.

    `parked` is the form that this message came between. A handler never commits, never sends and never looks at
    the clock: it returns a Reply.
    """

    connection: Connection
    me: Person
    incoming: Incoming
    now: datetime
    house: House
    parked: str | None = None
    _session: Session | None = field(default=None, repr=False)
    _member: Member | None = field(default=None, repr=False)
    _scope: Scope | None = field(default=None, repr=False)

    @property
    def session(self) -> Session:
        """A session on the turn's transaction, opened when first asked for: many turns do without."""
        if self._session is None:
            self._session = Session(self.connection, expire_on_commit=False)
        return self._session

    def flush(self) -> None:
        """Write what the session still holds back."""
        if self._session is not None:
            self._session.flush()

    def close(self) -> None:
        """Let go of the session; the transaction is the road's."""
        if self._session is not None:
            self._session.close()

    @property
    def member(self) -> Member:
        """The speaker's row, loaded when first asked for."""
        if self._member is None:
            self._member = members.load(self.session, self.me.id)
        return self._member

    @property
    def scope(self) -> Scope:
        """Whom the speaker answers for as a coordinator; nobody for all others."""
        if self._scope is None:
            self._scope = scopes.scope_of(self.session, self.me.id)
        return self._scope

    def enter(self, member: Member) -> None:
        """The speaker turned out to be another member: this door leads to them from now on."""
        self._member, self._scope = member, None
        self.me = replace(
            self.me,
            id=member.id,
            number=member.number,
            status=Status(member.status),
            language=member.language,
            zone=member.zone,
            menu=None,
        )

    def notify(self, member_id: int, notice: Notice, due_at: datetime | None = None) -> None:
        """Queue `notice` in this transaction; queuing the same occasion again changes nothing."""
        queue(self.session, member_id, notice, due_at or self.now)

    def record(self, action: str, subject: str | None = None, **details: Any) -> None:
        """Write to the audit log: ids and random numbers only, never values."""
        self.session.add(Audit(at=self.now, actor=self.me.number, action=action, subject=subject, details=details))
