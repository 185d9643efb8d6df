"""Somebody objects by letter or telephone: a coordinator notes it, and it holds like their own /stop."""

from typing import Any

import pytest
from sqlalchemy import select

from db.models.privacy import Audit, Came, NotedObjection
from handlers.coordination.import_buttons import InviteListed, OpenImport
from handlers.coordination.people import (
    NoteListedObjection,
    NoteObjection,
    OpenOnRecord,
    UndoListedObjection,
    UndoObjection,
)
from handlers.exports.invitations import lines_piece
from tests.actors import Actor
from tests.channels.test_exports import asks
from tests.handlers.coordination.test_inviting import asks_for, listed, on_its_way, on_record, registers, rows_of
from tests.handlers.coordination.test_people import NOT_YOURS, looks_up
from tests.handlers.test_privacy import file_of
from tests.people import find, member, scope
from tests.stage import Stage

TOO_LATE = "Only whoever noted an objection can take it back, for a day. After that the person alone ends it."
SINCE = "On {day} the alumni office noted that you wish to receive nothing unasked ({how}). /resume ends this."
LENA = ("Lena Roth", None, "lena@example.de", "nrw-jiangsu", None, 2012)
# The same person in a later list: another address, programme and year, so that she is a new line there.
LENA_AGAIN = ("Lena ROTH", None, "roth@example.de", "nrw-shanxi", None, 2016)
XUEMEI = ("李雪梅", "LI Xuemei", "li@example.cn", "nrw-shanxi", 2005, 2009)
WANG = ("Wei Wang", None, "wei@example.org", "nrw-jiangsu", None, None)
JURGEN = ("Jürgen Müller", None, "jm@example.de", "nrw-jiangsu", None, 2019)


async def notes(koch: Actor, how: str = "By letter", meaning: str = "As with /stop") -> None:
    """From the card on."""
    await koch.taps("Note an objection")
    koch.reads("<b>Did {name} object to messages?</b> How did that reach you?")
    await koch.taps(how)
    koch.reads("<b>Note the objection of {name}?</b> ({how}) " + meaning)
    await koch.taps("Yes, note it")


def actions(stage: Stage) -> list[tuple[str, str | None, Any]]:
    query = select(Audit).where(Audit.action.contains("objection")).order_by(Audit.id)
    rows = stage.looks_up(lambda session: list(session.scalars(query)))
    return [(row.action, row.subject, row.details) for row in rows]


def notes_kept(stage: Stage) -> list[NotedObjection]:
    return stage.looks_up(lambda session: list(session.scalars(select(NotedObjection))))


@pytest.mark.everywhere
async def test_an_objection_by_letter_holds_like_stop_and_the_person_alone_ends_it(stage: Stage) -> None:
    koch, anna = member(stage, "Katrin Koch", coordinator=True), member(stage, "Anna Weber")
    await looks_up(koch, "Anna Weber")
    await notes(koch)
    koch.reads("Noted. The person has been told. For a day you can take this back.")
    koch.reads("Receives nothing unasked since {day}; noted by the alumni office ({how}).")
    row = find(stage, "Anna Weber")
    assert row.objected_at == stage.clock.now()
    assert actions(stage) == [("objection_noted", row.number, {"came": "letter"})]
    await stage.passes(minutes=1)
    anna.reads("You told the alumni office that you wish to receive nothing unasked from us ({how}).")
    for command in ("/settings", "/privacy"):
        await anna.says(command)
        anna.reads(SINCE)
    await koch.presses(NoteObjection(row.id, Came.PHONE, True).pack(), None)
    koch.reads("This person has objected already.")
    await anna.says("/mydata")
    (told,) = (await file_of(anna))["objection_noted_for_them"]
    assert set(told) == {"came", "noted_at"} and told["came"] == "letter"
    await anna.says("/resume")
    anna.reads("We write to you again. In /settings you choose about what.")
    assert find(stage, "Anna Weber").objected_at is None and notes_kept(stage) == []
    await koch.says("/audit")
    await koch.presses(UndoObjection(row.id).pack(), None)
    koch.reads(TOO_LATE)


async def test_whoever_noted_it_by_mistake_takes_it_back_within_a_day(stage: Stage) -> None:
    koch, vogel = (member(stage, name, coordinator=True) for name in ("Katrin Koch", "Bernd Vogel"))
    anna = member(stage, "Anna Weber")
    await looks_up(koch, "Anna Weber")
    await notes(koch, "By telephone")
    await stage.passes(hours=12)
    await looks_up(vogel, "Anna Weber")
    assert not vogel.sees_button("Undo the objection")
    await vogel.presses(UndoObjection(find(stage, "Anna Weber").id).pack(), None)
    vogel.reads(TOO_LATE)
    await looks_up(koch, "Anna Weber")
    await koch.taps("Undo the objection")
    koch.reads("Taken back. The person has been told.")
    assert find(stage, "Anna Weber").objected_at is None
    await stage.passes(hours=12)
    anna.reads("The alumni office had noted by mistake that you wish to receive nothing unasked from us.")
    assert [action for action, _subject, _details in actions(stage)] == ["objection_noted", "objection_undone"]
    await looks_up(koch, "Anna Weber")
    await notes(koch)
    await stage.passes(hours=25)
    await looks_up(koch, "Anna Weber")
    assert not koch.sees_button("Undo the objection")
    await koch.presses(UndoObjection(find(stage, "Anna Weber").id).pack(), None)
    koch.reads(TOO_LATE)
    assert find(stage, "Anna Weber").objected_at is not None


