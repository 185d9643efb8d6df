"""People find a club, join it, leave it, and pass its link on."""

import asyncio
import re

import aiohttp
import pytest

from handlers.clubs import AnswerJoin, JoinClub, LeaveClub, OpenClub
from handlers.finding import ListClubs
from tests.actors import Actor, WebActor
from tests.clubs import club, enters, states
from tests.marks import on_both_databases
from tests.people import find, member
from tests.stage import Stage


def labels(actor: Actor) -> list[str]:
    return [label for row in actor.screen.buttons for label, _data in row]


def distances(actor: Actor) -> list[str]:
    """The clubs on the screen that have a distance, nearest first."""
    return [found[1] for label in labels(actor) if (found := re.fullmatch(r"(Club .+) · [\d.,]+ ?(?:km|公里)", label))]


@pytest.mark.everywhere
async def test_a_member_joins_the_club_of_their_city_in_three_taps(stage: Stage) -> None:
    chemnitz = club(stage, "Chemnitz")
    anna = member(stage, "Anna Weber")
    await anna.says("/clubs")
    anna.reads("Regional clubs near you:")
    await anna.taps("Club Chemnitz · {distance}")
    anna.reads("{n} member", n=0)
    await anna.taps("Join")
    anna.reads("You are a member.")
    anna.reads("{n} member", n=1)
    assert states(stage, "Anna Weber") == {chemnitz: "in"}


async def test_the_nearest_clubs_come_first(stage: Stage) -> None:
    for city in ("Hamburg", "Leipzig", "Berlin", "Nanjing"):
        club(stage, city)
    anna = member(stage, "Anna Weber", city="Chemnitz")
    await anna.says("/clubs")
    assert distances(anna) == ["Club Leipzig", "Club Berlin", "Club Hamburg"]


async def test_somebody_travelling_shares_their_location(stage: Stage) -> None:
    for city in ("Hamburg", "Leipzig", "Nanjing", "Shanghai"):
        club(stage, city)
    anna = member(stage, "Anna Weber", city="Chemnitz")
    await anna.says("/findclub")
    await anna.sends("location", lat=32.0, lon=118.8)
    assert distances(anna)[:2] == ["Club Nanjing", "Club Shanghai"]
    await anna.taps("Club Nanjing · {distance}")
    assert anna.screen.text.startswith("Club Nanjing")


async def test_a_guest_looks_for_a_club_by_the_name_of_a_city(stage: Stage) -> None:
    for city in ("Hamburg", "Leipzig"):
        club(stage, city)
    guest = stage.person("Gast")
    await guest.says("/start")
    await guest.taps({"de": "Deutsch", "zh_Hans": "中文", "en": "English"}[guest.language])
    await guest.says("/clubs")
    guest.reads("Regional clubs by country:")
    await guest.taps("Search by place")
    await guest.says("Bremen")
    assert distances(guest) == ["Club Hamburg", "Club Leipzig"]


async def test_a_place_nobody_knows_is_asked_for_again(stage: Stage) -> None:
    club(stage, "Hamburg")
    club(stage, "Leipzig")
    anna = member(stage, "Anna Weber")
    await anna.says("/findclub")
    await anna.says("Qwertzuiopstadt")
    anna.reads("We know no such city. Please check the spelling, or write the nearest larger city; ")
    await anna.says("Hamburg")
    assert distances(anna) == ["Club Hamburg", "Club Leipzig"]


