"""Everybody a breach concerns is told, and only they: what only the office knows is written, the rest is there already;
it is looked at in every language before it goes."""

from dataclasses import replace
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation import forms
from bot.conversation.checks import check_text
from bot.conversation.house import House
from bot.conversation.i18n import LANGUAGES, SOURCE, _, name_language, ngettext, number, speaking
from bot.conversation.questions import Answers, Asking, Form, Question
from bot.conversation.reply import Button, Go, Reply, Rows, column, pairs, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from bot.domain.breach import Breach
from db import announcements, breach_messages, breaches
from db.announcements import Crowd
from db.breaches import Case
from db.models.breaches import BreachMessage, MessageState
from handlers.announcements.card import missing_lines, mistaken_lines, reach_lines
from handlers.announcements.wording import language_for
from handlers.breaches.buttons import (
    ChangeMessage,
    DiscardMessage,
    OpenMessage,
    PreviewMessage,
    SendMessage,
    WriteToConcerned,
    case_of,
)
from handlers.breaches.drafts import for_those_concerned
from handlers.breaches.wording import breach_names

CASE, ID = "_case", "_id"
# The paragraphs around it and this fit into one message.
LONGEST = 1500
SHOWN = 60


def find_or_refuse(turn: Turn, message: int, *, lock: bool = False) -> BreachMessage:
    row = breach_messages.find(turn.session, message, lock=lock)
    if row is None:
        raise Refused(Reply(_("This is no longer there. Please begin again with /breach."), last_rows()))
    return row


def last_rows() -> Rows:
    return ((Button(_("Data breach"), Go("breach")), Button(_("Menu"), Go("menu"))),)


def crowds_of(turn: Turn, case: Case) -> list[Crowd]:
    """How many members a case concerns, by language and door."""
    return announcements.crowds(turn.session, SOURCE, [breaches.concerned(turn.session, case)])


# --- writing ---------------------------------------------------------------------------------------------------


def write(turn: Turn, tap: WriteToConcerned) -> Outcome:
    try:
        case = case_of(tap.kind, tap.ref, tap.since, tap.until)
    except ValueError:
        case = Case(Breach.EXPORT, 0)
    if not breaches.exists(turn.session, case):
        raise Refused(Reply(_("This is no longer there. Please begin again with /breach."), last_rows()))
    known = [tap.kind, tap.ref, tap.since, tap.until]
    return forms.begin_about(turn, WRITING, CASE, {CASE: known, ID: None})


def change(turn: Turn, tap: ChangeMessage) -> Outcome:
    row = _draft_or_refuse(turn, tap.message)
    texts = {f"text_{tag}": row.texts.get(tag) for tag in LANGUAGES}
    return forms.begin_anew(turn, WRITING, {CASE: None, ID: row.id, **texts})


def _draft_or_refuse(turn: Turn, message: int) -> BreachMessage:
    row = find_or_refuse(turn, message, lock=True)
    if row.state != MessageState.DRAFT:
        text = _("This is no longer a draft, so it can no longer be changed.")
        raise Refused(Reply(text, column(Button(_("How it went"), OpenMessage(row.id)), Button(_("Menu"), Go("menu")))))
    return row


def save(turn: Turn, answers: Answers) -> Reply:
    """The draft, and how it looks."""
    texts = {tag: answers[f"text_{tag}"] for tag in LANGUAGES if answers.get(f"text_{tag}")}
    if not texts:
        raise Refused(Reply(_("Nothing was written in any language, so there is no message yet."), last_rows()))
    row = _draft_or_refuse(turn, answers[ID]) if answers.get(ID) else _new(turn, answers[CASE])
    row.texts, row.changed_at = texts, turn.now
    turn.session.add(row)
    turn.session.flush()
    return card(turn, row)


def _new(turn: Turn, known: list[Any]) -> BreachMessage:
    case = case_of(Breach(known[0]), *known[1:])
    return BreachMessage(
        kind=case.kind,
        ref=case.ref,
        since=case.since,
        until=case.until,
        state=MessageState.DRAFT,
        author_id=turn.me.id,
        created_at=turn.now,
        cursor=0,
    )


def _case_asked(asking: Asking) -> Case:
    known = asking.answers.get(CASE)
    if known:
        return case_of(Breach(known[0]), *known[1:])
    return breach_messages.case_of(find_or_refuse(asking.turn, asking.answers[ID]))


def _prompt(asking: Asking, tag: str) -> Markup:
    crowds = crowds_of(asking.turn, _case_asked(asking))
    readers = sum(crowd.people for crowd in crowds if crowd.language == tag)
    text = ngettext(
        "In {language}, which {n} of those concerned reads: what may this mean for them, and what have you done about "
        "it? What happened, which data, what they can do and whom they can ask is written already; you see all of it "
        "before it goes out.",
        "In {language}, which {n} of those concerned read: what may this mean for them, and what have you done about "
        "it? What happened, which data, what they can do and whom they can ask is written already; you see all of it "
        "before it goes out.",
        readers,
    )
    return text.format(language=name_language(tag), n=number(readers))


