"""What is announced arrives once, with whoever wants it at that instant; what would be too much waits."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.conversation.notices import queue
from db.models.announcements import Announcement, AnnouncementState
from db.models.members import Member
from handlers.announcements.notice import SentReport
from tests.actors import Actor
from tests.announcements import announcement, outcomes, state_of
from tests.clubs import club, enters
from tests.people import find, member
from tests.stage import Stage

TEXT = "Hello from Chemnitz"


@pytest.fixture
async def cora(stage: Stage) -> Actor:
    return member(stage, "Cora Ordner", coordinator=True)


def told(actor: Actor, text: str = TEXT) -> int:
    return sum(text in message.text for message in actor.messages())


async def test_everybody_gets_it_once_and_its_author_is_told(stage: Stage, cora: Actor) -> None:
    anna, ben = member(stage), member(stage, "Ben Ode")
    sent = announcement(stage)
    await stage.passes(seconds=0)
    await stage.passes(seconds=0)
    assert (told(anna), told(ben), state_of(stage, sent)) == (1, 1, "done")
    assert set(outcomes(stage, sent)) == {"Anna Weber", "Ben Ode", "Cora Ordner"}


async def test_who_is_not_verified_gets_nothing(stage: Stage, cora: Actor) -> None:
    anna = member(stage, verified=False)
    announcement(stage)
    await stage.passes(seconds=0)
    assert told(anna) == 0


async def test_quiet_hours_are_kept_where_the_reader_lives(stage: Stage, cora: Actor) -> None:
    lin = member(stage, "Lin Yue", city="Shanghai")
    await stage.passes(hours=5)  # 16:00 in Chemnitz, 23:00 in Shanghai
    anna = member(stage)
    announcement(stage)
    await stage.passes(seconds=0)
    assert (told(anna), told(lin)) == (1, 0)
    await stage.passes(hours=9)
    assert told(lin) == 1


async def test_in_the_morning_everybody_gets_it_at_nine_of_their_own_clock(stage: Stage, cora: Actor) -> None:
    anna, lin = member(stage), member(stage, "Lin Yue", city="Shanghai")
    announcement(stage, morning=True)
    await stage.passes(hours=14)  # one at night in Chemnitz, eight in Shanghai
    assert (told(anna), told(lin)) == (0, 0)
    await stage.passes(hours=1)
    assert (told(anna), told(lin)) == (0, 1)
    await stage.passes(hours=8)
    assert (told(anna), told(lin)) == (1, 1)


@pytest.mark.parametrize("change", ["objected_at", "switched_off"])
async def test_who_says_stop_after_it_was_planned_is_left_alone(stage: Stage, cora: Actor, change: str) -> None:
    anna = member(stage)
    await stage.passes(hours=12)  # night: the notices are planned, and wait
    sent = announcement(stage)
    await stage.passes(seconds=0)
    value = {"objected_at": stage.clock.now(), "switched_off": ["news"]}[change]
    who = find(stage, "Anna Weber").id
    stage.looks_up(lambda session: session.execute(update(Member).where(Member.id == who).values({change: value})))
    await stage.passes(hours=10)
    assert (told(anna), outcomes(stage, sent)["Anna Weber"]) == (0, "unwanted")


async def test_an_ambassador_reaches_the_club_only_whatever_the_conditions_say(stage: Stage) -> None:
    home = club(stage, "Chemnitz")
    member(stage, "Ada Amb", ambassador_of=home)
    inside, outside = member(stage), member(stage, "Ben Ode")
    enters(stage, "Anna Weber", home)
    announcement(stage, author="Ada Amb", club_id=home)
    await stage.passes(seconds=0)
    assert (told(inside), told(outside)) == (1, 0)


async def test_an_ambassador_who_lost_the_office_reaches_nobody(stage: Stage) -> None:
    home = club(stage, "Chemnitz")
    member(stage, "Ada Amb")
    anna = member(stage)
    enters(stage, "Anna Weber", home)
    sent = announcement(stage, author="Ada Amb", club_id=home)
    await stage.passes(seconds=0)
    assert (told(anna), state_of(stage, sent)) == (0, "stopped")


async def test_what_exceeds_the_weekly_budget_waits(stage: Stage, cora: Actor) -> None:
    anna = member(stage)
    for number in range(4):
        announcement(stage, f"Number {number}")
    await stage.passes(seconds=0)
    assert [told(anna, f"Number {number}") for number in range(4)] == [1, 1, 1, 0]
    await stage.passes(days=6, hours=20)
    assert told(anna, "Number 3") == 0
    await stage.passes(hours=6)
    assert told(anna, "Number 3") == 1


async def test_stopped_in_mid_send_nobody_else_gets_it(stage: Stage, cora: Actor) -> None:
    anna, lin = member(stage), member(stage, "Lin Yue", city="Shanghai")
    await stage.passes(hours=5)
    sent = announcement(stage)
    await stage.passes(seconds=0)
    now = stage.clock.now()
    stage.looks_up(lambda session: session.execute(update(Announcement).values(state="stopped", changed_at=now)))
    await stage.passes(hours=10)
    assert (told(anna), told(lin), outcomes(stage, sent)["Lin Yue"]) == (1, 0, "stopped")


@pytest.mark.door("web")
async def test_a_page_that_is_opened_later_shows_it_and_only_then_it_has_arrived(stage: Stage, cora: Actor) -> None:
    anna = member(stage)
    await anna.leave()
    sent = announcement(stage)
    await stage.app.ticks.all_at_once()
    assert outcomes(stage, sent)["Anna Weber"] == "kept"
    await anna.says("/menu")
    assert (told(anna), outcomes(stage, sent)["Anna Weber"]) == (1, "sent")


async def test_it_can_wait_for_its_time(stage: Stage, cora: Actor) -> None:
    anna = member(stage)
    announcement(stage, due_at=stage.clock.now() + timedelta(hours=3))
    await stage.passes(hours=2)
    assert told(anna) == 0
    await stage.passes(hours=2)
    assert told(anna) == 1


async def test_members_see_what_they_were_sent_and_why(stage: Stage, cora: Actor) -> None:
    anna = member(stage)
    announcement(stage, segment="Friends of Dresden")
    await stage.passes(seconds=0)
    await anna.says("/mydata")
    anna.reads("· {day}: “{words}”, sent to: {whom}", words=TEXT, whom="Friends of Dresden")


async def test_what_one_asked_for_counts_against_no_budget(stage: Stage, cora: Actor) -> None:
    """All of it falls due at once, with what is to be announced."""
    anna = member(stage)
    drafts = [announcement(stage, state=AnnouncementState.DRAFT) for _number in range(3)]
    who, now = find(stage, "Anna Weber").id, stage.clock.now()
    for draft in drafts:
        stage.looks_up(lambda session, draft=draft: queue(session, who, SentReport(draft), now))
    announcement(stage)
    await stage.passes(seconds=0)
    assert told(anna) == 1
