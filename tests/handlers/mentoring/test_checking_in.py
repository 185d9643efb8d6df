"""Both are asked how it is going: after a month, then every other month; nobody falls silent unnoticed."""

import pytest
from sqlalchemy import select

from bot.conversation.notices import Switch
from db.models.mentoring import CheckIn
from db.models.privacy import Audit
from handlers.mentoring.together_buttons import AnswerCheck, FinishTogether, Going, TakeCare, TellTrouble, Trouble
from handlers.settings import Toggle
from tests.handlers.mentoring.asking import times_read
from tests.handlers.mentoring.pairs import OVERVIEW, queued, row_of, taps_again, together, withdraws
from tests.mentoring import mentor, mentorship
from tests.people import find, member
from tests.stage import Stage, translate

ASKED = "How is your mentorship with <b>{name}</b> going? {name} learns of your answer only if you have finished."
AGAIN = "A reminder: how is your mentorship with <b>{name}</b> going? One tap is enough."
SILENT = "<b>{name}</b> and <b>{other}</b>, together since {day}, have both not answered for two weeks"
ROUNDS_A_YEAR = 6


def answers_of(stage: Stage, ref: int, name: str) -> list[str | None]:
    """What somebody answered each time."""
    query = select(CheckIn.answer).where(CheckIn.mentorship_id == ref, CheckIn.member_id == find(stage, name).id)
    return stage.looks_up(lambda session: list(session.scalars(query.order_by(CheckIn.round))))


@pytest.mark.everywhere
async def test_both_are_asked_after_a_month_and_again_after_two(stage: Stage) -> None:
    anna, chen, ref = together(stage)
    await stage.passes(days=29.9)
    anna.reads_not(ASKED)
    await stage.passes(days=1)
    anna.reads(ASKED, name="Chen Shibo")
    chen.reads(ASKED, name="Anna Weber")
    for actor in (anna, chen):
        await actor.taps("Going well")
        actor.reads("We are glad to hear it. We ask again on {day}; until then this is all.")
    assert not stage.looks_up(lambda session: session.scalars(select(Audit.action)).all())
    await stage.passes(days=58)
    anna.reads_not(ASKED)
    await stage.passes(days=2)
    anna.reads(ASKED, name="Chen Shibo")
    assert answers_of(stage, ref, "Anna Weber") == ["well", None]


@pytest.mark.everywhere
@pytest.mark.door("telegram")
async def test_a_year_in_which_one_is_silent(stage: Stage) -> None:
    """The first ladder: asked, reminded once a week later, and left in peace; the other answers, so nobody calls."""
    anna, chen, ref = together(stage, door="telegram")
    chief = member(stage, "Karin Chef", coordinator=True, door="telegram")
    await stage.passes(days=30)
    for _round in range(ROUNDS_A_YEAR):
        await stage.passes(days=1)
        await anna.taps("Going well")
        await stage.passes(days=59)
    assert answers_of(stage, ref, "Anna Weber") == ["well"] * ROUNDS_A_YEAR + [None]
    assert times_read(chen, ASKED, name="Anna Weber") == ROUNDS_A_YEAR + 1
    assert times_read(chen, AGAIN, name="Anna Weber") == ROUNDS_A_YEAR
    assert times_read(anna, AGAIN) == 0
    assert chief.messages() == []


@pytest.mark.everywhere
@pytest.mark.door("telegram")
async def test_a_year_in_which_both_are_silent(stage: Stage) -> None:
    """The second ladder: two weeks after each question coordinators hear of it, once for each."""
    anna, chen, ref = together(stage, door="telegram")
    chiefs = [member(stage, name, coordinator=True, door="telegram") for name in ("Karin Chef", "Max Amt")]
    await stage.passes(days=43)
    assert all(chief.messages() == [] for chief in chiefs)
    await stage.passes(days=2)
    for chief in chiefs:
        chief.reads(SILENT, name="Chen Shibo", other="Anna Weber")
    await stage.passes(days=320)
    for chief in chiefs:
        assert times_read(chief, SILENT, name="Chen Shibo", other="Anna Weber") == ROUNDS_A_YEAR
    for actor, other in ((anna, "Chen Shibo"), (chen, "Anna Weber")):
        assert times_read(actor, ASKED, name=other) == times_read(actor, AGAIN, name=other) == ROUNDS_A_YEAR
    assert answers_of(stage, ref, "Anna Weber") == [None] * ROUNDS_A_YEAR


