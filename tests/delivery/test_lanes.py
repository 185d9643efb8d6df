"""Replies on their way: floods, errors and outages of Telegram hold them up, and never lose or reorder them."""

import asyncio
import json
from datetime import datetime

import pytest
from markupsafe import Markup
from sqlalchemy import select

from bot.conversation.reply import Recipe, Reply
from bot.conversation.routing import Gate
from bot.conversation.turn import Turn
from db.models.conversation import ACTED, NEW, Door, Inbox
from handlers.clubs import OpenClub
from tests.actors import TelegramActor
from tests.botapi.errors import BLOCKED
from tests.people import member
from tests.stage import Stage

MENU = "What would you like to do?"


def telegram_member(stage: Stage, name: str = "Anna Weber") -> TelegramActor:
    actor = member(stage, name)
    assert isinstance(actor, TelegramActor)
    return actor


def texts(actor: TelegramActor) -> list[str]:
    return [message.text for message in actor.messages()]


def unreachable_since(stage: Stage, actor: TelegramActor) -> datetime | None:
    query = select(Door.unreachable_since).where(Door.external_id == str(actor.number))
    return stage.looks_up(lambda session: session.scalar(query))


async def test_a_flood_wait_is_obeyed_to_the_second(house: Stage) -> None:
    anna = telegram_member(house)
    house.telegram.faults.too_many(retry_after=1, methods=["sendMessage"], count=1)
    start = asyncio.get_running_loop().time()
    await anna.says("/menu")
    assert texts(anna) == []
    await house.passes(seconds=1)
    assert texts(anna) == [MENU]
    assert asyncio.get_running_loop().time() - start >= 1


async def test_during_a_long_flood_wait_nobody_calls_telegram(house: Stage) -> None:
    anna, ben = telegram_member(house), telegram_member(house, "Ben Ode")
    house.telegram.faults.too_many(retry_after=3600, methods=["sendMessage"], count=1)
    await anna.says("/menu")
    await ben.says("/menu")
    await house.passes(seconds=120)
    assert house.telegram.stats.calls["sendMessage"] == 1


@pytest.mark.parametrize("kind", ["internal", "bad_gateway", "reset"])
async def test_an_error_of_telegram_is_tried_again(house: Stage, kind: str) -> None:
    anna = telegram_member(house)
    getattr(house.telegram.faults, kind)(methods=["sendMessage"], count=2)
    await anna.says("/menu")
    await house.passes(seconds=2)
    assert texts(anna) == []
    await house.passes(seconds=3)
    assert texts(anna) == [MENU]


async def test_an_answer_lost_after_acceptance_doubles_the_reply_and_nothing_else(house: Stage) -> None:
    anna = telegram_member(house)
    house.telegram.faults.reset(accepted=True, methods=["sendMessage"], count=1)
    await anna.says("/menu")
    await house.passes(seconds=2)
    await house.passes(minutes=5)
    assert texts(anna) == [MENU, MENU]


async def test_a_telegram_gone_for_a_while_gets_the_reply_later(house: Stage) -> None:
    anna = telegram_member(house)

    def vanish(_turn: Turn) -> Reply:
        house.telegram.faults.gone()
        return Reply(Markup("Here I am."))

    house.app.router.command("vanish", vanish, gate=Gate.ANYONE)
    anna.phone.says("/vanish")
    await _until_acted(house)
    await house.app.settle()
    assert texts(anna) == []
    house.telegram.faults.back()
    await house.passes(seconds=5)
    assert texts(anna) == ["Here I am."]


async def test_of_two_replies_only_the_one_not_shown_is_repeated(house: Stage) -> None:
    anna = telegram_member(house)
    house.app.router.command(
        "two", lambda _turn: [Reply(Markup("One."), new=True), Reply(Markup("Two."), new=True)], gate=Gate.ANYONE
    )
    house.telegram.faults.limit(rate=1, burst=1)
    await anna.says("/two")
    assert texts(anna) == ["One."]
    await asyncio.sleep(1)
    await house.passes(seconds=1)
    assert texts(anna) == ["One.", "Two."]


async def test_a_held_up_reply_keeps_its_place_before_later_ones(house: Stage) -> None:
    anna = telegram_member(house)
    house.telegram.faults.internal(methods=["sendMessage"], count=1)
    await anna.says("/myclubs")
    await anna.says("/menu")
    assert texts(anna) == []
    await house.passes(seconds=1)
    assert texts(anna) == ["You are not in a club yet.", MENU]


