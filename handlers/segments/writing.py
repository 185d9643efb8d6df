"""What coordinators write about a segment: its name, a city, years, a day. One short form, of which one question is
asked at a time; leaving it leads back to the card."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date
from markupsafe import Markup

from bot.conversation import form_steps
from bot.conversation.checks import check_line
from bot.conversation.cities import check_city, search_cities, show_city
from bot.conversation.dates import today
from bot.conversation.i18n import _, language, locale
from bot.conversation.questions import Answers, Asking, Form, Question, Unfit
from bot.conversation.reply import Button, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.times import long_day
from bot.conversation.turn import Outcome, Refused, Turn
from bot.conversation.typed_dates import read_day
from bot.domain.audience import EVERYONE, By, Group, Value
from db import drafts, segments
from db.drafts import Filling
from handlers.choices import check_cohort
from handlers.segments.buttons import ChooseValues, ListSegments, NameSegment, TypeValue
from handlers.segments.cards import audience_or_refuse, change_or_refuse, list_all, show_card
from handlers.segments.choosing import change, show_values, with_value

# What the form is about, beside its one answer.
SEGMENT, GROUP, ASKED = "_segment", "_group", "_asked"
NAME = "name"


def ask_name(turn: Turn, tap: NameSegment) -> Outcome:
    """Of a new segment, or another for one there is."""
    if tap.segment is not None:
        change_or_refuse(turn, tap.segment)
    return _ask(turn, {ASKED: NAME, SEGMENT: tap.segment})


def ask_value(turn: Turn, tap: TypeValue) -> Outcome:
    row = change_or_refuse(turn, tap.segment)
    if tap.by not in (By.CITY, By.COHORT, By.SILENT):
        return show_values(turn, row, ChooseValues(row.id, tap.group, tap.by))
    return _ask(turn, {ASKED: tap.by.value, SEGMENT: row.id, GROUP: tap.group.value})


def _ask(turn: Turn, about: Answers) -> Outcome:
    """Words begun for one segment are never taken up for another."""
    turn.parked = None if turn.parked == FORM.name else turn.parked
    return form_steps.resume(turn, FORM, Filling(FORM.name, "", about))


def take(turn: Turn, answers: Answers) -> Reply:
    """The one answer."""
    if answers[ASKED] == NAME:
        return _take_name(turn, answers)
    row = change_or_refuse(turn, answers[SEGMENT], lock=True)
    audience = audience_or_refuse(row)
    by = By(answers[ASKED])
    at = ChooseValues(row.id, Group(answers[GROUP]), by)
    values = _years(answers) if by is By.COHORT else with_value(audience, at, _value(by, answers), on=True)
    change(turn, row, audience, at, values)
    return show_values(turn, row, at) if by is By.CITY else show_card(turn, row)


def _years(answers: Answers) -> tuple[Value, ...]:
    first, _dash, last = answers[By.COHORT.value].partition("-")
    return int(first), int(last)


def _value(by: By, answers: Answers) -> Value:
    written: str = answers[by.value]
    return int(written) if by is By.CITY else written


def _take_name(turn: Turn, answers: Answers) -> Reply:
    try:
        if answers[SEGMENT] is None:
            everybody = turn.scope.narrow(EVERYONE)
            row = segments.save(turn.session, answers[NAME], everybody, turn.me.id, turn.now)
            turn.record("segment_made", segment=row.id)
            return show_card(turn, row, _("Saved. Now choose below who belongs to it."))
        row = change_or_refuse(turn, answers[SEGMENT], lock=True)
        segments.rename(turn.session, row, answers[NAME], turn.now)
    except segments.NameTaken:
        raise Refused(Reply(_taken(), column(Button(_("Segments"), ListSegments())))) from None
    return show_card(turn, row, _("Saved."))


def _taken() -> Markup:
    return _("Another segment has this name already. Please choose another one.")


def go_back(turn: Turn) -> Reply:
    """To the segment the form was about."""
    filling = drafts.find(turn.connection, turn.me.id, FORM.name)
    drafts.drop(turn.connection, turn.me.id, FORM.name)
    known = filling.answers.get(SEGMENT) if filling is not None else None
    row = segments.find(turn.session, known) if known is not None else None
    return show_card(turn, row) if row is not None else list_all(turn)


def _check_name(asking: Asking, typed: Any) -> str:
    name = str(check_line(segments.LONGEST_NAME)(asking, typed))
    other = segments.called(asking.turn.session, name)
    if other is not None and other.id != asking.answers.get(SEGMENT):
        raise Unfit(_taken())
    return name


def _read_past(asking: Asking, words: str) -> str:
    found = read_day(words, language(), today(asking))
    if not isinstance(found, date):
        example = format_date(today(asking) - timedelta(days=400), _EXAMPLES[language()], locale=locale())
        raise Unfit(_("This is not a date. Please write it like this: {example}").format(example=example))
    return found.isoformat()


_EXAMPLES = {"en": "d MMM y", "de": "d.M.y", "zh_Hans": "y年M月d日"}


def _check_past(asking: Asking, value: Any) -> str:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        raise Unfit(_("Please choose one of the buttons.")) from None
    if day > today(asking):
        raise Unfit(
            _("{day} is still to come. Please write a day in the past, with its year.").format(day=long_day(day))
        )
    return day.isoformat()


def _only_when(asked: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(ASKED) == asked


FORM = Form(
    name="segment",
    title=lambda: _("Segment"),
    questions=(
        Question(
            name=NAME,
            label=lambda: _("Name"),
            prompt=lambda _asking: _("What shall the segment be called? For example: Jiangsu scholarship holders."),
            check=_check_name,
            when=_only_when(NAME),
        ),
        Question(
            name=By.CITY.value,
            label=lambda: _("City"),
            prompt=lambda _asking: _("Which city? Write its name, or share the location."),
            check=check_city,
            search=search_cities,
            show=show_city,
            when=_only_when(By.CITY.value),
        ),
        Question(
            name=By.COHORT.value,
            label=lambda: _("Cohorts"),
            prompt=lambda _asking: _("Who left in which years? For example 2008–2012, or just 2012."),
            check=check_cohort,
            when=_only_when(By.COHORT.value),
        ),
        Question(
            name=By.SILENT.value,
            label=lambda: _("Day"),
            prompt=lambda _asking: _("Not heard from since which day? Please write it with its year."),
            check=_check_past,
            reads=_read_past,
            when=_only_when(By.SILENT.value),
        ),
    ),
    finish=take,
    card=go_back,
)


def register(router: Router) -> None:
    router.tap(NameSegment, ask_name, gate=Gate.COORDINATOR)
    router.tap(TypeValue, ask_value, gate=Gate.COORDINATOR)
    router.form(FORM, gate=Gate.COORDINATOR)
