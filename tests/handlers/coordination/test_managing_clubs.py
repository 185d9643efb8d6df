"""Coordinators change, hand over, merge, close and reopen clubs; whoever is concerned is told."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.audience import Audience
from bot.domain.scope import Scope
from db import audience, members
from db.models.announcements import Announcement
from db.models.clubs import Club, Membership
from db.models.events import Event
from db.models.members import RoleKind
from handlers.clubs import JoinClub, LeaveClub
from handlers.coordination.club_buttons import ConfirmMerge, EndOffice, ManageClub, PartClub
from handlers.events.card import OpenEvent
from tests.actors import Actor
from tests.clubs import club, enters, states
from tests.events import answer_of, answers, event
from tests.marks import on_both_databases
from tests.people import find, member
from tests.stage import Stage


def led_by(stage: Stage, name: str) -> list[int]:
    row = find(stage, name).id
    return stage.looks_up(lambda session: members.led_clubs(session, row))


def load(stage: Stage, kind: type[Any], ident: int) -> Any:
    return stage.looks_up(lambda session: session.get_one(kind, ident))


async def manages(stage: Stage, club_id: int, name: str = "Katrin Koch") -> Actor:
    koch = member(stage, name, coordinator=True)
    await koch.presses(ManageClub(club_id).pack(), None)
    return koch


async def test_a_club_is_renamed_and_opened_to_all(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig", admission="approval")
    anna = member(stage, "Anna Weber")
    enters(stage, "Anna Weber", leipzig, "asked")
    koch = await manages(stage, leipzig)
    await koch.taps("Change")
    koch.reads("<b>What shall be different?</b> Tap a line below.")
    await koch.taps("Name ({language})", language={"de": "Deutsch", "en": "German", "zh_Hans": "德语"}[koch.language])
    await koch.says("Club Neuseenland")
    await koch.taps("Admission")
    await koch.taps("Anybody verified may join")
    await koch.taps("Save")
    koch.reads("{n} person who was waiting is let in.", n=1)
    row = load(stage, Club, leipzig)
    assert (row.slug, row.names["de"], row.names["en"]) == ("leipzig", "Club Neuseenland", "Club Leipzig")
    await stage.passes(minutes=1)
    anna.reads("Welcome to {club}! You are a member now.")
    assert states(stage, "Anna Weber") == {leipzig: "in"}


async def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    koch, lang = await manages(stage, leipzig), await manages(stage, leipzig, "Lars Lang")
    for coordinator in (koch, lang):
        await coordinator.taps("Change")
        await coordinator.taps("Admission")
        await coordinator.taps("The ambassador decides")
    await koch.taps("Save")
    await lang.taps("Save")
    lang.reads("Somebody else has changed this meanwhile. Please look at it, and change it again if need be.")


async def test_a_club_is_handed_over_in_one_step(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig", admission="approval")
    bernd, clara = member(stage, "Bernd Sommer", ambassador_of=leipzig), member(stage, "Clara Jung")
    member(stage, "Anna Weber")
    enters(stage, "Anna Weber", leipzig, "asked")
    koch = await manages(stage, leipzig)
    await koch.taps("Bernd Sommer")
    await koch.taps("Hand over")
    await koch.says("Bernd")
    koch.reads("This person is ambassador of the club already. Whom else?")
    await koch.says("Clara")
    koch.reads("<b>Hand over {club}?</b> The office of {name} ends", name="Bernd Sommer", club="Club Leipzig")
    await koch.taps("Hand over")
    koch.reads("{club} is in new hands: {new} instead of {old}. Both are told.", new="Clara Jung", old="Bernd Sommer")
    await stage.passes(minutes=1)
    bernd.reads("Your office as ambassador of {club} has ended.", club="Club Leipzig")
    clara.reads("You are now ambassador of {club}. Thank you!")
    clara.reads("<b>{name}</b> would like to join {club}.", name="Anna Weber", club="Club Leipzig")
    assert (led_by(stage, "Bernd Sommer"), led_by(stage, "Clara Jung")) == ([], [leipzig])


async def test_an_office_that_was_ended_by_mistake_goes_on_and_nobody_is_told(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    bernd = member(stage, "Bernd Sommer", ambassador_of=leipzig)
    koch = await manages(stage, leipzig)
    await koch.taps("Bernd Sommer")
    await koch.taps("End the office")
    koch.reads("The club then has no ambassador: requests to join go to you.")
    await koch.taps("End the office")
    koch.reads("It has no ambassador.")
    lang = member(stage, "Lars Lang", coordinator=True)
    await lang.presses(EndOffice(leipzig, find(stage, "Bernd Sommer").id, True).pack(), None)
    lang.reads("This person is not ambassador of the club any more.")
    await koch.taps("Undo")
    assert led_by(stage, "Bernd Sommer") == [leipzig]
    del bernd


def two_clubs(stage: Stage) -> tuple[int, int, int]:
    """Two clubs with people in one, the other and both, and an event of the first."""
    old, new = club(stage, "Leipzig", admission="approval"), club(stage, "Chemnitz", admission="approval")
    enters(stage, "Anna Weber", old)
    for club_id, state in ((old, "in"), (new, "left")):
        enters(stage, "Dora Lenz", club_id, state)
    for club_id in (old, new):
        enters(stage, "Emil Roth", club_id)
    enters(stage, "Fritz Kern", old, "asked")
    return old, new, event(stage, club=old)


def mutes(stage: Stage, name: str, club_id: int) -> None:
    key = (find(stage, name).id, club_id)
    stage.looks_up(lambda session: setattr(session.get_one(Membership, key), "muted", True))


@on_both_databases
async def test_two_clubs_become_one(stage: Stage) -> None:
    anna, _dora, _emil, fritz = (member(stage, n) for n in ("Anna Weber", "Dora Lenz", "Emil Roth", "Fritz Kern"))
    old, new, meetup = two_clubs(stage)
    bernd, clara = member(stage, "Bernd Sommer", ambassador_of=old), member(stage, "Clara Jung", ambassador_of=new)
    for name in ("Dora Lenz", "Emil Roth"):
        mutes(stage, name, old)
    now, author = stage.clock.now(), find(stage, "Bernd Sommer").id
    times = {"created_at": now, "changed_at": now}
    planned = Announcement(state="planned", author_id=author, club_id=old, texts={"de": "Hallo"}, audience={}, **times)
    stage.looks_up(lambda session: session.add(planned))
    koch = await manages(stage, old)
    await koch.taps("Merge …")
    await koch.taps("Club Chemnitz")
    koch.reads("{n} member comes along", n=3)
    koch.reads("Of these already in both: {n}", n=1)
    koch.reads("{n} announcement that has not gone out becomes a draft again.", n=1)
    await koch.taps("Merge, they lead it too")
    koch.reads("{old} is part of {club} now. Everybody is being told.", old="Club Leipzig", club="Club Chemnitz")

    names = ("Anna Weber", "Dora Lenz", "Emil Roth", "Fritz Kern")
    assert [states(stage, name) for name in names] == [{new: "in"}, {new: "in"}, {new: "in"}, {new: "asked"}]
    muted = [load(stage, Membership, (find(stage, name).id, new)).muted for name in names[:3]]
    assert muted == [False, True, False]
    assert led_by(stage, "Bernd Sommer") == [new]
    assert load(stage, Event, meetup).club_id == new
    drafts = stage.looks_up(lambda session: session.execute(select(Announcement.state, Announcement.club_id)).all())
    assert [tuple(row) for row in drafts] == [("draft", new)]
    meant = Audience.from_json({"club": [old]})
    assert stage.looks_up(lambda session: audience.count(session, audience.belongs(meant))) == 3

    await stage.passes(minutes=1)
    anna.reads("{old} has become part of {club}.", old="Club Leipzig", club="Club Chemnitz")
    fritz.reads("Your request to join goes on there.")
    bernd.reads("You are now ambassador of {club}. Thank you!", club="Club Chemnitz")
    clara.reads("<b>{name}</b> would like to join {club}.", name="Fritz Kern", club="Club Chemnitz")
    await anna.says("/start club_leipzig")
    anna.reads("You are a member.")
    assert "Club Chemnitz" in anna.screen.text
    await anna.says("/myclubs")
    assert anna.sees_button("Club Chemnitz") and not anna.sees_button("Club Leipzig")
    await anna.presses(OpenEvent(meetup).pack(), anna.screen.ident)
    assert anna.sees_button("Attend")


@on_both_databases
async def test_for_a_day_two_merged_clubs_can_be_two_again(stage: Stage) -> None:
    names = ("Anna Weber", "Dora Lenz", "Emil Roth", "Fritz Kern")
    anna, dora, _emil, _fritz = (member(stage, name) for name in names)
    old, new, meetup = two_clubs(stage)
    bernd = member(stage, "Bernd Sommer", ambassador_of=old)
    before = [states(stage, name) for name in names]
    koch = await manages(stage, old)
    await koch.taps("Merge …")
    await koch.taps("Club Chemnitz")
    koch.reads("For 24 hours you can undo it on the card of {old}:", old="Club Leipzig")
    await koch.taps("Merge, they lead it too")
    await stage.passes(hours=1)
    # Who leaves meanwhile leaves.
    await dora.presses(LeaveClub(new).pack(), dora.screen.ident)
    await koch.presses(ManageClub(old).pack(), None)
    await koch.taps("Undo the merging")
    koch.reads("{club} is a club of its own again. Its members are being told.", club="Club Leipzig")
    left = {club_id: "left" if state == "in" and club_id == old else state for club_id, state in before[1].items()}
    assert [states(stage, name) for name in names] == [before[0], left, before[2], before[3]]
    assert (led_by(stage, "Bernd Sommer"), load(stage, Event, meetup).club_id) == ([old], old)
    assert load(stage, Club, old).merged_into is None
    await stage.passes(minutes=1)
    anna.reads("{club} is a club of its own again, and you are a member there as before.", club="Club Leipzig")
    await bernd.presses(ManageClub(old).pack(), bernd.screen.ident)
    bernd.reads("This is for coordinators.")
    # Once more, and this time for good.
    await koch.presses(ConfirmMerge(old, new, False).pack(), None)
    await stage.passes(hours=25)
    anna.reads("{old} has become part of {club}.", old="Club Leipzig", club="Club Chemnitz")
    await koch.presses(PartClub(old).pack(), None)
    koch.reads("This can no longer be undone.")
    assert not koch.sees_button("Undo the merging")


@on_both_databases
async def test_a_club_is_merged_once_and_nobody_joins_the_old_one(stage: Stage) -> None:
    old, new, third = club(stage, "Leipzig"), club(stage, "Chemnitz"), club(stage, "Berlin")
    member(stage, "Bernd Sommer", ambassador_of=old)
    both = [member(stage, name, coordinator=True) for name in ("Katrin Koch", "Lars Lang")]
    for coordinator in both:
        await coordinator.says("/menu")
    taps = [ConfirmMerge(old, into, False).pack() for into in (new, third)]
    await asyncio.gather(*(who.presses(tap, who.screen.ident) for who, tap in zip(both, taps, strict=True)))
    assert load(stage, Club, old).merged_into in (new, third)
    late = next(who for who, into in zip(both, (new, third), strict=True) if load(stage, Club, old).merged_into != into)
    late.reads("This club has been closed meanwhile.")
    await late.presses(ConfirmMerge(new, new, False).pack(), late.screen.ident)
    late.reads("A club cannot become part of itself.")
    assert led_by(stage, "Bernd Sommer") == []
    anna = member(stage, "Anna Weber")
    await anna.presses(JoinClub(old).pack(), None)
    anna.reads("{old} has become part of {club}.", old="Club Leipzig")
    assert states(stage, "Anna Weber") == {}


async def closes(koch: Actor, what: str) -> None:
    await koch.taps("Close …")
    await koch.says("Too few of us.")
    koch.reads("{n} event of the club is still to come. What becomes of it?", n=1)
    await koch.taps(what)
    koch.reads("{n} member is told once, with your reason.", n=2)
    await koch.taps("Close the club")


async def test_a_closed_club_leaves_its_meetups_to_the_alumni_office_and_opens_again(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    anna, bernd = member(stage, "Anna Weber"), member(stage, "Bernd Sommer", ambassador_of=leipzig)
    for name in ("Anna Weber", "Bernd Sommer"):
        enters(stage, name, leipzig)
    meetup = event(stage, club=leipzig)
    koch = await manages(stage, leipzig)
    await closes(koch, "The alumni office takes them over")
    koch.reads("Their office rests while the club is closed.")
    await stage.passes(minutes=1)
    anna.reads("{club} has been closed. The alumni office writes: “{reason}”", reason="Too few of us.")
    anna.reads("The meetups that are planned take place; the alumni office is in charge of them.")
    await anna.says("/events")
    await anna.taps("{when} · Stammtisch")
    await anna.taps("Attend")
    assert answer_of(stage, "Anna Weber", meetup) == ("yes", 0)
    await bernd.says("/club")
    bernd.reads("This is for the ambassadors of clubs.")
    await anna.says("/start club_leipzig")
    anna.reads("This club no longer exists.")

    await koch.says("/clubs")
    assert not koch.sees_button("Closed clubs")
    await koch.says("/club reopen leipzig")
    koch.reads("{club} is open again. Whoever has read that it was closed is told.", club="Club Leipzig")
    await stage.passes(minutes=1)
    anna.reads("{club} is open again, and everything is as it was.", club="Club Leipzig")
    assert (states(stage, "Anna Weber"), led_by(stage, "Bernd Sommer")) == ({leipzig: "in"}, [leipzig])


async def test_a_closed_club_may_cancel_its_meetups(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    anna = member(stage, "Anna Weber")
    for name in ("Anna Weber", "Bernd Sommer"):
        if name != "Anna Weber":
            member(stage, name)
        enters(stage, name, leipzig)
    answers(stage, "Anna Weber", event(stage, club=leipzig))
    koch = await manages(stage, leipzig)
    await closes(koch, "They are cancelled")
    await stage.passes(minutes=1)
    anna.reads("<b>{event}</b> is cancelled.", event="Stammtisch")


@pytest.mark.parametrize("words", ["", "close"])
async def test_only_central_coordinators_manage_clubs(stage: Stage, words: str) -> None:
    leipzig = club(stage, "Leipzig")
    koch = member(stage, "Katrin Koch")
    row, now = find(stage, "Katrin Koch").id, stage.clock.now()
    office = {"scope": Scope(institutions=frozenset({1}))}
    stage.looks_up(lambda session: members.grant(session, row, RoleKind.COORDINATOR, now, **office))
    if words:
        await koch.says(f"/club {words} leipzig")
        koch.reads("You do not lead a club.")
    else:
        await koch.presses(ManageClub(leipzig).pack(), None)
        koch.reads("This is for coordinators who answer for the whole network.")
    assert load(stage, Club, leipzig).closed_at is None
