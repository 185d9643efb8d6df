"""Those who organise an event read who answered what: by kind, six a page, with what people said to their questions."""

from functools import partial

from markupsafe import Markup

from bot.conversation.i18n import _, labelled, number, pgettext
from bot.conversation.reply import Button, Reply, Rows, leaves, pairs, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.times import dual
from bot.conversation.turn import Turn
from bot.domain.attendance import State
from db import answers, attendances
from db.answers import Answer
from db.models.events import Event
from handlers.events.card import Organise, nearest_text, title_of
from handlers.events.checking_in import name_of, note_seen
from handlers.events.organising import ExportAnswers, ListAnswers, Said, WriteToThem, may_organise_or_refuse

PAGE = 6
# So that six people, three questions and their answers fit into one message; the export has all of it.
LONGEST_QUESTION, LONGEST_REPLY = 100, 80

STATES: dict[Said, tuple[State, ...]] = {
    Said.YES: (State.YES,),
    Said.MAYBE: (State.MAYBE,),
    Said.WAITING: (State.OFFERED, State.WAITING),
    Said.NO: (State.NO, State.LAPSED),
}


def said_names() -> dict[Said, Markup]:
    """The kinds of answers, as lists are headed."""
    return {
        Said.YES: pgettext("answers", "Attending"),
        Said.MAYBE: pgettext("answers", "Maybe"),
        Said.WAITING: pgettext("answers", "Waiting"),
        Said.NO: pgettext("answers", "Declined"),
    }


def count_said(turn: Turn, event: Event) -> dict[Said, int]:
    """How many answers of each kind; a party counts once."""
    counts = attendances.counts(turn.session, event.id)
    return {said: sum(counts.get(state, 0) for state in states) for said, states in STATES.items()}


def labels(turn: Turn, event: Event) -> dict[Said, Markup]:
    """Each kind with its number, for a button."""
    counts = count_said(turn, event)
    return {said: Markup("{} · {}").format(name, number(counts[said])) for said, name in said_names().items()}


def list_answers(turn: Turn, tap: ListAnswers) -> Reply:
    """A page of names. That it was opened is written down, for everybody on it as well."""
    event = may_organise_or_refuse(turn, tap.event)
    found = answers.of_event(turn.session, event.id, STATES[tap.said])
    page = min(max(tap.page, 0), max(len(found) - 1, 0) // PAGE)
    shown = found[page * PAGE : (page + 1) * PAGE]
    turn.record("attendees_viewed", event=event.id)
    note_seen(turn, event.id, [one.number for one in shown])
    head = Markup("<b>{}</b>\n{}").format(title_of(event), labels(turn, event)[tap.said])
    people = [_entry(event, n, one) for n, one in enumerate(shown, page * PAGE + 1)]
    text = Markup("\n\n").join(
        [head, *_questions(event, shown), *(people or [_("Nobody has answered like this so far.")])]
    )
    return Reply(
        text,
        (
            *leaves(partial(ListAnswers, tap.event, tap.said), page, more=(page + 1) * PAGE < len(found)),
            *_tabs(turn, event, tap.said),
        ),
    )


def _questions(event: Event, shown: list[Answer]) -> list[Markup]:
    """What was asked, where somebody on this page has said something to it."""
    if not any(one.replies for one in shown):
        return []
    asked = [nearest_text(each)[0] for each in event.questions]
    lines = [labelled(n, shorten(each, LONGEST_QUESTION)) for n, each in enumerate(asked, 1)]
    return [Markup("\n").join([_("The questions:"), *lines])]


def _entry(event: Event, n: int, one: Answer) -> Markup:
    here = "✓ " if one.here_since else ""
    guests = f" +{one.guests}" if one.guests else ""
    lines = [Markup("{}. {}<b>{}</b>{}").format(n, here, name_of(one.name, one.other), guests)]
    if one.offer_until is not None:
        lines.append(_("A seat is kept until {time}.").format(time=dual(one.offer_until, event.zone)))
    if one.state is State.LAPSED:
        lines.append(_("The seat offered was not taken in time."))
    said = [(key, one.replies[key]) for key in question_numbers(event) if one.replies.get(key)]
    lines += [labelled(key, shorten(words, LONGEST_REPLY)) for key, words in said]
    return Markup("\n").join(lines)


def question_numbers(event: Event) -> list[str]:
    """Under which keys the replies to an event's questions are kept."""
    return [str(n) for n, _question in enumerate(event.questions, 1)]


def _tabs(turn: Turn, event: Event, here: Said) -> Rows:
    """The other lists, and what can be done with them."""
    tabs = [Button(label, ListAnswers(event.id, said)) for said, label in labels(turn, event).items() if said != here]
    more = (Button(_("Export"), ExportAnswers(event.id)), Button(_("Organise"), Organise(event.id)))
    return (*pairs(*tabs, Button(_("Write to them"), WriteToThem(event.id))), more)


def register(router: Router) -> None:
    router.tap(ListAnswers, list_answers, gate=Gate.AMBASSADOR)
