"""The morning after, those who were there tell how it was; organisers see all answers together, from five on."""

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.conversation.i18n import speaking
from bot.conversation.notices import Composing, Switch
from bot.conversation.routing import ToDraw
from db import surveys
from db.engine import in_session
from db.models.conversation import Draft
from db.models.delivery import Outbox
from db.models.events import Attendance
from db.models.members import Member
from db.models.surveys import Ballot, Participation, Survey
from db.models.web import Entry
from handlers.events.organising import ShowResults
from handlers.events.survey_results import draw_comments, draw_results
from handlers.events.surveying import TakeSurvey
from handlers.settings import Toggle
from tests.actors import Actor, WebActor
from tests.events import answers, event
from tests.people import find, member
from tests.stage import Stage

INVITED = "How was <b>{event}</b>?"
AGAIN = "A reminder: would you tell us how <b>{event}</b> was?"


async def tells(actor: Actor, score: str = "9", keep: str | None = None) -> None:
    """Take the survey that has arrived, to its end."""
    await actor.taps("Tell how it was")
    await actor.taps(score)
    for _statement in range(3):
        await actor.taps("4")
    if keep is None:
        await actor.taps("Skip")
    else:
        await actor.says(keep)
    await actor.taps("Skip")
    await actor.taps("2")
    await actor.taps("Send anonymously")


def survey_of(stage: Stage, event_id: int) -> Survey:
    found = stage.looks_up(lambda session: surveys.of_event(session, event_id))
    assert found is not None
    return found


def ballots(stage: Stage) -> list[dict[str, str]]:
    return stage.looks_up(lambda session: list(session.scalars(select(Ballot.content))))


def cast_for(stage: Stage, survey: int, names: list[str], score: str = "8") -> None:
    """Let these members have answered."""
    for name in names:
        said(stage, survey, name, recommend=score, people="4")


def said(stage: Stage, survey: int, name: str, **content: str) -> None:
    """Let this member have given these answers."""
    row = find(stage, name).id
    assert stage.looks_up(lambda session: surveys.cast(session, survey, row, content))


def drawn(stage: Stage, draw: Any, meetup: int, reader: str) -> Any:
    """What a picture is drawn from, for a reader of English."""

    def make(session: Session) -> ToDraw:
        at = Composing(session, session.get_one(Member, find(stage, reader).id), stage.app.house, stage.clock.now())
        with speaking("en", "Europe/Berlin"):
            made = draw(at, {"event": meetup})
        assert isinstance(made, ToDraw)
        return made

    return stage.looks_up(make).data


async def begins(stage: Stage, name: str = "Anna Weber") -> tuple[int, Actor]:
    """An event somebody was at yesterday, and the survey about it opened; the event's id."""
    meetup = event(stage, in_hours=1)
    actor = member(stage, name)
    answers(stage, name, meetup)
    await stage.passes(hours=24)
    await actor.taps("Tell how it was")
    return meetup, actor


def a_survey(stage: Stage, people: int) -> tuple[int, list[str]]:
    """An event that is over, with so many people asked; its id and their names."""
    meetup = event(stage, in_hours=-30)
    names = [f"Person {letter}" for letter in "abcdefghijklmnop"[:people]]
    for name in names:
        member(stage, name)
    rows = [find(stage, name).id for name in names]
    stage.looks_up(
        lambda session: surveys.ask(session, surveys.open_for_event(session, meetup, stage.clock.now()).id, rows)
    )
    return meetup, names


@pytest.mark.everywhere
async def test_the_morning_after_one_tells_how_it_was(stage: Stage) -> None:
    meetup = event(stage, in_hours=6)
    anna = member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup)
    await stage.passes(hours=21.9)
    anna.reads_not(INVITED)
    await stage.passes(hours=0.2)
    anna.reads(INVITED, event="Stammtisch")
    await tells(anna, "9", keep="Das gute Essen")
    anna.reads("Thank you! Your answers are in, without your name.")
    assert ballots(stage) == [
        {"recommend": "9", "people": "4", "topic": "4", "organised": "4", "keep": "Das gute Essen", "met": "2"}
    ]


async def test_each_is_asked_at_nine_by_their_own_clock(stage: Stage) -> None:
    """It ends at 18:00 UTC, at two in the morning in Taiyuan, which still is the evening before: nine o'clock comes
    at 01:00 UTC there, at 08:00 in Chemnitz."""
    meetup = event(stage, in_hours=6)
    chen, anna = member(stage, "Chen Shibo", city="Taiyuan"), member(stage, "Anna Weber")
    for name in ("Chen Shibo", "Anna Weber"):
        answers(stage, name, meetup)
    await stage.passes(hours=14.9)
    chen.reads_not(INVITED)
    await stage.passes(hours=0.2)
    chen.reads(INVITED)
    anna.reads_not(INVITED)
    await stage.passes(hours=7)
    anna.reads(INVITED)


