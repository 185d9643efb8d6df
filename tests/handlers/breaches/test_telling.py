"""Everybody a breach concerns is told, and nobody else; who cannot be reached stands on a list for letters."""

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.conversation.i18n import LANGUAGES
from bot.domain.breach import Breach
from db import restored
from db.models.breaches import BreachMessage, MessageState
from db.models.conversation import Door
from db.models.members import Code, Member
from db.models.privacy import Audit
from db.models.records import Record
from handlers.breaches.buttons import ListUnreached, OpenMessage, SendMessage, WriteToConcerned
from tests.actors import Actor
from tests.channels.test_exports import asks
from tests.handlers.breaches.test_assessing import EXPORT, begins, day, people
from tests.handlers.coordination.test_exporting import asks_for, contained, rows_of
from tests.handlers.coordination.test_inviting import asks_for as invites
from tests.handlers.coordination.test_inviting import listed
from tests.people import find, member
from tests.stage import Stage
from tests.wording import said, spoken, word

WORDS = {
    "de": "Unbekannte könnten Ihnen schreiben. Wir haben die Datei löschen lassen.",
    "en": "Strangers may write to you. We have had the file deleted.",
    "zh_Hans": "可能会有陌生人给您写信。我们已要求删除该文件。",
}
TOLD = "We are writing because data of yours may have come into wrong hands."


async def chooses_the_list(stage: Stage, koch: Actor) -> None:
    """The newest list that was exported, known today."""
    await begins(koch, EXPORT)
    await koch.taps(koch.screen.labels()[0])
    await koch.says(day(stage, 0))


async def writes(koch: Actor, *languages: str) -> None:
    await koch.taps("Write to those concerned")
    for tag in LANGUAGES:
        if tag in languages:
            await koch.says(WORDS[tag])
        else:
            await koch.taps("Skip")
    await koch.taps("Look at it")


def changes(stage: Stage, name: str, **values: Any) -> None:
    stage.looks_up(lambda session: session.execute(update(Member).where(Member.full_name == name).values(**values)))


def loses_every_door(stage: Stage, name: str) -> None:
    row, now = find(stage, name).id, stage.clock.now()
    gone = update(Door).where(Door.member_id == row).values(unreachable_since=now)
    stage.looks_up(lambda session: session.execute(gone))


def noted(stage: Stage, action: str) -> list[dict[str, Any]]:
    query = select(Audit.details).where(Audit.action == action).order_by(Audit.id)
    return list(stage.looks_up(lambda session: session.scalars(query).all()))


def message(stage: Stage) -> BreachMessage:
    return stage.looks_up(lambda session: session.scalars(select(BreachMessage)).one())


@pytest.mark.everywhere
async def test_exactly_those_on_a_lost_list_are_told_and_the_rest_get_letters(stage: Stage) -> None:
    koch, anna = member(stage, "Katrin Koch", coordinator=True), member(stage, "Anna Weber")
    ben, dora = member(stage, "Ben Lang"), member(stage, "Dora Roth", city="Nanjing")
    await asks(stage, "POST", await asks_for(koch, "Names"), who=koch)
    carl = member(stage, "Carl Otto")
    # /stop, and every switch off: the law wants them to be told all the same.
    off = ["clubs", "events", "surveys", "news", "mentoring"]
    changes(stage, "Ben Lang", objected_at=stage.clock.now(), switched_off=off)
    loses_every_door(stage, "Dora Roth")
    await chooses_the_list(stage, koch)
    koch.reads(people(koch, 4))
    koch.reads("<b>Kinds of data:</b> {data}", data=word(koch, "export", "Names"))
    await writes(koch, koch.language)
    koch.reads(said(koch, "It goes to {n} person.", "It goes to {n} people.", n=4))
    await koch.taps("As read: {language}", language=LANGUAGES[koch.language])
    koch.reads(TOLD)
    await koch.taps("Send …")
    koch.reads("It begins to go out within a minute. Until then you can undo it.")
    for each in (anna, ben, carl):
        each.reads_not(TOLD)
    await stage.passes(minutes=2)
    for each in (anna, ben):
        each.reads(TOLD)
        each.reads(WORDS[each.language])
    carl.reads_not(TOLD), dora.reads_not(TOLD)
    assert [row["people"] for row in noted(stage, "breach_told")] == [4]
    koch.reads("Your message about the data breach has gone out:")
    # Who reads in a browser has what lies there once they look at it.
    await stage.passes(hours=2)
    for each in (anna, ben, koch):
        await each.says("/menu")
    await koch.presses(OpenMessage(message(stage).id).pack(), None)
    koch.reads("To be told by letter or e-mail: {n}", n=1)
    table = await lists(stage, koch)
    assert [row[0] for row in table[1:]] == ["Dora Roth"]
    assert "Dora Roth" in contained(stage)
    assert noted(stage, "members_exported")[-1] | {"export": 0} == {
        "export": 0, "people": 1, "purpose": "breach", "format": "csv"
    }  # fmt: skip
    # The list is one that can get lost in turn.
    await chooses_the_list(stage, koch)
    koch.reads(people(koch, 1))


async def lists(stage: Stage, koch: Actor) -> list[list[str]]:
    await koch.taps("List for letters …")
    await koch.says("Benachrichtigung per Brief")
    await koch.taps("Plain table (CSV)")
    return rows_of(await asks(stage, "POST", "/export/" + koch.link("/export/").rpartition("/")[2], who=koch))


