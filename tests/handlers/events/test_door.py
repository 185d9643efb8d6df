"""At the door: tickets are scanned, codes typed, names ticked, people let in; and nobody is checked in twice."""

import asyncio
import re

import aiohttp
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db import attendances, checkins, events
from db.models.events import Attendance, Event, EventState
from db.models.members import Role
from db.models.privacy import Audit
from handlers.coordination.likeness_buttons import JoinPeople
from handlers.events.card import Attend, Decline, OpenEvent, Organise, ShowTicket
from handlers.events.door_cards import CheckIn, LetIn, TakeBack, TypeCode, WalkIn
from handlers.events.organising import OpenDoor
from handlers.events.tickets import ticket_of
from handlers.events.walk_ins import CountPeople
from handlers.pictures import draw_qr
from tests.actors import Actor, TelegramActor, WebActor
from tests.clubs import club
from tests.events import answer_of, answers, event
from tests.marks import on_both_databases
from tests.people import find, guest, member
from tests.stage import Stage, translate


def meetup(stage: Stage, city: str = "Leipzig", **columns: object) -> tuple[int, Actor]:
    """A meetup of a club that begins in two hours, and the ambassador of that club."""
    there = club(stage, city)
    in_hours = columns.pop("in_hours", 2)
    return event(stage, club=there, in_hours=in_hours, **columns), member(  # type: ignore[arg-type]
        stage, f"Bernd {city}", ambassador_of=there
    )


def comes(stage: Stage, name: str, event_id: int, state: str = "yes", guests: int = 0) -> int:
    """A member who has answered; the id of the answer."""
    member(stage, name)
    return answers(stage, name, event_id, state, guests)


def row_of(stage: Stage, answer: int) -> Attendance:
    return stage.looks_up(lambda session: session.get_one(Attendance, answer))


def is_here(stage: Stage, answer: int) -> bool:
    return row_of(stage, answer).checked_in_at is not None


def ticket(stage: Stage, answer: int) -> str:
    """The payload of the link in somebody's QR code."""
    row = row_of(stage, answer)
    assert row.nonce is not None
    return f"ticket_{ticket_of(stage.app.house, answer, row.nonce)}"


def counted(stage: Stage, event_id: int) -> int:
    found = stage.looks_up(lambda session: events.load(session, event_id))
    assert found is not None
    return found.walk_ins


def log_about(stage: Stage, name: str) -> list[str]:
    """What the log says was done about a member by others, oldest first."""
    number = find(stage, name).number
    query = select(Audit.action).where(Audit.subject == number, Audit.actor != number).order_by(Audit.id)
    return stage.looks_up(lambda session: list(session.scalars(query)))


def names_listed(actor: Actor) -> list[str]:
    """The buttons of the list at the door that are people."""
    return [label for label in actor.screen.labels() if re.search(r"Person |Weber|Vogel|Lang", label)]


async def picture_of(actor: Actor) -> bytes:
    """The picture of the last message, as the person sees it."""
    if isinstance(actor, TelegramActor):
        photo = actor.phone.chat.last.photo
        assert photo is not None
        return photo
    assert isinstance(actor, WebActor)
    url = actor.url + actor.screen.raw["picture"]["url"]
    async with aiohttp.ClientSession(cookie_jar=actor.cookies) as http, http.get(url) as answer:
        return await answer.read()


# ---- the ticket ----


@pytest.mark.everywhere
async def test_a_ticket_is_shown_scanned_and_scanned_again(stage: Stage) -> None:
    evening, bernd = meetup(stage, guests_allowed=2)
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(evening, 2).pack(), None)
    await anna.taps("Ticket")
    anna.reads("<b>Your ticket: {event}</b>", event="Stammtisch")
    anna.reads("With {n} guests.", n=2)
    answer = stage.looks_up(lambda session: attendances.find(session, evening, find(stage, "Anna Weber").id))
    assert answer is not None and answer.code is not None
    anna.reads("Code: <b>{code}</b>", code=f"{answer.code:04d}")
    link = ticket(stage, answer.id)
    assert await picture_of(anna) == draw_qr(stage.app.house.web_link(link))

    await bernd.says(f"/start {link}")
    bernd.reads("Checked in")
    assert "Anna Weber" in bernd.screen.text
    bernd.reads("With {n} guests.", n=2)
    bernd.reads("{here} of {n} people are here.", here=3, n=3)
    await stage.passes(minutes=5)
    await bernd.says(f"/start {link}")
    bernd.reads("Already checked in")
    bernd.reads("Checked in already, by you: {time}")
    assert "11:00" in bernd.screen.text
    assert log_about(stage, "Anna Weber") == ["checked_in", "attendee_seen"]


