"""Silence: a reminder on the third day, the next mentor after a week, and a kind word to everybody each time."""

from datetime import timedelta

from db import mentor_requests
from handlers.mentoring.buttons import OpenRequest, SendRequests
from handlers.mentoring.request_card import AcceptRequest
from handlers.privacy import TIME_TO_THINK
from tests.actors import Actor
from tests.handlers.mentoring.asking import ids, looking, request_id, state_of, states, texts, times_read
from tests.mentoring import mentor
from tests.people import find
from tests.stage import Stage

ASKED = "<b>{name}</b> would like to have you as a mentor."
REMINDED = "A reminder: this request still waits for your answer."


async def asked(stage: Stage, *mentors: str) -> tuple[Actor, int, list[Actor]]:
    anna, sought, offering = looking(stage, *mentors)
    await anna.presses(SendRequests(sought, *ids(stage, *mentors)).pack(), None)
    for one in offering:
        await one.catch_up()
    return anna, sought, offering


async def test_three_mentors_do_not_answer(stage: Stage) -> None:
    """The whole ladder; the clock of each mentor begins when they are asked."""
    anna, sought, mentors = await asked(stage, "Bernd Koch", "Carla Busch", "Dora Lang")
    names = ("Bernd Koch", "Carla Busch", "Dora Lang")
    for turn, (name, silent) in enumerate(zip(names, mentors, strict=True)):
        assert times_read(silent, ASKED) == 1
        assert [len(each.messages()) > 0 for each in mentors] == [True] * (turn + 1) + [False] * (2 - turn)
        await stage.passes(days=3, minutes=1)
        silent.reads(REMINDED)
        assert times_read(silent, ASKED) == 2
        await stage.passes(days=3, hours=23)
        assert states(stage, sought)[name] == "asked"
        await stage.passes(hours=1)
        silent.reads(
            "The time to answer the request of {name} is over, and we look for somebody else. Nothing is expected "
            "from you; perhaps another time.",
            name="Anna Weber",
        )
        anna.reads("<b>{name}</b> did not get round to answering within a week.", name=name)
        if turn < 2:
            anna.reads("We have asked {name} now, who has until {day} to answer.", name=names[turn + 1])
    anna.reads("There is nobody else in line. Would you like to choose again?")
    assert states(stage, sought) == dict.fromkeys(names, "lapsed")
    assert state_of(stage, sought) == "open"
    assert all(times_read(each, REMINDED) == 1 for each in mentors)


async def test_who_answered_is_not_reminded(stage: Stage) -> None:
    _anna, _sought, (bernd, _carla) = await asked(stage, "Bernd Koch", "Carla Busch")
    await stage.passes(days=2)
    await bernd.taps("Decline")
    await bernd.taps("Without a reason")
    before = len(bernd.messages())
    await stage.passes(days=8)
    assert len(bernd.messages()) == before


async def test_nobody_is_woken(stage: Stage) -> None:
    """10:00 UTC is 18:00 in Taiyuan; four hours later people sleep there, and read it in the morning."""
    chen = mentor(stage, "Chen Shibo", city="Taiyuan")
    anna, sought, _mentors = looking(stage)
    await stage.passes(hours=4)
    await anna.presses(SendRequests(sought, *ids(stage, "Chen Shibo")).pack(), None)
    await chen.catch_up()
    assert not chen.messages()
    await stage.passes(hours=9)
    assert not chen.messages()
    await stage.passes(hours=2)
    assert times_read(chen, ASKED) == 1
    await stage.passes(days=6, hours=13)
    assert states(stage, sought) == {"Chen Shibo": "lapsed"}
    before = len(chen.messages())
    await stage.passes(hours=11)
    assert len(chen.messages()) == before + 1


