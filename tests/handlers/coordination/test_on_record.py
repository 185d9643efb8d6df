"""Somebody on a list who never registered asks to be erased: a coordinator who answers for them does it, for good."""

from pathlib import Path

import pytest
from sqlalchemy import select

from db import erased
from db.models.privacy import Audit
from db.models.records import Record
from handlers.coordination.on_record import EraseOnRecord
from handlers.coordination.people import OpenOnRecord
from tests.handlers.coordination.test_inviting import listed, on_record
from tests.people import member, scope
from tests.stage import Stage

NAME = "Lena Roth"


@pytest.mark.everywhere
async def test_who_is_only_on_a_list_is_found_and_erased_for_good(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    listed(stage)
    await koch.says(f"/member {NAME}")
    await koch.taps("{name} (only on a list)", name=NAME)
    koch.reads("On a list of the university, not registered.")
    await koch.taps("Erase on request")
    koch.reads(
        "<b>Did {name} ask for this?</b> What lists say about this name at {institution} is erased at once (entries: "
        "{n}), and no later list brings it back. This cannot be undone.",
        name=NAME,
        n=1,
    )
    await koch.taps("Yes, erase")
    koch.reads("Erased. Please tell the person; nobody else is told.")
    left = stage.looks_up(lambda session: set(session.scalars(select(Record.full_name))))
    assert left and NAME not in left
    house = stage.app.house
    mark = house.digest("erasure", erased.name_mark(NAME, "nrw-programmes"))
    assert mark in erased.read(Path(house.erasure_list))
    noted = stage.looks_up(lambda session: list(session.scalars(select(Audit.action))))
    assert noted[-2:] == ["listed_viewed", "listed_erased"]
    await koch.says(f"/member {NAME}")
    koch.reads("Nobody you answer for has this name or number.")


@pytest.mark.door("web")
async def test_who_is_outside_the_scope_is_neither_found_nor_erased(stage: Stage) -> None:
    listed(stage)
    vogel = member(stage, "Bernd Vogel", coordinates=scope(stage, programme="tuc-mechanical"))
    lena = on_record(stage, NAME).id
    await vogel.says(f"/member {NAME}")
    vogel.reads("Nobody you answer for has this name or number.")
    for tap in (OpenOnRecord(lena), EraseOnRecord(lena, True)):
        await vogel.presses(tap.pack(), None)
        vogel.reads("You do not answer for this person, or the record is no longer kept.")
    assert on_record(stage, NAME).id == lena
