"""A mentor is asked: yes, no, or a question first; nobody has more mentees than they have places for."""

import asyncio
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import mentor_requests, mentors
from db.models.mentoring import MentorRequest, Mentorship
from handlers.mentoring.answering import DeclineInWords
from handlers.mentoring.buttons import OpenRequest, OpenSearch, SendRequests
from handlers.mentoring.request_card import AcceptRequest, DeclineRequest
from handlers.mentoring.search_card import TakeBack
from tests.actors import Actor
from tests.handlers.mentoring.asking import ids, in_a_week, looking, request_id, state_of, states, texts
from tests.marks import on_both_databases
from tests.mentoring import mentor, offers, opens_to_all, request, search
from tests.people import find, member
from tests.stage import Stage
from tests.wording import city


async def asked(stage: Stage, *mentors: str) -> tuple[Actor, int, list[Actor]]:
    """Anna has asked these people, one after the other, and all have read what there is to read."""
    anna, sought, offering = looking(stage, *mentors)
    await anna.presses(SendRequests(sought, *ids(stage, *mentors)).pack(), None)
    for one in offering:
        await one.catch_up()
    return anna, sought, offering


def mentees_of(stage: Stage, name: str) -> int:
    who = find(stage, name).id
    query = select(func.count()).where(Mentorship.mentor_id == who, Mentorship.state == "active")
    return stage.looks_up(lambda session: session.scalar(query) or 0)


async def test_a_mentor_says_yes(stage: Stage) -> None:
    anna, sought, (bernd, carla) = await asked(stage, "Bernd Koch", "Carla Busch")
    bernd.reads("<b>Goal:</b> {goal}", goal="Founding a company")
    bernd.reads("Please answer by {day}; after that we ask somebody else.", day=in_a_week(stage, bernd))
    await bernd.taps("Accept")
    bernd.reads("Thank you! You are now the mentor of <b>{name}</b>", name="Anna Weber")
    await anna.catch_up()
    anna.reads("<b>{name}</b> said yes: you have a mentor!", name="Bernd Koch")
    assert states(stage, sought) == {"Bernd Koch": "accepted", "Carla Busch": "dropped"}
    assert state_of(stage, sought) == "matched"
    await stage.passes(days=8)
    assert not carla.messages()
    await anna.taps("Open the mentorship")
    assert "Bernd Koch" in anna.screen.text


async def test_yes_tapped_twice_is_one_yes(stage: Stage) -> None:
    _anna, sought, (bernd,) = await asked(stage, "Bernd Koch")
    tap = AcceptRequest(request_id(stage, sought, "Bernd Koch")).pack()
    await asyncio.gather(bernd.presses(tap, None), bernd.presses(tap, None))
    bernd.reads("You said yes to <b>{name}</b>.", name="Anna Weber")
    assert mentees_of(stage, "Bernd Koch") == 1


async def test_the_mentor_reads_what_was_released_and_nothing_else(stage: Stage) -> None:
    member(stage, "Anna Weber", city="Leipzig")
    bernd = mentor(stage, "Bernd Koch")
    opens_to_all(stage, "Anna Weber", "studies")
    sought = search(stage, "Anna Weber")
    asking = request(stage, sought, "Anna Weber", "Bernd Koch")
    await bernd.presses(OpenRequest(asking).pack(), None)
    assert "2007–2012" in bernd.screen.text
    assert city(stage, bernd, "Leipzig") not in bernd.screen.text


async def test_a_no_needs_no_reason(stage: Stage) -> None:
    anna, sought, (bernd, carla) = await asked(stage, "Bernd Koch", "Carla Busch")
    await bernd.taps("Decline")
    bernd.reads("A no needs no reason.")
    await bernd.taps("Without a reason")
    bernd.reads("Thank you for the answer. We pass it on kindly, and look for somebody else.")
    await anna.catch_up()
    await carla.catch_up()
    anna.reads("<b>{name}</b> has no time at present.", name="Bernd Koch")
    anna.reads(
        "We have asked {name} now, who has until {day} to answer.", name="Carla Busch", day=in_a_week(stage, anna)
    )
    carla.reads("<b>{name}</b> would like to have you as a mentor.", name="Anna Weber")
    await bernd.presses(DeclineRequest(request_id(stage, sought, "Bernd Koch"), True).pack(), None)
    bernd.reads("You told <b>{name}</b> that you have no time at present.", name="Anna Weber")
    assert states(stage, sought) == {"Bernd Koch": "declined", "Carla Busch": "asked"}


