"""People see what we hold, take it with them, object, and have everything erased."""

import json
import re
from pathlib import Path
from typing import Any, ClassVar

import pytest
from markupsafe import Markup
from sqlalchemy import select

from bot.conversation.notices import Composing, Lane, Notice, Switch
from bot.conversation.reply import Reply
from db import drafts, entries, members, outbox
from db.drafts import Filling
from db.erased import name_mark
from db.models import Base
from db.models.conversation import Door
from db.models.members import Member
from db.models.privacy import Audit
from tests.actors import Actor, TelegramActor, WebActor
from tests.handlers.test_joining import comes_to, draft, issue, registers
from tests.people import find, guest, member
from tests.stage import Stage, translate

# Places come from the gazetteer; their numbers are nobody's.
OF_NOBODY = {"place", "place_name", "gazetteer", "alembic_version"}


async def asks_to_be_erased(anna: Actor) -> None:
    await anna.says("/forget")
    await anna.says(translate(anna.language, "ERASE"))
    anna.reads("Everything we hold about you will be erased on {time}. Until then you can change your mind.")


async def looks_anew(actor: Actor) -> None:
    """The page is opened again: on the web the history may have become another one."""
    if isinstance(actor, WebActor):
        actor.entries.clear()
        actor.seen = 0
        await actor.reconnect()
        await actor.catch_up()


def traces(stage: Stage, needle: str) -> list[str]:
    """Every column of every table that still knows `needle`."""
    whole = re.compile(rf"(?<![0-9A-Za-z]){re.escape(needle)}(?![0-9A-Za-z])")
    found = []
    for table in Base.metadata.sorted_tables:
        if table.name not in OF_NOBODY:
            rows = stage.looks_up(lambda session, table=table: session.execute(select(table)).mappings().all())
            found += [f"{table.name}.{key}" for row in rows for key, value in row.items() if whole.search(repr(value))]
    return sorted(set(found))


# -- seeing


