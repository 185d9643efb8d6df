"""Ambassadors write to their club, coordinators to the network: looked at first, sent with a minute to undo."""

import pytest

from db.models.events import Invitation
from handlers.announcements.buttons import SendAnnouncement, WriteAboutEvent
from tests.actors import PIXEL, Actor
from tests.announcements import announcement, outcomes
from tests.clubs import club, enters
from tests.events import answers, event
from tests.people import find, member
from tests.stage import Stage


def coordinator(stage: Stage, name: str = "Cora Ordner") -> Actor:
    return member(stage, name, coordinator=True)


def told(actor: Actor, text: str) -> int:
    return sum(text in message.text for message in actor.messages())


async def _writes(actor: Actor, text: str, to: str = "Everybody") -> None:
    await actor.says("/announce")
    if actor.sees_button("New announcement"):
        await actor.taps("New announcement")
    await actor.taps(to)
    await actor.says(text)


async def _opens(actor: Actor, words: str) -> None:
    """Tap the newest button that has these words in it."""
    for message in reversed(actor.messages()):
        for row in message.buttons:
            for label, data in row:
                if words in label:
                    await actor.presses(data, message.ident)
                    return
    raise AssertionError(f"{actor.name} sees no button with {words!r}")


async def _asks_to_send(actor: Actor) -> None:
    """Chinese texts of these dialogues are English, which is noticed."""
    await actor.taps("Send …")
    if actor.language == "zh_Hans" and actor.sees_button("Send it anyway"):
        actor.reads("The text for this language does not look like it: {language}")
        await actor.taps("Send it anyway")


async def _sends(stage: Stage, actor: Actor) -> None:
    await _asks_to_send(actor)
    await stage.passes(minutes=2)


@pytest.mark.everywhere
async def test_a_coordinator_writes_to_everybody_and_sees_how_it_went(stage: Stage) -> None:
    cora, anna = coordinator(stage), member(stage)
    await _writes(cora, "The *garden party* is on 3 July.")
    cora.reads("<b>This goes to {n} people.</b> Tap a line below to change it.", n=2)
    await cora.taps("Look at it")
    cora.reads("It goes to {n} people.", n=2)
    await _asks_to_send(cora)
    cora.reads("It begins to go out within a minute. Until then you can undo it.")
    await stage.passes(seconds=30)
    assert told(anna, "garden party") == 0
    await stage.passes(minutes=2)
    assert told(anna, "The garden party is on 3 July.") == 1
    cora.reads("Your announcement has gone out: {sent} of {all} have it.")


async def test_the_whole_thing_can_be_undone_for_a_minute(stage: Stage) -> None:
    cora, anna = coordinator(stage), member(stage)
    await _writes(cora, "Too early")
    await cora.taps("Look at it")
    await _asks_to_send(cora)
    await cora.taps("Undo")
    cora.reads("Taken back: nobody has got it. It is a draft again.")
    await stage.passes(hours=2)
    assert told(anna, "Too early") == 0


async def test_sent_twice_is_sent_once(stage: Stage) -> None:
    cora, anna = coordinator(stage), member(stage)
    await _writes(cora, "Only once")
    await cora.taps("Look at it")
    card = cora.screen
    sends = next(data for row in card.buttons for _label, data in row if data.startswith("ns:"))
    await _asks_to_send(cora)
    await cora.presses(sends, card.ident)
    await stage.passes(minutes=2)
    await cora.presses(sends, card.ident)
    await stage.passes(minutes=2)
    assert told(anna, "Only once") == 1


async def test_stopped_before_it_begins_nobody_gets_it(stage: Stage) -> None:
    cora, anna = coordinator(stage), member(stage, city="Shanghai")
    await stage.passes(hours=5)  # 23:00 in Shanghai
    await _writes(cora, "Never mind")
    await cora.taps("Look at it")
    await _sends(stage, cora)
    await cora.taps("Refresh")
    await cora.taps("Stop it")
    await stage.passes(hours=12)
    assert told(anna, "Never mind") == 0


