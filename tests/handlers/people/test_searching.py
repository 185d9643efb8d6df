"""People find each other: by name in any script, and by what others have opened to them."""

import pytest
from sqlalchemy import delete, select, update

from bot.conversation.i18n import speaking
from db import members
from db.engine import in_session
from db.models.members import Affiliation, Member, MemberTopic
from db.models.people import LookedUp, MemberName, Offer
from db.models.privacy import Audit
from handlers.people.buttons import OpenPerson
from handlers.people.criteria import labels
from handlers.people.search_buttons import By, Narrow, ShowSearch, Widen
from tests.actors import Actor
from tests.clubs import club, enters
from tests.handlers.people.reading import city_and_country, studies
from tests.handlers.test_joining import picks
from tests.mentoring import opens_to_all, topic_id
from tests.people import find, member
from tests.stage import Stage
from tests.wording import city, said, topic

WHOM = "Whom are you looking for? Write a name or its beginning, in any script, or choose below."
NOBODY = "Nobody was found."
LIMIT = "So that nobody can copy the directory, {n} names are shown in a day."


def names_on(actor: Actor) -> list[str]:
    """The people the newest message offers to open."""
    prefix = f"{OpenPerson.prefix}:"
    return [label for row in actor.screen.buttons for label, data in row if data.startswith(prefix)]


def label(actor: Actor, by: By) -> str:
    """What is searched by, as they read it."""
    with speaking(actor.language):
        return str(labels()[by])


def condition(actor: Actor, by: By, answer: str) -> str:
    """A line that says what is searched by."""
    return said(actor, "<b>{label}:</b> {answer}", label=label(actor, by), answer=answer)


async def drops(actor: Actor, by: By, answer: str) -> None:
    """Search no longer by this."""
    await actor.taps(f"✕ {label(actor, by)} · {answer}")


async def looks_for(actor: Actor, *words: str) -> list[str]:
    await actor.says("/find")
    for each in words:
        await actor.says(each)
    return names_on(actor)


def works_on(stage: Stage, name: str, slug: str) -> None:
    row = MemberTopic(member_id=find(stage, name).id, topic_id=topic_id(stage, slug))
    stage.looks_up(lambda session: session.add(row))


def offers(stage: Stage, name: str, words: str, *, kind: str = "offer", slug: str | None = None) -> None:
    topic = topic_id(stage, slug) if slug else None
    row = Offer(member_id=find(stage, name).id, kind=kind, topic_id=topic, words=words, at=stage.clock.now())
    stage.looks_up(lambda session: session.add(row))


# -- by name


@pytest.mark.parametrize("typed", ["Müller", "mueller", "MULLER", "Jörg", "joerg mueller", "Müller, Jörg"])
async def test_a_german_name_is_found_however_its_umlauts_are_written(stage: Stage, typed: str) -> None:
    anna = member(stage)
    member(stage, "Jörg Müller")
    member(stage, "Carla Schmidt")
    assert await looks_for(anna, typed) == ["Jörg Müller"]


@pytest.mark.parametrize("typed", ["陈诗博", "陈", "诗博", "陳詩博", "chen", "Shibo Chen", "chen shi bo", "CHENSHIBO"])
async def test_a_chinese_name_is_found_by_characters_and_as_it_is_read(stage: Stage, typed: str) -> None:
    anna = member(stage)
    member(stage, "陈诗博")
    member(stage, "王伟")
    assert await looks_for(anna, typed) == ["陈诗博"]


async def test_whole_names_come_before_beginnings(stage: Stage) -> None:
    anna = member(stage)
    for name in ("Lin Wanger", "Li Wangen", "Li Wang"):
        member(stage, name)
    assert await looks_for(anna, "wang li") == ["Li Wang", "Li Wangen", "Lin Wanger"]


@pytest.mark.everywhere
async def test_the_search_begins_at_the_menu_of_commands_and_ends_at_a_card(stage: Stage) -> None:
    anna = member(stage)
    member(stage, "Bernd Koch")
    await anna.says("/find")
    anna.reads(WHOM)
    await anna.says("koch")
    anna.reads(condition(anna, By.NAME, "koch"))
    await anna.taps("Bernd Koch")
    anna.reads(f"Bernd Koch\n{said(anna, 'Nothing more is open to you.')}")
    await anna.taps("Back to search")
    anna.reads(condition(anna, By.NAME, "koch"))
    assert names_on(anna) == ["Bernd Koch"]


