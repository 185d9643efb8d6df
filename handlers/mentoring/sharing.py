"""The two of a mentorship give each other a contact line: each sees the other's once both do."""

from bot.conversation import forms
from bot.conversation.i18n import _
from bot.conversation.questions import Answers, Form
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import mentorships
from handlers.mentoring.pair import Pair, present_or_refuse
from handlers.mentoring.together import ContactOffered, mentorship_card
from handlers.mentoring.together_buttons import ShareContact
from handlers.people.contact_line import LINE, own_line

# Which mentorship the form is about, beside its answer.
MENTORSHIP = "_mentorship"


def share_contact(turn: Turn, tap: ShareContact) -> Outcome:
    """Share, or no longer; whoever has no contact line yet is asked for it once."""
    pair = present_or_refuse(turn, tap.mentorship)
    if not tap.on:
        return _withdraw(turn, pair)
    if turn.member.contact:
        return _share(turn, pair)
    return forms.begin_anew(turn, CONTACT_LINE, {MENTORSHIP: pair.row.id})


def _share(turn: Turn, pair: Pair) -> Outcome:
    if not mentorships.shares(pair.row, turn.me.id):
        mentorships.set_shares(pair.row, turn.me.id, True)
        turn.notify(pair.other, ContactOffered(pair.row.id))
    return mentorship_card(turn, pair)


def _withdraw(turn: Turn, pair: Pair) -> Outcome:
    mentorships.set_shares(pair.row, turn.me.id, False)
    note = _("Your contact line is no longer shown. What {name} has written down already stays there.")
    return mentorship_card(turn, pair, note.format(name=pair.name))


def keep_line(turn: Turn, answers: Answers) -> Outcome:
    """The line is kept for the next time, too, and shared in this mentorship."""
    pair = present_or_refuse(turn, answers[MENTORSHIP])
    turn.member.contact = answers[LINE]
    return _share(turn, pair)


CONTACT_LINE = Form(
    name="mentor_contact",
    title=lambda: _("Contact line"),
    questions=(own_line(),),
    finish=keep_line,
    starts=None,
)


def register(router: Router) -> None:
    router.tap(ShareContact, share_contact, gate=Gate.NETWORK)
    router.form(CONTACT_LINE, gate=Gate.NETWORK)
