"""People write to the alumni office: about their institution or a topic, again and again until it is settled."""

from dataclasses import replace
from datetime import timedelta

from markupsafe import Markup

from bot.conversation import forms
from bot.conversation.checks import check_choice, check_words
from bot.conversation.i18n import _, named
from bot.conversation.questions import Answers, Asking, Choice, Form, Question, Unfit
from bot.conversation.reply import Button, Go, Reply
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from bot.domain.questions_to_office import TOPICS, About, Subject
from db import desks, letters, lists, members, threads
from db.models.contact import LONGEST_LETTER, Thread
from db.threads import Content
from handlers.contact.buttons import AddFile, AskOffice, OpenQuestion, WriteAgain
from handlers.contact.telling import LetterArrived
from handlers.contact.waiting import remind_at
from handlers.contact.wording import name_coordinator, name_subject, usual_line

DAY = timedelta(days=1)
MOST_A_DAY = 10


def begin(turn: Turn, _tap: AskOffice) -> Outcome:
    return why_not(turn) or forms.begin(turn, ASKING)


def write_again(turn: Turn, tap: WriteAgain) -> Outcome:
    """The letter stays above what is written about it."""
    thread = own(turn, tap.thread)
    if thread is None:
        return gone()
    refusal = why_not(turn)
    if refusal is not None:
        return refusal
    return apart(forms.begin_about(turn, ASKING, "about", {"about": desks.subject_of(thread).key}))


def reply_again(turn: Turn, tap: WriteAgain) -> Outcome:
    """The same by replying to a message with this button."""
    thread = own(turn, tap.thread)
    if thread is None:
        return gone()
    try:
        words = check_words(LONGEST_LETTER)(Asking(turn, {}), turn.incoming.text)
    except Unfit as unfit:
        return Reply(unfit.sentence, ((Button(_("My question"), OpenQuestion(thread.id)),),))
    return ask(turn, desks.subject_of(thread), Content(words))


def own(turn: Turn, thread: int) -> Thread | None:
    """A question of the speaker's."""
    row = threads.load(turn.session, thread)
    return row if row is not None and row.member_id == turn.me.id else None


def gone() -> Reply:
    text = _("This question is no longer kept. You can write to the alumni office at any time.")
    return Reply(text, ((Button(_("Contact"), Go("contact")), Button(_("Menu"), Go("menu"))),))


def apart(outcome: Outcome) -> Outcome:
    """A message of its own: what was tapped stays where it is."""
    return replace(outcome, new=True) if isinstance(outcome, Reply) else outcome


def why_not(turn: Turn) -> Reply | None:
    """One sentence, and what else one can do; None where a letter would arrive."""
    if letters.count(turn.session, turn.me.id, turn.now - DAY) >= MOST_A_DAY:
        text = _("You have written {n} letters within a day. Please go on tomorrow; all of them have arrived.")
        return Reply(text.format(n=MOST_A_DAY), ((Button(_("Contact"), Go("contact")),),))
    return None if desks.anybody_for(turn.session, turn.me.id) else _nobody(turn)


def _nobody(turn: Turn) -> Reply:
    email = turn.house.controller.email
    sentence = (
        _("There is nobody yet who reads letters here. Please write to {email}: a person answers you.")
        if email
        else _("There is nobody yet who reads letters here. Please write to the people named in /contact.")
    )
    return Reply(sentence.format(email=email), ((Button(_("Contact"), Go("contact")), Button(_("Menu"), Go("menu"))),))


def send(turn: Turn, answers: Answers) -> Reply:
    return ask(turn, Subject.read(answers["about"]), Content(answers["text"]))


def ask(turn: Turn, subject: Subject, says: Content) -> Reply:
    """What was true when the words were begun may not be true any more."""
    refusal = why_not(turn)
    if refusal is not None:
        return refusal
    letter = threads.ask(turn.session, turn.me.id, subject, says, turn.now, remind_at(turn.now))
    thread = turn.session.get_one(Thread, letter.thread_id)
    for coordinator in desks.readers_of(turn.session, thread):
        turn.notify(coordinator, LetterArrived(letter.id))
    return _arrived(turn, thread)


def _arrived(turn: Turn, thread: Thread) -> Reply:
    """In whose hands it is, and how long it usually takes."""
    sentence = (
        _("Thank you. {name} of the alumni office has your letter; the answer comes here, into this chat.").format(
            name=name_coordinator(members.load(turn.session, thread.assigned_to))
        )
        if thread.assigned_to is not None
        else _("Thank you. The alumni office has your letter; the answer comes here, into this chat.")
    )
    text = Markup("\n").join([sentence, *usual_line(turn.session)])
    more = Button(_("Add a picture or file"), AddFile(thread.id))
    return Reply(text, ((more,), (Button(_("My question"), OpenQuestion(thread.id)), Button(_("Menu"), Go("menu")))))


# --- the form ------------------------------------------------------------------------------------------------


def _subjects(asking: Asking) -> list[Choice]:
    """One's own institutions, the topics, the other institutions."""
    session = asking.turn.session
    own_ones = {studied.institution.id for studied in members.affiliations_of(session, asking.turn.me.id)}
    every = [
        (institution.id in own_ones, Choice(Subject(About.INSTITUTION, institution.id).key, named(institution.names)))
        for institution in lists.institutions(session)
    ]
    topics = [Choice(topic.key, name_subject(session, topic)) for topic in TOPICS]
    return [*(one for is_own, one in every if is_own), *topics, *(one for is_own, one in every if not is_own)]


def _prompt(asking: Asking) -> Markup:
    """To whom, and whether there is a question about this already."""
    session, me = asking.turn.session, asking.turn.me.id
    subject = Subject.read(asking.answers["about"])
    fixed = desks.fixed_for(session, subject)
    name = name_coordinator(members.load(session, fixed)) if fixed is not None and fixed != me else None
    sentence = (
        _("What would you like to write to <b>{name}</b> ({about})? A person reads it. Up to {n} characters.")
        if name is not None
        else _("What would you like to write to the alumni office ({about})? A person reads it. Up to {n} characters.")
    )
    text = sentence.format(name=name, about=name_subject(session, subject), n=LONGEST_LETTER)
    if threads.unsettled(session, me, subject) is None:
        return text
    return Markup("{}\n\n{}").format(text, _("What you write is added to your question about this."))


ASKING = Form(
    name="askoffice",
    title=lambda: _("Letter to the alumni office"),
    questions=(
        Question(
            name="about",
            label=lambda: _("About"),
            prompt=lambda _asking: _("What is it about?"),
            check=check_choice(_subjects),
            choices=_subjects,
            typed=False,
            summed_up=False,
        ),
        Question(
            name="text",
            label=lambda: _("Text"),
            prompt=_prompt,
            check=check_words(LONGEST_LETTER),
            # What it was about may be gone since.
            when=lambda answers: "about" in answers,
            builds_on="about",
            summed_up=False,
        ),
    ),
    finish=send,
)


def register(router: Router) -> None:
    router.tap(AskOffice, begin, gate=Gate.ANYONE)
    router.tap(WriteAgain, write_again, gate=Gate.ANYONE)
    router.reply(WriteAgain, reply_again, gate=Gate.ANYONE)
    router.form(ASKING, gate=Gate.ANYONE)
