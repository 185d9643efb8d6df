"""Coordinators look people up within their scope, correct, suspend, and note a wish to be erased."""

import pytest
from sqlalchemy import delete, select, update

from db.models.lists import Programme
from db.models.members import Affiliation, Code, Member, Status
from db.models.privacy import Audit
from handlers.coordination.people import CorrectMember, EraseOnRequest, LiftSuspension, OpenMember, SuspendMember
from handlers.coordination.reaching import OpenReach
from handlers.coordination.verifying import Approve, OpenRegistration
from tests.actors import Actor
from tests.clubs import club
from tests.handlers.test_joining import picks
from tests.people import find, member, scope
from tests.stage import Stage

NOT_YOURS = "You do not answer for this person, or the record is no longer kept."
REASON = "Sold addresses <twice>"


async def looks_up(coordinator: Actor, name: str) -> None:
    await coordinator.says(f"/member {name}")
    coordinator.reads("<b>{name}</b> · {status} · {number}")


def recorded(stage: Stage, action: str) -> list[Audit]:
    query = select(Audit).where(Audit.action == action)
    return stage.looks_up(lambda session: list(session.scalars(query)))


@pytest.mark.everywhere
async def test_a_record_is_corrected_line_by_line_and_the_person_is_told_which(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Müller")
    await looks_up(koch, "mueller")
    await koch.taps("Correct")
    koch.reads("<b>Correct the record of {name}</b>", name="Anna Müller")
    await koch.taps("Name")
    await koch.says("Anna Müller-Roth")
    koch.reads("Saved.")
    await koch.taps("Years")
    await koch.says("2010-2014")
    await koch.taps("Back")
    await stage.passes(minutes=1)
    anna.reads("The alumni office has corrected your record: {lines}. In /profile you see it and can change it.")
    row = find(stage, "Anna Müller-Roth")
    query = select(Affiliation).where(Affiliation.member_id == row.id)
    studied = stage.looks_up(lambda session: session.scalars(query).one())
    assert (studied.from_year, studied.to_year) == (2010, 2014)
    assert [each.details for each in recorded(stage, "record_corrected")] == [{"lines": ["name"]}, {"lines": ["years"]}]
    assert row.number == recorded(stage, "record_corrected")[0].subject


@pytest.mark.language("en")
async def test_a_button_under_an_older_card_changes_nobody_else(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    for name in ("Anna Weber", "Bernd Lang"):
        member(stage, name)
        await looks_up(koch, name)
        await koch.taps("Correct")
    cards = [shown for shown in koch.messages() if "Correct the record of" in shown.text]
    of_anna, of_bernd = ({label: data for row in card.buttons for label, data in row}["Name"] for card in cards[-2:])
    await koch.presses(of_anna, cards[-2].ident)
    koch.reads("This form is already closed. Everything you can do is in /menu.")
    await koch.presses(of_bernd, cards[-1].ident)
    await koch.says("Bernd Lange")
    koch.reads("Saved.")
    find(stage, "Anna Weber")
    find(stage, "Bernd Lange")


@pytest.mark.language("en")
@pytest.mark.database("postgresql")
async def test_a_sign_no_text_has_is_left_out_of_what_is_looked_for(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber")
    await koch.says("/member Anna\x00")
    koch.reads("<b>{name}</b> · {status} · {number}", name="Anna Weber")


@pytest.mark.language("en")
async def test_a_form_about_somebody_who_was_erased_meanwhile_says_so(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber")
    row = find(stage, "Anna Weber").id
    await koch.presses(SuspendMember(row).pack(), None)
    stage.looks_up(lambda session: session.execute(delete(Member).where(Member.id == row)))
    await koch.says("/menu")
    await koch.taps("Continue: {form}", form="Suspend")
    koch.reads("Why is {name} to be suspended?", name="–")
    await koch.says(REASON)
    await koch.taps("Suspend")
    koch.reads(NOT_YOURS)


@pytest.mark.language("de")
async def test_what_can_no_longer_be_chosen_is_still_read_by_its_name(stage: Stage) -> None:
    """The lists offer what is open, and what the person has; not what the coordinator has."""
    koch = member(stage, "Katrin Koch", coordinator=True, programme="nrw-jiangsu")
    member(stage, "Anna Weber")
    closing = update(Programme).where(Programme.slug == "tuc-mechanical").values(closed=True)
    stage.looks_up(lambda session: session.execute(closing))
    await looks_up(koch, "weber")
    await koch.taps("Correct")
    assert "Maschinenbau" in koch.screen.text


async def test_who_is_suspended_reads_why_finds_everything_closed_and_comes_back(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Weber", ambassador_of=club(stage, "Chemnitz"))
    await looks_up(koch, find(stage, "Anna Weber").number)
    await koch.taps("Suspend")
    await koch.says(REASON)
    await koch.taps("Suspend")
    koch.reads("Suspended. The person has been told, with your reason.")
    koch.reads("Suspended since {day}: “{reason}”", reason=REASON)
    await stage.passes(minutes=1)
    anna.reads(
        "The alumni office has closed the network for you for the time being. The reason given: “{reason}”",
        reason=REASON,
    )
    closed = (
        "The alumni office has closed this for you for the time being. The contact person can tell you more; your own "
        "data stay open to you in /privacy."
    )
    for command in ("/events", "/find", "/club", "/mentors", "/admin"):
        await anna.says(command)
        anna.reads(closed)
    await anna.says("/profile")
    anna.reads("<b>Your profile</b> ({state})", state=expected_state(stage))
    await anna.says("/mydata")
    anna.reads("<b>What we hold about you</b>")
    await koch.presses(LiftSuspension(find(stage, "Anna Weber").id).pack(), None)
    koch.reads("The suspension is lifted, and the person has been told.")
    await stage.passes(minutes=1)
    anna.reads("The network is open to you again. Answers to events and offices you had before are not restored.")
    await anna.says("/events")
    anna.reads_not("This is for the club's ambassador.")
    assert find(stage, "Anna Weber").status == Status.VERIFIED


def expected_state(stage: Stage) -> str:
    return {"de": "vorerst geschlossen", "zh_Hans": "暂时关闭", "en": "closed for the time being"}[stage.language]


@pytest.mark.language("en")
async def test_a_code_does_not_open_the_network_to_who_is_suspended(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Weber")
    await koch.presses(SuspendMember(find(stage, "Anna Weber").id).pack(), None)
    await koch.says(REASON)
    await koch.taps("Suspend")
    await koch.says("/issue")
    await koch.says("Anna Weber")
    await picks(koch, 0)
    await picks(koch, 0)
    await anna.says(f"/code {koch.link('/go/code_').split('code_')[1]}")
    anna.reads("The alumni office has closed this for you for the time being; the code stays unused.")
    assert find(stage, "Anna Weber").status == Status.SUSPENDED
    assert (
        stage.looks_up(lambda session: session.scalars(select(Code.used_at).where(Code.kind == "personal")).one())
        is None
    )


@pytest.mark.language("en")
async def test_a_scope_ends_where_it_ends_whatever_button_is_guessed(stage: Stage) -> None:
    lang = member(stage, "Bernd Lang", coordinates=scope(stage, programme="nrw-jiangsu"))
    wei = member(stage, "Chen Wei", programme="nrw-jiangsu")
    member(stage, "Anna Weber")
    waiting = member(stage, "Paul Roth", verified=False)
    anna = find(stage, "Anna Weber").id
    await lang.says("/member Anna Weber")
    lang.reads("Nobody you answer for has this name or number. Part of the name is enough, in any script.")
    await lang.says(f"/member {find(stage, 'Anna Weber').number}")
    lang.reads("Nobody you answer for has this name or number. Part of the name is enough, in any script.")
    for tap in (
        OpenMember(anna),
        CorrectMember(anna),
        SuspendMember(anna),
        LiftSuspension(anna),
        EraseOnRequest(anna, True),
    ):
        await lang.presses(tap.pack(), None)
        lang.reads(NOT_YOURS)
    await lang.presses(OpenReach(anna).pack(), None)
    lang.reads("This person is no longer among the verified members; the record may have been erased.")
    await lang.says("/verify")
    lang.reads("No registration is waiting.")
    for tap in (OpenRegistration(1), Approve(1)):
        await lang.presses(tap.pack(), None)
        lang.reads("This registration no longer exists.")
    await lang.says("/newkey")
    await lang.says("Anna Weber")
    lang.reads("We know no verified member of this name.")
    await lang.says("/cancel")
    await looks_up(lang, "Chen Wei")
    assert find(stage, "Paul Roth").status == Status.PENDING
    assert {row.subject for row in recorded(stage, "member_viewed")} == {find(stage, "Chen Wei").number}
    waiting.reads_not("Welcome")
    wei.reads_not("corrected")


@pytest.mark.language("en")
async def test_a_wish_to_be_erased_told_to_the_office_can_be_taken_back(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Weber")
    await looks_up(koch, "Anna Weber")
    await koch.taps("Erase on request")
    await koch.taps("Yes, erase")
    koch.reads("Noted. The person has been told.")
    await stage.passes(minutes=1)
    assert find(stage, "Anna Weber").erase_at is not None
    await anna.taps("Keep my data")
    assert find(stage, "Anna Weber").erase_at is None
    await koch.presses(EraseOnRequest(find(stage, "Katrin Koch").id, True).pack(), None)
    koch.reads("You cannot do this to yourself. Please ask a colleague.")
    await koch.presses(EraseOnRequest(find(stage, "Anna Weber").id, True).pack(), None)
    await stage.passes(hours=49)
    await koch.says("/member Anna Weber")
    koch.reads("Nobody you answer for has this name or number. Part of the name is enough, in any script.")
