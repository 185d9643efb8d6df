"""What is asked about a survey as a whole: to whom and what it is called are asked; the rest has sensible answers
already and stands on the last card."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from bot.conversation.checks import check_choice, check_line, check_text
from bot.conversation.dates import day_question, today
from bot.conversation.i18n import LANGUAGES, _, name_language, ngettext
from bot.conversation.questions import Answers, Asking, Choice, Question
from bot.conversation.reply import shorten
from bot.domain.questionnaires import LONGEST_INTRO, LONGEST_TITLE
from db import segments
from handlers.choices import list_clubs, other_languages

EVERYBODY = "all"
ANONYMOUS, NAMED = "anonymous", "named"
REMINDERS = (0, 2, 3, 5, 7, 10, 14)
SHOWN = 60


def _receivers(asking: Asking) -> list[Choice]:
    turn = asking.turn
    everybody = _("Everybody") if turn.scope.central else _("Everybody within my scope")
    saved = [Choice(f"s{row.id}", row.name) for row in segments.all(turn.session)]
    clubs = [
        Choice(f"c{choice.value}", _("Members: {club}").format(club=choice.label).unescape())
        for choice in list_clubs(turn.session)
    ]
    return [Choice(EVERYBODY, everybody), *saved, *clubs]


def _modes(_asking: Asking) -> list[Choice]:
    return [Choice(ANONYMOUS, _("Anonymous")), Choice(NAMED, _("With names"))]


def _reminders(_asking: Asking) -> list[Choice]:
    return [Choice(str(days), _after(days)) for days in REMINDERS]


def _after(days: int) -> str:
    return ngettext("After {n} day", "After {n} days", days).format(n=days) if days else _("No reminder")


def _check_title(asking: Asking, value: Any) -> str:
    return str(check_line(LONGEST_TITLE)(asking, value))


def _begun(_asking: Asking, text: Any) -> str:
    return shorten(" ".join(str(text).split()), SHOWN)


def _is_among(tag: str) -> Callable[[Answers], bool]:
    return lambda answers: tag in (answers.get("languages") or [])


def _has_intro_in(tag: str) -> Callable[[Answers], bool]:
    return lambda answers: tag in (answers.get("languages") or []) and bool(answers.get("intro"))


def _title_in(tag: str) -> Question:
    return Question(
        name=f"title_{tag}",
        label=lambda: _("Title ({language})").format(language=name_language(tag)),
        prompt=lambda asking: _("And the title in this language: {language}?\n\n{text}").format(
            language=name_language(tag), text=asking.answers.get("title") or ""
        ),
        check=_check_title,
        when=_is_among(tag),
    )


def _intro_in(tag: str) -> Question:
    return Question(
        name=f"intro_{tag}",
        label=lambda: _("Introduction ({language})").format(language=name_language(tag)),
        prompt=lambda asking: _("And the introduction in this language: {language}?\n\n{text}").format(
            language=name_language(tag), text=asking.answers.get("intro") or ""
        ),
        check=check_text(LONGEST_INTRO),
        show=_begun,
        when=_has_intro_in(tag),
    )


def _tomorrow(asking: Asking) -> date:
    return today(asking) + timedelta(days=1)


QUESTIONS = (
    Question(
        name="title",
        label=lambda: _("Title"),
        prompt=lambda _asking: _("What is the survey called? Its readers see this first."),
        check=_check_title,
    ),
    Question(
        name="to",
        label=lambda: _("To whom"),
        prompt=lambda _asking: _("Whom shall it ask?"),
        check=check_choice(_receivers),
        choices=_receivers,
    ),
    Question(
        name="languages",
        label=lambda: _("Languages"),
        prompt=lambda _asking: _(
            "In which other languages will you write it? Each question is then asked for in these, too."
        ),
        check=check_choice(other_languages),
        choices=other_languages,
        several=True,
        optional=True,
    ),
    *(_title_in(tag) for tag in LANGUAGES),
    Question(
        name="intro",
        label=lambda: _("Introduction"),
        prompt=lambda _asking: _(
            "What is it for, and what happens with the answers? A few sentences; you may skip this."
        ),
        check=check_text(LONGEST_INTRO),
        show=_begun,
        optional=True,
    ),
    *(_intro_in(tag) for tag in LANGUAGES),
    Question(
        name="mode",
        label=lambda: _("Names"),
        prompt=lambda _asking: _(
            "Anonymous: nobody can join an answer to a person, and results are shown from five answers on. With names: "
            "you and other coordinators with your scope see who answered what, and everybody is told so. Once the "
            "survey has begun, this is fixed."
        ),
        check=check_choice(_modes),
        choices=_modes,
        columns=2,
    ),
    day_question(
        name="day",
        label=lambda: _("Last day"),
        prompt=lambda _asking: _("What is the last day for answers?"),
        earliest=_tomorrow,
    ),
    Question(
        name="remind",
        label=lambda: _("Reminder"),
        prompt=lambda _asking: _("When are those reminded, once, who have not answered?"),
        check=check_choice(_reminders),
        choices=_reminders,
        columns=2,
        per_page=len(REMINDERS),
    ),
)
