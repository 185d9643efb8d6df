"""People write to the alumni office and are answered by a person; every path ends there."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.domain.questions_to_office import TOPICS, About, Subject
from db import erasure
from db.models.announcements import Attachment
from db.models.contact import Letter, Thread
from db.models.lists import Institution
from db.models.members import Member, Role, Status
from handlers.contact.asking import MOST_A_DAY
from handlers.contact.buttons import AddFile, AskOffice, OpenFile, OpenQuestion, Settled, WriteAgain
from tests.actors import TelegramActor
from tests.handlers.people.touching import change
from tests.handlers.test_privacy import asks_to_be_erased, file_of, traces
from tests.office import (
    ANNA,
    KOCH,
    all_read,
    answers,
    asks,
    coordinator,
    fixed,
    institution,
    letters,
    thread,
    threads_of,
)
from tests.people import find, guest, member
from tests.stage import Stage
from tests.wording import said

ASKED = "<b>{name}</b> asks the alumni office ({about}):\n\n“{words}”"
ANSWERED = "<b>{name}</b> answers your question ({about}):\n\n“{words}”"
GONE = "This question is no longer kept. You can write to the alumni office at any time."
NOBODY = "There is nobody yet who reads letters here. Please write to {email}: a person answers you."
ARRIVED = "Thank you. The alumni office has your letter; the answer comes here, into this chat."


@pytest.mark.parametrize("doors", [("telegram", "web"), ("web", "telegram")])
async def test_a_letter_is_answered_and_settled(stage: Stage, doors: tuple[str, str]) -> None:
    koch, anna = coordinator(stage, door=doors[1]), member(stage, ANNA, door=doors[0])
    await anna.says("/contact")
    anna.reads("Or write to them here: a person answers you in this chat.")
    await anna.taps("Write to us")
    await anna.taps("Registration and code")
    anna.reads(
        "What would you like to write to the alumni office ({about})?", about=said(anna, "Registration and code")
    )
    await anna.says("Where is my code?\nAsked at 10:30 <b>&")
    anna.reads(ARRIVED)
    await all_read(stage)
    words = "Where is my code?\nAsked at 10:30 <b>&"
    koch.reads(ASKED, name=ANNA, about=said(koch, "Registration and code"), words=words)
    await answers(stage, koch, "In the letter.")
    koch.reads("Sent to {name}.", name=ANNA)
    anna.reads(ANSWERED, name=KOCH, about=said(anna, "Registration and code"), words="In the letter.")
    await anna.taps("That helps, thank you")
    anna.reads("Thank you for telling us. You can write again at any time.")
    assert (thread(stage).state, letters(stage)) == ("closed", [words, "In the letter."])


async def test_writing_again_adds_to_the_question(stage: Stage) -> None:
    koch, anna = coordinator(stage), member(stage, ANNA)
    await asks(stage, anna, "One")
    await anna.presses(AskOffice().pack(), None)
    await anna.taps("Mentoring")
    anna.reads("What you write is added to your question about this.")
    await anna.says("Two")
    await all_read(stage)
    await answers(stage, koch, "Three")
    await answers(stage, anna, "Four")
    koch.reads(ASKED, words="Four")
    await asks(stage, anna, "Five", about="Something else")
    assert letters(stage) == ["One", "Two", "Three", "Four", "Five"]
    assert [(each.about, each.state) for each in threads_of(stage)] == [("mentoring", "open"), ("other", "open")]


async def test_after_settling_an_old_button_begins_a_new_question(stage: Stage) -> None:
    koch, anna = coordinator(stage), member(stage, ANNA)
    await asks(stage, anna, "One")
    await answers(stage, koch, "Two")
    await anna.taps("That helps, thank you")
    await anna.taps("Write again")
    await anna.says("Three")
    anna.reads(ARRIVED)
    assert [each.state for each in threads_of(stage)] == ["closed", "open"]


@pytest.mark.door("telegram")
async def test_an_answer_is_answered_by_replying(stage: Stage) -> None:
    """Also in the middle of something else, which stays as it is."""
    koch, anna = coordinator(stage), member(stage, ANNA)
    await asks(stage, anna, "One")
    await answers(stage, koch, "Two")
    assert isinstance(anna, TelegramActor)
    answer = anna.screen
    await anna.says("/zone")
    await anna.replies("Three", answer)
    await anna.replies("x" * 2001, answer)
    anna.reads("This is too long: please use at most {n} characters.", n=2000)
    assert letters(stage) == ["One", "Two", "Three"]
    koch.reads(ASKED, words="Three")


async def test_who_is_not_one_of_us_may_write_too(stage: Stage) -> None:
    koch, people = coordinator(stage), {"guest": guest(stage)}
    for status in (Status.PENDING, Status.SUSPENDED):
        people[status.value] = member(stage, status.value.title(), verified=False)
        change(stage, status.value.title(), status=status)
    for status, anna in people.items():
        await asks(stage, anna, "May I come?", about="Registration and code")
        anna.reads(ARRIVED)
        name = said(koch, "A guest") if status == "guest" else status.title()
        koch.reads(ASKED, name=name, words="May I come?")
        await answers(stage, koch, "You may.")
        anna.reads(ANSWERED, words="You may.")


async def test_ones_own_institution_stands_first_and_names_its_fixed_person(stage: Stage) -> None:
    koch, anna = coordinator(stage), member(stage, ANNA)
    coordinator(stage, "Lars Lang")
    fixed(stage, Subject(About.INSTITUTION, institution(stage)), KOCH)
    await anna.presses(AskOffice().pack(), None)
    own, *topics = anna.screen.labels()[:6]
    assert topics == [said(anna, label) for label in TOPIC_NAMES]
    await anna.taps(own)
    anna.reads("What would you like to write to <b>{name}</b> ({about})?", name=KOCH, about=own)
    await anna.says("Hello")
    anna.reads("Thank you. {name} of the alumni office has your letter; the answer comes here", name=KOCH)
    await all_read(stage)
    koch.reads(ASKED, words="Hello")
    assert thread(stage).assigned_to == find(stage, KOCH).id


TOPIC_NAMES = ("Registration and code", "Events and clubs", "Mentoring", "Privacy and my data", "Something else")


@pytest.mark.door("telegram")
@pytest.mark.language("en")
async def test_the_contact_persons_of_many_institutions_fit_into_one_message(stage: Stage) -> None:
    def add(session: Session) -> None:
        for number in range(60):
            names = {"en": f"University of a rather long name, number {number}"}
            session.add(
                Institution(
                    slug=f"u{number}", names=names, position=number, contact_name="Person", contact_email="p@x.example"
                )
            )

    stage.looks_up(add)
    anna = guest(stage)
    await anna.says("/contact")
    anna.reads("These people are glad to help you.")


@pytest.mark.language("en")
async def test_a_letter_whose_institution_was_closed_meanwhile_is_asked_about_again(stage: Stage) -> None:
    coordinator(stage)
    anna = member(stage, ANNA)
    await anna.presses(AskOffice().pack(), None)
    await anna.taps("Chemnitz University of Technology")
    await anna.says("/menu")
    closing = update(Institution).where(Institution.slug == "tu-chemnitz").values(closed=True)
    stage.looks_up(lambda session: session.execute(closing))
    await anna.taps("Continue: {form}", form="Letter to the alumni office")
    anna.reads("What is it about?")


async def test_without_any_coordinator_one_reads_where_to_write(stage: Stage) -> None:
    anna = member(stage, ANNA)
    await anna.says("/contact")
    assert not anna.sees_button("Write to us")
    await anna.presses(AskOffice().pack(), None)
    anna.reads(NOBODY, email="alumni@tu-chemnitz.example")
    assert anna.sees_button("Contact")


async def test_so_many_letters_in_a_day(stage: Stage) -> None:
    coordinator(stage)
    anna = member(stage, ANNA)
    await asks(stage, anna, "First")
    row, now = thread(stage).id, stage.clock.now()
    more = [{"thread_id": row, "text": "x", "at": now} for _n in range(MOST_A_DAY - 2)]
    stage.looks_up(lambda session: session.add_all(Letter(**each) for each in more))
    await anna.presses(WriteAgain(row).pack(), None)
    await anna.says("Last")
    anna.reads(ARRIVED)
    await anna.presses(WriteAgain(row).pack(), None)
    anna.reads(
        "You have written {n} letters within a day. Please go on tomorrow; all of them have arrived.", n=MOST_A_DAY
    )
    await stage.passes(hours=25)
    await anna.presses(WriteAgain(row).pack(), None)
    anna.reads("What you write is added to your question about this.")


async def test_a_question_of_somebody_else_is_not_there(stage: Stage) -> None:
    coordinator(stage)
    anna, bernd = member(stage, ANNA), member(stage, "Bernd Koch")
    await asks(stage, anna)
    for number in (thread(stage).id, 0, 4711, 10**20):
        for tap in (OpenQuestion(number), WriteAgain(number), Settled(number)):
            await bernd.presses(tap.pack(), None)
            assert bernd.screen.text == said(bernd, GONE)
    assert thread(stage).state == "open"


async def test_the_usual_waiting_time_is_told_from_five_answers_on(stage: Stage) -> None:
    coordinator(stage)
    anna = member(stage, ANNA)
    me, now = find(stage, ANNA).id, stage.clock.now()

    def answered(hours: int) -> Thread:
        at = {"opened_at": now - timedelta(hours=hours), "changed_at": now, "answered_at": now, "closed_at": now}
        return Thread(member_id=me, about="other", state="closed", **at)

    stage.looks_up(lambda session: session.add_all(answered(hours) for hours in (1, 2, 48, 72)))
    await anna.says("/contact")
    anna.reads_not("Usual waiting time: {time} (half of the last {n} questions were answered by then).")
    stage.looks_up(lambda session: session.add(answered(100)))
    await anna.says("/contact")
    days = {"de": "2 Tage", "zh_Hans": "2天", "en": "2 days"}[anna.language]
    anna.reads("Usual waiting time: {time} (half of the last {n} questions were answered by then).", time=days, n=5)


async def test_a_long_question_has_pages_of_letters(stage: Stage) -> None:
    koch, anna = coordinator(stage), member(stage, ANNA)
    for sign in "abc":
        await asks(stage, anna, sign * 1900)
    await anna.presses(OpenQuestion(thread(stage).id).pack(), None)
    assert "c" * 1900 in anna.screen.text and "b" * 1900 not in anna.screen.text
    await anna.taps("‹")
    assert "b" * 1900 in anna.screen.text
    await koch.taps("Whole question")
    assert "c" * 1900 in koch.screen.text


@pytest.mark.database("sqlite")
async def test_an_answer_arrives_although_the_question_was_closed_meanwhile(stage: Stage) -> None:
    koch, anna = coordinator(stage), member(stage, ANNA)
    await stage.passes(hours=12)
    await asks(stage, anna)
    await stage.passes(hours=10)
    await stage.passes(hours=14)
    await answers(stage, koch, "Like this.")
    await koch.taps("Close")
    assert "Like this." not in anna.screen.text
    await stage.passes(hours=10)
    anna.reads(ANSWERED, words="Like this.")
    anna.reads("The alumni office has closed your question ({about}).")


async def test_what_one_wrote_is_in_ones_data_and_goes_with_them(stage: Stage) -> None:
    koch, anna = coordinator(stage), guest(stage)
    await asks(stage, anna, "Zwetschgenkuchen", about="Registration and code")
    await answers(stage, koch, "Pflaumenmus")
    await koch.says("/inbox")
    await anna.says("/mydata")
    (told,) = (await file_of(anna))["questions_to_the_alumni_office"]
    assert [(each["by"], each["text"]) for each in told["letters"]] == [
        ("yourself", "Zwetschgenkuchen"),
        ("alumni office", "Pflaumenmus"),
    ]
    await asks_to_be_erased(anna)
    await stage.passes(hours=49)
    assert (threads_of(stage), letters(stage)) == ([], [])
    assert traces(stage, "Zwetschgenkuchen") == []


async def test_pictures_and_files_go_both_ways_and_are_erased_with_the_question(stage: Stage) -> None:
    koch, anna, bernd = coordinator(stage), member(stage, ANNA), member(stage, "Bernd Koch")
    await asks(stage, anna, "It looks like this:")
    await anna.taps("Add a picture or file")
    await anna.sends_picture()
    anna.reads(ARRIVED)
    await all_read(stage)
    name = "photo.jpg" if isinstance(anna, TelegramActor) else "picture.png"
    koch.reads(ASKED, words=said(koch, "File: {name}", name=name))
    await koch.taps("Whole question")
    await koch.taps("Send a file")
    await koch.says("Nothing but words")
    koch.reads("Please send a picture or a file, or use the buttons below.")
    await koch.sends_file("help.pdf", b"%PDF-1.4 help")
    await all_read(stage)
    anna.reads("File: {name}", name="help.pdf")
    await anna.taps("My question")
    await anna.taps("File: {name}", name="help.pdf")
    newest = stage.looks_up(lambda session: session.scalar(select(func.max(Letter.id))))
    for tap in (OpenFile(newest), OpenFile(4711), OpenFile(10**20), AddFile(thread(stage).id)):
        await bernd.presses(tap.pack(), None)
        assert bernd.screen.text == said(bernd, GONE)
    stage.clock.move(timedelta(days=40))
    await forgets(stage)
    assert files(stage) == 2
    await asks_to_be_erased(anna)
    await stage.passes(hours=49)
    assert (files(stage), letters(stage)) == (0, [])


async def forgets(stage: Stage) -> None:
    """The tick and the night after this moment."""
    await stage.app.ticks.hold_lease()
    await stage.app.planning.plan()
    await stage.app.planning.clear()


def files(stage: Stage) -> int:
    return stage.looks_up(lambda session: session.scalar(select(func.count()).select_from(Attachment)) or 0)


async def test_a_guest_who_waits_for_an_answer_is_not_forgotten(stage: Stage) -> None:
    koch, anna = coordinator(stage), guest(stage)
    await asks(stage, anna, "One")
    guest(stage, "Bernd")
    stage.clock.move(timedelta(days=40))
    stage.looks_up(lambda session: erasure.forget_guests(session, stage.clock.now()))
    await answers(stage, koch, "Two")
    anna.reads(ANSWERED, words="Two")
    guests = select(func.count()).where(Member.status == Status.GUEST)
    assert stage.looks_up(lambda session: session.scalar(guests)) == 1


@pytest.mark.database("sqlite")
async def test_answered_questions_settle_and_are_forgotten_in_the_end(stage: Stage) -> None:
    koch, anna = coordinator(stage), member(stage, ANNA)
    await asks(stage, anna)
    await answers(stage, koch, "Yes")
    at = stage.clock.now()
    for days, states in ((29, ["answered"]), (31, ["closed"]), (31 + 364, ["closed"]), (31 + 366, [])):
        stage.clock.move(at + timedelta(days=days) - stage.clock.now())
        await forgets(stage)
        assert [each.state for each in threads_of(stage)] == states
    assert letters(stage) == []


@pytest.mark.door("web")
async def test_words_that_nobody_could_read_any_more_are_not_kept(stage: Stage) -> None:
    coordinator(stage)
    anna = member(stage, ANNA)
    await anna.presses(AskOffice().pack(), None)
    await anna.taps("Mentoring")
    stage.looks_up(lambda session: [session.delete(row) for row in session.scalars(select(Role))])
    await anna.says("Hello")
    anna.reads(NOBODY, email="alumni@tu-chemnitz.example")
    assert letters(stage) == []


def test_every_topic_has_a_short_key_and_is_read_again() -> None:
    for subject in (*TOPICS, Subject(About.INSTITUTION, 2**31 - 1)):
        assert Subject.read(subject.key) == subject
    for broken in ("institution", "i", "ix", "nonsense"):
        with pytest.raises(ValueError, match=broken):
            Subject.read(broken)