@pytest.mark.language("en")
async def test_the_language_gate_says_who_would_read_another_language(stage: Stage) -> None:
    cora = coordinator(stage)
    lin = member(stage, "Lin Yue", language="zh_Hans")
    await _writes(cora, "Only in English")
    await cora.taps("Look at it")
    await _asks_to_send(cora)
    cora.reads("{n} reader of {language} would get it in {instead}.", n=1, language="Chinese", instead="English")
    await cora.taps("Change")
    await cora.taps("Languages")
    await cora.taps("Chinese")
    await cora.taps("Done")
    await cora.says("中文也有了")
    await cora.taps("Look at it")
    await _sends(stage, cora)
    assert (told(lin, "中文也有了"), told(lin, "Only in English")) == (1, 0)


async def test_an_ambassador_is_asked_only_what_to_say(stage: Stage) -> None:
    home = club(stage, "Chemnitz")
    ada = member(stage, "Ada Amb", ambassador_of=home)
    inside, outside = member(stage), member(stage, "Ben Ode")
    enters(stage, "Anna Weber", home)
    await ada.says("/club")
    await ada.taps("Write to the members")
    await ada.says("Dear {name}, see you on Thursday")
    await ada.taps("Look at it")
    await _sends(stage, ada)
    assert (told(inside, "Dear Anna Weber, see you"), told(outside, "see you on Thursday")) == (1, 0)


async def test_an_old_button_of_another_club_reaches_nobody(stage: Stage) -> None:
    """The button of a club one led before."""
    home, other = club(stage, "Chemnitz"), club(stage, "Dresden")
    ada = member(stage, "Ada Amb", ambassador_of=home)
    ben = member(stage, "Ben Ode")
    enters(stage, "Ben Ode", other)
    await ada.says("/club")
    await ada.presses(f"nc:{other}", None)
    await ada.says("I am not your ambassador")
    await stage.passes(hours=2)
    assert told(ben, "I am not") == 0


async def test_a_meetup_is_announced_from_its_card_with_its_answers(stage: Stage) -> None:
    home = club(stage, "Chemnitz")
    ada, anna = member(stage, "Ada Amb", ambassador_of=home), member(stage)
    enters(stage, "Anna Weber", home)
    event(stage, "Stammtisch", club=home)
    await ada.says("/planning")
    await _opens(ada, "Stammtisch")
    await ada.taps("Announce")
    await ada.says("Come along, there is cake.")
    await ada.taps("Look at it")
    await _sends(stage, ada)
    assert told(anna, "there is cake.") == 1
    await anna.taps("Attend")
    anna.reads("You attend.")


async def test_those_who_have_not_answered_are_written_to(stage: Stage) -> None:
    cora, anna, ben = coordinator(stage), member(stage), member(stage, "Ben Ode")
    meetup = event(stage, "Stammtisch")
    answers(stage, "Anna Weber", meetup)
    await cora.says("/planning")
    await _opens(cora, "Stammtisch")
    await cora.taps("Announce")
    await cora.says("We miss your answer.")
    await cora.taps("To whom")
    await cora.taps("Those who have not answered")
    await cora.taps("Look at it")
    await _sends(stage, cora)
    assert (told(anna, "We miss your answer"), told(ben, "We miss your answer")) == (0, 1)


@pytest.mark.language("en")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Half *bold", "has no second one in its paragraph"),
        ("Dear {nmae}", "there is no placeholder {placeholder}"),
        ("See [here](ftp://x)", "this link needs a full address"),
    ],
)
async def test_broken_formatting_is_said_and_asked_again(stage: Stage, text: str, sentence: str) -> None:
    cora = coordinator(stage)
    await _writes(cora, text)
    assert sentence.split("{")[0] in cora.screen.text
    await cora.says("All well now")
    cora.reads("<b>This goes to {n} person.</b> Tap a line below to change it.", n=1)


async def test_a_segment_of_nobody_keeps_the_draft(stage: Stage) -> None:
    empty = club(stage, "Dresden")
    ada = member(stage, "Ada Amb", ambassador_of=empty)
    await ada.says("/announce")
    await ada.says("Is anybody there?")
    await ada.taps("Look at it")
    await _asks_to_send(ada)
    ada.reads("Nobody would get this: there is nobody in this group who may be written to. Please choose another.")
    assert ada.sees_button("Change")


