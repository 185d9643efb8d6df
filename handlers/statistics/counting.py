"""Counting, beside the turns: the numbers of one topic as a picture and in words, or those of all as one table."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.conversation.i18n import _, pgettext, speaking, zone
from bot.domain.scope import Scope
from bot.drawing.data import Cell, Drawing, Sheet
from db import scopes
from db.engine import in_session, reading
from db.models.members import Member
from handlers.statistics import activity, members
from handlers.statistics.buttons import Topic
from handlers.statistics.figures import Asked, Figures, say

# The job, and so many groups of each topic at most: as many as can be read on a phone without scrolling far.
JOB = "statistics"
MOST = 10
TOPICS: dict[Topic, Callable[[Asked, int | None], Figures | None]] = {
    Topic.PROGRAMMES: members.programmes,
    Topic.PROVINCES: members.provinces,
    Topic.COHORTS: members.cohorts,
    Topic.CLUBS: members.clubs,
    Topic.DOORS: members.doors,
    Topic.LANGUAGES: members.languages,
    Topic.JOINED: members.joined,
    Topic.EVENTS: activity.events,
    Topic.MENTORING: activity.mentoring,
    Topic.SURVEYS: activity.surveys,
}
# Of anonymous answers nobody can tell whose they are, and so in whose scope.
CENTRAL_ONLY = (Topic.SURVEYS,)


def topic_names() -> dict[Topic, Markup]:
    """For a button."""
    return {
        Topic.PROGRAMMES: pgettext("statistics", "Programmes"),
        Topic.PROVINCES: pgettext("statistics", "Provinces"),
        Topic.COHORTS: pgettext("statistics", "Cohorts"),
        Topic.CLUBS: pgettext("statistics", "Clubs"),
        Topic.DOORS: pgettext("statistics", "Doors and reach"),
        Topic.LANGUAGES: pgettext("statistics", "Languages"),
        Topic.JOINED: pgettext("statistics", "Joined"),
        Topic.EVENTS: pgettext("statistics", "Events"),
        Topic.MENTORING: pgettext("statistics", "Mentoring"),
        Topic.SURVEYS: pgettext("statistics", "Surveys"),
    }


def open_topics(scope: Scope) -> list[Topic]:
    return [topic for topic in TOPICS if scope.central or topic not in CENTRAL_ONLY]


def count(engine: Engine, params: dict[str, Any]) -> dict[str, Any]:
    """What member `member` asked at `at`, about `topic` or everything: `text`, `words` below it, and what is to be
    drawn. Only reads, and holds up nobody who writes."""
    with reading(engine) as reader:
        return in_session(reader, lambda session: _count(session, params))


def _count(session: Session, params: dict[str, Any]) -> dict[str, Any]:
    member = session.get_one(Member, params["member"])
    asked = Asked(session, scopes.scope_of(session, member.id), datetime.fromisoformat(params["at"]))
    with speaking(member.language, member.zone):
        return _picture(asked, Topic(params["topic"])) if params["topic"] else _table(asked)


def _picture(asked: Asked, topic: Topic) -> dict[str, Any]:
    figures = TOPICS[topic](asked, MOST) if topic in open_topics(asked.scope) else None
    if figures is None:
        text = _("There is nothing here yet, or only of fewer than five people: a picture would tell who they are.")
        return {"text": text}
    return {
        "text": figures.sentence,
        "words": Markup("\n").join([Markup("<b>{}</b>").format(figures.title), *figures.lines()]),
        "name": f"{topic.name.lower()}.png",
        "drawing": figures.drawing.value,
        "data": figures.data,
        "alt": f"{figures.title}. {figures.sentence}",
    }


def _table(asked: Asked) -> dict[str, Any]:
    """One sheet: every group of every topic that may be shown. A file in the chat, since nobody is in it."""
    names = topic_names()
    rows: list[list[Cell]] = []
    for topic in open_topics(asked.scope):
        figures = TOPICS[topic](asked, None)
        for group, people, part in figures.cells if figures else ():
            rows.append([str(names[topic]), group, part, say(None) if people is None else people])
    head = (
        pgettext("statistics", "Topic"),
        pgettext("statistics", "Group"),
        pgettext("statistics", "Part"),
        pgettext("statistics", "People"),
    )
    data: Sheet = {"sheet": str(_("Statistics")), "header": [str(each) for each in head], "rows": rows}
    return {
        "text": _("All figures in one table, in steps of five."),
        "name": f"{_('Statistics')} {asked.now.astimezone(zone()):%Y-%m-%d}.xlsx",
        "drawing": Drawing.SHEET.value,
        "data": data,
    }
