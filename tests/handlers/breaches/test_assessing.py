"""Coordinators find out who is concerned by a breach, until when what is due, and get drafts to copy."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.conversation.i18n import speaking, when
from bot.domain.breach import Breach
from db import breaches
from db.breaches import Case
from db.models.announcements import Announcement, AnnouncementState
from db.models.delivery import Outbox
from db.models.members import Member
from db.models.people import Look
from db.models.privacy import Audit
from handlers.breaches.assessing import TakeDrafts
from tests.actors import Actor, WebActor
from tests.people import find, member
from tests.stage import Stage
from tests.wording import said, word

DEVICE = "A coordinator's device was lost or stolen"
ACCESS = "Somebody else was signed in as a member"
EXPORT = "An exported list is in wrong hands"
DATABASE = "The database or a backup was copied"
ANNOUNCEMENT = "An announcement was wrong or went too far"


async def begins(koch: Actor, kind: str) -> None:
    await koch.says("/breach")
    await koch.taps(word(koch, "breach", kind))


def day(stage: Stage, days_ago: int) -> str:
    return (stage.clock.now() - timedelta(days=days_ago)).strftime("%Y-%m-%d")


def people(koch: Actor, n: int) -> str:
    return said(koch, "<b>{n} person is concerned.</b>", "<b>{n} people are concerned.</b>", n=n)


def due(stage: Stage, koch: Actor, hours: int = 72) -> str:
    """72 hours from now on, by the reader's clock."""
    with speaking(koch.language, "Europe/Berlin"):
        return when(stage.clock.now() + timedelta(hours=hours))


def noted(stage: Stage) -> list[tuple[str, int]]:
    query = select(Audit.details).where(Audit.action == "breach_assessed")
    return [(each["kind"], each["people"]) for each in stage.looks_up(lambda session: session.scalars(query).all())]


@pytest.mark.everywhere
async def test_a_copied_database_concerns_everybody(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber"), member(stage, "Li Na", city="Taiyuan")
    await begins(koch, DATABASE)
    await koch.says(day(stage, 0))
    koch.reads(people(koch, 3))
    koch.reads(due(stage, koch))
    koch.reads("People in China are among them: by PIPL, Art. 57, they and the authority there are told without delay.")
    assert noted(stage) == [("database", 3)]
    await koch.taps("Drafts as a file")
    koch.reads("Please fill in what we cannot know (…), and have it checked.")
    if isinstance(koch, WebActor):
        shown = next(message for message in koch.messages() if message.raw.get("file"))
        _status, content = await koch.downloads(shown.raw["file"]["url"])
        text = content.decode()
        assert text.count("\n# ") + 1 == 6
        assert all(words in text for words in ("(Art. 33 DSGVO)", "GDPR 第 33 条", "(Art. 33 GDPR)", "TU Chemnitz"))
        assert not any(name in text for name in ("Anna Weber", "Li Na", "Katrin Koch"))


async def test_of_a_lost_device_the_log_says_whose_records_it_showed(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    for name in ("Anna Weber", "Ben Lang", "Cem Demir"):
        member(stage, name, verified=False)
    await koch.says("/verify")
    await koch.taps("Anna Weber")
    await stage.passes(days=10)
    await koch.says("/verify")
    await koch.taps("Ben Lang")
    for since, n in ((12, 3), (2, 2)):
        await begins(koch, DEVICE)
        await koch.taps("Katrin Koch")
        await koch.says(day(stage, since))
        await koch.says(day(stage, 0))
        await koch.says(day(stage, 4))
        koch.reads(people(koch, n))
    koch.reads("The 72 hours are over: notify at once, and give the reason for the delay.")
    assert noted(stage) == [("device", 3), ("device", 2)]


async def test_of_an_export_everybody_on_the_list(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    names = ("Anna Weber", "Ben Lang")
    for name in names:
        member(stage, name)
    number, now = find(stage, "Katrin Koch").number, stage.clock.now()
    rows = [{"action": "attendees_exported", "subject": None}] + [
        {"action": "exported", "subject": find(stage, name).number} for name in names
    ]
    given = {"at": now, "actor": number, "details": {"event": 1}}
    stage.looks_up(lambda session: session.execute(insert(Audit), [{**given, **row} for row in rows]))
    await begins(koch, EXPORT)
    await koch.taps(koch.screen.labels()[0])
    await koch.says(day(stage, 0))
    koch.reads(people(koch, 2))


async def test_without_an_export_there_is_none_to_choose(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    await begins(koch, EXPORT)
    koch.reads("No list has been exported so far.")
    await koch.taps(word(koch, "breach", ANNOUNCEMENT))
    koch.reads("No announcement has gone out so far.")


async def test_an_announcement_concerns_those_it_reached(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    now = stage.clock.now()
    ids = {}
    for name, outcome in (("Anna Weber", "sent"), ("Ben Lang", "unreachable")):
        member(stage, name)
        ids[find(stage, name).id] = outcome

    def announced(session: Session) -> None:
        texts = {koch.language: "To whom it may concern"}
        row = Announcement(state=AnnouncementState.DONE, texts=texts, audience={}, created_at=now, changed_at=now)
        session.add(row)
        session.flush()
        given = {"kind": "announced", "ref": str(row.id), "params": {}, "due_at": now, "done_at": now}
        session.add_all(Outbox(member_id=member_id, outcome=outcome, **given) for member_id, outcome in ids.items())

    stage.looks_up(announced)
    await begins(koch, ANNOUNCEMENT)
    await koch.taps(koch.screen.labels()[0])
    await koch.says(day(stage, 0))
    koch.reads(people(koch, 1))


async def test_a_member_is_told_that_this_is_for_coordinators(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/breach")
    anna.reads("This is for coordinators.")
    await anna.presses(TakeDrafts(Breach.DATABASE, 0, "", "", 0).pack(), None)
    anna.reads("This is for coordinators.")


@pytest.mark.parametrize(
    "tap",
    [
        TakeDrafts(Breach.EXPORT, 99, "", "", 0),
        TakeDrafts(Breach.DEVICE, 1, "x", "y", 0),
        TakeDrafts(Breach.ACCESS, 2**40, "2026-01-01", "2026-01-02", 10**17),
    ],
)
async def test_a_button_about_nothing_leads_back(stage: Stage, tap: TakeDrafts) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.presses(tap.pack(), None)
    koch.reads("This is no longer there. Please begin again with /breach.")


async def test_who_was_signed_in_as_a_member_saw_them_and_those_they_looked_at(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    for name in ("Anna Weber", "Ben Lang", "Cem Demir"):
        member(stage, name)
    anna, ben, cem = (find(stage, name).id for name in ("Anna Weber", "Ben Lang", "Cem Demir"))
    today = stage.clock.now().date()
    looks = [{"member_id": ben, "day": today}, {"member_id": cem, "day": today - timedelta(days=9)}]
    stage.looks_up(
        lambda session: session.execute(insert(Look), [{"viewer_id": anna, "named": False, **each} for each in looks])
    )
    await begins(koch, ACCESS)
    await koch.says("Anna Weber")
    for days_ago in (3, 0, 0):
        await koch.says(day(stage, days_ago))
    koch.reads(people(koch, 2))
    case = Case(Breach.ACCESS, anna, stage.clock.now() - timedelta(days=3), stage.clock.now())
    query = select(Member.id).where(stage.looks_up(lambda session: breaches.concerned(session, case)))
    assert set(stage.looks_up(lambda session: session.scalars(query).all())) == {anna, ben}
