"""A registration shows who it likely is on record; a human confirms; two records of one person become one."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from db import consents, members
from db.models.clubs import Membership
from db.models.lists import Programme
from db.models.members import Affiliation, Member, Status
from db.models.privacy import Audit, Purpose
from db.models.records import Import, Record
from handlers.coordination.likeness_buttons import ComparePeople, JoinPeople, LinkRecord, OpenRecord
from tests.actors import Actor
from tests.clubs import club
from tests.events import answer_of, answers, event
from tests.handlers.coordination.test_inviting import SOURCE
from tests.handlers.coordination.test_verifying import opens, told_too_late, verification
from tests.importing.jobs import put_on_record
from tests.marks import on_both_databases
from tests.people import find, member, scope
from tests.stage import Stage


def on_record(stage: Stage, name: str, programme: str = "tuc-mechanical", **said: Any) -> int:
    """Somebody on a list that was taken over; the id."""

    def add(session: Any) -> int:
        studied = session.scalars(select(Programme).where(Programme.slug == programme)).one()
        now = stage.clock.now()
        taken = Import(institution_id=studied.institution_id, state="taken", created_at=now, changed_at=now)
        session.add(taken)
        session.flush()
        row = {
            "institution_id": studied.institution_id, "programme_id": studied.id, "full_name": name, "from_year": 2007,
            "to_year": 2012, "import_id": taken.id, "line": 2, "created_at": now, "changed_at": now, **said,
        }  # fmt: skip
        put_on_record(session, [row])
        return session.scalars(select(Record.id).where(Record.import_id == taken.id)).one()

    return stage.looks_up(add)


def claimed(stage: Stage, record: int) -> int | None:
    return stage.looks_up(lambda session: session.get_one(Record, record).member_id)


def studies(stage: Stage, name: str) -> list[tuple[int | None, int | None, int | None]]:
    query = select(Affiliation).where(Affiliation.member_id == find(stage, name).id)
    rows = stage.looks_up(lambda session: session.scalars(query).all())
    return [(row.programme_id, row.from_year, row.to_year) for row in rows]


def says_about_studies(stage: Stage, name: str, **said: Any) -> None:
    """What somebody had written into the form."""

    def change(session: Any) -> None:
        row = session.scalars(select(Affiliation).where(Affiliation.member_id == find(stage, name).id)).one()
        for field, value in said.items():
            setattr(row, field, value)

    stage.looks_up(change)


def actions(stage: Stage) -> set[tuple[str, str | None]]:
    rows = stage.looks_up(lambda session: session.execute(select(Audit.action, Audit.subject)).all())
    return {(action, subject) for action, subject in rows}


@pytest.mark.everywhere
async def test_a_match_in_the_other_script_is_shown_confirmed_and_fills_in_what_was_left_out(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    chen = member(stage, "CHEN Shi-Bo", verified=False)
    record = on_record(stage, "陈诗博")
    (given,) = studies(stage, "CHEN Shi-Bo")
    says_about_studies(stage, "CHEN Shi-Bo", programme_id=None, to_year=None)
    await opens(koch, "CHEN Shi-Bo")
    koch.reads("Likely known as: {person} – {reasons}")
    koch.reads("same name in the other script")
    await koch.taps("It is this person")
    koch.reads("<b>Is this the same person?</b>")
    koch.reads_not("The record says something else about programme or years; please compare.")
    await koch.taps("Approve, it is this person")
    koch.reads("Linked with the record.")
    koch.reads("Approved.")
    await stage.passes(minutes=1)
    chen.reads("Welcome, {name}! The alumni office has confirmed your registration.", name="CHEN Shi-Bo")
    chen.reads(SOURCE, address=f"{stage.app.house.web_url}/privacy")
    person = find(stage, "CHEN Shi-Bo")
    assert (person.status, claimed(stage, record)) == (Status.VERIFIED, person.id)
    assert studies(stage, "CHEN Shi-Bo") == [given]
    assert {("record_linked", person.number), ("registration_approved", person.number)} <= actions(stage)


async def test_what_they_said_themselves_stays_and_the_difference_is_said(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber", verified=False)
    record = on_record(stage, "Weber, Anna", from_year=2006, to_year=2011)
    before = studies(stage, "Anna Weber")
    await opens(koch, "Anna Weber")
    await koch.taps("It is this person")
    koch.reads("The record says something else about programme or years; please compare.")
    await koch.presses(LinkRecord(verification(stage, "Anna Weber"), record, False).pack(), koch.screen.ident)
    koch.reads("Linked with the record.")
    assert koch.sees_button("Approve")
    assert studies(stage, "Anna Weber") == before
    assert find(stage, "Anna Weber").status == Status.PENDING


async def test_nobody_alike_means_no_suggestion(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber", verified=False)
    for name in ("Anna Koch", "Katrin Weber", "陈诗博"):
        on_record(stage, name)
    await opens(koch, "Anna Weber")
    assert not koch.sees_button("It is this person")
    assert not koch.sees_button("It is person {n}")


async def test_an_entry_that_is_somebody_else_by_now_is_not_linked(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber", verified=False)
    record, other = on_record(stage, "Anna Weber"), find(stage, "Katrin Koch").id
    await opens(koch, "Anna Weber")
    await koch.taps("It is this person")
    stage.looks_up(lambda session: setattr(session.get_one(Record, record), "member_id", other))
    await koch.taps("Approve, it is this person")
    koch.reads("This entry has been found to be somebody else meanwhile. Nothing was linked.")
    assert (find(stage, "Anna Weber").status, claimed(stage, record)) == (Status.PENDING, other)


async def test_what_lies_outside_the_scope_is_neither_suggested_nor_linked(stage: Stage) -> None:
    lang = member(stage, "Lars Lang", coordinates=scope(stage, institution="tu-chemnitz"))
    member(stage, "Anna Weber", verified=False)
    member(stage, "Anna Webber", programme="nrw-jiangsu")
    record = on_record(stage, "Anna Weber", "nrw-jiangsu")
    await opens(lang, "Anna Weber")
    assert not lang.sees_button("It is this person")
    row = verification(stage, "Anna Weber")
    for tap in (OpenRecord(row, record), LinkRecord(row, record, True)):
        await lang.presses(tap.pack(), None)
        lang.reads("This entry is no longer on record, or you do not answer for it.")
    one, other = find(stage, "Anna Weber").id, find(stage, "Anna Webber").id
    for tap in (ComparePeople(one, other), JoinPeople(other, one)):
        await lang.presses(tap.pack(), None)
        lang.reads("You do not answer for this person, or the record is no longer kept.")
    assert claimed(stage, record) is None


@on_both_databases
async def test_of_two_coordinators_who_link_at_once_one_wins(stage: Stage) -> None:
    koch, lang = (member(stage, name, coordinator=True) for name in ("Katrin Koch", "Lars Lang"))
    member(stage, "Anna Weber", verified=False)
    first, second = on_record(stage, "Anna Weber"), on_record(stage, "Anna Weber")
    row = verification(stage, "Anna Weber")
    taps = ((koch, first), (lang, second))
    await asyncio.gather(*(who.presses(LinkRecord(row, record, True).pack(), None) for who, record in taps))
    assert sorted(told_too_late(who) for who in (koch, lang)) == [False, True]
    assert sorted([claimed(stage, first) is None, claimed(stage, second) is None]) == [False, True]


def in_club(stage: Stage, name: str, club_id: int) -> None:
    row, now = find(stage, name).id, stage.clock.now()
    stage.looks_up(
        lambda session: session.add(
            Membership(member_id=row, club_id=club_id, state="in", changed_at=now, times_asked=1)
        )
    )


def clubs_of(stage: Stage, name: str) -> set[int]:
    query = select(Membership.club_id).where(Membership.member_id == find(stage, name).id)
    return set(stage.looks_up(lambda session: session.scalars(query).all()))


def network_consent(stage: Stage, name: str) -> bool:
    return stage.looks_up(lambda session: consents.is_given(session, find(stage, name).id, Purpose.ALUMNI))


@pytest.mark.everywhere
async def test_who_registered_twice_is_joined_and_keeps_everything_of_both(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Müller")
    await stage.passes(minutes=1)
    again = member(stage, "Mueller Anna", verified=False, in_network=False)
    first, second = club(stage, "Chemnitz"), club(stage, "Berlin")
    in_club(stage, "Anna Müller", first)
    in_club(stage, "Mueller Anna", second)
    kept, gone = find(stage, "Anna Müller"), find(stage, "Mueller Anna")
    await opens(koch, "Mueller Anna")
    koch.reads("Perhaps registered twice: {person} – {reasons}")
    await koch.taps("It is this person")
    koch.reads("<b>The same person registered twice?</b>")
    koch.reads(kept.number)
    koch.reads(gone.number)
    await koch.taps("One person: join them")
    koch.reads("Joined. The person has been told.")
    assert stage.looks_up(lambda session: session.get(Member, gone.id)) is None
    assert clubs_of(stage, "Anna Müller") == {first, second}
    assert not network_consent(stage, "Anna Müller")
    await stage.passes(minutes=1)
    for actor in (anna, again):
        await actor.says("/myclubs")
        actor.reads("Your clubs:")
    assert ("people_joined", kept.number) in actions(stage)
    await koch.presses(JoinPeople(gone.id, kept.id).pack(), None)
    koch.reads("You do not answer for this person, or the record is no longer kept.")


async def test_who_said_yes_twice_comes_once_and_the_seat_goes_on(stage: Stage) -> None:
    koch, carl = member(stage, "Katrin Koch", coordinator=True), member(stage, "Carl Otto")
    anna = member(stage, "Anna Müller")
    member(stage, "Mueller Anna", verified=False)
    meetup = event(stage, capacity=3, guests_allowed=2)
    answers(stage, "Anna Müller", meetup)
    answers(stage, "Mueller Anna", meetup, guests=1)
    answers(stage, "Carl Otto", meetup, "waiting")
    kept, gone = find(stage, "Anna Müller").id, find(stage, "Mueller Anna").id
    await koch.presses(JoinPeople(gone, kept).pack(), None)
    koch.reads("Joined. The person has been told.")
    await stage.passes(minutes=1)
    assert answer_of(stage, "Anna Müller", meetup) == ("yes", 1)
    assert answer_of(stage, "Carl Otto", meetup) == ("offered", 0)
    carl.reads("There is a seat for you at <b>{event}</b>")
    anna.reads("You had registered twice, and the alumni office has joined the two:")


async def test_from_somebodys_card_the_other_registration_is_named_and_who_is_suspended_stays_so(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber")
    member(stage, "Sabine Roth")
    suspended = find(stage, "Sabine Roth").id
    stage.looks_up(lambda session: setattr(members.load(session, suspended), "status", Status.SUSPENDED))
    await koch.says("/member Anna Weber")
    await koch.taps("Same person as …")
    koch.reads("Who is the same person as {name}? Please write the name or number of the other registration.")
    await koch.says("Anna Weber")
    koch.reads("Nobody you answer for has this name or number. Part of the name is enough, in any script.")
    await koch.says("Sabine Roth")
    koch.reads("Nothing in the two names is alike: please be sure.")
    await koch.taps("One person: join them")
    assert find(stage, "Sabine Roth").status == Status.SUSPENDED
    assert stage.looks_up(lambda session: session.get(Member, suspended)) is not None


REFUSED: list[tuple[str, str, str]] = [
    ("Lars Lang", "Lars Lang", "This is one record already."),
    (
        "Lars Lang",
        "Anna Weber",
        "You join your own registrations yourself: sign in with the other one, or ask a colleague.",
    ),
    (
        "Katrin Koch",
        "Anna Weber",
        "One of the two is a coordinator: only those who answer for the whole network can join them.",
    ),
]


async def test_nobody_joins_themselves_or_the_office_of_a_coordinator(stage: Stage) -> None:
    lang = member(stage, "Lars Lang", coordinates=scope(stage, institution="tu-chemnitz"))
    for name in ("Katrin Koch", "Anna Weber"):
        member(stage, name, coordinator=name == "Katrin Koch")
    for one, other, sentence in REFUSED:
        for kind in (ComparePeople, JoinPeople):
            await refused(stage, lang, kind(find(stage, one).id, find(stage, other).id), sentence)
    assert {find(stage, name).status for name in ("Katrin Koch", "Anna Weber", "Lars Lang")} == {Status.VERIFIED}


async def refused(stage: Stage, actor: Actor, tap: ComparePeople | JoinPeople, sentence: str) -> None:
    await actor.presses(tap.pack(), None)
    assert actor.reads(sentence).ident == actor.screen.ident
