"""Coordinators see how the bot is doing, and what to do where it is not well."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.i18n import short_time, speaking
from db import jobs, leases, operations
from db.models.delivery import Outbox
from tests.people import find, member
from tests.stage import Stage, translate

WAITING = "{what}: {n} waiting, the oldest since {time}."


def notes(stage: Stage, name: str, **ago: float) -> None:
    """Something was done last so long ago."""
    at = stage.clock.now() - timedelta(**ago)
    stage.looks_up(lambda session: operations.note_run(session, name, at))


def is_late(stage: Stage, name: str, *lanes: int) -> None:
    """A notice of each lane to this member should have been out two hours ago, and somebody froze while sending it."""
    now, row = stage.clock.now(), find(stage, name).id
    for lane in lanes:
        stage.looks_up(
            lambda session, lane=lane: session.add(
                Outbox(
                    member_id=row,
                    kind="told",
                    ref=str(lane),
                    params={},
                    lane=lane,
                    due_at=now - timedelta(hours=2),
                    holder="frozen",
                    epoch=10**6,
                )
            )
        )


@pytest.mark.everywhere
async def test_a_coordinator_reads_that_everything_is_good(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.says("/admin")
    await koch.taps("State of the bot")
    koch.reads("Everything is good.")
    for what in ("Messages coming in", "Replies", "Messages going out", "Announcements"):
        koch.reads("{what}: nothing waits.", what=translate(stage.language, what))
    koch.reads("Faults in the last 24 hours: none.")
    koch.reads("Reached at once, by Telegram: {telegram}")
    koch.reads("Sending and reminding: process {name}.", name=stage.app.lease.holder)
    koch.reads("Version {version}, database {kind} with {size} MB.", version=stage.app.house.version)
    koch.reads("Last backup: there is none yet.")
    await koch.taps("Refresh")
    koch.reads("Everything is good.")
    assert koch.sees_button("Reachability")


async def test_what_is_not_well_is_named_with_what_to_do(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True, door="telegram")
    stage.goes_wrong()
    stage.app.router.command("fail", lambda _turn: 1 / 0)  # type: ignore[arg-type,return-value]
    await koch.says("/fail")
    code = stage.looks_up(lambda session: operations.latest_faults(session, stage.clock.now() - timedelta(days=1)))[
        0
    ].code
    assert code in koch.screen.text
    is_late(stage, "Katrin Koch", 0, 1)
    notes(stage, operations.CHORES, days=2)
    notes(stage, operations.BACKUP, days=2)
    stage.looks_up(lambda session: jobs.queue(session, "nothing like this", stage.clock.now()))
    await stage.app.jobs.run_waiting()
    await koch.says("/health")
    koch.reads("{n} things need a look.", n=6)
    koch.reads("Faults in the last 24 hours: {n}. The newest: {codes}.", n=1)
    assert code in koch.screen.text
    with speaking(stage.language, "Europe/Berlin"):
        koch.reads("Last backup: {time}", time=short_time(stage.clock.now() - timedelta(days=2)))
        koch.reads(WAITING, n=1, time=short_time(stage.clock.now() - timedelta(hours=2)))
    koch.reads("Failed this week: {which}.", which="nothing like this (KeyError)")
    for advice in (
        "Somebody read “Something went wrong” with such a code.",
        "Reminders and the like are late.",
        "An announcement takes very long. /announce shows how far it is.",
        "Long work failed. Please start it again; if it fails again, tell whoever runs the server.",
        "What should be forgotten is not cleared up. Please tell whoever runs the server.",
        "A backup should be made every night. Please ask whoever runs the server.",
    ):
        koch.reads(advice)


async def test_a_telegram_that_is_gone_is_seen_on_the_page(stage: Stage) -> None:
    member(stage, "Anna Weber", door="telegram")
    koch = member(stage, "Katrin Koch", coordinator=True, door="web")
    await koch.says("/health")
    koch.reads("Telegram: open as @{name}. {heard}")
    await stage.restart(bot_token=None)
    await koch.says("/health")
    koch.reads("Telegram: not open.")
    koch.reads("Telegram: please ask whoever runs the server to call “python -m bot check”")


async def test_a_lease_counts_while_it_lasts_by_the_real_time(stage: Stage) -> None:
    now, lasting = datetime.now(UTC), timedelta(minutes=1)
    for name, since in (("now", now), ("before", now - timedelta(hours=1))):
        stage.looks_up(lambda session, name=name, since=since: leases.take(session, name, "me", since, lasting))
    holders = [
        stage.looks_up(lambda session, name=name: operations.lease_holder(session, name))
        for name in ("now", "before", "never")
    ]
    assert holders == ["me", None, None]


async def test_it_is_for_coordinators_only(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/health")
    anna.reads("This is for coordinators.")