async def test_only_those_who_were_there_are_asked(stage: Stage) -> None:
    meetup = event(stage, in_hours=1)
    anna, bernd, clara = (member(stage, name) for name in ("Anna Weber", "Bernd Vogel", "Clara Lang"))
    answers(stage, "Anna Weber", meetup)
    answers(stage, "Bernd Vogel", meetup)
    answers(stage, "Clara Lang", meetup, "no")
    here = {"checked_in_at": stage.clock.now()}
    row = find(stage, "Anna Weber").id
    stage.looks_up(lambda session: session.execute(update(Attendance).where(Attendance.member_id == row).values(here)))
    await stage.passes(hours=24)
    anna.reads(INVITED)
    bernd.reads_not(INVITED)
    clara.reads_not(INVITED)


@pytest.mark.parametrize("how", ["objects", "switches surveys off"])
async def test_who_does_not_wish_it_is_not_asked(stage: Stage, how: str) -> None:
    meetup = event(stage, in_hours=1)
    anna = member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup)
    if how == "objects":
        await anna.says("/stop")
    else:
        await anna.presses(Toggle(Switch.SURVEYS, False).pack(), None)
    await stage.passes(hours=24 * 6)
    anna.reads_not(INVITED)


async def test_whatever_roles_one_holds_one_is_asked_once(stage: Stage) -> None:
    meetup = event(stage, in_hours=1)
    anna = member(stage, "Anna Weber", coordinator=True)
    answers(stage, "Anna Weber", meetup)
    await stage.passes(hours=30)
    assert sum("Stammtisch" in message.text for message in anna.messages()) == 1


async def test_one_reminder_after_three_days_to_the_silent(stage: Stage) -> None:
    meetup = event(stage, in_hours=1)
    anna, bernd = member(stage, "Anna Weber"), member(stage, "Bernd Vogel")
    for name in ("Anna Weber", "Bernd Vogel"):
        answers(stage, name, meetup)
    await stage.passes(hours=24)
    await tells(anna)
    await stage.passes(hours=24 * 4)
    bernd.reads(AGAIN)
    anna.reads_not(AGAIN)
    before = len(bernd.messages())
    await stage.passes(hours=24 * 5)
    assert len(bernd.messages()) == before


async def test_over_holidays_nobody_is_asked_and_reminded_on_one_day(stage: Stage) -> None:
    """Before the National Day holidays, in China: when the reminder is planned, the survey has not even arrived."""
    await stage.passes(seconds=(datetime(2026, 9, 30, 4, tzinfo=UTC) - stage.clock.now()).total_seconds())
    meetup = event(stage, in_hours=2)
    member(stage, "Chen Shibo", city="Taiyuan")
    answers(stage, "Chen Shibo", meetup)
    await stage.passes(hours=5)
    query = select(Outbox.due_at).where(Outbox.kind == "survey_invited")
    asked = stage.looks_up(lambda session: session.scalars(query).one())
    await stage.passes(days=3.1)
    again = select(Outbox.due_at).where(Outbox.kind == "survey_again")
    assert asked > stage.clock.now()
    assert stage.looks_up(lambda session: session.scalars(again).one()) >= asked + timedelta(days=3)


async def test_after_two_weeks_it_is_closed(stage: Stage) -> None:
    meetup, anna = await begins(stage)
    await anna.taps("9")
    await stage.passes(hours=24 * 14)
    assert survey_of(stage, meetup).closed_at is not None
    assert stage.looks_up(lambda session: session.scalars(select(Draft)).all()) == []
    await anna.presses(TakeSurvey(survey_of(stage, meetup).id).pack(), None)
    anna.reads("This survey is closed.")
    assert ballots(stage) == []


async def test_a_form_half_filled_in_goes_on_where_it_was_left(stage: Stage) -> None:
    meetup, anna = await begins(stage)
    await anna.taps("9")
    await anna.says("/menu")
    await anna.presses(TakeSurvey(survey_of(stage, meetup).id).pack(), None)
    anna.reads("I met people who matter to me.")


async def test_whoever_gave_up_and_begins_again_says_which_event(stage: Stage) -> None:
    _meetup, anna = await begins(stage)
    await anna.taps("9")
    await anna.taps("Cancel")
    await anna.taps("Start again")
    await anna.taps("9")
    anna.reads("Which event is it about?")
    await anna.presses(anna.screen.buttons[0][0][1], anna.screen.ident)
    await anna.taps("9")
    for _question in range(6):
        await anna.taps("Skip")
    await anna.taps("Send anonymously")
    assert ballots(stage) == [{"recommend": "9"}]


