"""Ambassadors see their club at a glance, and let people in from there."""

import pytest

from db import members
from db.models.members import RoleKind
from handlers.leading import LeadClub, ShowRequest
from tests.clubs import club, enters, states
from tests.events import event
from tests.people import find, member
from tests.stage import Stage


@pytest.mark.everywhere
async def test_the_ambassadors_page_lets_somebody_in(stage: Stage) -> None:
    chemnitz = club(stage, "Chemnitz", admission="approval")
    karin, anna = member(stage, "Karin Sommer", ambassador_of=chemnitz), member(stage, "Anna Weber")
    enters(stage, "Anna Weber", chemnitz, "asked")
    await karin.says("/club")
    karin.reads("{n} person would like to join.", n=1)
    await karin.taps("Anna Weber")
    await karin.taps("Let in")
    assert states(stage, "Anna Weber") == {chemnitz: "in"}
    await anna.catch_up()
    anna.reads("Welcome to {club}! You are a member now.", club="Club Chemnitz")


async def test_members_are_a_count_and_the_names_of_those_who_agreed(stage: Stage) -> None:
    chemnitz = club(stage, "Chemnitz")
    karin = member(stage, "Karin Sommer", ambassador_of=chemnitz)
    for name, agreed in (("Anna Weber", True), ("Bernd Vogel", False)):
        member(stage, name, in_network=agreed)
        enters(stage, name, chemnitz)
    await karin.says("/club")
    karin.reads("{n} members", n=2)
    karin.reads("Among them: {names}", names="Anna Weber")
    assert "Bernd" not in karin.screen.text


async def test_what_is_planned_stands_there(stage: Stage) -> None:
    chemnitz = club(stage, "Chemnitz")
    karin = member(stage, "Karin Sommer", ambassador_of=chemnitz)
    event(stage, "Stammtisch", club=chemnitz)
    await karin.says("/club")
    await karin.taps("{when} · Stammtisch")
    karin.reads("Published.")


async def test_of_several_clubs_one_is_chosen(stage: Stage) -> None:
    chemnitz, leipzig = club(stage, "Chemnitz"), club(stage, "Leipzig")
    karin = member(stage, "Karin Sommer", ambassador_of=chemnitz)

    now, row = stage.clock.now(), find(stage, "Karin Sommer").id
    stage.looks_up(lambda session: members.grant(session, row, RoleKind.AMBASSADOR, now, leipzig))
    await karin.says("/club")
    karin.reads("Which club?")
    await karin.taps("Club Leipzig")
    karin.reads("Nobody is waiting to be let in.")


async def test_another_clubs_page_and_requests_are_closed(stage: Stage) -> None:
    chemnitz, leipzig = club(stage, "Chemnitz", admission="approval"), club(stage, "Leipzig")
    karin = member(stage, "Karin Sommer", ambassador_of=leipzig)
    member(stage, "Anna Weber")
    enters(stage, "Anna Weber", chemnitz, "asked")
    for button in (LeadClub(chemnitz), ShowRequest(chemnitz, find(stage, "Anna Weber").id)):
        await karin.presses(button.pack(), None)
        karin.reads("This is for the club's ambassador.")
        assert "Anna" not in karin.screen.text


async def test_a_request_withdrawn_meanwhile(stage: Stage) -> None:
    chemnitz = club(stage, "Chemnitz", admission="approval")
    karin = member(stage, "Karin Sommer", ambassador_of=chemnitz)
    member(stage, "Anna Weber")
    await karin.presses(ShowRequest(chemnitz, find(stage, "Anna Weber").id).pack(), None)
    karin.reads("This request was answered already, or withdrawn.")
