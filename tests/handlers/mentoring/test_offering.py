"""Members offer to be a mentor, change it line by line, pause, and stop."""

import pytest
from sqlalchemy import select, update

from db import mentors
from db.models.members import Member
from db.models.mentoring import Mentor, MentorRequest, MentorSearch, Mentorship, MentorTopic
from handlers.mentoring.offering import EndPause, PauseMentoring, WithdrawOffer
from tests.actors import Actor
from tests.mentoring import mentor, mentorship, request, search, topic_id
from tests.people import find, member
from tests.stage import Stage
from tests.wording import another_language, line, on_day, spoken, topic

BERND = "Bernd Koch"
NOT_A_MENTOR = "You do not offer to be a mentor at present."


def offered(stage: Stage, name: str = BERND) -> Mentor | None:
    who = find(stage, name).id
    return stage.looks_up(lambda session: session.get(Mentor, who))


def keys(stage: Stage, name: str = BERND) -> set[str]:
    who = find(stage, name).id
    return stage.looks_up(
        lambda session: set(session.scalars(select(MentorTopic.key).where(MentorTopic.member_id == who)))
    )


async def comes_to_own_words(bernd: Actor) -> None:
    """Bernd begins, and finds no topic in the list."""
    await bernd.says("/mentor")
    await bernd.taps("Done")
    await bernd.taps("Done")
    bernd.reads("Then please name up to five topics in your own words, with commas between, for example")


async def test_a_member_offers_to_be_a_mentor(stage: Stage) -> None:
    bernd = member(stage, BERND)
    own, other = bernd.language, another_language(bernd)
    await bernd.says("/mentor")
    bernd.reads("A mentor listens and shares experience")
    bernd.reads("In which languages can you be a mentor? Several answers are fine.")
    assert f"✓ {spoken(bernd, own)}" in bernd.screen.labels()
    await bernd.taps(spoken(bernd, other))
    await bernd.taps("Done")
    bernd.reads("What can you be asked about? Several answers are fine.")
    await bernd.taps(topic(stage, bernd))
    await bernd.taps("Done")
    bernd.reads("Would you like to add topics in your own words? Up to five, with commas between, for example")
    await bernd.says("Patent law,  life in Shanxi , LIFE IN SHANXI")
    bernd.reads("How many mentees at a time would be right?")
    await bernd.taps("2")
    await bernd.taps("A year")
    await bernd.taps("Done")
    await bernd.says("Young engineers in their first year abroad")
    await bernd.taps("Skip")
    bernd.reads("<b>You as a mentor</b>\nAll this is shown to alumni in the network, together with your name")
    bernd.reads(line(bernd, "Languages", spoken(bernd, own, other)))
    bernd.reads(line(bernd, "Topics in your own words", "Patent law, life in Shanxi"))
    await bernd.taps("Be a mentor")
    bernd.reads("Thank you: you are a mentor now.")
    bernd.reads("There is room for {n} mentees.", n=2)
    row = offered(stage)
    assert row is not None
    assert (row.capacity, row.formats, row.languages) == (2, ["year"], [own, other])
    assert (row.helps, row.availability) == ("Young engineers in their first year abroad", None)
    assert row.offered_at == row.changed_at == stage.clock.now()
    assert keys(stage) == {f"t:{topic_id(stage)}", "w:patentlaw", "w:lifeinshanxi"}


async def test_own_words_are_enough_but_some_topic_there_must_be(stage: Stage) -> None:
    bernd = member(stage, BERND)
    await comes_to_own_words(bernd)
    assert not bernd.sees_button("Skip")
    await bernd.says("♥, 123")
    bernd.reads("Please use words, not only signs or pictures.")
    await bernd.says("a, b, c, d, e, f")
    bernd.reads("Please name {n} topics at most.", n=5)
    await bernd.says(f"Tea, {'x' * 41}")
    bernd.reads("One of these is too long: please use at most {n} characters for each", n=40)
    await bernd.says("茶文化、Porcelain")
    bernd.reads("How many mentees at a time would be right?")


async def test_words_of_the_list_mean_the_list_in_whichever_language(stage: Stage) -> None:
    bernd = member(stage, BERND)
    await comes_to_own_words(bernd)
    await bernd.says("smart city und mobilität, Energy-Transition, Tea")
    await bernd.taps("1")
    await bernd.taps("One call")
    await bernd.taps("Done")
    await bernd.taps("Skip")
    await bernd.taps("Skip")
    await bernd.taps("Be a mentor")
    assert keys(stage) == {f"t:{topic_id(stage)}", f"t:{topic_id(stage, 'energy')}", "w:tea"}
    row = offered(stage)
    assert row is not None
    assert row.free_topics == ["Tea"]


async def test_what_was_written_stays_when_the_list_is_used_after_all(stage: Stage) -> None:
    bernd = mentor(stage, BERND, topics=(), free=("Tea",))
    await bernd.says("/mentor")
    await bernd.taps("Topics")
    await bernd.taps(topic(stage, bernd, "industry40"))
    await bernd.taps("Done")
    bernd.reads(line(bernd, "Topics in your own words", "Tea"))
    assert keys(stage) == {f"t:{topic_id(stage, 'industry40')}", "w:tea"}


async def test_each_line_is_changed_by_tapping_it(stage: Stage) -> None:
    bernd = mentor(stage, BERND)
    await stage.passes(hours=1)
    await bernd.says("/mentor")
    bernd.reads(line(bernd, "Topics", topic(stage, bernd)))
    await bernd.taps("Mentees at a time")
    await bernd.says("11")
    bernd.reads("This number is too large: it must be at most {n}.", n=10)
    await bernd.says("three")
    await bernd.says("3")
    bernd.reads("Saved.")
    bernd.reads("There is room for {n} mentees.", n=3)
    row = offered(stage)
    assert row is not None
    assert (row.capacity, row.changed_at) == (3, stage.clock.now())
    assert row.offered_at < row.changed_at


