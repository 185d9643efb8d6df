"""Those who organise an event read who answered what, write to them, and invite people by name; those who attend answer
their questions."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.conversation.i18n import number, speaking
from bot.conversation.notices import Switch
from db import attendances, clubs, events, members
from db.models.events import Attendance, Errand, Event, EventState
from db.models.members import Member, Role, RoleKind
from db.models.privacy import Audit
from handlers.clubs import MuteClub
from handlers.events.answers import said_names
from handlers.events.card import AnswerQuestions, Attend, OpenEvent, Organise
from handlers.events.organising import DiscardDraft, ExportAnswers, InvitePeople, ListAnswers, Said, WriteToThem
from handlers.events.publishing import Publish, Tell
from handlers.settings import Toggle
from tests.actors import Actor
from tests.clubs import club, enters
from tests.events import answers, event
from tests.people import find, member
from tests.stage import Stage, translate

FOOD = [{"de": "Essen Sie vegetarisch?"}, {"de": "Wie reisen Sie an?", "en": "How do you travel?"}]


def meetup(stage: Stage, city: str = "Leipzig", **columns: Any) -> tuple[int, Actor]:
    """A meetup of a club, and its ambassador."""
    there = club(stage, city)
    return event(stage, club=there, **columns), member(stage, f"Bernd {city}", ambassador_of=there)


def comes(stage: Stage, name: str, event_id: int, state: str = "yes", guests: int = 0) -> Actor:
    """A member who has answered."""
    actor = member(stage, name)
    answers(stage, name, event_id, state, guests)
    return actor


def club_of(stage: Stage, event_id: int) -> int:
    found = stage.looks_up(lambda session: session.get_one(Event, event_id)).club_id
    assert found is not None
    return found


def row_of(stage: Stage, name: str, event_id: int) -> Attendance:
    member_id = find(stage, name).id
    found = stage.looks_up(lambda session: attendances.find(session, event_id, member_id))
    assert found is not None
    return found


def says(stage: Stage, name: str, event_id: int, replies: dict[str, str]) -> None:
    """Let somebody have replied to the organiser's questions."""
    answer = row_of(stage, name, event_id).id
    stage.looks_up(lambda session: setattr(session.get_one(Attendance, answer), "replies", replies))


def is_invited(stage: Stage, name: str, event_id: int) -> bool:
    member_id = find(stage, name).id
    return stage.looks_up(lambda session: events.is_invited(session, event_id, member_id))


def log(stage: Stage, action: str) -> list[Audit]:
    query = select(Audit).where(Audit.action == action).order_by(Audit.id)
    return stage.looks_up(lambda session: list(session.scalars(query)))


def messages_sent(stage: Stage) -> list[Errand]:
    query = select(Errand).where(Errand.kind == "message")
    return stage.looks_up(lambda session: list(session.scalars(query)))


def tab(actor: Actor, said: Said, n: int) -> str:
    """The label of a list of answers with its number, as this person reads it."""
    with speaking(actor.language):
        return f"{said_names()[said]} · {number(n)}"


# ---- who answered what ----


@pytest.mark.everywhere
async def test_the_organiser_reads_who_answered_what(stage: Stage) -> None:
    evening, bernd = meetup(stage, questions=FOOD, guests_allowed=3)
    comes(stage, "Anna Weber", evening, guests=2)
    comes(stage, "Özlem Kaya", evening)
    comes(stage, "Clara Vogel", evening, "maybe")
    says(stage, "Anna Weber", evening, {"1": "Ja, <b>gern</b>", "2": "Zug"})
    await bernd.presses(Organise(evening).pack(), None)
    await bernd.taps("Answers")
    card = bernd.screen.text
    assert tab(bernd, Said.YES, 2) in card
    assert card.index("1. Anna Weber +2") < card.index("2. Özlem Kaya")
    colon = "：" if bernd.language == "zh_Hans" else ": "
    told = {"1": ("Essen Sie vegetarisch?", "Ja, <b>gern</b>"), "2": ("Zug",)}
    assert all(f"{place}{colon}{words}" in card for place, said in told.items() for words in said)
    assert "Clara" not in card
    await bernd.taps(tab(bernd, Said.MAYBE, 1))
    assert "1. Clara Vogel" in bernd.screen.text and "Anna" not in bernd.screen.text
    await bernd.taps(tab(bernd, Said.NO, 0))
    bernd.reads("Nobody has answered like this so far.")
    await bernd.taps("Organise")
    bernd.reads("Attend: {answers}, with guests {people}", answers=2, people=4)


