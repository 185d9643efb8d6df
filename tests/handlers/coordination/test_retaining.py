"""Coordinators see what is kept how long; who was never confirmed is told before the registration goes."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.retention_texts import kind_names, kind_reasons
from bot.domain.retention import Kind
from db.models.members import Member
from db.models.people import Relayed
from db.models.privacy import Clearing
from tests.actors import Actor
from tests.people import find, member
from tests.stage import Stage
from tests.wording import said

NAME = "Words that members passed to each other"


def wrote(stage: Stage, days_ago: int) -> None:
    """Anna wrote to Bernd so many days ago."""
    ids = {"sender_id": find(stage, "Anna Weber").id, "receiver_id": find(stage, "Bernd Kraus").id}
    at = stage.clock.now() - timedelta(days=days_ago)
    stage.looks_up(lambda session: session.add(Relayed(about="contact", ref=1, words="Hello", at=at, **ids)))


async def leaf_to(actor: Actor, name: str) -> str:
    """The paragraph about a kind, on whichever page it is."""
    for _page in range(4):
        found = [part for part in actor.screen.text.split("\n\n") if said(actor, name) in part]
        if found:
            return found[0]
        await actor.taps("›")
    raise AssertionError(name)


async def test_what_is_kept_how_long_and_that_nothing_is_overdue(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber"), member(stage, "Bernd Kraus")
    for days_ago in (89, 10):
        wrote(stage, days_ago)
    await koch.says("/retention")
    koch.reads("Nothing is overdue. The nightly run has not been through everything yet.")
    await stage.passes(days=1.5)
    await koch.says("/retention")
    koch.reads("Nothing is overdue. Every night at about 2 o'clock in Berlin we forget what has been kept long enough.")
    words = await leaf_to(koch, NAME)
    assert said(koch, "{n} day", "{n} days", n=90) in words
    assert said(koch, "{n} record", "{n} records", n=1) in words
    run = stage.looks_up(lambda session: session.get_one(Clearing, Kind.WORDS))
    assert (run.gone, run.ran_at) == (1, stage.clock.now())


async def test_a_night_that_did_not_run_is_overdue_and_comes_first(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber"), member(stage, "Bernd Kraus")
    wrote(stage, 95)
    await koch.says("/retention")
    koch.reads(said(koch, "<b>overdue: {n}</b>", n=1))
    assert NAME == "Words that members passed to each other"
    assert said(koch, NAME) in koch.screen.text
    koch.reads(
        "<b>{n} record is overdue</b>: it should have gone more than a day ago. Please tell whoever runs this program."
    )


async def test_a_setting_changes_the_span(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    await stage.restart(keep_words_days=30)
    await koch.says("/retention")
    assert said(koch, "{n} day", "{n} days", n=30) in await leaf_to(koch, NAME)


def seen(stage: Stage, name: str) -> datetime | None:
    query = select(Member.seen_at).where(Member.full_name == name)
    return stage.looks_up(lambda session: session.scalar(query))


def silent_since(stage: Stage, name: str, days: int) -> None:
    at, row = stage.clock.now() - timedelta(days=days), find(stage, name).id

    def fall_silent(session: Session) -> None:
        session.get_one(Member, row).seen_at = at

    stage.looks_up(fall_silent)


LAPSES = (
    "We have not heard of you for a long time, and your registration was never confirmed. After {day} we erase it with "
    "everything you told us. If you would like to stay, one tap is enough."
)


async def test_who_was_never_confirmed_is_told_and_goes_a_month_later(stage: Stage) -> None:
    anna, ben = (member(stage, name, verified=False) for name in ("Anna Weber", "Ben Lang"))
    member(stage, "Katrin Koch", coordinator=True)
    for name in ("Anna Weber", "Ben Lang"):
        silent_since(stage, name, 701)
    await stage.passes(hours=2)
    for actor in (anna, ben):
        actor.reads(LAPSES)
    await ben.taps("Keep my registration")
    await stage.passes(days=29)
    assert seen(stage, "Anna Weber") is not None
    await stage.passes(days=3)
    assert seen(stage, "Anna Weber") is None
    assert seen(stage, "Ben Lang") is not None
    ben.reads_not(LAPSES)


def test_every_kind_has_a_name_and_a_reason() -> None:
    assert list(kind_names()) == list(kind_reasons()) == list(Kind)