async def test_acquaintances_are_tapped_or_typed(stage: Stage) -> None:
    _meetup, anna = await begins(stage)
    for _question in range(6):
        await anna.taps("Skip")
    await anna.says("51")
    anna.reads("Please tap a number, or type one from 0 to {n}.", n=50)
    await anna.says("七人")
    await anna.taps("Send anonymously")
    assert ballots(stage) == [{"met": "7"}]


async def test_a_comment_is_kept_whatever_word_it_is(stage: Stage) -> None:
    _meetup, anna = await begins(stage)
    for _question in range(4):
        await anna.taps("Skip")
    await anna.says("send")
    await anna.taps("Skip")
    await anna.taps("Skip")
    await anna.taps("Send anonymously")
    assert ballots(stage) == [{"keep": "send"}]


async def test_nobody_answers_twice(stage: Stage) -> None:
    meetup = event(stage, in_hours=1)
    anna = member(stage, "Anna Weber")
    answers(stage, "Anna Weber", meetup)
    await stage.passes(hours=24)
    await tells(anna)
    await anna.presses(TakeSurvey(survey_of(stage, meetup).id).pack(), None)
    anna.reads("You have answered this survey already. Thank you!")
    assert len(ballots(stage)) == 1


async def test_somebody_who_was_not_asked_has_no_ballot(stage: Stage) -> None:
    meetup, _names = a_survey(stage, 1)
    dora = member(stage, "Dora Lang")
    await dora.presses(TakeSurvey(survey_of(stage, meetup).id).pack(), None)
    dora.reads("This survey is closed.")


def bubbles(stage: Stage) -> list[str]:
    """All that the page's history keeps."""
    return stage.looks_up(
        lambda session: [str(body) for body in session.scalars(select(Entry.body).order_by(Entry.id))]
    )


@pytest.mark.door("web")
async def test_nothing_typed_stays_in_the_pages_history(stage: Stage) -> None:
    """Not what is too long, nor what was typed where a button was expected."""
    _meetup, anna = await begins(stage)
    await anna.says("Elf")
    await anna.taps("9")
    for _statement in range(3):
        await anna.taps("4")
    for typed in ("Zitronenkuchen " * 50, "Zitronenkuchen"):
        await anna.says(typed)
    await anna.taps("Skip")
    await anna.says("Zitronenkuchen, wie gesagt")
    assert not any("Zitronenkuchen" in body or "Elf" in body for body in bubbles(stage))
    await anna.taps("2")
    await anna.taps("Send anonymously")
    assert ballots(stage)[0]["keep"] == "Zitronenkuchen"


@pytest.mark.door("web")
async def test_the_pages_history_does_not_tell_who_wrote_a_comment(stage: Stage) -> None:
    """Once sent, only the thanks are there; the page, too, when it is loaded again. Other bubbles stay."""
    meetup, anna = await begins(stage)
    await anna.taps("9")
    await anna.says("/menu")
    await anna.presses(TakeSurvey(survey_of(stage, meetup).id).pack(), None)
    for _statement in range(3):
        await anna.taps("4")
    await anna.says("Zitronenkuchen mit Sahne")
    await anna.says("Der Ton")
    await anna.taps("2")
    await anna.taps("Send anonymously")
    anna.reads("Thank you! Your answers are in, without your name.")
    assert isinstance(anna, WebActor)
    await anna.reloads()
    assert len(anna.messages()) == 2
    anna.reads("Thank you! Your answers are in, without your name.")
    assert not any("••••" in body for body in bubbles(stage))
    await anna.says("/events")
    assert len(anna.messages()) == 3


@pytest.mark.parametrize(("there_are", "shown"), [(4, None), (5, 5), (7, 7)])
async def test_results_from_five_answers_on(stage: Stage, there_are: int, shown: int | None) -> None:
    meetup, names = a_survey(stage, 12)
    chief = member(stage, "Karin Chef", coordinator=True)
    cast_for(stage, survey_of(stage, meetup).id, names[:there_are])
    await chief.presses(ShowResults(meetup).pack(), None)
    if shown is None:
        chief.reads("Results are shown from five answers on.")
    else:
        chief.reads("The results are updated in steps of at least five answers.")
    assert survey_of(stage, meetup).shown == shown


async def test_results_grow_in_steps_so_that_two_pictures_betray_nobody(stage: Stage) -> None:
    """At five, at seven still those five, at ten all ten."""
    meetup, names = a_survey(stage, 14)
    chief = member(stage, "Karin Chef", coordinator=True)
    survey = survey_of(stage, meetup).id
    cast_for(stage, survey, names[:5], "9")
    await chief.presses(ShowResults(meetup).pack(), None)
    for upto, shown in ((7, 5), (9, 5), (10, 10)):
        cast_for(stage, survey, names[len(ballots(stage)) : upto], "0")
        await chief.presses(ShowResults(meetup).pack(), None)
        published = stage.looks_up(lambda session: surveys.published(session, survey))
        assert len(published) == shown == survey_of(stage, meetup).shown
        assert sum(ballot["recommend"] == "9" for ballot in published) == 5


