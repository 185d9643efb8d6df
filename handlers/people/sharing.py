"""Two people give each other their contact line; everybody writes, changes and deletes their own."""

from dataclasses import dataclass

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.i18n import _
from bot.conversation.notices import Composing, Notice
from bot.conversation.questions import Answers, Form
from bot.conversation.reply import Button, Go, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import contacts, directory
from db.models.people import ContactRequest
from handlers.people.contact_buttons import DropLine, GiveContact, SetLine
from handlers.people.contact_line import LINE, own_line
from handlers.people.contact_page import card, show
from handlers.people.reaching import gone, leaving

# For which request the line is written.
REQUEST = "_request"


@dataclass(frozen=True, slots=True)
class ContactShared(Notice, kind="contact_shared"):
    """You now have each other's contact: to whoever asked."""

    request: int

    def compose(self, at: Composing) -> Reply | None:
        row = contacts.load(at.session, self.request)
        if row is None or row.asker_id != at.member.id or row.state != "shared":
            return None
        person = directory.released(at.session, at.member.id, row.asked_id)
        if person is None or not directory.is_in_network(at.session, at.member.id):
            return None
        reply = card(at.session, row, person, at.member)
        return Reply(reply.text, reply.rows, new=True)


def give(turn: Turn, tap: GiveContact) -> Outcome:
    """Whoever was asked agrees, late or after words, too. Who has no line yet writes it first."""
    row = contacts.lock(turn.session, tap.request)
    refusal = _why_not(turn, row)
    if refusal is not None or row is None:
        return refusal
    if turn.member.contact is not None:
        return _share(turn, row)
    return forms.begin_anew(turn, CONTACT_LINE, {REQUEST: row.id})


def _why_not(turn: Turn, row: ContactRequest | None) -> Reply | None:
    if row is None or row.asked_id != turn.me.id or row.state == "shared":
        return show(turn, row)
    if (own := leaving(turn)) is not None:
        return own
    return None if directory.is_in_network(turn.session, row.asker_id) else gone()


def _share(turn: Turn, row: ContactRequest) -> Reply:
    contacts.settle(row, "shared", turn.now)
    turn.notify(row.asker_id, ContactShared(row.id))
    turn.flush()
    return show(turn, row, _("Done: you both have the other's contact now."))


def write_line(turn: Turn, _tap: SetLine) -> Outcome:
    """The line for its own sake, for no request."""
    return forms.begin_anew(turn, CONTACT_LINE)


def keep_line(turn: Turn, answers: Answers) -> Outcome:
    turn.member.contact = answers[LINE]
    if REQUEST not in answers:
        text = _("Saved: {line}\n\nIt goes only to people you give it to.").format(line=turn.member.contact)
        return Reply(text, ((Button(_("My entry"), Go("entry")), Button(_("Menu"), Go("menu"))),))
    row = contacts.lock(turn.session, answers[REQUEST])
    refusal = _why_not(turn, row)
    return refusal if refusal is not None or row is None else _share(turn, row)


def drop_line(turn: Turn, _tap: DropLine) -> Reply:
    before, turn.member.contact = turn.member.contact, None
    text = _("Your contact line is deleted; we show it to nobody any more. People you gave it to may have kept it.")
    if before:
        text = Markup("{}\n\n{}").format(text, _("It was: {line}").format(line=before))
    return Reply(text, ((Button(_("Write it again"), SetLine()), Button(_("My entry"), Go("entry"))),))


CONTACT_LINE = Form(
    name="contact_line",
    title=lambda: _("Contact line"),
    questions=(own_line(),),
    finish=keep_line,
)


def register(router: Router) -> None:
    router.tap(GiveContact, give, gate=Gate.NETWORK)
    router.tap(SetLine, write_line, gate=Gate.NETWORK)
    router.tap(DropLine, drop_line, gate=Gate.NETWORK)
    router.form(CONTACT_LINE, gate=Gate.NETWORK)
    router.notice(ContactShared)
