"""Members propose clubs and offer to lead them; coordinators decide, and everybody is told."""

import asyncio

from sqlalchemy import select

from bot.domain.scope import Scope
from db import members
from db.models.clubs import Club, Proposal
from db.models.members import RoleKind
from handlers.proposal_buttons import AcceptProposal, OpenOwnProposal, OpenProposal, VolunteerFor
from tests.actors import Actor
from tests.clubs import club, states
from tests.marks import on_both_databases
from tests.people import find, member
from tests.stage import Stage
from tests.wording import said

WHY = "Many of us live here"


def proposals(stage: Stage) -> list[Proposal]:
    return stage.looks_up(lambda session: list(session.scalars(select(Proposal).order_by(Proposal.id))))


def leads(stage: Stage, name: str) -> list[int]:
    row = find(stage, name).id
    return stage.looks_up(lambda session: members.led_clubs(session, row))


async def picks_own_city(anna: Actor) -> None:
    buttons = [data for row in anna.screen.buttons for _label, data in row if data.startswith("q:proposeclub:city:")]
    await anna.presses(buttons[0], anna.screen.ident)


async def proposes(anna: Actor, lead: str = "Yes") -> None:
    """A club in her own city, from /clubs to the summary."""
    await anna.says("/clubs")
    await anna.taps("Propose a club")
    anna.reads("In which city should there be a club? Tap it, or write another.")
    await picks_own_city(anna)
    await anna.says(WHY)
    await anna.taps(lead)
    anna.reads("<b>Send this proposal?</b> The alumni office reads it with your name.")
    await anna.taps("Send the proposal")


async def offers_to_lead(stage: Stage, name: str, club_id: int) -> Actor:
    actor = member(stage, name)
    await actor.presses(VolunteerFor(club_id).pack(), None)
    await actor.says(WHY)
    await actor.taps("Send the offer")
    return actor


async def test_a_proposed_club_is_founded_and_led_by_whoever_proposed_it(stage: Stage) -> None:
    club(stage, "Nanjing")
    anna, koch = member(stage, "Anna Weber"), member(stage, "Katrin Koch", coordinator=True)
    await anna.says("/clubs")
    anna.reads("None of them is near you. Would you like to have one in your city? Please propose it.")
    await proposes(anna)
    anna.reads("Thank you! The alumni office has your proposal, and you are told what it decides.")
    await stage.passes(minutes=1)
    koch.reads(WHY)
    koch.reads("Would lead it.")
    await koch.taps("Accept")
    for name in ("Alumni-Club Chemnitz", "开姆尼茨校友会", "Chemnitz Alumni Club"):
        await koch.says(name)
    await koch.taps("Anybody verified may join")
    await koch.taps("Found the club")
    koch.reads("{club} is founded, and {name} is its ambassador.", name="Anna Weber")
    await stage.passes(minutes=1)
    anna.reads("Your proposal is accepted: {club} exists now, and you are a member. Thank you!")
    anna.reads("You are now ambassador of {club}. Thank you!")
    founded = stage.looks_up(lambda session: session.scalars(select(Club).where(Club.slug == "chemnitz")).one())
    assert leads(stage, "Anna Weber") == [founded.id]
    assert states(stage, "Anna Weber") == {founded.id: "in"}
    assert [(row.state, row.club_id) for row in proposals(stage)] == [("accepted", founded.id)]


async def test_a_proposal_is_made_once_and_can_be_withdrawn(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await proposes(anna, "No")
    await anna.says("/clubs")
    await anna.taps("Propose a club")
    await picks_own_city(anna)
    anna.reads("You have proposed a club there already, and the alumni office has not answered yet.")
    await anna.says("/clubs")
    await anna.taps("Mine: {proposal}")
    await anna.taps("Withdraw it")
    anna.reads("You have withdrawn it.")
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.says("/proposals")
    koch.reads("No proposal is waiting.")
    await koch.presses(AcceptProposal(proposals(stage)[0].id).pack(), None)
    koch.reads("This was decided already, or withdrawn.")
    await proposes(anna, "No")
    assert [row.state for row in proposals(stage)] == ["withdrawn", "open"]


async def test_an_offer_to_lead_a_club_is_accepted(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    anna, koch = member(stage, "Anna Weber"), member(stage, "Katrin Koch", coordinator=True)
    await anna.says("/start club_leipzig")
    await anna.taps("Volunteer as ambassador")
    await anna.says(WHY)
    await anna.taps("Send the offer")
    await anna.says("/start club_leipzig")
    assert anna.sees_button("My offer to lead it")
    await koch.says("/proposals")
    await koch.taps(f"{said(koch, 'Ambassador of {club}', club='Club Leipzig')} · Anna Weber")
    await koch.taps("Accept")
    koch.reads("<b>Make {name} ambassador of {club}?</b> They are told at once.", name="Anna Weber")
    await koch.taps("Accept")
    koch.reads("Accepted.")
    await stage.passes(minutes=1)
    anna.reads("Your offer is accepted: you are ambassador of {club}. Thank you!", club="Club Leipzig")
    assert leads(stage, "Anna Weber") == [leipzig]
    await anna.says("/start club_leipzig")
    assert not anna.sees_button("Volunteer as ambassador")


async def test_whoever_is_declined_reads_why(stage: Stage) -> None:
    anna = await offers_to_lead(stage, "Anna Weber", club(stage, "Leipzig"))
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.presses(OpenProposal(proposals(stage)[0].id).pack(), None)
    await koch.taps("Decline")
    await koch.says("Somebody else begins in May.")
    await stage.passes(minutes=1)
    anna.reads("It says: “{reason}”", reason="Somebody else begins in May.")
    assert leads(stage, "Anna Weber") == []


@on_both_databases
async def test_of_two_coordinators_one_decides_and_the_other_is_told(stage: Stage) -> None:
    await offers_to_lead(stage, "Anna Weber", club(stage, "Leipzig"))
    both = [member(stage, name, coordinator=True) for name in ("Katrin Koch", "Lars Lang")]
    tap = AcceptProposal(proposals(stage)[0].id, True).pack()
    for coordinator in both:
        await coordinator.says("/proposals")
    await asyncio.gather(*(coordinator.presses(tap, coordinator.screen.ident) for coordinator in both))
    assert [coordinator.screen.text.count("\n\n") for coordinator in both] in ([0, 1], [1, 0])
    assert [row.state for row in proposals(stage)] == ["accepted"]


async def test_proposals_are_for_who_made_them_and_for_central_coordinators(stage: Stage) -> None:
    await offers_to_lead(stage, "Anna Weber", club(stage, "Leipzig"))
    bernd, own = member(stage, "Bernd Sommer"), proposals(stage)[0].id
    await bernd.presses(OpenOwnProposal(own).pack(), None)
    bernd.reads("This proposal no longer exists.")
    row = find(stage, "Bernd Sommer").id
    office = {"scope": Scope(institutions=frozenset({1}))}
    now = stage.clock.now()
    stage.looks_up(lambda session: members.grant(session, row, RoleKind.COORDINATOR, now, **office))
    for act in (bernd.says("/proposals"), bernd.presses(AcceptProposal(own, True).pack(), bernd.screen.ident)):
        await act
        bernd.reads("This is for coordinators who answer for the whole network.")
    assert [row.state for row in proposals(stage)] == ["open"]