@pytest.mark.database("postgresql")
async def test_a_ballot_cast_at_the_same_instant_is_counted_or_not_shown(stage: Stage) -> None:
    """Publishing waits for it: else six would be shown where five were counted, and four would make the next step."""
    meetup, names = a_survey(stage, 7)
    survey = survey_of(stage, meetup).id
    cast_for(stage, survey, names[:5])
    late = find(stage, names[5]).id
    publishing = Thread(target=lambda: in_session(stage.app.engine, lambda session: surveys.publish(session, survey)))
    with Session(stage.app.engine) as casting:
        assert surveys.cast(casting, survey, late, {"recommend": "1"})
        publishing.start()
        publishing.join(0.3)
        assert publishing.is_alive()
        casting.commit()
    publishing.join()
    published = stage.looks_up(lambda session: surveys.published(session, survey))
    assert survey_of(stage, meetup).shown == len(published) == 6


async def test_the_picture_says_what_was_answered(stage: Stage) -> None:
    """Of eight who were asked six answered; only four said whom they met, so that is kept back."""
    meetup, names = a_survey(stage, 8)
    member(stage, "Karin Chef", coordinator=True)
    survey = survey_of(stage, meetup).id
    for name, score in zip(names, ("10", "9", "9", "8", "6", "0"), strict=False):
        met = {"met": "3"} if score in ("10", "9", "8") else {}
        said(stage, survey, name, recommend=score, people="4" if score == "0" else "5", topic="3", **met)
    stage.looks_up(lambda session: surveys.publish(session, survey))
    picture = drawn(stage, draw_results, meetup, "Karin Chef")
    assert [figure["value"] for figure in picture["figures"]] == ["75 %", "+17", None]
    assert picture["scores"]["counts"] == [1, 0, 0, 0, 0, 0, 1, 0, 1, 2, 1]
    assert [each["counts"] for each in picture["statements"]] == [[0, 0, 0, 1, 5], [0, 0, 6, 0, 0], None]
    assert [each["mean"] for each in picture["statements"]] == ["4.8", "3", None]


async def test_comments_are_shown_apart_from_everything_else(stage: Stage) -> None:
    meetup, names = a_survey(stage, 6)
    chief = member(stage, "Karin Chef", coordinator=True)
    survey = survey_of(stage, meetup).id
    said(stage, survey, names[0], recommend="2", keep="Die <Gäste> & der Ort", change="Der Ton")
    cast_for(stage, survey, names[1:5])
    await chief.presses(ShowResults(meetup).pack(), None)
    said(stage, survey, names[5], keep="Noch nicht zu sehen")
    chief.reads("What people wrote, in random order")
    comments = drawn(stage, draw_comments, meetup, "Karin Chef")["comments"]
    assert sorted(comments) == ["Change: Der Ton", "Keep: Die <Gäste> & der Ort"]


@pytest.mark.parametrize(("there_are", "shown"), [(4, None), (8, 6), (11, 11)])
async def test_two_weeks_later_the_results_are_final(stage: Stage, there_are: int, shown: int | None) -> None:
    """What would stand alone beside the last picture is never shown."""
    meetup, names = a_survey(stage, 12)
    chief = member(stage, "Karin Chef", coordinator=True)
    survey = survey_of(stage, meetup).id
    cast_for(stage, survey, names[: min(there_are, 6)])
    await chief.presses(ShowResults(meetup).pack(), None)
    cast_for(stage, survey, names[6:there_are])
    now = stage.clock.now()
    stage.looks_up(lambda session: surveys.close(session, session.get_one(Survey, survey), now + timedelta(days=14)))
    assert survey_of(stage, meetup).shown == shown
    assert len(stage.looks_up(lambda session: surveys.published(session, survey))) == (shown or 0)


async def test_the_organiser_of_another_club_sees_no_results(stage: Stage) -> None:
    meetup, names = a_survey(stage, 6)
    cast_for(stage, survey_of(stage, meetup).id, names)
    dora = member(stage, "Dora Lang")
    await dora.presses(ShowResults(meetup).pack(), None)
    dora.reads("This is for the ambassadors of clubs.")


async def test_an_erased_member_leaves_only_what_nobody_can_find(stage: Stage) -> None:
    meetup, names = a_survey(stage, 2)
    survey = survey_of(stage, meetup).id
    cast_for(stage, survey, names[:1])
    gone = find(stage, names[0]).id
    stage.looks_up(lambda session: session.delete(session.get_one(Member, gone)))
    left = stage.looks_up(lambda session: list(session.scalars(select(Participation.member_id))))
    assert left == [find(stage, names[1]).id]
    assert len(ballots(stage)) == 1
