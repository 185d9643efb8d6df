"""Two people who have to do with each other write to each other through the bot, without addresses."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation import forms
from bot.conversation.checks import check_words
from bot.conversation.i18n import _
from bot.conversation.notices import Composing, Notice
from bot.conversation.questions import Answers, Asking, Form, Question
from bot.conversation.reply import Button, Go, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import contacts, directory, relayed
from db.models.mentoring import MentorRequest
from db.models.people import Relayed
from db.relayed import Pair
from handlers.mentoring.buttons import OpenMentorship, OpenRequest, OpenSearch
from handlers.people.contact_buttons import OpenContact
from handlers.people.reaching import gone, is_reachable, leaving, unreachable
from handlers.relaying.buttons import About, WriteTo

LONGEST = 1000
DAY = timedelta(days=1)
# More than this within a day is not a conversation any more.
MOST_TO_ONE, MOST_TO_ALL = 20, 100
# What the form is about, beside its one answer.
ABOUT, REF = "_about", "_ref"


def may_write(session: Session, about: About, ref: int, member: int) -> int | None:
    """The id of the other side, where this member may write to them about it now; else None. Whether the other side can
    be reached is another matter."""
    pair = relayed.pair_of(session, about, ref)
    return pair.other(member) if pair is not None and member in pair.writers else None


@dataclass(frozen=True, slots=True)
class Passed(Notice, kind="passed"):
    """Words of the other side, with a button to answer."""

    relayed: int

    def compose(self, at: Composing) -> Reply | None:
        row = at.session.get(Relayed, self.relayed)
        pair = relayed.pair_of(at.session, row.about, row.ref) if row is not None else None
        if row is None or pair is None or row.receiver_id != at.member.id:
            return None
        names = directory.names_of(at.session, (row.sender_id, row.receiver_id))
        if len(names) < 2 or (at.member.objected_at is not None and row.receiver_id != pair.began):
            return None
        about = About(row.about)
        text = _heading(about, pair, at.member.id).format(name=names[row.sender_id], words=row.words)
        answer = [Button(_("Answer"), WriteTo(about, row.ref))] if at.member.id in pair.writers else []
        return Reply(text, ((*answer, page_of(at.session, about, row.ref, at.member.id)),), new=True)


def _heading(about: About, pair: Pair, reader: int) -> Markup:
    began = reader == pair.began
    if about is About.MENTORSHIP:
        return _("<b>{name}</b> writes about your mentorship:\n\n“{words}”")
    if about is About.REQUEST:
        return (
            _("<b>{name}</b> writes about your request for mentoring:\n\n“{words}”")
            if began
            else _("<b>{name}</b>, who asks you for mentoring, writes:\n\n“{words}”")
        )
    return (
        _("<b>{name}</b> writes about your request for contact:\n\n“{words}”")
        if began
        else _("<b>{name}</b>, who asked you for contact, writes:\n\n“{words}”")
    )


def page_of(session: Session, about: About, ref: int, member: int) -> Button:
    """The way to what the words are about."""
    if about is About.MENTORSHIP:
        return Button(_("Mentorship"), OpenMentorship(ref))
    if about is About.CONTACT:
        return Button(_("The request"), OpenContact(ref))
    request = session.get(MentorRequest, ref)
    if request is not None and request.mentee_id == member:
        return Button(_("My search"), OpenSearch(request.search_id))
    return Button(_("The request"), OpenRequest(ref))


def begin(turn: Turn, tap: WriteTo) -> Outcome:
    """Words begun for one person are never taken up for another."""
    turn.parked = None if turn.parked == RELAYING.name else turn.parked
    refusal = _why_not(turn, tap.about, tap.ref)
    if refusal is not None:
        return refusal
    return forms.begin_anew(turn, RELAYING, {ABOUT: tap.about.value, REF: tap.ref})


def _why_not(turn: Turn, about: About, ref: int) -> Reply | None:
    """One sentence, and what else one can do; None where the words would arrive."""
    receiver = may_write(turn.session, about, ref, turn.me.id)
    if receiver is None:
        return _ended()
    if (own := leaving(turn)) is not None:
        return own
    name = directory.names_of(turn.session, [receiver]).get(receiver)
    if name is None:
        return gone()
    page = page_of(turn.session, about, ref, turn.me.id)
    if not _can_be_reached(turn.session, about, ref, receiver):
        return Reply(unreachable(name), ((page, Button(_("Contact"), Go("contact"))),))
    limit = _over_limit(turn.session, turn.me.id, receiver, name, turn.now)
    return Reply(limit, ((page, Button(_("Menu"), Go("menu"))),)) if limit else None


def _ended() -> Reply:
    text = _("Writing is not possible here: this has ended, or it has not been answered yet.")
    return Reply(text, ((Button(_("Find people"), Go("find")), Button(_("Menu"), Go("menu"))),))


def _can_be_reached(session: Session, about: About, ref: int, receiver: int) -> bool:
    """Whoever objected is told nothing but what belongs to something they began."""
    pair = relayed.pair_of(session, about, ref)
    return pair is not None and is_reachable(session, receiver, expects=receiver == pair.began)


def _over_limit(session: Session, sender: int, receiver: int, name: str, now: datetime) -> Markup | None:
    if relayed.count(session, sender, now - DAY, receiver) >= MOST_TO_ONE:
        sentence = _("You have written to {name} {n} times within a day. Please go on tomorrow, or agree on a call.")
        return sentence.format(name=name, n=MOST_TO_ONE)
    if relayed.count(session, sender, now - DAY) >= MOST_TO_ALL:
        return _("You have written {n} messages within a day. Please go on tomorrow.").format(n=MOST_TO_ALL)
    return None


def send(turn: Turn, answers: Answers) -> Reply:
    """What was true when the words were begun may not be true any more."""
    about, ref = About(answers[ABOUT]), int(answers[REF])
    refusal = _why_not(turn, about, ref)
    if refusal is not None:
        return refusal
    receiver = may_write(turn.session, about, ref, turn.me.id)
    assert receiver is not None
    row = relayed.write(turn.session, about, ref, turn.me.id, receiver, answers["text"], turn.now)
    if about is About.CONTACT:
        contacts.note_answer(turn.session, ref, turn.me.id, turn.now)
    turn.notify(receiver, Passed(row.id))
    name = directory.names_of(turn.session, [receiver])[receiver]
    page = page_of(turn.session, about, ref, turn.me.id)
    return Reply(_("Passed on to {name}.").format(name=name), ((page, Button(_("Menu"), Go("menu"))),))


def _prompt(asking: Asking) -> Markup:
    name = _receiver_name(asking)
    if name is None:
        return _ended().text
    return _(
        "What would you like to write to <b>{name}</b>? Your words are passed on exactly as you write them, with your "
        "name and without an address. Up to {n} characters."
    ).format(name=name, n=LONGEST)


def _receiver_name(asking: Asking) -> str | None:
    if ABOUT not in asking.answers:
        return None
    session, me = asking.turn.session, asking.turn.me.id
    receiver = may_write(session, About(asking.answers[ABOUT]), int(asking.answers[REF]), me)
    return directory.names_of(session, [receiver]).get(receiver) if receiver is not None else None


RELAYING = Form(
    name="relay",
    title=lambda: _("Message"),
    questions=(
        Question(
            name="text",
            label=lambda: _("Text"),
            prompt=_prompt,
            check=check_words(LONGEST),
            summed_up=False,
        ),
    ),
    finish=send,
    starts=None,
)


def register(router: Router) -> None:
    router.tap(WriteTo, begin, gate=Gate.NETWORK)
    router.form(RELAYING, gate=Gate.NETWORK)
    router.notice(Passed)