async def test_the_notice_and_what_one_said_stand_together(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/privacy")
    anna.reads("<b>Who is responsible?</b>")
    anna.reads("Contact among alumni: {answer} ({day})", answer=translate(anna.language, "yes"))


async def test_a_guest_reads_the_notice_too_and_can_have_everything_erased(stage: Stage) -> None:
    anna = guest(stage)
    await anna.says("/privacy")
    anna.reads("<b>Your rights</b>")
    assert anna.sees_button("My data")
    await anna.taps("Erase my data")
    anna.reads("<b>Erase everything?</b>")


async def test_my_data_are_readable(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/mydata")
    card = anna.reads("<b>What we hold about you</b>")
    assert "Anna Weber" in card.text
    assert "2007–2012" in card.text
    anna.reads("Nobody else has opened your record yet.")


async def file_of(anna: Actor) -> dict[str, Any]:
    """The file under the last message, fetched through the person's own door."""
    if isinstance(anna, TelegramActor):
        document = anna.phone.chat.last.document
        assert document is not None
        return dict(json.loads(document[1]))
    assert isinstance(anna, WebActor)
    assert anna._http is not None
    async with anna._http.get(anna.url + anna.screen.raw["file"]["url"]) as answer:
        return dict(await answer.json(content_type=None))


@pytest.mark.everywhere
async def test_the_file_holds_everything_about_this_person_and_nobody_else(stage: Stage) -> None:
    anna, bob = member(stage), member(stage, "Bob Miller")
    await bob.says("/menu")
    row = find(stage, "Anna Weber")
    shown = {"text": "In your club: Bob Miller"}
    stage.looks_up(lambda session: entries.add(session, row.id, False, shown, stage.clock.now()))
    await anna.says("/mydata")
    data = await file_of(anna)
    assert data["member"]["full_name"] == "Anna Weber"
    assert data["member"]["number"] == row.number
    assert [each["purpose"] for each in data["consents"]] == ["university", "alumni"]
    assert len(data["doors"]) == 1
    other = find(stage, "Bob Miller")
    assert not any(word in json.dumps(data, ensure_ascii=False) for word in ("Bob Miller", other.number))


def test_every_table_that_knows_members_is_in_the_file() -> None:
    known = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(key.column.table.name == "member" for key in table.foreign_keys)
    }
    # A new table belongs into db/disclosure.py first, and then here.
    assert known == {
        "affiliation",
        "announcement",
        "attachment",
        "attempt",
        "attendance",
        "breach_message",
        "breach_unreached",
        "check_in",
        "code",
        "consent",
        "contact_request",
        "desk",
        "door",
        "draft",
        "entry",
        "event",
        "export",
        "exported_person",
        "field_visibility",
        "import",
        "invitation",
        "job",
        "kept_apart",
        "look",
        "looked_up",
        "match_round",
        "member_name",
        "member_relation",
        "member_topic",
        "membership",
        "mentor",
        "mentor_request",
        "mentor_search",
        "mentorship",
        "named_answer",
        "noted_objection",
        "offer",
        "outbox",
        "participation",
        "proposal",
        "questionnaire",
        "record",
        "relayed",
        "role",
        "round_pair",
        "segment",
        "suspension",
        "thread",
        "verification",
    }


async def test_somebody_elses_file_cannot_be_fetched(stage: Stage) -> None:
    anna, bob = member(stage, door="web"), member(stage, "Bob Miller", door="web")
    await bob.says("/mydata")
    await anna.says("/menu")
    assert isinstance(anna, WebActor)
    assert anna._http is not None
    async with anna._http.get(anna.url + bob.screen.raw["file"]["url"]) as answer:
        assert answer.status == 404


async def test_looking_by_the_alumni_office_is_shown_by_day(stage: Stage) -> None:
    anna = member(stage)
    number, now = find(stage, "Anna Weber").number, stage.clock.now()
    seen = Audit(at=now, actor="SOMEBODY", action="registration_viewed", subject=number, details={})
    stage.looks_up(lambda session: session.add(seen))
    await anna.says("/mydata")
    anna.reads("Your record was last opened, changed or exported on:")
    anna.reads("{day}: the alumni office")


# -- objecting


class News(Notice, kind="test_news"):
    """Something unasked."""

    lane: ClassVar[Lane] = Lane.UNASKED
    switch: ClassVar[Switch | None] = Switch.NEWS
    unasked: ClassVar[bool] = True

    def compose(self, at: Composing) -> Reply | None:
        return Reply(Markup("News for {}").format(at.member.full_name), new=True)


async def writes_to_all(stage: Stage, ref: str) -> None:
    """The alumni office writes, now."""
    stage.app.router.notice(News)
    for row in stage.looks_up(lambda session: list(session.scalars(select(Member.id)))):
        stage.looks_up(
            lambda session, row=row: outbox.queue(
                session, member_id=row, kind="test_news", ref=ref, params={}, lane=1, due_at=stage.clock.now()
            )
        )
    await stage.passes(seconds=1)


def received(actor: Actor) -> int:
    return sum(message.text.startswith("News for") for message in actor.messages())


@pytest.mark.everywhere
async def test_after_stop_nothing_unasked_arrives_until_resume(stage: Stage) -> None:
    anna = member(stage)
    await writes_to_all(stage, "one")
    assert received(anna) == 1
    await anna.says("/stop")
    anna.reads("You receive nothing unasked from us any more.")
    await writes_to_all(stage, "two")
    assert received(anna) == 1
    await anna.taps("Write to me again")
    anna.reads("We write to you again. In /settings you choose about what.")
    await writes_to_all(stage, "three")
    assert received(anna) == 2


async def test_a_kind_that_is_switched_off_does_not_arrive(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/settings")
    name, state = translate(anna.language, "News of the university"), translate(anna.language, "on")
    await anna.taps("{kind}: {state}", kind=name, state=state)
    await writes_to_all(stage, "one")
    assert received(anna) == 0


@pytest.mark.everywhere
async def test_what_is_due_at_night_arrives_in_the_morning(stage: Stage) -> None:
    anna = member(stage)
    await stage.passes(hours=12)
    await writes_to_all(stage, "late")
    await stage.passes(hours=8, minutes=58)
    assert received(anna) == 0
    await stage.passes(minutes=2)
    assert received(anna) == 1


async def test_what_was_held_over_night_is_dropped_by_a_stop_in_the_meantime(stage: Stage) -> None:
    anna = member(stage)
    await stage.passes(hours=12)
    await writes_to_all(stage, "late")
    await anna.says("/stop")
    await stage.passes(hours=12)
    assert received(anna) == 0


# -- being forgotten


@pytest.mark.everywhere
async def test_48_hours_after_asking_every_table_has_forgotten(stage: Stage) -> None:
    office = member(stage, "Karl Koch", coordinator=True, door="web")
    issue(stage, name="Anna Weber", institution="1", programme="1")
    anna = stage.person("Anna")
    await registers(anna)
    await anna.taps("Everything is right")
    await office.says("/verify")
    number = find(stage, "Anna Weber").number
    assert {"member.full_name", "entry.body"} <= set(traces(stage, "Anna Weber"))
    await asks_to_be_erased(anna)
    await stage.passes(hours=49)
    await looks_anew(anna)
    anna.reads("Everything we held about you has been erased, as you asked.", number=number)
    assert {needle: traces(stage, needle) for needle in ("Anna Weber", "Frau Weber")} == {
        "Anna Weber": [],
        "Frau Weber": [],
    }
    # In the log, and in the receipt that its reader may still open.
    assert set(traces(stage, number)) <= {"audit.actor", "audit.subject", "entry.body", "outbox.ref"}
    if isinstance(anna, TelegramActor):
        assert traces(stage, str(anna.number)) == []


async def test_the_log_keeps_a_random_number_and_what_happened(stage: Stage) -> None:
    anna = member(stage)
    number = find(stage, "Anna Weber").number
    await asks_to_be_erased(anna)
    await stage.passes(hours=49)
    query = select(Audit.action).where(Audit.subject == number).order_by(Audit.id)
    assert stage.looks_up(lambda session: list(session.scalars(query))) == ["erasure_asked", "erased"]


async def test_the_list_of_erased_people_knows_keyed_hashes_only(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="telegram")
    number = find(stage, "Anna Weber").number
    await asks_to_be_erased(anna)
    await stage.passes(hours=49)
    marks = (f"member:{number}", f"telegram:{anna.number}", name_mark("Anna Weber", "tu-chemnitz"))
    assert erasure_list(stage) == sorted(stage.app.house.digest("erasure", mark) for mark in marks)


def erasure_list(stage: Stage) -> list[str]:
    """The hashes; beside each stands when it was noted."""
    lines = Path(stage.app.house.erasure_list).read_text(encoding="ascii").splitlines()
    return sorted(line.split()[0] for line in lines)


async def test_until_the_last_minute_one_can_change_ones_mind(stage: Stage) -> None:
    anna = member(stage)
    await asks_to_be_erased(anna)
    await stage.passes(hours=47, minutes=59)
    await anna.taps("Keep my data")
    anna.reads("Your data stay as they are.")
    await stage.passes(hours=48)
    assert find(stage, "Anna Weber").erase_at is None


async def test_nothing_is_erased_before(stage: Stage) -> None:
    anna = member(stage)
    await asks_to_be_erased(anna)
    await stage.passes(hours=47, minutes=59)
    assert find(stage, "Anna Weber").full_name == "Anna Weber"


@pytest.mark.parametrize("typed", ["yes", "😀", "\u2003", "x" * 4096, "<b>ERASE</b>"])
async def test_without_the_exact_word_nothing_is_erased(stage: Stage, typed: str) -> None:
    anna = member(stage)
    await anna.says("/forget")
    await anna.says(typed)
    anna.reads("Nothing was erased. To confirm, please write exactly: {word}")
    await anna.taps("Cancel")
    assert find(stage, "Anna Weber").erase_at is None


async def test_asking_twice_says_when_it_happens(stage: Stage) -> None:
    anna = member(stage)
    await asks_to_be_erased(anna)
    at = find(stage, "Anna Weber").erase_at
    await stage.passes(hours=1)
    await anna.says("/forget")
    anna.reads("Everything we hold about you will be erased on {time}. Until then you can change your mind.")
    assert find(stage, "Anna Weber").erase_at == at


async def test_a_half_filled_form_goes_too(stage: Stage) -> None:
    anna = await comes_to(stage, "relation")
    await asks_to_be_erased(anna)
    await stage.passes(hours=49)
    assert draft(stage) is None
    assert traces(stage, "Anna Weber") == []


async def test_who_comes_back_after_being_erased_may_register_again(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/menu")
    await asks_to_be_erased(anna)
    await stage.passes(hours=49)
    await looks_anew(anna)
    await anna.says("/join")
    if not anna.sees_button("I have read this"):
        await anna.taps({"de": "Deutsch", "zh_Hans": "中文", "en": "English"}[anna.language])
        await anna.taps("Register")
    anna.reads("<b>How we handle your data</b>")


async def test_who_is_registering_again_is_not_swept_away_with_the_receipt(stage: Stage) -> None:
    anna = member(stage, door="web")
    await asks_to_be_erased(anna)
    await stage.passes(hours=49)
    row = stage.looks_up(lambda session: session.scalars(select(Member.id)).one())
    filling, later = Filling("joining", "name", {}), stage.clock.now()
    stage.looks_up(lambda session: drafts.keep(session.connection(), row, filling, later.replace(year=2027)))
    await stage.passes(days=8)
    assert stage.looks_up(lambda session: members.load(session, row)).id == row


async def test_the_door_is_forgotten_once_the_receipt_has_arrived(stage: Stage) -> None:
    anna = member(stage, door="telegram")
    await asks_to_be_erased(anna)
    await stage.passes(hours=49)
    anna.reads("Everything we held about you has been erased, as you asked.")
    assert stage.looks_up(lambda session: list(session.scalars(select(Door)))) == []


async def test_a_browser_keeps_the_receipt_for_a_week(stage: Stage) -> None:
    anna = member(stage, door="web")
    await asks_to_be_erased(anna)
    await stage.passes(hours=49)
    assert len(stage.looks_up(lambda session: list(session.scalars(select(Door))))) == 1
    await stage.passes(days=8)
    assert stage.looks_up(lambda session: list(session.scalars(select(Door)))) == []
