"""Who holds which office: given with a scope and a term, stood in for, ended; never the last one."""

import pytest
from sqlalchemy import select

from bot.domain.scope import Scope
from db import scopes
from db.models.members import Member, Role
from handlers.coordination.offices import EndOffice, GiveOffice, NameDeputy, SetTerm
from tests.actors import Actor
from tests.handlers.test_joining import picks
from tests.people import find, member, scope
from tests.stage import Stage

LAST = "This is the last office for the whole network without an end. Please give it to somebody else first."
CENTRAL_ONLY = "This is for coordinators who answer for the whole network."


def office_of(stage: Stage, name: str) -> Role:
    query = select(Role).join(Member, Member.id == Role.member_id).where(Member.full_name == name)
    return stage.looks_up(lambda session: session.scalars(query).one())


def scope_now(stage: Stage, name: str) -> Scope:
    person = find(stage, name).id
    return stage.looks_up(lambda session: scopes.scope_of(session, person))


async def gives(koch: Actor, name: str, office: str, which: int | None = None) -> None:
    """From /role to the last question, the end date; `which` is the place of the institution, faculty or the like."""
    await koch.says("/role")
    await koch.taps("Give an office")
    await koch.says(name)
    await koch.taps(office)
    if which is not None:
        await picks(koch, which)
    koch.reads("Until when, this day included? Skip this if it is for good.")


@pytest.mark.everywhere
async def test_a_coordinator_of_a_programme_is_appointed_for_a_term_and_thanked_at_its_end(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Weber")
    await gives(koch, "Anna Weber", "Coordination: a faculty", 1)
    await koch.says({"de": "31.3.2026", "zh_Hans": "2026年3月31日", "en": "31 Mar 2026"}[stage.language])
    await koch.taps("Give the office")
    koch.reads("Done. {name} has been told.", name="Anna Weber")
    await stage.passes(minutes=1)
    anna.reads("The alumni office has given you an office. Thank you for taking it on!")
    await anna.taps("Desk")
    anna.reads("<b>Alumni office</b>\nYou answer for: {scope}")
    await anna.says("/rounds")
    anna.reads(CENTRAL_ONLY)
    assert not scope_now(stage, "Anna Weber").is_empty
    await stage.passes(days=22)
    anna.reads("An office you held for the network has ended. Thank you for your work! Your profile stays as it is.")
    assert scope_now(stage, "Anna Weber").is_empty
    await anna.says("/admin")
    anna.reads("This is for coordinators.")


@pytest.mark.language("en")
async def test_the_last_central_coordinator_cannot_go(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber", coordinates=scope(stage, programme="nrw-jiangsu"))
    office = office_of(stage, "Katrin Koch").id
    await koch.presses(EndOffice(office, True).pack(), None)
    koch.reads(LAST)
    await koch.presses(SetTerm(office).pack(), None)
    await koch.says("31 Mar 2026")
    koch.reads(LAST)
    await gives(koch, "Anna Weber", "Coordination: the whole network")
    await koch.taps("Skip")
    await koch.taps("Give the office")
    koch.reads("{name} holds such an office already. Please end that one first, or choose another.", name="Anna Weber")
    member(stage, "Bernd Lang", coordinator=True)
    await koch.presses(EndOffice(office).pack(), None)
    await koch.taps("End the office")
    koch.reads("The office of {name} has ended.", name="Katrin Koch")
    await koch.says("/role")
    koch.reads("This is for coordinators.")


@pytest.mark.language("en")
async def test_a_deputy_may_do_what_the_office_may_until_it_ends(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    lang = member(stage, "Bernd Lang", coordinates=scope(stage, institution="tu-chemnitz"))
    anna = member(stage, "Anna Weber")
    wei = member(stage, "Chen Wei", programme="nrw-jiangsu")
    office = office_of(stage, "Bernd Lang").id
    await lang.presses(NameDeputy(office).pack(), None)
    await lang.says("Chen Wei")
    lang.reads("We know no verified member of this name.")
    await lang.says("Anna Weber")
    await lang.taps("Skip")
    await lang.taps("Name the deputy")
    lang.reads("Done. {name} has been told.", name="Anna Weber")
    assert scope_now(stage, "Anna Weber") == scope_now(stage, "Bernd Lang")
    await anna.says("/verify")
    anna.reads("No registration is waiting.")
    await anna.presses(NameDeputy(office).pack(), None)
    anna.reads("A deputy is named by who holds the office.")
    await anna.presses(GiveOffice().pack(), None)
    anna.reads(CENTRAL_ONLY)
    await lang.presses(EndOffice(office_of(stage, "Anna Weber").id, True).pack(), None)
    lang.reads("The office of {name} has ended.", name="Anna Weber")
    await lang.presses(EndOffice(office_of(stage, "Katrin Koch").id, True).pack(), None)
    lang.reads("Only who answers for the whole network ends this office.")
    await koch.presses(EndOffice(office, True).pack(), None)
    await stage.passes(minutes=1)
    lang.reads("An office you held for the network has ended. Thank you for your work! Your profile stays as it is.")
    await wei.says("/role")
    wei.reads("This is for coordinators.")
