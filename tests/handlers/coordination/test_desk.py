"""The alumni office answers: who gets a letter, who has the question from then on, and that nobody is forgotten."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.domain.questions_to_office import About, Subject
from db import merging
from db.models.contact import Desk
from db.models.conversation import Door
from db.models.delivery import Outbox
from db.models.members import Status
from db.models.privacy import Audit
from handlers.contact.buttons import AnswerThread, AskOffice, CloseThread, FixDesk, HandOver, OpenDesk, OpenThread
from tests.actors import Actor, TelegramActor
from tests.handlers.people.touching import change
from tests.office import (
    ANNA,
    KOCH,
    LANG,
    MAYER,
    all_read,
    answers,
    asks,
    at_institution,
    coordinator,
    deputy,
    fixed,
    institution,
    leaves_office,
    letters,
    thread,
    threads_of,
)
from tests.people import find, guest, member
from tests.stage import Stage
from tests.wording import said

ASKED = "<b>{name}</b> asks the alumni office ({about}):\n\n“{words}”"
ANSWERED = "<b>{name}</b> answers your question ({about}):\n\n“{words}”"
LEFT = "<b>{name}</b> waits for an answer ({about}), and whom they wrote to no longer answers:\n\n“{words}”"
WAITS = "<b>{name}</b> has been waiting for an answer ({about}): {time}.\n\n“{words}”"
NOT_FORGOTTEN = "Your question ({about}) is not forgotten, though it takes longer than it should."
NONE_OF_THEIRS = "This question is not (any more) among those you answer."
CLOSED = "This question is closed. {name} can write again at any time."
MENTORING = Subject(About.MENTORING)


def got(actor: Actor, sentence: str) -> bool:
    try:
        actor.reads(sentence)
    except AssertionError:
        return False
    return True


# -- who gets it


async def test_the_fixed_person_gets_it_and_who_stands_in(stage: Stage) -> None:
    koch, lang, anna = coordinator(stage), coordinator(stage, LANG), member(stage, ANNA)
    mayer = deputy(stage, MAYER, KOCH)
    fixed(stage, MENTORING, KOCH)
    await asks(stage, anna)
    assert [got(who, ASKED) for who in (koch, mayer, lang)] == [True, True, False]
    await answers(stage, mayer, "Like this.")
    anna.reads(ANSWERED, name=MAYER, words="Like this.")
    assert thread(stage).assigned_to == find(stage, MAYER).id


async def test_those_who_answer_for_the_member_come_before_the_central_ones(stage: Stage) -> None:
    central, anna = coordinator(stage), member(stage, ANNA)
    near = coordinator(stage, LANG, at_institution(stage))
    far = coordinator(stage, MAYER, at_institution(stage, "htwk-leipzig"))
    await asks(stage, anna)
    assert [got(who, ASKED) for who in (near, central, far)] == [True, False, False]
    stranger = guest(stage, "Bernd")
    await asks(stage, stranger, "From a guest")
    assert [got(who, "From a guest") for who in (near, central, far)] == [False, True, False]
    await stranger.presses(AskOffice().pack(), None)
    await stranger.taps("›")
    await stranger.presses(f"q:askoffice:about:i{institution(stage, 'htwk-leipzig')}:1", None)
    await stranger.says("To Leipzig")
    await all_read(stage)
    assert [got(who, "To Leipzig") for who in (near, central, far)] == [False, False, True]


async def test_who_may_not_answer_gets_nothing_and_is_refused(stage: Stage) -> None:
    koch, lang, anna = coordinator(stage), coordinator(stage, LANG), member(stage, ANNA)
    fixed(stage, MENTORING, LANG)
    await asks(stage, anna, "One")
    await lang.taps("Answer")
    change(stage, LANG, status=Status.SUSPENDED)
    await lang.says("Too late")
    await asks(stage, anna, "Two")
    koch.reads(ASKED, words="Two")
    lang.reads_not("Sent to {name}.")
    assert not got(lang, "Two")
    assert letters(stage) == ["One", "Two"]
    assert thread(stage).assigned_to is None


async def test_nobody_answers_their_own_question(stage: Stage) -> None:
    koch, lang = coordinator(stage), coordinator(stage, LANG)
    fixed(stage, MENTORING, KOCH)
    await asks(stage, koch)
    lang.reads(ASKED, name=KOCH)
    await koch.presses(AnswerThread(thread(stage).id, 0).pack(), None)
    koch.reads(NONE_OF_THEIRS)
    await koch.says("/inbox")
    koch.reads("No question is waiting.")


# -- answering


@pytest.mark.door("telegram")
async def test_a_letter_is_answered_by_replying_to_it(stage: Stage) -> None:
    koch, anna, bernd = coordinator(stage), member(stage, ANNA), member(stage, "Bernd Koch")
    await asks(stage, anna, "How?")
    letter = koch.screen
    await asks(stage, bernd, "And me?")
    assert isinstance(koch, TelegramActor)
    await koch.replies("10:30", letter)
    koch.reads("Sent to {name}.", name=ANNA)
    anna.reads(ANSWERED, name=KOCH, words="10:30")
    assert not got(bernd, ANSWERED)
    leaves_office(stage, KOCH)
    await koch.replies("Once more", letter)
    koch.reads("This is for coordinators.")
    assert letters(stage) == ["How?", "And me?", "10:30"]


@pytest.mark.door("telegram")
async def test_a_reply_to_any_other_message_is_just_words(stage: Stage) -> None:
    koch = coordinator(stage)
    await koch.says("/menu")
    assert isinstance(koch, TelegramActor)
    await koch.replies("Hello?")
    koch.reads("This is an automatic assistant, which cannot answer free text. Perhaps one of these helps:")
    await koch.says("/zone")
    await koch.replies("Leipzig")
    koch.reads_not("Sent to {name}.")


async def test_of_two_who_answer_at_once_both_letters_go_and_each_sees_the_others(stage: Stage) -> None:
    koch, lang, anna = coordinator(stage), coordinator(stage, LANG), member(stage, ANNA)
    await asks(stage, anna)
    for who in (koch, lang):
        await who.taps("Answer")
    await asyncio.gather(koch.says("From Koch"), lang.says("From Lang"))
    await all_read(stage)
    for who in (koch, lang):
        assert got(who, "From Koch") and got(who, "From Lang")
    meanwhile = "Meanwhile there is an answer of {names}, too; both have been sent."
    assert sorted(got(who, meanwhile) for who in (koch, lang)) == [False, True]
    assert got(anna, "From Koch") and got(anna, "From Lang")
    await koch.presses(AnswerThread(thread(stage).id, 0).pack(), None)
    koch.reads("There is an answer of {names} already.", names=LANG)


async def test_who_answered_first_has_it_from_then_on(stage: Stage) -> None:
    koch, lang, anna = coordinator(stage), coordinator(stage, LANG), member(stage, ANNA)
    await asks(stage, anna, "One")
    await answers(stage, lang, "Two")
    await answers(stage, anna, "Three")
    assert [got(who, "Three") for who in (koch, lang)] == [False, True]


async def test_words_begun_for_one_question_are_not_sent_to_another(stage: Stage) -> None:
    koch, anna, bernd = coordinator(stage), member(stage, ANNA), member(stage, "Bernd Koch")
    await asks(stage, anna)
    await asks(stage, bernd)
    first, second = (each.id for each in threads_of(stage))
    await koch.presses(AnswerThread(first, 0).pack(), None)
    await koch.presses(AnswerThread(second, 0).pack(), None)
    await koch.says("For Bernd")
    await all_read(stage)
    assert [got(who, ANSWERED) for who in (anna, bernd)] == [False, True]


async def test_what_is_closed_is_not_answered(stage: Stage) -> None:
    koch, lang, anna = coordinator(stage), coordinator(stage, LANG), member(stage, ANNA)
    await asks(stage, anna)
    await lang.taps("Answer")
    await koch.taps("Close")
    koch.reads(CLOSED, name=ANNA)
    await lang.says("Too late")
    await all_read(stage)
    lang.reads(CLOSED, name=ANNA)
    anna.reads("The alumni office has closed your question ({about}).")
    for tap in (AnswerThread(thread(stage).id, 0), HandOver(thread(stage).id)):
        await lang.presses(tap.pack(), None)
        lang.reads(CLOSED, name=ANNA)
    assert letters(stage) == ["How do I get a code?"]
    await anna.taps("Write again")
    await anna.says("But why?")
    await all_read(stage)
    koch.reads(ASKED, words="But why?")


# -- the inbox


async def test_the_longest_waiting_comes_first_within_ones_scope(stage: Stage) -> None:
    koch, near = coordinator(stage), coordinator(stage, LANG, at_institution(stage))
    anna, stranger = member(stage, ANNA), guest(stage, "Bernd")
    await asks(stage, stranger, "One")
    await stage.passes(hours=2)
    await asks(stage, anna, "Two")
    await koch.says("/menu")
    await koch.taps("Questions ({n})", n=2)
    koch.reads("Questions that wait for an answer ({n}), the longest waiting first:", n=2)
    assert [label.split(" · ")[0] for label in koch.screen.labels()[:2]] == [said(koch, "A guest"), ANNA]
    await near.says("/inbox")
    near.reads("Questions that wait for an answer ({n}), the longest waiting first:", n=1)
    await near.taps(near.screen.labels()[0])
    await answers(stage, near, "Three")
    await near.says("/inbox")
    near.reads("No question is waiting.")
    await near.taps("Answered")
    assert near.screen.labels()[0].startswith(ANNA)


async def test_a_question_outside_ones_scope_is_not_there(stage: Stage) -> None:
    coordinator(stage)
    far, anna = coordinator(stage, MAYER, at_institution(stage, "htwk-leipzig")), member(stage, ANNA)
    await asks(stage, anna)
    for number in (thread(stage).id, 0, 4711, 10**20):
        for tap in (OpenThread(number), AnswerThread(number, 0), HandOver(number), CloseThread(number)):
            await far.presses(tap.pack(), None)
            far.reads(NONE_OF_THEIRS)
    assert "How do I get" not in "".join(message.text for message in far.messages())
    assert thread(stage).state == "open"


# -- handing over


async def test_a_question_is_handed_over_with_a_note(stage: Stage) -> None:
    koch, anna = coordinator(stage), member(stage, ANNA)
    lang = coordinator(stage, LANG, at_institution(stage, "htwk-leipzig"))
    fixed(stage, MENTORING, KOCH)
    await asks(stage, anna)
    await koch.taps("Hand over")
    await koch.taps(LANG)
    koch.reads("What should your colleague know?")
    await koch.says("You know her case")
    await all_read(stage)
    koch.reads("{name} has it now, and {asker} is told so.", name=LANG, asker=ANNA)
    lang.reads("<b>{by}</b> hands over to you a question of {asker} ({about}).", by=KOCH, asker=ANNA)
    lang.reads("Note: “{words}”", words="You know her case")
    anna.reads("Your question ({about}) is now with {name}, who will answer you.", name=LANG)
    assert "You know her case" not in "".join(message.text for message in anna.messages())
    await answers(stage, lang, "Gladly.")
    anna.reads(ANSWERED, name=LANG, words="Gladly.")
    await anna.taps("My question")
    assert "You know her case" not in anna.screen.text


async def test_whoever_had_it_is_told_when_somebody_else_hands_it_over(stage: Stage) -> None:
    koch, lang, anna = coordinator(stage), coordinator(stage, LANG), member(stage, ANNA)
    coordinator(stage, MAYER)
    fixed(stage, MENTORING, LANG)
    await asks(stage, anna)
    await koch.says("/inbox")
    await koch.taps(koch.screen.labels()[0])
    await koch.taps("Hand over")
    await koch.taps(MAYER)
    await koch.taps("Skip")
    await all_read(stage)
    lang.reads("<b>{by}</b> has handed over to {to} the question of {asker} ({about}).", by=KOCH, to=MAYER, asker=ANNA)


async def test_who_cannot_take_it_any_more_does_not_get_it(stage: Stage) -> None:
    koch, anna = coordinator(stage), member(stage, ANNA)
    await asks(stage, anna)
    await koch.taps("Hand over")
    koch.reads("There is no other coordinator to hand this over to.")
    coordinator(stage, LANG)
    await koch.taps("Hand over")
    await koch.taps(LANG)
    leaves_office(stage, LANG)
    await koch.taps("Skip")
    koch.reads("This colleague cannot take it (any more). Nothing has changed.")
    assert thread(stage).assigned_to is None


# -- waiting


async def test_who_waits_three_working_days_is_not_forgotten(stage: Stage) -> None:
    """Asked on a Tuesday at eleven in Berlin: on Friday at eleven."""
    koch, anna = coordinator(stage), member(stage, ANNA)
    lang = coordinator(stage, LANG, at_institution(stage))
    await asks(stage, anna)
    await stage.passes(hours=71)
    assert not got(anna, NOT_FORGOTTEN) and not got(koch, WAITS)
    await stage.passes(hours=2)
    anna.reads(NOT_FORGOTTEN)
    for who in (koch, lang):
        who.reads(WAITS, name=ANNA)
    await stage.passes(days=5)
    told = select(func.count()).select_from(Outbox).where(Outbox.kind == "not_forgotten")
    assert (thread(stage).reminded, stage.looks_up(lambda session: session.scalar(told))) == (2, 1)
    await answers(stage, lang, "At last.")
    await stage.passes(days=8)
    assert (thread(stage).reminded, thread(stage).remind_at) == (0, None)


async def test_what_is_answered_in_time_reminds_nobody(stage: Stage) -> None:
    koch, anna = coordinator(stage), member(stage, ANNA)
    await asks(stage, anna)
    await answers(stage, koch, "Yes")
    await stage.passes(days=5)
    assert not got(anna, NOT_FORGOTTEN) and not got(koch, WAITS)


@pytest.mark.parametrize("how", ["suspended", "no office"])
async def test_when_a_coordinator_leaves_their_questions_go_to_others(stage: Stage, how: str) -> None:
    koch, lang, anna = coordinator(stage), coordinator(stage, LANG), member(stage, ANNA)
    fixed(stage, MENTORING, LANG)
    await asks(stage, anna)
    assert got(lang, ASKED) and not got(koch, ASKED)
    if how == "suspended":
        change(stage, LANG, status=Status.SUSPENDED)
    else:
        leaves_office(stage, LANG)
    await stage.passes(minutes=1)
    koch.reads(LEFT, name=ANNA)
    await answers(stage, koch, "I am here.")
    anna.reads(ANSWERED, name=KOCH)


# -- the desk


async def test_a_central_coordinator_fixes_a_person(stage: Stage) -> None:
    koch = coordinator(stage)
    coordinator(stage, LANG)
    await koch.says("/desk")
    await koch.taps(f"{said(koch, 'Privacy and my data')}: –")
    koch.reads("Who is the fixed person for {about}?", about=said(koch, "Privacy and my data"))
    await koch.taps(LANG)
    assert koch.sees_button(f"{said(koch, 'Privacy and my data')}: {LANG}")
    audit = select(Audit).where(Audit.action == "desk_fixed")
    row = stage.looks_up(lambda session: session.scalars(audit).one())
    assert (row.subject, row.details) == (find(stage, LANG).number, {"about": "privacy", "institution": None})
    await koch.taps(f"{said(koch, 'Privacy and my data')}: {LANG}")
    await koch.taps("Nobody fixed")
    assert koch.sees_button(f"{said(koch, 'Privacy and my data')}: –")


async def test_what_or_who_is_not_there_is_not_fixed(stage: Stage) -> None:
    koch = coordinator(stage)
    member(stage, ANNA)
    await koch.presses(FixDesk(About.PRIVACY, None, find(stage, ANNA).id).pack(), None)
    koch.reads("This person is not (any more) a coordinator. Nothing has changed.")
    for subject in ((About.INSTITUTION, 10**20), (About.INSTITUTION, None), (About.OTHER, 1)):
        await koch.presses(OpenDesk(*subject).pack(), None)
        koch.reads("This is no longer among the things people write about.")
    await koch.presses(FixDesk(About.PRIVACY, None, 10**20).pack(), None)
    koch.reads("This person is not (any more) a coordinator. Nothing has changed.")
    assert stage.looks_up(lambda session: session.scalars(select(Desk)).all()) == []


async def test_a_coordinator_of_an_institution_fixes_nobody(stage: Stage) -> None:
    coordinator(stage)
    lang = coordinator(stage, LANG, at_institution(stage))
    await lang.presses(FixDesk(About.PRIVACY, None, find(stage, LANG).id).pack(), None)
    lang.reads("This is for coordinators who answer for the whole network.")


# -- records that become one


async def test_the_questions_of_two_records_of_one_person_become_one(stage: Stage) -> None:
    koch = coordinator(stage)
    anna, again = member(stage, ANNA), member(stage, "A. Weber", verified=False)
    await asks(stage, anna, "One")
    await asks(stage, again, "Two")
    await asks(stage, again, "Three", about="Something else")
    keep, drop = find(stage, ANNA).id, find(stage, "A. Weber").id

    def join(session: Any) -> None:
        door = session.scalars(select(Door.id).where(Door.member_id == drop)).one()
        merging.join(session, here=drop, there=keep, door=door, now=stage.clock.now())

    stage.looks_up(join)
    assert [(each.about, each.member_id) for each in threads_of(stage)] == [("mentoring", keep), ("other", keep)]
    await koch.says("/inbox")
    koch.reads("Questions that wait for an answer ({n}), the longest waiting first:", n=2)
    await koch.taps(koch.screen.labels()[0])
    assert "One" in koch.screen.text and "Two" in koch.screen.text