async def test_where_there_is_no_club_a_person_helps(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/clubs")
    anna.reads("There is no club yet. Would you like to found one? Please tell the alumni office.")
    assert anna.sees_button("Contact")
    await anna.says("/findclub")
    await anna.says("Chemnitz")
    anna.reads("There is no club yet. Would you like to found one? Please tell the alumni office.")


async def test_a_country_with_few_clubs_lists_them(stage: Stage) -> None:
    for city in ("Hamburg", "Leipzig", "Nanjing"):
        club(stage, city)
    anna = member(stage, "Anna Weber")
    await anna.says("/clubs")
    await anna.presses(ListClubs("DE").pack(), anna.screen.ident)
    assert labels(anna)[:2] == ["Club Hamburg", "Club Leipzig"]
    assert "Club Nanjing" not in labels(anna)


async def test_a_country_with_many_clubs_goes_by_province(stage: Stage) -> None:
    for n in range(4):
        club(stage, "Nanjing", f"Club Nanjing {n}")
        club(stage, "Chengdu", f"Club Chengdu {n}")
    anna = member(stage, "Anna Weber")
    await anna.says("/clubs")
    await anna.presses(ListClubs("CN").pack(), anna.screen.ident)
    province = {"de": "Jiangsu · 4", "en": "Jiangsu · 4", "zh_Hans": "江苏 · 4"}[anna.language]
    assert labels(anna).count(province) == 1
    await anna.taps(province)
    assert labels(anna)[:4] == [f"Club Nanjing {n}" for n in range(4)]


async def test_a_province_with_many_clubs_has_pages_of_six(stage: Stage) -> None:
    for n in range(8):
        club(stage, "Leipzig", f"Club Leipzig {n}")
    anna = member(stage, "Anna Weber")
    await anna.says("/clubs")
    await anna.presses(ListClubs("DE", "DE-SN").pack(), anna.screen.ident)
    assert [label for label in labels(anna) if label.startswith("Club")] == [f"Club Leipzig {n}" for n in range(6)]
    await anna.taps("›")
    assert [label for label in labels(anna) if label.startswith("Club")] == ["Club Leipzig 6", "Club Leipzig 7"]
    await anna.taps("‹")
    assert [label for label in labels(anna) if label.startswith("Club")] == [f"Club Leipzig {n}" for n in range(6)]


async def test_verified_members_read_who_the_ambassador_is(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    member(stage, "Bernd Sommer", ambassador_of=leipzig)
    anna = member(stage, "Anna Weber")
    await anna.says("/start club_leipzig")
    anna.reads("Ambassador: {names}", names="Bernd Sommer")


async def test_an_ambassador_who_did_not_agree_is_not_named(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    member(stage, "Bernd Sommer", ambassador_of=leipzig, in_network=False)
    anna = member(stage, "Anna Weber")
    await anna.says("/start club_leipzig")
    assert "Bernd Sommer" not in anna.screen.text


async def test_an_ambassador_who_withdraws_is_named_no_longer(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    bernd = member(stage, "Bernd Sommer", ambassador_of=leipzig)
    anna = member(stage, "Anna Weber")
    await anna.says("/start club_leipzig")
    anna.reads("Ambassador: {names}", names="Bernd Sommer")
    await bernd.says("/privacy")
    await bernd.taps("Withdraw contact among alumni")
    await anna.says("/start club_leipzig")
    assert "Bernd Sommer" not in anna.screen.text


async def test_nobody_unverified_reads_who_the_ambassador_is(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    member(stage, "Bernd Sommer", ambassador_of=leipzig)
    anna = member(stage, "Anna Weber", verified=False)
    await anna.says("/start club_leipzig")
    anna.reads("{n} member", n=0)
    assert "Bernd Sommer" not in anna.screen.text


async def test_members_are_a_count_and_never_names(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    for name in ("Carla Busch", "Dieter Vogel", "Elena Winter"):
        member(stage, name)
        enters(stage, name, leipzig)
    anna = member(stage, "Anna Weber")
    await anna.says("/start club_leipzig")
    anna.reads("{n} member", n=3)
    assert not any(name in anna.screen.text for name in ("Carla", "Dieter", "Elena"))


@pytest.mark.everywhere
async def test_an_ambassador_lets_somebody_in(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig", admission="approval")
    bernd = member(stage, "Bernd Sommer", ambassador_of=leipzig)
    anna = member(stage, "Anna Weber")
    await anna.says("/start club_leipzig")
    anna.reads("The ambassador admits new members, and reads your name for that.")
    await anna.taps("Join")
    anna.reads("You have asked to join; the ambassador has not answered yet.")
    await stage.passes(minutes=1)
    bernd.reads("<b>{name}</b> would like to join {club}.", name="Anna Weber", club="Club Leipzig")
    await bernd.taps("Let in")
    bernd.reads("{name} is now a member of {club}.", name="Anna Weber", club="Club Leipzig")
    await stage.passes(minutes=1)
    anna.reads("Welcome to {club}! You are a member now.", club="Club Leipzig")
    assert states(stage, "Anna Weber") == {leipzig: "in"}


async def test_an_ambassador_declines_and_a_way_on_is_shown(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig", admission="approval")
    bernd = member(stage, "Bernd Sommer", ambassador_of=leipzig)
    anna = member(stage, "Anna Weber")
    await anna.says("/start club_leipzig")
    await anna.taps("Join")
    await stage.passes(minutes=1)
    await bernd.taps("Decline")
    bernd.reads("You declined {name} for {club}.", name="Anna Weber", club="Club Leipzig")
    await stage.passes(minutes=1)
    anna.reads("{club} cannot take you in at present. The alumni office is glad to help you find another club.")
    assert anna.sees_button("Contact")


async def test_asking_again_after_a_no_reaches_the_ambassador_again(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig", admission="approval")
    bernd = member(stage, "Bernd Sommer", ambassador_of=leipzig)
    anna = member(stage, "Anna Weber")
    for answer, state in (("Decline", "declined"), ("Let in", "in")):
        await anna.says("/start club_leipzig")
        await anna.taps("Join")
        await stage.passes(minutes=1)
        await bernd.taps(answer)
        assert states(stage, "Anna Weber") == {leipzig: state}


async def test_an_old_card_answers_only_its_own_request(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig", admission="approval")
    bernd = member(stage, "Bernd Sommer", ambassador_of=leipzig)
    anna = member(stage, "Anna Weber")
    await anna.says("/start club_leipzig")
    await anna.taps("Join")
    await anna.taps("Withdraw request")
    await anna.taps("Join")
    old = AnswerJoin(leipzig, find(stage, "Anna Weber").id, 1, True)
    await stage.passes(minutes=1)
    await bernd.presses(old.pack(), bernd.screen.ident)
    bernd.reads("This request was answered already, or withdrawn.")
    assert states(stage, "Anna Weber") == {leipzig: "asked"}


async def test_a_withdrawn_request_is_not_shown_any_more(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig", admission="approval")
    bernd = member(stage, "Bernd Sommer", ambassador_of=leipzig)
    await bernd.says("/menu")
    anna = member(stage, "Anna Weber")
    row = find(stage, "Anna Weber").id
    enters(stage, "Anna Weber", leipzig, "asked")
    await anna.presses(LeaveClub(leipzig).pack(), None)
    await bernd.presses(AnswerJoin(leipzig, row, 1, True).pack(), bernd.screen.ident)
    bernd.reads("This request was answered already, or withdrawn.")
    assert states(stage, "Anna Weber") == {leipzig: "left"}


async def test_an_ambassador_cannot_answer_for_another_club(stage: Stage) -> None:
    leipzig, berlin = club(stage, "Leipzig", admission="approval"), club(stage, "Berlin")
    bernd = member(stage, "Bernd Sommer", ambassador_of=berlin)
    await bernd.says("/menu")
    member(stage, "Anna Weber")
    enters(stage, "Anna Weber", leipzig, "asked")
    await bernd.presses(AnswerJoin(leipzig, find(stage, "Anna Weber").id, 1, True).pack(), None)
    bernd.reads("This is for the club's ambassador.")
    assert states(stage, "Anna Weber") == {leipzig: "asked"}


async def test_a_member_cannot_let_themselves_in(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig", admission="approval")
    anna = member(stage, "Anna Weber")
    await anna.says("/menu")
    enters(stage, "Anna Weber", leipzig, "asked")
    await anna.presses(AnswerJoin(leipzig, find(stage, "Anna Weber").id, 1, True).pack(), None)
    anna.reads("This is for the ambassadors of clubs.")
    assert states(stage, "Anna Weber") == {leipzig: "asked"}


async def test_a_club_without_ambassador_has_the_coordinators(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig", admission="approval")
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Weber")
    await anna.says("/start club_leipzig")
    await anna.taps("Join")
    await stage.passes(minutes=1)
    koch.reads("<b>{name}</b> would like to join {club}.", name="Anna Weber", club="Club Leipzig")
    await koch.taps("Let in")
    assert states(stage, "Anna Weber") == {leipzig: "in"}


@on_both_databases
async def test_of_two_ambassadors_answering_at_once_one_wins(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig", admission="approval")
    bernd = member(stage, "Bernd Sommer", ambassador_of=leipzig)
    clara = member(stage, "Clara Jung", ambassador_of=leipzig)
    anna = member(stage, "Anna Weber")
    await anna.says("/start club_leipzig")
    await anna.taps("Join")
    await stage.passes(minutes=1)
    row = find(stage, "Anna Weber").id
    yes, no = AnswerJoin(leipzig, row, 1, True), AnswerJoin(leipzig, row, 1, False)
    await asyncio.gather(
        bernd.presses(yes.pack(), bernd.screen.ident),
        clara.presses(no.pack(), clara.screen.ident),
    )
    late = [who for who in (bernd, clara) if was_late(who)]
    assert len(late) == 1
    assert states(stage, "Anna Weber") == {leipzig: "declined" if late == [bernd] else "in"}


def was_late(actor: Actor) -> bool:
    try:
        actor.reads("This request was answered already, or withdrawn.")
    except AssertionError:
        return False
    return True


async def test_leaving_and_coming_back_never_counts_twice(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    anna = member(stage, "Anna Weber")
    await anna.says("/start club_leipzig")
    for _time in range(3):
        await anna.taps("Join")
        anna.reads("{n} member", n=1)
        await anna.taps("Leave")
        anna.reads("{n} member", n=0)
    await anna.taps("Join")
    anna.reads("{n} member", n=1)
    assert states(stage, "Anna Weber") == {leipzig: "in"}


@pytest.mark.everywhere
async def test_two_taps_at_the_same_instant_join_once(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig", admission="approval")
    bernd = member(stage, "Bernd Sommer", ambassador_of=leipzig)
    anna = member(stage, "Anna Weber")
    await anna.says("/start club_leipzig")
    card, tap = anna.screen.ident, JoinClub(leipzig).pack()
    await asyncio.gather(*(anna.presses(tap, card) for _time in range(3)))
    assert states(stage, "Anna Weber") == {leipzig: "asked"}
    await stage.passes(minutes=1)
    asked = [shown for shown in bernd.messages() if "Anna Weber" in shown.text]
    assert len(asked) == 1


async def test_joining_twice_changes_nothing(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    anna = member(stage, "Anna Weber")
    await anna.says("/start club_leipzig")
    for _time in range(2):
        await anna.presses(JoinClub(leipzig).pack(), anna.screen.ident)
        anna.reads("{n} member", n=1)


async def test_muting_is_not_leaving(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    anna = member(stage, "Anna Weber")
    await anna.says("/start club_leipzig")
    await anna.taps("Join")
    await anna.taps("Mute")
    anna.reads("You are a member.")
    assert states(stage, "Anna Weber") == {leipzig: "in"}
    await anna.taps("Unmute")
    assert anna.sees_button("Mute")


async def test_several_clubs_are_allowed(stage: Stage) -> None:
    for city in ("Leipzig", "Berlin"):
        club(stage, city)
    anna = member(stage, "Anna Weber")
    for slug in ("leipzig", "berlin"):
        await anna.says(f"/start club_{slug}")
        await anna.taps("Join")
    await anna.says("/myclubs")
    anna.reads("Your clubs:")
    assert labels(anna)[:2] == ["Club Leipzig", "Club Berlin"]


async def test_without_a_club_the_way_to_one_is_shown(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/myclubs")
    anna.reads("You are not in a club yet.")
    assert anna.sees_button("Clubs")


async def test_a_club_is_shared_by_a_page_that_offers_both_doors(stage: Stage) -> None:
    club(stage, "Leipzig")
    anna = member(stage, "Anna Weber")
    await anna.says("/start club_leipzig")
    await anna.taps("Share")
    anna.reads("With this link others find {club}, in the browser or on Telegram:\n{url}", club="Club Leipzig")
    link = anna.link("/go/club_leipzig")
    async with aiohttp.ClientSession() as http, http.get(stage.app.web_address() + link[link.index("/go/") :]) as page:
        text = await page.text()
    assert 'action="/go/club_leipzig"' in text
    assert f"https://t.me/{stage.app.house.telegram}?start=club_leipzig" in text


@pytest.mark.door("web")
async def test_the_shared_link_comes_with_a_qr_code(stage: Stage) -> None:
    club(stage, "Leipzig")
    anna = member(stage, "Anna Weber")
    assert isinstance(anna, WebActor)
    await anna.says("/start club_leipzig")
    await anna.taps("Share")
    picture = anna.screen.raw["picture"]["url"]
    async with aiohttp.ClientSession(cookie_jar=anna.cookies) as http, http.get(anna.url + picture) as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert (await answer.read()).startswith(b"\x89PNG")


async def test_a_guest_sees_the_shared_club_and_how_to_come_in(stage: Stage) -> None:
    club(stage, "Leipzig")
    guest = stage.person("Gast")
    await guest.says("/start club_leipzig")
    await guest.taps({"de": "Deutsch", "zh_Hans": "中文", "en": "English"}[guest.language])
    assert guest.screen.text.startswith("Club Leipzig")
    await guest.taps("Join")
    guest.reads("For this you need to be registered. It takes about two minutes.")
    assert guest.sees_button("Register")


async def test_a_link_to_no_club_says_so(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/start club_atlantis")
    anna.reads("This club no longer exists.")
    assert anna.sees_button("Clubs")


async def test_a_closed_club_takes_nobody_in(stage: Stage) -> None:
    closed = club(stage, "Leipzig", closed=True)
    anna = member(stage, "Anna Weber")
    await anna.says("/menu")
    await anna.presses(JoinClub(closed).pack(), anna.screen.ident)
    anna.reads("This club no longer exists.")
    assert states(stage, "Anna Weber") == {}


async def test_nobody_is_let_into_a_closed_club(stage: Stage) -> None:
    closed = club(stage, "Leipzig", closed=True)
    bernd, koch = member(stage, "Bernd Sommer", ambassador_of=closed), member(stage, "Katrin Koch", coordinator=True)
    member(stage, "Anna Weber")
    enters(stage, "Anna Weber", closed, "asked")
    answer = AnswerJoin(closed, find(stage, "Anna Weber").id, 1, True).pack()
    await bernd.presses(answer, None)
    bernd.reads("This is for the ambassadors of clubs.")
    await koch.presses(answer, None)
    koch.reads("This club no longer exists.")
    assert states(stage, "Anna Weber") == {closed: "asked"}


async def test_a_closed_club_is_in_no_list(stage: Stage) -> None:
    closed = club(stage, "Leipzig", closed=True)
    anna = member(stage, "Anna Weber")
    enters(stage, "Anna Weber", closed)
    await anna.says("/myclubs")
    anna.reads("You are not in a club yet.")
    await anna.says("/clubs")
    assert "Club Leipzig" not in " ".join(labels(anna))


async def test_leaving_a_club_one_was_never_in_does_nothing(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    anna = member(stage, "Anna Weber")
    await anna.says("/menu")
    await anna.presses(OpenClub(leipzig).pack(), anna.screen.ident)
    await anna.presses(LeaveClub(leipzig).pack(), anna.screen.ident)
    assert anna.sees_button("Join")
    assert states(stage, "Anna Weber") == {}


async def test_a_guest_who_wanted_to_join_is_led_back_once_they_are_let_in(stage: Stage) -> None:
    """The tap of somebody who is not one of us yet is remembered until they are."""
    chemnitz = club(stage, "Chemnitz")
    chief = member(stage, "Karin Chef", coordinator=True)
    anna = member(stage, "Anna Weber", verified=False)
    await anna.says("/start club_chemnitz")
    await anna.taps("Join")
    anna.reads("This opens once the alumni office has confirmed your registration.")
    await chief.says("/verify")
    await chief.taps("Anna Weber")
    await chief.taps("Approve")
    await anna.catch_up()
    await anna.taps("Continue where you left off")
    anna.reads("You are a member.")
    assert states(stage, "Anna Weber") == {chemnitz: "in"}
