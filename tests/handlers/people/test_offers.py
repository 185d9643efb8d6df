""" "I offer" and "I seek": everybody writes a few lines and reads those of others."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from db import looks
from db.disclosure import everything_about
from db.models.people import Offer
from handlers.people.offers import AddOffer, ChooseTopic, Kind, ListOffers, MyOffers, RemoveOffer
from tests.actors import Actor
from tests.handlers.people.reading import CLOSED, times_told
from tests.handlers.people.touching import ANNA, BERND, goes, withdraws
from tests.mentoring import MOBILITY, topic_id
from tests.people import find, member
from tests.stage import Stage
from tests.wording import topic

OFFERED = "<b>What others offer</b>"


def offer(stage: Stage, name: str, words: str, kind: str = "offer", about: str | None = None) -> int:
    """A line of somebody; its id."""
    topic_row = topic_id(stage, about) if about else None
    row = Offer(member_id=find(stage, name).id, kind=kind, topic_id=topic_row, words=words, at=stage.clock.now())

    def add(session: Any) -> int:
        session.add(row)
        session.flush()
        return row.id

    return stage.looks_up(add)


def lines(stage: Stage) -> list[tuple[str, str]]:
    query = select(Offer.kind, Offer.words).order_by(Offer.id)
    return stage.looks_up(lambda session: [(kind, words) for kind, words in session.execute(query)])


async def adds(actor: Actor, button: str, words: str) -> None:
    await actor.taps(button)
    await actor.taps("Skip")
    await actor.says(words)


@pytest.mark.parametrize(("writer", "reader"), [("telegram", "web"), ("web", "telegram")])
async def test_a_line_is_written_and_read_by_others(stage: Stage, writer: str, reader: str) -> None:
    anna, bernd = member(stage, ANNA, door=writer), member(stage, BERND, door=reader)
    await anna.says("/offers")
    anna.reads("Nobody offers anything yet. Perhaps you begin?")
    await anna.taps("My lines")
    await anna.taps("I offer …")
    await anna.taps(topic(stage, anna, MOBILITY))
    await anna.says("A guest bed in <Chemnitz>")
    anna.reads("Saved. Other alumni read it in /offers, with your name.")
    anna.reads("I offer: {words}", words="A guest bed in <Chemnitz>")
    await bernd.says("/offers")
    shown = bernd.reads(OFFERED)
    assert f"{ANNA} · {topic(stage, bernd, MOBILITY)}\nA guest bed in <Chemnitz>" in shown.text
    assert bernd.sees_button(ANNA)
    await bernd.taps("Sought")
    bernd.reads("Nobody seeks anything yet. Perhaps you begin?")


async def test_what_one_seeks_stands_apart(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    await anna.presses(MyOffers().pack(), None)
    await adds(anna, "I seek …", "A flat in Berlin")
    await bernd.says("/offers")
    assert "A flat in Berlin" not in bernd.screen.text
    await bernd.taps("Sought")
    bernd.reads("<b>What others seek</b>")
    assert "A flat in Berlin" in bernd.screen.text
    await anna.says("/offers")
    await anna.taps("Sought")
    assert "A flat in Berlin" not in anna.screen.text


async def test_the_newest_stand_first_six_a_page(stage: Stage) -> None:
    anna = member(stage, ANNA)
    for letter in "abcdefgh":
        member(stage, f"Person {letter}")
        offer(stage, f"Person {letter}", f"Line {letter}")
    await anna.says("/offers")
    assert [label for label in anna.screen.labels() if label.startswith("Person")] == [
        f"Person {letter}" for letter in "hgfedc"
    ]
    await anna.taps("›")
    assert [label for label in anna.screen.labels() if label.startswith("Person")] == ["Person b", "Person a"]
    await anna.taps("‹")
    assert "Line h" in anna.screen.text
    await anna.presses(ListOffers(Kind.OFFER, None, 4711).pack(), None)
    anna.reads("There is nothing more here.")


async def test_lines_about_one_topic(stage: Stage) -> None:
    anna, _bernd = member(stage, ANNA), member(stage, BERND)
    offer(stage, BERND, "Trams", about=MOBILITY)
    offer(stage, BERND, "A guest bed")
    await anna.says("/offers")
    assert anna.screen.labels().count(BERND) == 1
    await anna.taps("By topic")
    await anna.taps(f"{topic(stage, anna, MOBILITY)} · 1")
    assert "Trams" in anna.screen.text
    assert "A guest bed" not in anna.screen.text
    await anna.taps("By topic")
    await anna.taps("All topics")
    assert "A guest bed" in anna.screen.text


async def test_a_board_without_topics_says_so(stage: Stage) -> None:
    anna = member(stage, ANNA)
    await anna.presses(ChooseTopic(Kind.SEEK).pack(), None)
    anna.reads("There is nothing about a topic of the list yet.")
    await anna.presses(ListOffers(Kind.SEEK, 10**20).pack(), None)
    anna.reads("There is nothing more here.")
    await anna.presses(ListOffers(Kind.SEEK, 4711, -3).pack(), None)
    anna.reads("There is nothing more here.")


@pytest.mark.parametrize("how", ["without consent", "erased", "leaving", "not confirmed"])
async def test_lines_of_who_left_are_not_shown(stage: Stage, how: str) -> None:
    anna, _bernd = member(stage, ANNA), member(stage, BERND)
    offer(stage, BERND, "A guest bed", about=MOBILITY)
    goes(stage, BERND, how)
    await anna.says("/offers")
    anna.reads("Nobody offers anything yet. Perhaps you begin?")
    await anna.taps("By topic")
    anna.reads("There is nothing about a topic of the list yet.")
    anna.reads_not(BERND)


async def test_without_consent_the_board_is_closed(stage: Stage) -> None:
    anna, _bernd = member(stage, ANNA), member(stage, BERND)
    offer(stage, BERND, "A guest bed")
    withdraws(stage, ANNA)
    await anna.says("/offers")
    anna.reads("This needs your consent to contact among alumni. You can give it in /privacy.")
    await anna.presses(ListOffers(Kind.OFFER).pack(), None)
    anna.reads_not(BERND)


async def test_up_to_five_lines_of_each(stage: Stage) -> None:
    anna = member(stage, ANNA)
    for n in range(5):
        offer(stage, ANNA, f"Line {n}")
    await anna.presses(AddOffer(Kind.OFFER).pack(), None)
    anna.reads("You have {n} of these lines already. Please remove one first.", n=5)
    await adds(anna, "I seek …", "A flat")
    assert ("seek", "A flat") in lines(stage)
    await anna.taps("Remove: {words}", words="Line 3")
    anna.reads("Removed: {words}", words="Line 3")
    await adds(anna, "I offer …", "Another one")
    assert len(lines(stage)) == 6
    assert ("offer", "Line 3") not in lines(stage)


async def test_a_form_that_was_open_does_not_make_a_sixth(stage: Stage) -> None:
    anna = member(stage, ANNA)
    await anna.presses(AddOffer(Kind.OFFER).pack(), None)
    await anna.taps("Skip")
    for n in range(5):
        offer(stage, ANNA, f"Line {n}")
    await anna.says("Another one")
    anna.reads("You have {n} of these lines already. Please remove one first.", n=5)
    assert len(lines(stage)) == 5


async def test_removing_twice_and_removing_another_ones_line(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    mine, theirs = offer(stage, ANNA, "Mine"), offer(stage, BERND, "Theirs")
    await anna.presses(RemoveOffer(mine).pack(), None)
    for number in (mine, theirs, 0, 10**20):
        await anna.presses(RemoveOffer(number).pack(), None)
        anna.reads("This line is not there any more.")
    assert lines(stage) == [("offer", "Theirs")]
    assert bernd.messages() == []


async def test_a_line_begun_as_an_offer_does_not_become_a_search(stage: Stage) -> None:
    anna = member(stage, ANNA)
    await anna.presses(AddOffer(Kind.OFFER).pack(), None)
    await anna.taps("Skip")
    anna.reads("What do you offer to other alumni?")
    await anna.presses(AddOffer(Kind.SEEK).pack(), None)
    await anna.taps("Skip")
    anna.reads("What do you seek?")
    await anna.says("x" * 201)
    anna.reads("This is too long: please use at most {n} characters.", n=200)
    await anna.says("A flat")
    assert lines(stage) == [("seek", "A flat")]
    await anna.presses("qm:offer:r:", None)
    assert times_told(anna, CLOSED) == 1
    await anna.says("Another flat")
    anna.reads("This is an automatic assistant, which cannot answer free text.")
    assert lines(stage) == [("seek", "A flat")]


async def test_names_on_the_board_count_against_the_daily_limit(stage: Stage) -> None:
    anna = member(stage, ANNA)
    await stage.restart(names_per_day=10)
    for letter in "abcdefghijkl":
        member(stage, f"Person {letter}")
        offer(stage, f"Person {letter}", f"Line {letter}")
    offer(stage, "Person l", "Another line")
    await anna.says("/offers")
    await anna.says("/offers")
    day, row = stage.clock.now().date(), find(stage, ANNA).id
    assert stage.looks_up(lambda session: looks.names_shown(session, row, day)) == 5
    await anna.taps("›")
    assert [label for label in anna.screen.labels() if label.startswith("Person")] == [
        f"Person {letter}" for letter in "gfedc"
    ]
    anna.reads("So that nobody can copy the directory, {n} names are shown in a day.", n=10)
    assert "›" not in anna.screen.labels()
    await stage.passes(days=1)
    await anna.presses(ListOffers(Kind.OFFER, None, 1).pack(), None)
    assert "Person b" in anna.screen.labels()


async def test_my_lines_are_among_my_data(stage: Stage) -> None:
    member(stage, ANNA)
    offer(stage, ANNA, "A guest bed", about=MOBILITY)
    data = stage.looks_up(lambda session: everything_about(session, find(stage, ANNA)))
    assert [(row["kind"], row["words"]) for row in data["offered_and_sought"]] == [("offer", "A guest bed")]
    assert json.dumps(data["offered_and_sought"])