async def test_a_capacity_below_what_is_taken_means_nobody_new(stage: Stage) -> None:
    bernd = mentor(stage, BERND, capacity=2)
    for name in ("Anna Weber", "Carla Diaz"):
        member(stage, name)
        mentorship(stage, name, BERND)
    await bernd.says("/mentor")
    bernd.reads("All your places are taken: nobody new can ask you at present.")
    await bernd.taps("Mentees at a time")
    await bernd.taps("1")
    bernd.reads("All your places are taken: nobody new can ask you at present.")
    assert stage.looks_up(lambda session: len(session.scalars(select(Mentorship)).all())) == 2


async def test_a_mentor_pauses_and_goes_on(stage: Stage) -> None:
    bernd = mentor(stage, BERND)
    await bernd.says("/mentor")
    await bernd.taps("Pause until …")
    bernd.reads("From which day on may you be asked again?")
    await bernd.says("10 March 2026")
    bernd.reads(
        "{day} is too early. Please choose {first} or a later day.",
        day=on_day(bernd, "2026-03-10"),
        first=on_day(bernd, "2026-03-11"),
    )
    await bernd.says("1 April 2026")
    bernd.reads("Paused: nobody new asks you before {day}.", day=on_day(bernd, "2026-04-01"))
    who = find(stage, BERND).id
    away = stage.looks_up(lambda session: mentors.why_away(session, who, stage.clock.now()))
    assert away is mentors.Away.PAUSED
    await bernd.taps("Go on now")
    bernd.reads("There is room for {n} mentees.", n=2)
    assert stage.looks_up(lambda session: mentors.why_away(session, who, stage.clock.now())) is None


async def test_a_pause_is_tapped_in_the_calendar_and_ends_by_itself(stage: Stage) -> None:
    bernd = mentor(stage, BERND)
    await bernd.says("/mentor")
    await bernd.taps("Pause until …")
    await bernd.taps("15")
    await stage.passes(days=4)
    await bernd.says("/mentor")
    bernd.reads("Paused: nobody new asks you before {day}.", day=on_day(bernd, "2026-03-15"))
    await stage.passes(days=1)
    await bernd.says("/mentor")
    assert bernd.sees_button("Pause until …")
    bernd.reads("There is room for {n} mentees.", n=2)


async def test_who_switched_off_mentoring_reads_why_nobody_asks(stage: Stage) -> None:
    bernd = mentor(stage, BERND)
    quiet = update(Member).where(Member.full_name == BERND).values(switched_off=["mentoring"])
    stage.looks_up(lambda session: session.execute(quiet))
    await bernd.says("/mentor")
    bernd.reads("You have switched off messages about mentoring, so nobody can ask you")


@pytest.mark.everywhere
async def test_who_stops_is_asked_once_and_requests_go_on_to_the_next(stage: Stage) -> None:
    bernd = mentor(stage, BERND)
    member(stage, "Anna Weber")
    member(stage, "Dora Klein")
    mentor(stage, "Carl Maier")
    ident = search(stage, "Anna Weber")
    request(stage, ident, "Anna Weber", BERND)
    request(stage, ident, "Anna Weber", "Carl Maier", state="queued", asked_at=None, position=2)
    mentorship(stage, "Dora Klein", BERND)
    await bernd.says("/mentor")
    assert bernd.sees_button("Request from {name}", name="Anna Weber")
    await bernd.taps("Withdraw")
    bernd.reads("Shall your offer to be a mentor be withdrawn?")
    bernd.reads("{n} request that waits for your answer goes on to the next mentor.", n=1)
    assert offered(stage) is not None
    await bernd.taps("Withdraw")
    bernd.reads("Thank you for having been there.")
    assert offered(stage) is None
    assert keys(stage) == set()
    states = stage.looks_up(
        lambda session: dict(session.execute(select(MentorRequest.position, MentorRequest.state)).all())
    )
    assert states == {1: "gone", 2: "asked"}
    assert stage.looks_up(lambda session: session.scalars(select(Mentorship.state)).all()) == ["active"]


async def test_who_stops_as_a_mentor_still_looks_for_one(stage: Stage) -> None:
    bernd = mentor(stage, BERND)
    ident = search(stage, BERND)
    await bernd.presses(WithdrawOffer(sure=True).pack(), None)
    bernd.reads("Thank you for having been there.")
    row = stage.looks_up(lambda session: session.get_one(MentorSearch, ident))
    assert row.state == "open"


async def test_old_buttons_of_who_is_no_mentor(stage: Stage) -> None:
    bernd = member(stage, BERND)
    for button in (PauseMentoring(), EndPause(), WithdrawOffer(), WithdrawOffer(sure=True)):
        await bernd.presses(button.pack(), None)
        bernd.reads(NOT_A_MENTOR)


async def test_a_second_tap_on_the_last_button_changes_nothing(stage: Stage) -> None:
    bernd = mentor(stage, BERND)
    await bernd.says("/mentor")
    await bernd.taps("Withdraw")
    card = bernd.screen
    await bernd.taps("Withdraw")
    await bernd.presses(card.buttons[0][0][1], card.ident)
    bernd.reads(NOT_A_MENTOR)
    assert offered(stage) is None


async def test_without_consent_to_contact_among_alumni_nobody_offers(stage: Stage) -> None:
    bernd = member(stage, BERND, in_network=False)
    await bernd.says("/mentor")
    bernd.reads("This needs your consent to contact among alumni.")
    await bernd.presses(WithdrawOffer(sure=True).pack(), None)
    bernd.reads("This needs your consent to contact among alumni.")
