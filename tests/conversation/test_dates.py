"""A form that asks for a day, a time, a duration and a number: somebody books a ferry."""

from datetime import date, timedelta

import pytest
from markupsafe import Markup
from sqlalchemy import select

from bot.conversation.dates import day_question, duration_question, number_question, show_duration, time_question
from bot.conversation.forms import begin
from bot.conversation.i18n import speaking
from bot.conversation.questions import Answers, Form, Leaf, Pick, Question
from bot.conversation.reply import Reply
from bot.conversation.routing import Gate
from bot.conversation.times import long_day
from bot.conversation.turn import Turn
from db.models.conversation import Draft
from tests.actors import Actor
from tests.people import member
from tests.stage import Stage, translate

DAY = day_question(name="day", label=lambda: Markup("Departure"), prompt=lambda _asking: Markup("Leaving which day?"))
TIME = time_question(name="time", label=lambda: Markup("Boarding"), prompt=lambda _asking: Markup("Boarding when?"))
LENGTH = duration_question(
    name="length", label=lambda: Markup("Crossing"), prompt=lambda _asking: Markup("A crossing of which length?")
)
CARS = number_question(
    name="cars",
    label=lambda: Markup("Cars"),
    prompt=lambda _asking: Markup("With how many cars?"),
    least=1,
    most=200,
    offered=(10, 20, 300),
    none_label=lambda: Markup("Carless"),
)
QUESTIONS = (DAY, TIME, LENGTH, CARS)


def booked(_turn: Turn, answers: Answers) -> Reply:
    return Reply(Markup("Booked: {}").format(" ".join(f"{key}={value}" for key, value in sorted(answers.items()))))


def serve(stage: Stage, *questions: Question) -> None:
    form = Form(
        "ferry", lambda: Markup("Ferry"), questions or QUESTIONS, booked, summary=lambda _asking: Markup("The booking")
    )
    stage.app.router.form(form, gate=Gate.ANYONE)
    stage.app.router.command("ferry", lambda turn: begin(turn, form), gate=Gate.ANYONE)


async def books(stage: Stage, *questions: Question, city: str = "Chemnitz") -> Actor:
    serve(stage, *questions)
    anna = member(stage, city=city)
    await anna.says("/ferry")
    return anna


async def answers_all(anna: Actor) -> None:
    await anna.says("2026-03-14")
    await anna.says("19:30")
    await anna.says("90")
    await anna.says("20")
    anna.reads("The booking")


def said(actor: Actor, day: str) -> str:
    """A day as somebody reads it."""
    with speaking(actor.language):
        return long_day(date.fromisoformat(day))


def lasting(actor: Actor, minutes: int) -> str:
    with speaking(actor.language):
        return show_duration(minutes)


def line(actor: Actor, label: str, answer: str) -> str:
    """A line of a summary, as somebody reads it."""
    pattern = translate(actor.language, "<b>{label}:</b> {answer}").replace("<b>", "").replace("</b>", "")
    return pattern.format(label=label, answer=answer)


def answers(stage: Stage) -> Answers:
    """What the draft holds."""
    return stage.looks_up(
        lambda session: dict(session.scalars(select(Draft).where(Draft.form == "ferry")).one().answers)
    )


def grid(actor: Actor) -> list[list[str]]:
    """The labels of the rows of seven."""
    return [labels for row in actor.screen.buttons if len(labels := [label for label, _data in row]) == 7]


def is_on(actor: Actor, german: str, chinese: str, english: str) -> bool:
    """Whether the calendar shows this month."""
    return actor.screen.text.endswith({"de": german, "zh_Hans": chinese, "en": english}[actor.language])


@pytest.mark.everywhere
async def test_everything_is_tapped_two_months_ahead(stage: Stage) -> None:
    anna = await books(stage)
    assert is_on(anna, "Leaving which day?\n\nMärz 2026", "Leaving which day?\n\n2026年3月", "March 2026")
    await anna.taps("›")
    await anna.taps("›")
    assert is_on(anna, "Mai 2026", "2026年5月", "May 2026")
    await anna.taps("14")
    assert anna.screen.text == "Boarding when?"
    await anna.taps("19:30")
    await anna.taps(lasting(anna, 90))
    await anna.taps("20")
    assert anna.screen.text.split("\n")[2:] == [
        line(anna, "Departure", said(anna, "2026-05-14")),
        line(anna, "Boarding", "19:30"),
        line(anna, "Crossing", lasting(anna, 90)),
        line(anna, "Cars", "20"),
    ]
    await anna.taps("Everything is right")
    anna.reads("Booked: cars=20 day=2026-05-14 length=90 time=19:30")


