"""Up to five mentors with the reasons, put in order by tapping; or what is missing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from db import consents, members, mentors
from db.looks import count_names
from db.models.members import Member, Status
from db.models.mentoring import KeptApart, Mentor, MentorRequest
from db.models.people import Look
from db.models.privacy import Purpose
from handlers.mentoring.buttons import KeepApart
from handlers.mentoring.suggesting import OpenSuggested, ShowSuggestions
from tests.actors import Actor
from tests.mentoring import mentor, mentorship, request, search, studied
from tests.people import find, member
from tests.stage import Stage, translations
from tests.wording import assert_lines, city, province, said, several, spoken, topic

ANNA, BERND = "Anna Weber", "Bernd Koch"
OVER = "This search is over, or is not yours. You can begin a new one at any time."
NOBODY_ELSE = "At present there is nobody else whom we could suggest to you."
FULL = "All mentors for your topics have as many mentees as they have time for."
NOT_OFFERED = "At present nobody offers these topics: {topics}."
AHEAD = ("{n} year ahead of you.", "{n} years ahead of you.")
AFTER = ("{n} year after you.", "{n} years after you.")
SAME_COHORT = "Of the same cohort as you."


async def looks(stage: Stage, **columns: Any) -> tuple[Actor, int]:
    """Anna looks for a mentor, and at the suggestions."""
    anna = member(stage, ANNA)
    ident = search(stage, ANNA, **columns)
    await anna.presses(ShowSuggestions(ident).pack(), None)
    return anna, ident


def names(actor: Actor) -> list[str]:
    """Who is suggested, in their order."""
    cards = translations(actor.language, "Card")
    return [row[0][0] for row in actor.screen.buttons if len(row) == 2 and row[1][0] in cards]


def requests(stage: Stage) -> dict[str, str]:
    """Mentor -> state of the request."""
    query = select(Member.full_name, MentorRequest.state).join(Member, Member.id == MentorRequest.mentor_id)
    return stage.looks_up(lambda session: {str(name): state for name, state in session.execute(query)})


def why(actor: Actor, name: str = BERND) -> str:
    """The reasons under a name."""
    lines = actor.screen.text.split("\n")
    return lines[lines.index(name) + 1]


def in_common(stage: Stage, actor: Actor) -> str:
    return said(actor, "Your common topic: {topics}.", "Your common topics: {topics}.", n=1, topics=topic(stage, actor))


def shared(actor: Actor) -> str:
    return said(actor, "You share {languages}.", languages=spoken(actor, "de", "en", "zh_Hans"))


def together(actor: Actor, *sentences: str) -> str:
    """One after the other."""
    return ("" if actor.language == "zh_Hans" else " ").join(sentences)


async def test_each_suggestion_says_why(stage: Stage) -> None:
    mentor(stage, BERND, city="Stuttgart")
    studied(stage, BERND, "nrw-shanxi", 1998)
    anna, _search = await looks(stage)
    places = {"province": province(stage, anna, "nrw-shanxi"), "city": city(stage, anna, "Stuttgart")}
    moved = said(anna, "Moved from {province} to {city}.", **places)
    ahead = said(anna, *AHEAD, n=14)
    assert why(anna) == together(anna, in_common(stage, anna), moved, shared(anna), ahead)


async def test_nothing_released_means_no_places_and_no_years(stage: Stage) -> None:
    mentor(stage, BERND, city="Stuttgart", opens=())
    studied(stage, BERND, "nrw-shanxi", 1998)
    anna, ident = await looks(stage)
    assert why(anna) == together(anna, in_common(stage, anna), shared(anna))
    await anna.presses(OpenSuggested(ident, find(stage, BERND).id).pack(), None)
    places = (city(stage, anna, "Stuttgart"), province(stage, anna, "nrw-shanxi"))
    for hidden in (*places, "1998", *AHEAD):
        anna.reads_not(hidden)


async def test_a_place_is_told_where_only_that_was_opened(stage: Stage) -> None:
    mentor(stage, BERND, city="Stuttgart", opens=("city",))
    studied(stage, BERND, "nrw-shanxi", 1998)
    anna, _search = await looks(stage)
    lives = said(anna, "Lives in {city}.", city=city(stage, anna, "Stuttgart"))
    assert why(anna) == together(anna, in_common(stage, anna), lives, shared(anna))


async def test_years_are_told_where_only_studies_were_opened(stage: Stage) -> None:
    mentor(stage, BERND, city="Stuttgart", opens=("studies",))
    studied(stage, BERND, "nrw-shanxi", 1998)
    anna, _search = await looks(stage)
    ahead = said(anna, *AHEAD, n=14)
    assert why(anna) == together(anna, in_common(stage, anna), shared(anna), ahead)


@pytest.mark.parametrize(("year", "years"), [(2012, 0), (2013, 1), (2020, 8)])
async def test_a_mentor_may_be_of_the_same_cohort_or_younger(stage: Stage, year: int, years: int) -> None:
    mentor(stage, BERND)
    studied(stage, BERND, "nrw-young", year)
    anna, _search = await looks(stage)
    lives = said(anna, "Lives in {city}.", city=city(stage, anna, "Chemnitz"))
    after = said(anna, *AFTER, n=years) if years else said(anna, SAME_COHORT)
    assert why(anna) == together(anna, in_common(stage, anna), lives, shared(anna), after)


async def test_an_unknown_year_is_no_reason(stage: Stage) -> None:
    mentor(stage, BERND)
    studied(stage, BERND, "nrw-young", None)
    anna, _search = await looks(stage)
    lives = said(anna, "Lives in {city}.", city=city(stage, anna, "Chemnitz"))
    assert why(anna) == together(anna, in_common(stage, anna), lives, shared(anna))
    anna.reads_not(SAME_COHORT)


async def test_five_are_suggested_and_who_is_further_away_comes_first(stage: Stage) -> None:
    for number, place in enumerate(["Chemnitz", "Stuttgart", "Shanghai", "Leipzig", "Berlin", "Nanjing"]):
        mentor(stage, f"Mentor {chr(65 + number)}", city=place)
    anna, _search = await looks(stage)
    assert names(anna) == ["Mentor C", "Mentor F", "Mentor B", "Mentor E", "Mentor A"]


async def test_tapping_puts_up_to_three_in_order(stage: Stage) -> None:
    for name in ("Bernd Koch", "Carl Maier", "Dora Klein", "Emil Vogt"):
        mentor(stage, name)
    anna, _search = await looks(stage)
    assert not anna.sees_button("Ask")
    await anna.taps("Dora Klein")
    await anna.taps("Bernd Koch")
    await anna.taps("Emil Vogt")
    assert names(anna) == ["2. Bernd Koch", "Carl Maier", "1. Dora Klein", "3. Emil Vogt"]
    await anna.taps("Carl Maier")
    assert names(anna) == ["2. Bernd Koch", "Carl Maier", "1. Dora Klein", "3. Emil Vogt"]
    await anna.taps("1. Dora Klein")
    assert names(anna) == ["1. Bernd Koch", "Carl Maier", "Dora Klein", "2. Emil Vogt"]
    await anna.taps("Ask")
    assert requests(stage) == {"Bernd Koch": "asked", "Emil Vogt": "queued"}


async def test_while_one_is_asked_the_others_are_chosen_for_later(stage: Stage) -> None:
    mentor(stage, BERND)
    mentor(stage, "Carl Maier")
    anna = member(stage, ANNA)
    ident = search(stage, ANNA)
    request(stage, ident, ANNA, BERND)
    await anna.presses(ShowSuggestions(ident).pack(), None)
    anna.reads("Somebody is being asked already. Whom you choose here is asked next")
    assert names(anna) == ["Carl Maier"]


async def test_the_whole_card_shows_what_is_offered_and_the_look_is_written_down(stage: Stage) -> None:
    mentor(stage, BERND, helps="Young engineers", availability="Evenings", free=("Tea",))
    anna, _search = await looks(stage)
    await anna.taps("Card")
    assert_lines(
        anna,
        said(anna, "<b>Topics:</b> {topics}", topics=several(anna, topic(stage, anna), "Tea")),
        said(anna, "<b>Languages:</b> {languages}", languages=spoken(anna, "de", "en", "zh_Hans")),
    )
    assert_lines(
        anna,
        said(anna, "<b>Glad to help:</b> {words}", words="Young engineers"),
        said(anna, "<b>Available:</b> {words}", words="Evenings"),
        said(anna, "Lives in {city}", city=city(stage, anna, "Chemnitz")),
    )
    looked = stage.looks_up(lambda session: session.execute(select(Look.member_id, Look.viewer_id)).all())
    assert looked == [(find(stage, BERND).id, find(stage, ANNA).id)]
    await anna.taps("Choose")
    assert names(anna) == ["1. Bernd Koch"]
    await anna.taps("Card")
    await anna.taps("Take out")
    assert names(anna) == ["Bernd Koch"]


@pytest.mark.parametrize(
    "spelled",
    ["smart grid", "Smart-Grid", "SMARTGRID", "ｓｍａｒｔ ｇｒｉｄ"],
    ids=["words", "hyphen", "capitals", "wide"],
)
async def test_topics_in_own_words_meet_however_they_are_spelled(stage: Stage, spelled: str) -> None:
    mentor(stage, BERND, topics=(), free=("Smart Grid",))
    anna, _search = await looks(stage, topics=[], free_topics=[spelled])
    anna.reads("Your common topic: {topics}.", topics="Smart Grid")


# --- in the meantime ---------------------------------------------------------------------------------------------


def changes(stage: Stage, what: str) -> None:
    """Something happens to Bernd while Anna looks."""
    who, now = find(stage, BERND).id, stage.clock.now()
    his = update(Mentor).where(Mentor.member_id == who)
    if what == "full":
        member(stage, "Dora Klein")
        mentorship(stage, "Dora Klein", BERND)
        stage.looks_up(lambda session: session.execute(his.values(capacity=1)))
    elif what == "paused":
        later = (now + timedelta(days=9)).date()
        stage.looks_up(lambda session: session.execute(his.values(paused_until=later)))
    elif what == "withdrawn":
        stage.looks_up(lambda session: mentors.withdraw(session, who))
    elif what == "without consent":
        stage.looks_up(
            lambda session: consents.add(
                session, who, Purpose.ALUMNI, given=False, version="test", text="…", language="en", at=now
            )
        )
    else:
        values: dict[str, dict[str, Any]] = {
            "leaving": {"erase_at": now + timedelta(hours=5)},
            "objected": {"objected_at": now},
            "silent": {"switched_off": ["mentoring"]},
            "not verified": {"status": Status.PENDING.value},
        }
        gone = update(Member).where(Member.id == who)
        if what == "erased":
            stage.looks_up(lambda session: session.execute(delete(Member).where(Member.id == who)))
        else:
            stage.looks_up(lambda session: session.execute(gone.values(**values[what])))


HAPPENS = [
    "full", "paused", "withdrawn", "without consent", "leaving", "objected", "silent", "not verified", "erased"
]  # fmt: skip


@pytest.mark.parametrize("what", HAPPENS)
async def test_a_mentor_who_cannot_be_asked_any_more(stage: Stage, what: str) -> None:
    mentor(stage, BERND)
    mentor(stage, "Carl Maier")
    anna, _search = await looks(stage)
    await anna.taps(BERND)
    assert names(anna) == ["1. Bernd Koch", "Carl Maier"]
    changes(stage, what)
    await anna.taps("Carl Maier")
    anna.reads("Somebody you had chosen cannot be asked at present. Please choose anew.")
    assert names(anna) == ["1. Carl Maier"]


@pytest.mark.parametrize("what", HAPPENS)
async def test_the_card_of_a_mentor_who_cannot_be_asked_any_more(stage: Stage, what: str) -> None:
    mentor(stage, BERND)
    mentor(stage, "Carl Maier")
    anna, ident = await looks(stage)
    button = OpenSuggested(ident, find(stage, BERND).id).pack()
    changes(stage, what)
    await anna.presses(button, anna.screen.ident)
    anna.reads("This person cannot be asked at present.")
    assert names(anna) == ["Carl Maier"]
    assert stage.looks_up(lambda session: session.scalars(select(Look)).all()) == []


async def test_an_old_button_cannot_choose_oneself(stage: Stage) -> None:
    """Anna is a mentor herself."""
    anna = mentor(stage, ANNA)
    mentor(stage, BERND)
    ident, own = search(stage, ANNA), find(stage, ANNA).id
    await anna.presses(ShowSuggestions(ident, own).pack(), None)
    anna.reads("Somebody you had chosen cannot be asked at present.")
    assert names(anna) == [BERND]
    await anna.presses(OpenSuggested(ident, own).pack(), None)
    anna.reads("This person cannot be asked at present.")


async def test_other_peoples_searches_and_those_that_are_over(stage: Stage) -> None:
    mentor(stage, BERND)
    anna = member(stage, ANNA)
    member(stage, "Dora Klein")
    for ident in (search(stage, "Dora Klein"), search(stage, ANNA, state="matched"), 999):
        for button in (ShowSuggestions(ident), OpenSuggested(ident, find(stage, BERND).id)):
            await anna.presses(button.pack(), None)
            anna.reads(OVER)
    anna.reads_not(BERND)


async def test_a_reader_without_consent_sees_nobody(stage: Stage) -> None:
    mentor(stage, BERND)
    anna = member(stage, ANNA, in_network=False)
    ident = search(stage, ANNA)
    for button in (ShowSuggestions(ident), OpenSuggested(ident, find(stage, BERND).id)):
        await anna.presses(button.pack(), None)
        anna.reads("This needs your consent to contact among alumni.")
    anna.reads_not(BERND)


async def test_who_was_shown_many_names_today_is_shown_no_more(stage: Stage) -> None:
    mentor(stage, BERND)
    anna = member(stage, ANNA)
    ident, who = search(stage, ANNA), find(stage, ANNA).id
    stage.looks_up(lambda session: count_names(session, who, stage.clock.now().date(), 100))
    await anna.presses(ShowSuggestions(ident).pack(), None)
    anna.reads("You have been shown many names today. Please look again tomorrow; your search stays as it is.")
    anna.reads_not(BERND)
    await stage.passes(days=1)
    await anna.presses(ShowSuggestions(ident).pack(), None)
    assert names(anna) == [BERND]


# --- kept apart --------------------------------------------------------------------------------------------------


async def test_who_is_kept_apart_is_not_suggested_and_it_can_be_undone(stage: Stage) -> None:
    mentor(stage, BERND)
    anna, ident = await looks(stage)
    await anna.taps("Card")
    await anna.taps("Do not suggest")
    anna.reads("We shall not suggest this person to you, and nobody is told.")
    kept = anna.screen
    await anna.presses(ShowSuggestions(ident).pack(), None)
    anna.reads(NOBODY_ELSE)
    await anna.presses(kept.buttons[0][0][1], kept.ident)
    anna.reads("Taken back: this person may be suggested to you again.")
    await anna.presses(ShowSuggestions(ident).pack(), None)
    assert names(anna) == [BERND]


async def test_a_wish_to_be_kept_apart_holds_in_both_directions_and_is_told_to_nobody(stage: Stage) -> None:
    bernd = mentor(stage, BERND)
    anna, ident = await looks(stage)
    own = find(stage, ANNA).id
    await bernd.presses(KeepApart(own, True).pack(), None)
    await bernd.presses(KeepApart(own, True).pack(), None)
    bernd.reads("We shall not suggest this person to you, and nobody is told.")
    assert stage.looks_up(lambda session: len(session.scalars(select(KeptApart)).all())) == 1
    await anna.presses(ShowSuggestions(ident).pack(), None)
    anna.reads(NOBODY_ELSE)


async def test_nobody_is_kept_apart_from_themselves_or_from_nobody(stage: Stage) -> None:
    anna = member(stage, ANNA)
    member(stage, "Dora Klein", in_network=False)
    await anna.presses(KeepApart(find(stage, ANNA).id, True).pack(), None)
    anna.reads("This is you.")
    for who in (find(stage, "Dora Klein").id, 999):
        await anna.presses(KeepApart(who, True).pack(), None)
        anna.reads("This person cannot be found here any more.")
    assert stage.looks_up(lambda session: session.scalars(select(KeptApart)).all()) == []


async def test_who_was_together_or_asked_before_is_not_suggested_again(stage: Stage) -> None:
    mentor(stage, BERND)
    mentor(stage, "Carl Maier")
    mentor(stage, "Dora Klein")
    anna = member(stage, ANNA)
    mentorship(stage, ANNA, BERND, state="finished")
    ident = search(stage, ANNA)
    request(stage, ident, ANNA, "Carl Maier", state="declined")
    await anna.presses(ShowSuggestions(ident).pack(), None)
    assert names(anna) == ["Dora Klein"]


# --- nobody ------------------------------------------------------------------------------------------------------


async def test_topics_nobody_offers(stage: Stage) -> None:
    mentor(stage, BERND, topics=("energy",))
    anna, _search = await looks(stage, free_topics=["Tea"])
    anna.reads(NOT_OFFERED, topics=several(anna, topic(stage, anna), "Tea"))
    assert anna.sees_button("Tell me when there is someone")
    assert anna.sees_button("Contact")


async def test_nobody_speaks_the_language(stage: Stage) -> None:
    mentor(stage, BERND, languages=("fr",))
    anna, _search = await looks(stage, languages=["de", "zh_Hans"])
    wanted = spoken(anna, "de", "zh_Hans", either=True)
    anna.reads("There are mentors for your topics, but none who speaks {languages}.", languages=wanted)


async def test_all_have_as_many_mentees_as_they_have_time_for(stage: Stage) -> None:
    mentor(stage, BERND, capacity=1)
    member(stage, "Dora Klein")
    other = search(stage, "Dora Klein")
    request(stage, other, "Dora Klein", BERND)
    anna, _search = await looks(stage)
    anna.reads(FULL)


async def test_mentors_who_are_not_in_the_network_offer_nothing(stage: Stage) -> None:
    mentor(stage, BERND)
    changes(stage, "without consent")
    anna, _search = await looks(stage)
    anna.reads(NOT_OFFERED, topics=topic(stage, anna))
    anna.reads_not(BERND)


async def test_fields_opened_to_clubs_are_reasons_only_for_who_shares_one(stage: Stage) -> None:
    mentor(stage, BERND, city="Stuttgart", opens=())
    who = find(stage, BERND).id
    stage.looks_up(lambda session: members.set_visibility(session, who, {"city": "clubs"}))
    anna, _search = await looks(stage)
    assert why(anna) == together(anna, in_common(stage, anna), shared(anna))
    anna.reads_not(city(stage, anna, "Stuttgart"))
