"""People come back, join their doors to one, and sign out."""

import asyncio
import re

import pytest
from sqlalchemy import func, select, update

from bot.conversation.questions import Move, Step
from db import codes, consents, members, web_sessions
from db.doors import member_behind
from db.models.clubs import Membership
from db.models.conversation import Door, Draft
from db.models.members import Affiliation, FieldVisibility, Member, Status, Verification
from db.models.privacy import Audit, Purpose
from db.models.web import Entry
from handlers.clubs import AnswerJoin
from handlers.signing_in import JoinRecords, SignOut
from tests.actors import Actor, WebActor
from tests.clubs import club, enters, states
from tests.marks import on_both_databases
from tests.people import find, member
from tests.stage import Stage

LANGUAGE = {"de": "Deutsch", "zh_Hans": "中文", "en": "English"}


WHETHER_ONE = (
    "You are signed in here as <b>{here}</b>. What you opened belongs to <b>{there}</b>. Are both you? Then we make "
    "one record of them: clubs, consents and offices of both are kept. If somebody else sent you here, please do not "
    "go on."
)


async def redeems(browser: Actor, link: str) -> None:
    """Look at the page behind a sign-in link, then press its one button."""
    assert isinstance(browser, WebActor)
    await browser.opens()
    assert browser._http is not None
    address = browser.url + link[link.index("/in/") :]
    async with browser._http.get(address) as page:
        assert page.status == 200
    async with browser._http.post(address, headers={"Origin": browser.url}) as answer:
        assert str(answer.url) == f"{browser.url}/"
    await browser.stage.settle()
    await browser.reloads()


async def connects(chat: Actor, link: str) -> None:
    """Follow a link into Telegram and press Start there, choosing a language if one has never been here."""
    await chat.says(f"/start {link.split('start=')[1]}")
    if any("Welcome · Willkommen" in message.text for message in chat.messages()[-1:]):
        await chat.taps(LANGUAGE[chat.language])


def count(stage: Stage, table: type = Member) -> int:
    return stage.looks_up(lambda session: session.scalar(select(func.count()).select_from(table))) or 0


def behind(stage: Stage, actor: Actor) -> int:
    """The member that somebody's door leads to; 0 for a browser that is signed out."""
    if not isinstance(actor, WebActor):
        return stage.looks_up(lambda session: member_behind(session, "telegram", str(actor.number)))
    found = stage.looks_up(lambda session: web_sessions.find(session, actor.token_hash, stage.clock.now()))
    return stage.looks_up(lambda session: web_sessions.member_of(session, found.id) or 0) if found else 0


