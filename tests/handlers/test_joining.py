"""Somebody new comes in."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.conversation.privacy_texts import VERSION
from db import codes, drafts, places
from db.drafts import Filling
from db.models.conversation import Door, Draft
from db.models.lists import Institution, Programme
from db.models.members import Code, Member, Status
from handlers.joining import JOINING
from tests.actors import Actor
from tests.people import find, guest, member
from tests.stage import Stage

SECRET = "BCDFGHJK23"
LONG = "x" * 4096


async def registers(anna: Actor, *, alumni: str = "I agree", name: str = "Anna Weber") -> None:
    """From the first word to the summary."""
    await anna.says("/start")
    await anna.taps({"de": "Deutsch", "zh_Hans": "中文", "en": "English"}[anna.language])
    await anna.taps("Register")
    await anna.taps("I have read this")
    await anna.taps(alumni)
    await anna.taps("Elsewhere")
    await anna.says(name)
    await anna.taps("Skip")
    await anna.says("Frau Weber")
    await anna.taps("Graduate")
    await anna.taps("Done")
    await picks(anna, 0)
    await picks(anna, 4)
    await anna.taps("2012")
    await anna.says("Chemnitz")
    await picks(anna, 0)
    await anna.taps("Done")
    await anna.taps("Skip")
    await anna.taps("Skip")
    if alumni == "I agree":
        await anna.taps("Done")
        await anna.taps("Done")
    anna.reads("<b>Is everything right?</b> Tap a line below to change it.")


async def picks(actor: Actor, index: int) -> None:
    """Tap a choice by its place, where its words are data."""
    rows = [button for row in actor.screen.buttons for button in row]
    await actor.presses(rows[index][1], actor.screen.ident)


async def comes_to(stage: Stage, question: str, **other: Any) -> Actor:
    """A guest who has answered everything before `question` and is asked just that."""
    anna = guest(stage)
    names = [each.name for each in JOINING.questions]
    known = {**answers(stage), **other}
    before = {name: known[name] for name in names[: names.index(question)] if name in known}
    row = stage.looks_up(lambda session: session.scalars(select(Member.id).order_by(Member.id.desc())).first())
    assert row is not None
    filling, later = Filling(JOINING.name, question, before), stage.clock.now() + timedelta(days=30)
    stage.looks_up(lambda session: drafts.keep(session.connection(), row, filling, later))
    await anna.says("/join")
    return anna


def answers(stage: Stage) -> dict[str, Any]:
    institution, programme = ids(stage)
    return {
        "notice": VERSION,
        "alumni": "yes",
        "china": "no",
        "name": "Anna Weber",
        "other_name": None,
        "address": "Frau Weber",
        "relation": ["graduate"],
        "institution": institution,
        "programme": programme,
        "years": "2012",
        "city": city(stage, "Chemnitz"),
        "topics": [],
        "function": None,
        "employer": None,
        "for_clubs": [],
        "for_alumni": [],
    }


def ids(stage: Stage) -> tuple[str, str]:
    """The first institution, and mechanical engineering there."""
    programme = stage.looks_up(
        lambda session: session.scalars(select(Programme).where(Programme.slug == "tuc-mechanical")).one()
    )
    return str(programme.institution_id), str(programme.id)


def city(stage: Stage, name: str) -> str:
    return str(stage.looks_up(lambda session: places.find_places(session, name, limit=1)[0].id))


def draft(stage: Stage) -> Draft | None:
    return stage.looks_up(lambda session: session.scalars(select(Draft).where(Draft.form == "joining")).one_or_none())


def answered(stage: Stage) -> dict[str, Any]:
    found = draft(stage)
    assert found is not None
    return {name: value for name, value in found.answers.items() if not name.startswith("_")}


def count(stage: Stage, table: type[Any]) -> int:
    return stage.looks_up(lambda session: session.scalar(select(func.count()).select_from(table))) or 0


def issue(stage: Stage, *, lasting: timedelta | None = None, **prefill: str) -> None:
    """A personal code, as a coordinator makes it."""
    digest, now = stage.app.house.digest("code", SECRET), stage.clock.now()
    stage.looks_up(lambda session: codes.issue(session, "personal", digest, now, prefill=prefill, lasting=lasting))


# -- the way in


@pytest.mark.everywhere
async def test_registering_by_thumb(stage: Stage) -> None:
    anna = stage.person("Anna")
    await registers(anna)
    await anna.taps("Everything is right")
    anna.reads("Thank you, {name}! Your registration has arrived.", name="Frau Weber")
    anna.reads(
        "A person at the alumni office now checks that we know each other, usually within {n} working days.", n=2
    )
    anna.reads("Your return key: <code>{key}</code>")


@pytest.mark.language("de")
async def test_how_long_it_usually_takes_is_as_the_settings_promise(stage: Stage) -> None:
    await stage.restart(verify_days=1)
    anna = stage.person("Anna")
    await registers(anna)
    await anna.taps("Everything is right")
    assert any("meist innerhalb von 1 Werktag." in message.text for message in anna.messages())


async def test_the_language_of_the_phone_is_offered_first_and_all_are_there(stage: Stage) -> None:
    anna = stage.person("Anna", door="telegram")
    await anna.says("/start")
    first = {"de": "Deutsch", "zh_Hans": "中文", "en": "English"}[anna.language]
    assert anna.screen.labels()[0] == first
    assert set(anna.screen.labels()) == {"Deutsch", "中文", "English"}


@pytest.mark.door("telegram")
@pytest.mark.parametrize("said", ["Hello", "/start a:b", "/start " + "x" * 64, "/start schön:您", "/menu", "/nonsense"])
async def test_whatever_a_stranger_says_first_the_languages_are_offered(stage: Stage, said: str) -> None:
    anna = stage.person("Anna")
    await anna.says(said)
    assert set(anna.screen.labels()) == {"Deutsch", "中文", "English"}


async def test_a_link_that_leads_nowhere_is_answered_with_the_menu(stage: Stage) -> None:
    anna = guest(stage)
    await anna.says("/start nowhere_1")
    anna.reads("This link leads nowhere any more. Everything you can do is in the menu.")
    assert anna.sees_button("Menu")


async def test_start_twice_at_the_same_instant_makes_one_guest(stage: Stage) -> None:
    anna = stage.person("Anna", door="telegram")
    await asyncio.gather(anna.says("/start"), anna.says("/start"))
    assert (count(stage, Member), count(stage, Door)) == (1, 1)


async def test_the_time_zone_is_that_of_the_city(stage: Stage) -> None:
    anna = await comes_to(stage, "for_alumni", city=city(stage, "New York"))
    await anna.taps("Done")
    await anna.taps("Everything is right")
    assert find(stage, "Anna Weber").zone == "America/New_York"


async def test_who_is_registered_is_not_asked_again(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/join")
    anna.reads("You are registered already.")


async def test_confirming_twice_registers_once(stage: Stage) -> None:
    anna = await comes_to(stage, "for_alumni")
    await anna.taps("Done")
    data = next(data for row in anna.screen.buttons for _label, data in row if data == "qm:joining:y:")
    message = anna.screen.ident
    await anna.presses(data, message)
    number = find(stage, "Anna Weber").number
    await anna.presses(data, message)
    assert find(stage, "Anna Weber").number == number
    assert count(stage, Member) == 1


@pytest.mark.everywhere
async def test_who_waits_knows_for_what_and_sees_public_things(stage: Stage) -> None:
    anna = member(stage, verified=False)
    await anna.says("/menu")
    anna.reads("Your registration is being checked by the alumni office. What would you like to do?")
    await anna.says("/myclubs")
    anna.reads("This opens once the alumni office has confirmed your registration.")
    await anna.says("/clubs")
    anna.reads_not("Something went wrong")


async def test_a_guest_is_told_that_registering_comes_first(stage: Stage) -> None:
    anna = guest(stage)
    await anna.says("/profile")
    anna.reads("For this you need to be registered. It takes about two minutes.")
    assert anna.sees_button("Register")


# -- the questions


async def test_another_institution_asks_for_its_programme(stage: Stage) -> None:
    anna = await comes_to(stage, "for_alumni")
    await anna.taps("Done")
    await anna.taps("Institution")
    await picks(anna, 1)
    anna.reads("Which programme?")
    assert "programme" not in answered(stage)


async def test_the_form_of_address_may_be_the_name_by_one_tap(stage: Stage) -> None:
    anna = await comes_to(stage, "address")
    await anna.says("x" * 81)
    await picks(anna, 0)
    assert answered(stage)["address"] == "Anna Weber"


async def test_direction_marks_are_left_out_of_a_name(stage: Stage) -> None:
    anna = await comes_to(stage, "name")
    await anna.says("\u202eAnna\u202c\u200f  Weber ")
    assert answered(stage)["name"] == "Anna Weber"


async def test_markup_in_an_answer_is_shown_as_it_was_typed(stage: Stage) -> None:
    anna = await comes_to(stage, "function")
    await anna.says("<b>Head</b> & tail")
    await anna.taps("Skip")
    await anna.taps("Done")
    await anna.taps("Done")
    assert "<b>Head</b> & tail" in anna.screen.text


@pytest.mark.parametrize(
    ("typed", "kept"), [("2008 – 2012", "2008-2012"), ("1998", "1998"), ("2010年至2014年", "2010-2014")]
)
async def test_years_are_typed_as_people_write_them(stage: Stage, typed: str, kept: str) -> None:
    anna = await comes_to(stage, "years")
    await anna.says(typed)
    assert answered(stage)["years"] == kept


TOO_LONG = "This is too long: please use at most {n} characters."
NO_NAME = "A name has letters only, with spaces, hyphens or dots. Please write just the name."
NO_WORDS = "Please use words, not only signs or pictures."
NO_YEARS = "Please give years like 2008–2012, or one year like 2012, not before 1940 and not later than next year."
NO_CITY = (
    "We know no such city. Please check the spelling, or write the nearest larger city; German, English and Chinese "
    "names are understood."
)
BLANK, EMOJI, MARKS = "\u2003 \u2003", "😀👩‍🎓", "\u202e\u200f"
BAD_NAMES = {
    BLANK: "This was empty. Please write the name.",
    MARKS: "This was empty. Please write the name.",
    EMOJI: NO_NAME,
    "<b>Anna</b>": NO_NAME,
    "4711": NO_NAME,
    "x" * 121: TOO_LONG,
    LONG: TOO_LONG,
}
BAD_LINES = {
    BLANK: "This was empty. Please write a few words.",
    MARKS: "This was empty. Please write a few words.",
    EMOJI: NO_WORDS,
    "x" * 121: TOO_LONG,
    LONG: TOO_LONG,
}
BAD_YEARS = dict.fromkeys((BLANK, MARKS, EMOJI, "2033", "1024", "2012-2008", "12", "<i>2012</i>5", LONG), NO_YEARS)
BAD_CITIES = dict.fromkeys((BLANK, MARKS, EMOJI, "Xqzzt", "<1>", "12345", LONG), NO_CITY)
BAD_TAPS = dict.fromkeys((EMOJI, "coffee", LONG), "Please choose one of the buttons.")
NOT_TYPED = dict.fromkeys((EMOJI, "coffee", LONG), "Please use the buttons below.")
BAD = {
    "notice": NOT_TYPED,
    "alumni": NOT_TYPED,
    "china": NOT_TYPED,
    "name": BAD_NAMES,
    "other_name": BAD_NAMES,
    "address": BAD_LINES,
    "relation": NOT_TYPED,
    "institution": BAD_TAPS,
    "programme": BAD_TAPS,
    "years": BAD_YEARS,
    "city": BAD_CITIES,
    "topics": NOT_TYPED,
    "function": BAD_LINES,
    "employer": BAD_LINES,
    "for_clubs": NOT_TYPED,
    "for_alumni": NOT_TYPED,
}


@pytest.mark.parametrize("question", list(BAD))
async def test_what_does_not_fit_is_answered_in_one_sentence_and_nothing_is_lost(stage: Stage, question: str) -> None:
    anna = await comes_to(stage, question)
    before = answered(stage)
    for typed, told in BAD[question].items():
        await anna.says(typed)
        assert anna.reads(told).ident == anna.screen.ident
    assert answered(stage) == before


@pytest.mark.door("telegram")
@pytest.mark.parametrize("question", list(BAD))
async def test_pictures_contacts_and_the_like_are_answered_with_what_is_expected(stage: Stage, question: str) -> None:
    anna = await comes_to(stage, question)
    before = answered(stage)
    buttons_only = BAD[question] is NOT_TYPED
    told = "Please use the buttons below." if buttons_only else "Please answer in words, as a text message."
    acts: list[tuple[str, dict[str, Any]]] = [
        ("photo", {}),
        ("sticker", {}),
        ("contact", {"user_id": 0}),
        ("forward", {"text": "Bob Miller"}),
    ]
    for what, details in acts:
        shown = len(anna.messages())
        await anna.sends(what, **details)
        assert len(anna.messages()) == shown + 1
        assert anna.reads(told).ident == anna.screen.ident
    assert answered(stage) == before


# -- the city


async def test_a_city_that_exists_many_times_is_chosen_by_its_region(stage: Stage) -> None:
    anna = await comes_to(stage, "city")
    await anna.says("Springfield")
    anna.reads("Which one do you mean?")
    assert len([label for label in anna.screen.labels() if "Springfield" in label or "斯普林菲尔德" in label]) >= 2
    await picks(anna, 0)
    assert "city" in answered(stage)


@pytest.mark.language("zh_Hans")
async def test_suzhou_and_suzhou_are_told_apart(stage: Stage) -> None:
    anna = await comes_to(stage, "city")
    await anna.says("suzhou")
    assert {"中国江苏苏州", "中国安徽宿州"} <= set(anna.screen.labels())
    await anna.says("宿州")
    assert answered(stage)["city"] == city(stage, "宿州")


async def test_a_long_list_of_cities_can_be_leafed_through(stage: Stage) -> None:
    anna = await comes_to(stage, "city")
    await anna.says("San")
    first = anna.screen.labels()[0]
    await anna.taps("›")
    anna.reads("Which one do you mean?")
    assert anna.screen.labels()[0] != first
    await picks(anna, 0)
    assert "city" in answered(stage)


async def test_a_shared_location_answers_the_city_and_is_read_back(stage: Stage) -> None:
    anna = await comes_to(stage, "city")
    await anna.sends("location", lat=50.83, lon=12.92)
    assert answered(stage)["city"] == city(stage, "Chemnitz")
    assert _chemnitz(anna) in anna.screen.text.splitlines()[0]


def _chemnitz(actor: Actor) -> str:
    return "开姆尼茨" if actor.language == "zh_Hans" else "Chemnitz"


async def test_a_location_at_sea_is_no_city(stage: Stage) -> None:
    anna = await comes_to(stage, "city")
    await anna.sends("location", lat=-48.0, lon=-123.0)
    anna.reads(NO_CITY)


# -- personal codes


@pytest.mark.everywhere
async def test_a_personal_code_fills_in_and_verifies(stage: Stage) -> None:
    institution, programme = ids(stage)
    issue(stage, name="Anna Weber", institution=institution, programme=programme)
    anna = guest(stage)
    await anna.says(f"/start code_{SECRET}")
    await anna.taps("I have read this")
    await anna.taps("I do not agree")
    await anna.taps("Elsewhere")
    anna.reads("Would you like to add your name in another script")
    await anna.taps("Skip")
    await picks(anna, 0)
    await anna.taps("Graduate")
    await anna.taps("Done")
    await anna.taps("2012")
    await anna.says("Chemnitz")
    await anna.taps("Done")
    await anna.taps("Skip")
    await anna.taps("Skip")
    await anna.taps("Everything is right")
    anna.reads("You are verified. Welcome, {name}!", name="Anna Weber")
    assert find(stage, "Anna Weber").status == Status.VERIFIED


async def test_a_code_keeps_waiting_while_a_language_is_chosen(stage: Stage) -> None:
    issue(stage, name="Anna Weber")
    anna = stage.person("Anna", door="telegram")
    await anna.says(f"/start code_{SECRET}")
    await picks(anna, 0)
    anna.reads("<b>How we handle your data</b>")
    assert answered(stage) == {"name": "Anna Weber"}


async def test_a_code_in_the_middle_of_registering_fills_in_what_it_knows(stage: Stage) -> None:
    institution, programme = ids(stage)
    issue(stage, name="Anna Weber", institution=institution, programme=programme)
    anna = await comes_to(stage, "relation", name="Ana Veber")
    await anna.says(f"/code {SECRET[:4]}-{SECRET[4:].lower()}")
    anna.reads("What connects you with us?")
    assert answered(stage)["name"] == "Anna Weber"
    assert answered(stage)["programme"] == programme


async def test_who_waits_is_verified_by_a_code_at_once(stage: Stage) -> None:
    issue(stage, name="Anna Weber")
    anna = member(stage, verified=False)
    await anna.says("/code")
    await anna.says(SECRET)
    anna.reads("You are verified. Welcome, {name}!")


async def test_a_spent_code_no_longer_knows_whom_it_was_for(stage: Stage) -> None:
    issue(stage, name="Anna Weber")
    anna = member(stage, verified=False)
    await anna.says(f"/code {SECRET}")
    code = stage.looks_up(lambda session: session.scalars(select(Code)).one())
    assert (code.prefill, code.used_at) == (None, stage.clock.now())


async def test_a_used_code_opens_nothing(stage: Stage) -> None:
    issue(stage, name="Anna Weber")
    await member(stage, verified=False).says(f"/code {SECRET}")
    bob = guest(stage, "Bob")
    await bob.says(f"/start code_{SECRET}")
    bob.reads("This code was used already. If it was not you, please tell the alumni office.")
    assert draft(stage) is None


async def test_an_expired_code_opens_nothing(stage: Stage) -> None:
    issue(stage, lasting=timedelta(days=1), name="Anna Weber")
    anna = guest(stage)
    await stage.passes(days=2)
    await anna.says(f"/code {SECRET}")
    anna.reads("This code has expired. The alumni office gives you a new one.")


@pytest.mark.parametrize("typed", ["ZZZZ", EMOJI, "<b>", LONG, MARKS])
async def test_an_unknown_code_can_be_tried_again(stage: Stage, typed: str) -> None:
    anna = guest(stage)
    await anna.says("/code")
    await anna.says(typed)
    anna.reads("We do not know this code. Please check it letter by letter.")
    await anna.taps("Try again")
    anna.reads("Please write the code from your letter or e-mail, for example BCDF-GHJK-23.")


@pytest.mark.everywhere
async def test_after_five_wrong_codes_even_the_right_one_has_to_wait_an_hour(stage: Stage) -> None:
    issue(stage, name="Anna Weber")
    anna = member(stage, verified=False)
    for wrong in range(5):
        await anna.says(f"/code WRNG{wrong}")
    await anna.says(f"/code {SECRET}")
    anna.reads("There were too many wrong codes. Please try again in an hour, or write to the alumni office.")
    await stage.passes(minutes=61)
    await anna.says(f"/code {SECRET}")
    anna.reads("You are verified. Welcome, {name}!")


async def test_a_code_stays_unused_by_who_is_verified(stage: Stage) -> None:
    issue(stage, name="Anna Weber")
    anna = member(stage)
    await anna.says(f"/code {SECRET}")
    anna.reads("You are verified already; the code stays unused.")
    assert stage.looks_up(lambda session: session.scalars(select(Code.used_at)).one()) is None


async def test_institutions_are_offered_in_the_readers_language(stage: Stage) -> None:
    anna = await comes_to(stage, "institution")
    await anna.says("?")
    first = stage.looks_up(lambda session: session.scalars(select(Institution).order_by(Institution.position)).first())
    assert first is not None
    assert anna.screen.labels()[0] == first.names[anna.language]