async def test_nobody_finds_oneself_or_who_is_not_in_the_network(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    member(stage, "Bernd Weber", in_network=False)
    member(stage, "Carla Weber", verified=False)
    member(stage, "Dora Weber")
    leaving = find(stage, "Dora Weber").id
    leaves = update(Member).where(Member.id == leaving).values(erase_at=stage.clock.now())
    stage.looks_up(lambda session: session.execute(leaves))
    assert await looks_for(anna, "Weber") == []
    anna.reads(NOBODY)
    assert anna.sees_button("Contact")


async def test_without_consent_there_is_no_search(stage: Stage) -> None:
    anna = member(stage, in_network=False)
    member(stage, "Bernd Koch")
    await anna.says("/find")
    anna.reads("This needs your consent to contact among alumni.")
    await anna.presses(ShowSearch().pack(), None)
    anna.reads("This needs your consent to contact among alumni.")
    anna.reads_not("Bernd Koch")


async def test_what_is_no_name_is_answered_with_what_is_expected(stage: Stage) -> None:
    anna = member(stage)
    await anna.says("/find")
    await anna.says("!?")
    anna.reads("Please write a name, or its beginning, in any script.")
    await anna.says("x" * 61)
    anna.reads("This is too long: please use at most {n} characters.", n=60)
    await anna.taps("Cancel")
    anna.reads(WHOM)


async def test_a_changed_name_is_found_at_once_and_the_old_one_no_more(stage: Stage) -> None:
    anna, bernd = member(stage), member(stage, "Bernd Koch")
    await bernd.says("/profile")
    await bernd.taps("Name")
    await bernd.says("Bernd Lüders")
    assert await looks_for(anna, "Koch") == []
    assert await looks_for(anna, "lueders") == ["Bernd Lüders"]


async def test_members_from_before_the_index_are_found_after_a_tick(stage: Stage) -> None:
    anna = member(stage)
    member(stage, "Bernd Koch")
    stage.looks_up(lambda session: session.execute(delete(MemberName)))
    assert await looks_for(anna, "Koch") == []
    await stage.passes(minutes=1)
    assert await looks_for(anna, "Koch") == ["Bernd Koch"]


# -- by what was opened


async def test_a_city_finds_only_those_who_opened_it_to_the_reader(stage: Stage) -> None:
    anna = member(stage)
    for name in ("Bernd Koch", "Carla Schmidt", "Dora Vogel"):
        member(stage, name, city="Leipzig")
    opens_to_all(stage, "Bernd Koch", "city")
    leipzig = club(stage, "Leipzig")
    for name in ("Anna Weber", "Carla Schmidt"):
        enters(stage, name, leipzig)
    opens(stage, "Carla Schmidt", city="clubs")
    await anna.says("/find")
    await anna.taps("City")
    await anna.says("Leipzig")
    anna.reads(condition(anna, By.CITY, city_and_country(stage, anna, "Leipzig")))
    there = city(stage, anna, "Leipzig")
    assert names_on(anna) == [f"Bernd Koch · {there}", f"Carla Schmidt · {there}"]


def opens(stage: Stage, name: str, **audiences: str) -> None:
    who = find(stage, name).id
    stage.looks_up(lambda session: members.set_visibility(session, who, audiences))


async def test_somebody_in_no_club_of_mine_keeps_what_is_for_clubs(stage: Stage) -> None:
    anna = member(stage)
    member(stage, "Carla Schmidt", city="Leipzig")
    opens(stage, "Carla Schmidt", city="clubs", studies="clubs", topics="clubs")
    enters(stage, "Carla Schmidt", club(stage, "Leipzig"))
    works_on(stage, "Carla Schmidt", "energy")
    for button, answer in (("City", "Leipzig"), ("Cohort", "2012")):
        await anna.says("/find")
        await anna.taps(button)
        await anna.says(answer)
        anna.reads(NOBODY)
    await anna.says("/find")
    await anna.taps("Topic")
    await anna.taps(topic(stage, anna, "energy"))
    anna.reads(NOBODY)


async def test_studies_find_by_institution_and_years_of_the_same_time_there(stage: Stage) -> None:
    anna = member(stage)
    for name in ("Bernd Koch", "Carla Schmidt"):
        member(stage, name)
        opens_to_all(stage, name, "studies")
    carla = find(stage, "Carla Schmidt").id
    later = update(Affiliation).where(Affiliation.member_id == carla).values(from_year=2013, to_year=2018)
    stage.looks_up(lambda session: session.execute(later))
    await anna.says("/find")
    await anna.taps("Institution")
    institution, programme = studies(stage, anna)
    await anna.taps(institution)
    assert names_on(anna) == [f"Bernd Koch · {programme}", f"Carla Schmidt · {programme}"]
    await anna.taps("Cohort")
    await anna.says("2015–2020")
    anna.reads(condition(anna, By.COHORT, "2015–2020"))
    assert names_on(anna) == [f"Carla Schmidt · {programme}"]
    await drops(anna, By.COHORT, "2015–2020")
    assert len(names_on(anna)) == 2
    await drops(anna, By.INSTITUTION, institution)
    anna.reads(WHOM)


async def test_conditions_are_combined_with_a_name(stage: Stage) -> None:
    anna = member(stage)
    leipzig, shanghai = (city(stage, anna, each) for each in ("Leipzig", "Shanghai"))
    for name, home in (("Bernd Koch", "Leipzig"), ("Carla Koch", "Shanghai"), ("Dora Vogel", "Leipzig")):
        member(stage, name, city=home)
        opens_to_all(stage, name, "city", "topics")
        works_on(stage, name, "energy")
    assert await looks_for(anna, "koch") == [f"Bernd Koch · {leipzig}", f"Carla Koch · {shanghai}"]
    await anna.taps("City")
    await anna.says("Leipzig")
    assert names_on(anna) == [f"Bernd Koch · {leipzig}"]
    await anna.taps("Topic")
    await anna.taps(topic(stage, anna, "energy"))
    held = {
        By.NAME: "koch",
        By.CITY: city_and_country(stage, anna, "Leipzig"),
        By.TOPIC: topic(stage, anna, "energy"),
    }
    assert "\n".join(condition(anna, *each) for each in held.items()) in anna.screen.text
    assert names_on(anna) == [f"Bernd Koch · {leipzig}"]
    await drops(anna, By.NAME, "koch")
    assert names_on(anna) == [f"Bernd Koch · {leipzig}", f"Dora Vogel · {leipzig}"]
    await anna.says("vogel")
    assert names_on(anna) == [f"Dora Vogel · {leipzig}"]
    await anna.taps("New search")
    anna.reads(WHOM)


async def test_what_others_offer_and_seek_is_found_by_topic_or_whatever_it_is(stage: Stage) -> None:
    anna = member(stage)
    member(stage, "Bernd Koch")
    member(stage, "Carla Schmidt")
    offers(stage, "Bernd Koch", "A room in Nanjing")
    offers(stage, "Carla Schmidt", "Advice about wind parks", slug="energy")
    offers(stage, "Carla Schmidt", "A partner in Shanxi", kind="seek")
    await anna.says("/find")
    await anna.taps("Who offers")
    await anna.taps("Anything")
    anna.reads(condition(anna, By.OFFERS, said(anna, "Anything")))
    assert sorted(names_on(anna)) == ["Bernd Koch", "Carla Schmidt"]
    await anna.says("/find")
    await anna.taps("Who offers")
    await anna.taps(topic(stage, anna, "energy"))
    assert names_on(anna) == ["Carla Schmidt"]
    await anna.taps("Who seeks")
    await anna.taps("Anything")
    assert names_on(anna) == ["Carla Schmidt"]


async def test_leaving_a_question_leads_back_to_the_search(stage: Stage) -> None:
    anna = member(stage)
    member(stage, "Bernd Koch")
    await looks_for(anna, "koch")
    await anna.taps("City")
    anna.reads("In which city? Write its name, or share your location.")
    await anna.taps("Cancel")
    assert names_on(anna) == ["Bernd Koch"]
    await anna.taps("City")
    await anna.says("Xyzzyx")
    anna.reads("We know no such city.")
    await anna.taps("Back")
    assert names_on(anna) == ["Bernd Koch"]


async def test_a_city_of_several_is_chosen(stage: Stage) -> None:
    anna = member(stage)
    member(stage, "Carla Schmidt", city="上海")
    opens_to_all(stage, "Carla Schmidt", "city")
    await anna.says("/find")
    await anna.taps("City")
    await anna.says("上海")
    anna.reads("Which one do you mean?")
    await picks(anna, 0)
    assert names_on(anna) == [f"Carla Schmidt · {city(stage, anna, '上海')}"]


# -- pages, limits, old buttons


def crowd(stage: Stage, size: int) -> None:
    for n in range(size):
        member(stage, f"Bernd Koch{chr(97 + n)}")


async def test_six_a_page(stage: Stage) -> None:
    anna = member(stage)
    crowd(stage, 8)
    first = await looks_for(anna, "koch")
    assert first == [f"Bernd Koch{letter}" for letter in "abcdef"]
    await anna.taps("›")
    assert names_on(anna) == ["Bernd Kochg", "Bernd Kochh"]
    await anna.taps("Bernd Kochg")
    await anna.taps("Back to search")
    assert names_on(anna) == ["Bernd Kochg", "Bernd Kochh"]
    await anna.taps("‹")
    assert names_on(anna) == first


async def test_a_page_that_is_no_more_is_the_first(stage: Stage) -> None:
    anna = member(stage)
    member(stage, "Bernd Koch")
    await looks_for(anna, "koch")
    for page in (7, -3, 2**31 - 1):
        await anna.presses(ShowSearch(page).pack(), None)
        assert names_on(anna) == ["Bernd Koch"]


def names_counted(stage: Stage, name: str) -> int:
    who, day = find(stage, name).id, stage.clock.now().date()
    row = in_session(stage.app.engine, lambda session: session.get(LookedUp, (who, day)))
    return row.names if row is not None else 0


async def test_after_so_many_names_a_day_there_are_no_more_until_tomorrow(stage: Stage) -> None:
    await stage.restart(names_per_day=10)
    anna = member(stage)
    crowd(stage, 15)
    assert len(await looks_for(anna, "koch")) == 6
    await anna.taps("›")
    assert len(names_on(anna)) == 4
    anna.reads(LIMIT, n=10)
    assert names_counted(stage, "Anna Weber") == 10
    await anna.presses(OpenPerson(find(stage, "Bernd Kocha").id).pack(), None)
    anna.reads(f"Bernd Kocha\n{said(anna, 'Nothing more is open to you.')}")
    await anna.presses(OpenPerson(find(stage, "Bernd Kocho").id).pack(), None)
    anna.reads(LIMIT, n=10)
    anna.reads_not("Bernd Kocho")
    assert await looks_for(anna, "kochm") == []
    anna.reads(LIMIT, n=10)
    assert len(await looks_for(anna, "koch")) == 6
    await stage.passes(days=1)
    assert len(await looks_for(anna, "koch")) == 6
    assert names_counted(stage, "Anna Weber") == 6


async def test_names_shown_before_on_the_same_day_do_not_count_again(stage: Stage) -> None:
    anna = member(stage)
    crowd(stage, 8)
    await looks_for(anna, "koch")
    await anna.taps("›")
    await anna.taps("‹")
    await anna.taps("Bernd Kocha")
    await anna.taps("Back to search")
    await looks_for(anna, "bernd")
    assert names_counted(stage, "Anna Weber") == 8


async def test_coordinators_are_not_limited_but_noted_down(stage: Stage) -> None:
    await stage.restart(names_per_day=10)
    office = member(stage, "Karl Vogel", coordinator=True)
    crowd(stage, 12)
    assert len(await looks_for(office, "koch")) == 6
    await office.taps("›")
    assert len(names_on(office)) == 6
    await office.taps("Bernd Kochl")
    assert names_counted(stage, "Karl Vogel") == 12
    assert noted(stage, "Karl Vogel") == [("names_shown", None), ("names_shown", None),
                                          ("card_opened", find(stage, "Bernd Kochl").number)]  # fmt: skip


def noted(stage: Stage, name: str) -> list[tuple[str, str | None]]:
    query = select(Audit.action, Audit.subject).where(Audit.actor == find(stage, name).number).order_by(Audit.id)
    return [(row.action, row.subject) for row in stage.looks_up(lambda session: session.execute(query).all())]


async def test_buttons_of_a_search_that_was_given_up_begin_a_new_one(stage: Stage) -> None:
    anna = member(stage)
    member(stage, "Bernd Koch")
    await looks_for(anna, "koch")
    await anna.says("/cancel")
    anna.reads(
        "Cancelled: {form}. What you had entered in this form has been discarded.", form=said(anna, "Find people")
    )
    await anna.presses(Widen(By.CITY).pack(), None)
    anna.reads(WHOM)
    await anna.says("/cancel")
    await anna.presses(Narrow(By.COHORT).pack(), None)
    await anna.says("2012")
    anna.reads(NOBODY)


async def test_words_written_after_a_card_are_no_search(stage: Stage) -> None:
    anna = member(stage)
    member(stage, "Bernd Koch")
    await looks_for(anna, "koch")
    await anna.taps("Bernd Koch")
    await anna.says("Bernd")
    anna.reads("This is an automatic assistant, which cannot answer free text.")
    assert not anna.sees_button("Continue: {form}")
