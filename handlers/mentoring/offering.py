"""Members offer to be a mentor, change what they offer, pause, and withdraw."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from bot.conversation import form_cards, form_steps, forms
from bot.conversation.callbacks import Callback
from bot.conversation.checks import check_choice, check_line
from bot.conversation.dates import day_question, number_question, today
from bot.conversation.i18n import N_, _, ngettext, number, pgettext
from bot.conversation.questions import Answers, Asking, Form, Question
from bot.conversation.reply import Button, Go, Reply, Rows, column
from bot.conversation.routing import Gate, Router
from bot.conversation.times import long_day
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.matching import Format
from db import directory, drafts, mentor_requests, mentors
from db.drafts import Filling
from db.mentors import Away, Offer
from db.models.mentoring import Mentor
from handlers.mentoring.buttons import ListMentorships, OpenRequest
from handlers.mentoring.pair import last_row
from handlers.mentoring.questions import ask_languages, ask_topics, list_formats, own_language, topic_answers, topics_of

LONGEST_HELPS = 300
LONGEST_AVAILABILITY = 200
MOST_MENTEES = 10


@dataclass(frozen=True, slots=True)
class PauseMentoring(Callback, prefix="mf"):
    """I would like not to be asked for a while."""


@dataclass(frozen=True, slots=True)
class EndPause(Callback, prefix="mg"):
    """I can be asked again."""


@dataclass(frozen=True, slots=True)
class WithdrawOffer(Callback, prefix="mh"):
    """I am a mentor no longer; `sure` after having been asked."""

    sure: bool = False


def mentor(turn: Turn) -> Outcome:
    """/mentor: what one offers; or, for who offers nothing yet, what it means and the form."""
    if mentors.load(turn.session, turn.me.id) is not None:
        return show_offer(turn)
    if drafts.find(turn.connection, turn.me.id, OFFER.name) is not None:
        return forms.begin(turn, OFFER)
    first = form_steps.resume(turn, OFFER, Filling(OFFER.name, "languages", {"languages": own_language(turn)}))
    assert isinstance(first, Reply)
    intro = _(
        "A mentor listens and shares experience: in one call, over three months or for a year, as you like. You say "
        "about what and for how many; whoever looks for somebody like you can ask you, and you decide each time. You "
        "can pause or stop whenever you wish."
    )
    return Reply(Markup("{}\n\n{}").format(intro, first.text), first.rows)


QUESTIONS: tuple[Question, ...] = (
    ask_languages(lambda: _("In which languages can you be a mentor? Several answers are fine.")),
    *ask_topics(
        of_list=lambda: _("What can you be asked about? Several answers are fine."),
        beside=lambda: _(
            "Would you like to add topics in your own words? Up to five, with commas between, for example: patent "
            "law, life in Shanxi. You may skip this."
        ),
        own=lambda: _(
            "Then please name up to five topics in your own words, with commas between, for example: patent "
            "law, life in Shanxi."
        ),
    ),
    number_question(
        "capacity",
        lambda: _("Mentees at a time"),
        lambda _asking: _("How many mentees at a time would be right? Two are a good number to begin with."),
        least=1,
        most=MOST_MENTEES,
        offered=(1, 2, 3, 5),
    ),
    Question(
        name="formats",
        label=lambda: pgettext("mentor", "Format"),
        prompt=lambda _asking: _("For how long would you like to be there for somebody? Several answers are fine."),
        check=check_choice(list_formats),
        choices=list_formats,
        several=True,
    ),
    Question(
        name="helps",
        label=lambda: _("Glad to help"),
        prompt=lambda _asking: _(
            "Whom would you like to help most? A sentence is enough, for example: young engineers who plan their first "
            "year abroad. You may skip this."
        ),
        check=check_line(LONGEST_HELPS),
        optional=True,
    ),
    Question(
        name="availability",
        label=lambda: _("Availability"),
        prompt=lambda _asking: _(
            "When are you usually available? For example: weekday evenings, German time. You may skip this."
        ),
        check=check_line(LONGEST_AVAILABILITY),
        optional=True,
    ),
)


def _offer_of(turn: Turn, answers: Answers) -> Offer:
    topics, words = topics_of(turn.session, answers)
    return Offer(
        topics=topics,
        free_topics=words,
        languages=tuple(answers["languages"]),
        formats=tuple(answers["formats"]),
        capacity=int(answers["capacity"]),
        helps=answers.get("helps"),
        availability=answers.get("availability"),
    )


def _answers_of(turn: Turn, row: Mentor) -> Answers:
    listed = mentors.listed_topics(mentors.keys_of(turn.session, row.member_id))
    return {
        "languages": list(row.languages),
        **topic_answers(turn.session, listed, row.free_topics),
        "capacity": str(row.capacity),
        "formats": [each.value for each in Format if each.value in row.formats],
        "helps": row.helps,
        "availability": row.availability,
    }


def begin_offer(turn: Turn, answers: Answers) -> Outcome:
    """Everything was answered."""
    mentors.save(turn.session, turn.me.id, _offer_of(turn, answers), turn.now)
    note = _("Thank you: you are a mentor now. Whoever looks for somebody like you can ask you; you decide each time.")
    return show_offer(turn, note)


def change_offer(turn: Turn, answers: Answers) -> Outcome:
    """One line of the card was changed. Fewer mentees than there are is fine: nobody new then."""
    if mentors.load(turn.session, turn.me.id) is None:
        raise Refused(_no_offer())
    mentors.save(turn.session, turn.me.id, _offer_of(turn, answers), turn.now)
    return show_offer(turn, _("Saved."))


def _no_offer() -> Reply:
    text = _("You do not offer to be a mentor at present.")
    return Reply(text, column(Button(_("Be a mentor"), Go("mentor")), Button(_("Menu"), Go("menu"))))


def show_offer(turn: Turn, note: Markup | None = None) -> Reply:
    """The card: everything one offers, with a button for each line."""
    row = mentors.load(turn.session, turn.me.id)
    if row is None:
        return _no_offer()
    asking = Asking(turn, _answers_of(turn, row))
    lines = Markup("\n").join([_("<b>You as a mentor</b>"), *form_cards.summary_lines(CARD, asking)])
    shown = _("All this is shown to alumni in the network. Tap a line to change it.")
    text = Markup("\n\n").join([*([note] if note else []), lines, *_state(turn, row), shown])
    _open_for_changes(turn, asking.answers)
    return Reply(text, (*_waiting(turn), *form_cards.change_buttons(CARD, asking), *_steps(turn, row)))


def _open_for_changes(turn: Turn, answers: Answers) -> None:
    """The card's buttons change a draft that holds the offer as it is now; words typed now belong to nothing."""
    drafts.keep(turn.connection, turn.me.id, Filling(CARD.name, "", answers), turn.now + form_cards.LIFETIME)
    drafts.park(turn.connection, turn.me.id)