@pytest.mark.everywhere
async def test_everything_is_typed_and_repeated_as_it_was_understood(stage: Stage) -> None:
    anna = await books(stage)
    await anna.says({"de": "14.5.", "zh_Hans": "五月十四日", "en": "May 14"}[anna.language])
    assert anna.screen.text == f"{line(anna, 'Departure', said(anna, '2026-05-14'))}\n\nBoarding when?"
    await anna.says({"de": "19 Uhr", "zh_Hans": "晚上七点", "en": "7pm"}[anna.language])
    assert anna.screen.text == f"{line(anna, 'Boarding', '19:00')}\n\nA crossing of which length?"
    await anna.says({"de": "2,5 Std.", "zh_Hans": "两个半小时", "en": "2.5 h"}[anna.language])
    assert anna.screen.text == f"{line(anna, 'Crossing', lasting(anna, 150))}\n\nWith how many cars?"
    await anna.says({"de": "25", "zh_Hans": "二十五", "en": "２５"}[anna.language])
    await anna.taps("Everything is right")
    anna.reads("Booked: cars=25 day=2026-05-14 length=150 time=19:00")


@pytest.mark.language("de")
async def test_the_weekday_is_said_in_german(stage: Stage) -> None:
    anna = await books(stage)
    await anna.says("4.5.")
    anna.reads("Departure: Mo., 4. Mai 2026")


@pytest.mark.language("zh_Hans")
async def test_the_weekday_is_said_in_chinese(stage: Stage) -> None:
    anna = await books(stage)
    await anna.says("5月4日")
    anna.reads("2026年5月4日 周一")


async def test_the_calendar_has_weeks_from_monday_on_without_those_that_have_passed(stage: Stage) -> None:
    anna = await books(stage)
    names = {"de": "Mo Di Mi Do Fr Sa So", "zh_Hans": "一 二 三 四 五 六 日", "en": "Mo Tu We Th Fr Sa Su"}
    assert [" ".join(week) for week in grid(anna)] == [
        names[anna.language],
        "· 10 11 12 13 14 15",
        "16 17 18 19 20 21 22",
        "23 24 25 26 27 28 29",
        "30 31 · · · · ·",
    ]
    assert not anna.sees_button("‹")


async def test_a_cell_without_a_day_shows_the_same_month_again(stage: Stage) -> None:
    anna = await books(stage)
    await anna.taps("›")
    before = (anna.screen.text, anna.screen.buttons)
    for cell in ("·", grid(anna)[0][0]):
        await anna.taps(cell)
        assert (anna.screen.text, anna.screen.buttons) == before
    assert answers(stage) == {}


async def test_the_calendar_ends_three_years_ahead(stage: Stage) -> None:
    anna = await books(stage)
    await anna.presses(Leaf("ferry", "day", 2**63 - 1).pack(), anna.screen.ident)
    assert is_on(anna, "März 2029", "2029年3月", "March 2029")
    assert anna.sees_button("‹")
    assert not anna.sees_button("›")
    await anna.presses(Leaf("ferry", "day", -1).pack(), anna.screen.ident)
    assert is_on(anna, "März 2026", "2026年3月", "March 2026")


async def test_today_is_the_readers_day(stage: Stage) -> None:
    await stage.passes(hours=8)
    anna = await books(stage, city="Nanjing")
    assert " ".join(grid(anna)[1]) == "· · 11 12 13 14 15"
    await anna.says("2026-03-10")
    anna.reads("{day} has passed already. Please choose a later day.", day=said(anna, "2026-03-10"))


async def test_a_calendar_shown_last_month_still_leafs_right(stage: Stage) -> None:
    anna = await books(stage)
    await anna.taps("›")
    await stage.passes(days=24)
    await anna.taps("›")
    assert is_on(anna, "Mai 2026", "2026年5月", "May 2026")