async def test_many_readers_need_a_second_coordinator(stage: Stage) -> None:
    await stage.restart(confirmed_above=1)
    cora, second, anna = coordinator(stage), coordinator(stage, "Kofi Ordner"), member(stage)
    await _writes(cora, "To many")
    await cora.taps("Look at it")
    await _asks_to_send(cora)
    cora.reads("To be approved by a second coordinator")
    await stage.passes(minutes=5)
    assert told(anna, "To many") == 0
    await second.taps("Look at it")
    await second.taps("Approve and send")
    await stage.passes(minutes=2)
    assert told(anna, "To many") == 1


async def test_a_second_coordinator_may_send_it_back(stage: Stage) -> None:
    await stage.restart(confirmed_above=1)
    cora, second = coordinator(stage), coordinator(stage, "Kofi Ordner")
    await _writes(cora, "To many")
    await cora.taps("Look at it")
    await _asks_to_send(cora)
    await stage.passes(minutes=1)
    await second.taps("Look at it")
    await second.taps("Send back")
    await stage.passes(minutes=1)
    cora.reads("Your announcement was sent back by a second coordinator. It is a draft again: {words}")


async def test_the_author_cannot_be_the_second_coordinator(stage: Stage) -> None:
    await stage.restart(confirmed_above=1)
    cora = coordinator(stage)
    coordinator(stage, "Kofi Ordner")
    await _writes(cora, "To many")
    await cora.taps("Look at it")
    await _asks_to_send(cora)
    await cora.presses("ny:1:1", None)
    cora.reads("Somebody other than its author must agree.")


async def test_at_night_all_are_asleep_and_the_author_decides(stage: Stage) -> None:
    cora, anna = coordinator(stage), member(stage)
    await stage.passes(hours=12)  # 23:00 in Chemnitz
    await _writes(cora, "Good night")
    await cora.taps("Look at it")
    await _asks_to_send(cora)
    cora.reads(
        "At that time all of them have quiet hours. The first get it at {time}, the last at {last}. Send it anyway?"
    )
    await cora.taps("Send it anyway")
    await stage.passes(hours=2)
    assert told(anna, "Good night") == 0
    await stage.passes(hours=9)
    assert told(anna, "Good night") == 1


async def test_it_goes_out_at_the_time_chosen(stage: Stage) -> None:
    cora, anna = coordinator(stage), member(stage)
    await _writes(cora, "At noon")
    await cora.taps("When")
    await cora.taps("At a certain time")
    await cora.says("11.3.2026")
    await cora.says("12:00")
    await cora.taps("Look at it")
    await _asks_to_send(cora)
    await stage.passes(hours=23)
    assert told(anna, "At noon") == 0
    await stage.passes(hours=3)
    assert told(anna, "At noon") == 1


async def test_a_time_that_has_passed_is_refused(stage: Stage) -> None:
    cora = coordinator(stage)
    await _writes(cora, "Yesterday")
    await cora.taps("When")
    await cora.taps("At a certain time")
    await cora.says("10.3.2026")
    await cora.taps("‹")
    assert cora.sees_button("11:30") and not cora.sees_button("11:00")
    await cora.says("06:00")
    cora.reads("This time has passed already. Please choose a later one.")


async def test_a_long_text_goes_out_in_parts_and_says_so(stage: Stage) -> None:
    cora, anna = coordinator(stage), member(stage)
    await _writes(cora, "\n\n".join(f"{number} {'word ' * 152}".strip() for number in range(1, 6)))
    cora.reads("The text is too long for one message: it goes out in {n} messages, cut between paragraphs.")
    await cora.taps("Look at it")
    await _sends(stage, cora)
    await stage.passes(seconds=5)
    assert told(anna, "word word") == 2


