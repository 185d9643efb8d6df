"""The two of a mentorship are asked how it is going: after a month, then every other month.

Who does not answer is asked once more after a week; where both are silent for two weeks, coordinators hear of it.
"""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.house import House
from bot.conversation.i18n import _, day
from bot.conversation.notices import Composing, Notice, Switch, queue
from bot.conversation.reply import Button, Reply, Rows
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from db import mentoring_checks
from db.models.mentoring import CheckIn
from handlers.mentoring.cases import HelpNeeded, SilentMentorship, TroubleTold, tell_coordinators, trouble_names
from handlers.mentoring.closing import part
from handlers.mentoring.pair import Pair, open_button, pair_or_refuse, pair_told, under, write_button
from handlers.mentoring.together import mentorship_card
from handlers.mentoring.together_buttons import AnswerCheck, AskToClose, FinishTogether, Going, TellTrouble

CHUNK = 100


@dataclass(frozen=True, slots=True)
class CheckInAsked(Notice, kind="check_in_asked"):
    """How is it going?"""

    mentorship: int
    round: int
    switch = Switch.MENTORING
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        return _asking(at, self.mentorship, self.round)


@dataclass(frozen=True, slots=True)
class CheckInAgain(Notice, kind="check_in_again"):
    """The one reminder, to whoever has not answered."""

    mentorship: int
    round: int
    switch = Switch.MENTORING
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        return _asking(at, self.mentorship, self.round, again=True)


@dataclass(frozen=True, slots=True)
class FinishProposed(Notice, kind="finish_proposed"):
    """The other one says that we have finished."""

    mentorship: int
    round: int

    def compose(self, at: Composing) -> Reply | None:
        pair = pair_told(at, self.mentorship)
        row = _answer_of_other(at.session, pair)
        if pair is None or pair.name is None or row is None or row.answer != Going.FINISHED:
            return None
        text = _(
            "<b>{name}</b> says that the two of you have finished what you set out to do. Shall the mentorship be "
            "closed?"
        ).format(name=pair.name)
        return Reply(text, _both_ways(pair))


@dataclass(frozen=True, slots=True)
class NotFinishedYet(Notice, kind="not_finished_yet"):
    """The other one would like to go on for a while."""

    mentorship: int
    round: int

    def compose(self, at: Composing) -> Reply | None:
        pair = pair_told(at, self.mentorship)
        if pair is None or pair.name is None:
            return None
        text = _("<b>{name}</b> would like to go on for a while. Please write to each other about how and how long.")
        return Reply(text.format(name=pair.name), under(pair.row.id, write_button(pair.row.id)))


def _asking(at: Composing, mentorship: int, round: int, *, again: bool = False) -> Reply | None:
    """The question, for whoever has not answered it; the other is named as long as they are in the network."""
    pair = pair_told(at, mentorship)
    row = mentoring_checks.find(at.session, mentorship, round, at.member.id)
    if pair is None or row is None or row.answer is not None or round != pair.row.checks:
        return None
    return Reply(_how_is_it(pair, again=again), _answers(pair))


def _how_is_it(pair: Pair, *, again: bool) -> Markup:
    if pair.name is None:
        return _("How is your mentorship going? Your answer stays with us.")
    if again:
        text = _(
            "A reminder: how is your mentorship with <b>{name}</b> going? One tap is enough. {name} learns of your "
            "answer only if you have finished."
        )
    else:
        text = _(
            "How is your mentorship with <b>{name}</b> going? {name} learns of your answer only if you have finished."
        )
    return text.format(name=pair.name)


def _answers(pair: Pair) -> Rows:
    ref = pair.row.id
    return (
        (Button(_("Going well"), AnswerCheck(ref, Going.WELL)), Button(_("I need help"), AnswerCheck(ref, Going.HELP))),
        (Button(_("We have finished"), AnswerCheck(ref, Going.FINISHED)),),
        (open_button(ref),),
    )


def _both_ways(pair: Pair) -> Rows:
    ref = pair.row.id
    return (
        (Button(_("Yes, close it"), FinishTogether(ref, True)), Button(_("Not yet"), FinishTogether(ref, False))),
        (open_button(ref),),
    )


def answer_check(turn: Turn, tap: AnswerCheck) -> Reply:
    """The answer counts for the newest question, and may be changed until the next one."""
    pair = pair_or_refuse(turn, tap.mentorship)
    row = mentoring_checks.find(turn.session, pair.row.id, pair.row.checks, turn.me.id)
    if row is None:
        return mentorship_card(turn, pair)
    before = row.answer
    mentoring_checks.answer(row, tap.going.value, turn.now)
    turn.flush()
    if tap.going is Going.WELL:
        return _glad(pair)
    if tap.going is Going.HELP:
        return _help(turn, pair, is_news=before != Going.HELP)
    return _finished(turn, pair)


