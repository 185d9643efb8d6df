"""Coordinators found clubs and appoint their ambassadors."""

import asyncio

from sqlalchemy import select

from bot.conversation.questions import Move, Step
from db import members
from db.models.clubs import Club
from tests.actors import Actor
from tests.clubs import club, enters, states
from tests.handlers.test_joining import picks
from tests.marks import on_both_databases
from tests.people import find, member
from tests.stage import Stage


def founded(stage: Stage) -> list[Club]:
    return stage.looks_up(lambda session: list(session.scalars(select(Club).order_by(Club.id))))


async def describes(koch: Actor, city: str = "Dresden", admission: str = "Anybody verified may join") -> None:
    """From the command to the summary."""
    await koch.says("/found")
    await koch.says(city)
    if any(data.startswith("q:found:city:") for row in koch.screen.buttons for _label, data in row):
        await picks(koch, 0)
    for name in ("Alumni-Club Dresden", "德累斯顿校友会", "Dresden Alumni Club"):
        await koch.says(name)
    await koch.taps(admission)
    koch.reads("<b>Found this club?</b>")


async def test_a_coordinator_founds_a_club(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    await describes(koch)
    await koch.taps("Found the club")
    name = {"de": "Alumni-Club Dresden", "zh_Hans": "德累斯顿校友会", "en": "Dresden Alumni Club"}[koch.language]
    koch.reads("{club} is founded. Now it needs an ambassador.", club=name)
    assert [(row.slug, row.admission, row.names["zh_Hans"]) for row in founded(stage)] == [
        ("dresden", "open", "德累斯顿校友会")
    ]


async def test_a_club_is_founded_with_admission_by_its_ambassador(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    await describes(koch, admission="The ambassador decides")
    await koch.taps("Found the club")
    assert [row.admission for row in founded(stage)] == ["approval"]


async def test_two_clubs_in_one_city_have_two_links(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    for _time in range(2):
        await describes(koch)
        await koch.taps("Found the club")
    assert [row.slug for row in founded(stage)] == ["dresden", "dresden2"]


@on_both_databases
async def test_a_double_tap_founds_one_club(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    await describes(koch)
    card, tap = koch.screen.ident, Move("found", Step.CONFIRM).pack()
    await asyncio.gather(koch.presses(tap, card), koch.presses(tap, card))
    assert len(founded(stage)) == 1


@on_both_databases
async def test_two_coordinators_founding_in_one_city_at_once_get_two_clubs(stage: Stage) -> None:
    people = [member(stage, name, coordinator=True) for name in ("Katrin Koch", "Lars Lang")]
    for coordinator in people:
        await describes(coordinator)
    await asyncio.gather(*(coordinator.taps("Found the club") for coordinator in people))
    assert sorted(row.slug for row in founded(stage)) == ["dresden", "dresden2"]


async def test_a_coordinator_appoints_an_ambassador_who_is_told(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig", admission="approval")
    koch = member(stage, "Katrin Koch", coordinator=True)
    bernd = member(stage, "Bernd Sommer")
    await koch.says("/appoint")
    await koch.taps("Club Leipzig")
    await koch.says("Bernd")
    koch.reads("<b>Appoint this person?</b> They are told at once.")
    await koch.taps("Appoint")
    koch.reads("{name} is now ambassador of {club} and has been told.", name="Bernd Sommer", club="Club Leipzig")
    await stage.passes(minutes=1)
    bernd.reads(
        "You are now ambassador of {club}. Thank you! People who would like to join an approval-only club appear here "
        "with two buttons. The alumni office is at your side at any time.",
        club="Club Leipzig",
    )
    row = find(stage, "Bernd Sommer").id
    assert stage.looks_up(lambda session: members.led_clubs(session, row)) == [leipzig]
    assert states(stage, "Bernd Sommer") == {leipzig: "in"}


async def test_a_new_ambassador_gets_the_requests_that_wait(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig", admission="approval")
    member(stage, "Anna Weber")
    enters(stage, "Anna Weber", leipzig, "asked")
    koch = member(stage, "Katrin Koch", coordinator=True)
    bernd = member(stage, "Bernd Sommer")
    await koch.says("/appoint")
    await koch.taps("Club Leipzig")
    await koch.says("Sommer")
    await koch.taps("Appoint")
    await stage.passes(minutes=1)
    bernd.reads("<b>{name}</b> would like to join {club}.", name="Anna Weber", club="Club Leipzig")
    await bernd.taps("Let in")
    assert states(stage, "Anna Weber") == {leipzig: "in"}


async def test_nobody_is_appointed_twice(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    member(stage, "Bernd Sommer", ambassador_of=leipzig)
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.says("/appoint")
    await koch.taps("Club Leipzig")
    await koch.says("Sommer")
    await koch.taps("Appoint")
    koch.reads("{name} is ambassador of {club} already.", name="Bernd Sommer", club="Club Leipzig")


async def test_a_club_may_have_two_ambassadors_and_somebody_two_clubs(stage: Stage) -> None:
    leipzig, berlin = club(stage, "Leipzig"), club(stage, "Berlin")
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Bernd Sommer", ambassador_of=leipzig)
    member(stage, "Clara Jung")
    for club_name, person in (("Club Leipzig", "Clara"), ("Club Berlin", "Bernd")):
        await koch.says("/appoint")
        await koch.taps(club_name)
        await koch.says(person)
        await koch.taps("Appoint")
    bernd, clara = find(stage, "Bernd Sommer").id, find(stage, "Clara Jung").id
    led = stage.looks_up(lambda session: [sorted(members.led_clubs(session, row)) for row in (bernd, clara)])
    assert led == [[leipzig, berlin], [leipzig]]


async def test_only_coordinators_found_and_appoint(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    bernd = member(stage, "Bernd Sommer", ambassador_of=leipzig)
    for command in ("/found", "/appoint"):
        await bernd.says(command)
        bernd.reads("This is for coordinators.")


async def test_somebody_who_is_a_coordinator_no_longer_cannot_finish(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    await describes(koch)
    stage.looks_up(lambda session: session.execute(members.Role.__table__.delete()))
    await koch.taps("Found the club")
    koch.reads("This is for coordinators.")
    assert founded(stage) == []