async def test_the_card_says_whom_it_reaches_and_who_had_enough(stage: Stage) -> None:
    cora, _anna = coordinator(stage), member(stage)
    for number in range(3):
        announcement(stage, f"Number {number}")
    await stage.passes(seconds=0)
    await _writes(cora, "One more")
    await cora.taps("Look at it")
    cora.reads(
        "{n} of these readers were written to {budget} times this week and get it some days later.", n=2, budget=3
    )


async def test_the_ledger_adds_up(stage: Stage) -> None:
    cora, anna, ben = coordinator(stage), member(stage), member(stage, "Ben Ode", city="Shanghai")
    await stage.passes(hours=5)
    sent = announcement(stage, "Count me")
    await stage.passes(seconds=0)
    await cora.says("/announce")
    await _opens(cora, "Count me")
    assert "2 / 3" in cora.screen.text
    assert told(anna, "Count me") + told(ben, "Count me") + told(cora, "Count me: ") == 1
    assert sorted(str(one) for one in outcomes(stage, sent).values()) == ["None", "sent", "sent"]


async def test_the_preview_is_what_readers_of_a_language_get(stage: Stage) -> None:
    cora = coordinator(stage)
    announcement(
        stage, state="draft", texts={"de": "Guten Tag, {name}", "zh_Hans": "您好，{name}", "en": "Hello, {name}"}
    )
    await cora.says("/announce")
    await _opens(cora, "Hello")
    await cora.taps("As read: 中文")
    assert any("您好，Cora Ordner" in message.text for message in cora.messages())
    await cora.taps("Send to me as a test")
    assert told(cora, "Hello, Cora Ordner") == 1


async def test_given_up_and_begun_again_it_is_whole(stage: Stage) -> None:
    cora, anna = coordinator(stage), member(stage)
    await _writes(cora, "First try")
    await cora.taps("Cancel")
    await cora.taps("Start again")
    await cora.taps("Everybody")
    await cora.says("Second try")
    await cora.taps("Look at it")
    await _sends(stage, cora)
    assert (told(anna, "First try"), told(anna, "Second try")) == (0, 1)


async def test_of_an_event_by_invitation_only_the_invited_hear(stage: Stage) -> None:
    cora, anna, ben = coordinator(stage), member(stage), member(stage, "Ben Ode")
    meetup = event(stage, "Refresher", invited_only=True)
    invited = Invitation(event_id=meetup, member_id=find(stage, "Anna Weber").id)
    stage.looks_up(lambda session: session.add(invited))
    await cora.says("/planning")
    await _opens(cora, "Refresher")
    await cora.taps("Announce")
    await cora.says("The hotel is booked.")
    await cora.taps("Look at it")
    await _sends(stage, cora)
    assert (told(anna, "The hotel is booked"), told(ben, "The hotel is booked")) == (1, 0)


@pytest.mark.parametrize("door", ["telegram", "web"])
async def test_a_picture_goes_with_it_whichever_door_it_came_through(stage: Stage, door: str) -> None:
    cora = member(stage, "Cora Ordner", coordinator=True, door=door)
    near, far = member(stage, door="telegram"), member(stage, "Ben Ode", door="web")
    await _writes(cora, "Look at this")
    await cora.taps("Picture or file")
    await cora.sends_picture()
    await cora.taps("Look at it")
    await _sends(stage, cora)
    assert [message.raw.photo is not None for message in near.messages() if "Look at this" in message.text] == [True]
    shown = [message.raw for message in far.messages() if "Look at this" in message.text]
    assert len(shown) == 1
    status, content = await far.downloads(shown[0]["picture"]["url"])  # type: ignore[attr-defined]
    assert (status, content) == (200, PIXEL)


async def test_a_picture_that_is_too_large_is_refused_and_the_draft_stays(stage: Stage) -> None:
    cora = member(stage, "Cora Ordner", coordinator=True, door="telegram")
    await _writes(cora, "Look at this")
    await cora.taps("Picture or file")
    await cora.sends_file("wall.png", bytes(20_000_000))
    cora.reads("This picture has {size} MB, and at most {limit} MB can be passed on. Please send a smaller one.")
    await cora.taps("Back")
    cora.reads("<b>This goes to {n} person.</b> Tap a line below to change it.", n=1)