async def test_in_a_missing_language_it_goes_only_knowingly_and_for_a_minute_it_can_be_taken_back(stage: Stage) -> None:
    koch, other = member(stage, "Katrin Koch", coordinator=True), another_language_of(stage)
    anna = member(stage, "Anna Weber", language=other)
    await koch.presses(WriteToConcerned(Breach.DATABASE, 0, "", "").pack(), None)
    for tag in LANGUAGES:
        await (koch.says(WORDS[tag]) if tag == koch.language else koch.taps("Skip"))
    await koch.taps("Look at it")
    await koch.taps("Send …")
    koch.reads("Add their language, or send it anyway?")
    await koch.taps("Change")
    await koch.taps("Text ({language})", language=spoken(koch, other))
    await koch.says(WORDS[other])
    await koch.taps("Look at it")
    await koch.taps("Send …")
    await koch.taps("Undo")
    koch.reads("Taken back: nobody has been told.")
    await stage.passes(minutes=2)
    anna.reads_not(TOLD)
    await koch.taps("Send …")
    # Twice is once; and in the night it waits.
    await koch.presses(SendMessage(message(stage).id).pack(), None)
    assert len(noted(stage, "breach_told")) == 2
    await stage.passes(minutes=2)
    anna.reads(TOLD)
    anna.reads(WORDS[other])
    assert sum(WORDS[other] in shown.text for shown in anna.messages()) == 1
    told = message(stage)
    assert told.counts is not None
    assert (told.state, sum(told.counts.values())) == ("done", 2)


def another_language_of(stage: Stage) -> str:
    return "en" if stage.language == "de" else "de"


@pytest.mark.language("en")
async def test_stopped_at_night_nobody_else_is_told_and_a_database_set_back_tells_nobody_again(stage: Stage) -> None:
    await stage.passes(hours=12)
    koch, anna = member(stage, "Katrin Koch", coordinator=True), member(stage, "Anna Weber")
    await koch.presses(WriteToConcerned(Breach.DATABASE, 0, "", "").pack(), None)
    for _tag in LANGUAGES:
        await koch.says(WORDS["en"])
    await koch.taps("Look at it")
    await koch.taps("Send …")
    await koch.taps("Send it anyway")
    await stage.passes(minutes=2)
    anna.reads_not(TOLD)
    stage.looks_up(lambda session: restored.stop_what_was_due(session, stage.clock.now()))
    assert message(stage).state == MessageState.STOPPED
    stage.looks_up(lambda session: session.execute(update(BreachMessage).values(state=MessageState.SENDING)))
    await koch.presses(OpenMessage(message(stage).id).pack(), None)
    await koch.taps("Stop it")
    await stage.passes(hours=12)
    anna.reads_not(TOLD)
    koch.reads("Your message about the data breach has gone out: 0 of 2 have it.")
    assert message(stage).counts == {"stopped": 2}
    assert len(noted(stage, "breach_message_stopped")) == 1


async def test_of_codes_that_got_lost_those_on_record_are_concerned(stage: Stage) -> None:
    koch, number = member(stage, "Katrin Koch", coordinator=True), listed(stage)
    anna = member(stage, "Anna Weber")
    await asks(stage, "POST", await invites(koch, number, "Table for the mailer"), who=koch)
    first = select(Record.id).order_by(Record.id).limit(1).scalar_subquery()
    claimed = update(Record).where(Record.id == first).values(member_id=find(stage, "Anna Weber").id)
    stage.looks_up(lambda session: session.execute(claimed))
    await chooses_the_list(stage, koch)
    koch.reads(people(koch, 3))
    koch.reads(
        said(koch, "{n} of them is on record and not registered.", "{n} of them are on record and not registered.", n=2)
    )
    koch.reads("names, e-mail addresses, programmes and years, a personal code to register with")
    await writes(koch, koch.language)
    await koch.taps("Send …")
    await stage.passes(minutes=2)
    await anna.says("/menu")
    anna.reads(TOLD)
    await koch.presses(OpenMessage(message(stage).id).pack(), None)
    table = await lists(stage, koch)
    assert [(row[0], row[-1]) for row in table[1:] if row[0] != "Anna Weber"] == [
        ("'=Wei Wang", "wei@example.org"), ("Jürgen Müller", "jm@example.de")
    ]  # fmt: skip
    # Codes are not kept for ever: what is no longer known is said.
    stage.looks_up(lambda session: session.execute(delete(Code).where(Code.record_id == first)))
    await begins(koch, EXPORT)
    await koch.taps(koch.screen.labels()[1])
    await koch.says(day(stage, 0))
    koch.reads(
        said(
            koch,
            "{n} more person was on this list; who it was is no longer known, as codes are kept for a time only.",
            "{n} more people were on this list; who they were is no longer known, as codes are kept for a time only.",
            n=1,
        )
    )


@pytest.mark.parametrize(
    "tap",
    [
        OpenMessage(99),
        ListUnreached(2**40),
        WriteToConcerned(Breach.EXPORT, 2**40, "", ""),
        WriteToConcerned(Breach.DEVICE, 1, "x", "y"),
    ],
)
async def test_a_button_about_no_message_leads_back(stage: Stage, tap: Any) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.presses(tap.pack(), None)
    koch.reads("This is no longer there. Please begin again with /breach.")
