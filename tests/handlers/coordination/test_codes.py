"""Codes that verify, bring back, or make the first coordinator."""

import asyncio
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from db import codes, members
from db.models.lists import Institution, Programme
from db.models.members import Affiliation, Code, Member, Status
from tests.actors import Actor
from tests.databases import Databases
from tests.handlers.test_joining import picks
from tests.marks import on_both_databases
from tests.people import find, member
from tests.stage import Stage

LANGUAGE = {"de": "Deutsch", "zh_Hans": "中文", "en": "English"}


NEW_CODE = (
    "Personal code for {name}: <code>{code}</code>\n\nLink that opens either door: {url}\n\nIt works once, within 180 "
    "days. Whoever uses it is verified as this person, so please pass it on safely."
)
NEW_KEY = (
    "New return key for {name}: <code>{key}</code>\n\nPlease make sure that it reaches this person and nobody else. "
    "Their older key no longer works."
)


async def issued(koch: Actor, name: str = "Lena Roth") -> str:
    """A personal code for somebody at the second institution, in its first programme: the deep link's payload."""
    await koch.says("/issue")
    await koch.says(name)
    await picks(koch, 1)
    await picks(koch, 0)
    koch.reads(NEW_CODE, name=name)
    return koch.link("/go/code_").split("/go/")[1]


async def fills_in_the_rest(actor: Actor) -> None:
    """What the code does not say."""
    await actor.taps("I have read this")
    await goes_on(actor)


async def goes_on(actor: Actor) -> None:
    await actor.taps("I do not agree")
    await actor.taps("Elsewhere")
    await actor.taps("Skip")
    await actor.says("Frau Roth")
    await actor.taps("Graduate")
    await actor.taps("Done")
    await actor.taps("2012")
    await actor.says("Chemnitz")
    await picks(actor, 0)
    await actor.taps("Done")
    await actor.taps("Skip")
    await actor.taps("Skip")


def studies(stage: Stage, name: str) -> tuple[str, str]:
    """The slugs of somebody's institution and programme."""
    query = (
        select(Institution.slug, Programme.slug)
        .select_from(Affiliation)
        .join(Institution, Institution.id == Affiliation.institution_id)
        .join(Programme, Programme.id == Affiliation.programme_id)
        .join(Member, Member.id == Affiliation.member_id)
        .where(Member.full_name == name)
    )
    row = stage.looks_up(lambda session: session.execute(query).one())
    return row[0], row[1]


