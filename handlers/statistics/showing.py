"""Coordinators choose a topic and get a picture of its numbers, of the members they answer for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import N_, _
from bot.conversation.notices import Composing, Notice, queue
from bot.conversation.reply import Button, Go, Recipe, Reply, Rows, pairs
from bot.conversation.routing import Gate, Router, ToDraw
from bot.conversation.turn import Turn
from bot.domain.scope import Scope
from bot.drawing.data import Drawing
from db import jobs, scopes
from db.members import is_coordinator
from handlers.statistics.buttons import SendAll, ShowTopic, Topic
from handlers.statistics.counting import JOB, open_topics, topic_names
from handlers.statistics.figures import whose


def stats(turn: Turn) -> Reply:
    """/stats: what there are numbers about."""
    text = _(
        "<b>The network in numbers</b>\n{whose}. Each button sends a picture. People are given in steps of five, and "
        "groups of fewer than five never by themselves: so the pictures can be passed on."
    )
    return Reply(text.format(whose=whose(turn.scope)), _topics(turn.scope))


def _topics(scope: Scope) -> Rows:
    names = topic_names()
    everything = (Button(_("All figures (Excel)"), SendAll()),)
    return (*pairs(*(Button(names[topic], ShowTopic(topic)) for topic in open_topics(scope))), everything, _last())


def _last() -> tuple[Button, ...]:
    return (Button(_("Menu"), Go("menu")),)


def show_topic(turn: Turn, tap: ShowTopic) -> Reply:
    """Counting takes a while among a million members, and nobody may wait for that: it is done beside the turns."""
    if tap.topic not in open_topics(turn.scope):
        text = _(
            "Answers to surveys are anonymous, so nobody can tell which of them are from members you answer for. "
            "Coordinators of the whole network see these figures."
        )
        return Reply(text, _topics(turn.scope))
    return _begin(turn, _("I am counting. The picture comes in a moment."), tap.topic)


def send_all(turn: Turn, _tap: SendAll) -> Reply:
    return _begin(turn, _("I am counting. The table comes in a moment."), None)


def _begin(turn: Turn, text: Markup, topic: Topic | None) -> Reply:
    given = {"member": turn.member.id, "topic": topic, "at": turn.now.isoformat()}
    jobs.queue(turn.session, JOB, turn.now, given, member_id=turn.member.id)
    return Reply(text, _topics(turn.scope))


@dataclass(frozen=True, slots=True)
class NumbersCounted(Notice, kind="numbers"):
    """To the coordinator who asked and waits for it. `job` has what was counted: nothing that could not be shown to
    everybody, and the picture stays as it was when it was asked for."""

    job: int
    waits = False

    def compose(self, at: Composing) -> list[Reply] | None:
        if not is_coordinator(at.session, at.member.id):
            return None
        topics = _topics(scopes.scope_of(at.session, at.member.id))
        counted = jobs.result_of(at.session, self.job)
        if counted is None:
            return [
                Reply(
                    _("The numbers could not be counted. Please try again; if it happens twice, see /health."), topics
                )
            ]
        return _replies(counted, topics)


def _replies(counted: dict[str, Any], topics: Rows) -> list[Reply]:
    """The picture with what is essential, then every number as text; a table by itself."""
    text = Markup(counted["text"])
    recipe = Recipe("numbers", counted["name"], counted) if "drawing" in counted else None
    if counted.get("words"):
        words = Markup(counted["words"])
        return [Reply(text, picture=recipe, new=True), Reply(words, topics, new=True)]
    return [Reply(text, topics, file=recipe, new=True)]


def tell(session: Session, job: int, params: Mapping[str, Any], now: datetime) -> None:
    """A job is over, with or without a result: whoever asked hears of it."""
    queue(session, params["member"], NumbersCounted(job), now)


def draw(_at: Composing, params: dict[str, Any]) -> ToDraw:
    return ToDraw(params["name"], Drawing(params["drawing"]), params["data"])


def register(router: Router) -> None:
    router.command("stats", stats, gate=Gate.COORDINATOR, about=N_("The network in numbers"))
    router.tap(ShowTopic, show_topic, gate=Gate.COORDINATOR)
    router.tap(SendAll, send_all, gate=Gate.COORDINATOR)
    router.maker("numbers", draw)
    router.notice(NumbersCounted)