async def test_those_who_wait_are_listed_in_their_order(stage: Stage) -> None:
    evening, bernd = meetup(stage, capacity=1)
    for name in ("Zoe Lang", "Anna Weber"):
        comes(stage, name, evening, "waiting")
    comes(stage, "Emil Hahn", evening, "offered")
    comes(stage, "Dora Jung", evening, "lapsed")
    await bernd.presses(ListAnswers(evening, Said.WAITING).pack(), None)
    card = bernd.screen.text
    assert card.index("1. Emil Hahn") < card.index("2. Zoe Lang") < card.index("3. Anna Weber")
    bernd.reads("A seat is kept until {time}.")
    await bernd.taps(tab(bernd, Said.NO, 1))
    bernd.reads("The seat offered was not taken in time.")


async def test_the_list_has_six_a_page(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    for letter in "hgfedcba":
        comes(stage, f"Person {letter}", evening)
    await bernd.presses(ListAnswers(evening).pack(), None)
    assert "6. Person f" in bernd.screen.text and "Person g" not in bernd.screen.text
    await bernd.taps("›")
    assert "7. Person g" in bernd.screen.text and "Person f" not in bernd.screen.text
    await bernd.presses(ListAnswers(evening, Said.YES, 99).pack(), bernd.screen.ident)
    assert "8. Person h" in bernd.screen.text


async def test_the_longest_answers_of_six_people_fit_into_one_message(stage: Stage) -> None:
    evening, bernd = meetup(stage, questions=[{"de": "F" * 200}] * 3)
    for letter in "abcdef":
        comes(stage, letter, evening, guests=9)
        says(stage, letter, evening, dict.fromkeys("123", "w" * 200))
        called = {"full_name": letter * 120, "other_name": "x" * 120}
        stage.looks_up(lambda session, who=letter, to=called: session.query(Member).filter_by(full_name=who).update(to))
    await bernd.presses(ListAnswers(evening).pack(), None)
    assert "6. f" in bernd.screen.text
    assert len(bernd.screen.text) < 4096


async def test_that_a_list_was_opened_is_recorded_and_the_persons_see_it(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    anna = comes(stage, "Anna Weber", evening)
    for _time in range(2):
        await bernd.presses(ListAnswers(evening).pack(), None)
    seen = log(stage, "attendees_viewed")
    assert [(row.actor, row.subject, row.details) for row in seen] == [
        (find(stage, "Bernd Leipzig").number, None, {"event": evening})
    ] * 2
    await anna.says("/mydata")
    anna.reads("{day}: an ambassador of a club")


async def test_a_coordinator_reads_any_list_as_the_alumni_office(stage: Stage) -> None:
    evening, _bernd = meetup(stage)
    anna = comes(stage, "Anna Weber", evening)
    chief = member(stage, "Karin Chef", coordinator=True)
    await chief.presses(ListAnswers(evening).pack(), None)
    assert "Anna Weber" in chief.screen.text
    await anna.says("/mydata")
    anna.reads("{day}: the alumni office")


async def test_the_ambassador_of_another_club_with_an_old_button_learns_nothing(stage: Stage) -> None:
    evening, _bernd = meetup(stage)
    comes(stage, "Anna Weber", evening)
    clara = member(stage, "Clara Jung", ambassador_of=club(stage, "Berlin"))
    for button in (ListAnswers(evening), WriteToThem(evening), InvitePeople(evening), ExportAnswers(evening)):
        await clara.presses(button.pack(), None)
        clara.reads("This is for those who organise the event.")
        assert "Anna" not in clara.screen.text
    assert log(stage, "attendees_viewed") == []


async def test_a_member_who_leads_no_club_is_kept_out(stage: Stage) -> None:
    evening, _bernd = meetup(stage)
    anna = comes(stage, "Anna Weber", evening)
    await anna.presses(ListAnswers(evening).pack(), None)
    anna.reads("This is for the ambassadors of clubs.")


# ---- the questions of the organiser ----


@pytest.mark.everywhere
async def test_whoever_attends_answers_the_questions_and_changes_their_mind(stage: Stage) -> None:
    evening, _bernd = meetup(stage, questions=FOOD)
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(evening).pack(), None)
    await anna.taps("Answer {n} questions", n=2)
    assert "Essen Sie vegetarisch?" in anna.screen.text
    await anna.says("2")
    await anna.taps("Skip")
    anna.reads("<b>Your answers: {event}</b>", event="Stammtisch")
    await anna.taps("Send")
    anna.reads("Thank you. The organiser can read your answers.")
    assert row_of(stage, "Anna Weber", evening).replies == {"1": "2"}
    await anna.taps("My answers")
    anna.reads("<b>Your answers: {event}</b>", event="Stammtisch")
    await anna.taps("Question {n}", n=2)
    await anna.says("Mit dem Zug")
    await anna.taps("Send")
    assert row_of(stage, "Anna Weber", evening).replies == {"1": "2", "2": "Mit dem Zug"}


async def test_the_questions_are_read_in_ones_own_language_where_there_is_one(stage: Stage) -> None:
    evening, _bernd = meetup(stage, questions=FOOD[1:])
    anna = member(stage, "Anna Weber", language="en")
    bob = member(stage, "Bob Miller", language="de")
    for person in (anna, bob):
        await person.presses(Attend(evening).pack(), None)
        await person.presses(AnswerQuestions(evening).pack(), person.screen.ident)
    assert "How do you travel?" in anna.screen.text
    assert "Wie reisen Sie an?" in bob.screen.text


async def test_an_answer_that_is_too_long_is_asked_again(stage: Stage) -> None:
    evening, _bernd = meetup(stage, questions=FOOD[:1])
    anna = comes(stage, "Anna Weber", evening)
    await anna.presses(AnswerQuestions(evening).pack(), None)
    await anna.says("x" * 201)
    anna.reads("This is too long: please use at most {n} characters.", n=200)


@pytest.mark.parametrize("state", ["no", "maybe", "waiting", None])
async def test_the_questions_are_only_for_those_who_attend(stage: Stage, state: str | None) -> None:
    evening, _bernd = meetup(stage, questions=FOOD)
    anna = member(stage, "Anna Weber")
    if state is not None:
        answers(stage, "Anna Weber", evening, state)
    await anna.presses(AnswerQuestions(evening).pack(), None)
    anna.reads("The questions are for those who attend.")


async def test_once_it_has_begun_the_questions_are_closed_even_half_way(stage: Stage) -> None:
    evening, _bernd = meetup(stage, questions=FOOD[:1], in_hours=1)
    anna = comes(stage, "Anna Weber", evening)
    await anna.presses(AnswerQuestions(evening).pack(), None)
    await anna.says("Ja")
    await stage.passes(hours=1.1)
    await anna.taps("Send")
    anna.reads("This event has begun or does not take place; its questions can no longer be answered.")
    assert row_of(stage, "Anna Weber", evening).replies == {}


async def test_whoever_gave_the_form_up_begins_again_with_the_event(stage: Stage) -> None:
    evening, _bernd = meetup(stage, questions=FOOD[:1])
    anna = comes(stage, "Anna Weber", evening)
    await anna.presses(AnswerQuestions(evening).pack(), None)
    await anna.taps("Cancel")
    await anna.taps("Start again")
    anna.reads("Which event is it about?")
    await anna.taps("{when} · Stammtisch")
    assert "Essen Sie vegetarisch?" in anna.screen.text
    await anna.says("Ja")
    await anna.taps("Send")
    assert row_of(stage, "Anna Weber", evening).replies == {"1": "Ja"}


async def test_an_organiser_who_took_the_questions_out_has_none(stage: Stage) -> None:
    evening, _bernd = meetup(stage)
    anna = comes(stage, "Anna Weber", evening)
    await anna.presses(AnswerQuestions(evening).pack(), None)
    anna.reads("The organiser has no questions any more.")


# ---- writing to those who answered ----


async def writes(organiser: Actor, event_id: int, text: str, *kinds: str) -> None:
    """Through the form to the last card."""
    await organiser.presses(WriteToThem(event_id).pack(), None)
    for kind in kinds:
        await organiser.taps(kind)
    await organiser.taps("Done")
    await organiser.says(text)


@pytest.mark.everywhere
async def test_a_message_reaches_those_who_answered_so_and_nobody_else(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    anna, clara = comes(stage, "Anna Weber", evening), comes(stage, "Clara Vogel", evening, "maybe")
    dora, emil = comes(stage, "Dora Lang", evening, "no"), member(stage, "Emil Hahn")
    words = "Wir treffen uns am <Nordtor>.\nBitte pünktlich!"
    await writes(bernd, evening, words, tab(bernd, Said.YES, 1), tab(bernd, Said.MAYBE, 1))
    bernd.reads("<b>Send this to {n} people?</b> They read:", n=2)
    bernd.reads("From the organiser of <b>{event}</b>:\n\n{text}", event="Stammtisch", text=words)
    await bernd.taps("Send the message")
    bernd.reads("Your message is on its way to {n} people.", n=2)
    await stage.passes(seconds=10)
    for person in (anna, clara):
        person.reads("From the organiser of <b>{event}</b>:\n\n{text}", event="Stammtisch", text=words)
    for person in (dora, emil):
        person.reads_not("From the organiser of <b>{event}</b>:")
    [recorded] = log(stage, "attendees_written_to")
    assert recorded.details == {"event": evening, "states": ["yes", "maybe"]}


async def test_those_with_a_seat_kept_belong_to_the_waiting(stage: Stage) -> None:
    evening, bernd = meetup(stage, capacity=1)
    waiting, offered = comes(stage, "Anna Weber", evening, "waiting"), comes(stage, "Clara Vogel", evening, "offered")
    await writes(bernd, evening, "Bitte noch etwas Geduld.", tab(bernd, Said.WAITING, 2))
    await bernd.taps("Send the message")
    await stage.passes(seconds=10)
    for person in (waiting, offered):
        person.reads("From the organiser of <b>{event}</b>:\n\n{text}", text="Bitte noch etwas Geduld.")


async def test_whoever_objected_is_left_out_and_the_organiser_is_told_how_many(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    anna, clara = comes(stage, "Anna Weber", evening), comes(stage, "Clara Vogel", evening)
    await anna.says("/stop")
    await writes(bernd, evening, "Bis bald!", tab(bernd, Said.YES, 2))
    bernd.reads("<b>Send this to {n} person?</b> They read:", n=1)
    bernd.reads("{n} person who answered like this does not wish to be written to, and is left out.", n=1)
    await bernd.taps("Send the message")
    await stage.passes(seconds=10)
    clara.reads("From the organiser of <b>{event}</b>:\n\n{text}", text="Bis bald!")
    anna.reads_not("From the organiser of <b>{event}</b>:")


async def test_a_message_to_nobody_is_refused_before_it_is_written(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    await bernd.presses(WriteToThem(evening).pack(), None)
    bernd.reads("Nobody has answered yet, so there is nobody to write to.")
    comes(stage, "Anna Weber", evening)
    await bernd.presses(WriteToThem(evening).pack(), None)
    await bernd.taps(tab(bernd, Said.NO, 0))
    bernd.reads("Nobody has answered like this so far.")
    await bernd.taps("Done")
    bernd.reads("Please choose at least one.")


async def test_a_message_to_those_who_all_objected_is_not_sent(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    anna = comes(stage, "Anna Weber", evening)
    await anna.says("/stop")
    await writes(bernd, evening, "Bis bald!", tab(bernd, Said.YES, 1))
    await bernd.taps("Send the message")
    bernd.reads("None of them wishes to be written to, so nothing was sent.")
    assert messages_sent(stage) == []


async def test_after_five_messages_within_a_day_it_is_enough(stage: Stage) -> None:
    evening, bernd = meetup(stage, in_hours=24 * 10)
    comes(stage, "Anna Weber", evening)
    for n in range(5):
        await writes(bernd, evening, f"Nachricht {n} an alle", tab(bernd, Said.YES, 1))
        await bernd.taps("Send the message")
    await bernd.presses(WriteToThem(evening).pack(), None)
    bernd.reads("{n} messages about this event have gone out within a day;", n=5)
    assert len(messages_sent(stage)) == 5
    await stage.passes(hours=25)
    await bernd.presses(WriteToThem(evening).pack(), None)
    bernd.reads("To whom would you like to write? Several are possible.")


async def test_a_sixth_message_begun_before_is_kept_but_not_sent(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    comes(stage, "Anna Weber", evening)
    await writes(bernd, evening, "Noch eine Nachricht", tab(bernd, Said.YES, 1))
    now = stage.clock.now()
    for n in range(5):
        stage.looks_up(
            lambda session, n=n: events.plan_errand(session, evening, "message", f"{n}", now, {"states": []})
        )
    await bernd.taps("Send the message")
    bernd.reads("{n} messages about this event have gone out within a day;", n=5)
    assert len(messages_sent(stage)) == 5
    await stage.passes(hours=25)
    await bernd.taps("Send the message")
    bernd.reads("Your message is on its way to {n} person.", n=1)


async def test_a_double_tap_sends_once(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    comes(stage, "Anna Weber", evening)
    await writes(bernd, evening, "Bis bald!", tab(bernd, Said.YES, 1))
    card = bernd.screen
    data = next(data for row in card.buttons for _label, data in row if data.startswith("qm:eventmsg:y"))
    await bernd.presses(data, card.ident)
    await bernd.presses(data, card.ident)
    assert len(messages_sent(stage)) == 1


# ---- inviting by name ----


def in_club(stage: Stage, event_id: int, name: str, **columns: Any) -> Actor:
    """A member of the club that holds the event."""
    actor = member(stage, name, **columns)
    enters(stage, name, club_of(stage, event_id))
    return actor


async def invites(organiser: Actor, event_id: int, name: str) -> None:
    await organiser.presses(InvitePeople(event_id).pack(), None)
    await organiser.says(name)


@pytest.mark.everywhere
async def test_an_ambassador_invites_a_member_of_the_club_by_name(stage: Stage) -> None:
    dinner, bernd = meetup(stage, invited_only=True)
    anna, clara = in_club(stage, dinner, "Anna Weber"), in_club(stage, dinner, "Clara Vogel")
    await anna.presses(OpenEvent(dinner).pack(), None)
    anna.reads("This event no longer exists.")
    await bernd.presses(Organise(dinner).pack(), None)
    await bernd.taps("Invite people")
    await bernd.says("Anna")
    bernd.reads("<b>Invite this person?</b>")
    assert "Anna Weber" in bernd.screen.text and "Chemnitz" not in bernd.screen.text
    await bernd.taps("Invite")
    bernd.reads("{name} is invited and will be told.", name="Anna Weber")
    await stage.passes(seconds=10)
    anna.reads("You are invited:")
    await anna.taps("Attend")
    assert row_of(stage, "Anna Weber", dinner).state == "yes"
    await bernd.taps("Another person")
    bernd.reads("Whom? Please write the name, or the beginning of it.")
    clara.reads_not("You are invited:")
    [recorded] = log(stage, "invited")
    assert (recorded.subject, recorded.details) == (find(stage, "Anna Weber").number, {"event": dinner})


async def test_an_ambassador_finds_nobody_outside_the_own_club(stage: Stage) -> None:
    dinner, bernd = meetup(stage, invited_only=True)
    member(stage, "Anna Weber")
    await invites(bernd, dinner, "Anna")
    bernd.reads("Your club has no member of this name. People outside it are invited by the alumni office.")
    outsider = find(stage, "Anna Weber").id
    await bernd.presses(f"q:eventinvite:person:{outsider}:1", bernd.screen.ident)
    bernd.reads("Your club has no member of this name.")
    in_club(stage, dinner, "Clara Vogel")
    await bernd.says("Clara")
    await bernd.taps("Invite")
    assert (is_invited(stage, "Clara Vogel", dinner), is_invited(stage, "Anna Weber", dinner)) == (True, False)


async def test_somebody_who_left_the_club_in_between_is_not_invited(stage: Stage) -> None:
    dinner, bernd = meetup(stage, invited_only=True)
    in_club(stage, dinner, "Anna Weber")
    await invites(bernd, dinner, "Anna")
    anna, leipzig, now = find(stage, "Anna Weber").id, club_of(stage, dinner), stage.clock.now()
    stage.looks_up(lambda session: clubs.enter(session, anna, leipzig, "left", now))
    await bernd.taps("Invite")
    bernd.reads("Your club has no member of this name.")
    assert not is_invited(stage, "Anna Weber", dinner)


async def test_a_coordinator_invites_anybody_and_tells_namesakes_apart_by_their_city(stage: Stage) -> None:
    dinner = event(stage, invited_only=True)
    chief = member(stage, "Karin Chef", coordinator=True)
    member(stage, "Anna Weber", city="Chemnitz")
    member(stage, "Anna Weberin", city="Nanjing")
    await invites(chief, dinner, "Anna")
    chief.reads("Which one do you mean?")
    label = next(label for label in chief.screen.labels() if label.startswith("Anna Weberin"))
    assert label != "Anna Weberin"
    await chief.taps(label)
    await chief.taps("Invite")
    assert (is_invited(stage, "Anna Weberin", dinner), is_invited(stage, "Anna Weber", dinner)) == (True, False)


async def test_people_are_invited_in_addition_to_those_an_event_is_for(stage: Stage) -> None:
    evening, _bernd = meetup(stage)
    chief, anna = member(stage, "Karin Chef", coordinator=True), member(stage, "Anna Weber")
    await invites(chief, evening, "Anna Weber")
    await chief.taps("Invite")
    await stage.passes(seconds=10)
    anna.reads("You are invited:")


@pytest.mark.parametrize("how", ["objects", "switches events off", "mutes the club"])
async def test_who_does_not_wish_it_is_not_told_and_the_organiser_knows(stage: Stage, how: str) -> None:
    dinner, bernd = meetup(stage, invited_only=True)
    anna = in_club(stage, dinner, "Anna Weber")
    if how == "objects":
        await anna.says("/stop")
    elif how == "switches events off":
        await anna.presses(Toggle(Switch.EVENTS, False).pack(), None)
    else:
        await anna.presses(MuteClub(club_of(stage, dinner), True).pack(), None)
    await invites(bernd, dinner, "Anna")
    await bernd.taps("Invite")
    bernd.reads("{name} is invited, but will not be told:", name="Anna Weber")
    await stage.passes(seconds=10)
    anna.reads_not("You are invited:")
    assert is_invited(stage, "Anna Weber", dinner)


async def test_nobody_is_invited_twice(stage: Stage) -> None:
    dinner, bernd = meetup(stage, invited_only=True)
    anna = in_club(stage, dinner, "Anna Weber")
    await invites(bernd, dinner, "Anna")
    await bernd.taps("Invite")
    await stage.passes(seconds=10)
    await invites(bernd, dinner, "Anna")
    bernd.reads("{name} is invited already.", name="Anna Weber")
    await anna.taps("Attend")
    await invites(bernd, dinner, "Anna")
    bernd.reads("{name} has answered already.", name="Anna Weber")
    assert len(log(stage, "invited")) == 1


async def test_two_organisers_who_invite_the_same_person_tell_them_once(stage: Stage) -> None:
    dinner, bernd = meetup(stage, invited_only=True)
    anna, chief = in_club(stage, dinner, "Anna Weber"), member(stage, "Karin Chef", coordinator=True)
    await invites(bernd, dinner, "Anna")
    await invites(chief, dinner, "Anna")
    await bernd.taps("Invite")
    await chief.taps("Invite")
    chief.reads("{name} is invited already.", name="Anna Weber")
    await stage.passes(seconds=10)
    assert sum(translate(anna.language, "You are invited:") in each.text for each in anna.messages()) == 1


async def test_inviting_oneself_lets_one_answer_and_tells_nobody(stage: Stage) -> None:
    dinner, bernd = meetup(stage, invited_only=True)
    enters(stage, "Bernd Leipzig", club_of(stage, dinner))
    await invites(bernd, dinner, "Bernd")
    await bernd.taps("Invite")
    bernd.reads("You are among the invited now, and can answer yourself.")
    await stage.passes(seconds=10)
    bernd.reads_not("You are invited:")
    await bernd.presses(Attend(dinner).pack(), None)
    assert row_of(stage, "Bernd Leipzig", dinner).state == "yes"


async def test_inviting_oneself_to_what_is_open_anyway_is_not_needed(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    enters(stage, "Bernd Leipzig", club_of(stage, evening))
    await invites(bernd, evening, "Bernd")
    bernd.reads("You organise this event and can answer it without an invitation.")
    assert not is_invited(stage, "Bernd Leipzig", evening)


async def test_people_on_the_list_of_a_draft_are_told_when_it_is_published(stage: Stage) -> None:
    dinner, bernd = meetup(stage, invited_only=True, state=EventState.DRAFT)
    anna, clara = in_club(stage, dinner, "Anna Weber"), in_club(stage, dinner, "Clara Vogel")
    await bernd.presses(Organise(dinner).pack(), None)
    await bernd.taps("Invite people")
    await bernd.says("Anna")
    await bernd.taps("Invite")
    bernd.reads("{name} is among the invited. When you publish the event,", name="Anna Weber")
    await stage.passes(seconds=10)
    anna.reads_not("You are invited:")
    await bernd.presses(Publish(dinner, Tell.NOW).pack(), None)
    await stage.passes(seconds=10)
    anna.reads("You are invited:")
    clara.reads_not("You are invited:")


async def test_a_draft_for_everybody_is_published_first(stage: Stage) -> None:
    evening, bernd = meetup(stage, state=EventState.DRAFT)
    await bernd.presses(InvitePeople(evening).pack(), None)
    bernd.reads("Please publish the event first. Then you can invite further people by name.")


async def test_an_invitation_that_cannot_be_answered_any_more_is_not_given(stage: Stage) -> None:
    soon = stage.clock.now() + timedelta(hours=1)
    dinner, bernd = meetup(stage, invited_only=True, answer_by=soon, in_hours=48)
    in_club(stage, dinner, "Anna Weber")
    await invites(bernd, dinner, "Anna")
    await stage.passes(hours=2)
    await bernd.taps("Invite")
    bernd.reads("The last day for answers is over. Please set a later one first,")
    assert not is_invited(stage, "Anna Weber", dinner)
    await stage.passes(hours=47)
    await bernd.presses(InvitePeople(dinner).pack(), None)
    bernd.reads("This event has begun or does not take place; nobody can be invited any more.")


async def test_whoever_is_no_ambassador_any_more_invites_nobody(stage: Stage) -> None:
    dinner, bernd = meetup(stage, invited_only=True)
    in_club(stage, dinner, "Anna Weber")
    await invites(bernd, dinner, "Anna")
    stage.looks_up(lambda session: session.query(Role).delete())
    await bernd.taps("Invite")
    bernd.reads("This is for the ambassadors of clubs.")
    assert not is_invited(stage, "Anna Weber", dinner)


async def test_whoever_lost_the_club_meanwhile_finds_none_of_its_members(stage: Stage) -> None:
    dinner, bernd = meetup(stage, invited_only=True)
    in_club(stage, dinner, "Anna Weber")
    berlin, ambassador, now = club(stage, "Berlin"), find(stage, "Bernd Leipzig").id, stage.clock.now()
    stage.looks_up(lambda session: members.grant(session, ambassador, RoleKind.AMBASSADOR, now, berlin))
    await bernd.presses(InvitePeople(dinner).pack(), None)
    leipzig = club_of(stage, dinner)
    stage.looks_up(lambda session: session.query(Role).filter_by(club_id=leipzig).delete())
    await bernd.says("Anna")
    bernd.reads("This is for those who organise the event.")
    assert "Anna" not in bernd.screen.text


async def test_the_draft_was_discarded_while_somebody_was_being_invited(stage: Stage) -> None:
    dinner, bernd = meetup(stage, invited_only=True, state=EventState.DRAFT)
    in_club(stage, dinner, "Anna Weber")
    await invites(bernd, dinner, "Anna")
    await bernd.presses(DiscardDraft(dinner).pack(), None)
    await bernd.taps("Continue: {form}")
    bernd.reads("This event no longer exists.")


async def test_an_organiser_who_gave_the_form_up_begins_again_with_the_event(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    comes(stage, "Anna Weber", evening)
    await bernd.presses(WriteToThem(evening).pack(), None)
    await bernd.taps("Cancel")
    await bernd.taps("Start again")
    await bernd.taps("{when} · Stammtisch")
    await bernd.taps(tab(bernd, Said.YES, 1))
    await bernd.taps("Done")
    await bernd.says("Bis bald!")
    bernd.reads("<b>Send this to {n} person?</b> They read:", n=1)