def _state(turn: Turn, row: Mentor) -> list[Markup]:
    """Whether one can be asked now."""
    turn.flush()
    away = mentors.why_away(turn.session, row.member_id, turn.now)
    if away is Away.SILENT:
        return [_("You have switched off messages about mentoring, so nobody can ask you: /settings changes this.")]
    if away is Away.PAUSED and row.paused_until is not None:
        return [_("Paused: nobody new asks you before {day}.").format(day=long_day(row.paused_until))]
    if away is Away.FULL:
        return [_("All your places are taken: nobody new can ask you at present.")]
    if away is Away.GONE:
        return []
    room = row.capacity - mentors.busy(turn.session, [row.member_id]).get(row.member_id, 0)
    return [ngettext("There is room for {n} mentee.", "There is room for {n} mentees.", room).format(n=number(room))]


def _waiting(turn: Turn) -> Rows:
    """Requests that wait for an answer."""
    found = mentor_requests.asked_of(turn.session, turn.me.id)
    names = directory.names_of(turn.session, [each.mentee_id for each in found])
    return column(
        *(
            Button(_("Request from {name}").format(name=names[each.mentee_id]), OpenRequest(each.id))
            for each in found
            if each.mentee_id in names
        )
    )


def _steps(turn: Turn, row: Mentor) -> Rows:
    paused = mentors.is_paused(row.paused_until, turn.member.zone, turn.now)
    pause = Button(_("Go on now"), EndPause()) if paused else Button(_("Pause until …"), PauseMentoring())
    return (
        (pause, Button(pgettext("mentor", "Withdraw"), WithdrawOffer())),
        last_row(),
    )


