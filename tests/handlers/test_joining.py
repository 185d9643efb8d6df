"""Somebody new comes in."""

import pytest

from tests.actors import Actor
from tests.stage import Stage


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


@pytest.mark.everywhere
async def test_registering_by_thumb(stage: Stage) -> None:
    anna = stage.person("Anna")
    await registers(anna)
    await anna.taps("Everything is right")
    anna.reads("Thank you, {name}! Your registration has arrived.", name="Frau Weber")
    anna.reads("Your return key: <code>{key}</code>")
