"""The engine of longer conversations, with a small form of its own: somebody orders tea."""

from dataclasses import replace

import pytest
from markupsafe import Markup
from sqlalchemy import select

from bot.conversation.checks import check_choice, check_line
from bot.conversation.forms import begin, begin_anew
from bot.conversation.questions import Answers, Asking, Board, Choice, Form, Leaf, Move, Pick, Question, Step, Unfit
from bot.conversation.reply import Reply
from bot.conversation.routing import Gate
from bot.conversation.turn import Turn
from db.models.conversation import Draft
from tests.actors import Actor
from tests.people import member
from tests.stage import Stage, expected, translate

TITLE = "Tea"


def kinds(_asking: Asking) -> list[Choice]:
    return [Choice("g", "Green"), Choice("b", "Black"), Choice("w", "White")]


def extras(_asking: Asking) -> list[Choice]:
    return [Choice(str(n), f"Extra {n}") for n in range(10)]


def ordered(_turn: Turn, answers: Answers) -> Reply:
    return Reply(Markup("Ordered: {}").format(" ".join(f"{key}={value}" for key, value in sorted(answers.items()))))


NAME = Question("name", lambda: Markup("For"), lambda _asking: Markup("Tea for whom?"), check_line(20))
KIND = Question("kind", lambda: Markup("Sort"), lambda _asking: Markup("Which tea?"), check_choice(kinds), kinds)
EXTRAS = Question(
    "extras",
    lambda: Markup("Extras"),
    lambda _asking: Markup("With what?"),
    check_choice(extras),
    extras,
    several=True,
    optional=True,
    per_page=4,
)
NOTE = Question("note", lambda: Markup("Note"), lambda _asking: Markup("A note?"), check_line(20), optional=True)


def shelf(_asking: Asking, page: int) -> Board:
    """Two shelves of two teas, each with a sign that is no tea."""
    page = min(max(page, 0), 1)
    row = (Choice("", "~"), *(Choice(f"{page}{n}", f"Tin {page}{n}") for n in range(2)))
    return Board((row,), page=page, earlier=page == 1, later=page == 0, title=Markup("Shelf {}").format(page))


def read_tin(_asking: Asking, words: str) -> str:
    if not words.strip().isdigit():
        raise Unfit(Markup("No such tin."))
    return words.strip().zfill(2)


TIN = Question(
    "tin",
    lambda: Markup("Tin"),
    lambda _asking: Markup("Which tin?"),
    lambda _asking, value: str(value),
    board=shelf,
    opens_at=lambda asking: int(asking.answers.get("tin", "10")[0]),
    reads=read_tin,
)
TEA = Form(
    "tea", lambda: Markup(TITLE), (NAME, KIND, EXTRAS, NOTE), ordered, summary=lambda _asking: Markup("Your order")
)


def serve(stage: Stage, form: Form = TEA) -> None:
    stage.app.router.form(form, gate=Gate.ANYONE)
    stage.app.router.command("tea", lambda turn: begin(turn, form), gate=Gate.ANYONE)


async def orders(stage: Stage) -> Actor:
    serve(stage)
    anna = member(stage)
    await anna.says("/tea")
    return anna


async def sums_up(anna: Actor) -> None:
    await anna.says("Anna")
    await anna.taps("Green")
    await anna.taps("Done")
    await anna.taps("Skip")
    anna.reads("Your order")


def is_told(actor: Actor, sentence: str) -> bool:
    """In a bubble, or in the short line Telegram shows over the chat."""
    pattern = expected(actor.language, sentence, {})
    return any(pattern.search(message.text) for message in actor.messages())


def draft(stage: Stage) -> Draft | None:
    return stage.looks_up(lambda session: session.scalars(select(Draft).where(Draft.form == "tea")).one_or_none())


def order(language: str, **answers: str) -> str:
    """The summary, as somebody reads it."""
    line = translate(language, "<b>{label}:</b> {answer}").replace("<b>", "").replace("</b>", "")
    return "Your order\n\n" + "\n".join(line.format(label=label, answer=said) for label, said in answers.items())


async def test_questions_come_in_their_order_and_end_in_a_summary(stage: Stage) -> None:
    anna = await orders(stage)
    anna.reads("Tea for whom?")
    await anna.says("Anna")
    anna.reads("Which tea?")
    await anna.taps("Green")
    anna.reads("With what?")
    await anna.taps("Done")
    anna.reads("A note?")
    await anna.says("hot")
    assert anna.screen.text == order(anna.language, For="Anna", Sort="Green", Extras="–", Note="hot")


async def test_confirming_finishes_with_all_answers(stage: Stage) -> None:
    anna = await orders(stage)
    await sums_up(anna)
    await anna.taps("Everything is right")
    anna.reads("Ordered: extras=[] kind=g name=Anna note=None")
    assert draft(stage) is None


