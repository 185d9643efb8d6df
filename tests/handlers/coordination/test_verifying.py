"""Coordinators decide who is one of us."""

import asyncio

import pytest
from sqlalchemy import select

from db.models.members import Status, Verification
from handlers.coordination.verifying import Approve, Decline, OpenRegistration
from tests.actors import Actor
from tests.people import find, member
from tests.stage import Stage


def verification(stage: Stage, name: str) -> int:
    """The id of the registration of the member of this name."""
    row = find(stage, name).id
    query = select(Verification.id).where(Verification.member_id == row)
    return stage.looks_up(lambda session: session.scalars(query).one())


def state(stage: Stage, name: str) -> str:
    return stage.looks_up(lambda session: session.get_one(Verification, verification(stage, name)).state)


async def opens(coordinator: Actor, name: str) -> None:
    """From the menu to a registration's card."""
    await coordinator.says("/verify")
    await coordinator.taps(name)
    coordinator.reads("<b>{name}</b>{other} would like to be verified.", name=name, other="")


@pytest.mark.everywhere
async def test_a_coordinator_approves_and_the_person_is_welcomed(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Weber", verified=False)
    await opens(koch, "Anna Weber")
    await koch.taps("Approve")
    koch.reads("Approved.")
    await stage.passes(minutes=1)
    anna.reads(
        "Welcome, {name}! The alumni office has confirmed your registration. Now find the club near you.",
        name="Anna Weber",
    )
    assert find(stage, "Anna Weber").status == Status.VERIFIED
    await anna.says("/myclubs")
    anna.reads("You are not in a club yet.")


async def test_a_coordinator_declines_and_the_person_reads_why(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Weber", verified=False)
    await opens(koch, "Anna Weber")
    await koch.taps("Decline")
    koch.reads(
        "Why can {name} not be confirmed? Your words are passed on exactly as you write them.", name="Anna Weber"
    )
    await koch.says("Not in our records <since 1990>")
    koch.reads("Declined: “{reason}”", reason="Not in our records <since 1990>")
    await stage.passes(minutes=1)
    anna.reads(
        "The alumni office could not confirm your registration. The reason given: “{reason}”\n\nIf this is a "
        "misunderstanding, please write to the contact person; nothing you entered is lost.",
        reason="Not in our records <since 1990>",
    )
    assert anna.sees_button("Contact")
    assert find(stage, "Anna Weber").status == Status.DECLINED


async def test_a_question_and_its_answer_go_both_ways(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Weber", verified=False)
    await opens(koch, "Anna Weber")
    await koch.taps("Ask back")
    koch.reads(
        "What would you like to ask {name}? Your words are passed on exactly as you write them.", name="Anna Weber"
    )
    await koch.says("Who supervised you?")
    koch.reads("Asked back: “{question}”", question="Who supervised you?")
    await stage.passes(minutes=1)
    anna.reads("The alumni office has a question about your registration: “{question}”", question="Who supervised you?")
    await anna.taps("Answer")
    await anna.says("Professor Lange")
    anna.reads("Thank you. The alumni office has your answer and will get back to you.")
    await stage.passes(minutes=1)
    koch.reads("Asked: “{question}”. Answered: “{answer}”", question="Who supervised you?", answer="Professor Lange")
    await koch.taps("Approve")
    assert find(stage, "Anna Weber").status == Status.VERIFIED


async def test_a_second_question_is_asked_and_answered(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Weber", verified=False)
    for question, answer in (("Who supervised you?", "Professor Lange"), ("In which year?", "In 2012")):
        await opens(koch, "Anna Weber")
        await koch.taps("Ask back")
        await koch.says(question)
        await stage.passes(minutes=1)
        await anna.taps("Answer")
        await anna.says(answer)
        await stage.passes(minutes=1)
        koch.reads("Asked: “{question}”. Answered: “{answer}”", question=question, answer=answer)


@pytest.mark.everywhere
async def test_of_two_coordinators_deciding_at_once_one_wins_and_the_other_is_told(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    lang = member(stage, "Lars Lang", coordinator=True)
    member(stage, "Anna Weber", verified=False)
    for coordinator in (koch, lang):
        await opens(coordinator, "Anna Weber")
    tap = Approve(verification(stage, "Anna Weber")).pack()
    await asyncio.gather(*(who.presses(tap, who.screen.ident) for who in (koch, lang)))
    assert sorted(told_too_late(who) for who in (koch, lang)) == [False, True]
    for coordinator in (koch, lang):
        coordinator.reads("Approved.")


def told_too_late(actor: Actor) -> bool:
    try:
        actor.reads("Somebody else has decided about this already.")
    except AssertionError:
        return False
    return True


async def test_a_decline_that_comes_too_late_changes_nothing(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    lang = member(stage, "Lars Lang", coordinator=True)
    member(stage, "Anna Weber", verified=False)
    await opens(lang, "Anna Weber")
    await lang.taps("Decline")
    await opens(koch, "Anna Weber")
    await koch.taps("Approve")
    await lang.says("Unknown to us")
    lang.reads("Somebody else has decided about this already.")
    assert find(stage, "Anna Weber").status == Status.VERIFIED


async def test_an_old_card_does_not_even_ask_for_a_reason(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber", verified=False)
    await opens(koch, "Anna Weber")
    await koch.taps("Approve")
    await koch.presses(Decline(verification(stage, "Anna Weber")).pack(), koch.screen.ident)
    koch.reads("Somebody else has decided about this already.")


async def test_words_begun_for_one_person_are_not_sent_to_another(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    for name in ("Anna Weber", "Bernd Sommer"):
        member(stage, name, verified=False)
    await opens(koch, "Anna Weber")
    await koch.taps("Decline")
    await opens(koch, "Bernd Sommer")
    await koch.taps("Decline")
    await koch.says("Not in our records")
    assert (state(stage, "Anna Weber"), state(stage, "Bernd Sommer")) == ("open", "declined")


async def test_the_longest_waiting_comes_first(stage: Stage) -> None:
    for name in ("Anna Weber", "Bernd Sommer", "Clara Jung"):
        member(stage, name, verified=False)
        await stage.passes(hours=1)
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.says("/verify")
    assert koch.screen.labels()[:3] == ["Anna Weber", "Bernd Sommer", "Clara Jung"]


async def test_when_nobody_waits_the_queue_says_so(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.says("/verify")
    koch.reads("No registration is waiting.")


async def test_only_coordinators_decide(stage: Stage) -> None:
    member(stage, "Anna Weber", verified=False)
    bernd = member(stage, "Bernd Sommer")
    await bernd.says("/menu")
    await bernd.presses(Approve(verification(stage, "Anna Weber")).pack(), bernd.screen.ident)
    bernd.reads("This is for coordinators.")
    assert find(stage, "Anna Weber").status == Status.PENDING


async def test_nobody_approves_themselves(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", verified=False)
    await anna.says("/menu")
    await anna.presses(Approve(verification(stage, "Anna Weber")).pack(), anna.screen.ident)
    anna.reads("This is for coordinators.")
    assert find(stage, "Anna Weber").status == Status.PENDING


async def test_a_question_is_answered_only_by_whom_it_was_put_to(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber", verified=False)
    await opens(koch, "Anna Weber")
    await koch.taps("Ask back")
    await koch.says("Who supervised you?")
    bernd = member(stage, "Bernd Sommer")
    await bernd.says("/menu")
    await bernd.presses(f"vq:{verification(stage, 'Anna Weber')}", bernd.screen.ident)
    bernd.reads("This question is no longer open.")


async def test_a_registration_that_is_gone_says_so(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.says("/menu")
    for tap in (OpenRegistration(999), Approve(999), Decline(999)):
        await koch.presses(tap.pack(), koch.screen.ident)
        koch.reads("This registration no longer exists.")


async def test_a_card_says_what_is_needed_to_decide(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber", verified=False, city="Leipzig")
    await opens(koch, "Anna Weber")
    assert "2007–2012" in koch.screen.text
    assert {"de": "Leipzig", "en": "Leipzig", "zh_Hans": "莱比锡"}[koch.language] in koch.screen.text