async def test_a_wrong_scan_is_undone_with_one_tap(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    answer = comes(stage, "Anna Weber", evening)
    await bernd.says(f"/start {ticket(stage, answer)}")
    await bernd.taps("Undo")
    bernd.reads("Not checked in any more")
    assert not is_here(stage, answer)
    await bernd.taps("Check in again")
    assert is_here(stage, answer)
    assert log_about(stage, "Anna Weber") == ["checked_in", "check_in_undone", "attendee_seen", "checked_in"]


async def test_the_code_has_four_digits_always(stage: Stage) -> None:
    evening, _bernd = meetup(stage)
    anna = member(stage, "Anna Weber")
    answer = answers(stage, "Anna Weber", evening)
    stage.looks_up(lambda session: setattr(session.get_one(Attendance, answer), "code", 7))
    await anna.presses(ShowTicket(evening).pack(), None)
    anna.reads("Code: <b>{code}</b>", code="0007")


@pytest.mark.everywhere
@pytest.mark.language("de")
async def test_no_row_holds_what_a_ticket_opens_with(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    anna = member(stage, "Anna Weber")
    answer = answers(stage, "Anna Weber", evening)
    await anna.presses(ShowTicket(evening).pack(), None)
    anna.reads("<b>Your ticket: {event}</b>")
    mac = ticket(stage, answer).rsplit("-", 1)[1]
    await anna.says(f"/start {ticket(stage, answer)}")
    await bernd.says(f"/start {ticket(stage, answer)}")
    assert is_here(stage, answer)
    tables = stage.looks_up(_every_table)
    assert len(tables) > 20
    assert [name for name, rows in tables.items() if mac in rows] == []


def _every_table(session: Session) -> dict[str, str]:
    from db.models import Base

    return {
        table.name: repr(session.execute(text(f'SELECT * FROM "{table.name}"')).all())
        for table in Base.metadata.tables.values()
        if table.name not in ("place", "place_name", "region", "region_name")
    }


async def test_whoever_does_not_attend_has_no_ticket(stage: Stage) -> None:
    evening, _bernd = meetup(stage)
    anna = member(stage, "Anna Weber")
    await anna.presses(ShowTicket(evening).pack(), None)
    anna.reads("Tickets are for those who attend. You do not attend this event.")
    answers(stage, "Anna Weber", evening, "waiting")
    await anna.presses(ShowTicket(evening).pack(), None)
    anna.reads("Tickets are for those who attend. You do not attend this event.")


async def test_a_cancelled_event_needs_no_ticket(stage: Stage) -> None:
    evening = event(stage, state=EventState.CANCELLED)
    anna = member(stage, "Anna Weber")
    answers(stage, "Anna Weber", evening)
    await anna.presses(ShowTicket(evening).pack(), None)
    anna.reads("This event does not take place, so you need no ticket.")


async def test_what_is_long_over_needs_no_ticket(stage: Stage) -> None:
    evening = event(stage, in_hours=1)
    anna = member(stage, "Anna Weber")
    answers(stage, "Anna Weber", evening)
    await stage.passes(days=2)
    await anna.presses(ShowTicket(evening).pack(), None)
    anna.reads("This event is over, so you need no ticket any more.")


async def test_following_ones_own_ticket_shows_the_event(stage: Stage) -> None:
    evening, _bernd = meetup(stage)
    anna = member(stage, "Anna Weber")
    answer = answers(stage, "Anna Weber", evening)
    await anna.says(f"/start {ticket(stage, answer)}")
    anna.reads("You attend.")
    assert not is_here(stage, answer)


async def test_the_ticket_of_an_earlier_answer_is_void_and_both_are_told(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    anna = member(stage, "Anna Weber")
    await anna.presses(Attend(evening).pack(), None)
    mine = stage.looks_up(lambda session: attendances.find(session, evening, find(stage, "Anna Weber").id))
    assert mine is not None
    old = ticket(stage, mine.id)
    await anna.taps("Decline")
    await anna.taps("Attend")
    await bernd.says(f"/start {old}")
    bernd.reads("Ticket not valid")
    bernd.reads("This ticket does not count.")
    assert "Anna" not in bernd.screen.text
    await anna.says(f"/start {old}")
    anna.reads("The ticket you opened is from an earlier answer and no longer counts.")
    assert not is_here(stage, mine.id)
    await bernd.says(f"/start {ticket(stage, mine.id)}")
    assert is_here(stage, mine.id)


@on_both_databases
async def test_of_two_records_joined_either_ticket_leads_to_the_one_seat(stage: Stage) -> None:
    evening, bernd = meetup(stage, guests_allowed=2)
    koch = member(stage, "Katrin Koch", coordinator=True)
    answer, other = comes(stage, "Anna Weber", evening), comes(stage, "A. Weber", evening, guests=1)
    tickets = [ticket(stage, each) for each in (answer, other)]
    code = row_of(stage, other).code
    await koch.presses(JoinPeople(find(stage, "Anna Weber").id, find(stage, "A. Weber").id).pack(), None)
    koch.reads("Joined. The person has been told.")
    await bernd.says(f"/start {tickets[1]}")
    bernd.reads("Checked in")
    assert "Anna Weber" in bernd.screen.text and is_here(stage, answer)
    bernd.reads("{here} of {n} people are here.", here=2, n=2)
    await bernd.says(f"/start {tickets[0]}")
    bernd.reads("Already checked in")
    await bernd.presses(TypeCode(evening).pack(), None)
    await bernd.says(f"{code:04d}")
    bernd.reads("Already checked in")
    assert "Anna Weber" in bernd.screen.text
    assert log_about(stage, "Anna Weber").count("checked_in") == 1


async def test_a_yes_anew_makes_the_tickets_of_both_records_void(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    koch = member(stage, "Katrin Koch", coordinator=True)
    anna = member(stage, "Anna Weber")
    answer, other = answers(stage, "Anna Weber", evening), comes(stage, "A. Weber", evening)
    old = [ticket(stage, each) for each in (answer, other)]
    await koch.presses(JoinPeople(find(stage, "Anna Weber").id, find(stage, "A. Weber").id).pack(), None)
    await anna.presses(Decline(evening).pack(), None)
    await anna.presses(Attend(evening).pack(), None)
    for each in old:
        await bernd.says(f"/start {each}")
        bernd.reads("Ticket not valid")
    assert not is_here(stage, answer)


async def test_a_forged_ticket_opens_nothing(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    answer = comes(stage, "Anna Weber", evening)
    for forged in (f"ticket_{answer}-{'0' * 24}", f"ticket_{answer}-{row_of(stage, answer).nonce}{'0' * 8}"):
        await bernd.says(f"/start {forged}")
        bernd.reads("Ticket not valid")
    assert not is_here(stage, answer)


@pytest.mark.parametrize("nonsense", ["", "1", "1-", "99999999999-" + "0" * 24, "4294967297-" + "0" * 24, "x-y", "0-0"])
async def test_a_link_that_is_no_ticket_is_told_apart_from_none_by_nobody(stage: Stage, nonsense: str) -> None:
    _evening, bernd = meetup(stage)
    await bernd.says(f"/start ticket_{nonsense}")
    bernd.reads("This is the ticket of somebody else.")


async def test_other_members_learn_nothing_from_a_ticket(stage: Stage) -> None:
    evening, _bernd = meetup(stage)
    answer = comes(stage, "Anna Weber", evening)
    dora = member(stage, "Dora Lang")
    seen = []
    for payload in (ticket(stage, answer), f"ticket_{answer}-{'0' * 24}", "ticket_999999-" + "0" * 24):
        await dora.says(f"/start {payload}")
        dora.reads("This is the ticket of somebody else.")
        seen.append(dora.screen.text)
    assert len(set(seen)) == 1
    assert "Anna" not in seen[0] and "Stammtisch" not in seen[0]
    assert not is_here(stage, answer)


async def test_a_guest_who_scans_a_ticket_is_asked_to_register(stage: Stage) -> None:
    evening, _bernd = meetup(stage)
    answer = comes(stage, "Anna Weber", evening)
    somebody = guest(stage, "Gast")
    await somebody.says(f"/start {ticket(stage, answer)}")
    somebody.reads("For this you need to be registered.")
    assert not is_here(stage, answer)


async def test_an_ambassador_of_another_club_cannot_use_a_ticket(stage: Stage) -> None:
    evening, _bernd = meetup(stage)
    _other, clara = meetup(stage, "Berlin")
    answer = comes(stage, "Anna Weber", evening)
    await clara.says(f"/start {ticket(stage, answer)}")
    clara.reads("This is the ticket of somebody else.")
    assert not is_here(stage, answer)


async def test_a_coordinator_is_at_every_door(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    koch = member(stage, "Katrin Koch", coordinator=True, in_network=False)
    answer = comes(stage, "Anna Weber", evening)
    await koch.says(f"/start {ticket(stage, answer)}")
    koch.reads("Checked in")
    await bernd.says(f"/start {ticket(stage, answer)}")
    bernd.reads("Checked in already, by the alumni office: {time}")


# ---- the list ----


@pytest.mark.everywhere
async def test_names_are_ticked_and_unticked(stage: Stage) -> None:
    evening, bernd = meetup(stage, guests_allowed=3)
    anna = comes(stage, "Anna Weber", evening, guests=2)
    comes(stage, "Clara Vogel", evening)
    await bernd.presses(Organise(evening).pack(), None)
    await bernd.taps("Door")
    bernd.reads("{here} of {n} people are here.", here=0, n=4)
    await bernd.taps("Anna Weber +2")
    bernd.reads("{here} of {n} people are here.", here=3, n=4)
    bernd.reads("With {n} guests.", n=2)
    assert names_listed(bernd) == ["Clara Vogel", "✓ Anna Weber +2"]
    assert is_here(stage, anna)
    await bernd.taps("Anna Weber +2")
    bernd.reads("{here} of {n} people are here.", here=0, n=4)
    assert names_listed(bernd) == ["Anna Weber +2", "Clara Vogel"]
    assert not is_here(stage, anna)


async def test_the_list_has_pages_of_six_by_name(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    for letter in "hgfedcba":
        comes(stage, f"Person {letter}", evening)
    await bernd.presses(OpenDoor(evening).pack(), None)
    assert names_listed(bernd) == [f"Person {letter}" for letter in "abcdef"]
    await bernd.taps("›")
    assert names_listed(bernd) == ["Person g", "Person h"]
    await bernd.taps("Person g")
    assert names_listed(bernd) == ["Person h", "✓ Person g"]
    await bernd.taps("‹")
    assert names_listed(bernd) == [f"Person {letter}" for letter in "abcdef"]


async def test_only_those_who_said_yes_are_on_the_list(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    for name, state in (("Anna Weber", "no"), ("Clara Vogel", "waiting"), ("Dora Lang", "maybe")):
        comes(stage, name, evening, state)
    await bernd.presses(OpenDoor(evening).pack(), None)
    bernd.reads("Nobody has said yes.")
    assert names_listed(bernd) == []


async def test_that_names_were_read_is_noted_once_a_day(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    comes(stage, "Anna Weber", evening)
    comes(stage, "Clara Vogel", evening, "waiting")
    for _time in range(3):
        await bernd.presses(OpenDoor(evening).pack(), None)
    assert log_about(stage, "Anna Weber") == ["attendee_seen"]
    assert log_about(stage, "Clara Vogel") == []


async def test_a_tap_on_an_old_list_says_who_was_faster(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    leipzig = stage.looks_up(lambda session: session.get_one(Event, evening)).club_id
    clara = member(stage, "Clara Jung", ambassador_of=leipzig)
    dirk = member(stage, "Dirk Hahn", ambassador_of=leipzig, in_network=False)
    answer = comes(stage, "Anna Weber", evening)
    other = comes(stage, "Dora Lang", evening)
    await bernd.presses(OpenDoor(evening).pack(), None)
    await clara.presses(CheckIn(answer, True, 0).pack(), None)
    await dirk.presses(CheckIn(other, True, 0).pack(), None)
    await bernd.taps("Anna Weber")
    bernd.reads("Checked in already, by {name}: {time}", name="Clara Jung")
    await bernd.presses(CheckIn(other, True, 0).pack(), bernd.screen.ident)
    bernd.reads("Checked in already, by an ambassador: {time}")
    assert row_of(stage, answer).checked_in_by == find(stage, "Clara Jung").number


async def test_whoever_was_erased_is_not_named_at_the_door(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    answer = comes(stage, "Anna Weber", evening)
    now = stage.clock.now()

    def here(session: Session) -> None:
        row = session.get_one(Attendance, answer)
        row.checked_in_at, row.checked_in_by = now, "GONE2345"

    stage.looks_up(here)
    await bernd.presses(CheckIn(answer, True, 0).pack(), None)
    bernd.reads("Checked in already: {time}")


@on_both_databases
async def test_three_organisers_check_one_person_in_at_once(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    leipzig = stage.looks_up(lambda session: session.get_one(Event, evening)).club_id
    clara = member(stage, "Clara Jung", ambassador_of=leipzig)
    koch = member(stage, "Katrin Koch", coordinator=True)
    answer = comes(stage, "Anna Weber", evening)
    link = ticket(stage, answer)
    await asyncio.gather(
        bernd.says(f"/start {link}"), clara.presses(CheckIn(answer, True).pack(), None), koch.says(f"/start {link}")
    )
    first = [who for who in (bernd, clara, koch) if who.screen.text.startswith(translate(who.language, "Checked in\n"))]
    headlines = [who.screen.text.split("\n")[0] for who in (bernd, clara, koch)]
    assert sorted(headlines) == sorted([translate("de", "Checked in"), *[translate("de", "Already checked in")] * 2]), (
        first
    )
    assert log_about(stage, "Anna Weber").count("checked_in") == 1


@on_both_databases
async def test_three_organisers_at_three_doors_check_everybody_in_once(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    leipzig = stage.looks_up(lambda session: session.get_one(Event, evening)).club_id
    others = [member(stage, f"Helfer {name}", ambassador_of=leipzig) for name in ("Eins", "Zwei")]
    rows = [comes(stage, f"Person {letter}", evening) for letter in "abcdef"]
    await asyncio.gather(
        *(
            who.presses(CheckIn(row, True, 0).pack(), None)
            for who in (bernd, *others)
            for row in (rows if who is bernd else rows[::-1])
        )
    )
    assert all(is_here(stage, row) for row in rows)
    assert [log_about(stage, f"Person {letter}").count("checked_in") for letter in "abcdef"] == [1] * 6


# ---- a code, or a name ----


@pytest.mark.everywhere
async def test_the_four_digits_are_typed(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    answer = comes(stage, "Anna Weber", evening)
    await bernd.presses(OpenDoor(evening).pack(), None)
    await bernd.taps("Code or name")
    bernd.reads("Please write the four digits of the ticket, or the beginning of the name.")
    await bernd.says(str(row_of(stage, answer).code))
    bernd.reads("Checked in")
    assert "Anna Weber" in bernd.screen.text
    assert is_here(stage, answer)
    await bernd.taps("Next person")
    await bernd.says("9999")
    bernd.reads("Nobody has this code at this event.")
    await bernd.says("123")
    bernd.reads("Nobody has this code at this event.")
    await bernd.taps("Back to the list")
    assert names_listed(bernd) == ["✓ Anna Weber"]


@pytest.mark.parametrize("typed", ["１００７", "10 07", " 1007"])
async def test_digits_are_read_as_people_type_them(stage: Stage, typed: str) -> None:
    evening, bernd = meetup(stage)
    answer = comes(stage, "Anna Weber", evening)
    stage.looks_up(lambda session: setattr(session.get_one(Attendance, answer), "code", 1007))
    await bernd.presses(TypeCode(evening).pack(), None)
    await bernd.says(typed)
    assert is_here(stage, answer)


@pytest.mark.parametrize("typed", ["Web", "anna weber", "Weber Anna", "Anna"])
async def test_the_beginning_of_a_name_is_enough(stage: Stage, typed: str) -> None:
    evening, bernd = meetup(stage)
    answer = comes(stage, "Anna Weber", evening)
    comes(stage, "Clara Vogel", evening)
    await bernd.presses(TypeCode(evening).pack(), None)
    await bernd.says(typed)
    assert is_here(stage, answer)


@pytest.mark.parametrize(("name", "typed"), [("Jürgen Öztürk", "oez"), ("Jürgen Öztürk", "Juerg"), ("陈诗博", "诗博")])
async def test_names_are_found_in_any_spelling(stage: Stage, name: str, typed: str) -> None:
    evening, bernd = meetup(stage)
    answer = comes(stage, name, evening)
    await bernd.presses(TypeCode(evening).pack(), None)
    await bernd.says(typed)
    assert is_here(stage, answer)


async def test_of_several_one_is_chosen(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    comes(stage, "Anna Weber", evening)
    answer = comes(stage, "Dora Weber", evening)
    await bernd.presses(TypeCode(evening).pack(), None)
    await bernd.says("weber")
    bernd.reads("Which one do you mean?")
    assert log_about(stage, "Anna Weber") == ["attendee_seen"]
    await bernd.taps("Dora Weber")
    bernd.reads("Checked in")
    assert is_here(stage, answer)


async def test_a_code_counts_at_its_own_event_only(stage: Stage) -> None:
    _evening, bernd = meetup(stage)
    elsewhere, _clara = meetup(stage, "Berlin")
    answer = comes(stage, "Anna Weber", elsewhere)
    await bernd.presses(TypeCode(_evening).pack(), None)
    await bernd.says(str(row_of(stage, answer).code))
    bernd.reads("Nobody has this code at this event.")
    await bernd.says("Anna Weber")
    bernd.reads("Nobody of this name has answered.")
    assert not is_here(stage, answer)


async def test_whoever_lost_the_office_meanwhile_finds_nobody(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    answer = comes(stage, "Anna Weber", evening)
    berlin = club(stage, "Berlin")
    await bernd.presses(TypeCode(evening).pack(), None)
    moved = find(stage, "Bernd Leipzig").id
    stage.looks_up(
        lambda session: setattr(session.scalars(select(Role).where(Role.member_id == moved)).one(), "club_id", berlin)
    )
    await bernd.says("Anna")
    bernd.reads("This belongs to an event that you do not organise, or that no longer exists.")
    assert not is_here(stage, answer)


async def test_a_cancelled_form_started_again_knows_no_event_and_says_so(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    await bernd.presses(TypeCode(evening).pack(), None)
    await bernd.taps("Cancel")
    await bernd.taps("Start again")
    await bernd.says("1234")
    bernd.reads("This belongs to an event that you do not organise, or that no longer exists.")
    await bernd.taps("Back to the list")
    bernd.reads("Another event")


# ---- people without a seat ----


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("waiting", "This person is on the waiting list and has no seat."),
        ("offered", "A seat is kept for this person until {time}, but they have not taken it yet."),
        ("maybe", "This person only said that they may come."),
        ("no", "This person has declined."),
        ("lapsed", "This person was offered a seat and did not take it in time."),
    ],
)
async def test_without_a_seat_the_organiser_decides(stage: Stage, state: str, sentence: str) -> None:
    evening, bernd = meetup(stage, capacity=1)
    comes(stage, "Clara Vogel", evening)
    answer = comes(stage, "Anna Weber", evening, state)
    await bernd.presses(TypeCode(evening).pack(), None)
    await bernd.says(str(row_of(stage, answer).code))
    bernd.reads("No seat")
    bernd.reads(sentence)
    assert not is_here(stage, answer)
    await bernd.taps("Let them in all the same")
    bernd.reads("Checked in")
    assert is_here(stage, answer)
    assert answer_of(stage, "Anna Weber", evening) == ("yes", 0)
    before = bernd.screen
    await bernd.taps("Undo")
    bernd.reads("The answer of this person is again what it was before.")
    assert answer_of(stage, "Anna Weber", evening) == (state, 0)
    again = next(data for row in before.buttons for label, data in row if data.startswith("db:"))
    await bernd.presses(again, bernd.screen.ident)
    assert answer_of(stage, "Anna Weber", evening) == (state, 0)
    assert log_about(stage, "Anna Weber").count("let_in_undone") == 1


async def test_taken_back_somebody_waits_at_their_old_place(stage: Stage) -> None:
    evening, bernd = meetup(stage, capacity=1)
    comes(stage, "Clara Vogel", evening)
    first = comes(stage, "Anna Weber", evening, "waiting")
    comes(stage, "Dora Lang", evening, "waiting")
    await bernd.presses(LetIn(first).pack(), None)
    assert row_of(stage, first).line is None
    await bernd.taps("Undo")
    assert row_of(stage, first).line == 1


async def test_an_old_undo_takes_back_only_its_own_letting_in(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    answer = comes(stage, "Anna Weber", evening, "no")
    await bernd.presses(LetIn(answer).pack(), None)
    undo = TakeBack(answer, row_of(stage, answer).round, attendances.State.NO, None)
    await bernd.taps("Undo")
    await bernd.presses(LetIn(answer).pack(), None)
    await bernd.presses(undo.pack(), bernd.screen.ident)
    assert is_here(stage, answer)


@pytest.mark.everywhere
async def test_a_member_walks_into_a_full_house(stage: Stage) -> None:
    evening, bernd = meetup(stage, capacity=1)
    comes(stage, "Clara Vogel", evening)
    anna = member(stage, "Anna Weber")
    await bernd.presses(OpenDoor(evening).pack(), None)
    await bernd.taps("Walk-in")
    await bernd.says("Anna Weber")
    bernd.reads("Checked in")
    bernd.reads("{here} of {n} people are here.", here=1, n=2)
    assert answer_of(stage, "Anna Weber", evening) == ("yes", 0)
    await anna.presses(OpenEvent(evening).pack(), None)
    anna.reads("You attend.")
    await bernd.taps("Undo")
    assert answer_of(stage, "Anna Weber", evening) == ("no", 0)
    assert log_about(stage, "Anna Weber") == ["let_in", "let_in_undone", "attendee_seen"]


@pytest.mark.parametrize("typed", ["An", "Anna", "Weber", "A W", "Anna Web", "%", "_", "Anna %"])
async def test_no_door_is_for_leafing_through_the_members(stage: Stage, typed: str) -> None:
    evening, bernd = meetup(stage)
    member(stage, "Anna Weber")
    await bernd.presses(WalkIn(evening).pack(), None)
    await bernd.says(typed)
    bernd.reads("We know no verified member of this name. Please write the full name")
    assert answer_of(stage, "Anna Weber", evening) is None


@pytest.mark.parametrize(
    ("name", "typed"),
    [("陈诗博", "陈诗博"), ("Jürgen Öztürk", "juergen oeztuerk"), ("Jürgen Öztürk", "Öztürk, Jürgen"),
     ("Anna Maria Müller-Lang", "anna müller-lang")],
)  # fmt: skip
async def test_a_full_name_is_found_as_it_is_said(stage: Stage, name: str, typed: str) -> None:
    evening, bernd = meetup(stage)
    member(stage, name)
    await bernd.presses(WalkIn(evening).pack(), None)
    await bernd.says(typed)
    assert answer_of(stage, name, evening) == ("yes", 0)


async def test_namesakes_are_told_apart_by_their_number(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    member(stage, "Anna Weber", city="Leipzig")
    first = find(stage, "Anna Weber")
    member(stage, "Anna Weber", city="Berlin")
    await bernd.presses(WalkIn(evening).pack(), None)
    await bernd.says("Anna Weber")
    bernd.reads("Which one do you mean?")
    await bernd.taps(f"Anna Weber · {first.number}")
    row = stage.looks_up(lambda session: attendances.find(session, evening, first.id))
    assert row is not None and row.checked_in_at is not None


async def test_whoever_is_not_verified_is_only_counted(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    member(stage, "Anna Weber", verified=False)
    await bernd.presses(WalkIn(evening).pack(), None)
    await bernd.says("Anna Weber")
    bernd.reads("We know no verified member of this name. Please write the full name")
    await bernd.taps("Count one more person")
    bernd.reads("Besides, {n} person came without an answer.", n=1)
    assert counted(stage, evening) == 1


async def test_people_are_counted_one_by_one_and_taken_back(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    await bernd.presses(WalkIn(evening).pack(), None)
    await bernd.taps("Count one more person")
    await bernd.taps("One more")
    await bernd.taps("One more")
    bernd.reads("Besides, {n} people came without an answer.", n=3)
    await bernd.taps("One fewer")
    assert counted(stage, evening) == 2
    await bernd.taps("Who is here")
    bernd.reads("Besides, {n} people came without an answer.", n=2)


async def test_a_double_tap_counts_one_person(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    await asyncio.gather(*(bernd.presses(CountPeople(evening, 0, 1).pack(), None) for _time in range(3)))
    assert counted(stage, evening) == 1


@on_both_databases
async def test_of_two_who_count_at_once_nobody_is_lost_unseen(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    koch = member(stage, "Katrin Koch", coordinator=True)
    for who in (bernd, koch):
        await who.presses(WalkIn(evening).pack(), None)
    await asyncio.gather(bernd.taps("Count one more person"), koch.taps("Count one more person"))
    assert counted(stage, evening) == 2
    await koch.presses(CountPeople(evening, 1, 0).pack(), koch.screen.ident)
    koch.reads("The number has changed meanwhile.")
    assert counted(stage, evening) == 2


@pytest.mark.parametrize(("seen", "wanted"), [(0, -1), (0, 500), (0, 0)])
async def test_an_impossible_count_changes_nothing(stage: Stage, seen: int, wanted: int) -> None:
    evening, bernd = meetup(stage)
    await bernd.presses(CountPeople(evening, seen, wanted).pack(), None)
    assert counted(stage, evening) == 0


# ---- when, and who ----


async def test_the_door_opens_three_hours_before(stage: Stage) -> None:
    evening, bernd = meetup(stage, in_hours=4)
    answer = comes(stage, "Anna Weber", evening)
    await bernd.presses(Organise(evening).pack(), None)
    assert not bernd.sees_button("Door")
    await bernd.says(f"/start {ticket(stage, answer)}")
    bernd.reads("It is too early: the door opens three hours before the start, on {time}.")
    await stage.passes(hours=1)
    await bernd.presses(Organise(evening).pack(), None)
    assert bernd.sees_button("Door")
    await bernd.says(f"/start {ticket(stage, answer)}")
    assert is_here(stage, answer)


async def test_a_day_after_the_end_nobody_comes_in_but_absences_are_put_right(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    answer = comes(stage, "Anna Weber", evening)
    await stage.passes(days=1, hours=5)
    await bernd.says(f"/start {ticket(stage, answer)}")
    bernd.reads("This event is over. For a week you can still say on the list at the door who was there.")
    await bernd.presses(TypeCode(evening).pack(), None)
    bernd.reads("The door is closed")
    await bernd.presses(WalkIn(evening).pack(), None)
    bernd.reads("The door is closed")
    await bernd.presses(LetIn(answer).pack(), None)
    bernd.reads("The door is closed")
    assert not is_here(stage, answer)
    await bernd.presses(Organise(evening).pack(), None)
    await bernd.taps("Who was there")
    bernd.reads("Was somebody here after all? Until {time} you can still tick them.")
    assert not bernd.sees_button("Walk-in")
    await bernd.taps("Anna Weber")
    assert is_here(stage, answer)


async def test_after_a_week_nothing_is_changed_any_more(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    answer = comes(stage, "Anna Weber", evening)
    await stage.passes(days=8)
    await bernd.presses(CheckIn(answer, True, 0).pack(), None)
    bernd.reads("This event was more than a week ago; who was there can no longer be changed.")
    await bernd.presses(OpenDoor(evening).pack(), None)
    bernd.reads("The door is closed")
    assert not is_here(stage, answer)


@pytest.mark.parametrize("state", [EventState.CANCELLED, EventState.DRAFT])
async def test_what_does_not_take_place_has_no_door(stage: Stage, state: EventState) -> None:
    evening, bernd = meetup(stage, state=state)
    answer = comes(stage, "Anna Weber", evening)
    for tap in (OpenDoor(evening), CheckIn(answer, True, 0), TypeCode(evening), WalkIn(evening)):
        await bernd.presses(tap.pack(), None)
        bernd.reads("This event does not take place; nobody needs to be checked in.")
    await bernd.presses(Organise(evening).pack(), None)
    assert not bernd.sees_button("Door")
    assert not is_here(stage, answer)


async def test_an_old_button_of_another_club_does_nothing(stage: Stage) -> None:
    evening, _bernd = meetup(stage)
    _other, clara = meetup(stage, "Berlin")
    answer = comes(stage, "Anna Weber", evening)
    taps = (
        OpenDoor(evening),
        CheckIn(answer, True, 0),
        CheckIn(answer, False),
        LetIn(answer),
        TakeBack(answer, 1, attendances.State.NO, None),
        TypeCode(evening),
        WalkIn(evening),
        CountPeople(evening, 0, 1),
    )
    for tap in taps:
        await clara.presses(tap.pack(), None)
        clara.reads("This belongs to an event that you do not organise, or that no longer exists.")
        assert "Anna" not in clara.screen.text
    assert not is_here(stage, answer)
    assert counted(stage, evening) == 0
    assert log_about(stage, "Anna Weber") == []


async def test_those_who_attend_are_not_at_the_door(stage: Stage) -> None:
    evening, _bernd = meetup(stage)
    anna = member(stage, "Anna Weber")
    answer = answers(stage, "Anna Weber", evening)
    await anna.presses(CheckIn(answer, True, 0).pack(), None)
    anna.reads("This is for the ambassadors of clubs.")
    assert not is_here(stage, answer)


async def test_somebody_who_has_declined_meanwhile_is_not_ticked_from_an_old_list(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    anna = member(stage, "Anna Weber")
    answer = answers(stage, "Anna Weber", evening)
    await bernd.presses(OpenDoor(evening).pack(), None)
    await anna.presses(Decline(evening).pack(), None)
    await bernd.taps("Anna Weber")
    bernd.reads("This person has declined.")
    assert bernd.sees_button("Let them in all the same")
    assert not is_here(stage, answer)


# ---- what remains of it ----


def was_at(stage: Stage, name: str, days_ago: float, came: bool, *, anybody: bool = True) -> None:
    """An event some days ago at which the member of this name was expected."""
    past, missing = event(stage, in_hours=-24 * days_ago), find(stage, name).id
    answers(stage, name, past)
    if anybody:
        answers(stage, "Dora Lang", past)

    def tick(session: Session) -> None:
        for row in session.scalars(select(Attendance).where(Attendance.event_id == past)):
            if came or (anybody and row.member_id != missing):
                row.checked_in_at = stage.clock.now()

    stage.looks_up(tick)


async def test_somebody_sees_for_themselves_how_often_they_did_not_come(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    member(stage, "Dora Lang")
    await anna.says("/mydata")
    anna.reads_not("Events of the last year you had said yes to: {n}; you came to: {came}")
    for days_ago in (100, 90, 80):
        was_at(stage, "Anna Weber", days_ago, came=False)
    was_at(stage, "Anna Weber", 70, came=True)
    was_at(stage, "Anna Weber", 400, came=False)
    was_at(stage, "Anna Weber", 60, came=False, anybody=False)
    await anna.says("/mydata")
    anna.reads("Events of the last year you had said yes to: {n}; you came to: {came}", n=4, came=1)
    anna.reads("We count {n} absences", n=2)


async def test_one_absence_is_forgiven(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    member(stage, "Dora Lang")
    was_at(stage, "Anna Weber", 30, came=False)
    await anna.says("/mydata")
    anna.reads("Events of the last year you had said yes to: {n}; you came to: {came}", n=1, came=0)
    anna.reads_not("We count {n} absence")


async def test_somebody_let_in_was_expected_and_came(stage: Stage) -> None:
    evening, bernd = meetup(stage)
    anna = member(stage, "Anna Weber")
    await bernd.presses(WalkIn(evening).pack(), None)
    await bernd.says("Anna Weber")
    await stage.passes(hours=6)
    occasions = stage.looks_up(
        lambda session: checkins.occasions(session, find(stage, "Anna Weber").id, stage.clock.now())
    )
    assert [one.came for one in occasions] == [True]
    assert anna.name == "Anna Weber"