def _in_language(tag: str) -> Question:
    return Question(
        name=f"text_{tag}",
        label=lambda: _("Text ({language})").format(language=name_language(tag)),
        prompt=lambda asking: _prompt(asking, tag),
        check=check_text(LONGEST),
        show=lambda _asking, text: shorten(" ".join(str(text).split()), SHOWN),
        optional=True,
    )


WRITING = Form(
    name="breachmessage",
    title=lambda: _("Message to those concerned"),
    questions=tuple(_in_language(tag) for tag in LANGUAGES),
    summary=lambda _asking: _("<b>Message to those concerned</b>\nTap a line below to change it."),
    confirm=lambda: _("Look at it"),
    finish=save,
    starts=None,
)


# --- the draft -------------------------------------------------------------------------------------------------


def card(turn: Turn, row: BreachMessage, note: Markup | None = None) -> Reply:
    """Whom it reaches and whom not, and what to do with it."""
    case = breach_messages.case_of(row)
    crowds = crowds_of(turn, case)
    lines = [
        *([note, Markup("")] if note is not None else []),
        _("<b>Draft</b>"),
        Markup("{}").format(breach_names()[case.kind]),
        *reach_lines(crowds),
        *_beyond(turn, case),
        *doubt_lines(row, crowds),
        _(
            "It goes to everybody concerned, also to those who do not wish to be written to (/stop): the law wants "
            "them to be told. Quiet hours are kept. Whom it does not reach you get as a list, for letters or e-mails."
        ),
    ]
    return Reply(Markup("\n").join(lines), (*preview_rows(row), *_draft_rows(row)), new=note is None)


def _beyond(turn: Turn, case: Case) -> list[Markup]:
    beyond = breaches.extent(turn.session, case).on_record
    text = ngettext(
        "{n} more person is concerned, on record only and not registered.",
        "{n} more people are concerned, on record only and not registered.",
        beyond,
    )
    return [text.format(n=number(beyond))] if beyond else []


def doubt_lines(row: BreachMessage, crowds: list[Crowd]) -> list[Markup]:
    """The language gate, as of every announcement."""
    return [*missing_lines(row.texts, crowds), *mistaken_lines(row.texts)]


def preview_rows(row: BreachMessage) -> Rows:
    """One button a language."""
    return pairs(
        *(
            Button(_("As read: {language}").format(language=LANGUAGES[tag]), PreviewMessage(row.id, tag))
            for tag in LANGUAGES
        )
    )


def _draft_rows(row: BreachMessage) -> Rows:
    return (
        (Button(_("Send …"), SendMessage(row.id)), Button(_("Change"), ChangeMessage(row.id))),
        (Button(_("Discard the draft"), DiscardMessage(row.id)), Button(_("Menu"), Go("menu"))),
    )


def word(session: Session, house: House, row: BreachMessage, zone: str) -> Reply:
    """The message as a reader of the language entered gets it, whole in one language."""
    tag = language_for(row.texts)
    with speaking(tag, zone):
        found = for_those_concerned(session, house, breach_messages.case_of(row), row.texts[tag])
        paragraphs = [Markup("<b>{}</b>").format(house.name), *(text.format(**values) for text, values in found)]
        buttons = ((Button(_("Contact"), Go("contact")), Button(_("My data"), Go("mydata"))),)
        return Reply(Markup("\n\n").join(paragraphs), buttons, new=True)


def preview(turn: Turn, tap: PreviewMessage) -> list[Reply]:
    """Exactly what a reader of the language gets; then the card again."""
    row = find_or_refuse(turn, tap.message)
    tag = tap.language if tap.language in LANGUAGES else SOURCE
    with speaking(tag, turn.me.zone):
        shown = word(turn.session, turn.house, row, turn.me.zone)
    note = _("Above: as readers of this language see it: {language}").format(language=name_language(tag))
    if row.state != MessageState.DRAFT:
        back = column(Button(_("How it went"), OpenMessage(row.id)), Button(_("Menu"), Go("menu")))
        return [shown, Reply(note, back, new=True)]
    return [shown, replace(card(turn, row, note), new=True)]


def discard(turn: Turn, tap: DiscardMessage) -> Reply:
    row = _draft_or_refuse(turn, tap.message)
    turn.session.delete(row)
    return Reply(_("Discarded."), last_rows())


def register(router: Router) -> None:
    router.tap(WriteToConcerned, write, gate=Gate.CENTRAL)
    router.tap(ChangeMessage, change, gate=Gate.CENTRAL)
    router.tap(PreviewMessage, preview, gate=Gate.CENTRAL)
    router.tap(DiscardMessage, discard, gate=Gate.CENTRAL)
    router.form(WRITING, gate=Gate.CENTRAL)