@pytest.mark.everywhere
async def test_a_day_that_cannot_be_is_answered_with_one_sentence_and_the_calendar(stage: Stage) -> None:
    anna = await books(stage)
    for typed, sentence in {
        "someday": "This is not a date. Please tap a day, or write it like this: {example}",
        "2026-02-31": "There is no such day in the calendar. Please check the day and the month.",
        "2026-03-09": "{day} has passed already. Please choose a later day.",
        "27. November 2033": "{day} is more than three years ahead. Please check the year.",
        "Fri 12 March 2026": "The weekday does not fit this date. Please check both.",
    }.items():
        await anna.says(typed)
        shown = anna.reads(sentence)
        assert "Leaving which day?" in shown.text
        assert len(grid(anna)) > 4
    assert answers(stage) == {}


@pytest.mark.parametrize(
    ("language", "example"), [("de", "19.3.2026"), ("zh_Hans", "2026年3月19日"), ("en", "19 Mar 2026")]
)
async def test_the_example_is_one_that_its_reader_could_have_written(stage: Stage, language: str, example: str) -> None:
    serve(stage)
    anna = member(stage, language=language)
    await anna.says("/ferry")
    await anna.says("?")
    anna.reads("This is not a date. Please tap a day, or write it like this: {example}", example=example)
    await anna.says(example)
    assert answers(stage) == {"day": "2026-03-19"}


@pytest.mark.parametrize("typed", ["<b>1.5.</b>", "🎉", "1" * 4096, "{day}", "½" * 500, "\u202e\u202e"])
async def test_nonsense_is_neither_taken_nor_repeated(stage: Stage, typed: str) -> None:
    anna = await books(stage)
    for question, right in zip(QUESTIONS, ("14", "19:30", lasting(anna, 90), "20"), strict=True):
        await anna.says(typed)
        assert typed not in anna.screen.text
        assert question.name in str(anna.screen.buttons)
        assert question.name not in answers(stage)
        await anna.taps(right)


async def test_a_day_tapped_on_an_old_calendar_is_asked_again(stage: Stage) -> None:
    anna = await books(stage)
    await stage.passes(days=7)
    await anna.taps("12")
    anna.reads("{day} has passed already. Please choose a later day.", day=said(anna, "2026-03-12"))


async def test_a_button_nobody_made_is_refused(stage: Stage) -> None:
    anna = await books(stage)
    for value in ("", "12.3.", "x", "9999-99-99"):
        await anna.presses(Pick("ferry", "day", value).pack(), anna.screen.ident)
        anna.reads("Please choose one of the buttons.")
    await anna.presses(Pick("ferry", "length", "5").pack(), anna.screen.ident)
    anna.reads("Leaving which day?")
    await anna.taps("14")
    await anna.taps("19:30")
    await anna.presses(Pick("ferry", "length", "5").pack(), anna.screen.ident)
    anna.reads("Please tap or write how long it lasts, from 15 minutes to 14 days: ")


async def test_back_opens_the_month_of_the_answer_and_another_day_replaces_it(stage: Stage) -> None:
    anna = await books(stage)
    await anna.says("2026-07-20")
    await anna.taps("Back")
    assert anna.screen.text.startswith(line(anna, "Departure", said(anna, "2026-07-20")))
    assert is_on(anna, "Juli 2026", "2026年7月", "July 2026")
    await anna.taps("21")
    anna.reads("Boarding when?")
    assert answers(stage) == {"day": "2026-07-21"}


async def test_a_day_is_changed_from_the_summary(stage: Stage) -> None:
    anna = await books(stage)
    await answers_all(anna)
    await anna.taps("Departure")
    await anna.taps("15")
    anna.reads(line(anna, "Departure", said(anna, "2026-03-15")))
    await anna.taps("Boarding")
    assert anna.sees_button("19:30")
    await anna.says("9:15")
    anna.reads(line(anna, "Boarding", "09:15"))
    await anna.taps("Boarding")
    assert anna.sees_button("09:00")


@pytest.mark.everywhere
async def test_a_day_that_has_passed_meanwhile_is_asked_again_when_the_form_is_taken_up(stage: Stage) -> None:
    anna = await books(stage)
    await answers_all(anna)
    await stage.passes(days=7)
    await stage.restart()
    serve(stage)
    await anna.says("/ferry")
    anna.reads("{day} has passed already. Please choose a later day.", day=said(anna, "2026-03-14"))
    await anna.says("2026-03-21")
    await anna.taps("Everything is right")
    anna.reads("Booked: cars=20 day=2026-03-21 length=90 time=19:30")


