"""Coordinators correct what is recorded about somebody; the person is told what was changed."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from bot.conversation import form_cards
from bot.conversation.i18n import _, listed
from bot.conversation.notices import Composing, Notice
from bot.conversation.questions import Answers, Asking, Form
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Turn
from db import consents, drafts, scopes
from db.drafts import Filling
from db.models.members import Member
from db.models.privacy import Purpose
from handlers.coordination.people import CorrectMember, OpenMember
from handlers.coordination.whom import in_scope_or_refuse
from handlers.registration.answers import answers_of, write_answers
from handlers.registration.questions import ABOUT_YOU, MEMBER

# Who sees what is the member's own decision, and so is how they are found by topics.
CORRECTED = ("name", "other_name", "address", "relation", "institution", "programme", "cohort", "years", "city",
             "function", "employer")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Corrected(Notice, kind="record_corrected"):
    """To the person: which lines the office changed (the names of questions, with commas), when (POSIX seconds)."""

    lines: str
    at: int

    def compose(self, at: Composing) -> Reply | None:
        labels = [str(question.label()) for question in ABOUT_YOU if question.name in self.lines.split(",")]
        text = _("The alumni office has corrected your record: {lines}. In /profile you see it and can change it.")
        rows = ((Button(_("My profile"), Go("profile")), Button(_("Contact"), Go("contact"))),)
        return Reply(text.format(lines=listed(labels)), rows)


def correct(turn: Turn, tap: CorrectMember) -> Reply:
    return _card(turn, in_scope_or_refuse(turn, tap.member))


def _card(turn: Turn, person: Member, note: Markup | None = None) -> Reply:
    """The record with a button for each line."""
    answers = answers_of(turn, person, consents.is_given(turn.session, person.id, Purpose.ALUMNI))
    filling = Filling(FORM.name, "", {**answers, MEMBER: person.id})
    drafts.keep(turn.connection, turn.me.id, filling, turn.now + form_cards.LIFETIME)
    drafts.park(turn.connection, turn.me.id)
    turn.parked = None
    asking = Asking(turn, filling.answers)
    head = _("<b>Correct the record of {name}</b>").format(name=person.full_name)
    hint = _("Tap a line to change it. The person is told which lines were changed.")
    parts = [*([note] if note else []), Markup("\n").join([head, *form_cards.summary_lines(FORM, asking)]), hint]
    back = (Button(_("Back"), OpenMember(person.id)), Button(_("Menu"), Go("menu")))
    return Reply(Markup("\n\n").join(parts), (*form_cards.change_buttons(FORM, asking), back))


def _open_again(turn: Turn) -> Outcome:
    filling = drafts.find(turn.connection, turn.me.id, FORM.name)
    return _card(turn, in_scope_or_refuse(turn, _about(filling.answers if filling else {})))


def _about(answers: Answers) -> int:
    return int(answers.get(MEMBER) or 0)


def save(turn: Turn, answers: Answers) -> Outcome:
    """One line was changed. Whoever is no longer in one's scope by it is left to the colleagues."""
    person = in_scope_or_refuse(turn, _about(answers))
    before = answers_of(turn, person, in_network=False)
    changed = [name for name in CORRECTED if _plain(before.get(name)) != _plain(answers.get(name))]
    if not changed:
        return _card(turn, person, _("Nothing was changed."))
    write_answers(turn, person, answers)
    turn.record("record_corrected", person.number, lines=changed)
    turn.notify(person.id, Corrected(",".join(changed), int(turn.now.timestamp())))
    if not scopes.covers(turn.session, turn.scope, person.id):
        text = _("Saved. This person is now looked after by colleagues of yours.")
        return Reply(text, column(Button(_("Desk"), Go("admin")), Button(_("Menu"), Go("menu"))))
    return _card(turn, person, _("Saved."))


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value or None


FORM = Form(
    name="correcting",
    title=lambda: _("Correct a record"),
    questions=tuple(question for question in ABOUT_YOU if question.name in CORRECTED),
    finish=save,
    summary=lambda _asking: _("<b>Correct a record</b>"),
    card=_open_again,
    starts=None,
)


def register(router: Router) -> None:
    router.tap(CorrectMember, correct, gate=Gate.COORDINATOR)
    router.form(FORM, gate=Gate.COORDINATOR)
    router.notice(Corrected)
