"""A request for contact as each of the two sees it, and all of somebody's requests."""

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, day, number
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, pairs
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from db import contacts, directory, members
from db.directory import Released
from db.models.members import Member
from db.models.people import ContactRequest
from handlers.people.buttons import OpenPerson
from handlers.people.contact_buttons import DeclineContact, GiveContact, ListContacts, OpenContact, SetLine
from handlers.people.reaching import gone
from handlers.people.released import full_name_of, lines_about
from handlers.relaying.buttons import About, WriteTo

PAGE, LAST_PAGE = 6, 999


def open_contact(turn: Turn, tap: OpenContact) -> Reply:
    row = contacts.load(turn.session, tap.request)
    return show(turn, row)


def show(turn: Turn, row: ContactRequest | None, note: Markup | None = None) -> Reply:
    """The request, to one of the two; to anybody else there is none."""
    if row is None or turn.me.id not in (row.asker_id, row.asked_id):
        return gone()
    person = directory.released(turn.session, turn.me.id, other_of(row, turn.me.id))
    if person is None:
        return gone()
    reply = card(turn.session, row, person, turn.member)
    return reply if note is None else Reply(Markup("{}\n\n{}").format(note, reply.text), reply.rows)


def other_of(row: ContactRequest, member: int) -> int:
    return row.asked_id if member == row.asker_id else row.asker_id


def card(session: Session, row: ContactRequest, person: Released, reader: Member) -> Reply:
    """How it stands, in the words of one of the two; `person` is the other one as this reader may see them."""
    asks = reader.id == row.asker_id
    sentence = _to_asker(row) if asks else _to_asked(row)
    lines = [sentence.format(name=full_name_of(person), day=day(row.asked_at))]
    if row.state == "shared":
        lines += _lines_shared(session, person, reader)
    elif asks:
        lines.append(_("You wrote: “{words}”").format(words=row.message))
    else:
        lines += about_asker(row, person, reader)
    rows = answer_rows(row.id) if row.state == "asked" and not asks else _rows_later(row, asks, reader)
    last = (Button(_("Requests"), ListContacts()), Button(_("Menu"), Go("menu")))
    return Reply(Markup("\n").join(lines), (*rows, (Button(_("About this person"), OpenPerson(person.id)),), last))


def _to_asker(row: ContactRequest) -> Markup:
    return {
        "asked": _("You asked <b>{name}</b> for contact on {day}. There is no answer yet."),
        "shared": _("You and <b>{name}</b> now have each other's contact."),
        "answered": _("<b>{name}</b> has answered you here. You can go on writing without addresses."),
        "declined": _("<b>{name}</b> has no time for new contacts at present."),
        "lapsed": _("<b>{name}</b> has not found the time to answer your request of {day}."),
    }[row.state]


def _to_asked(row: ContactRequest) -> Markup:
    return {
        "asked": _("<b>{name}</b> would like to be in touch with you."),
        "shared": _("You and <b>{name}</b> now have each other's contact."),
        "answered": _("You have answered <b>{name}</b> here. You can go on writing, or give your contact as well."),
        "declined": _("You told <b>{name}</b> that you have no time at present. You may still give your contact."),
        "lapsed": _("The request of <b>{name}</b> of {day} has ended by itself. You may still give your contact."),
    }[row.state]


def about_asker(row: ContactRequest, person: Released, reader: Member) -> list[Markup]:
    """Who asks, with which words, and what would be given."""
    own = (
        _("If you give your contact, you both get the other's line. Yours: {line}").format(line=reader.contact)
        if reader.contact
        else _("If you give your contact, you both get the other's line; we then ask you for yours.")
    )
    return [*lines_about(person), _("“{words}”").format(words=row.message), Markup(""), own]


def _lines_shared(session: Session, person: Released, reader: Member) -> list[Markup]:
    theirs = members.load(session, person.id).contact
    return [
        _("Contact: {line}").format(line=theirs)
        if theirs
        else _("There is no contact line at present; you can write to each other here."),
        _("Yours: {line}").format(line=reader.contact)
        if reader.contact
        else _("You have no contact line yet; if you write one, it is shown to the other, too."),
    ]


def answer_rows(request: int) -> Rows:
    """What whoever was asked can answer."""
    return (
        (Button(_("Give my contact"), GiveContact(request)),),
        (Button(_("Answer here"), WriteTo(About.CONTACT, request)), Button(_("Not now"), DeclineContact(request))),
    )


def _rows_later(row: ContactRequest, asks: bool, reader: Member) -> Rows:
    write = [Button(_("Write"), WriteTo(About.CONTACT, row.id))] if row.state in ("answered", "shared") else []
    give = [Button(_("Give my contact"), GiveContact(row.id))] if not asks and row.state != "shared" else []
    line = [Button(_("My contact line"), SetLine())] if row.state == "shared" else []
    return pairs(*write, *give, *line)


def list_contacts(turn: Turn, tap: ListContacts) -> Reply:
    page = min(max(tap.page, 0), LAST_PAGE)
    found = contacts.of_member(turn.session, turn.me.id, PAGE + 1, page * PAGE)
    names = directory.names_of(turn.session, [other_of(row, turn.me.id) for row in found])
    shown = [(row, names.get(other_of(row, turn.me.id))) for row in found[:PAGE]]
    buttons = [Button(f"{_mark(row, turn.me.id)} {name}", OpenContact(row.id)) for row, name in shown if name]
    last = (Button(_("Find people"), Go("find")), Button(_("Menu"), Go("menu")))
    rows = (*column(*buttons), *leaves(ListContacts, page, more=len(found) > PAGE), last)
    if not found:
        return Reply(_("You have asked nobody for contact yet, and nobody has asked you."), rows)
    text = _("<b>Requests for contact</b>\n→ you asked · ← you were asked · page {page}")
    return Reply(text.format(page=number(page + 1)), rows)


def _mark(row: ContactRequest, member: int) -> str:
    return "→" if row.asker_id == member else "←"


def register(router: Router) -> None:
    router.tap(OpenContact, open_contact, gate=Gate.NETWORK)
    router.tap(ListContacts, list_contacts, gate=Gate.NETWORK)