async def test_a_day_that_has_passed_meanwhile_is_asked_again_when_all_is_confirmed(stage: Stage) -> None:
    anna = await books(stage)
    await answers_all(anna)
    await stage.passes(days=7)
    await anna.taps("Everything is right")
    anna.reads("{day} has passed already. Please choose a later day.", day=said(anna, "2026-03-14"))
    await anna.taps("21")
    await anna.taps("Everything is right")
    anna.reads("Booked: cars=20 day=2026-03-21 length=90 time=19:30")


async def test_a_day_may_have_to_come_after_another(stage: Stage) -> None:
    june = date(2026, 6, 10)
    after = day_question("day", DAY.label, DAY.prompt, earliest=lambda _asking: june + timedelta(days=1))
    anna = await books(stage, after)
    assert is_on(anna, "Juni 2026", "2026年6月", "June 2026")
    await anna.says("2026-06-10")
    anna.reads(
        "{day} is too early. Please choose {first} or a later day.",
        day=said(anna, "2026-06-10"),
        first=said(anna, "2026-06-11"),
    )
    await anna.says("2026-03-09")
    anna.reads("{day} has passed already. Please choose a later day.", day=said(anna, "2026-03-09"))


async def test_a_day_can_be_left_out(stage: Stage) -> None:
    anna = await books(stage, day_question("day", DAY.label, DAY.prompt, optional=True), TIME)
    await anna.taps("Skip")
    await anna.taps("Back")
    assert is_on(anna, "März 2026", "2026年3月", "March 2026")
    await anna.taps("Go on")
    await anna.taps("20:00")
    anna.reads(line(anna, "Departure", "–"))


async def test_the_evening_is_shown_first_and_the_morning_a_page_before(stage: Stage) -> None:
    anna = await books(stage, TIME)
    assert [len(row) for row in anna.screen.buttons[:4]] == [4, 4, 4, 4]
    assert (anna.screen.labels()[0], anna.screen.labels()[15]) == ("14:00", "21:30")
    assert not anna.sees_button("›")
    await anna.taps("‹")
    assert (anna.screen.labels()[0], anna.screen.labels()[11]) == ("08:00", "13:30")
    assert not anna.sees_button("‹")
    await anna.presses(Leaf("ferry", "time", 99).pack(), anna.screen.ident)
    assert anna.sees_button("21:30")


async def test_a_time_that_cannot_be_is_asked_again_with_an_example(stage: Stage) -> None:
    anna = await books(stage, TIME)
    for typed in ("25:00", "19:75", "soon", "晚上12点"):
        await anna.says(typed)
        anna.reads("This is not a time of day. Please tap one, or write it like this: {example}", example="19:30")
    await anna.presses(Pick("ferry", "time", "7pm").pack(), anna.screen.ident)
    anna.reads("This is not a time of day.")


async def test_a_duration_has_bounds(stage: Stage) -> None:
    anna = await books(stage, LENGTH)
    for typed in ("14 min", "15 days", "long", "-2 h"):
        await anna.says(typed)
        anna.reads("Please tap or write how long it lasts, from 15 minutes to 14 days: ")
    await anna.says("14 days")
    anna.reads(line(anna, "Crossing", lasting(anna, 14 * 1440)))


async def test_a_number_has_bounds(stage: Stage) -> None:
    anna = await books(stage, CARS)
    for typed, sentence in {
        "-1": "This number is too small: it must be at least {n}.",
        "0": "This number is too small: it must be at least {n}.",
        "500": "This number is too large: it must be at most {n}.",
        "五百": "This number is too large: it must be at most {n}.",
        "abc": "Please write a whole number, for example {n}.",
        "2.5": "Please write a whole number, for example {n}.",
    }.items():
        await anna.says(typed)
        anna.reads(sentence)
    await anna.says("一百二十")
    anna.reads(line(anna, "Cars", "120"))


async def test_only_numbers_within_the_bounds_are_offered(stage: Stage) -> None:
    anna = await books(stage, CARS)
    assert anna.screen.labels()[:3] == ["10", "20", "Carless"]


async def test_none_can_be_chosen_tapped_or_by_its_name(stage: Stage) -> None:
    anna = await books(stage, CARS)
    await anna.taps("Carless")
    anna.reads(line(anna, "Cars", "Carless"))
    await anna.taps("Cars")
    await anna.says("carless")
    await anna.taps("Everything is right")
    anna.reads("Booked: cars=0")