async def test_a_late_answer_ends_the_silence(stage: Stage) -> None:
    anna, _chen, _ref = together(stage)
    chief = member(stage, "Karin Chef", coordinator=True)
    await stage.passes(days=40)
    await anna.taps("Going well")
    await stage.passes(days=5)
    assert chief.messages() == []


async def test_who_does_not_wish_to_be_asked_is_not_silent(stage: Stage) -> None:
    anna, chen, _ref = together(stage)
    chief = member(stage, "Karin Chef", coordinator=True)
    for actor in (anna, chen):
        await actor.presses(Toggle(Switch.MENTORING, False).pack(), None)
    await stage.passes(days=45)
    assert chief.messages() == []
    await chief.says("/mentoring")
    chief.reads(OVERVIEW, silent=0)


async def test_need_of_help_reaches_coordinators_at_once_and_nobody_else(stage: Stage) -> None:
    anna, chen, ref = together(stage)
    chief, other = (member(stage, name, coordinator=True) for name in ("Karin Chef", "Max Amt"))
    await stage.passes(days=31)
    await anna.taps("I need help")
    anna.reads("Thank you for telling us. The alumni office knows and will get in touch with you")
    await chief.catch_up()
    chief.reads("<b>{name}</b> needs help in the mentorship with {other}", name="Anna Weber", other="Chen Shibo")
    await anna.taps("We find no time")
    anna.reads("Thank you. The alumni office will get in touch with you.")
    await chief.catch_up()
    why = translate(chief.language, "We find no time")
    chief.reads("<b>{name}</b> adds to the request for help in the mentorship with {other}: “{trouble}”.", trouble=why)
    await taps_again(anna, AnswerCheck(ref, Going.HELP))
    assert queued(stage, "mentoring_help") == ["Karin Chef", "Max Amt"]
    await chen.catch_up()
    chen.reads_not("<b>{name}</b> needs help in the mentorship with {other}, which began on {day}.")
    await chief.taps("Look at it")
    chief.reads("{name} needs help, since {day}.", name="Anna Weber")
    await chief.taps("I take care of it")
    chief.reads("Thank you. Your colleagues are not reminded of it any more.")
    await taps_again(other, TakeCare(ref))
    other.reads("Somebody takes care of it already, or it has settled itself.")
    actions = stage.looks_up(lambda session: list(session.scalars(select(Audit.action).order_by(Audit.id))))
    assert actions == ["mentorship_opened"] * 2 + ["mentorship_cared_for"] * 2


async def test_what_it_is_about_is_not_asked_once_somebody_takes_care(stage: Stage) -> None:
    anna, _chen, ref = together(stage)
    chief = member(stage, "Karin Chef", coordinator=True)
    await stage.passes(days=31)
    await anna.taps("I need help")
    await taps_again(chief, TakeCare(ref))
    await taps_again(anna, TellTrouble(ref, 1, Trouble.NO_FIT))
    assert queued(stage, "mentoring_trouble") == []


async def test_a_coordinator_does_not_hear_of_their_own_mentorship(stage: Stage) -> None:
    """The mentor is a coordinator: that the mentee needs help is for the colleague only."""
    karin = member(stage, "Karin Chef", coordinator=True)
    max_ = member(stage, "Max Amt", coordinator=True)
    anna = member(stage, "Anna Weber")
    ref = mentorship(stage, "Anna Weber", "Karin Chef")
    await stage.passes(days=31)
    await anna.taps("I need help")
    assert queued(stage, "mentoring_help") == ["Max Amt"]
    await karin.says("/mentoring")
    karin.reads(OVERVIEW, needy=0)
    await taps_again(karin, TakeCare(ref))
    karin.reads("This is a mentorship of your own; a colleague looks after it.")
    await max_.says("/mentoring")
    max_.reads(OVERVIEW, needy=1)
    await max_.taps("All open cases")
    await max_.taps("Karin Chef · Anna Weber")
    max_.reads("Mentor: <b>{mentor}</b>", mentor="Karin Chef")