@pytest.mark.everywhere
async def test_a_personal_code_prefills_and_verifies(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    payload = await issued(koch)
    lena = stage.person("Lena")
    await lena.says(f"/start {payload}")
    await lena.taps(LANGUAGE[lena.language])
    await fills_in_the_rest(lena)
    lena.reads("<b>Is everything right?</b> Tap a line below to change it.")
    assert "Lena Roth" in lena.screen.text
    await lena.taps("Everything is right")
    lena.reads("You are verified. Welcome, {name}! Now find the club near you.", name="Frau Roth")
    assert find(stage, "Lena Roth").status == Status.VERIFIED
    assert studies(stage, "Lena Roth") == ("nrw-programmes", "nrw-jiangsu")


async def test_nobody_needs_to_decide_about_somebody_with_a_code(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    payload = await issued(koch)
    lena = stage.person("Lena")
    await lena.says(f"/start {payload}")
    await lena.taps(LANGUAGE[lena.language])
    await fills_in_the_rest(lena)
    await lena.taps("Everything is right")
    await koch.says("/verify")
    koch.reads("No registration is waiting.")


async def test_a_code_is_typed_as_people_type(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    secret = (await issued(koch)).removeprefix("code_")
    anna = member(stage, "Anna Weber", verified=False)
    await anna.says("/code")
    await anna.says(f"{secret[:4]} {secret[4:8]} {secret[8:]}".lower())
    anna.reads("You are verified. Welcome, {name}! Now find the club near you.", name="Anna Weber")
    assert find(stage, "Anna Weber").status == Status.VERIFIED


async def test_a_code_typed_in_the_middle_of_registering_counts(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    secret = (await issued(koch)).removeprefix("code_")
    lena = stage.person("Lena")
    await lena.says("/start")
    await lena.taps(LANGUAGE[lena.language])
    await lena.taps("Register")
    await lena.taps("I have read this")
    await lena.says(f"/code {secret}")
    await goes_on(lena)
    await lena.taps("Everything is right")
    assert find(stage, "Lena Roth").status == Status.VERIFIED


async def test_a_code_works_once(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    payload = await issued(koch)
    anna = member(stage, "Anna Weber", verified=False)
    await anna.says(f"/start {payload}")
    bernd = member(stage, "Bernd Sommer", verified=False)
    await bernd.says(f"/start {payload}")
    bernd.reads("This code was used already. If it was not you, please tell the alumni office.")
    assert find(stage, "Bernd Sommer").status == Status.PENDING


@on_both_databases
async def test_of_two_people_using_a_code_at_once_one_is_verified(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    secret = (await issued(koch)).removeprefix("code_")
    names = ("Anna Weber", "Bernd Sommer")
    people = [member(stage, name, verified=False) for name in names]
    await asyncio.gather(*(actor.says(f"/code {secret}") for actor in people))
    assert sorted(find(stage, name).status for name in names) == [Status.PENDING, Status.VERIFIED]


async def test_somebody_verified_does_not_waste_a_code(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    payload = await issued(koch)
    anna = member(stage, "Anna Weber")
    await anna.says(f"/start {payload}")
    anna.reads("You are verified already; the code stays unused.")
    assert stage.looks_up(lambda session: session.scalars(select(Code.used_at)).one()) is None


async def test_a_code_expires_after_half_a_year(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True, door="telegram")
    payload = await issued(koch)
    await stage.passes(days=181)
    anna = member(stage, "Anna Weber", verified=False)
    await anna.says(f"/start {payload}")
    anna.reads("This code has expired. The alumni office gives you a new one.")


async def test_five_wrong_codes_are_enough_for_an_hour(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    secret = (await issued(koch)).removeprefix("code_")
    anna = member(stage, "Anna Weber", verified=False)
    for _time in range(5):
        await anna.says("/code BCDF-GHJK-23")
        anna.reads("We do not know this code. Please check it letter by letter.")
    await anna.says(f"/code {secret}")
    anna.reads("There were too many wrong codes. Please try again in an hour, or write to the alumni office.")
    await stage.passes(minutes=61)
    await anna.says(f"/code {secret}")
    assert find(stage, "Anna Weber").status == Status.VERIFIED


async def test_a_code_is_stored_as_a_hash_only(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    secret = (await issued(koch)).removeprefix("code_")
    stored = stage.looks_up(lambda session: session.scalars(select(Code)).one())
    assert stored.digest == stage.app.house.digest("code", secret)
    assert secret not in str([getattr(stored, column.key) for column in Code.__table__.columns])


async def test_only_coordinators_issue_codes(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/issue")
    anna.reads("This is for coordinators.")


async def test_a_lost_return_key_is_replaced_by_a_coordinator(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/key")
    old = key_in(anna.screen.text)
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.says("/newkey")
    await koch.says("weber")
    koch.reads("<b>Is this the right person?</b> Their older return key then opens nothing any more.")
    await koch.taps("Issue the key")
    koch.reads(NEW_KEY, name="Anna Weber")
    new = key_in(koch.screen.text)
    again = stage.person("Anna again")
    await again.says("/start")
    await again.taps(LANGUAGE[again.language])
    await again.says(f"/return {old}")
    again.reads("We do not know this key. Please check it letter by letter; only your newest key counts.")
    await again.says(f"/return {new}")
    again.reads("Welcome back, {name}. Both doors now lead to the same conversation with you.", name="Anna Weber")


def key_in(text: str) -> str:
    found = re.search(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b", text)
    assert found is not None, text
    return found[0]


async def test_namesakes_are_told_apart_by_their_city(stage: Stage) -> None:
    for city in ("Chemnitz", "Hamburg"):
        member(stage, "Anna Weber", city=city, door="telegram")
    koch = member(stage, "Katrin Koch", coordinator=True, language="en")
    await koch.says("/newkey")
    await koch.says("Anna")
    koch.reads("Which one do you mean?")
    assert [label.split(" · ")[1].split(",")[0] for label in koch.screen.labels()[:2]] == ["Chemnitz", "Hamburg"]


async def test_letters_beyond_ascii_are_found_in_small_letters(stage: Stage) -> None:
    member(stage, "Ömer Özil")
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.says("/newkey")
    await koch.says("özil")
    await koch.taps("Issue the key")
    koch.reads(NEW_KEY, name="Ömer Özil")


async def test_no_key_for_somebody_unverified(stage: Stage) -> None:
    member(stage, "Anna Weber", verified=False)
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.says("/newkey")
    await koch.says("Anna")
    koch.reads("We know no verified member of this name.")


def first_code(stage: Stage, secret: str = "BCDFGHJKMNPQ") -> str:
    """What `python -m bot coordinator` prints."""
    digest = stage.app.house.digest("code", secret)
    stage.looks_up(lambda session: codes.issue(session, "coordinator", digest, stage.clock.now()))
    return secret


async def test_the_first_coordinator_comes_in_by_a_code(stage: Stage) -> None:
    secret = first_code(stage)
    anna = member(stage, "Anna Weber")
    await anna.says(f"/coordinate {secret}")
    anna.reads("You are a coordinator now.")
    await anna.says("/verify")
    anna.reads("No registration is waiting.")


async def test_the_first_coordinator_comes_in_by_a_link_at_either_door(stage: Stage) -> None:
    secret = first_code(stage)
    somebody = stage.person("Katrin")
    await somebody.says(f"/start coordinate_{secret}")
    await somebody.taps(LANGUAGE[somebody.language])
    somebody.reads("You are a coordinator now.")


async def test_a_coordinators_code_works_once(stage: Stage) -> None:
    secret = first_code(stage)
    anna, bernd = member(stage, "Anna Weber"), member(stage, "Bernd Sommer")
    await anna.says(f"/coordinate {secret}")
    await bernd.says(f"/coordinate {secret}")
    bernd.reads("This code is not valid, was used already, or has expired.")
    await bernd.says("/verify")
    bernd.reads("This is for coordinators.")


async def test_a_personal_code_makes_no_coordinator(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    secret = (await issued(koch)).removeprefix("code_")
    anna = member(stage, "Anna Weber")
    await anna.says(f"/coordinate {secret}")
    anna.reads("This code is not valid, was used already, or has expired.")


async def opened(combination: tuple[str, str, str], databases: Databases, folder: Path, **settings: object) -> Stage:
    language, door, database = combination
    stage = Stage(databases.fresh(database), language, door, folder, **settings)
    await stage.open()
    return stage


@pytest.mark.door("telegram")
async def test_the_setting_names_the_first_coordinator(
    combination: tuple[str, str, str], databases: Databases, tmp_path: Path
) -> None:
    stage = await opened(combination, databases, tmp_path, coordinators="1001")
    katrin = stage.person("Katrin")
    await katrin.says("/start")
    await katrin.taps(LANGUAGE[katrin.language])
    await katrin.says("/verify")
    katrin.reads("No registration is waiting.")
    await stage.close()


@pytest.mark.door("telegram")
async def test_the_setting_counts_only_while_there_is_no_coordinator(
    combination: tuple[str, str, str], databases: Databases, tmp_path: Path
) -> None:
    stage = await opened(combination, databases, tmp_path, coordinators="1002")
    member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Weber")
    assert anna.number == 1002
    await anna.says("/start")
    await anna.says("/verify")
    anna.reads("This is for coordinators.")
    assert stage.looks_up(lambda session: len(members.coordinators(session))) == 1
    await stage.close()


@pytest.mark.door("telegram")
async def test_the_setting_helps_nobody_else(
    combination: tuple[str, str, str], databases: Databases, tmp_path: Path
) -> None:
    stage = await opened(combination, databases, tmp_path, coordinators="4711")
    anna = member(stage, "Anna Weber")
    await anna.says("/start")
    await anna.says("/verify")
    anna.reads("This is for coordinators.")
    await stage.close()
