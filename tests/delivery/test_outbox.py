"""Notices: each occasion once, composed when it is sent, through the door that leads to the person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from markupsafe import Markup
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.conversation.notices import Composing, Notice
from bot.conversation.reply import Reply
from db import doors, outbox
from db.models.conversation import Door
from db.models.delivery import Lease, Outbox
from db.models.members import Member
from tests.actors import Actor
from tests.botapi.errors import BLOCKED
from tests.people import find, member
from tests.stage import Stage

COMPOSED: dict[str, Callable[[Composing], Reply | None]] = {}


@dataclass(frozen=True, slots=True)
class Told(Notice, kind="told"):
    """What a test wants somebody to be told."""

    what: str

    def compose(self, at: Composing) -> Reply | None:
        return COMPOSED.get(self.what, lambda _at: Reply(Markup(self.what)))(at)


@pytest.fixture
def stage(house: Stage) -> Stage:
    house.app.router.notice(Told)
    return house


def tell(stage: Stage, name: str, what: str, due_at: datetime | None = None) -> None:
    member_id, notice = find(stage, name).id, Told(what)
    stage.looks_up(
        lambda session: outbox.queue(
            session,
            member_id=member_id,
            kind=notice.kind,
            ref=notice.ref(),
            params=notice.params(),
            lane=notice.lane,
            due_at=due_at or stage.clock.now(),
        )
    )


def row(stage: Stage) -> Outbox:
    return stage.looks_up(lambda session: session.scalars(select(Outbox)).one())


def texts(actor: Actor) -> list[str]:
    return [message.text for message in actor.messages()]


def claims(stage: Stage, session: Session) -> list[int]:
    lease = stage.app.lease
    assert lease.epoch is not None
    return [one.id for one in outbox.claim(session, lease.holder, lease.epoch, stage.clock.now(), 30)]


async def test_an_occasion_queued_twice_is_told_once(stage: Stage) -> None:
    anna = member(stage)
    tell(stage, "Anna Weber", "Once.")
    tell(stage, "Anna Weber", "Once.")
    await stage.settle()
    tell(stage, "Anna Weber", "Once.")
    await stage.settle()
    assert (texts(anna), row(stage).outcome) == (["Once."], "sent")


async def test_what_is_sent_keeps_no_content(stage: Stage) -> None:
    member(stage)
    tell(stage, "Anna Weber", "Once.")
    await stage.settle()
    assert row(stage).params == {}


async def test_a_notice_no_longer_wanted_is_not_sent(stage: Stage) -> None:
    anna = member(stage)
    COMPOSED["Gone."] = lambda _at: None
    tell(stage, "Anna Weber", "Gone.")
    await stage.settle()
    assert (texts(anna), row(stage).outcome) == ([], "unwanted")


async def test_quiet_hours_hold_a_notice_until_the_morning(stage: Stage) -> None:
    anna = member(stage)
    await stage.passes(hours=13)  # midnight in Chemnitz
    tell(stage, "Anna Weber", "Good morning.")
    await stage.settle()
    assert (texts(anna), row(stage).due_at) == ([], datetime(2026, 3, 11, 7, 0, tzinfo=UTC))
    await stage.passes(hours=9)
    assert texts(anna) == ["Good morning."]


async def test_a_failing_notice_harms_no_other_and_is_given_up_in_the_end(stage: Stage) -> None:
    stage.goes_wrong()
    anna, ben = member(stage), member(stage, "Ben Ode")

    def break_the_transaction(at: Composing) -> Reply:
        at.session.add(Member(number=at.member.number, status="guest", created_at=at.now, seen_at=at.now))
        at.session.flush()
        raise AssertionError

    COMPOSED["Broken."] = break_the_transaction
    tell(stage, "Anna Weber", "Broken.")
    tell(stage, "Ben Ode", "Whole.")
    await stage.settle()
    assert (texts(anna), texts(ben)) == ([], ["Whole."])
    await stage.passes(minutes=10)
    outcomes = stage.looks_up(lambda session: session.execute(select(Outbox.outcome, Outbox.error)).all())
    assert sorted((outcome, (error or "")[:7]) for outcome, error in outcomes) == [("failed", "compose"), ("sent", "")]


async def test_a_notice_composed_after_a_passing_fault_arrives(stage: Stage) -> None:
    anna = member(stage)
    runs: list[int] = []

    def fail_once(_at: Composing) -> Reply:
        runs.append(1)
        return Reply(Markup("Better late.")) if len(runs) > 1 else 1 / 0  # type: ignore[return-value]

    COMPOSED["Late."] = fail_once
    tell(stage, "Anna Weber", "Late.")
    await stage.settle()
    await stage.passes(minutes=2)
    assert texts(anna) == ["Better late."]


async def test_a_kind_nobody_knows_any_more_is_recorded_as_failed(stage: Stage) -> None:
    member(stage)
    tell(stage, "Anna Weber", "Once.")
    del stage.app.router.notices["told"]
    await stage.settle()
    assert (row(stage).outcome, row(stage).error) == ("failed", "kind")


async def test_who_blocked_the_bot_is_unreachable(stage: Stage) -> None:
    anna = member(stage)
    stage.telegram.person(anna.number).chat.refusal = BLOCKED
    tell(stage, "Anna Weber", "Hello?")
    await stage.settle()
    await stage.settle()
    assert row(stage).outcome == "unreachable"


async def test_who_blocked_the_bot_is_told_through_their_other_door(stage: Stage) -> None:
    anna = member(stage)
    stage.telegram.person(anna.number).chat.refusal = BLOCKED
    browser = Door(
        channel="web",
        external_id="a browser",
        member_id=find(stage, "Anna Weber").id,
        used_at=stage.clock.now() - timedelta(days=1),
    )
    stage.looks_up(lambda session: session.add(browser))
    tell(stage, "Anna Weber", "Hello?")
    await stage.settle()
    await stage.settle()
    assert row(stage).outcome == "kept"


async def test_a_long_outage_of_telegram_loses_no_notice(stage: Stage) -> None:
    anna = member(stage)
    stage.telegram.faults.internal(methods=["sendMessage"])
    tell(stage, "Anna Weber", "At last.")
    await stage.settle()
    await stage.passes(hours=6)
    stage.telegram.faults.clear()
    await stage.passes(minutes=11)
    assert texts(anna) == ["At last."]


async def test_a_flood_wait_postpones_a_notice_by_just_that(stage: Stage) -> None:
    anna = member(stage)
    stage.telegram.faults.too_many(retry_after=2, methods=["sendMessage"], count=1)
    tell(stage, "Anna Weber", "Soon.")
    await stage.settle()
    assert row(stage).due_at == stage.clock.now() + timedelta(seconds=2)
    await stage.passes(seconds=2)
    assert texts(anna) == ["Soon."]


async def test_a_stale_sender_claims_nothing(stage: Stage) -> None:
    member(stage)
    tell(stage, "Anna Weber", "Mine.")
    stage.looks_up(lambda session: session.execute(update(Lease).values(epoch=Lease.epoch + 1, holder="another")))
    assert stage.looks_up(lambda session: claims(stage, session)) == []


async def test_a_stale_sender_records_nothing_once_another_has_claimed(stage: Stage) -> None:
    member(stage)
    tell(stage, "Anna Weber", "Mine.")
    stage.looks_up(lambda session: claims(stage, session))
    stage.looks_up(lambda session: session.execute(update(Outbox).values(epoch=Outbox.epoch + 1)))
    old, now = (stage.app.lease.epoch or 0), stage.clock.now()
    assert not stage.looks_up(lambda session: outbox.finish(session, [row(stage).id], old, now, "sent"))
    assert row(stage).done_at is None


async def test_what_a_dead_sender_had_claimed_goes_out_and_is_counted(stage: Stage) -> None:
    anna = member(stage)
    tell(stage, "Anna Weber", "Again?")
    stage.looks_up(lambda session: claims(stage, session))
    stage.looks_up(lambda session: session.execute(update(Outbox).values(holder="dead", epoch=Outbox.epoch - 1)))
    await stage.settle()
    assert (texts(anna), row(stage).maybe_doubled) == (["Again?"], 1)


async def test_a_claim_whose_commit_nobody_learned_of_is_found_again(stage: Stage) -> None:
    anna = member(stage)
    tell(stage, "Anna Weber", "Found.")
    stage.looks_up(lambda session: claims(stage, session))
    await stage.settle()
    assert (texts(anna), row(stage).outcome) == (["Found."], "sent")


async def test_a_door_that_was_blocked_and_is_used_again_is_told_again(stage: Stage) -> None:
    anna = member(stage)
    door = stage.looks_up(lambda session: session.scalars(select(Door.id)).one())
    stage.looks_up(lambda session: doors.mark_unreachable(session, door, stage.clock.now()))
    await anna.says("/menu")
    tell(stage, "Anna Weber", "Welcome back.")
    await stage.settle()
    assert texts(anna)[-1] == "Welcome back."
