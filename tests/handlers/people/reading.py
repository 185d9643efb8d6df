"""What people read of lists, places and days, each in their own language, and how often they read a sentence."""

from datetime import datetime

from sqlalchemy import select

from bot.conversation.i18n import day, named, pgettext, speaking
from db.models.lists import Institution, Programme
from db.places import describe_place, find_places
from tests.actors import Actor
from tests.stage import Stage, expected

CLOSED = "This form is already closed. Everything you can do is in /menu."


def shows_only(reader: Actor, sentence: str) -> bool:
    """The newest message says this and nothing else."""
    return expected(reader.language, sentence, {}).fullmatch(reader.screen.text) is not None


def times_told(reader: Actor, sentence: str, **values: object) -> int:
    """How many messages say this, or the short line Telegram shows over the chat."""
    pattern = expected(reader.language, sentence, values)
    return sum(pattern.search(message.text) is not None for message in reader.messages())


def studies(stage: Stage, reader: Actor) -> tuple[str, str]:
    """The institution and the programme all members on the stage were in."""
    query = (
        select(Institution.names, Programme.names)
        .join(Programme, Programme.institution_id == Institution.id)
        .where(Programme.slug == "tuc-mechanical")
    )
    institution, programme = stage.looks_up(lambda session: session.execute(query).one())
    with speaking(reader.language):
        return named(institution), named(programme)


def city_and_country(stage: Stage, reader: Actor, typed: str) -> str:
    return stage.looks_up(lambda session: describe_place(find_places(session, typed, limit=1)[0], reader.language))


def on(reader: Actor, instant: datetime) -> str:
    """A day as somebody in Chemnitz reads it."""
    with speaking(reader.language, "Europe/Berlin"):
        return day(instant)


def switched(reader: Actor, is_on: bool) -> str:
    """How a switch stands."""
    with speaking(reader.language):
        return str(pgettext("switch", "on") if is_on else pgettext("switch", "off"))
