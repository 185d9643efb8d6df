"""What the dialogues about asking a mentor have in common."""

from datetime import timedelta

from sqlalchemy import select

from bot.conversation.i18n import day, speaking
from db.models.members import Member
from db.models.mentoring import MentorRequest, MentorSearch
from tests.actors import Actor
from tests.mentoring import mentor, search
from tests.people import find, member
from tests.stage import Stage, expected


def looking(stage: Stage, *mentors: str) -> tuple[Actor, int, list[Actor]]:
    """Anna looks for a mentor, and these people offer it: Anna, her search, and they."""
    offering = [mentor(stage, name) for name in mentors]
    anna = member(stage, "Anna Weber")
    return anna, search(stage, "Anna Weber"), offering


def ids(stage: Stage, *names: str) -> list[int]:
    return [find(stage, name).id for name in names]


def states(stage: Stage, search_id: int) -> dict[str, str]:
    """Who was asked for a search, in their order, and what came of it."""
    query = (
        select(Member.full_name, MentorRequest.state)
        .join(MentorRequest, MentorRequest.mentor_id == Member.id)
        .where(MentorRequest.search_id == search_id)
        .order_by(MentorRequest.position)
    )
    return stage.looks_up(lambda session: {name or "": state for name, state in session.execute(query)})


def state_of(stage: Stage, search_id: int) -> str:
    return stage.looks_up(lambda session: session.get_one(MentorSearch, search_id).state)


def request_id(stage: Stage, search_id: int, name: str) -> int:
    who = find(stage, name).id
    query = select(MentorRequest.id).where(MentorRequest.search_id == search_id, MentorRequest.mentor_id == who)
    return stage.looks_up(lambda session: session.scalars(query).one())


def texts(actor: Actor) -> str:
    """All somebody has read so far."""
    return "\n".join(message.text for message in actor.messages())


def times_read(actor: Actor, sentence: str, **values: object) -> int:
    """How many messages say this (in English; looked up in the person's language)."""
    pattern = expected(actor.language, sentence, values)
    return sum(pattern.search(message.text) is not None for message in actor.messages())


def in_a_week(stage: Stage, actor: Actor) -> str:
    """The day as somebody in Chemnitz reads it."""
    with speaking(actor.language, "Europe/Berlin"):
        return day(stage.clock.now() + timedelta(days=7))