async def test_a_no_with_a_few_words(stage: Stage) -> None:
    anna, sought, (bernd,) = await asked(stage, "Bernd Koch")
    await bernd.taps("Decline")
    await bernd.taps("A few words")
    bernd.reads("What may we pass on to <b>{name}</b> with your no?", name="Anna Weber")
    await bernd.says("x" * 301)
    bernd.reads("This is too long: please use at most {n} characters.", n=300)
    await bernd.says("I am abroad until <June>.")
    await anna.catch_up()
    anna.reads("<b>{name}</b> has no time at present, and writes to you:\n“{words}”", words="I am abroad until <June>.")
    anna.reads("There is nobody else in line. Would you like to choose again?")
    assert anna.sees_button("Suggestions")
    await anna.presses(OpenSearch(sought).pack(), None)
    anna.reads("{name} has no time at present: “{words}”", name="Bernd Koch", words="I am abroad until <June>.")


async def test_words_that_come_too_late_are_not_passed_on(stage: Stage) -> None:
    anna, sought, (bernd,) = await asked(stage, "Bernd Koch")
    asking = request_id(stage, sought, "Bernd Koch")
    await bernd.presses(DeclineInWords(asking).pack(), None)
    await anna.presses(TakeBack(asking).pack(), None)
    await bernd.says("Alas, I have no time.")
    bernd.reads("The request of <b>{name}</b> is not open any more. Nothing is expected from you.", name="Anna Weber")
    assert states(stage, sought) == {"Bernd Koch": "withdrawn"}
    assert "Alas" not in texts(anna)


async def test_a_question_is_passed_on_and_answered(stage: Stage) -> None:
    anna, sought, (bernd,) = await asked(stage, "Bernd Koch")
    await bernd.taps("Ask a question")
    await bernd.says("In which town would it be?")
    await anna.catch_up()
    assert "In which town would it be?" in texts(anna)
    await anna.presses(OpenSearch(sought).pack(), None)
    await anna.taps("Write an answer")
    await anna.says("In Leipzig.")
    await bernd.catch_up()
    assert "In Leipzig." in texts(bernd)
    assert states(stage, sought) == {"Bernd Koch": "asked"}


async def test_requests_of_others_are_nobodys_business(stage: Stage) -> None:
    _anna, sought, (_bernd, carla) = await asked(stage, "Bernd Koch", "Carla Busch")
    eve = mentor(stage, "Eve Roth")
    first, queued = (request_id(stage, sought, name) for name in ("Bernd Koch", "Carla Busch"))
    for actor, ident in ((eve, first), (carla, queued), (eve, 2**40), (carla, first)):
        for tap in (OpenRequest(ident), AcceptRequest(ident), DeclineRequest(ident, True), DeclineInWords(ident)):
            await actor.presses(tap.pack(), None)
            actor.reads("This request does not exist (any more); nothing is expected from you.")
    assert states(stage, sought) == {"Bernd Koch": "asked", "Carla Busch": "queued"}
    assert "Anna Weber" not in texts(eve) + texts(carla)


async def test_who_asked_and_left_the_network_is_named_no_more(stage: Stage) -> None:
    anna, sought, (bernd,) = await asked(stage, "Bernd Koch")
    asking = request_id(stage, sought, "Bernd Koch")
    await anna.says("/privacy")
    await anna.taps("Withdraw contact among alumni")
    before = len(bernd.messages())
    for tap in (AcceptRequest(asking), OpenRequest(asking)):
        await bernd.presses(tap.pack(), None)
        bernd.reads("This person cannot be found here any more.")
    assert not any("Anna Weber" in message.text for message in bernd.messages()[before:])
    assert mentees_of(stage, "Bernd Koch") == 0


