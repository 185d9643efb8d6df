"""Everybody sees what others see of them, and changes it."""

from datetime import timedelta

import pytest

from db import members
from db.disclosure import everything_about
from handlers.people.contact_buttons import DropLine, SetLine
from handlers.people.own_entry import MyEntry
from tests.clubs import club, enters
from tests.handlers.people.reading import switched
from tests.handlers.people.touching import ANNA, BERND, all_read, asks, change, lines
from tests.mentoring import offers, opens_to_all
from tests.people import find, member
from tests.stage import Stage
from tests.wording import city, said

NOTHING_OPEN = "Nothing but your name is open to all alumni."
TO_CLUBS = "Members of your clubs see as well:"


@pytest.mark.parametrize("door", ["telegram", "web"])
async def test_what_all_alumni_see_and_what_my_clubs_see(stage: Stage, door: str) -> None:
    anna = member(stage, ANNA, door=door)
    home, to_my_clubs = city(stage, anna, "Chemnitz"), said(anna, TO_CLUBS)
    await anna.says("/entry")
    anna.reads("<b>What other alumni see of you</b>")
    anna.reads(NOTHING_OPEN)
    assert to_my_clubs not in anna.screen.text
    assert home not in anna.screen.text
    who = find(stage, ANNA).id
    stage.looks_up(lambda session: members.set_visibility(session, who, {"city": "alumni", "studies": "clubs"}))
    await anna.says("/entry")
    to_all, to_clubs = anna.screen.text.split(to_my_clubs)
    lives = said(anna, "Lives in {city}", city=home)
    assert lives in to_all
    assert "2007–2012" not in to_all
    assert "2007–2012" in to_clubs
    assert lives not in to_clubs


async def test_it_is_what_others_see(stage: Stage) -> None:
    """The same lines as on the card that somebody in a club of theirs opens."""
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    chemnitz = club(stage, "Chemnitz")
    for name in (ANNA, BERND):
        enters(stage, name, chemnitz)
    who = find(stage, ANNA).id
    stage.looks_up(lambda session: members.set_visibility(session, who, {"city": "clubs"}))
    await anna.says("/entry")
    home = city(stage, anna, "Chemnitz")
    assert said(anna, "Lives in {city}", city=home) in anna.screen.text.split(said(anna, TO_CLUBS))[1]
    await asks(stage, anna, BERND)
    bernd.reads("Lives in {city}", city=home)


async def test_the_contact_line_is_written_changed_and_deleted(stage: Stage) -> None:
    anna = member(stage, ANNA)
    await anna.presses(MyEntry().pack(), None)
    anna.reads("You have no contact line.")
    await anna.taps("Write a contact line")
    await anna.says("hello")
    anna.reads("Nobody could reach you by this.")
    await anna.says("anna@weber.de")
    anna.reads("Saved: {line}", line="anna@weber.de")
    await anna.taps("My entry")
    anna.reads("Your contact line: {line}", line="anna@weber.de")
    await anna.taps("Change the contact line")
    await anna.says("WeChat anna_weber")
    assert find(stage, ANNA).contact == "WeChat anna_weber"
    await anna.taps("My entry")
    await anna.taps("Delete the line")
    anna.reads("It was: {line}", line="WeChat anna_weber")
    assert find(stage, ANNA).contact is None
    await anna.presses(DropLine().pack(), None)
    anna.reads("Your contact line is deleted; we show it to nobody any more.")


async def test_a_deleted_line_is_gone_where_it_was_given(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    lines(stage, Anna_Weber="anna@weber.de", Bernd_Koch="+49 371 123456")
    await asks(stage, bernd, ANNA)
    await anna.taps("Give my contact")
    await bernd.presses(DropLine().pack(), None)
    await anna.presses("bl:0", None)
    await anna.taps("← Bernd Koch")
    anna.reads("There is no contact line at present; you can write to each other here.")
    assert "+49 371 123456" not in anna.screen.text


async def test_lines_of_others_start_nothing(stage: Stage) -> None:
    """The form for the line, begun for a request, then for its own sake, gives it to nobody."""
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    await asks(stage, anna, BERND)
    await bernd.taps("Give my contact")
    await bernd.presses(SetLine().pack(), None)
    await bernd.says("bernd@koch.de")
    bernd.reads("Saved: {line}", line="bernd@koch.de")
    await all_read(stage)
    assert not any("bernd@koch.de" in message.text for message in anna.messages())


async def test_own_lines_and_mentoring_stand_there_too(stage: Stage) -> None:
    anna = member(stage, ANNA)
    await anna.says("/entry")
    assert not anna.sees_button("As a mentor")
    offers(stage, ANNA)
    await anna.taps("I offer, I seek")
    await anna.taps("I offer …")
    await anna.taps("Skip")
    await anna.says("A guest bed")
    await anna.taps("My entry")
    anna.reads("I offer: {words}", words="A guest bed")
    anna.reads("You are a mentor: your topics and languages are shown to alumni who look for one.")
    assert anna.sees_button("As a mentor")


async def test_a_pausing_mentor_reads_that_they_pause(stage: Stage) -> None:
    anna = member(stage, ANNA)
    offers(stage, ANNA, paused_until=stage.clock.now().date() + timedelta(days=3))
    await anna.says("/entry")
    anna.reads("You are a mentor; at present you are pausing.")


async def test_the_name_is_told_or_not(stage: Stage) -> None:
    anna = member(stage, ANNA)
    await anna.says("/entry")
    await anna.taps("Give my name when I look: {state}", state=switched(anna, False))
    assert find(stage, ANNA).looks_named is True


async def test_the_way_to_what_is_open(stage: Stage) -> None:
    anna = member(stage, ANNA)
    opens_to_all(stage, ANNA, "city")
    await anna.says("/entry")
    await anna.taps("Change what is open")
    anna.reads("<b>Your profile</b> ({state})", state=said(anna, "verified"))


async def test_without_consent_or_on_the_way_out_there_is_no_entry(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA, in_network=False), member(stage, BERND)
    await anna.says("/entry")
    anna.reads("This needs your consent to contact among alumni. You can give it in /privacy.")
    change(stage, BERND, erase_at=stage.clock.now() + timedelta(hours=48))
    await bernd.says("/entry")
    bernd.reads("You have asked us to erase your data, so you are not shown to other alumni any more.")
    assert bernd.sees_button("Stay or leave")


async def test_my_data_hold_my_words_and_nobody_elses(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    await asks(stage, anna, BERND, "We met in Nanjing.", "anna@weber.de")
    await bernd.taps("Answer here")
    await bernd.says("Gladly!")
    mine = stage.looks_up(lambda session: everything_about(session, find(stage, ANNA)))
    theirs = stage.looks_up(lambda session: everything_about(session, find(stage, BERND)))
    assert [row["message"] for row in mine["contact_asked_for"]] == ["We met in Nanjing."]
    assert mine["wrote_to_other_alumni"] == []
    assert mine["member"]["contact"] == "anna@weber.de"
    assert [row["text"] for row in theirs["wrote_to_other_alumni"]] == ["Gladly!"]
    assert [row["state"] for row in theirs["was_asked_for_contact"]] == ["answered"]
    assert "Nanjing" not in str(theirs) and ANNA not in str(theirs)
