"""A mentee asks mentors one after the other, wishes for somebody else, and is free at any time."""

import asyncio
from datetime import date

import pytest
from sqlalchemy.orm import Session

from db import mentor_requests, mentor_searches, mentors
from db.models.mentoring import MatchRound
from handlers.mentoring.buttons import AnotherMentor, OpenSearch, SendRequests
from handlers.mentoring.search_card import AskProposed, CancelSearch, TakeBack
from tests.actors import Actor
from tests.handlers.mentoring.asking import ids, in_a_week, looking, request_id, state_of, states, texts, times_read
from tests.mentoring import mentor, mentorship, request, search
from tests.people import find, member
from tests.stage import Stage


async def asks(stage: Stage, actor: Actor, search_id: int, *names: str) -> None:
    await actor.presses(SendRequests(search_id, *ids(stage, *names)).pack(), None)
    await stage.passes(seconds=1)


async def test_mentors_are_asked_one_after_the_other(stage: Stage) -> None:
    anna, sought, (bernd, carla) = looking(stage, "Bernd Koch", "Carla Busch")
    await asks(stage, anna, sought, "Bernd Koch", "Carla Busch")
    anna.reads("{name} is being asked now. We tell you as soon as there is an answer.", name="Bernd Koch")
    anna.reads("<b>{name}</b> was asked on {since} and has until {day} to answer.", day=in_a_week(stage, anna))
    anna.reads("Next in line: {names}", names="Carla Busch")
    bernd.reads("<b>{name}</b> would like to have you as a mentor.", name="Anna Weber")
    assert not carla.messages()
    assert states(stage, sought) == {"Bernd Koch": "asked", "Carla Busch": "queued"}


async def test_a_second_tap_asks_nobody_twice(stage: Stage) -> None:
    anna, sought, (bernd, _carla) = looking(stage, "Bernd Koch", "Carla Busch")
    tap = SendRequests(sought, *ids(stage, "Bernd Koch", "Carla Busch")).pack()
    await asyncio.gather(anna.presses(tap, None), anna.presses(tap, None))
    await bernd.catch_up()
    assert states(stage, sought) == {"Bernd Koch": "asked", "Carla Busch": "queued"}
    assert times_read(bernd, "<b>{name}</b> would like to have you as a mentor.", name="Anna Weber") == 1
    anna.reads("<b>{name}</b> was asked on {since}", name="Bernd Koch")


async def test_nobody_asks_themselves(stage: Stage) -> None:
    anna, sought, _mentors = looking(stage, "Bernd Koch")
    await asks(stage, anna, sought, "Anna Weber")
    anna.reads("Nobody can be their own mentor. Please choose somebody else.")
    await asks(stage, anna, sought, "Bernd Koch", "Bernd Koch")
    anna.reads("You chose the same person twice. Please choose each one once.")
    assert states(stage, sought) == {}


async def test_who_was_asked_before_is_not_asked_again(stage: Stage) -> None:
    anna, sought, _mentors = looking(stage, "Bernd Koch")
    request(stage, sought, "Anna Weber", "Bernd Koch", state="declined")
    await asks(stage, anna, sought, "Bernd Koch")
    anna.reads("Somebody you chose was asked in this search before. Please choose somebody else.")
    anna.reads("{name} has no time at present.", name="Bernd Koch")


async def test_who_is_no_mentor_not_in_the_network_or_kept_apart_is_not_found(stage: Stage) -> None:
    anna, sought, _mentors = looking(stage, "Bernd Koch", "Carla Busch")
    member(stage, "Dora Lang")
    mentor(stage, "Emil Haas")
    mentorship(stage, "Anna Weber", "Emil Haas", state="finished")
    pair, now = ids(stage, "Anna Weber", "Bernd Koch"), stage.clock.now()
    stage.looks_up(lambda session: mentors.set_apart(session, pair[1], pair[0], True, now))
    for name in ("Bernd Koch", "Dora Lang", "Emil Haas"):
        await asks(stage, anna, sought, name)
        anna.reads("Somebody you chose cannot be found here any more. Please choose somebody else.")
    for unknown in (0, 99_999, 2**40):
        await anna.presses(SendRequests(sought, unknown).pack(), None)
        anna.reads("Somebody you chose cannot be found here any more. Please choose somebody else.")
    assert states(stage, sought) == {}
    assert "Dora Lang" not in texts(anna)


async def test_the_search_of_somebody_else_is_nobodys_business(stage: Stage) -> None:
    _anna, sought, _mentors = looking(stage, "Bernd Koch")
    eve = member(stage, "Eve Roth")
    for tap in (
        OpenSearch(sought),
        SendRequests(sought, *ids(stage, "Bernd Koch")),
        AnotherMentor(sought),
        CancelSearch(sought, True),
        OpenSearch(2**40),
    ):
        await eve.presses(tap.pack(), None)
        eve.reads("This search for a mentor does not exist (any more).")
        assert "Founding a company" not in eve.screen.text
    assert (states(stage, sought), state_of(stage, sought)) == ({}, "open")