@pytest.mark.language("en")
async def test_what_the_person_says_themselves_cannot_be_undone_by_the_office(stage: Stage) -> None:
    koch, anna = member(stage, "Katrin Koch", coordinator=True), member(stage, "Anna Weber")
    await looks_up(koch, "Anna Weber")
    await notes(koch, "In person")
    await anna.says("/stop")
    await koch.presses(UndoObjection(find(stage, "Anna Weber").id).pack(), None)
    koch.reads(TOO_LATE)
    koch.reads("Receives nothing unasked since {day} (/stop).")
    await anna.says("/settings")
    anna.reads("You receive nothing unasked (/resume ends this).")


@pytest.mark.language("en")
async def test_nobody_notes_anything_outside_their_scope(stage: Stage) -> None:
    vogel = member(stage, "Bernd Vogel", coordinates=scope(stage, programme="tuc-mechanical"))
    member(stage, "Chen Wei", programme="nrw-jiangsu")
    listed(stage, [LENA])
    wei, lena = find(stage, "Chen Wei").id, on_record(stage, "Lena Roth").id
    for tap in (NoteObjection(wei), NoteObjection(wei, Came.LETTER, True), UndoObjection(wei)):
        await vogel.presses(tap.pack(), None)
        vogel.reads(NOT_YOURS)
    for listed_tap in (NoteListedObjection(lena, Came.LETTER, True), UndoListedObjection(lena)):
        await vogel.presses(listed_tap.pack(), None)
        vogel.reads("You do not answer for this person, or the record is no longer kept.")
    assert find(stage, "Chen Wei").objected_at is None and notes_kept(stage) == [] and actions(stage) == []


@pytest.mark.door("web")
async def test_whoever_is_only_on_a_list_is_invited_no_more_whatever_list_comes_next(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    first = listed(stage, [LENA, JURGEN, XUEMEI])
    await koch.says("/member Lena Roth")
    await koch.taps("{name} (only on a list)", name="Lena Roth")
    await notes(koch, "By e-mail", "Nobody of this name at {institution}")
    koch.reads("Noted. Please confirm it to the person. For a day you can take this back.")
    koch.reads("Objected: is neither invited nor written to. Noted on {day} ({how}).")
    await koch.presses(OpenImport(first).pack(), None)
    assert koch.sees_button("Invite {n} people", n="2")
    rows = rows_of(await asks(stage, "POST", await asks_for(koch, first, "Table for the mailer"), who=koch))
    assert [row[0] for row in rows] == ["Jürgen Müller", "李雪梅"]
    second = listed(stage, [LENA_AGAIN, WANG])
    await koch.presses(OpenOnRecord(on_record(stage, "Lena ROTH").id).pack(), None)
    koch.reads("Somebody of this name at the same institution has objected, so no invitation is sent.")
    await koch.presses(InviteListed(second).pack(), None)
    koch.reads("With an e-mail address: {n}", n=1)
    rows = rows_of(await asks(stage, "POST", await asks_for(koch, second, "Table for the mailer"), who=koch))
    assert [row[0] for row in rows] == ["Wei Wang"]
    assert actions(stage) == [("listed_objection_noted", None, {"came": "email"})]
    await koch.presses(OpenOnRecord(on_record(stage, "Lena Roth").id).pack(), None)
    await koch.taps("Undo the objection")
    koch.reads("Taken back.")
    path = await asks_for(koch, second, "Table for the mailer", "Only the others")
    assert [row[0] for row in rows_of(await asks(stage, "POST", path, who=koch))] == ["Lena ROTH"]


async def test_an_objection_on_record_comes_along_with_whoever_registers_until_they_end_it(stage: Stage) -> None:
    koch, number = member(stage, "Katrin Koch", coordinator=True), listed(stage, [JURGEN])
    rows = rows_of(await asks(stage, "POST", await asks_for(koch, number, "Table for the mailer"), who=koch))
    await koch.presses(NoteListedObjection(on_record(stage, "Jürgen Müller").id, Came.LETTER, True).pack(), None)
    noted_at = stage.clock.now()
    await stage.passes(days=2)
    jurgen = stage.person("Jürgen")
    await registers(jurgen, rows[0][6])
    jurgen.reads("You are verified. Welcome, {name}! Now find the club near you.", name="Herr Müller")
    jurgen.reads(SINCE)
    assert find(stage, "Jürgen Müller").objected_at == noted_at
    await jurgen.says("/resume")
    assert find(stage, "Jürgen Müller").objected_at is None and notes_kept(stage) == []


@pytest.mark.language("en")
async def test_who_said_stop_is_not_written_to_under_an_entry_nobody_found_to_be_theirs(stage: Stage) -> None:
    koch, number = member(stage, "Katrin Koch", coordinator=True), listed(stage, [LENA, JURGEN, WANG])
    lena, jurgen = member(stage, "Lena Roth", programme="nrw-jiangsu"), member(stage, "Jürgen Müller")
    member(stage, "Wei Wang", programme="nrw-jiangsu")
    await lena.says("/stop")
    # At another institution than his namesake on the list; and whoever is called Wei Wang never objected.
    await jurgen.says("/stop")
    rows = rows_of(await asks(stage, "POST", await asks_for(koch, number, "Table for the mailer"), who=koch))
    assert [row[0] for row in rows] == ["Jürgen Müller", "Wei Wang"]


@pytest.mark.language("en")
async def test_who_objects_while_invitations_go_out_is_left_out_of_the_rest(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    listed(stage, [LENA])
    second = listed(stage, [LENA_AGAIN, WANG])
    mailing = await on_its_way(stage, koch, await asks_for(koch, second, "Table for the mailer"))
    await koch.presses(NoteListedObjection(on_record(stage, "Lena Roth").id, Came.LETTER, True).pack(), None)
    lines, _last = stage.looks_up(lambda session: lines_piece(session, mailing, 0)) or (b"", 0)
    assert b"Wei Wang" in lines and b"Lena" not in lines
