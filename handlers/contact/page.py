"""/contact: who answers for one's institution and how long it takes, a letter to them, and one's own questions."""

from functools import partial

from markupsafe import Markup

from bot.conversation.i18n import N_, _, named
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from db import desks, lists, members, threads
from db.models.contact import Thread
from db.models.lists import Institution
from handlers.contact.asking import gone, own
from handlers.contact.buttons import AddFile, AskOffice, OpenQuestion, Settled, WriteAgain
from handlers.contact.wording import file_rows, name_thread, shown_letters, state_line, usual_line

SHOWN = 6
# So that the contact persons of many institutions fit into one message; a letter reaches all of them.
MOST_CARDS = 15


def contact(turn: Turn) -> Reply:
    """/contact: of one's own institutions, or of all for somebody who is not registered yet."""
    studied = _own_institutions(turn)
    every = studied or lists.institutions(turn.session)
    cards = [_card(each) for each in every if each.contact_name][:MOST_CARDS]
    if turn.house.controller.email:
        cards.append(_("Alumni office: {email}").format(email=turn.house.controller.email))
    intro = _("These people are glad to help you. Please write or call them directly:")
    here, rows = _write_here(turn)
    return Reply(Markup("\n\n").join([intro, *cards, *here]), (*rows, (Button(_("Menu"), Go("menu")),)))


def _own_institutions(turn: Turn) -> list[Institution]:
    """Where somebody was; what was replaced by another has the other's contact person."""
    own = [studied.institution.id for studied in members.affiliations_of(turn.session, turn.me.id)]
    return [turn.session.get_one(Institution, each) for each in lists.stand_for_now(turn.session, Institution, own)]


def _card(institution: Institution) -> Markup:
    ways = [way for way in (institution.contact_email, institution.contact_phone) if way]
    return Markup("<b>{}</b>\n{}\n{}").format(
        named(institution.names), institution.contact_name, Markup("\n").join(ways)
    )


def _write_here(turn: Turn) -> tuple[list[Markup], Rows]:
    """Where there is somebody to read it, the way to a letter; and the questions there are."""
    questions = threads.of_member(turn.session, turn.me.id, SHOWN)
    rows = column(*(Button(_label(turn, thread), OpenQuestion(thread.id)) for thread in questions))
    if not desks.anybody_for(turn.session, turn.me.id):
        return [], rows
    text = _("Or write to them here: a person answers you in this chat.")
    return [Markup("\n").join([text, *usual_line(turn.session)])], (
        *column(Button(_("Write to us"), AskOffice())),
        *rows,
    )


def _label(turn: Turn, thread: Thread) -> str:
    return f"{shorten(name_thread(turn.session, thread), 30)} · {state_line(thread, turn.now)}"


def open_question(turn: Turn, tap: OpenQuestion) -> Reply:
    thread = own(turn, tap.thread)
    return gone() if thread is None else _show(turn, thread, tap.page)


def _show(turn: Turn, thread: Thread, page: int | None = None, note: Markup | None = None) -> Reply:
    """The question with its letters, and what can be done about it."""
    written, shown, later = shown_letters(turn.session, thread, page, for_office=False)
    head = _("<b>Your question: {about}</b>").format(about=name_thread(turn.session, thread))
    state = state_line(thread, turn.now)
    text = Markup("\n\n").join([*([note] if note else []), Markup("{}\n{}").format(head, state), written])
    last = (Button(_("Contact"), Go("contact")), Button(_("Menu"), Go("menu")))
    pages = leaves(partial(OpenQuestion, thread.id), shown, more=later)
    return Reply(text, (*pages, *file_rows(turn.session, thread), *_ways_on(thread), last))


def _ways_on(thread: Thread) -> Rows:
    write = Button(_("Write again"), WriteAgain(thread.id))
    if thread.state == "closed":
        return ((write,),)
    label = _("That helps, thank you") if thread.state == "answered" else _("No answer needed any more")
    return column(write, Button(_("Add a picture or file"), AddFile(thread.id)), Button(label, Settled(thread.id)))


def settle(turn: Turn, tap: Settled) -> Reply:
    """Whoever asked says that it is settled; writing again begins anew."""
    thread = threads.lock(turn.session, tap.thread)
    if thread is None or thread.member_id != turn.me.id:
        return gone()
    if thread.state != "closed":
        threads.close(thread, turn.now)
    return _show(turn, thread, note=_("Thank you for telling us. You can write again at any time."))


def register(router: Router) -> None:
    router.command("contact", contact, gate=Gate.ANYONE, about=N_("Reach a person at the alumni office"))
    router.tap(OpenQuestion, open_question, gate=Gate.ANYONE)
    router.tap(Settled, settle, gate=Gate.ANYONE)