# --- pausing and stopping ----------------------------------------------------------------------------------------


def begin_pause(turn: Turn, _tap: PauseMentoring) -> Outcome:
    if mentors.load(turn.session, turn.me.id) is None:
        return _no_offer()
    return forms.begin(turn, PAUSE)


def pause(turn: Turn, answers: Answers) -> Outcome:
    """Nobody new until then; requests that were asked before still want an answer."""
    row = mentors.load(turn.session, turn.me.id)
    if row is None:
        raise Refused(_no_offer())
    row.paused_until = date.fromisoformat(answers["until"])
    return show_offer(turn, _("What is running goes on, and so do requests you have already."))


def end_pause(turn: Turn, _tap: EndPause) -> Reply:
    row = mentors.load(turn.session, turn.me.id)
    if row is not None and row.paused_until is not None:
        row.paused_until, row.changed_at = None, turn.now
    return show_offer(turn)


def withdraw_offer(turn: Turn, tap: WithdrawOffer) -> Reply:
    """Asks once, and says what happens to whom."""
    if mentors.load(turn.session, turn.me.id) is None:
        return _no_offer()
    if not tap.sure:
        return _ask_whether(turn)
    mentors.withdraw(turn.session, turn.me.id)
    mentor_requests.drop_as_mentor(turn.session, turn.me.id, turn.now)
    drafts.drop(turn.connection, turn.me.id, CARD.name)
    text = _("Thank you for having been there. You are not suggested any more; mentorships that are running go on.")
    buttons = (Button(_("My mentorships"), ListMentorships()), Button(_("Be a mentor"), Go("mentor")))
    return Reply(text, (*column(*buttons), (Button(_("Menu"), Go("menu")),)))


def _ask_whether(turn: Turn) -> Reply:
    waiting = len(mentor_requests.asked_of(turn.session, turn.me.id))
    open_requests = [
        ngettext(
            "{n} request that waits for your answer goes on to the next mentor.",
            "{n} requests that wait for your answer go on to the next mentor.",
            waiting,
        ).format(n=number(waiting))
    ]
    text = Markup(" ").join(
        [
            _("Shall your offer to be a mentor be withdrawn? What you wrote about it is deleted."),
            _("Mentorships that are running go on."),
            *(open_requests if waiting else []),
        ]
    )
    keep = Button(pgettext("mentor", "Keep it"), Go("mentor"))
    return Reply(text, ((Button(pgettext("mentor", "Withdraw"), WithdrawOffer(sure=True)), keep),))


def _tomorrow(asking: Asking) -> date:
    return today(asking) + timedelta(days=1)


def _card(turn: Turn) -> Any:
    return show_offer(turn)


OFFER = Form(
    name="mentor",
    title=lambda: _("Being a mentor"),
    questions=QUESTIONS,
    finish=begin_offer,
    summary=lambda _asking: _(
        "<b>You as a mentor</b>\nAll this is shown to alumni in the network, together with your name; what your "
        "profile releases stays as you chose it."
    ),
    confirm=lambda: _("Be a mentor"),
)
CARD = Form(
    name="mentor_card",
    title=lambda: _("You as a mentor"),
    questions=QUESTIONS,
    finish=change_offer,
    summary=lambda _asking: _("<b>You as a mentor</b>"),
    card=_card,
)
PAUSE = Form(
    name="mentor_pause",
    title=lambda: _("Pausing as a mentor"),
    questions=(
        day_question(
            "until",
            lambda: pgettext("mentor", "Pause until"),
            lambda _asking: _("From which day on may you be asked again?"),
            earliest=_tomorrow,
        ),
    ),
    finish=pause,
)


def register(router: Router) -> None:
    router.command("mentor", mentor, gate=Gate.NETWORK, about=N_("Be a mentor"))
    router.tap(PauseMentoring, begin_pause, gate=Gate.NETWORK)
    router.tap(EndPause, end_pause, gate=Gate.NETWORK)
    router.tap(WithdrawOffer, withdraw_offer, gate=Gate.NETWORK)
    router.form(OFFER, gate=Gate.NETWORK)
    router.form(CARD, gate=Gate.NETWORK)
    router.form(PAUSE, gate=Gate.NETWORK)
