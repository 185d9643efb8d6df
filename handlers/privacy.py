"""People see what we hold, take it with them, object, withdraw, and have everything erased."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation import form_cards, forms
from bot.conversation.callbacks import Callback
from bot.conversation.house import House
from bot.conversation.i18n import N_, _, day, language, pgettext, when
from bot.conversation.notices import Composing, Notice, queue
from bot.conversation.privacy_texts import VERSION, alumni_consent, full_notice, host_country
from bot.conversation.questions import Answers, Asking, Form, Question, Unfit
from bot.conversation.reply import Button, Go, Recipe, Reply, Rows, column
from bot.conversation.routing import Gate, Made, Router
from bot.conversation.turn import Outcome, Turn
from bot.domain.people import clean
from db import consents, erased, erasure, mentor_requests, objections
from db.disclosure import everything_about
from db.models.members import Member, Status
from db.models.privacy import Audit, Purpose
from handlers.announcements.received import received_lines
from handlers.events.door import own_record
from handlers.events.seats import seats_freed_by
from handlers.exports.seen import export_lines
from handlers.mentoring.closing import part_from_all
from handlers.objection_wording import own_objection
from handlers.people.looks import look_lines
from handlers.registration.answers import answers_of
from handlers.registration.questions import ABOUT_YOU

TIME_TO_THINK = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class SetNetwork(Callback, prefix="pn"):
    """Give or withdraw the consent to contact among alumni."""

    given: bool


@dataclass(frozen=True, slots=True)
class EndTransfer(Callback, prefix="pt"):
    """Withdraw the consent to the transfer abroad."""


@dataclass(frozen=True, slots=True)
class Keep(Callback, prefix="pk"):
    """Do not erase me after all."""


def show_privacy(turn: Turn) -> Reply:
    """/privacy: the notice, what was agreed to, and what one can do."""
    lines = [full_notice(turn.house)]
    if consents.history(turn.session, turn.me.id):
        lines.append(_agreed(turn))
    lines += own_objection(turn.session, turn.member)
    objected = turn.member.objected_at is not None
    mail = Button(_("Write to me again"), Go("resume")) if objected else Button(_("No more mail"), Go("stop"))
    rows = (
        *_switches(turn),
        (Button(_("My data"), Go("mydata")), Button(_("Erase my data"), Go("forget"))),
        (mail, Button(_("Menu"), Go("menu"))),
    )
    return Reply(Markup("\n\n").join(lines), rows)


def _switches(turn: Turn) -> Rows:
    """Consents that members can give and withdraw; the one without which nothing may be stored, only withdraw."""
    if turn.me.status is Status.GUEST:
        return ()
    given = consents.is_given(turn.session, turn.me.id, Purpose.ALUMNI)
    label = _("Withdraw contact among alumni") if given else _("Allow contact among alumni")
    buttons = [Button(label, SetNetwork(not given))]
    if consents.is_given(turn.session, turn.me.id, Purpose.TRANSFER):
        buttons.append(Button(_("Withdraw the transfer"), EndTransfer()))
    return column(*buttons)


def end_transfer(turn: Turn, _tap: EndTransfer) -> Reply:
    """Without the transfer we may not hold the data: withdrawing it is having them erased."""
    text = _(
        "Your data are stored abroad (country: {country}). If you no longer agree to their transfer, we erase them: "
        "please tap below and confirm."
    ).format(country=host_country(turn.house.controller))
    return Reply(text, column(Button(_("Erase my data"), Go("forget")), Button(_("Privacy"), Go("privacy"))))


def _agreed(turn: Turn) -> Markup:
    """The state of each purpose, with the day it was said."""
    names = {
        Purpose.UNIVERSITY: _("Notice of the university read: {answer} ({day})"),
        Purpose.ALUMNI: _("Contact among alumni: {answer} ({day})"),
        Purpose.TRANSFER: _("Transfer abroad: {answer} ({day})"),
    }
    lines = []
    for purpose, sentence in names.items():
        said = consents.newest(turn.session, turn.me.id, purpose)
        if said is not None:
            answer = pgettext("consent", "yes") if said.given else pgettext("consent", "no")
            lines.append(sentence.format(answer=answer, day=day(said.at)))
    return Markup("\n").join([_("<b>What you said</b>"), *lines])


def set_network(turn: Turn, tap: SetNetwork) -> Reply:
    """Withdrawing is as easy as giving: one tap, recorded with the text it refers to."""
    if consents.is_given(turn.session, turn.me.id, Purpose.ALUMNI) != tap.given:
        consents.add(
            turn.session,
            turn.me.id,
            Purpose.ALUMNI,
            given=tap.given,
            version=VERSION,
            text=str(alumni_consent(turn.house)),
            language=language(),
            at=turn.now,
        )
    text = (
        _("You agreed to contact among alumni. In /profile you choose which details others see.")
        if tap.given
        else _("You withdrew your consent. From now on no other alumni see anything of you.")
    )
    return Reply(text, column(Button(_("Privacy"), Go("privacy")), Button(_("My profile"), Go("profile"))))


def stop(turn: Turn) -> Reply:
    """/stop: the objection. Nothing unasked any more, but for the cancellation of what one attends, and for
    a breach of one's data, which the law wants told."""
    objections.stop(turn.session, turn.member, turn.now)
    text = _(
        "You receive nothing unasked from us any more. We only tell you if an event you said yes to is cancelled, "
        "and, as the law wants it, if data of yours got into wrong hands. Everything else stays as it is; /resume "
        "ends this at any time."
    )
    return Reply(text, column(Button(_("Write to me again"), Go("resume")), Button(_("Menu"), Go("menu"))))