async def test_without_consent_nobody_is_asked(stage: Stage) -> None:
    mentor(stage, "Bernd Koch")
    anna = member(stage, "Anna Weber", in_network=False)
    sought = search(stage, "Anna Weber")
    await asks(stage, anna, sought, "Bernd Koch")
    anna.reads("This needs your consent to contact among alumni.")
    assert states(stage, sought) == {}


@pytest.mark.parametrize("why", ["paused", "full", "asked", "silent"])
async def test_who_is_away_is_passed_over(stage: Stage, why: str) -> None:
    bernd = mentor(stage, "Bernd Koch", capacity=1, paused_until=date(2026, 5, 1) if why == "paused" else None)
    anna, sought, _mentors = looking(stage, "Carla Busch")
    member(stage, "Dora Lang")
    if why == "silent":
        await bernd.says("/stop")
    if why == "full":
        mentorship(stage, "Dora Lang", "Bernd Koch")
    if why == "asked":
        request(stage, search(stage, "Dora Lang"), "Dora Lang", "Bernd Koch")
    await asks(stage, anna, sought, "Bernd Koch", "Carla Busch")
    anna.reads("{name} is being asked now. We tell you as soon as there is an answer.", name="Carla Busch")
    anna.reads("{name} cannot be asked at present.", name="Bernd Koch")
    assert states(stage, sought) == {"Bernd Koch": "gone", "Carla Busch": "asked"}


async def test_where_nobody_can_be_asked_one_chooses_again(stage: Stage) -> None:
    mentor(stage, "Bernd Koch", paused_until=date(2026, 5, 1))
    anna, sought, _mentors = looking(stage)
    await asks(stage, anna, sought, "Bernd Koch")
    anna.reads("Nobody is in line who can be asked at present. Please choose from the suggestions.")
    anna.reads("Nobody is being asked at present.")
    assert anna.sees_button("Suggestions")
    # Later they may be there again: passed over is not asked.
    await stage.passes(days=60)
    await asks(stage, anna, sought, "Bernd Koch")
    assert states(stage, sought) == {"Bernd Koch": "asked"}


async def test_others_are_put_in_line_behind_whoever_is_being_asked(stage: Stage) -> None:
    anna, sought, _mentors = looking(stage, "Bernd Koch", "Carla Busch", "Dora Lang")
    await asks(stage, anna, sought, "Bernd Koch", "Carla Busch")
    await asks(stage, anna, sought, "Dora Lang")
    anna.reads("Noted. These are asked if the one being asked now has no time.")
    assert states(stage, sought) == {"Bernd Koch": "asked", "Dora Lang": "queued"}


async def test_another_mentor_needs_no_reason(stage: Stage) -> None:
    anna, sought, (bernd, carla, _dora) = looking(stage, "Bernd Koch", "Carla Busch", "Dora Lang")
    await asks(stage, anna, sought, "Bernd Koch", "Carla Busch", "Dora Lang")
    await anna.presses(OpenSearch(sought).pack(), None)
    tap = TakeBack(request_id(stage, sought, "Bernd Koch")).pack()
    await anna.taps("Another mentor")
    anna.reads("{name} is being asked now. We tell you as soon as there is an answer.", name="Carla Busch")
    anna.reads("{name}: you wished for somebody else.", name="Bernd Koch")
    await anna.presses(tap, None)
    await bernd.catch_up()
    await carla.catch_up()
    bernd.reads("{name} does not need your mentoring any more. Nothing is expected from you.", name="Anna Weber")
    carla.reads("<b>{name}</b> would like to have you as a mentor.", name="Anna Weber")
    assert states(stage, sought) == {"Bernd Koch": "withdrawn", "Carla Busch": "asked", "Dora Lang": "queued"}


async def test_who_slept_meanwhile_hears_of_nothing(stage: Stage) -> None:
    chen = mentor(stage, "Chen Shibo", city="Taiyuan")
    anna, sought, _mentors = looking(stage)
    await stage.passes(hours=4)  # 22:00 in Taiyuan
    await asks(stage, anna, sought, "Chen Shibo")
    await anna.presses(TakeBack(request_id(stage, sought, "Chen Shibo")).pack(), None)
    anna.reads("Nobody is in line who can be asked at present.")
    await stage.passes(days=4)
    assert not chen.messages()


async def test_ending_a_search_is_asked_once(stage: Stage) -> None:
    anna, sought, (bernd, _carla) = looking(stage, "Bernd Koch", "Carla Busch")
    await asks(stage, anna, sought, "Bernd Koch", "Carla Busch")
    await anna.taps("End my search")
    anna.reads("End your search for a mentor? {name} then reads that an answer is no longer needed.", name="Bernd Koch")
    assert state_of(stage, sought) == "open"
    await anna.taps("Yes, end it")
    anna.reads("Your search has ended. You can look for a mentor again at any time.")
    await bernd.catch_up()
    bernd.reads("{name} does not need your mentoring any more.", name="Anna Weber")
    assert states(stage, sought) == {"Bernd Koch": "withdrawn", "Carla Busch": "dropped"}
    await anna.presses(CancelSearch(sought, True).pack(), None)
    anna.reads("<b>Your search has ended</b>")
    await asks(stage, anna, sought, "Carla Busch")
    anna.reads("This search has ended, so nobody is asked any more.")


