"""A question that a coordinator built, as the engine of forms asks it.

To an anonymous survey nothing of an answer is ever said back (see `handlers.balloting`).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from markupsafe import Markup

from bot.conversation.checks import check_choice, check_text
from bot.conversation.dates import day_question, month_page, read_day_or_refuse, today
from bot.conversation.i18n import _, labelled, listed, number
from bot.conversation.questions import Asking, Choice, Question, Unfit
from bot.conversation.reply import shorten
from bot.conversation.times import long_day
from bot.conversation.typed_numbers import read_number
from bot.domain.questionnaires import LONGEST_ANSWER, MOST_OPTIONS, Asked, Kind
from handlers.balloting import unseen

EARLIEST = date(1930, 1, 1)
# On the card that sums up twenty questions.
LONGEST_LABEL, LONGEST_SHOWN = 24, 80
SCALE_COLUMNS = {5: 5, 7: 4, 11: 4}


def questions_for(asked: list[Asked], tag: str, *, anonymous: bool) -> tuple[Question, ...]:
    """The questions in a language."""
    return tuple(_question(one, place, len(asked), tag, anonymous) for place, one in enumerate(asked, 1))


def _question(asked: Asked, place: int, of: int, tag: str, anonymous: bool) -> Question:
    text = Markup("{}/{}\n<b>{}</b>").format(place, of, asked.words[tag])

    def prompt() -> Markup:
        hint = hint_of(asked, tag)
        return Markup("{}\n\n{}").format(text, hint) if hint else text

    return replace(
        _BY_KIND[asked.kind](asked, tag),
        label=lambda: f"{place}. {shorten(asked.words[tag], LONGEST_LABEL)}",
        prompt=unseen(prompt) if anonymous else lambda _asking: prompt(),
        show=lambda _asking, value: shorten(told(asked, value, tag), LONGEST_SHOWN),
        optional=not asked.required,
        summed_up=not anonymous,
    )


def hint_of(asked: Asked, tag: str) -> Markup:
    """How to answer, where the buttons do not say it."""
    if asked.kind is Kind.SEVERAL:
        return _("Several answers are possible. Please tap Done at the end.")
    if asked.kind is Kind.SCALE:
        low, high = asked.ends
        return Markup("{} · {}").format(labelled(asked.least, low[tag]), labelled(asked.most, high[tag]))
    if asked.kind is Kind.NUMBER:
        least, most = number(asked.least), number(asked.most)
        return _("Please write a whole number from {least} to {most}.").format(least=least, most=most)
    if asked.kind is Kind.DATE:
        return _("Please tap a day, or write it with its year.")
    return _("Please write it in your own words.") if asked.kind is Kind.TEXT else Markup("")


def told(asked: Asked, value: Any, tag: str) -> str:
    """An answer in words."""
    if value in (None, []):
        return "–"
    if asked.kind is Kind.SEVERAL:
        return listed([option_of(asked, each, tag) for each in value]).unescape()
    if asked.kind is Kind.CHOICE:
        return option_of(asked, value, tag)
    if asked.kind is Kind.DATE:
        return long_day(date.fromisoformat(value))
    return number(int(value)) if asked.kind is Kind.NUMBER else str(value)


def option_of(asked: Asked, place: str, tag: str) -> str:
    """An option in a language, else in any."""
    names = asked.options[int(place) - 1]
    return names.get(tag) or next(iter(names.values()))


def _unasked(_asking: Asking) -> Markup:
    """In place of what `_question` puts there."""
    return Markup("")


def _of_options(asked: Asked, tag: str) -> Question:
    def choices(_asking: Asking) -> list[Choice]:
        return [Choice(str(place), option_of(asked, str(place), tag)) for place in range(1, len(asked.options) + 1)]

    return _tapped(asked, choices, several=asked.kind is Kind.SEVERAL, per_page=MOST_OPTIONS)


def _of_scale(asked: Asked, _tag: str) -> Question:
    points = range(asked.least, asked.most + 1)

    def choices(_asking: Asking) -> list[Choice]:
        return [Choice(str(point), str(point)) for point in points]

    return _tapped(asked, choices, columns=SCALE_COLUMNS.get(len(points), 4), per_page=len(points))


def _tapped(asked: Asked, choices: Callable[[Asking], list[Choice]], **more: Any) -> Question:
    return Question(asked.key, str, _unasked, check_choice(choices), choices, typed=False, **more)


def _of_number(asked: Asked, _tag: str) -> Question:
    def check(_asking: Asking, value: Any) -> int:
        found = read_number(str(value))
        if found is None:
            raise Unfit(_("This is not a whole number."))
        if not asked.least <= found <= asked.most:
            least, most = number(asked.least), number(asked.most)
            raise Unfit(_("The number must be between {least} and {most}.").format(least=least, most=most))
        return found

    return Question(asked.key, str, _unasked, check)


def _of_text(asked: Asked, _tag: str) -> Question:
    return Question(asked.key, str, _unasked, check_text(LONGEST_ANSWER))


def _of_date(asked: Asked, _tag: str) -> Question:
    """By a check that reads what was typed, so that nothing is repeated."""
    calendar = day_question(asked.key, lambda: Markup(""), _unasked, earliest=lambda _asking: EARLIEST)

    def check(asking: Asking, value: Any) -> Any:
        return calendar.check(asking, read_day_or_refuse(asking, str(value)))

    def opens_at(asking: Asking) -> int:
        answer = asking.answers.get(asked.key)
        return month_page(date.fromisoformat(answer) if answer else today(asking))

    return replace(calendar, check=check, reads=None, opens_at=opens_at)


_BY_KIND: dict[Kind, Callable[[Asked, str], Question]] = {
    Kind.CHOICE: _of_options,
    Kind.SEVERAL: _of_options,
    Kind.SCALE: _of_scale,
    Kind.NUMBER: _of_number,
    Kind.TEXT: _of_text,
    Kind.DATE: _of_date,
}