def resume(turn: Turn) -> Reply:
    """/resume"""
    objections.resume(turn.session, turn.member)
    return Reply(_("We write to you again. In /settings you choose about what."), column(
        Button(_("Settings"), Go("settings")), Button(_("Menu"), Go("menu"))))  # fmt: skip


def my_data(turn: Turn) -> list[Reply]:
    """/mydata: readable here, and everything as a file."""
    data = everything_about(turn.session, turn.member)
    turn.record("data_taken", turn.me.number)
    lines = [
        _("<b>What we hold about you</b>"),
        _("Member number: {number}").format(number=turn.me.number),
        *_what_they_told(turn),
        _("Clubs: {n}").format(n=len(data["clubs"])),
        *own_record(turn),
        _("Answers to consent questions on record: {n}").format(n=len(data["consents"])),
        _("Doors: {n}").format(n=len(data["doors"])),
        *received_lines(turn),
        *_who_looked(data["who_did_what"]),
        *look_lines(turn),
        *export_lines(turn),
        "",
        _("The file below contains everything, in a form other programs can read."),
    ]
    file = Reply(_("Your data as a file"), file=Recipe("mydata", "mydata.json"))
    card = Reply(Markup("\n").join(lines), column(Button(_("Privacy"), Go("privacy")), Button(_("Menu"), Go("menu"))))
    return [card, file]


def _what_they_told(turn: Turn) -> list[Markup]:
    """The profile line by line; a guest has none yet."""
    if turn.me.status is Status.GUEST:
        return []
    asking = Asking(turn, answers_of(turn, turn.member, consents.is_given(turn.session, turn.me.id, Purpose.ALUMNI)))
    return [
        _("<b>{label}:</b> {answer}").format(label=question.label(), answer=form_cards.shown(question, asking))
        for question in ABOUT_YOU
        if question.when(asking.answers)
    ]


def _who_looked(done: list[dict[str, Any]]) -> list[Markup]:
    """The last five times somebody else looked at or changed this record: role and day."""
    roles = {
        "alumni office": _("{day}: the alumni office"),
        "ambassador of a club": _("{day}: an ambassador of a club"),
    }
    others = [row for row in done if row["by"] in roles][-5:]
    if not others:
        return [_("Nobody else has opened your record yet.")]
    return [
        _("Your record was last opened, changed or exported on:"),
        *(_look(row, roles[row["by"]]) for row in others),
    ]


def _look(row: dict[str, Any], sentence: Markup) -> Markup:
    on = day(datetime.fromisoformat(f"{row['day']}T12:00:00+00:00"))
    return Markup("· {}").format(sentence.format(day=on))


def make_my_data(at: Composing, _params: dict[str, Any]) -> Made:
    data = {
        "made_at": at.now.isoformat(),
        "controller": at.house.controller.name,
        **everything_about(at.session, at.member),
    }
    content = json.dumps(data, ensure_ascii=False, indent=2).encode()
    return Made("mydata.json", content, "application/json")


def forget(turn: Turn) -> Outcome:
    """/forget: typed confirmation, then 48 hours to change one's mind."""
    if turn.member.erase_at is not None:
        return _waiting(turn)
    return forms.begin(turn, FORGETTING)