async def test_the_second_of_two_finds_all_places_taken(stage: Stage) -> None:
    bernd = mentor(stage, "Bernd Koch", capacity=1)
    for name in ("Anna Weber", "Dora Lang"):
        member(stage, name)
        request(stage, search(stage, name), name, "Bernd Koch")
    first, second = stage.looks_up(lambda session: session.scalars(select(MentorRequest.id)).all())
    await asyncio.gather(*(bernd.presses(AcceptRequest(each).pack(), None) for each in (first, second)))
    bernd.reads("You are together with {n} mentee already, as many as you offered places for.", n=1)
    assert mentees_of(stage, "Bernd Koch") == 1
    who = find(stage, "Bernd Koch").id
    stage.looks_up(lambda session: setattr(mentors.load(session, who), "capacity", 2))
    left = stage.looks_up(lambda session: [each.id for each in mentor_requests.asked_of(session, who)])
    assert len(left) == 1
    await bernd.presses(AcceptRequest(left[0]).pack(), None)
    assert mentees_of(stage, "Bernd Koch") == 2


def accepts(session: Session, ident: int, now: datetime) -> object:
    row = mentor_requests.load(session, ident)
    assert row is not None
    return mentor_requests.accept(session, row, now)


@on_both_databases
@pytest.mark.parametrize("places", [1, 3])
async def test_no_more_are_accepted_at_once_than_there_are_places(stage: Stage, places: int) -> None:
    mentor(stage, "Bernd Koch", capacity=places)
    asking = []
    for letter in "abcde":
        member(stage, f"Person {letter}")
        asking.append(request(stage, search(stage, f"Person {letter}"), f"Person {letter}", "Bernd Koch"))
    now = stage.clock.now()
    results = await asyncio.gather(
        *(asyncio.to_thread(stage.looks_up, lambda session, one=one: accepts(session, one, now)) for one in asking)
    )
    assert mentees_of(stage, "Bernd Koch") == places
    assert sum(result is mentor_requests.Hindrance.FULL for result in results) == len(asking) - places


@on_both_databases
async def test_two_who_accept_each_other_at_the_same_instant(stage: Stage) -> None:
    """Each turn holds its own member and needs the other's."""
    people = [mentor(stage, name) for name in ("Anna Weber", "Bernd Koch")]
    ours = request(stage, search(stage, "Anna Weber"), "Anna Weber", "Bernd Koch")
    theirs = request(stage, search(stage, "Bernd Koch"), "Bernd Koch", "Anna Weber")
    await asyncio.gather(
        people[0].presses(AcceptRequest(theirs).pack(), None), people[1].presses(AcceptRequest(ours).pack(), None)
    )
    # A pair is together once, in whichever direction came first.
    assert mentees_of(stage, "Anna Weber") + mentees_of(stage, "Bernd Koch") == 1


@on_both_databases
async def test_yes_and_another_mentor_at_the_same_instant(stage: Stage) -> None:
    bernd, anna = mentor(stage, "Bernd Koch"), member(stage, "Anna Weber")
    mentor(stage, "Carla Busch")
    sought = search(stage, "Anna Weber")
    asking = request(stage, sought, "Anna Weber", "Bernd Koch")
    request(stage, sought, "Anna Weber", "Carla Busch", state="queued", asked_at=None, position=2)
    await asyncio.gather(bernd.presses(AcceptRequest(asking).pack(), None), anna.presses(TakeBack(asking).pack(), None))
    if mentees_of(stage, "Bernd Koch"):
        assert states(stage, sought) == {"Bernd Koch": "accepted", "Carla Busch": "dropped"}
    else:
        assert states(stage, sought) == {"Bernd Koch": "withdrawn", "Carla Busch": "asked"}


async def test_what_else_waits_is_said_after_a_yes(stage: Stage) -> None:
    bernd = mentor(stage, "Bernd Koch")
    for name in ("Anna Weber", "Dora Lang"):
        member(stage, name)
        request(stage, search(stage, name), name, "Bernd Koch")
    first = stage.looks_up(lambda session: session.scalars(select(MentorRequest.id)).first())
    assert first is not None
    await bernd.presses(AcceptRequest(first).pack(), None)
    bernd.reads("{n} more request waits for your answer.", n=1)
    await bernd.taps("My offer")
    assert bernd.sees_button("Request from {name}", name="Dora Lang")


async def test_a_mentor_can_be_a_mentee_too(stage: Stage) -> None:
    anna, sought, (bernd,) = await asked(stage, "Bernd Koch")
    offers(stage, "Anna Weber")
    await bernd.taps("Accept")
    await anna.catch_up()
    anna.reads("<b>{name}</b> said yes: you have a mentor!", name="Bernd Koch")
    assert state_of(stage, sought) == "matched"
