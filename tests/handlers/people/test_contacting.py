"""Somebody asks another member for contact, and hears of every answer, and when there is none."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.models.privacy import Audit
from handlers.people.buttons import AskContact
from handlers.people.contact_buttons import DeclineContact, GiveContact, ListContacts, OpenContact
from handlers.relaying.buttons import About, WriteTo
from tests.actors import Actor
from tests.handlers.people.reading import CLOSED, on, shows_only, times_told
from tests.handlers.people.touching import (
    ANNA,
    BERND,
    all_read,
    asked,
    asks,
    change,
    goes,
    is_erased,
    is_unreachable,
    lines,
    requests,
    states,
    withdraws,
)
from tests.mentoring import opens_to_all
from tests.people import find, member
from tests.stage import Stage
from tests.wording import city, said

WOULD_LIKE = "<b>{name}</b> would like to be in touch with you."
NO_TIME = "<b>{name}</b> has no time for new contacts at present. Perhaps somebody else is glad to hear from you."
NOT_HERE = "This person cannot be found here any more."
RECENTLY = "You asked this person recently."
UNREACHABLE = "{name} cannot be reached through us at present, so nothing was sent."


def contact_of(stage: Stage, name: str) -> str | None:
    return find(stage, name).contact


async def opens(actor: Actor, stage: Stage) -> None:
    """The newest request, on its page."""
    await actor.presses(OpenContact(requests(stage)[-1].id).pack(), None)


@pytest.mark.parametrize(("asker_at", "asked_at"), [("telegram", "web"), ("web", "telegram")])
async def test_two_people_get_each_others_contact(stage: Stage, asker_at: str, asked_at: str) -> None:
    anna, bernd = member(stage, ANNA, door=asker_at), member(stage, BERND, door=asked_at)
    opens_to_all(stage, ANNA, "city")
    await asks(stage, anna, BERND, "We met in Nanjing. <b>Tea?</b>", "anna@weber.de")
    anna.reads("{name} has your request.", name=BERND)
    bernd.reads(WOULD_LIKE, name=ANNA)
    bernd.reads("Lives in {city}", city=city(stage, bernd, "Chemnitz"))
    assert "<b>Tea?</b>" in bernd.screen.text
    assert "anna@weber.de" not in bernd.screen.text
    await bernd.taps("Give my contact")
    bernd.reads("How can you be reached? Please write one line: an e-mail address, WeChat or a telephone number.")
    await bernd.says("WeChat bernd_koch")
    bernd.reads("Done: you both have the other's contact now.")
    assert "anna@weber.de" in bernd.screen.text
    await all_read(stage)
    anna.reads("You and <b>{name}</b> now have each other's contact.", name=BERND)
    anna.reads("Contact: {line}", line="WeChat bernd_koch")
    assert states(stage) == ["shared"]
    await opens(anna, stage)
    assert "WeChat bernd_koch" in anna.screen.text


async def test_who_has_a_line_already_is_not_asked_for_it(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    lines(stage, Anna_Weber="anna@weber.de", Bernd_Koch="+49 371 123456")
    await anna.presses(AskContact(find(stage, BERND).id).pack(), None)
    await anna.says("We met in Nanjing.")
    anna.reads("<b>Send this to {name}?</b>", name=BERND)
    await anna.taps("Send the request")
    await all_read(stage)
    bernd.reads("If you give your contact, you both get the other's line. Yours: {line}", line="+49 371 123456")
    await bernd.taps("Give my contact")
    assert "anna@weber.de" in bernd.screen.text


async def test_a_second_tap_shares_nothing_twice(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    lines(stage, Bernd_Koch="+49 371 123456")
    await asks(stage, anna, BERND)
    give = GiveContact(requests(stage)[0].id).pack()
    await bernd.presses(give, bernd.screen.ident)
    await bernd.presses(give, bernd.screen.ident)
    bernd.reads("You and <b>{name}</b> now have each other's contact.", name=ANNA)
    await all_read(stage)
    assert sum("+49 371 123456" in message.text for message in anna.messages()) == 1


async def test_without_a_line_of_the_asker_there_is_still_a_way_to_write(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    lines(stage, Bernd_Koch="+49 371 123456")
    await asks(stage, anna, BERND)
    await bernd.taps("Give my contact")
    bernd.reads("There is no contact line at present; you can write to each other here.")
    assert bernd.sees_button("Write")
    await all_read(stage)
    anna.reads("You have no contact line yet; if you write one, it is shown to the other, too.")
    await anna.taps("My contact line")
    await anna.says("anna@weber.de")
    anna.reads("Saved: {line}", line="anna@weber.de")
    await opens(bernd, stage)
    assert "anna@weber.de" in bernd.screen.text


async def test_not_now_is_told_kindly(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    await asks(stage, anna, BERND)
    await bernd.taps("Not now")
    bernd.reads("Thank you for answering. We pass it on kindly.")
    await all_read(stage)
    anna.reads(NO_TIME, name=BERND)
    assert states(stage) == ["declined"]
    await bernd.presses(DeclineContact(requests(stage)[0].id).pack(), None)
    bernd.reads("You told <b>{name}</b> that you have no time at present. You may still give your contact.", name=ANNA)
    await all_read(stage)
    assert times_told(anna, NO_TIME, name=BERND) == 1


async def test_whoever_said_not_now_may_still_give_their_contact(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    lines(stage, Bernd_Koch="+49 371 123456")
    await asks(stage, anna, BERND)
    await bernd.taps("Not now")
    await bernd.taps("Give my contact")
    await all_read(stage)
    anna.reads("Contact: {line}", line="+49 371 123456")


async def test_an_answer_in_words_opens_the_way_to_write(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA, door="web"), member(stage, BERND, door="telegram")
    await asks(stage, anna, BERND)
    await bernd.taps("Answer here")
    await bernd.says("Gladly! When?")
    bernd.reads("Passed on to {name}.", name=ANNA)
    assert states(stage) == ["answered"]
    await all_read(stage)
    anna.reads("<b>{name}</b> writes about your request for contact:\n\n“{words}”", words="Gladly! When?")
    await anna.taps("Answer")
    await anna.says("Tomorrow.")
    await all_read(stage)
    bernd.reads("<b>{name}</b>, who asked you for contact, writes:\n\n“{words}”", words="Tomorrow.")
    lines(stage, Bernd_Koch="+49 371 123456")
    await bernd.taps("The request")
    await bernd.taps("Give my contact")
    await all_read(stage)
    anna.reads("Contact: {line}", line="+49 371 123456")


async def test_whoever_asked_writes_only_after_an_answer(stage: Stage) -> None:
    anna, _bernd = member(stage, ANNA), member(stage, BERND)
    await asks(stage, anna, BERND)
    await anna.presses(WriteTo(About.CONTACT, requests(stage)[0].id).pack(), None)
    anna.reads("Writing is not possible here: this has ended, or it has not been answered yet.")


async def test_silence_is_reminded_of_once_and_ends_after_three_weeks(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    await asks(stage, anna, BERND)
    await stage.passes(days=6, hours=23)
    bernd.reads_not("A reminder: <b>{name}</b> would like to be in touch with you.")
    await stage.passes(hours=2)
    bernd.reads("A reminder: <b>{name}</b> would like to be in touch with you.", name=ANNA)
    before = len(bernd.messages())
    await stage.passes(days=13, hours=22)
    assert states(stage) == ["asked"]
    await stage.passes(hours=2)
    assert states(stage) == ["lapsed"]
    assert len(bernd.messages()) == before
    anna.reads("<b>{name}</b> has not found the time to answer your request for contact within three weeks", name=BERND)


async def test_a_moved_clock_lapses_each_request_at_its_time(stage: Stage) -> None:
    for name in (ANNA, BERND, "Carla Busch"):
        member(stage, name)
    asked(stage, ANNA, BERND)
    asked(stage, ANNA, "Carla Busch", asked_at=stage.clock.now() + timedelta(days=3))
    await stage.passes(days=30)
    first, second = requests(stage)
    assert (first.state, second.state) == ("lapsed", "lapsed")
    assert first.answered_at is not None and second.answered_at is not None
    assert second.answered_at - first.answered_at == timedelta(days=3)


async def test_an_answer_ends_the_reminding(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    await asks(stage, anna, BERND)
    await bernd.taps("Not now")
    await stage.passes(days=30)
    bernd.reads_not("A reminder: <b>{name}</b> would like to be in touch with you.")
    assert states(stage) == ["declined"]


@pytest.mark.parametrize("state", ["declined", "lapsed"])
async def test_nobody_is_asked_again_soon_and_is_not_told_why(stage: Stage, state: str) -> None:
    anna, _bernd = member(stage, ANNA), member(stage, BERND)
    asked(stage, ANNA, BERND, state, answered_at=stage.clock.now())
    await stage.passes(days=179)
    await anna.presses(AskContact(find(stage, BERND).id).pack(), None)
    anna.reads(RECENTLY)
    await stage.passes(days=2)
    await anna.presses(AskContact(find(stage, BERND).id).pack(), None)
    anna.reads("What would you like to say to <b>{name}</b>?", name=BERND)


async def test_a_request_that_came_to_nothing_is_forgotten(stage: Stage) -> None:
    now = stage.clock.now()
    for name in (ANNA, BERND, "Carla Busch"):
        member(stage, name)
    asked(stage, ANNA, BERND, "lapsed", asked_at=now - timedelta(days=100), answered_at=now - timedelta(days=79))
    asked(stage, ANNA, "Carla Busch", "shared", answered_at=now - timedelta(days=79))
    await stage.passes(days=100)
    assert states(stage) == ["lapsed", "shared"]
    await stage.passes(days=2)
    assert states(stage) == ["shared"]


async def test_asking_twice_shows_what_there_is(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    await asks(stage, anna, BERND)
    await anna.presses(AskContact(find(stage, BERND).id).pack(), None)
    anna.reads("You have asked this person already.")
    await bernd.presses(AskContact(find(stage, ANNA).id).pack(), None)
    bernd.reads("This person has asked you: please answer.")
    assert bernd.sees_button("Give my contact")
    lines(stage, Bernd_Koch="+49 371 123456")
    await bernd.taps("Give my contact")
    await anna.presses(AskContact(find(stage, BERND).id).pack(), None)
    anna.reads("You are in touch already.")
    assert len(requests(stage)) == 1


async def test_a_form_filled_twice_asks_once(stage: Stage) -> None:
    """Opened at one door before the other asks from there, too."""
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    await anna.presses(AskContact(find(stage, BERND).id).pack(), None)
    await anna.says("We met in Nanjing.")
    await anna.taps("Skip")
    asked(stage, ANNA, BERND)
    await anna.taps("Send the request")
    anna.reads("You have asked this person already.")
    assert len(requests(stage)) == 1
    assert bernd.messages() == []


async def test_nobody_asks_themselves(stage: Stage) -> None:
    anna = member(stage, ANNA)
    await anna.presses(AskContact(find(stage, ANNA).id).pack(), None)
    anna.reads("This is you.")
    assert anna.sees_button("My entry")


async def test_only_so_many_people_are_asked_in_a_week(stage: Stage) -> None:
    anna = member(stage, ANNA)
    await stage.restart(contacts_per_week=2)
    for name in (BERND, "Carla Busch", "Dieter Lang"):
        member(stage, name)
    await asks(stage, anna, BERND)
    await asks(stage, anna, "Carla Busch")
    await anna.presses(AskContact(find(stage, "Dieter Lang").id).pack(), None)
    anna.reads("You have asked {n} people for contact within a week.", n=2)
    await stage.passes(days=7, hours=1)
    await anna.presses(AskContact(find(stage, "Dieter Lang").id).pack(), None)
    anna.reads("What would you like to say to <b>{name}</b>?", name="Dieter Lang")


@pytest.mark.parametrize("how", ["without consent", "erased", "leaving", "not confirmed"])
async def test_who_is_not_in_the_network_cannot_be_asked(stage: Stage, how: str) -> None:
    anna, _bernd = member(stage, ANNA), member(stage, BERND)
    who = find(stage, BERND).id
    await anna.presses(AskContact(who).pack(), None)
    await anna.says("We met in Nanjing.")
    goes(stage, BERND, how)
    await anna.taps("Skip")
    await anna.taps("Send the request")
    anna.reads(NOT_HERE)
    assert anna.sees_button("Find people")
    assert requests(stage) == []
    await anna.presses(AskContact(who).pack(), None)
    anna.reads(NOT_HERE)


@pytest.mark.parametrize("number", [0, 4711, 10**20])
async def test_a_button_of_nobody(stage: Stage, number: int) -> None:
    anna = member(stage, ANNA)
    for tap in (AskContact(number), OpenContact(number), GiveContact(number), DeclineContact(number)):
        await anna.presses(tap.pack(), None)
        assert shows_only(anna, NOT_HERE)


async def test_a_request_is_shown_to_nobody_else(stage: Stage) -> None:
    for name in (ANNA, BERND):
        member(stage, name)
    carla = member(stage, "Carla Busch")
    request = asked(stage, ANNA, BERND)
    for tap in (OpenContact(request), GiveContact(request), DeclineContact(request)):
        await carla.presses(tap.pack(), None)
        assert shows_only(carla, NOT_HERE)
    await carla.presses(WriteTo(About.CONTACT, request).pack(), None)
    carla.reads("Writing is not possible here: this has ended, or it has not been answered yet.")
    assert states(stage) == ["asked"]


async def test_whoever_asked_cannot_answer_in_the_others_place(stage: Stage) -> None:
    anna, _bernd = member(stage, ANNA), member(stage, BERND)
    lines(stage, Anna_Weber="anna@weber.de")
    request = asked(stage, ANNA, BERND)
    for tap in (GiveContact(request), DeclineContact(request)):
        await anna.presses(tap.pack(), None)
        anna.reads("You asked <b>{name}</b> for contact on {day}. There is no answer yet.", name=BERND)
    assert states(stage) == ["asked"]


@pytest.mark.parametrize("objects", [True, False])
async def test_who_cannot_be_reached_is_not_asked(stage: Stage, objects: bool) -> None:
    """Why is not told: the sentence is the same."""
    anna, _bernd = member(stage, ANNA), member(stage, BERND)
    if objects:
        change(stage, BERND, objected_at=stage.clock.now())
    else:
        is_unreachable(stage, BERND)
    await anna.presses(AskContact(find(stage, BERND).id).pack(), None)
    anna.reads(UNREACHABLE, name=BERND)
    assert anna.sees_button("Find people")


async def test_an_answer_reaches_who_objected_after_asking(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    await asks(stage, anna, BERND)
    await anna.says("/stop")
    await bernd.taps("Answer here")
    await bernd.says("Gladly!")
    await all_read(stage)
    anna.reads("<b>{name}</b> writes about your request for contact:\n\n“{words}”", words="Gladly!")


async def test_who_objects_before_the_reminder_is_left_in_peace(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    await asks(stage, anna, BERND)
    await bernd.says("/stop")
    before = len(bernd.messages())
    await stage.passes(days=8)
    assert len(bernd.messages()) == before


async def test_without_consent_nothing_of_it_opens(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    await asks(stage, anna, BERND)
    withdraws(stage, BERND)
    await bernd.taps("Give my contact")
    bernd.reads("This needs your consent to contact among alumni. You can give it in /privacy.")
    withdraws(stage, ANNA)
    await anna.presses(AskContact(find(stage, BERND).id).pack(), None)
    anna.reads("This needs your consent to contact among alumni. You can give it in /privacy.")
    await stage.passes(days=22)
    assert states(stage) == ["lapsed"]
    anna.reads_not("<b>{name}</b> has not found the time to answer your request for contact within three weeks")


async def test_the_asker_who_left_is_not_named(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    lines(stage, Bernd_Koch="+49 371 123456")
    await asks(stage, anna, BERND)
    withdraws(stage, ANNA)
    await bernd.taps("Give my contact")
    assert shows_only(bernd, NOT_HERE)
    assert states(stage) == ["asked"]
    await stage.passes(days=8)
    bernd.reads_not("A reminder: <b>{name}</b> would like to be in touch with you.")


async def test_a_request_to_somebody_who_left_ends_without_their_name(stage: Stage) -> None:
    anna, _bernd = member(stage, ANNA), member(stage, BERND)
    asked_on = on(anna, stage.clock.now())
    await asks(stage, anna, BERND)
    withdraws(stage, BERND)
    await stage.passes(days=22)
    sentence = "Your request for contact of {day} has ended: the person cannot be found here any more."
    assert BERND not in anna.reads(sentence, day=asked_on).text


async def test_erasing_takes_the_requests_along(stage: Stage) -> None:
    anna, _bernd = member(stage, ANNA), member(stage, BERND)
    await asks(stage, anna, BERND)
    request = requests(stage)[0].id
    is_erased(stage, BERND)
    await anna.presses(OpenContact(request).pack(), None)
    assert shows_only(anna, NOT_HERE)
    await stage.passes(days=30)
    assert requests(stage) == []


async def test_who_is_about_to_leave_asks_nobody(stage: Stage) -> None:
    anna, _bernd = member(stage, ANNA), member(stage, BERND)
    change(stage, ANNA, erase_at=stage.clock.now() + timedelta(hours=48))
    await anna.presses(AskContact(find(stage, BERND).id).pack(), None)
    anna.reads("You have asked us to erase your data, so you are not shown to other alumni any more.")


async def test_words_begun_for_one_are_not_sent_to_another(stage: Stage) -> None:
    anna, bernd, carla = (member(stage, name) for name in (ANNA, BERND, "Carla Busch"))
    lines(stage, Anna_Weber="anna@weber.de")
    await anna.presses(AskContact(find(stage, BERND).id).pack(), None)
    await anna.says("Dear Bernd")
    await anna.presses(AskContact(find(stage, "Carla Busch").id).pack(), None)
    anna.reads("What would you like to say to <b>{name}</b>?", name="Carla Busch")
    await anna.says("Dear Carla")
    await anna.taps("Send the request")
    await all_read(stage)
    assert "Dear Carla" in carla.screen.text
    assert bernd.messages() == []


async def test_what_is_no_message_and_no_line_is_said_so(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    await anna.presses(AskContact(find(stage, BERND).id).pack(), None)
    await anna.says("x" * 501)
    anna.reads("This is too long: please use at most {n} characters.", n=500)
    await anna.sends("sticker")
    assert requests(stage) == []
    await anna.says("We met in Nanjing.")
    await anna.says("just call me")
    anna.reads("Nobody could reach you by this.")
    await anna.says("+86 138 0013 8000")
    anna.reads("+86 138 0013 8000")
    await anna.taps("Send the request")
    await all_read(stage)
    bernd.reads(WOULD_LIKE, name=ANNA)
    assert contact_of(stage, ANNA) == "+86 138 0013 8000"


async def test_an_old_button_does_not_ask_anew(stage: Stage) -> None:
    anna, _bernd = member(stage, ANNA), member(stage, BERND)
    await asks(stage, anna, BERND)
    await anna.presses("qm:contact:r:", None)
    assert times_told(anna, CLOSED) == 1
    await anna.says("Once more")
    anna.reads("This is an automatic assistant, which cannot answer free text.")
    assert len(requests(stage)) == 1


async def test_all_my_requests_stand_together(stage: Stage) -> None:
    anna = member(stage, ANNA)
    await anna.presses(ListContacts().pack(), None)
    anna.reads("You have asked nobody for contact yet, and nobody has asked you.")
    for n in range(7):
        member(stage, f"Person {'abcdefg'[n]}")
        asked(stage, ANNA, f"Person {'abcdefg'[n]}", asked_at=stage.clock.now() + timedelta(minutes=n))
    withdraws(stage, "Person g")
    await anna.presses(ListContacts().pack(), None)
    assert [label for label in anna.screen.labels() if label.startswith("→")] == [
        f"→ Person {letter}" for letter in "fedcb"
    ]
    await anna.taps("›")
    await anna.taps("→ Person a")
    anna.reads("You asked <b>{name}</b> for contact on {day}. There is no answer yet.", name="Person a")


async def test_the_asked_reads_in_their_own_language(stage: Stage) -> None:
    anna, lin = member(stage, ANNA), member(stage, "林晓", language="zh_Hans", city="Nanjing")
    await asks(stage, anna, "林晓")
    lin.reads(WOULD_LIKE, name=ANNA)


async def test_the_log_knows_ids_only(stage: Stage) -> None:
    anna, _bernd = member(stage, ANNA), member(stage, BERND)
    await asks(stage, anna, BERND, "We met in Nanjing.", "anna@weber.de")
    row = stage.looks_up(lambda session: session.scalars(select(Audit).where(Audit.action == "contact_asked")).one())
    assert row.details == {"request": requests(stage)[0].id}


async def test_the_line_form_goes_on_after_something_else(stage: Stage) -> None:
    anna, bernd = member(stage, ANNA), member(stage, BERND)
    await asks(stage, anna, BERND)
    await bernd.taps("Give my contact")
    await bernd.says("/menu")
    await bernd.taps("Continue: {form}", form=said(bernd, "Contact line"))
    await bernd.says("bernd@koch.de")
    bernd.reads("Done: you both have the other's contact now.")
