"""Somebody is erased: whoever had to do with them in mentoring is told, without a name, and it goes on."""

from sqlalchemy import select

from db.models.mentoring import MentorRequest, MentorSearch, Mentorship
from tests.marks import on_both_databases
from tests.mentoring import mentor, mentorship, request, search
from tests.people import member
from tests.stage import Stage

ENDED = "A mentorship of yours has ended: the other person is no longer in the network. Thank you for it!"


def states(stage: Stage, table: type[MentorRequest] | type[MentorSearch] | type[Mentorship]) -> list[str]:
    return list(stage.looks_up(lambda session: session.scalars(select(table.state).order_by(table.id)).all()))


async def erases(stage: Stage, somebody: object) -> None:
    await somebody.says("/forget")  # type: ignore[attr-defined]
    await somebody.says("ERASE")  # type: ignore[attr-defined]
    await stage.passes(hours=49)


@on_both_databases
async def test_of_two_who_are_together_the_other_is_told(stage: Stage) -> None:
    bernd, anna = mentor(stage, "Bernd Koch"), member(stage, "Anna Weber")
    mentorship(stage, "Anna Weber", "Bernd Koch")
    await erases(stage, bernd)
    await stage.passes(hours=20)
    anna.reads(ENDED)
    assert states(stage, Mentorship) == []
    assert not any("Bernd" in message.text for message in anna.messages())


@on_both_databases
async def test_where_a_mentor_leaves_the_next_is_asked(stage: Stage) -> None:
    bernd, clara, anna = mentor(stage, "Bernd Koch"), mentor(stage, "Clara Voss"), member(stage, "Anna Weber")
    wish = search(stage, "Anna Weber")
    request(stage, wish, "Anna Weber", "Bernd Koch")
    request(stage, wish, "Anna Weber", "Clara Voss", state="queued", asked_at=None, position=2)
    await erases(stage, bernd)
    await stage.passes(hours=20)
    assert states(stage, MentorRequest) == ["asked"]
    assert any("Anna Weber" in message.text for message in clara.messages())
    assert anna.messages()


@on_both_databases
async def test_where_a_mentee_leaves_nothing_is_expected_of_the_mentor(stage: Stage) -> None:
    mentor(stage, "Bernd Koch")
    anna = member(stage, "Anna Weber")
    request(stage, search(stage, "Anna Weber"), "Anna Weber", "Bernd Koch")
    await erases(stage, anna)
    assert states(stage, MentorRequest) == []
    assert states(stage, MentorSearch) == []
