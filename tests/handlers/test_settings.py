"""People decide how they hear from us."""

import pytest

from bot.conversation.notices import Switch
from handlers.settings import SetQuiet, Toggle
from tests.actors import Actor, Shown
from tests.handlers.test_joining import picks
from tests.people import find, member
from tests.stage import Stage, translate


async def opens_settings(stage: Stage) -> Actor:
    anna = member(stage)
    await anna.says("/settings")
    return anna


def reads_card(anna: Actor) -> Shown:
    """The settings, on the screen now."""
    title = translate(anna.language, "<b>Settings</b>\nLanguage: ").splitlines()[0]
    assert anna.screen.text.startswith(title.removeprefix("<b>").removesuffix("</b>"))
    return anna.screen


async def switches(anna: Actor, kind: str, state: str) -> None:
    name, shown = translate(anna.language, kind), translate(anna.language, state)
    await anna.taps("{kind}: {state}", kind=name, state=shown)


@pytest.mark.everywhere
async def test_the_card_shows_language_zone_and_quiet_hours(stage: Stage) -> None:
    anna = await opens_settings(stage)
    card = reads_card(anna)
    assert {"de": "Deutsch", "zh_Hans": "中文", "en": "English"}[anna.language] in card.text
    assert "11:00" in card.text
    assert "21:00" in card.text


async def test_a_kind_of_messages_is_switched_off_and_on(stage: Stage) -> None:
    anna = await opens_settings(stage)
    await switches(anna, "Surveys", "on")
    assert find(stage, "Anna Weber").switched_off == ["surveys"]
    await switches(anna, "Surveys", "off")
    assert find(stage, "Anna Weber").switched_off == []


async def test_a_double_tap_on_a_switch_switches_once(stage: Stage) -> None:
    anna = await opens_settings(stage)
    tap, message = Toggle(Switch.EVENTS, False).pack(), anna.screen.ident
    await anna.presses(tap, message)
    await anna.presses(tap, message)
    assert find(stage, "Anna Weber").switched_off == ["events"]


@pytest.mark.parametrize("language", ["Deutsch", "中文", "English"])
async def test_another_language_counts_at_once(stage: Stage, language: str) -> None:
    anna = await opens_settings(stage)
    await anna.taps("Language")
    await anna.taps(language)
    anna.language = {"Deutsch": "de", "中文": "zh_Hans", "English": "en"}[language]
    anna.reads("We speak English with you from now on.")
    await anna.taps("Menu")
    anna.reads("What would you like to do?")


async def test_a_language_nobody_speaks_here_changes_nothing(stage: Stage) -> None:
    anna = await opens_settings(stage)
    await anna.presses("lg:fr:", anna.screen.ident)
    anna.reads("Which language shall we speak?")
    assert find(stage, "Anna Weber").language == anna.language


async def test_the_time_zone_is_that_of_a_city_one_names(stage: Stage) -> None:
    anna = await opens_settings(stage)
    await anna.taps("Time zone")
    await anna.says("New York")
    await picks(anna, 0)
    row = find(stage, "Anna Weber")
    assert (row.zone, row.zone_chosen) == ("America/New_York", True)
    assert "06:00" in reads_card(anna).text


@pytest.mark.parametrize("typed", ["Xqzzt", "😀", "\u2003", "x" * 4096, "GMT+25"])
async def test_a_time_zone_needs_a_city_we_know(stage: Stage, typed: str) -> None:
    anna = await opens_settings(stage)
    await anna.taps("Time zone")
    await anna.says(typed)
    anna.reads("We know no such city. Please check the spelling, or write the nearest larger city; ")
    assert find(stage, "Anna Weber").zone == "Europe/Berlin"


async def test_quiet_hours_are_chosen_by_a_tap(stage: Stage) -> None:
    anna = await opens_settings(stage)
    await anna.taps("Quiet hours")
    await anna.taps("{start} to {end}", start="22:00", end="07:00")
    row = find(stage, "Anna Weber")
    assert (row.quiet_from, row.quiet_to) == (22, 7)


async def test_one_may_have_no_quiet_hours(stage: Stage) -> None:
    anna = await opens_settings(stage)
    await anna.taps("Quiet hours")
    await anna.taps("none")
    row = find(stage, "Anna Weber")
    assert (row.quiet_from, row.quiet_to) == (0, 0)


async def test_hours_no_clock_has_change_nothing(stage: Stage) -> None:
    anna = await opens_settings(stage)
    await anna.presses(SetQuiet(99, -3).pack(), anna.screen.ident)
    row = find(stage, "Anna Weber")
    assert (row.quiet_from, row.quiet_to) == (21, 8)


async def test_who_objected_is_reminded_of_it_here(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/stop")
    await anna.says("/settings")
    assert translate(anna.language, "You receive nothing unasked (/resume ends this).") in anna.screen.text
