"""What people agree to, as questions: the notice, contact among alumni, and in China the transfer abroad.

Each answer is recorded at once, with the exact text as it was read; before anything personal is stored.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from bot.conversation.checks import check_choice
from bot.conversation.i18n import _, language
from bot.conversation.privacy_texts import VERSION, alumni_consent, full_notice, short_notice, transfer_consent
from bot.conversation.questions import Answers, Asking, Choice, Question, Unfit
from bot.conversation.reply import Button, Go, Reply, column
from db import consents, places
from db.models.members import Status
from db.models.privacy import Purpose
from handlers.registration.questions import ABOUT_YOU


def _read_notice(asking: Asking, value: Any) -> str:
    if value == "full":
        raise Unfit(full_notice(asking.turn.house))
    return str(check_choice(_notice_choices)(asking, value))


def _notice_choices(_asking: Asking) -> list[Choice]:
    """The answer is the version read: a draft that knows an older one is asked again."""
    return [Choice(VERSION, _("I have read this")), Choice("full", _("Read everything"))]


def _yes_or_no(_asking: Asking) -> list[Choice]:
    return [Choice("yes", _("I agree")), Choice("no", _("I do not agree"))]


def _where(_asking: Asking) -> list[Choice]:
    return [Choice("yes", _("In mainland China")), Choice("no", _("Elsewhere"))]


def recorded(purpose: Purpose, text: Callable[[Asking], Markup]) -> Callable[[Asking, Any], None]:
    """Write down the answer at once, with the exact text as it was read. A double tap says nothing new."""

    def keep(asking: Asking, value: Any) -> None:
        turn, given, read = asking.turn, value in ("yes", VERSION), str(text(asking))
        before = consents.newest(turn.session, turn.me.id, purpose)
        if before is None or (before.given, before.text, before.language) != (given, read, language()):
            consents.add(
                turn.session,
                turn.me.id,
                purpose,
                given=given,
                version=VERSION,
                text=read,
                language=language(),
                at=turn.now,
            )

    return keep


def _notice(asking: Asking) -> Markup:
    return short_notice(asking.turn.house)


def _alumni(asking: Asking) -> Markup:
    return alumni_consent(asking.turn.house)


def _transfer(asking: Asking) -> Markup:
    return transfer_consent(asking.turn.house)


def _without_transfer(asking: Asking, value: Any) -> Reply | None:
    """Without this consent nothing may be stored, so there is no going on without it."""
    if value == "yes":
        return None
    if asking.turn.me.status is not Status.GUEST:
        text = _("Then your city stays as it was. Without this consent we may not store a city in mainland China.")
        return Reply(text, column(Button(_("My profile"), Go("profile")), Button(_("Contact"), Go("contact"))))
    text = _(
        "Then we may not store your data and cannot register you. What you answered here is all we have; no other "
        "detail about you has been stored. If you change your mind, simply go on; the alumni office is also glad to "
        "hear from you directly."
    )
    return Reply(text, column(Button(_("Go on"), Go("join")), Button(_("Contact"), Go("contact"))))


def lives_in_china(answers: Answers) -> bool:
    """Said so, or chose a city there."""
    return answers.get("china") == "yes" or answers.get("country") == "CN"


def _note_country(asking: Asking, value: Any) -> None:
    place = places.load_place(asking.turn.session, int(value))
    asking.answers["country"] = place.country if place else None


AGREEMENTS: tuple[Question, ...] = (
    Question(
        name="notice",
        label=lambda: _("Privacy"),
        prompt=_notice,
        check=_read_notice,
        choices=_notice_choices,
        keeps=recorded(Purpose.UNIVERSITY, _notice),
        typed=False,
        summed_up=False,
    ),
    Question(
        name="alumni",
        label=lambda: _("Contact among alumni"),
        prompt=_alumni,
        check=check_choice(_yes_or_no),
        choices=_yes_or_no,
        keeps=recorded(Purpose.ALUMNI, _alumni),
        typed=False,
    ),
    Question(
        name="china",
        label=lambda: _("Where you live"),
        prompt=lambda _asking: _("Where do you live? In mainland China the law asks for one more consent."),
        check=check_choice(_where),
        choices=_where,
        typed=False,
        summed_up=False,
    ),
    Question(
        name="transfer",
        label=lambda: _("Transfer abroad"),
        prompt=_transfer,
        check=check_choice(_yes_or_no),
        choices=_yes_or_no,
        when=lives_in_china,
        keeps=recorded(Purpose.TRANSFER, _transfer),
        ends=_without_transfer,
        typed=False,
        summed_up=False,
    ),
)

TRANSFER = AGREEMENTS[-1]
# A city in China makes the transfer abroad a question, whatever was said before.
ABOUT_YOU_AND_WHERE = tuple(
    replace(question, keeps=_note_country) if question.name == "city" else question for question in ABOUT_YOU
)