async def test_back_shows_the_question_before_with_its_answer_and_going_on_keeps_it(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await anna.taps("Black")
    await anna.taps("Back")
    anna.reads("Sort: Black\n\nWhich tea?")
    await anna.taps("Back")
    anna.reads("For: Anna\n\nTea for whom?")
    await anna.taps("Go on")
    anna.reads("With what?")


async def test_the_first_question_has_no_way_back(stage: Stage) -> None:
    anna = await orders(stage)
    assert not anna.sees_button("Back")


async def test_another_answer_after_going_back_replaces_the_first(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await anna.taps("Black")
    await anna.taps("Back")
    await anna.taps("White")
    stored = draft(stage)
    assert stored is not None
    assert stored.answers["kind"] == "w"


async def test_what_must_be_answered_cannot_be_skipped(stage: Stage) -> None:
    anna = await orders(stage)
    assert not anna.sees_button("Skip")
    await anna.presses(Move("tea", Step.SKIP, "name").pack(), anna.screen.ident)
    anna.reads("Tea for whom?")


async def test_several_choices_are_ticked_and_unticked(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await anna.taps("Green")
    await anna.taps("Extra 1")
    await anna.taps("Extra 3")
    await anna.taps("Extra 1")
    assert [label for label in anna.screen.labels() if label.startswith("✓")] == ["✓ Extra 3"]


async def test_a_double_tap_on_one_of_several_choices_ticks_it_once(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await anna.taps("Green")
    tap = Pick("tea", "extras", "1", True).pack()
    await anna.presses(tap, anna.screen.ident)
    await anna.presses(tap, anna.screen.ident)
    stored = draft(stage)
    assert stored is not None
    assert stored.answers["extras"] == ["1"]


async def test_leafing_keeps_what_is_ticked(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await anna.taps("Green")
    await anna.taps("Extra 0")
    await anna.taps("›")
    await anna.taps("Extra 5")
    assert "✓ Extra 5" in anna.screen.labels()
    await anna.taps("‹")
    assert "✓ Extra 0" in anna.screen.labels()


async def test_a_page_that_does_not_exist_shows_the_last_one(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await anna.taps("Green")
    await anna.presses("ql:tea:extras:99", anna.screen.ident)
    assert "Extra 9" in anna.screen.labels()


async def test_a_double_tap_on_an_answer_asks_the_next_question_once_more(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    tap, message = Pick("tea", "kind", "g").pack(), anna.screen.ident
    await anna.presses(tap, message)
    await anna.presses(tap, message)
    anna.reads("With what?")


async def test_typing_what_a_button_says_is_tapping_it(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await anna.says(" green ")
    anna.reads("With what?")


async def test_words_where_only_buttons_count_are_answered_with_the_buttons(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await anna.says("coffee")
    anna.reads(["Please choose one of the buttons.", "", "Which tea?"][0])
    await anna.taps("Green")
    await anna.says("sugar")
    anna.reads("Please use the buttons below.")


@pytest.mark.everywhere
async def test_a_line_is_changed_from_the_summary(stage: Stage) -> None:
    anna = await orders(stage)
    await sums_up(anna)
    await anna.taps("For")
    await anna.says("Bob")
    assert anna.screen.text == order(anna.language, For="Bob", Sort="Green", Extras="–", Note="–")


async def test_back_from_a_change_leaves_the_line_as_it_was(stage: Stage) -> None:
    anna = await orders(stage)
    await sums_up(anna)
    await anna.taps("Sort")
    await anna.taps("Back")
    assert "Green" in anna.screen.text


async def test_an_answer_that_builds_on_a_changed_one_is_asked_again(stage: Stage) -> None:
    serve(stage, replace(TEA, questions=(NAME, replace(KIND, builds_on="name"), EXTRAS, NOTE)))
    anna = member(stage)
    await anna.says("/tea")
    await sums_up(anna)
    await anna.taps("For")
    await anna.says("Bob")
    anna.reads("Which tea?")


async def test_an_answer_can_end_the_form(stage: Stage) -> None:
    ending = replace(KIND, ends=lambda _asking, value: Reply(Markup("No black tea.")) if value == "b" else None)
    serve(stage, replace(TEA, questions=(NAME, ending)))
    anna = member(stage)
    await anna.says("/tea")
    await anna.says("Anna")
    await anna.taps("Black")
    anna.reads("No black tea.")
    assert draft(stage) is None


@pytest.mark.everywhere
async def test_a_form_is_taken_up_after_a_week_and_a_restart(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await stage.passes(days=7)
    await stage.restart()
    serve(stage)
    await anna.taps("Black")
    anna.reads("With what?")


async def test_after_a_month_nothing_of_it_is_left(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await stage.passes(days=31)
    await anna.taps("Black")
    assert is_told(anna, "This form is already closed. Everything you can do is in /menu.")
    assert draft(stage) is None


async def test_a_command_parks_the_form_and_it_is_offered_again(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await anna.says("/contact")
    await anna.taps("Continue: {form}", form=TITLE)
    anna.reads("Which tea?")


async def test_words_typed_while_a_form_is_parked_do_not_go_into_it(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("/contact")
    await anna.says("Bob")
    anna.reads("This is an automatic assistant, which cannot answer free text. Perhaps one of these helps:")
    await anna.taps("Continue: {form}", form=TITLE)
    anna.reads("Tea for whom?")


async def test_of_two_forms_begun_only_the_one_touched_last_takes_words(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("/zone")
    await anna.presses(Move("tea", Step.RESUME).pack(), None)
    await anna.says("Anna")
    anna.reads("Which tea?")


async def test_starting_again_goes_on_where_it_was_left(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await anna.says("/menu")
    await anna.says("/tea")
    anna.reads("Which tea?")


async def test_cancelling_throws_the_answers_away_and_says_so(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await anna.taps("Cancel")
    anna.reads("Cancelled: {form}. What you had entered in this form has been discarded.", form=TITLE)
    assert draft(stage) is None
    await anna.taps("Start again")
    anna.reads("Tea for whom?")


async def test_an_answer_the_changed_form_no_longer_takes_is_asked_again(stage: Stage) -> None:
    anna = await orders(stage)
    await sums_up(anna)
    await stage.restart()
    fewer = replace(
        KIND, check=check_choice(lambda asking: kinds(asking)[1:]), choices=lambda asking: kinds(asking)[1:]
    )
    serve(stage, replace(TEA, questions=(NAME, fewer, EXTRAS, NOTE)))
    await anna.says("/tea")
    anna.reads("Which tea?")


async def test_of_several_choices_those_that_remain_are_kept(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await anna.taps("Green")
    await anna.taps("Extra 0")
    await anna.taps("Extra 1")
    await stage.restart()
    fewer = replace(EXTRAS, check=check_choice(lambda asking: extras(asking)[1:]))
    serve(stage, replace(TEA, questions=(NAME, KIND, fewer, NOTE)))
    await anna.says("/tea")
    stored = draft(stage)
    assert stored is not None
    assert stored.answers["extras"] == ["1"]


async def test_a_question_that_was_added_is_asked(stage: Stage) -> None:
    anna = await orders(stage)
    await sums_up(anna)
    await stage.restart()
    cup = replace(NAME, name="cup", prompt=lambda _asking: Markup("Which cup?"))
    serve(stage, replace(TEA, questions=(*TEA.questions, cup)))
    await anna.taps("Everything is right")
    anna.reads("Which cup?")


async def test_a_question_that_was_removed_is_passed_over(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await stage.restart()
    serve(stage, replace(TEA, questions=(NAME, EXTRAS, NOTE)))
    await anna.taps("Green")
    anna.reads("With what?")


async def test_a_button_of_a_finished_form_is_answered_and_harmless(stage: Stage) -> None:
    anna = await orders(stage)
    await sums_up(anna)
    await anna.taps("Everything is right")
    await anna.presses(Pick("tea", "kind", "b").pack(), anna.screen.ident)
    assert is_told(anna, "This form is already closed. Everything you can do is in /menu.")
    assert draft(stage) is None


async def test_somebody_elses_form_cannot_be_touched(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    bob = member(stage, "Bob")
    await bob.says("/menu")
    await bob.presses(Pick("tea", "kind", "b").pack(), bob.screen.ident)
    assert is_told(bob, "This form is already closed. Everything you can do is in /menu.")
    stored = draft(stage)
    assert stored is not None
    assert stored.answers == {"name": "Anna"}


async def test_a_button_of_a_form_that_no_longer_exists_is_answered(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/menu")
    await anna.presses(Pick("coffee", "kind", "b").pack(), anna.screen.ident)
    assert is_told(anna, "This form no longer exists. Please open /menu.")


async def test_an_answer_that_is_no_longer_offered_is_refused(stage: Stage) -> None:
    anna = await orders(stage)
    await anna.says("Anna")
    await anna.presses(Pick("tea", "kind", "zz").pack(), anna.screen.ident)
    anna.reads("Please choose one of the buttons.")


async def at_the_shelf(stage: Stage) -> Actor:
    serve(stage, replace(TEA, questions=(TIN, NAME)))
    anna = member(stage)
    await anna.says("/tea")
    return anna


async def test_a_board_has_rows_of_its_own_and_opens_where_it_says(stage: Stage) -> None:
    anna = await at_the_shelf(stage)
    assert anna.screen.text == "Which tin?\n\nShelf 1"
    assert [[label for label, _data in row] for row in anna.screen.buttons[:2]] == [["~", "Tin 10", "Tin 11"], ["‹"]]


async def test_a_board_is_leafed_through_and_has_no_page_beyond_its_last(stage: Stage) -> None:
    anna = await at_the_shelf(stage)
    await anna.taps("‹")
    anna.reads("Shelf 0")
    await anna.taps("›")
    anna.reads("Shelf 1")
    for page in (-7, 0):
        await anna.presses(Leaf("tea", "tin", page).pack(), anna.screen.ident)
        anna.reads("Shelf 0")
    await anna.presses(Leaf("tea", "tin", 2**63 - 1).pack(), anna.screen.ident)
    await anna.taps("‹")
    anna.reads("Shelf 0")


async def test_a_sign_on_a_board_shows_the_same_page_again(stage: Stage) -> None:
    anna = await at_the_shelf(stage)
    await anna.taps("‹")
    before = anna.screen.buttons
    await anna.taps("~")
    assert (anna.screen.text, anna.screen.buttons) == ("Which tin?\n\nShelf 0", before)


async def test_a_board_opens_at_its_answer_and_shows_it_above(stage: Stage) -> None:
    anna = await at_the_shelf(stage)
    await anna.taps("‹")
    await anna.taps("Tin 01")
    assert anna.screen.text == "Tea for whom?"
    await anna.taps("Back")
    answer = order(anna.language, Tin="01").removeprefix("Your order\n\n")
    assert anna.screen.text == f"{answer}\n\nWhich tin?\n\nShelf 0"


async def test_words_that_are_read_are_repeated_and_others_asked_again(stage: Stage) -> None:
    anna = await at_the_shelf(stage)
    await anna.says("Earl Grey")
    assert anna.screen.text == "No such tin.\n\nWhich tin?\n\nShelf 1"
    await anna.says(" 1 ")
    assert anna.screen.text.endswith("01\n\nTea for whom?")


async def test_why_an_old_answer_is_asked_again_is_said(stage: Stage) -> None:
    def refuse(_asking: Asking, _value: object) -> str:
        raise Unfit(Markup("This tin is empty by now."))

    anna = await at_the_shelf(stage)
    await anna.says("1")
    await anna.says("Anna")
    await stage.restart()
    serve(stage, replace(TEA, questions=(replace(TIN, check=refuse), NAME)))
    await anna.taps("Everything is right")
    assert anna.screen.text == "This tin is empty by now.\n\nWhich tin?\n\nShelf 1"
    await anna.says("/menu")
    await anna.says("/tea")
    anna.reads("Which tin?")


def lay_table(_turn: Turn, answers: Answers) -> Form:
    """As many cups as guests, of whom the form itself knows nothing."""
    cups = tuple(replace(NOTE, name=f"cup{n}") for n in range(answers.get("_guests", 0)))
    return replace(TABLE, lays_out=None, questions=cups, language=answers.get("_language"))


TABLE = Form("tea", lambda: Markup(TITLE), (), ordered, starts=None, lays_out=lay_table)


async def test_a_form_lays_itself_out_by_what_it_is_about(stage: Stage) -> None:
    """Back and on, and after a break; without questions it is over at once."""
    stage.app.router.form(TABLE, gate=Gate.ANYONE)
    stage.app.router.command("tea", lambda turn: begin(turn, TABLE, {"_guests": 2}), gate=Gate.ANYONE)
    stage.app.router.command("water", lambda turn: begin_anew(turn, TABLE, {"_guests": 0}), gate=Gate.ANYONE)
    anna = member(stage)
    await anna.says("/tea")
    await anna.says("green")
    await anna.taps("Back")
    await anna.says("black")
    await anna.says("/tea")
    await anna.taps("Skip")
    anna.reads("Ordered: _guests=2 cup0=black cup1=None")
    await anna.says("/water")
    anna.reads("Ordered: _guests=0")


@pytest.mark.language("de")
async def test_a_form_that_is_tried_in_a_language_speaks_it_at_every_step(stage: Stage) -> None:
    stage.app.router.form(TABLE, gate=Gate.ANYONE)
    about = {"_guests": 2, "_language": "en"}
    stage.app.router.command("tea", lambda turn: begin(turn, TABLE, about), gate=Gate.ANYONE)
    anna = member(stage)
    anna.reads_one_language = False
    await anna.says("/tea")
    assert anna.screen.labels() == ["Skip", "Cancel"]
    await anna.says("green")
    assert anna.screen.labels() == ["Skip", "Back", "Cancel"]
    await anna.says("/menu")
    assert "Mein Profil" in anna.screen.labels()