async def test_finished_is_closed_together(stage: Stage) -> None:
    anna, chen, ref = together(stage)
    await stage.passes(days=31)
    await anna.taps("We have finished")
    anna.reads("How good that you got there! {name} is asked as well", name="Chen Shibo")
    await chen.catch_up()
    chen.reads("<b>{name}</b> says that the two of you have finished what you set out to do.", name="Anna Weber")
    await chen.taps("Yes, close it")
    chen.reads("Your mentorship with {name} is closed. Thank you for the time you gave each other!", name="Anna Weber")
    assert row_of(stage, ref).state == "finished"
    await anna.catch_up()
    anna.reads("<b>{name}</b> has closed your mentorship.", name="Chen Shibo")


async def test_both_say_finished_by_themselves(stage: Stage) -> None:
    anna, chen, ref = together(stage)
    await stage.passes(days=31)
    await anna.taps("We have finished")
    await taps_again(chen, AnswerCheck(ref, Going.FINISHED))
    assert row_of(stage, ref).state == "finished"
    await taps_again(chen, FinishTogether(ref, True))
    chen.reads("This mentorship has ended, so there is nothing more to do here.")


async def test_not_finished_yet(stage: Stage) -> None:
    anna, chen, ref = together(stage)
    await stage.passes(days=31)
    await anna.taps("We have finished")
    await chen.catch_up()
    await chen.taps("Not yet")
    chen.reads("So you go on. The other one is told, and you can write to each other.")
    await anna.catch_up()
    anna.reads("<b>{name}</b> would like to go on for a while.", name="Chen Shibo")
    assert row_of(stage, ref).state == "active"
    assert answers_of(stage, ref, "Chen Shibo") == ["well"]


async def test_whoever_switched_mentoring_off_is_not_asked(stage: Stage) -> None:
    anna, chen, _ref = together(stage)
    await anna.presses(Toggle(Switch.MENTORING, False).pack(), None)
    await stage.passes(days=31)
    anna.reads_not(ASKED)
    chen.reads(ASKED, name="Anna Weber")


async def test_the_other_is_named_only_while_in_the_network(stage: Stage) -> None:
    anna, chen, _ref = together(stage)
    withdraws(stage, "Chen Shibo")
    await stage.passes(days=31)
    anna.reads("How is your mentorship going? Your answer stays with us.")
    chen.reads_not(ASKED)
    assert chen.messages() == []


async def test_an_answer_before_the_question_shows_the_card(stage: Stage) -> None:
    anna, _chen, ref = together(stage)
    await taps_again(anna, AnswerCheck(ref, Going.HELP))
    anna.reads("Your mentor since {day}.")
    assert queued(stage, "mentoring_help") == []


async def test_six_cases_a_page(stage: Stage) -> None:
    chief = member(stage, "Karin Chef", coordinator=True)
    mentor(stage, "Bernd Koch")
    for letter in "abcdefg":
        member(stage, f"Person {letter}")
        mentorship(stage, f"Person {letter}", "Bernd Koch")
    await stage.passes(days=45)
    await chief.says("/mentoring")
    chief.reads(OVERVIEW, silent=7)
    await chief.taps("All open cases")
    assert chief.sees_button("Bernd Koch · Person f")
    assert not chief.sees_button("Bernd Koch · Person g")
    await chief.taps("›")
    await chief.taps("Bernd Koch · Person g")
    chief.reads("Both were asked on {day} and have not answered.")
    await chief.taps("I take care of it")
    await chief.taps("All open cases")
    assert not chief.sees_button("›")