async def test_an_old_card_says_how_it_stands(stage: Stage) -> None:
    _anna, sought, (bernd, _carla) = await asked(stage, "Bernd Koch", "Carla Busch")
    asking = request_id(stage, sought, "Bernd Koch")
    await stage.passes(days=7, minutes=1)
    for tap in (AcceptRequest(asking), OpenRequest(asking)):
        await bernd.presses(tap.pack(), None)
        bernd.reads("The time to answer <b>{name}</b> is over; somebody else is asked.", name="Anna Weber")
    assert states(stage, sought) == {"Bernd Koch": "lapsed", "Carla Busch": "asked"}


async def test_a_mentor_who_withdraws_consent_is_passed_over(stage: Stage) -> None:
    anna, sought, (bernd, carla) = await asked(stage, "Bernd Koch", "Carla Busch")
    await bernd.says("/privacy")
    await bernd.taps("Withdraw contact among alumni")
    await stage.passes(minutes=1)
    assert states(stage, sought) == {"Bernd Koch": "gone", "Carla Busch": "asked"}
    anna.reads("The mentor we had asked is not available any more.")
    anna.reads("We have asked {name} now, who has until {day} to answer.", name="Carla Busch")
    carla.reads(ASKED, name="Anna Weber")


async def test_a_mentee_who_withdraws_consent_is_waited_for_no_longer(stage: Stage) -> None:
    anna, sought, (bernd, carla) = await asked(stage, "Bernd Koch", "Carla Busch")
    await anna.says("/privacy")
    await anna.taps("Withdraw contact among alumni")
    await stage.passes(minutes=1)
    bernd.reads("Somebody who had asked you for mentoring does not need it any more. Nothing is expected from you.")
    assert states(stage, sought) == {"Bernd Koch": "withdrawn", "Carla Busch": "dropped"}
    assert state_of(stage, sought) == "closed"
    await stage.passes(days=8)
    assert texts(bernd).count("Anna Weber") == 1
    assert not carla.messages()


async def erases(stage: Stage, actor: Actor) -> None:
    await actor.says("/forget")
    await actor.says("ERASE")
    await stage.passes(seconds=TIME_TO_THINK.total_seconds() + 60)


async def test_a_mentor_who_leaves_is_passed_over(stage: Stage) -> None:
    """As soon as they want to be erased they are in the network no longer."""
    anna, sought, (bernd, _carla) = await asked(stage, "Bernd Koch", "Carla Busch")
    await bernd.says("/forget")
    await bernd.says("ERASE")
    await stage.passes(minutes=1)
    assert states(stage, sought) == {"Bernd Koch": "gone", "Carla Busch": "asked"}
    anna.reads("The mentor we had asked is not available any more.")
    await stage.passes(days=3)
    assert states(stage, sought) == {"Carla Busch": "asked"}


async def test_a_mentee_who_is_erased_leaves_no_name(stage: Stage) -> None:
    anna, _sought, (bernd,) = await asked(stage, "Bernd Koch")
    await erases(stage, anna)
    bernd.reads("Somebody who had asked you for mentoring does not need it any more. Nothing is expected from you.")
    await stage.passes(days=8)
    assert times_read(bernd, REMINDED) == 0


async def test_an_offer_withdrawn_sends_the_request_on(stage: Stage) -> None:
    anna, sought, (bernd, _carla) = await asked(stage, "Bernd Koch", "Carla Busch")
    who, now = find(stage, "Bernd Koch").id, stage.clock.now() + timedelta(minutes=1)
    stage.looks_up(lambda session: mentor_requests.drop_as_mentor(session, who, now))
    await stage.passes(minutes=2)
    assert states(stage, sought) == {"Bernd Koch": "gone", "Carla Busch": "asked"}
    anna.reads("The mentor we had asked is not available any more.")
    await bernd.presses(OpenRequest(request_id(stage, sought, "Bernd Koch")).pack(), None)
    bernd.reads("The request of <b>{name}</b> is not open any more. Nothing is expected from you.", name="Anna Weber")