def _waiting(turn: Turn) -> Reply:
    assert turn.member.erase_at is not None
    text = _("Everything we hold about you will be erased on {time}. Until then you can change your mind.").format(
        time=when(turn.member.erase_at)
    )
    return Reply(text, column(Button(_("Keep my data"), Keep()), Button(_("My data"), Go("mydata"))))


def confirmation_word() -> str:
    """What has to be typed."""
    return _("ERASE")


def _check_word(_asking: Asking, typed: Any) -> str:
    word = clean(str(typed)).strip("“”\"'„«»「」『』。.").upper()
    if word not in (confirmation_word().upper(), "ERASE"):
        raise Unfit(_("Nothing was erased. To confirm, please write exactly: {word}").format(word=confirmation_word()))
    return "ERASE"


def plan_erasure(turn: Turn, _answers: Answers) -> Reply:
    turn.member.erase_at = turn.now + TIME_TO_THINK
    turn.record("erasure_asked", turn.me.number)
    return _waiting(turn)


def keep_data(turn: Turn, _tap: Keep) -> Reply:
    if turn.member.erase_at is not None:
        turn.member.erase_at = None
        turn.record("erasure_withdrawn", turn.me.number)
    return Reply(
        _("Your data stay as they are."), column(Button(_("Privacy"), Go("privacy")), Button(_("Menu"), Go("menu")))
    )


FORGETTING = Form(
    name="forget",
    title=lambda: _("Erase my data"),
    questions=(
        Question(
            name="word",
            label=lambda: _("Confirmation"),
            prompt=lambda _asking: _(
                "<b>Erase everything?</b>\nYour profile, clubs, consents and history are erased after 48 hours, in "
                "which you can change your mind. If you only want less mail, /stop is enough.\n\nTo confirm, please "
                "write: <b>{word}</b>"
            ).format(word=confirmation_word()),
            check=_check_word,
        ),
    ),
    finish=plan_erasure,
)


@dataclass(frozen=True, slots=True)
class Erased(Notice, kind="erased"):
    """The receipt: the last thing we say. Goes to the bare doors that remain until it has arrived."""

    number: str
    waits = False

    def compose(self, at: Composing) -> Reply | None:
        return Reply(
            _(
                "Everything we held about you has been erased, as you asked. Receipt number: {number}\n\nWhat remains "
                "is this random number in our log, and a keyed hash that keeps you from being imported again. This "
                "message disappears within a week. Thank you for your time with us; you are welcome again at any time."
            ).format(number=self.number)
        )


def erase_due(session: Session, now: datetime, house: House) -> None:
    """The planner: erase whose 48 hours are over. The list of erased people is written first; should we die in
    between, it is written twice, which is harmless."""
    for member in erasure.due(session, now):
        number = member.number
        erased.note(Path(house.erasure_list), lambda mark: house.digest("erasure", mark), session, member, now)
        guest = erase_member(session, member, now)
        queue(session, guest, Erased(number), now)


def erase_member(session: Session, member: Member, now: datetime) -> int:
    """Erase somebody, and settle with everybody who counted on them; the bare guest who still holds the doors."""
    seats_freed_by(session, member.id, now)
    mentor_requests.drop_of(session, member.id, now)
    part_from_all(session, member.id, now)
    session.add(Audit(at=now, actor=None, action="erased", subject=member.number, details={}))
    return erasure.erase(session, member, now)


def register(router: Router) -> None:
    router.command("privacy", show_privacy, gate=Gate.ANYONE, about=N_("Privacy, and what you agreed to"))
    router.command("mydata", my_data, gate=Gate.ANYONE, about=N_("Your data, also as a file"))
    router.command("stop", stop, gate=Gate.ANYONE, about=N_("Receive nothing unasked any more"))
    router.command("resume", resume, gate=Gate.ANYONE, about=N_("Receive messages again"))
    router.command("forget", forget, gate=Gate.ANYONE, about=N_("Have your data erased"))
    router.tap(SetNetwork, set_network, gate=Gate.REGISTERED)
    router.tap(EndTransfer, end_transfer, gate=Gate.REGISTERED)
    router.tap(Keep, keep_data, gate=Gate.ANYONE)
    router.form(FORGETTING, gate=Gate.ANYONE)
    router.notice(Erased)
    router.planner(erase_due, erasure.next_due)
    router.maker("mydata", make_my_data)
