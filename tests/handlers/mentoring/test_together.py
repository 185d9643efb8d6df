"""The two of a mentorship see each other's card, and reach each other without anybody giving away an address."""

import pytest

from db import mentorships
from db.models.members import Member
from handlers.mentoring.buttons import ListMentorships
from handlers.mentoring.together_buttons import AskToClose, FindTime, ShareContact
from handlers.relaying.buttons import About, WriteTo
from tests.handlers.mentoring.pairs import changes, opens, queued, row_of, taps_again, together, withdraws
from tests.mentoring import mentor, mentorship
from tests.people import find, member
from tests.stage import Stage, translate
from tests.wording import city


@pytest.mark.everywhere
async def test_a_card_says_who_and_what_for(stage: Stage) -> None:
    anna, chen, _ref = together(stage)
    await anna.presses(ListMentorships().pack(), None)
    anna.reads("Your mentors: {names}", names="Chen Shibo")
    await anna.taps("Chen Shibo")
    anna.reads("Your mentor since {day}.")
    anna.reads("<b>Goal:</b> {goal}", goal="Founding a company")
    anna.reads("<b>Format:</b> {formats}", formats=translate(anna.language, "Three months"))
    anna.reads("Lives in {city}", city=city(stage, anna, "Shanghai"))
    await chen.presses(ListMentorships().pack(), None)
    chen.reads("Your mentees: {names}", names="Anna Weber")
    await chen.taps("Anna Weber")
    chen.reads("You are the mentor, since {day}.")
    # Anna has opened nothing but her name.
    assert city(stage, chen, "Chemnitz") not in chen.screen.text


async def test_both_share_their_contact_or_neither_is_seen(stage: Stage) -> None:
    anna, chen, ref = together(stage)
    await opens(anna, ref)
    await anna.taps("Share my contact")
    await anna.says("anna@example.org")
    anna.reads("You share your contact. Both of you see each other's line once {name} shares as well.")
    await chen.catch_up()
    chen.reads("<b>{name}</b> would like to exchange contact lines with you.", name="Anna Weber")
    await opens(chen, ref)
    assert "anna@example.org" not in "".join(message.text for message in chen.messages())
    await chen.taps("Share my contact")
    await chen.says("WeChat: chen_shibo")
    chen.reads("<b>Contact of {name}:</b> {theirs}", name="Anna Weber", theirs="anna@example.org")
    await anna.catch_up()
    anna.reads("<b>Contact of {name}:</b> {theirs}", name="Chen Shibo", theirs="WeChat: chen_shibo")
    await opens(anna, ref)
    await anna.taps("Stop sharing contact")
    anna.reads("Your contact line is no longer shown.")
    await opens(chen, ref)
    assert "anna@example.org" not in chen.screen.text
    assert not row_of(stage, ref).mentee_shares


async def test_who_has_a_line_is_not_asked_for_it(stage: Stage) -> None:
    anna, _chen, ref = together(stage)
    changes(stage, "Anna Weber", _has_a_line)
    await opens(anna, ref)
    for _twice in range(2):
        await taps_again(anna, ShareContact(ref, True))
    anna.reads("You share your contact.")
    assert queued(stage, "contact_offered") == ["Chen Shibo"]


def _has_a_line(row: Member) -> None:
    row.contact = "anna@example.org"


async def test_they_write_through_the_bot(stage: Stage) -> None:
    anna, chen, ref = together(stage)
    await opens(anna, ref)
    await anna.taps("Write")
    await anna.says("When shall we begin?")
    await chen.catch_up()
    assert any("When shall we begin?" in message.text for message in chen.messages())


async def test_a_stranger_learns_nothing(stage: Stage) -> None:
    _anna, _chen, ref = together(stage)
    eva = member(stage, "Eva Lange")
    for button in (FindTime(ref), ShareContact(ref, True), AskToClose(ref), FindTime(10**9)):
        await eva.presses(button.pack(), None)
        eva.reads("This mentorship cannot be found among yours.")
    await opens(eva, ref)
    assert not any(name in message.text for message in eva.messages() for name in ("Anna Weber", "Chen Shibo"))


async def test_who_withdrew_consent_is_named_no_more(stage: Stage) -> None:
    anna, chen, ref = together(stage)
    withdraws(stage, "Chen Shibo")
    await opens(anna, ref)
    anna.reads("This person cannot be found here any more.")
    for button in (FindTime(ref), ShareContact(ref, True)):
        await anna.presses(button.pack(), None)
        anna.reads("This person cannot be found here any more.")
    await anna.presses(WriteTo(About.MENTORSHIP, ref).pack(), None)
    await anna.presses(ListMentorships().pack(), None)
    anna.reads("Your mentors: {names}", names=translate(anna.language, "No longer here"))
    assert not any("Chen Shibo" in message.text for message in anna.messages())
    await opens(chen, ref)
    chen.reads("This needs your consent to contact among alumni.")
    assert not any("Anna Weber" in message.text for message in chen.messages())
    await opens(anna, ref)
    await anna.taps("Close the mentorship")
    await anna.taps("Yes, close it")
    anna.reads("The mentorship is closed. Thank you for the time you gave!")
    assert row_of(stage, ref).state == "ended"


async def test_nobody_yet(stage: Stage) -> None:
    anna = member(stage, "Anna Weber")
    await anna.presses(ListMentorships().pack(), None)
    anna.reads("You are in no mentorship at present.")


async def test_a_mentor_of_several_sees_all_of_them(stage: Stage) -> None:
    bernd = mentor(stage, "Bernd Koch")
    for name in ("Anna Weber", "Eva Lange"):
        member(stage, name)
        mentorship(stage, name, "Bernd Koch")
    await bernd.presses(ListMentorships().pack(), None)
    shown = bernd.reads("Your mentees: {names}").text
    assert "Eva Lange" in shown and "Anna Weber" in shown


async def test_what_ends_with_somebody_who_leaves(stage: Stage) -> None:
    _anna, _chen, ref = together(stage)
    who, now = find(stage, "Chen Shibo").id, stage.clock.now()
    told = stage.looks_up(lambda session: [(row.id, other) for row, other in mentorships.end_of(session, who, now)])
    assert told == [(ref, find(stage, "Anna Weber").id)]
    assert row_of(stage, ref).check_at is None
    assert stage.looks_up(lambda session: mentorships.of_member(session, who)) == []