async def test_an_edit_overtaken_by_a_newer_one_is_skipped(house: Stage) -> None:
    anna = telegram_member(house)
    await anna.says("/menu")
    card = anna.screen
    edits = house.telegram.stats.calls["editMessageText"]
    house.telegram.faults.internal(methods=["editMessageText"], count=1)
    await anna.presses("go:help", card.ident)
    await anna.presses("go:myclubs", card.ident)
    await house.passes(seconds=1)
    assert texts(anna) == ["You are not in a club yet."]
    assert house.telegram.stats.calls["editMessageText"] - edits == 2  # the one that failed, the newer one


async def test_an_edit_of_a_deleted_message_becomes_a_new_message(house: Stage) -> None:
    anna = telegram_member(house)
    await anna.says("/menu")
    card = anna.screen
    anna.phone.chat.by_id[card.ident].deleted = True
    await anna.presses("go:myclubs", card.ident)
    assert texts(anna) == ["You are not in a club yet."]


async def test_who_blocked_the_bot_is_noted_and_their_next_message_brings_them_back(house: Stage) -> None:
    anna = telegram_member(house)
    anna.phone.chat.refusal = BLOCKED
    await anna.says("/menu")
    assert unreachable_since(house, anna) == house.clock.now()
    anna.phone.chat.refusal = None
    await anna.says("/menu")
    assert (unreachable_since(house, anna), texts(anna)) == (None, [MENU])


async def test_a_reply_of_a_dead_process_is_shown_by_the_next(house: Stage) -> None:
    anna = telegram_member(house)
    row = Inbox(channel="telegram", box="4242", key="77", sender=str(anna.number), payload="{}", state=ACTED)
    row.received_at = house.clock.now()
    row.show_after, row.replies = house.clock.now().replace(minute=1), '[{"text": "From the other side."}]'
    house.looks_up(lambda session: session.add(row))
    await house.passes(seconds=59)
    assert texts(anna) == []
    await house.passes(seconds=1)
    assert texts(anna) == ["From the other side."]


async def test_a_message_stored_by_a_dead_process_is_acted_on_after_half_a_minute(house: Stage) -> None:
    anna = telegram_member(house)
    person = {"id": anna.number, "is_bot": False, "first_name": "Anna"}
    chat = {"id": anna.number, "type": "private", "first_name": "Anna"}
    message = {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": "/menu"}
    payload = json.dumps({"update_id": 5, "message": message})
    row = Inbox(channel="telegram", box="4242", key="5", sender=str(anna.number), payload=payload, state=NEW)
    row.received_at = house.clock.now()
    house.looks_up(lambda session: session.add(row))
    await house.passes(seconds=29)
    assert texts(anna) == []
    await house.passes(seconds=2)
    assert texts(anna) == [MENU]


async def test_a_reply_that_waits_for_its_turn_is_not_taken_over(house: Stage) -> None:
    """However long the queue to Telegram: as long as we live, nobody sends the same a second time."""
    anna = telegram_member(house)
    house.telegram.faults.slow(1.5, methods=["sendMessage"], count=1)
    anna.phone.says("/menu")
    await _until_acted(house)
    house.clock.move(house.clock.now().replace(minute=1) - house.clock.now())
    await house.app.lanes.keep_claims()
    await house.app.lanes.sweep()
    await house.settle()
    assert texts(anna) == [MENU]


async def test_a_picture_that_cannot_be_made_holds_up_nothing_else(house: Stage) -> None:
    house.goes_wrong()
    anna, ben = telegram_member(house), telegram_member(house, "Ben Ode")
    picture = Recipe("nobody makes this", "x.png")
    house.app.router.command("paint", lambda _turn: Reply(Markup("See."), picture=picture), gate=Gate.ANYONE)
    await anna.says("/paint")
    await ben.says("/menu")
    for _time in range(9):
        await house.passes(minutes=5)
    await anna.says("/menu")
    assert (texts(anna), texts(ben)) == ([MENU], [MENU])


async def test_a_button_of_an_unknown_club_is_answered(house: Stage) -> None:
    anna = telegram_member(house)
    await anna.says("/menu")
    await anna.presses(OpenClub(999).pack(), anna.screen.ident)
    anna.reads("This club no longer exists.")


async def _until_acted(stage: Stage) -> None:
    query = select(Inbox.id).where(Inbox.state >= ACTED)
    for _time in range(200):
        if stage.looks_up(lambda session: session.scalar(query)) is not None:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody acted")
