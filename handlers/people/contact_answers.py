"""Whoever was asked for contact is told, reminded once, and says "not now"; whoever asked hears of every answer, and
when there is none."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import _, day
from bot.conversation.notices import Composing, Notice, queue
from bot.conversation.reply import Button, Go, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from db import contacts, directory
from db.models.people import ContactRequest
from handlers.people.buttons import OpenPerson
from handlers.people.contact_buttons import DeclineContact, OpenContact
from handlers.people.contact_page import about_asker, answer_rows, show
from handlers.people.released import full_name_of


@dataclass(frozen=True, slots=True)
class ContactAsked(Notice, kind="contact_asked"):
    """Somebody asks for contact; `round` 2 is the one reminder."""

    request: int
    round: int
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        row = contacts.load(at.session, self.request)
        if row is None or row.state != "asked" or row.asked_id != at.member.id:
            return None
        asker = directory.released(at.session, at.member.id, row.asker_id)
        if asker is None or not directory.is_in_network(at.session, at.member.id):
            return None
        head = (
            _("<b>{name}</b> would like to be in touch with you.")
            if self.round == 1
            else _("A reminder: <b>{name}</b> would like to be in touch with you. “Not now” is a good answer, too.")
        ).format(name=full_name_of(asker))
        text = Markup("\n").join([head, *about_asker(row, asker, at.member)])
        rows = (*answer_rows(row.id), (Button(_("About this person"), OpenPerson(asker.id)),))
        return Reply(text, rows, new=True)


@dataclass(frozen=True, slots=True)
class ContactClosed(Notice, kind="contact_closed"):
    """No contact this time: to whoever asked."""

    request: int

    def compose(self, at: Composing) -> Reply | None:
        row = contacts.load(at.session, self.request)
        if row is None or row.asker_id != at.member.id or row.state not in ("declined", "lapsed"):
            return None
        if not directory.is_in_network(at.session, at.member.id):
            return None
        name = directory.names_of(at.session, [row.asked_id]).get(row.asked_id)
        text = _closing(row, name is not None).format(name=name, day=day(row.asked_at))
        page = [Button(_("The request"), OpenContact(row.id))] if name is not None else []
        return Reply(text, ((*page, Button(_("Find people"), Go("find"))),), new=True)


def _closing(row: ContactRequest, is_here: bool) -> Markup:
    if not is_here:
        return _("Your request for contact of {day} has ended: the person cannot be found here any more.")
    if row.state == "declined":
        return _(
            "<b>{name}</b> has no time for new contacts at present. Perhaps somebody else is glad to hear from you."
        )
    return _(
        "<b>{name}</b> has not found the time to answer your request for contact within three weeks, so it has ended. "
        "Perhaps somebody else is glad to hear from you."
    )


def announce(turn: Turn, row: ContactRequest) -> None:
    """Tell whoever is asked, and plan the one reminder: it says nothing where there is an answer by then."""
    turn.notify(row.asked_id, ContactAsked(row.id, 1))
    turn.notify(row.asked_id, ContactAsked(row.id, 2), row.asked_at + contacts.REMINDED_AFTER)


def decline(turn: Turn, tap: DeclineContact) -> Reply:
    row = contacts.lock(turn.session, tap.request)
    if row is None or row.asked_id != turn.me.id or row.state != "asked":
        return show(turn, row)
    contacts.settle(row, "declined", turn.now)
    turn.notify(row.asker_id, ContactClosed(row.id))
    turn.flush()
    return show(turn, row, _("Thank you for answering. We pass it on kindly."))


def lapse(session: Session, now: datetime, _house: House) -> bool:
    """The planner: three weeks without an answer are an end, too."""
    found = contacts.to_lapse(session, now)
    for row in found:
        contacts.settle(row, "lapsed", now)
        queue(session, row.asker_id, ContactClosed(row.id), now)
    return len(found) == contacts.LAPSED_AT_ONCE


def register(router: Router) -> None:
    router.tap(DeclineContact, decline, gate=Gate.NETWORK)
    router.notice(ContactAsked)
    router.notice(ContactClosed)
    router.planner(lapse, contacts.next_lapse)