def _glad(pair: Pair) -> Reply:
    text = _("We are glad to hear it. We ask again on {day}; until then this is all.")
    return Reply(text.format(day=day(pair.row.check_at or pair.row.began_at)), under(pair.row.id))


def _help(turn: Turn, pair: Pair, *, is_news: bool) -> Reply:
    """Coordinators hear of it at once; the other does not."""
    if is_news:
        tell_coordinators(turn.session, pair.row, HelpNeeded(pair.row.id, pair.row.checks, turn.me.id), turn.now)
    text = _(
        "Thank you for telling us. The alumni office knows and will get in touch with you; nobody else is told. So "
        "that they can prepare: what is it about?"
    )
    buttons = [
        Button(name, TellTrouble(pair.row.id, pair.row.checks, trouble)) for trouble, name in trouble_names().items()
    ]
    return Reply(text, under(pair.row.id, *buttons))


def tell_trouble(turn: Turn, tap: TellTrouble) -> Reply:
    """A word more for the coordinators, as long as nobody has taken care of it."""
    pair = pair_or_refuse(turn, tap.mentorship)
    row = mentoring_checks.find(turn.session, pair.row.id, tap.round, turn.me.id)
    if row is None or row.answer != Going.HELP:
        return mentorship_card(turn, pair)
    if not row.office_told:
        told = TroubleTold(pair.row.id, tap.round, turn.me.id, tap.trouble.value)
        tell_coordinators(turn.session, pair.row, told, turn.now)
    text = _("Thank you. The alumni office will get in touch with you. If it is urgent: /contact")
    return Reply(text, under(pair.row.id))


def _finished(turn: Turn, pair: Pair) -> Reply:
    """Close it together: at once where the other says the same, or is gone; else the other is asked."""
    other = _answer_of_other(turn.session, pair)
    if pair.name is None or (other is not None and other.answer == Going.FINISHED):
        return part(turn, pair)
    turn.notify(pair.other, FinishProposed(pair.row.id, pair.row.checks))
    text = _(
        "How good that you got there! {name} is asked as well, so that you close it together. If you would rather not "
        "wait, you can close it yourself."
    ).format(name=pair.name)
    return Reply(text, under(pair.row.id, Button(_("Close it now"), AskToClose(pair.row.id))))


def finish_together(turn: Turn, tap: FinishTogether) -> Reply:
    pair = pair_or_refuse(turn, tap.mentorship)
    other, mine = _answer_of_other(turn.session, pair), _answer_of(turn.session, pair, turn.me.id)
    if other is None or mine is None or other.answer != Going.FINISHED:
        return mentorship_card(turn, pair)
    mentoring_checks.answer(mine, Going.FINISHED.value if tap.agreed else Going.WELL.value, turn.now)
    turn.flush()
    if tap.agreed:
        return part(turn, pair)
    turn.notify(pair.other, NotFinishedYet(pair.row.id, pair.row.checks))
    return mentorship_card(turn, pair, _("So you go on. The other one is told, and you can write to each other."))


def _answer_of(session: Session, pair: Pair, member: int) -> CheckIn | None:
    return mentoring_checks.find(session, pair.row.id, pair.row.checks, member)


def _answer_of_other(session: Session, pair: Pair | None) -> CheckIn | None:
    return _answer_of(session, pair, pair.other) if pair is not None else None


def ask_how_it_goes(session: Session, now: datetime, _house: House) -> bool:
    """A planner: those whose day has come are asked, and reminded a week later."""
    found = mentoring_checks.due(session, now, CHUNK)
    for row in found:
        round = mentoring_checks.ask(session, row, now)
        for member in (row.mentor_id, row.mentee_id):
            queue(session, member, CheckInAsked(row.id, round), now)
            queue(session, member, CheckInAgain(row.id, round), now + mentoring_checks.AGAIN_AFTER)
    return len(found) == CHUNK


def tell_of_silence(session: Session, now: datetime, _house: House) -> bool:
    """A planner: where neither has answered for two weeks, all coordinators are told, once for each question."""
    found = mentoring_checks.unheard(session, now, CHUNK)
    for row in found:
        mentoring_checks.note_told(session, row)
        tell_coordinators(session, row, SilentMentorship(row.id, row.checks), now)
    return len(found) == CHUNK


def register(router: Router) -> None:
    router.tap(AnswerCheck, answer_check, gate=Gate.NETWORK)
    router.tap(TellTrouble, tell_trouble, gate=Gate.NETWORK)
    router.tap(FinishTogether, finish_together, gate=Gate.NETWORK)
    for kind in (CheckInAsked, CheckInAgain, FinishProposed, NotFinishedYet):
        router.notice(kind)
    router.planner(ask_how_it_goes, mentoring_checks.next_due)
    router.planner(tell_of_silence, mentoring_checks.next_silence)
