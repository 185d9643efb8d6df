"""Two people who have to do with each other write to each other through the bot, without addresses."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.models.delivery import Outbox
from db.models.mentoring import Mentorship
from db.models.people import Relayed
from handlers.relaying.buttons import About, WriteTo
from handlers.relaying.writing import MOST_TO_ALL, MOST_TO_ONE, may_write
from tests.actors import Actor
from tests.handlers.people.reading import CLOSED, shows_only, times_told
from tests.handlers.people.touching import (
    ANNA,
    BERND,
    all_read,
    asked,
    change,
    goes,
    is_unreachable,
    withdraws,
    words,
)
from tests.mentoring import mentor, mentorship, request, search
from tests.people import find, member
from tests.stage import Stage
from tests.wording import said

ENDED = "Writing is not possible here: this has ended, or it has not been answered yet."
NOT_HERE = "This person cannot be found here any more."
UNREACHABLE = "{name} cannot be reached through us at present, so nothing was sent."


def together(
    stage: Stage, doors: tuple[str | None, str | None] = (None, None), **columns: Any
) -> tuple[Actor, Actor, int]:
    """Anna, her mentor Bernd, and the id of their mentorship."""
    bernd = mentor(stage, BERND, door=doors[1])
    anna = member(stage, ANNA, door=doors[0])
    return anna, bernd, mentorship(stage, ANNA, BERND, **columns)


async def writes(actor: Actor, about: About, ref: int, text: str) -> None:
    await actor.presses(WriteTo(about, ref).pack(), None)
    await actor.says(text)
    await all_read(actor.stage)


def kept(stage: Stage, sender: str, receiver: str, number: int, **columns: Any) -> None:
    """Let so much have been written already."""
    ids = {"sender_id": find(stage, sender).id, "receiver_id": find(stage, receiver).id}
    given = {"about": "mentorship", "ref": 1, "words": "…", "at": stage.clock.now(), **columns}
    stage.looks_up(lambda session: session.add_all(Relayed(**ids, **given) for _n in range(number)))


@pytest.mark.parametrize("doors", [("telegram", "web"), ("web", "telegram")])
async def test_words_go_to_and_fro(stage: Stage, doors: tuple[str, str]) -> None:
    anna, bernd, pair = together(stage, doors)
    await anna.presses(WriteTo(About.MENTORSHIP, pair).pack(), None)
    anna.reads("What would you like to write to <b>{name}</b>?", name=BERND)
    await anna.says("Dear Bernd,\nis <b>10:30</b> good? https://example.org")
    anna.reads("Passed on to {name}.", name=BERND)
    assert anna.sees_button("Mentorship")
    await all_read(stage)
    dear = "Dear Bernd,\nis <b>10:30</b> good? https://example.org"
    bernd.reads("<b>{name}</b> writes about your mentorship:\n\n“{words}”", name=ANNA, words=dear)
    assert bernd.sees_button("Mentorship")
    await bernd.taps("Answer")
    await bernd.says("10:30")
    await all_read(stage)
    anna.reads("<b>{name}</b> writes about your mentorship:\n\n“{words}”", name=BERND, words="10:30")


async def test_a_mentor_asks_a_question_before_answering(stage: Stage) -> None:
    bernd, anna = mentor(stage, BERND), member(stage, ANNA)
    ref = request(stage, search(stage, ANNA), ANNA, BERND)
    await writes(bernd, About.REQUEST, ref, "In which city?")
    bernd.reads("Passed on to {name}.", name=ANNA)
    assert bernd.sees_button("The request")
    anna.reads("<b>{name}</b> writes about your request for mentoring:\n\n“{words}”", words="In which city?")
    assert anna.sees_button("My search")
    await anna.taps("Answer")
    await anna.says("In Nanjing.")
    await all_read(stage)
    bernd.reads("<b>{name}</b>, who asks you for mentoring, writes:\n\n“{words}”", words="In Nanjing.")
    assert bernd.sees_button("The request")


@pytest.mark.parametrize(
    ("about", "state", "asker", "other"),
    [
        (About.REQUEST, "asked", True, True),
        (About.REQUEST, "queued", False, False),
        (About.REQUEST, "declined", False, False),
        (About.REQUEST, "accepted", False, False),
        (About.MENTORSHIP, "active", True, True),
        (About.MENTORSHIP, "finished", False, False),
        (About.CONTACT, "asked", False, True),
        (About.CONTACT, "answered", True, True),
        (About.CONTACT, "shared", True, True),
        (About.CONTACT, "declined", False, False),
        (About.CONTACT, "lapsed", False, False),
    ],
)
async def test_who_may_write(stage: Stage, about: About, state: str, asker: bool, other: bool) -> None:
    mentor(stage, BERND)
    for name in (ANNA, "Carla Busch"):
        member(stage, name)
    ref = {
        About.REQUEST: lambda: request(stage, search(stage, ANNA), ANNA, BERND, state=state),
        About.MENTORSHIP: lambda: mentorship(stage, ANNA, BERND, state=state),
        About.CONTACT: lambda: asked(stage, ANNA, BERND, state),
    }[about]()
    anna, bernd, carla = (find(stage, name).id for name in (ANNA, BERND, "Carla Busch"))
    assert stage.looks_up(lambda session: may_write(session, about, ref, anna)) == (bernd if asker else None)
    assert stage.looks_up(lambda session: may_write(session, about, ref, bernd)) == (anna if other else None)
    assert stage.looks_up(lambda session: may_write(session, about, ref, carla)) is None


@pytest.mark.parametrize("about", list(About))
@pytest.mark.parametrize("number", [0, 4711, 10**20])
async def test_a_button_of_nobody(stage: Stage, about: About, number: int) -> None:
    anna = member(stage, ANNA)
    await anna.presses(WriteTo(about, number).pack(), None)
    assert shows_only(anna, ENDED)


async def test_nobody_writes_into_what_is_between_others(stage: Stage) -> None:
    _anna, bernd, pair = together(stage)
    carla = member(stage, "Carla Busch")
    await writes(carla, About.MENTORSHIP, pair, "Hello")
    carla.reads(ENDED)
    assert words(stage) == []
    assert bernd.messages() == []


async def test_words_begun_before_the_end_are_not_sent(stage: Stage) -> None:
    anna, bernd, pair = together(stage)
    await anna.presses(WriteTo(About.MENTORSHIP, pair).pack(), None)
    stage.looks_up(lambda session: _ends(session, pair))
    await anna.says("Hello")
    anna.reads(ENDED)
    assert words(stage) == []
    assert bernd.messages() == []


def _ends(session: Any, pair: int) -> None:
    session.get_one(Mentorship, pair).state = "ended"


@pytest.mark.parametrize("how", ["without consent", "leaving", "not confirmed"])
async def test_who_left_the_network_is_not_written_to(stage: Stage, how: str) -> None:
    anna, bernd, pair = together(stage)
    await anna.presses(WriteTo(About.MENTORSHIP, pair).pack(), None)
    goes(stage, BERND, how)
    await anna.says("Hello")
    assert shows_only(anna, NOT_HERE)
    assert anna.sees_button("Find people")
    assert words(stage) == []
    assert bernd.messages() == []


async def test_who_was_erased_is_not_written_to(stage: Stage) -> None:
    anna, _bernd, pair = together(stage)
    await anna.presses(WriteTo(About.MENTORSHIP, pair).pack(), None)
    goes(stage, BERND, "erased")
    await anna.says("Hello")
    assert shows_only(anna, ENDED)


@pytest.mark.parametrize("objects", [True, False])
async def test_who_cannot_be_reached_is_not_written_to(stage: Stage, objects: bool) -> None:
    """Why is not told: the sentence is the same."""
    anna, _bernd, pair = together(stage)
    if objects:
        change(stage, BERND, objected_at=stage.clock.now())
    else:
        is_unreachable(stage, BERND)
    await anna.presses(WriteTo(About.MENTORSHIP, pair).pack(), None)
    anna.reads(UNREACHABLE, name=BERND)
    assert anna.sees_button("Contact")
    assert words(stage) == []


async def test_a_mentee_who_objected_still_hears_their_mentor(stage: Stage) -> None:
    anna, bernd, pair = together(stage)
    await anna.says("/stop")
    await writes(bernd, About.MENTORSHIP, pair, "Tomorrow?")
    anna.reads("<b>{name}</b> writes about your mentorship:\n\n“{words}”", words="Tomorrow?")


async def test_words_wait_for_the_morning_and_are_not_shown_to_who_left_by_then(stage: Stage) -> None:
    anna, bernd, pair = together(stage)
    await stage.passes(hours=12)
    await writes(anna, About.MENTORSHIP, pair, "Good night")
    assert bernd.messages() == []
    await stage.passes(hours=10)
    bernd.reads("<b>{name}</b> writes about your mentorship:\n\n“{words}”", words="Good night")
    await stage.passes(hours=14)
    await writes(anna, About.MENTORSHIP, pair, "Again")
    withdraws(stage, ANNA)
    await stage.passes(hours=10)
    assert not any("Again" in message.text for message in bernd.messages())


async def test_without_consent_nobody_writes(stage: Stage) -> None:
    anna, _bernd, pair = together(stage)
    await anna.presses(WriteTo(About.MENTORSHIP, pair).pack(), None)
    withdraws(stage, ANNA)
    await anna.says("Hello")
    anna.reads("This needs your consent to contact among alumni. You can give it in /privacy.")
    assert words(stage) == []


async def test_who_is_about_to_leave_writes_to_nobody(stage: Stage) -> None:
    anna, _bernd, pair = together(stage)
    goes(stage, ANNA, "leaving")
    await anna.presses(WriteTo(About.MENTORSHIP, pair).pack(), None)
    anna.reads("You have asked us to erase your data, so you are not shown to other alumni any more.")


async def test_so_much_to_one_person_in_a_day(stage: Stage) -> None:
    anna, _bernd, pair = together(stage)
    kept(stage, ANNA, BERND, MOST_TO_ONE - 1)
    await writes(anna, About.MENTORSHIP, pair, "The last one")
    anna.reads("Passed on to {name}.", name=BERND)
    await anna.presses(WriteTo(About.MENTORSHIP, pair).pack(), None)
    anna.reads("You have written to {name} {n} times within a day.", name=BERND, n=MOST_TO_ONE)
    await stage.passes(hours=25)
    await writes(anna, About.MENTORSHIP, pair, "Good morning")
    assert words(stage)[-1] == "Good morning"


async def test_so_much_to_everybody_in_a_day(stage: Stage) -> None:
    anna, _bernd, pair = together(stage)
    member(stage, "Carla Busch")
    kept(stage, ANNA, "Carla Busch", MOST_TO_ALL)
    await anna.presses(WriteTo(About.MENTORSHIP, pair).pack(), None)
    anna.reads("You have written {n} messages within a day.", n=MOST_TO_ALL)


async def test_words_begun_for_one_are_not_sent_to_another(stage: Stage) -> None:
    anna, bernd, pair = together(stage)
    carla = mentor(stage, "Carla Busch")
    other = mentorship(stage, ANNA, "Carla Busch")
    await anna.presses(WriteTo(About.MENTORSHIP, pair).pack(), None)
    await writes(anna, About.MENTORSHIP, other, "Dear Carla")
    carla.reads("<b>{name}</b> writes about your mentorship:\n\n“{words}”", words="Dear Carla")
    assert bernd.messages() == []


async def test_what_is_no_text_is_said_so(stage: Stage) -> None:
    anna, _bernd, pair = together(stage, ("telegram", "telegram"))
    await anna.presses(WriteTo(About.MENTORSHIP, pair).pack(), None)
    await anna.sends("photo")
    await anna.sends("sticker")
    await anna.says("x" * 1001)
    anna.reads("This is too long: please use at most {n} characters.", n=1000)
    assert words(stage) == []
    await anna.says("x" * 1000)
    assert words(stage) == ["x" * 1000]


async def test_the_form_can_be_given_up_and_an_old_button_sends_nothing(stage: Stage) -> None:
    anna, _bernd, pair = together(stage)
    await anna.presses(WriteTo(About.MENTORSHIP, pair).pack(), None)
    await anna.taps("Cancel")
    anna.reads("Cancelled: {form}. What you had entered in this form has been discarded.", form=said(anna, "Message"))
    await anna.presses("qm:relay:r:", None)
    assert times_told(anna, CLOSED) == 1
    await anna.says("Hello")
    anna.reads("This is an automatic assistant, which cannot answer free text.")
    assert words(stage) == []


async def test_words_are_forgotten_after_ninety_days(stage: Stage) -> None:
    anna, bernd, pair = together(stage)
    kept(stage, ANNA, BERND, 600, words="old", at=stage.clock.now() - timedelta(days=89))
    await writes(anna, About.MENTORSHIP, pair, "Hello")
    await stage.passes(hours=23)
    assert len(words(stage)) == 601
    await stage.passes(days=1)
    assert words(stage) == ["Hello"]
    await stage.passes(days=89)
    assert words(stage) == []
    assert bernd.messages() != []


async def test_what_waits_in_the_line_has_ids_only(stage: Stage) -> None:
    anna, _bernd, pair = together(stage)
    await stage.passes(hours=12)
    await writes(anna, About.MENTORSHIP, pair, "Hello")
    query = select(Outbox.params).where(Outbox.kind == "passed")
    row = stage.looks_up(lambda session: session.scalars(select(Relayed.id)).one())
    assert stage.looks_up(lambda session: session.scalars(query).one()) == {"relayed": row}
