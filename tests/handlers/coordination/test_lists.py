"""Coordinators keep the lists people choose from; what members chose keeps its meaning, whatever changes."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.conversation.i18n import named, speaking
from bot.domain.audience import Audience
from bot.domain.scope import Scope
from db import audience, list_keeping, lists, members, people, scopes
from db.audience_facts import facts_of
from db.models.lists import TABLES, Cohort, Entry, Faculty, Institution, ListKind, Programme, Topic
from db.models.members import RoleKind
from db.people import Criteria
from handlers.coordination.list_buttons import (
    AddEntry,
    ChangeEntry,
    CloseEntry,
    ListEntries,
    OpenEntry,
    PlaceEntry,
    ReplaceEntry,
)
from tests.actors import Actor
from tests.marks import on_both_databases
from tests.people import find, guest, member
from tests.stage import Stage

REFUSAL = "These lists are kept by the coordinators who answer for the whole institution, or the whole network."
CHEMNITZ, MECHANICAL, COMPUTING = "tu-chemnitz", "tuc-mechanical", "tuc-computing"


def entry(stage: Stage, kind: ListKind, slug: str) -> Any:
    table = TABLES[kind]
    return stage.looks_up(lambda session: session.scalars(select(table).where(table.slug == slug)).one())


def offered(stage: Stage) -> list[str]:
    """The programmes of Chemnitz that can be chosen, by slug."""
    owner = entry(stage, ListKind.INSTITUTION, CHEMNITZ).id
    return stage.looks_up(lambda session: [row.slug for row in lists.programmes(session, owner)])


def scoped(stage: Stage, name: str, **scope: frozenset[int]) -> Actor:
    actor = member(stage, name)
    row, now = find(stage, name).id, stage.clock.now()
    stage.looks_up(lambda session: members.grant(session, row, RoleKind.COORDINATOR, now, scope=Scope(**scope)))
    return actor


def of_chemnitz(stage: Stage, name: str = "Katrin Koch") -> Actor:
    return scoped(stage, name, institutions=frozenset({entry(stage, ListKind.INSTITUTION, CHEMNITZ).id}))


def called(actor: Actor, row: Entry) -> str:
    with speaking(actor.language):
        return named(row.names)


def closes(stage: Stage, old: Entry, by: Entry | None = None) -> None:
    kind = type(old)
    stage.looks_up(
        lambda session: list_keeping.close(
            session, session.get_one(kind, old.id), session.get_one(kind, by.id) if by is not None else None
        )
    )


async def skips(actor: Actor, times: int) -> None:
    for _time in range(times):
        await actor.taps("Skip")


async def test_a_programme_is_added_in_two_languages_and_can_be_chosen(stage: Stage) -> None:
    koch, sciences = of_chemnitz(stage), entry(stage, ListKind.FACULTY, "tuc-f-sciences")
    await koch.says("/lists")
    await koch.taps(called(koch, entry(stage, ListKind.INSTITUTION, CHEMNITZ)))
    await koch.taps("Programmes")
    await koch.taps("New entry")
    await koch.says("Mechanical Engineering")
    koch.reads("“{name}” is in this list already. Please choose another name.")
    await koch.says("Sustainable Energy")
    await koch.says("Nachhaltige Energie")
    koch.reads("And in this language: {language}? If you skip it, the English name is shown.")
    await koch.taps("Skip")
    await koch.taps(called(koch, sciences))
    await skips(koch, 2)
    await koch.taps("Save")
    koch.reads("– (the English name is shown)")
    row = entry(stage, ListKind.PROGRAMME, "tu-chemnitz-sustainable-energy")
    assert row.names == {"en": "Sustainable Energy", "de": "Nachhaltige Energie"}
    assert (row.faculty_id, row.by_hand, offered(stage)[-1]) == (sciences.id, True, row.slug)
    assert stage.looks_up(lambda session: members.coordinators(session)) == [find(stage, "Katrin Koch").id]


async def test_an_institution_and_a_topic_are_added_by_central_coordinators(stage: Stage) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    await koch.says("/lists")
    await koch.taps("New entry")
    await koch.says("Freiberg University")
    await skips(koch, 2)
    await koch.says("Alumni-Büro 2")
    await koch.says("nobody")
    koch.reads("Please write an e-mail address such as alumni@university.example, or skip this.")
    await koch.says("alumni@freiberg.example")
    await koch.says("none")
    koch.reads("Please write a telephone number of at most {n} signs, or skip this.", n=40)
    await koch.taps("Skip")
    await koch.taps("Save")
    row = entry(stage, ListKind.INSTITUTION, "freiberg-university")
    assert (row.contact_name, row.contact_email, row.contact_phone) == (
        "Alumni-Büro 2",
        "alumni@freiberg.example",
        None,
    )
    await koch.presses(AddEntry(ListKind.TOPIC).pack(), koch.screen.ident)
    await koch.says("Robotics")
    await skips(koch, 2)
    await koch.taps("Save")
    topics = stage.looks_up(lambda session: [row.slug for row in lists.topics(session)])
    assert topics[-1] == "robotics"


async def test_a_renamed_entry_keeps_its_slug_and_whoever_chose_it_reads_the_new_name(stage: Stage) -> None:
    anna, koch = member(stage, "Anna Weber"), of_chemnitz(stage)
    row = entry(stage, ListKind.PROGRAMME, MECHANICAL)
    await koch.presses(ChangeEntry(ListKind.PROGRAMME, row.id).pack(), None)
    await koch.taps("Name ({language})", language={"de": "Deutsch", "en": "German", "zh_Hans": "德语"}[koch.language])
    await koch.says("Maschinenbau und Robotik")
    await koch.taps("Save")
    renamed = entry(stage, ListKind.PROGRAMME, MECHANICAL)
    assert (renamed.id, renamed.names["de"], renamed.province) == (row.id, "Maschinenbau und Robotik", None)
    await anna.says("/profile")
    assert called(anna, renamed) in anna.screen.text


async def test_what_a_member_chose_stays_theirs_when_the_lists_change(stage: Stage) -> None:
    """Their programme is replaced, their topic and their institution are closed: the profile shows what they chose,
    another line can be changed, and what is closed can be given up but is offered to nobody else."""
    anna = member(stage, "Anna Weber")
    topic, row = entry(stage, ListKind.TOPIC, "energy"), find(stage, "Anna Weber").id
    stage.looks_up(lambda session: members.set_topics(session, row, [topic.id]))
    mechanical, computing = (entry(stage, ListKind.PROGRAMME, slug) for slug in (MECHANICAL, COMPUTING))
    institution = entry(stage, ListKind.INSTITUTION, CHEMNITZ)
    closes(stage, mechanical, computing)
    closes(stage, topic)
    closes(stage, institution)
    await anna.says("/profile")
    for chosen in (mechanical, topic, institution):
        assert called(anna, chosen) in anna.screen.text
    await anna.taps("Function")
    await anna.says("Engineer")
    anna.reads("Saved.")
    kept = stage.looks_up(lambda session: members.affiliations_of(session, row))
    studied = [(each.institution.slug, each.programme and each.programme.slug) for each in kept]
    assert studied == [(CHEMNITZ, MECHANICAL)]
    assert stage.looks_up(lambda session: [each.id for each in members.topics_of(session, row)]) == [topic.id]
    await anna.taps("Professional focus")
    await anna.taps("›")
    await anna.taps(called(anna, topic))
    await anna.taps("Done")
    assert stage.looks_up(lambda session: members.topics_of(session, row)) == []
    await anna.taps("Professional focus")
    await anna.taps("›")
    assert not anna.sees_button(called(anna, topic))
    assert mechanical.slug not in offered(stage)
    other = guest(stage)
    await other.says("/contact")
    assert called(other, institution) not in other.screen.text


@on_both_databases
async def test_who_chose_what_was_replaced_is_found_by_its_successor(stage: Stage) -> None:
    member(stage, "Anna Weber")
    row, reader = find(stage, "Anna Weber").id, 0
    kinds = {
        "institution": (ListKind.INSTITUTION, CHEMNITZ, "tu-clausthal"),
        "faculty": (ListKind.FACULTY, "tuc-f-engineering", "tuc-f-sciences"),
        "programme": (ListKind.PROGRAMME, MECHANICAL, COMPUTING),
        "topic": (ListKind.TOPIC, "energy", "hydrogen"),
    }
    pairs = {by: tuple(entry(stage, kind, slug) for slug in slugs) for by, (kind, *slugs) in kinds.items()}
    stage.looks_up(lambda session: members.set_topics(session, row, [pairs["topic"][0].id]))

    def found() -> dict[str, int]:
        meant = {by: Audience.from_json({by: [new.id]}) for by, (_old, new) in pairs.items()}
        return stage.looks_up(
            lambda session: {by: audience.count(session, audience.belongs(each)) for by, each in meant.items()}
        )

    assert found() == dict.fromkeys(pairs, 0)
    for old, new in pairs.values():
        closes(stage, old, new)
    assert found() == dict.fromkeys(pairs, 1)
    facts = stage.looks_up(lambda session: facts_of(session, members.load(session, row)))
    meant = [Audience.from_json({by: [each.id]}) for by, pair in pairs.items() for each in pair]
    assert all(each.includes(facts) for each in meant)
    opens = {"studies": "alumni", "topics": "alumni"}
    stage.looks_up(lambda session: members.set_visibility(session, row, opens))
    sought = [Criteria(institution=pairs["institution"][1].id), Criteria(topic=pairs["topic"][1].id)]
    assert stage.looks_up(lambda session: [people.search(session, reader, each, 5) for each in sought]) == [[row]] * 2
    koch = scoped(stage, "Katrin Koch", programmes=frozenset({pairs["programme"][1].id}))
    reached = find(stage, koch.name).id
    assert stage.looks_up(lambda session: scopes.covers(session, scopes.scope_of(session, reached), row))


async def test_an_entry_is_replaced_and_the_replacement_undone(stage: Stage) -> None:
    member(stage, "Anna Weber")
    koch, row = of_chemnitz(stage), entry(stage, ListKind.PROGRAMME, MECHANICAL)
    await koch.presses(OpenEntry(ListKind.PROGRAMME, row.id).pack(), None)
    await koch.taps("Replace …")
    await koch.taps(called(koch, entry(stage, ListKind.PROGRAMME, COMPUTING)))
    koch.reads("{n} person has chosen it and keeps it.", n=2)
    await koch.taps("Replace")
    koch.reads("Replaced. “Reopen” makes it as it was.")
    assert entry(stage, ListKind.PROGRAMME, MECHANICAL).merged_into == entry(stage, ListKind.PROGRAMME, COMPUTING).id
    assert MECHANICAL not in offered(stage)
    await koch.taps("Reopen")
    again = entry(stage, ListKind.PROGRAMME, MECHANICAL)
    assert (again.merged_into, again.closed) == (None, False)
    assert MECHANICAL in offered(stage)


async def test_an_institution_somebody_answers_for_can_be_closed_but_not_the_last(stage: Stage) -> None:
    of_chemnitz(stage, "Bernd Sommer")
    koch = member(stage, "Katrin Koch", coordinator=True)
    every = stage.looks_up(lambda session: lists.institutions(session))
    await koch.presses(CloseEntry(ListKind.INSTITUTION, every[0].id).pack(), None)
    koch.reads("{n} coordinator answers for it, and goes on doing so for those who chose it.", n=1)
    await koch.taps("Close")
    koch.reads("Closed. “Reopen” makes it as it was.")
    for row in every[1:-1]:
        closes(stage, row)
    await koch.presses(CloseEntry(ListKind.INSTITUTION, every[-1].id, True).pack(), koch.screen.ident)
    koch.reads("This is the only institution people can choose: without it nobody could register.")


async def test_entries_are_put_into_another_order(stage: Stage) -> None:
    koch, before = of_chemnitz(stage), offered(stage)
    await koch.presses(OpenEntry(ListKind.PROGRAMME, entry(stage, ListKind.PROGRAMME, before[2]).id).pack(), None)
    await koch.taps("↑ Earlier")
    assert offered(stage) == [before[0], before[2], before[1], *before[3:]]


@on_both_databases
async def test_of_two_coordinators_at_once_one_is_told(stage: Stage) -> None:
    both = [member(stage, name, coordinator=True) for name in ("Katrin Koch", "Lars Lang")]
    for coordinator in both:
        await coordinator.presses(AddEntry(ListKind.TOPIC).pack(), None)
        await coordinator.says("Robotics")
        await skips(coordinator, 2)
    await asyncio.gather(*(coordinator.taps("Save") for coordinator in both))
    made = stage.looks_up(lambda session: [row.slug for row in lists.topics(session) if row.by_hand])
    assert made == ["robotics"]
    row = entry(stage, ListKind.TOPIC, "robotics")
    for coordinator in both:
        await coordinator.presses(ChangeEntry(ListKind.TOPIC, row.id).pack(), coordinator.screen.ident)
        await coordinator.taps("Name ({language})", language={"de": "Englisch"}[coordinator.language])
        await coordinator.says(f"Robots of {coordinator.name}")
    for coordinator in both:
        await coordinator.taps("Save")
    both[1].reads("Somebody else has changed this meanwhile. Please look at it, and change it again if need be.")


@pytest.mark.database("postgresql")
async def test_two_who_close_the_last_two_institutions_at_once_leave_one(stage: Stage) -> None:
    both = [member(stage, name, coordinator=True) for name in ("Katrin Koch", "Lars Lang")]
    keep = (entry(stage, ListKind.INSTITUTION, slug).id for slug in ("tu-chemnitz", "htwk-leipzig"))
    taps = [CloseEntry(ListKind.INSTITUTION, each, True).pack() for each in keep]
    others = update(Institution).where(Institution.slug.not_in(("tu-chemnitz", "htwk-leipzig"))).values(closed=True)
    stage.looks_up(lambda session: session.execute(others))
    await asyncio.gather(*(actor.presses(tap, None) for actor, tap in zip(both, taps, strict=True)))
    assert len(stage.looks_up(lists.institutions)) == 1


@pytest.mark.parametrize("part", ["institutions", "faculties"])
async def test_lists_are_changed_within_ones_institution_only(stage: Stage, part: str) -> None:
    kind, slug = {
        "institutions": (ListKind.INSTITUTION, "htwk-leipzig"),
        "faculties": (ListKind.FACULTY, "tuc-f-society"),
    }[part]
    koch = scoped(stage, "Katrin Koch", **{part: frozenset({entry(stage, kind, slug).id})})
    row, owner = entry(stage, ListKind.PROGRAMME, MECHANICAL), entry(stage, ListKind.INSTITUTION, CHEMNITZ)
    topic = entry(stage, ListKind.TOPIC, "energy")
    await koch.says("/lists")
    assert not koch.sees_button(called(koch, owner)) and not koch.sees_button("New entry")
    for tap in (
        ListEntries(ListKind.PROGRAMME, owner.id),
        AddEntry(ListKind.FACULTY, owner.id),
        AddEntry(ListKind.INSTITUTION),
        ChangeEntry(ListKind.PROGRAMME, row.id),
        PlaceEntry(ListKind.PROGRAMME, row.id, 0),
        CloseEntry(ListKind.TOPIC, topic.id, True),
        ReplaceEntry(ListKind.PROGRAMME, row.id, row.id + 1, True),
    ):
        await koch.presses(tap.pack(), koch.screen.ident)
        koch.reads(
            "These lists are kept by the coordinators who answer for the whole institution, or the whole network."
        )
    assert MECHANICAL in offered(stage)


def test_kinds_are_the_tables_there_are() -> None:
    assert set(TABLES.values()) == {Institution, Faculty, Programme, Cohort, Topic}
