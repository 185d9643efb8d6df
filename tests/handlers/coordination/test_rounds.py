"""Coordinators bring many mentees and mentors together at once, look at the pairs, change them and publish them."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from bot.domain.matching import Weights
from db import mentors, rounds
from db.models.announcements import Segment
from db.models.delivery import Job
from db.models.members import Member
from db.models.mentoring import MatchRound, Mentor, MentorRequest, MentorSearch, RoundPair
from db.models.privacy import Audit, Consent
from handlers.coordination.round_buttons import (
    ChooseMentor,
    DropRound,
    ListLeftOver,
    ListPairs,
    OpenPair,
    OpenRound,
    PublishRound,
    SeeMentors,
    TakeOut,
)
from handlers.coordination.rounds import MOST_MENTEES
from tests.actors import Actor
from tests.marks import on_both_databases
from tests.mentoring import mentor, mentorship, request, search
from tests.people import find, member
from tests.stage import Stage
from tests.wording import assert_lines, city, count, country, said, share, spoken, topic, word

PAIRS = "Pairs: {pairs} for {mentees} mentees (first come: {others})."
TWO: dict[str, Any] = {"pairs": 2, "mentees": 2, "others": 2}
ACROSS = (
    "Across cohorts {cohorts} ({old_cohorts}), across regions {regions} ({old_regions}), mean fit {fit} ({old_fit})."
)
LOAD = "Mentors with a mentee: {mentors} ({old_mentors}), at most {most} ({old_most}) each."
LISTED = "<b>{name}</b>\nPairs of mentee and mentor ({n}), the best first; 1 is the best fit there is."
NOBODY_ELSE = "At present there is nobody else for <b>{name}</b> who still has a place in this round."
PUBLISH = (
    "<b>Publish “{name}”?</b> {n} mentee reads whom the round suggests. Then the mentee decides, and after that the "
    "mentor."
)


def office(stage: Stage) -> Actor:
    return member(stage, "Katrin Koch", coordinator=True)


def people(stage: Stage) -> dict[str, int]:
    """Two who look for a mentor and two who offer it; searches and mentors by name."""
    mentor(stage, "Bernd Vogel", capacity=1)
    mentor(stage, "Li Na", city="Shanghai")
    found = {}
    for name in ("Anna Weber", "Bo Chen"):
        member(stage, name)
        found[name] = search(stage, name)
    return found | {name: find(stage, name).id for name in ("Bernd Vogel", "Li Na")}


async def computes(stage: Stage, *actors: Actor) -> None:
    """The job runs, and whoever asked for it is told."""
    await stage.app.jobs.run_waiting()
    await stage.settle()
    for actor in actors:
        await actor.catch_up()


async def makes(stage: Stage, koch: Actor, whom: str = "Everybody who is looking", what: str = "Any format") -> int:
    """A round of the dialogue, up to the question about it; its id."""
    await koch.says("/rounds")
    await koch.taps("New round")
    koch.reads("What shall the round be called? For example: Mentoring, autumn.")
    await koch.says("Spring")
    koch.reads("Which mentees take part? Mentors are all who can be asked now, wherever they belong.")
    await koch.taps(whom)
    await koch.taps(what)
    return stage.looks_up(lambda session: session.scalar(select(func.max(MatchRound.id)))) or 0


async def ready(stage: Stage, koch: Actor) -> int:
    number = await makes(stage, koch)
    await computes(stage, koch)
    await koch.taps("Look at it")
    return number


def pairs(stage: Stage) -> dict[int, int]:
    """Search -> mentor."""
    return stage.looks_up(lambda session: {row.search_id: row.mentor_id for row in session.scalars(select(RoundPair))})


def put(stage: Stage, number: int, search_id: int, mentor_id: int) -> None:
    """This pair, whatever was computed."""
    stage.looks_up(lambda session: rounds.set_pair(session, number, search_id, mentor_id, 0.5))


def audited(stage: Stage) -> list[str]:
    query = select(Audit.action).where(Audit.action.startswith("round")).order_by(Audit.id)
    return stage.looks_up(lambda session: list(session.scalars(query)))


def requests(stage: Stage) -> list[tuple[int, int, str, int | None]]:
    query = select(MentorRequest.search_id, MentorRequest.mentor_id, MentorRequest.state, MentorRequest.round_id)
    return stage.looks_up(lambda session: [tuple(row) for row in session.execute(query.order_by(MentorRequest.id))])


async def test_a_round_is_made_and_its_figures_read(stage: Stage) -> None:
    koch, _found = office(stage), people(stage)
    await makes(stage, koch)
    koch.reads("Mentees: everybody who is looking")
    koch.reads("The pairs are being computed. You are told when they are ready.")
    await computes(stage, koch)
    koch.reads("The round “{name}” is ready. {figures}", name="Spring", figures=said(koch, PAIRS, **TWO))
    await koch.taps("Look at it")
    fit = count(koch, 0.77, 2)
    across = {"cohorts": 0, "old_cohorts": 0, "regions": 1, "old_regions": 1}
    assert_lines(
        koch,
        said(koch, PAIRS, **TWO),
        said(koch, ACROSS, **{name: share(koch, part) for name, part in across.items()}, fit=fit, old_fit=fit),
        said(koch, LOAD, mentors=1, old_mentors=1, most=2, old_most=2),
    )
    await koch.taps("Rounds")
    assert f"Spring · {word(koch, 'matching round', 'ready')}" in koch.screen.labels()
    assert audited(stage) == ["round_made"]


async def test_there_is_no_round_yet(stage: Stage) -> None:
    koch = office(stage)
    await koch.says("/rounds")
    koch.reads("There is none yet.")


async def test_a_round_for_nobody_is_not_made(stage: Stage) -> None:
    koch = office(stage)
    await makes(stage, koch)
    koch.reads("Nobody in this group is looking for a mentor and still without a suggestion. No round was made.")
    assert stage.looks_up(lambda session: session.scalar(select(func.count()).select_from(Job))) == 0


def crowd(stage: Stage, count: int) -> None:
    """So many more who look for a mentor."""
    now, first = stage.clock.now(), 10_000
    ids = range(first, first + count)
    people = [{"id": n, "number": f"C{n}", "status": "verified", "full_name": "C", "created_at": now, "seen_at": now}
              for n in ids]  # fmt: skip
    agreed = {"purpose": "alumni", "given": True, "version": "1", "text": "Yes", "language": "en", "at": now}
    wish = {"goal": "Go", "topics": ["1"], "languages": ["en"], "format": "year", "created_at": now, "looked_at": now}

    def write(session: Session) -> None:
        session.execute(insert(Member), people)
        session.execute(insert(Consent), [{"member_id": n, **agreed} for n in ids])
        session.execute(insert(MentorSearch), [{"member_id": n, **wish} for n in ids])

    stage.looks_up(write)


async def test_a_round_for_too_many_is_not_made(stage: Stage) -> None:
    koch, _found = office(stage), people(stage)
    crowd(stage, MOST_MENTEES)
    await makes(stage, koch)
    koch.reads(
        "In this group {n} people are looking for a mentor. A round takes {most} at most",
        n=count(koch, MOST_MENTEES + 2),
        most=count(koch, MOST_MENTEES),
    )


async def test_a_segment_and_a_format_say_who_takes_part(stage: Stage) -> None:
    koch, found = office(stage), people(stage)
    member(stage, "Chen Li", city="Shanghai")
    chinese = search(stage, "Chen Li", format="year")
    kept = {"name": "In China", "audience": {"country": ["CN"]}, "changed_at": stage.clock.now()}
    stage.looks_up(lambda session: session.add(Segment(**kept)))
    await makes(stage, koch, "In China", "A year")
    where = {"kind": word(koch, "segment", "Country"), "values": country(koch, "CN")}
    year = said(koch, "Format: {format}", format=word(koch, "mentor", "A year"))
    assert_lines(koch, "• " + said(koch, "{kind}: {values}", **where), year)
    await computes(stage, koch)
    assert pairs(stage).keys() == {chinese}
    assert found["Anna Weber"] not in pairs(stage)


async def test_a_segment_deleted_while_it_is_chosen_is_asked_for_again(stage: Stage) -> None:
    koch, _found = office(stage), people(stage)
    kept = {"name": "In China", "audience": {"country": ["CN"]}, "changed_at": stage.clock.now()}
    stage.looks_up(lambda session: session.add(Segment(**kept)))
    await koch.says("/rounds")
    await koch.taps("New round")
    await koch.says("Spring")
    stage.looks_up(lambda session: session.execute(delete(Segment)))
    await koch.taps("In China")
    koch.reads("Please choose one of the buttons.")


async def test_the_pairs_are_looked_at_one_by_one(stage: Stage) -> None:
    koch, found = office(stage), people(stage)
    number = await ready(stage, koch)
    put(stage, number, found["Anna Weber"], found["Li Na"])
    await koch.taps("Pairs")
    koch.reads(LISTED, name="Spring", n=2)
    fit = count(koch, 0.5, 2)
    await koch.taps(f"Anna Weber – Li Na · {fit}")
    assert_lines(
        koch,
        said(koch, "Mentee: {person}", person=f"Anna Weber · {city(stage, koch, 'Chemnitz')} · 2012"),
        said(koch, "Goal: {goal}", goal="Founding a company"),
        said(koch, "Mentor: {person}", person=f"Li Na · {city(stage, koch, 'Shanghai')} · 2012"),
    )
    distance = (said(koch, "Of the same cohort"), said(koch, "In different countries"))
    assert_lines(koch, *distance, said(koch, "Fit: {fit}", fit=fit))
    assert audited(stage)[-2:] == ["round_pair_viewed"] * 2


async def test_another_mentor_is_chosen_among_those_who_have_a_place(stage: Stage) -> None:
    koch, found = office(stage), people(stage)
    number = await ready(stage, koch)
    put(stage, number, found["Anna Weber"], found["Bernd Vogel"])
    put(stage, number, found["Bo Chen"], found["Li Na"])
    await koch.presses(OpenPair(number, found["Bo Chen"]).pack(), None)
    await koch.taps("Another mentor")
    koch.reads(NOBODY_ELSE, name="Bo Chen")
    await koch.presses(SeeMentors(number, found["Anna Weber"]).pack(), None)
    koch.reads("Who else could be the mentor of <b>{name}</b>?", name="Anna Weber")
    assert_lines(
        koch,
        f"Li Na · {city(stage, koch, 'Shanghai')} · 2012",
        said(koch, "In common: {topics}", topics=topic(stage, koch)),
        said(koch, "Languages: {languages}", languages=spoken(koch, "de", "en", "zh_Hans")),
    )
    await koch.taps("Li Na · {fit}")
    koch.reads("Changed.")
    koch.reads("Chosen by hand")
    assert pairs(stage) == {found["Anna Weber"]: found["Li Na"], found["Bo Chen"]: found["Li Na"]}
    await koch.taps("Round")
    koch.reads("After changes by hand: pairs {pairs}, of these by hand {hand}, mean fit {fit}.", pairs=2, hand=2)
    assert audited(stage)[-1:] + audited(stage)[-3:-2] == ["round_pair_viewed", "round_pair_set"]


async def test_a_mentor_without_a_place_is_not_chosen_whatever_the_button_says(stage: Stage) -> None:
    koch, found = office(stage), people(stage)
    number = await ready(stage, koch)
    put(stage, number, found["Anna Weber"], found["Bernd Vogel"])
    put(stage, number, found["Bo Chen"], found["Li Na"])
    await koch.presses(ChooseMentor(number, found["Bo Chen"], found["Bernd Vogel"]).pack(), None)
    koch.reads("This mentor has no place left. Please choose somebody else.")
    await koch.presses(ChooseMentor(number, found["Bo Chen"], find(stage, "Anna Weber").id).pack(), None)
    koch.reads("This mentor has no place left. Please choose somebody else.")
    assert pairs(stage)[found["Bo Chen"]] == found["Li Na"]


async def test_whom_one_does_not_wish_is_not_offered_and_nobody_is_told(stage: Stage) -> None:
    koch, found = office(stage), people(stage)
    number = await ready(stage, koch)
    put(stage, number, found["Anna Weber"], found["Bernd Vogel"])
    anna, now = find(stage, "Anna Weber").id, stage.clock.now()
    stage.looks_up(lambda session: mentors.set_apart(session, found["Li Na"], anna, True, now))
    await koch.presses(SeeMentors(number, found["Anna Weber"]).pack(), None)
    koch.reads(NOBODY_ELSE, name="Anna Weber")
    await koch.presses(ChooseMentor(number, found["Anna Weber"], found["Li Na"]).pack(), None)
    koch.reads("This mentor has no place left. Please choose somebody else.")


async def test_a_pair_is_taken_out_and_put_back(stage: Stage) -> None:
    koch, found = office(stage), people(stage)
    number = await ready(stage, koch)
    put(stage, number, found["Anna Weber"], found["Bernd Vogel"])
    await koch.presses(OpenPair(number, found["Anna Weber"]).pack(), None)
    await koch.taps("Take out")
    koch.reads("Taken out.")
    assert found["Anna Weber"] not in pairs(stage)
    await koch.presses(TakeOut(number, found["Anna Weber"], found["Bernd Vogel"]).pack(), None)
    koch.reads("This pair is no longer in the round.")
    await koch.presses(ListLeftOver(number).pack(), None)
    koch.reads("<b>{name}</b>\nMentees without a mentor in this round. Tap one to look for somebody.", name="Spring")
    assert koch.screen.labels()[0] == "Anna Weber"
    await koch.presses(ChooseMentor(number, found["Anna Weber"], found["Bernd Vogel"]).pack(), None)
    koch.reads("Changed.")
    assert pairs(stage)[found["Anna Weber"]] == found["Bernd Vogel"]
    await koch.presses(ListLeftOver(number).pack(), None)
    koch.reads("Every mentee who still looks has somebody in this round.")


async def test_a_mentee_who_is_left_over_gets_somebody(stage: Stage) -> None:
    koch, found = office(stage), people(stage)
    number = await ready(stage, koch)
    for name in ("Anna Weber", "Bo Chen"):
        put(stage, number, found[name], found["Li Na"])
    member(stage, "Chen Li")
    late = search(stage, "Chen Li")
    await koch.taps("Without mentor")
    await koch.taps("Chen Li")
    assert not koch.sees_button("Li Na · {fit}")
    await koch.taps("Bernd Vogel · {fit}")
    koch.reads("Changed.")
    assert pairs(stage)[late] == found["Bernd Vogel"]


async def test_a_pair_whose_mentee_looks_no_longer_says_so(stage: Stage) -> None:
    koch, found = office(stage), people(stage)
    number = await ready(stage, koch)
    stage.looks_up(lambda session: session.execute(update(MentorSearch).values(state="closed")))
    for tap in (OpenPair(number, found["Anna Weber"]), SeeMentors(number, found["Anna Weber"])):
        await koch.presses(tap.pack(), None)
        koch.reads("This mentee is no longer looking for a mentor.")


async def test_pairs_come_six_a_page(stage: Stage) -> None:
    koch = office(stage)
    mentor(stage, "Li Na", capacity=10)
    for number in range(8):
        name = f"Anna {'ABCDEFGH'[number]}"
        member(stage, name)
        search(stage, name)
    await ready(stage, koch)
    await koch.taps("Pairs")
    assert len([label for label in koch.screen.labels() if "Li Na" in label]) == 6
    await koch.taps("›")
    assert len([label for label in koch.screen.labels() if "Li Na" in label]) == 2


async def test_a_published_round_is_suggested_to_the_mentees(stage: Stage) -> None:
    koch = office(stage)
    mentor(stage, "Li Na", city="Shanghai")
    anna = member(stage, "Anna Weber")
    wish = search(stage, "Anna Weber")
    number = await ready(stage, koch)
    await koch.taps("Publish …")
    koch.reads(PUBLISH, name="Spring", n=1)
    assert requests(stage) == []
    await koch.taps("Publish")
    koch.reads("Published. The mentees read within a few minutes whom the round suggests to them.")
    koch.reads("Still to be suggested: {n}", n=1)
    await stage.passes(minutes=1)
    assert requests(stage) == [(wish, find(stage, "Li Na").id, "proposed", number)]
    assert pairs(stage) == {}
    assert "Li Na" in anna.screen.text
    await koch.taps("Refresh")
    koch.reads("The mentee decides: {n}", n=1)
    assert audited(stage)[-1] == "round_published"


@on_both_databases
async def test_published_twice_is_published_once(stage: Stage) -> None:
    koch, found = office(stage), people(stage)
    number = await ready(stage, koch)
    await koch.presses(PublishRound(number, True).pack(), None)
    await koch.presses(PublishRound(number, True).pack(), None)
    await stage.passes(minutes=1)
    await koch.presses(PublishRound(number, True).pack(), None)
    await stage.passes(minutes=1)
    assert sorted(row[0] for row in requests(stage)) == sorted(found[name] for name in ("Anna Weber", "Bo Chen"))
    assert audited(stage).count("round_published") == 1


async def test_what_no_longer_holds_is_left_out_and_told(stage: Stage) -> None:
    koch, found = office(stage), people(stage)
    mentor(stage, "Paula Paul")
    mentor(stage, "Ute Udo")
    for name in ("Chen Li", "Dan Dong"):
        member(stage, name)
        found[name] = search(stage, name)
    number = await ready(stage, koch)
    put(stage, number, found["Anna Weber"], found["Bernd Vogel"])
    put(stage, number, found["Bo Chen"], find(stage, "Paula Paul").id)
    put(stage, number, found["Chen Li"], find(stage, "Ute Udo").id)
    put(stage, number, found["Dan Dong"], found["Li Na"])
    paused = update(Mentor).where(Mentor.member_id == find(stage, "Paula Paul").id)
    stage.looks_up(lambda session: session.execute(paused.values(paused_until=date(2026, 12, 1))))
    request(stage, found["Anna Weber"], "Anna Weber", "Li Na")
    mentorship(stage, "Chen Li", "Ute Udo", state="ended")
    await koch.presses(PublishRound(number).pack(), None)
    koch.reads(PUBLISH, name="Spring", n=1)
    await koch.taps("Publish")
    koch.reads("Left out, because the mentee no longer looks or is waiting for somebody else: {n}", n=1)
    koch.reads("Left out, because the mentor cannot be asked at present: {n}", n=1)
    koch.reads("Left out, because the two no longer fit together: {n}", n=1)
    await stage.passes(minutes=1)
    assert [row[0] for row in requests(stage) if row[2] == "proposed"] == [found["Dan Dong"]]


async def test_a_mentor_who_is_full_by_now_has_only_as_many_as_there_is_room(stage: Stage) -> None:
    koch, found = office(stage), people(stage)
    number = await ready(stage, koch)
    for name in ("Anna Weber", "Bo Chen"):
        put(stage, number, found[name], found["Li Na"])
    member(stage, "Dan Dong")
    mentorship(stage, "Dan Dong", "Li Na")
    await koch.presses(PublishRound(number, True).pack(), None)
    koch.reads("Left out, because the mentor cannot be asked at present: {n}", n=1)
    await stage.passes(minutes=1)
    assert [row[2] for row in requests(stage)] == ["proposed"]


async def test_nothing_is_published_where_no_pair_is_left(stage: Stage) -> None:
    koch, _found = office(stage), people(stage)
    number = await ready(stage, koch)
    stage.looks_up(lambda session: session.execute(update(MentorSearch).values(state="closed")))
    await koch.presses(PublishRound(number, True).pack(), None)
    koch.reads("No pair is left that could be suggested now.")
    assert stage.looks_up(lambda session: session.get_one(MatchRound, number).state) == "ready"


async def test_somebody_found_between_publishing_and_suggesting_is_left_alone(stage: Stage) -> None:
    koch, found = office(stage), people(stage)
    number = await ready(stage, koch)
    await koch.presses(PublishRound(number, True).pack(), None)
    closed = update(MentorSearch).where(MentorSearch.id == found["Bo Chen"]).values(state="closed")
    stage.looks_up(lambda session: session.execute(closed))
    await stage.passes(minutes=1)
    assert [row[0] for row in requests(stage)] == [found["Anna Weber"]]
    await koch.presses(OpenRound(number).pack(), None)
    koch.reads("Left out, because the mentee no longer looks or is waiting for somebody else: {n}", n=1)


async def test_a_round_is_dropped_after_one_question(stage: Stage) -> None:
    koch, _found = office(stage), people(stage)
    number = await ready(stage, koch)
    await koch.taps("Drop")
    koch.reads("<b>Drop “{name}”?</b> Its pairs are forgotten. Nobody was told about them.", name="Spring")
    await koch.taps("Drop")
    koch.reads("“{name}” is dropped.", name="Spring")
    assert pairs(stage) == {}
    for tap in (OpenRound(number), ListPairs(number), PublishRound(number, True), DropRound(number, True)):
        await koch.presses(tap.pack(), None)
        koch.reads("This round no longer exists.")


async def test_a_published_round_is_changed_and_dropped_no_more(stage: Stage) -> None:
    koch, found = office(stage), people(stage)
    number = await ready(stage, koch)
    await koch.presses(PublishRound(number, True).pack(), None)
    for tap in (ListPairs(number), TakeOut(number, found["Anna Weber"], found["Li Na"])):
        await koch.presses(tap.pack(), None)
        koch.reads("The pairs of this round cannot be changed now.")
    await koch.presses(DropRound(number, True).pack(), None)
    koch.reads("This round is published: its suggestions are on their way.")
    assert len(pairs(stage)) == 2


async def test_a_round_that_failed_says_so(stage: Stage) -> None:
    koch, _found = office(stage), people(stage)
    await makes(stage, koch)
    stage.looks_up(lambda session: session.execute(update(MatchRound).values(pool={"of a later version": [1]})))
    await computes(stage, koch)
    koch.reads("The round “{name}” could not be computed. Nobody was told anything.", name="Spring")
    await koch.taps("Rounds")
    await koch.taps(f"Spring · {word(koch, 'matching round', 'failed')}")
    koch.reads("The pairs could not be computed. Please make the round again.")


async def test_the_weights_are_those_of_the_settings(stage: Stage) -> None:
    koch, _found = office(stage), people(stage)
    await stage.restart(match_load=7)
    await makes(stage, koch)
    params: dict[str, Any] = stage.looks_up(lambda session: session.scalars(select(Job.params)).one())
    assert Weights(**params["weights"]) == Weights(load=7)


@pytest.mark.parametrize("tap", [OpenRound(99), ListPairs(99), OpenPair(99, 1), SeeMentors(99, 1), ListLeftOver(99)])
async def test_a_round_nobody_made_is_not_there(stage: Stage, tap: Any) -> None:
    koch = office(stage)
    await koch.presses(tap.pack(), None)
    koch.reads("This round no longer exists.")


async def test_a_member_makes_no_rounds(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/rounds")
    anna.reads_not("<b>Matching rounds</b>\nMentors for many mentees at once.")
    await anna.presses(PublishRound(1, True).pack(), None)
    anna.reads_not("This round no longer exists.")