def key_in(text: str) -> str:
    found = re.search(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b", text)
    assert found is not None, text
    return found[0]


async def meets(actor: Actor) -> None:
    """Come as a guest and choose a language."""
    await actor.says("/start")
    await actor.taps(LANGUAGE[actor.language])


async def test_a_return_key_brings_a_member_back(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/key")
    key = key_in(anna.screen.text)
    again = stage.person("Anna again")
    await meets(again)
    await again.taps("I was here before")
    await again.says(key.lower().replace("-", " "))
    again.reads("Welcome back, {name}. Both doors now lead to the same conversation with you.", name="Anna Weber")
    assert count(stage) == 1
    assert behind(stage, again) == behind(stage, anna) == find(stage, "Anna Weber").id


async def test_only_the_newest_return_key_counts(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/key")
    old = key_in(anna.screen.text)
    await anna.says("/key")
    again = stage.person("Anna again")
    await meets(again)
    await again.says(f"/return {old}")
    again.reads("We do not know this key. Please check it letter by letter; only your newest key counts.")
    assert count(stage) == 2


async def test_after_five_wrong_keys_even_the_right_one_waits_an_hour(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/key")
    key = key_in(anna.screen.text)
    again = stage.person("Anna again")
    await meets(again)
    for _time in range(5):
        await again.says("/return BCDF-BCDF-BCDF-BCDF")
    await again.says(f"/return {key}")
    again.reads("There were too many wrong keys. Please try again in an hour, or write to the alumni office.")
    await stage.passes(minutes=61)
    await again.says(f"/return {key}")
    again.reads("Welcome back, {name}. Both doors now lead to the same conversation with you.")


async def test_keys_are_stored_as_hashes_only(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="telegram")
    await anna.says("/key")
    secret = codes.normalise(key_in(anna.screen.text))
    stored = stage.looks_up(lambda session: codes.find(session, "return", stage.app.house.digest("code", secret)))
    assert stored is not None
    assert secret not in str([getattr(stored, column.key) for column in stored.__table__.columns])


@pytest.mark.door("web")
async def test_no_history_holds_a_key_neither_as_shown_nor_as_typed(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/key")
    key = key_in(anna.screen.text)
    browser = stage.person("Browser")
    await meets(browser)
    await browser.says("/return")
    await browser.says(key)
    await browser.says(f"/return {key}")
    bodies = stage.looks_up(lambda session: [str(entry.body) for entry in session.scalars(select(Entry))])
    assert bodies
    assert not any(key in body or codes.normalise(key) in body for body in bodies)


@pytest.mark.everywhere
async def test_from_telegram_to_the_browser_by_one_button(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="telegram")
    await anna.says("/web")
    browser = stage.person("Browser", door="web")
    await redeems(browser, anna.link("/in/link_"))
    browser.reads("Welcome back, {name}. Both doors now lead to the same conversation with you.", name="Anna Weber")
    assert count(stage) == 1
    assert behind(stage, browser) == behind(stage, anna)


async def test_looking_at_a_sign_in_link_spends_nothing(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="telegram")
    await anna.says("/web")
    link = anna.link("/in/link_")
    preview = stage.person("Preview", door="web")
    assert isinstance(preview, WebActor)
    await preview.opens()
    assert preview._http is not None
    for _time in range(2):
        async with preview._http.get(preview.url + link[link.index("/in/") :]) as page:
            assert page.status == 200
    browser = stage.person("Browser", door="web")
    await redeems(browser, link)
    assert behind(stage, browser) == behind(stage, anna)


async def test_a_sign_in_link_works_once(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="telegram")
    await anna.says("/web")
    link = anna.link("/in/link_")
    await redeems(stage.person("First", door="web"), link)
    second = stage.person("Second", door="web")
    await redeems(second, link)
    second.reads("This link was used already or has expired. Open /web at the other door for a new one.")
    assert behind(stage, second) != behind(stage, anna)


async def test_a_sign_in_link_lasts_ten_minutes(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="telegram")
    await anna.says("/web")
    await stage.passes(minutes=11)
    late = stage.person("Late", door="web")
    await redeems(late, anna.link("/in/link_"))
    late.reads("This link was used already or has expired. Open /web at the other door for a new one.")


async def test_a_new_link_replaces_the_older(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="telegram")
    await anna.says("/web")
    old = anna.link("/in/link_")
    await anna.says("/web")
    browser = stage.person("Browser", door="web")
    await redeems(browser, old)
    browser.reads("This link was used already or has expired. Open /web at the other door for a new one.")


@on_both_databases
async def test_of_two_browsers_redeeming_at_once_one_is_signed_in(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="telegram")
    await anna.says("/web")
    link = anna.link("/in/link_")
    browsers = [stage.person(name, door="web") for name in ("First", "Second")]
    await asyncio.gather(*(redeems(browser, link) for browser in browsers))
    signed_in = [browser for browser in browsers if behind(stage, browser) == behind(stage, anna)]
    assert len(signed_in) == 1


async def test_from_the_browser_to_telegram(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="web")
    await anna.says("/web")
    chat = stage.person("Chat", door="telegram")
    await connects(chat, anna.link("start=link_"))
    chat.reads("Welcome back, {name}. Both doors now lead to the same conversation with you.", name="Anna Weber")
    assert count(stage) == 1
    assert behind(stage, chat) == behind(stage, anna)


async def test_whoever_comes_to_a_known_member_is_addressed_in_the_members_language(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="telegram", language="de")
    await anna.says("/web")
    browser = stage.person("Browser", door="web", language="en")
    await redeems(browser, anna.link("/in/link_"))
    assert browser.screen.text.startswith("Willkommen zurück, Anna Weber.")


async def test_ones_own_link_opened_here_is_not_spent(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="telegram")
    await anna.says("/web")
    link = anna.link("/in/link_")
    await anna.says(f"/start {link.split('/in/')[1]}")
    anna.reads("You are signed in here already.")
    browser = stage.person("Browser", door="web")
    await redeems(browser, link)
    assert behind(stage, browser) == behind(stage, anna)


async def test_on_telegram_no_link_to_telegram_is_offered(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="telegram")
    await anna.says("/web")
    assert not anna.sees_button("Connect Telegram")
    assert anna.sees_button("Open in the browser")


@pytest.mark.everywhere
async def test_two_registered_records_become_one_only_when_a_human_says_so(stage: Stage) -> None:
    leipzig, berlin = club(stage, "Leipzig"), club(stage, "Berlin")
    anna = member(stage, "Anna Weber", door="telegram")
    enters(stage, "Anna Weber", leipzig)
    twin = member(stage, "A. Weber", door="web")
    enters(stage, "A. Weber", berlin)
    await anna.says("/web")
    await redeems(twin, anna.link("/in/link_"))
    twin.reads(WHETHER_ONE, here="A. Weber")
    assert count(stage) == 2
    await twin.taps("Both are me: join them")
    twin.reads("Welcome back, {name}. Both doors now lead to the same conversation with you.", name="Anna Weber")
    assert count(stage) == 1
    assert behind(stage, twin) == behind(stage, anna)
    assert states(stage, "Anna Weber") == {leipzig: "in", berlin: "in"}


async def test_a_link_somebody_else_sent_takes_nothing_over(stage: Stage) -> None:
    mallory = member(stage, "Mallory Stein", door="telegram")
    await mallory.says("/web")
    anna = member(stage, "Anna Weber", door="web")
    await redeems(anna, mallory.link("/in/link_"))
    await anna.taps("No, leave it")
    anna.reads("What would you like to do?")
    assert behind(stage, anna) == find(stage, "Anna Weber").id != behind(stage, mallory)


async def test_nobody_joins_records_without_the_secret(stage: Stage) -> None:
    victim = member(stage, "Anna Weber")
    await victim.says("/web")
    mallory = member(stage, "Mallory Stein")
    await mallory.says("/menu")
    await mallory.presses(JoinRecords("BCDFGHJKMNPQRSTVWXYZ23").pack(), mallory.screen.ident)
    mallory.reads("This link was used already or has expired. Open /web at the other door for a new one.")
    assert count(stage) == 2


async def test_a_key_typed_where_somebody_else_is_signed_in_asks_first(stage: Stage) -> None:
    bernd = member(stage, "Bernd Sommer")
    await bernd.says("/key")
    key = key_in(bernd.screen.text)
    anna = member(stage, "Anna Weber")
    await anna.says(f"/return {key}")
    anna.reads(WHETHER_ONE, here="Anna Weber")
    assert count(stage) == 2
    await anna.taps("Both are me: join them")
    assert count(stage) == 1


@pytest.mark.parametrize("pending_opens", [True, False], ids=["pending-opens", "verified-opens"])
async def test_of_a_pending_and_a_verified_record_the_verified_one_stays(stage: Stage, pending_opens: bool) -> None:
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Weber", door="telegram")
    twin = member(stage, "A. Weber", door="telegram", verified=False)
    opener, owner = (twin, anna) if pending_opens else (anna, twin)
    await owner.says("/web")
    await opener.says(f"/start {owner.link('/in/link_').split('/in/')[1]}")
    await opener.taps("Both are me: join them")
    assert behind(stage, anna) == behind(stage, twin)
    assert find(stage, "Anna Weber").status == Status.VERIFIED
    await koch.says("/verify")
    koch.reads("No registration is waiting.")


async def joined(stage: Stage, anna: Actor, twin: Actor) -> None:
    """Anna says at her door that the twin's record is hers, too."""
    await anna.says("/web")
    await twin.says(f"/start {anna.link('/in/link_').split('/in/')[1]}")
    await twin.taps("Both are me: join them")
    assert behind(stage, anna) == behind(stage, twin)


async def test_of_two_memberships_of_one_club_the_better_one_stays(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    anna, twin = member(stage, "Anna Weber"), member(stage, "A. Weber")
    enters(stage, "Anna Weber", leipzig, "left")
    enters(stage, "A. Weber", leipzig, "in")
    await joined(stage, anna, twin)
    assert states(stage, "Anna Weber") == {leipzig: "in"}
    assert count(stage, Membership) == 1


async def test_a_request_that_came_over_can_still_be_answered(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig", admission="approval")
    bernd = member(stage, "Bernd Sommer", ambassador_of=leipzig)
    anna, twin = member(stage, "Anna Weber"), member(stage, "A. Weber")
    await twin.says("/start club_leipzig")
    await twin.taps("Join")
    await joined(stage, anna, twin)
    await stage.passes(minutes=1)
    bernd.reads("<b>{name}</b> would like to join {club}.", name="Anna Weber")
    await bernd.presses(AnswerJoin(leipzig, find(stage, "Anna Weber").id, 1, True).pack(), bernd.screen.ident)
    assert states(stage, "Anna Weber") == {leipzig: "in"}


async def test_the_last_word_on_a_consent_counts_whichever_record_heard_it(stage: Stage) -> None:
    anna, twin = member(stage, "Anna Weber"), member(stage, "A. Weber", in_network=False)
    await joined(stage, anna, twin)
    row = find(stage, "Anna Weber").id
    assert not stage.looks_up(lambda session: consents.is_given(session, row, Purpose.ALUMNI))
    assert len(stage.looks_up(lambda session: consents.history(session, row))) == 4


async def test_joining_shows_no_field_to_more_people_than_the_kept_record_did(stage: Stage) -> None:
    anna, twin = member(stage, "Anna Weber"), member(stage, "A. Weber")
    row = find(stage, "A. Weber").id
    stage.looks_up(lambda session: members.set_visibility(session, row, {"employer": "alumni"}))
    await joined(stage, anna, twin)
    assert count(stage, FieldVisibility) == 0


async def test_the_same_studies_are_kept_once(stage: Stage) -> None:
    anna, twin = member(stage, "Anna Weber"), member(stage, "A. Weber")
    await joined(stage, anna, twin)
    assert count(stage, Affiliation) == 1


async def test_an_objection_holds_after_joining(stage: Stage) -> None:
    anna, twin = member(stage, "Anna Weber"), member(stage, "A. Weber")
    await twin.says("/stop")
    await joined(stage, anna, twin)
    assert find(stage, "Anna Weber").objected_at == stage.clock.now()


async def test_a_wish_to_be_erased_holds_after_joining_and_is_said(stage: Stage) -> None:
    anna, twin = member(stage, "Anna Weber"), member(stage, "A. Weber")
    later = stage.clock.now().replace(day=12)
    stage.looks_up(
        lambda session: session.execute(update(Member).values(erase_at=later).where(Member.full_name == "A. Weber"))
    )
    await joined(stage, anna, twin)
    assert find(stage, "Anna Weber").erase_at == later
    twin.reads("Everything we hold about you will be erased on {time}. Until then you can change your mind.")


async def test_an_office_comes_along(stage: Stage) -> None:
    anna, twin = member(stage, "Anna Weber"), member(stage, "A. Weber", coordinator=True)
    await joined(stage, anna, twin)
    await anna.says("/verify")
    anna.reads("No registration is waiting.")


async def test_half_filled_forms_come_along(stage: Stage) -> None:
    anna, twin = member(stage, "Anna Weber"), member(stage, "A. Weber", coordinator=True)
    await twin.says("/issue")
    await twin.says("Lena Roth")
    await joined(stage, anna, twin)
    await anna.says("/menu")
    await anna.taps("Continue: {form}")
    anna.reads("Of which institution?")


async def test_what_was_laid_out_for_the_old_record_is_gone(stage: Stage) -> None:
    anna, twin = member(stage, "Anna Weber"), member(stage, "A. Weber")
    await twin.says("/profile")
    await joined(stage, anna, twin)
    assert count(stage, Draft) == 0


async def test_a_registration_begun_as_a_guest_is_not_offered_to_a_member(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.says("/key")
    key = key_in(anna.screen.text)
    guest = stage.person("Guest")
    await meets(guest)
    await guest.taps("Register")
    await guest.says(f"/return {key}")
    guest.reads("Welcome back, {name}. Both doors now lead to the same conversation with you.")
    assert not guest.sees_button("Continue: {form}")
    await guest.presses(Move("joining", Step.RESUME).pack(), guest.screen.ident)
    assert find(stage, "Anna Weber").status == Status.VERIFIED
    assert count(stage, Draft) == 0


async def test_both_doors_show_the_same_afterwards(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig")
    anna = member(stage, "Anna Weber", door="telegram")
    browser = stage.person("Browser", door="web")
    await anna.says("/web")
    await redeems(browser, anna.link("/in/link_"))
    await browser.says("/start club_leipzig")
    await browser.taps("Join")
    await anna.says("/myclubs")
    assert anna.screen.labels()[0] == "Club Leipzig"
    assert states(stage, "Anna Weber") == {leipzig: "in"}


@pytest.mark.door("web")
async def test_what_a_page_showed_is_still_there_after_joining(stage: Stage) -> None:
    anna, twin = member(stage, "Anna Weber"), member(stage, "A. Weber")
    await twin.says("/help")
    await anna.says("/web")
    await redeems(twin, anna.link("/in/link_"))
    await twin.taps("Both are me: join them")
    twin.reads("If you get stuck: /cancel stops whatever you are doing, /contact reaches a person.")


@on_both_databases
async def test_two_doors_joining_each_other_at_once_leave_one_member(stage: Stage) -> None:
    anna, twin = member(stage, "Anna Weber", door="telegram"), member(stage, "A. Weber", door="telegram")
    links = []
    for actor in (anna, twin):
        await actor.says("/web")
        links.append(actor.link("/in/link_").split("/in/")[1])
    await anna.says(f"/start {links[1]}")
    await twin.says(f"/start {links[0]}")
    await asyncio.gather(anna.taps("Both are me: join them"), twin.taps("Both are me: join them"))
    assert count(stage) == 1
    assert behind(stage, anna) == behind(stage, twin)


async def test_joining_is_in_the_log_with_numbers_only(stage: Stage) -> None:
    anna, twin = member(stage, "Anna Weber"), member(stage, "A. Weber")
    numbers = [find(stage, name).number for name in ("Anna Weber", "A. Weber")]
    await joined(stage, anna, twin)
    rows = stage.looks_up(lambda session: list(session.scalars(select(Audit).where(Audit.action == "door_joined"))))
    assert [(row.actor, row.subject, row.details["came_as"]) for row in rows] == [(numbers[0], numbers[0], numbers[1])]


async def test_a_dropped_registration_is_marked_as_joined(stage: Stage) -> None:
    anna, twin = member(stage, "Anna Weber"), member(stage, "A. Weber", verified=False)
    await joined(stage, anna, twin)
    found = stage.looks_up(lambda session: list(session.scalars(select(Verification.state).order_by(Verification.id))))
    assert found == ["approved", "merged"]


@pytest.mark.door("web")
async def test_signing_a_browser_out_from_another_door_closes_its_page(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="telegram")
    browser = stage.person("Browser")
    assert isinstance(browser, WebActor)
    await anna.says("/web")
    await redeems(browser, anna.link("/in/link_"))
    await anna.says("/devices")
    anna.reads("Telegram: you are here")
    anna.reads("Browser {n}, last used: {day}", n=1)
    await anna.taps("Sign out browser {n}", n=1)
    anna.reads("That browser is signed out.")
    await until_closed(browser)
    assert behind(stage, browser) == 0


async def until_closed(browser: WebActor) -> None:
    for _time in range(500):
        if browser.frames[-1]["type"] == "closed":
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the page was not told")


@pytest.mark.door("web")
async def test_signing_out_here_closes_this_page_and_says_before_how_to_come_back(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    assert isinstance(anna, WebActor)
    await anna.says("/devices")
    anna.reads("Browser {n}: you are here", n=1)
    anna.reads(
        "This browser is your only door. Before you sign out, please make sure that you have your return key: without "
        "it only the alumni office can let you in again."
    )
    assert anna.sees_button("New return key")
    door = stage.looks_up(lambda session: session.scalars(select(Door.id)).one())
    assert anna._socket is not None
    await anna._socket.send_json(
        {"type": "send", "key": "signing-out", "kind": "tap", "data": SignOut(door).pack(), "message": None}
    )
    await until_closed(anna)
    assert behind(stage, anna) == 0


@pytest.mark.door("web")
async def test_a_browser_signed_out_comes_back_with_a_link(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="telegram")
    browser = stage.person("Browser")
    await anna.says("/web")
    await redeems(browser, anna.link("/in/link_"))
    await anna.says("/devices")
    await anna.taps("Sign out browser {n}", n=1)
    await anna.says("/web")
    await redeems(browser, anna.link("/in/link_"))
    assert behind(stage, browser) == behind(stage, anna)


async def test_nobody_signs_out_somebody_elses_browser(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="web")
    mallory = member(stage, "Mallory Stein")
    await mallory.says("/menu")
    row = find(stage, "Anna Weber").id
    door = stage.looks_up(lambda session: session.scalars(select(Door.id).where(Door.member_id == row)).one())
    await mallory.presses(SignOut(door).pack(), mallory.screen.ident)
    assert behind(stage, anna) == row


async def test_nothing_is_sent_to_a_browser_signed_out(stage: Stage) -> None:
    leipzig = club(stage, "Leipzig", admission="approval")
    bernd = member(stage, "Bernd Sommer", ambassador_of=leipzig, door="telegram")
    browser = stage.person("Browser", door="web")
    await bernd.says("/web")
    await redeems(browser, bernd.link("/in/link_"))
    await bernd.says("/devices")
    await bernd.taps("Sign out browser {n}", n=1)
    anna = member(stage, "Anna Weber", door="telegram")
    await anna.says("/start club_leipzig")
    await anna.taps("Join")
    bernd.reads("<b>{name}</b> would like to join {club}.", name="Anna Weber")


async def test_a_browser_whose_time_is_over_gets_no_notices_any_more(stage: Stage) -> None:
    anna = member(stage, "Anna Weber", door="web")
    row = find(stage, "Anna Weber").id
    chat = Door(channel="telegram", external_id="77", member_id=row, used_at=stage.clock.now().replace(year=2025))
    stage.looks_up(lambda session: session.add(chat))
    await stage.passes(days=181)
    found = stage.looks_up(lambda session: list(session.scalars(select(Door.channel))))
    assert (behind(stage, anna), found) == (0, ["telegram"])