@pytest.mark.parametrize(("kind", "choose", "label"), [("An event", "Stammtisch", "Open the event"),
                                                       ("A club", "Club Chemnitz", "Open the club")])  # fmt: skip
async def test_a_button_leads_to_an_event_or_a_club(stage: Stage, kind: str, choose: str, label: str) -> None:
    cora, anna = coordinator(stage), member(stage)
    event(stage, "Stammtisch", club=club(stage, "Chemnitz"), audience={})
    await _writes(cora, "Have a look")
    await cora.taps("Button")
    await cora.taps(kind)
    await _opens(cora, choose)
    await cora.taps("Look at it")
    await _sends(stage, cora)
    await anna.taps(label)
    assert choose in anna.screen.text


async def test_a_button_opens_a_page(stage: Stage) -> None:
    cora, anna = coordinator(stage), member(stage)
    await _writes(cora, "Have a look")
    await cora.taps("Button")
    await cora.taps("A page on the web")
    await cora.says("tu-chemnitz.example")
    cora.reads("Please write a full address that begins with https://")
    await cora.says("https://tu-chemnitz.example/party")
    await cora.taps("Look at it")
    await _sends(stage, cora)
    assert anna.link("/party") == "https://tu-chemnitz.example/party"


async def test_the_picture_of_the_ledger_is_for_who_sent_it(stage: Stage) -> None:
    cora = coordinator(stage)
    announcement(stage, "Count me")
    await stage.passes(seconds=0)
    await cora.says("/announce")
    await _opens(cora, "Count me")
    await cora.taps("By language and club")
    cora.reads("{label}: {sent} / {all}", sent=1, all=1)
    await cora.taps("As a picture")
    cora.reads("How the announcement stands")


async def test_what_is_half_written_goes_on(stage: Stage) -> None:
    cora, anna = coordinator(stage), member(stage)
    await _writes(cora, "Half written")
    await cora.says("/events")
    await cora.says("/announce")
    cora.reads("<b>This goes to {n} people.</b> Tap a line below to change it.", n=2)
    await cora.taps("Look at it")
    await _sends(stage, cora)
    assert told(anna, "Half written") == 1


async def test_a_text_begun_for_others_is_kept_for_those_it_is_for_now(stage: Stage) -> None:
    home = club(stage, "Chemnitz")
    ada, anna = member(stage, "Ada Amb", ambassador_of=home), member(stage)
    enters(stage, "Anna Weber", home)
    meetup = event(stage, "Stammtisch", club=home)
    await _writes_to_club(ada, "Come along")
    await ada.presses(WriteAboutEvent(meetup).pack(), None)
    ada.reads("<b>This goes to {n} person.</b> Tap a line below to change it.", n=1)
    await ada.taps("Look at it")
    await _sends(stage, ada)
    assert told(anna, "Come along") == 1
    assert anna.sees_button("Attend")


async def _writes_to_club(actor: Actor, text: str) -> None:
    await actor.says("/announce")
    await actor.says(text)


async def test_the_card_says_how_many_sleep_when_it_goes_out(stage: Stage) -> None:
    cora = coordinator(stage)
    member(stage, "Lin Yue", city="Shanghai")
    await stage.passes(hours=5)  # 16:00 in Chemnitz, 23:00 in Shanghai
    await _writes(cora, "Good evening")
    await cora.taps("Look at it")
    cora.reads("{n} of them has quiet hours then and gets it when they end, by {time}.", n=1)


@pytest.mark.language("de")
async def test_a_text_in_the_field_of_another_language_is_noticed(stage: Stage) -> None:
    cora = coordinator(stage)
    await _writes(cora, "各位校友，大家好")
    await cora.taps("Look at it")
    await cora.taps("Send …")
    cora.reads("The text for this language does not look like it: {language}", language="Deutsch")
    cora.reads("Add their language, or send it anyway?")
    await cora.presses(SendAnnouncement(1, -7).pack(), None)
    cora.reads("Add their language, or send it anyway?")