async def test_another_mentor_beside_the_present_one(stage: Stage) -> None:
    anna, sought, _mentors = looking(stage, "Bernd Koch")
    request(stage, sought, "Anna Weber", "Bernd Koch", state="accepted")
    stage.looks_up(lambda session: setattr(mentor_searches.load(session, sought), "state", "matched"))
    mentorship(stage, "Anna Weber", "Bernd Koch")
    await anna.presses(OpenSearch(sought).pack(), None)
    anna.reads("<b>Your search: you have found a mentor</b>")
    tap = AnotherMentor(sought).pack()
    await asyncio.gather(anna.presses(tap, None), anna.presses(tap, None))
    anna.reads("<b>Goal:</b> {goal}", goal="Founding a company")
    who = find(stage, "Anna Weber").id
    again = stage.looks_up(lambda session: mentor_searches.unfinished_of(session, who))
    assert again is not None and again.id != sought
    assert state_of(stage, sought) == "matched"


# --- suggested by a round -------------------------------------------------------------------------------------


def proposed(stage: Stage, search_id: int, name: str) -> int | None:
    """A round suggests this mentor; the request, if there is one."""
    who, now = find(stage, name).id, stage.clock.now()

    def propose(session: Session) -> int | None:
        made = MatchRound(name="Spring", created_at=now, state="published")
        session.add(made)
        session.flush()
        row = mentor_requests.propose(session, search_id, who, made.id, now)
        return row.id if row else None

    return stage.looks_up(propose)


async def test_whom_a_round_suggests_is_asked_once_the_mentee_agrees(stage: Stage) -> None:
    anna, sought, (bernd,) = looking(stage, "Bernd Koch")
    proposed(stage, sought, "Bernd Koch")
    await stage.passes(minutes=1)
    anna.reads(
        "The alumni office has matched many wishes and suggests a mentor to you: <b>{name}</b>", name="Bernd Koch"
    )
    assert not bernd.messages()
    await anna.taps("Ask")
    anna.reads("{name} is being asked now. We tell you as soon as there is an answer.", name="Bernd Koch")
    await bernd.catch_up()
    bernd.reads("<b>{name}</b> would like to have you as a mentor.", name="Anna Weber")
    assert states(stage, sought) == {"Bernd Koch": "asked"}


async def test_a_suggestion_of_a_round_may_be_left(stage: Stage) -> None:
    anna, sought, (bernd, carla) = looking(stage, "Bernd Koch", "Carla Busch")
    first = proposed(stage, sought, "Bernd Koch")
    await stage.passes(minutes=1)
    assert proposed(stage, sought, "Carla Busch") is None
    await anna.taps("Somebody else")
    anna.reads("Nobody is in line who can be asked at present. Please choose from the suggestions.")
    assert first is not None
    await anna.presses(AskProposed(first).pack(), None)
    assert states(stage, sought) == {"Bernd Koch": "withdrawn"}
    await stage.passes(days=1)
    assert not bernd.messages() and not carla.messages()


async def test_a_suggestion_not_taken_up_ends_after_two_weeks(stage: Stage) -> None:
    anna, sought, (bernd,) = looking(stage, "Bernd Koch")
    proposed(stage, sought, "Bernd Koch")
    await stage.passes(days=13)
    assert states(stage, sought) == {"Bernd Koch": "proposed"}
    await stage.passes(days=1, minutes=1)
    assert states(stage, sought) == {"Bernd Koch": "lapsed"}
    assert not bernd.messages()
    await anna.presses(OpenSearch(sought).pack(), None)
    anna.reads("{name}: the time to answer ran out.", name="Bernd Koch")


async def test_a_suggested_mentor_who_filled_up_is_not_asked(stage: Stage) -> None:
    mentor(stage, "Bernd Koch", capacity=1)
    anna, sought, _mentors = looking(stage)
    proposed(stage, sought, "Bernd Koch")
    await stage.passes(minutes=1)
    member(stage, "Dora Lang")
    mentorship(stage, "Dora Lang", "Bernd Koch")
    await anna.taps("Ask")
    anna.reads("The person we had suggested cannot be asked any more. Please choose from the suggestions.")
    assert states(stage, sought) == {"Bernd Koch": "gone"}


async def test_the_texts_name_nobody_who_left(stage: Stage) -> None:
    anna, sought, (bernd,) = looking(stage, "Bernd Koch")
    await asks(stage, anna, sought, "Bernd Koch")
    await bernd.says("/privacy")
    await bernd.taps("Withdraw contact among alumni")
    await anna.presses(OpenSearch(sought).pack(), None)
    assert "Bernd Koch" not in anna.screen.text
