"""Coordinators choose a topic and get a picture of its numbers, of the members they answer for."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from bot.conversation.i18n import N_, _, pgettext, zone
from bot.conversation.notices import Composing
from bot.conversation.reply import Button, Go, Recipe, Reply, Rows, pairs
from bot.conversation.routing import Gate, Router, ToDraw
from bot.conversation.turn import Outcome, Turn
from bot.drawing.data import Cell, Drawing, Sheet
from handlers.statistics import activity, members
from handlers.statistics.buttons import SendAll, ShowTopic, Topic
from handlers.statistics.figures import Figures, say, whose

# The topics, and so many groups of each at most: as many as can be read on a phone without scrolling far.
MOST = 10
TOPICS: dict[Topic, Callable[[Turn, int | None], Figures | None]] = {
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


def stats(turn: Turn) -> Reply:
    """/stats: what there are numbers about."""
    text = _(
        "<b>The network in numbers</b>\n{whose}. Each button sends a picture. People are given in steps of five, and "
        "groups of fewer than five never by themselves: so the pictures can be passed on."
    )
    return Reply(text.format(whose=whose(turn)), _topics(turn))


def _topics(turn: Turn) -> Rows:
    names = topic_names()
    everything = (Button(_("All figures (Excel)"), SendAll()),)
    return (*pairs(*(Button(names[topic], ShowTopic(topic)) for topic in open_topics(turn))), everything, _last())


def open_topics(turn: Turn) -> list[Topic]:
    return [topic for topic in TOPICS if turn.scope.central or topic not in CENTRAL_ONLY]


def _last() -> tuple[Button, ...]:
    return (Button(_("Menu"), Go("menu")),)


def show_topic(turn: Turn, tap: ShowTopic) -> Outcome:
    """The picture with what is essential, then every number as text."""
    if tap.topic not in open_topics(turn):
        text = _(
            "Answers to surveys are anonymous, so nobody can tell which of them are from members you answer for. "
            "Coordinators of the whole network see these figures."
        )
        return Reply(text, _topics(turn))
    figures = TOPICS[tap.topic](turn, MOST)
    if figures is None:
        text = _("There is nothing here yet, or only of fewer than five people: a picture would tell who they are.")
        return Reply(text, _topics(turn))
    return [_picture(tap.topic, figures), Reply(_in_words(figures), _topics(turn), new=True)]


def _picture(topic: Topic, figures: Figures) -> Reply:
    """The numbers travel with the recipe: the picture stays as it was when it was asked for, and says what the text
    says. There is nothing in them that could not be shown to everybody."""
    name, alt = f"{topic.name.lower()}.png", f"{figures.title}. {figures.sentence}"
    params = {"name": name, "drawing": figures.drawing.value, "data": figures.data, "alt": alt}
    return Reply(figures.sentence, picture=Recipe("numbers", name, params), new=True)


def _in_words(figures: Figures) -> Markup:
    return Markup("\n").join([Markup("<b>{}</b>").format(figures.title), *figures.lines()])


def send_all(turn: Turn, _tap: SendAll) -> Reply:
    """One sheet: every group of every topic that may be shown. A file in the chat, since nobody is in it."""
    names = topic_names()
    rows: list[list[Cell]] = []
    for topic in open_topics(turn):
        figures = TOPICS[topic](turn, None)
        for group, people, part in figures.cells if figures else ():
            rows.append([str(names[topic]), group, part, say(None) if people is None else people])
    head = (
        pgettext("statistics", "Topic"),
        pgettext("statistics", "Group"),
        pgettext("statistics", "Part"),
        pgettext("statistics", "People"),
    )
    data: Sheet = {"sheet": str(_("Statistics")), "header": [str(each) for each in head], "rows": rows}
    name = f"{_('Statistics')} {turn.now.astimezone(zone()):%Y-%m-%d}.xlsx"
    file = Recipe("numbers", name, {"name": name, "drawing": Drawing.SHEET.value, "data": data})
    return Reply(_("All figures in one table, in steps of five."), _topics(turn), file=file, new=True)


def draw(_at: Composing, params: dict[str, Any]) -> ToDraw:
    return ToDraw(params["name"], Drawing(params["drawing"]), params["data"])


def register(router: Router) -> None:
    router.command("stats", stats, gate=Gate.COORDINATOR, about=N_("The network in numbers"))
    router.tap(ShowTopic, show_topic, gate=Gate.COORDINATOR)
    router.tap(SendAll, send_all, gate=Gate.COORDINATOR)
    router.maker("numbers", draw)
