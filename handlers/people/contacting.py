"""Somebody asks another member for contact."""

from datetime import timedelta

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.checks import check_text
from bot.conversation.i18n import _, ngettext, number
from bot.conversation.questions import Answers, Asking, Form, Question
from bot.conversation.reply import Button, Go, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import contacts, directory
from db.places import LARGEST_ID
from handlers.people.buttons import AskContact, OpenPerson
from handlers.people.contact_answers import announce
from handlers.people.contact_buttons import ListContacts
from handlers.people.contact_line import LINE, line_question
from handlers.people.contact_page import show
from handlers.people.reaching import gone, is_reachable, leaving, unreachable

LONGEST = 500
WEEK = timedelta(days=7)
# Whom the form is about, and whether the line is asked for.
WHOM, HAS_LINE = "_whom", "_has_line"


def begin(turn: Turn, tap: AskContact) -> Outcome:
    turn.parked = None if turn.parked == ASKING.name else turn.parked
    refusal = _why_not(turn, tap.member)
    if refusal is not None:
        return refusal
    return forms.begin_about(turn, ASKING, WHOM, {WHOM: tap.member, HAS_LINE: turn.member.contact is not None})


def _why_not(turn: Turn, whom: int) -> Reply | None:
    """One sentence why this person is not asked now, and the way on."""
    if whom == turn.me.id:
        return Reply(_("This is you."), ((Button(_("My entry"), Go("entry")), Button(_("Menu"), Go("menu"))),))
    if (own := leaving(turn)) is not None:
        return own
    name = directory.names_of(turn.session, [whom]).get(whom) if 0 < whom <= LARGEST_ID else None
    if name is None:
        return gone()
    return _known(turn, whom) or _resting(turn, whom, name)


def _known(turn: Turn, whom: int) -> Reply | None:
    """What there is already between the two leads on by itself."""
    for row in contacts.between(turn.session, turn.me.id, whom):
        if row.state in ("answered", "shared"):
            return show(turn, row, _("You are in touch already."))
        if row.state == "asked":
            mine = row.asker_id == turn.me.id
            note = _("You have asked this person already.") if mine else _("This person has asked you: please answer.")
            return show(turn, row, note)
    return None


def _resting(turn: Turn, whom: int, name: str) -> Reply | None:
    note = _too_soon(turn, whom) or (None if is_reachable(turn.session, whom) else unreachable(name))
    if note is None:
        return None
    return Reply(note, ((Button(_("About this person"), OpenPerson(whom)), Button(_("Find people"), Go("find"))),))


def _too_soon(turn: Turn, whom: int) -> Markup | None:
    if contacts.recently(turn.session, turn.me.id, whom, turn.now):
        return _(
            "You asked this person recently. Please give it some time; after half a year you may ask again. Perhaps "
            "somebody else is glad to hear from you."
        )
    most = turn.house.contacts_per_week
    if contacts.count_asked(turn.session, turn.me.id, turn.now - WEEK) < most:
        return None
    return ngettext(
        "You have asked {n} person for contact within a week. Please wait for the answer, or ask again next week.",
        "You have asked {n} people for contact within a week. Please wait for the answers, or ask again next week.",
        most,
    ).format(n=number(most))


def send(turn: Turn, answers: Answers) -> Reply:
    """What was true when the form was begun may not be true any more."""
    refusal = _why_not(turn, answers[WHOM])
    if refusal is not None:
        return refusal
    if answers.get(LINE):
        turn.member.contact = answers[LINE]
    row = contacts.ask(turn.session, turn.me.id, answers[WHOM], answers["message"], turn.now)
    announce(turn, row)
    turn.record("contact_asked", request=row.id)
    name = directory.names_of(turn.session, [row.asked_id])[row.asked_id]
    text = _(
        "{name} has your request. You hear from us as soon as there is an answer, at the latest after three weeks."
    ).format(name=name)
    return Reply(text, ((Button(_("Requests"), ListContacts()), Button(_("Menu"), Go("menu"))),))


def _name(asking: Asking) -> str:
    whom = asking.answers.get(WHOM, 0)
    return directory.names_of(asking.turn.session, [whom]).get(whom, "–")


ASKING = Form(
    name="contact",
    title=lambda: _("Asking for contact"),
    questions=(
        Question(
            name="message",
            label=lambda: _("Message"),
            prompt=lambda asking: _(
                "What would you like to say to <b>{name}</b>? Please write who you are and what it is about, in up to "
                "{n} characters."
            ).format(name=_name(asking), n=LONGEST),
            check=check_text(LONGEST),
        ),
        line_question(
            lambda: _(
                "How can you be reached? One line: an e-mail address, WeChat or a telephone number. The other side "
                "gets it only by giving you theirs. You may skip this."
            ),
            optional=True,
            when=lambda answers: not answers.get(HAS_LINE),
        ),
    ),
    finish=send,
    summary=lambda asking: _("<b>Send this to {name}?</b> With it goes what you show to other alumni.").format(
        name=_name(asking)
    ),
    confirm=lambda: _("Send the request"),
    starts=None,
)


def register(router: Router) -> None:
    router.tap(AskContact, begin, gate=Gate.NETWORK)
    router.form(ASKING, gate=Gate.NETWORK)
