"""Sentences, lists, days and names as somebody on the stage reads them, where a dialogue looks at the whole text."""

import re
from datetime import date

from babel.numbers import format_percent
from sqlalchemy import select

from bot.conversation.i18n import _, listed, locale, name_language, named, ngettext, number, pgettext, speaking
from bot.conversation.times import long_day
from db import places
from db.models.lists import Programme, Topic
from tests.actors import Actor
from tests.mentoring import MOBILITY
from tests.stage import Stage


def said(actor: Actor, sentence: str, many: str | None = None, **values: object) -> str:
    """An English sentence with its values; `many` is its plural, of which `n` decides."""
    with speaking(actor.language):
        text = _(sentence) if many is None else ngettext(sentence, many, int(str(values["n"])))
    return re.sub(r"</?[a-z]+>", "", str(text)).format(**values)


def word(actor: Actor, context: str, english: str) -> str:
    """A single word whose meaning `context` settles."""
    with speaking(actor.language):
        return str(pgettext(context, english))


def line(actor: Actor, label: str, answer: str) -> str:
    """A line of the card that sums a form up."""
    return said(actor, "<b>{label}:</b> {answer}", label=said(actor, label), answer=answer)


def several(actor: Actor, *names: str) -> str:
    """ "a, b and c" """
    with speaking(actor.language):
        return str(listed(list(names)))


def spoken(actor: Actor, *tags: str, either: bool = False) -> str:
    """ "German and Chinese", or `either` of them."""
    with speaking(actor.language):
        return str(listed([name_language(tag) for tag in tags], either=either))


def another_language(actor: Actor) -> str:
    """One of ours that is not their own."""
    return "en" if actor.language == "de" else "de"


def topic(stage: Stage, actor: Actor, slug: str = MOBILITY) -> str:
    query = select(Topic).where(Topic.slug == slug)
    names = stage.looks_up(lambda session: session.scalars(query).one().names)
    with speaking(actor.language):
        return named(names)


def city(stage: Stage, actor: Actor, name: str) -> str:
    return stage.looks_up(
        lambda session: places.name_place(places.find_places(session, name, limit=1)[0], actor.language)
    )


def province(stage: Stage, actor: Actor, programme: str) -> str:
    """Where this programme comes from."""
    query = select(Programme.province).where(Programme.slug == programme)
    code = stage.looks_up(lambda session: session.scalars(query).one())
    assert code is not None
    return places.name_region(code, actor.language) or code


def country(actor: Actor, code: str) -> str:
    return places.name_country(code, actor.language)


def on_day(actor: Actor, day: str) -> str:
    """ "2026-03-14" with its weekday."""
    with speaking(actor.language):
        return long_day(date.fromisoformat(day))


def count(actor: Actor, value: float, digits: int = 0) -> str:
    """A number with the reader's separators."""
    with speaking(actor.language):
        return number(value, digits)


def share(actor: Actor, part: float) -> str:
    """ "50%" """
    with speaking(actor.language):
        return format_percent(part, locale=locale())


def assert_lines(actor: Actor, *lines: str) -> None:
    """These stand on the last message, one under the other."""
    assert "\n".join(lines) in actor.screen.text, (lines, actor.screen.text)
