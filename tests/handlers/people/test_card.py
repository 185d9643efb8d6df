"""The card of a person, who sees what of it, and who is told that it was opened."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot.conversation.i18n import speaking
from bot.conversation.times import long_day
from db import members, mentors
from db.disclosure import everything_about
from db.models.members import Member
from db.models.people import Look, LookedUp, Offer
from handlers.people.buttons import AskContact, OpenPerson
from handlers.people.search_buttons import NameMyself
from tests.actors import Actor
from tests.clubs import club
from tests.handlers.people.reading import studies, switched
from tests.mentoring import MOBILITY, mentor, opens_to_all, topic_id
from tests.people import find, member
from tests.stage import Stage
from tests.wording import city, said, topic

GONE = "This person cannot be found here any more."
OPENED = "Your entry was opened by other alumni on:"
SOMEBODY = "{day}: an alumna or alumnus"
SWITCH = "Give my name when I look: {state}"


async def opens_card(stage: Stage, actor: Actor, name: str) -> None:
    await actor.presses(OpenPerson(find(stage, name).id).pack(), None)


def looks_at(stage: Stage, name: str) -> list[Look]:
    query = select(Look).where(Look.member_id == find(stage, name).id).order_by(Look.id)
    return stage.looks_up(lambda session: list(session.scalars(query)))


def looked(reader: Actor, sentence: str, day: int = 10, **values: object) -> str:
    """A line about who looked, as it stands under /mydata; `day` is one of March."""
    with speaking(reader.language):
        return "· " + said(reader, sentence, day=long_day(date(2026, 3, day)), **values)


async def test_a_card_shows_what_was_opened_and_the_ways_on(stage: Stage) -> None:
    anna = member(stage)
    mentor(stage, "陈诗博", opens=("studies", "city"), city="Shanghai")
    who = find(stage, "陈诗博")
    renamed = update(Member).where(Member.id == who.id).values(other_name="CHEN Shibo", employer="SAIC")
    stage.looks_up(lambda session: session.execute(renamed))
    about = {"member_id": who.id, "at": stage.clock.now()}
    rows = [Offer(kind="offer", words="A tour of our plant", topic_id=topic_id(stage, "energy"), **about),
            Offer(kind="seek", words="A partner in Saxony", topic_id=None, **about)]  # fmt: skip
    stage.looks_up(lambda session: session.add_all(rows))
    await opens_card(stage, anna, "陈诗博")
    institution, programme = studies(stage, anna)
    assert anna.screen.text == "\n".join([
        "陈诗博 (CHEN Shibo)",
        said(anna, "Lives in {city}", city=city(stage, anna, "Shanghai")),
        f"{institution} · {programme} (2007–2012)",
        said(anna, "Offers: {words}", words=f"A tour of our plant ({topic(stage, anna, 'energy')})"),
        said(anna, "Seeks: {words}", words="A partner in Saxony"),
        said(anna, "Offers mentoring on: {topics}", topics=topic(stage, anna, MOBILITY)),
    ])  # fmt: skip
    anna.reads_not("SAIC")
    ways = ("Ask for contact", "Find a mentor", "Do not suggest as mentor", "Back to search", "Menu")
    assert anna.screen.labels() == [said(anna, each) for each in ways]
    assert AskContact(who.id).pack() in [data for row in anna.screen.buttons for _label, data in row]


async def test_two_who_are_kept_apart_may_be_suggested_again(stage: Stage) -> None:
    anna = member(stage)
    member(stage, "Bernd Koch")
    mine, other, now = find(stage, "Anna Weber").id, find(stage, "Bernd Koch").id, stage.clock.now()
    stage.looks_up(lambda session: mentors.set_apart(session, mine, other, True, now))
    await opens_card(stage, anna, "Bernd Koch")
    assert anna.sees_button("Suggest us again")
    assert not anna.sees_button("Find a mentor")


async def test_ones_own_card_is_no_card(stage: Stage) -> None:
    anna = member(stage)
    await opens_card(stage, anna, "Anna Weber")
    anna.reads("This is you.")
    assert looks_at(stage, "Anna Weber") == []


@pytest.mark.parametrize("who", ["pending", "no consent", "leaving", "erased", "never there", "no id at all"])
async def test_of_who_cannot_be_found_any_more_everybody_reads_the_same(stage: Stage, who: str) -> None:
    anna = member(stage)
    member(stage, "Bernd Koch", verified=who != "pending", in_network=who != "no consent")
    bernd = find(stage, "Bernd Koch").id
    if who == "leaving":
        leaves = update(Member).where(Member.id == bernd).values(erase_at=stage.clock.now() + timedelta(hours=40))
        stage.looks_up(lambda session: session.execute(leaves))
    if who == "erased":
        stage.looks_up(lambda session: session.execute(delete(Member).where(Member.id == bernd)))
    asked = {"never there": 4711, "no id at all": 2**40}.get(who, bernd)
    await anna.presses(OpenPerson(asked).pack(), None)
    anna.reads(GONE)
    assert anna.sees_button("Find people")
    anna.reads_not("Bernd")
    assert stage.looks_up(lambda session: session.scalars(select(LookedUp)).all()) == []


async def test_without_consent_no_card_opens(stage: Stage) -> None:
    anna = member(stage, in_network=False)
    member(stage, "Bernd Koch")
    await opens_card(stage, anna, "Bernd Koch")
    anna.reads("This needs your consent to contact among alumni.")
    anna.reads_not("Bernd Koch")
    assert looks_at(stage, "Bernd Koch") == []


# -- who looked


@pytest.mark.everywhere
async def test_a_look_is_recorded_once_a_day_and_told_without_a_name(stage: Stage) -> None:
    anna, bernd = member(stage), member(stage, "Bernd Koch")
    await opens_card(stage, anna, "Bernd Koch")
    await opens_card(stage, anna, "Bernd Koch")
    assert len(looks_at(stage, "Bernd Koch")) == 1
    await stage.passes(days=1)
    await opens_card(stage, anna, "Bernd Koch")
    assert [look.day.day for look in looks_at(stage, "Bernd Koch")] == [10, 11]
    await bernd.says("/mydata")
    lines = [said(bernd, OPENED), looked(bernd, SOMEBODY, 11), looked(bernd, SOMEBODY, 10)]
    assert "\n".join(lines) in bernd.reads(OPENED).text
    bernd.reads_not("Anna Weber")


async def test_a_name_is_told_while_its_bearer_agrees(stage: Stage) -> None:
    anna, bernd = member(stage), member(stage, "Bernd Koch")
    await anna.presses(NameMyself(True).pack(), None)
    anna.reads("From now on people whose entry you open may see your name")
    assert anna.sees_button(SWITCH, state=switched(anna, True))
    await opens_card(stage, anna, "Bernd Koch")
    await bernd.says("/mydata")
    assert looked(bernd, "{day}: {name}", name="Anna Weber") in bernd.reads(OPENED).text
    await anna.presses(NameMyself(False).pack(), None)
    await anna.presses(NameMyself(False).pack(), None)
    assert anna.sees_button(SWITCH, state=switched(anna, False))
    await bernd.says("/mydata")
    assert looked(bernd, SOMEBODY) in bernd.reads(OPENED).text


async def test_a_name_given_afterwards_is_not_told_of_earlier_looks(stage: Stage) -> None:
    anna, bernd = member(stage), member(stage, "Bernd Koch")
    await opens_card(stage, anna, "Bernd Koch")
    await anna.presses(NameMyself(True).pack(), None)
    await bernd.says("/mydata")
    assert looked(bernd, SOMEBODY) in bernd.reads(OPENED).text


@pytest.mark.parametrize("how", ["withdrawn", "erased"])
async def test_who_left_the_network_is_not_named_any_more(stage: Stage, how: str) -> None:
    anna, bernd = member(stage), member(stage, "Bernd Koch")
    await anna.presses(NameMyself(True).pack(), None)
    await opens_card(stage, anna, "Bernd Koch")
    if how == "withdrawn":
        await anna.says("/privacy")
        await anna.taps("Withdraw contact among alumni")
    else:
        gone = find(stage, "Anna Weber").id
        stage.looks_up(lambda session: session.execute(delete(Member).where(Member.id == gone)))
    await bernd.says("/mydata")
    assert looked(bernd, SOMEBODY) in bernd.reads(OPENED).text
    bernd.reads_not("Anna Weber")


async def test_roles_are_told(stage: Stage) -> None:
    bernd = member(stage, "Bernd Koch")
    leads = member(stage, "Carla Schmidt", ambassador_of=club(stage, "Leipzig"))
    office = member(stage, "Karl Vogel", coordinator=True)
    for actor in (leads, office):
        await opens_card(stage, actor, "Bernd Koch")
    await bernd.says("/mydata")
    office_line, leads_line = "{day}: the alumni office", "{day}: an ambassador of a club"
    lines = [said(bernd, OPENED), looked(bernd, office_line), looked(bernd, leads_line)]
    assert "\n".join(lines) in bernd.reads(OPENED).text


async def test_the_file_of_my_data_has_days_and_roles_and_never_a_name(stage: Stage) -> None:
    anna, bernd = member(stage), member(stage, "Bernd Koch")
    opens_to_all(stage, "Bernd Koch", "city")
    await anna.presses(NameMyself(True).pack(), None)
    await anna.says("/find")
    await anna.says("koch")
    await anna.taps(f"Bernd Koch · {city(stage, anna, 'Chemnitz')}")
    found = {name: everything(stage, name) for name in ("Bernd Koch", "Anna Weber")}
    assert found["Bernd Koch"]["who_looked"] == [{"day": "2026-03-10", "by": "alumna or alumnus"}]
    assert "Anna" not in json.dumps(found["Bernd Koch"])
    assert "Bernd" not in json.dumps(found["Anna Weber"])
    assert found["Anna Weber"]["unfinished_forms"][0]["answers"] == {"held": {"name": "koch"}}
    await bernd.says("/mydata")


def everything(stage: Stage, name: str) -> dict[str, Any]:
    who = find(stage, name).id
    return stage.looks_up(lambda session: everything_about(session, members.load(session, who)))


async def test_looks_are_forgotten_after_a_year_and_counts_after_a_week(stage: Stage) -> None:
    anna = member(stage)
    member(stage, "Bernd Koch")
    await opens_card(stage, anna, "Bernd Koch")
    for days, kept in ((7, (1, 1)), (1, (1, 0)), (357, (1, 0)), (1, (0, 0))):
        await stage.passes(days=days)
        counts = stage.looks_up(lambda session: session.scalars(select(LookedUp)).all())
        assert (len(looks_at(stage, "Bernd Koch")), len(counts)) == kept
