"""Coordinators bring many mentees and mentors together at once: they say who takes part, the best pairs are computed
in the background, and a card shows what came of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation import forms
from bot.conversation.checks import check_choice, check_line
from bot.conversation.i18n import N_, _, number, pgettext
from bot.conversation.notices import Composing, Notice, queue
from bot.conversation.questions import Answers, Asking, Choice, Form, Question
from bot.conversation.reply import Button, Go, Reply, Rows, column, leaves, pairs, shorten
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from db import jobs, members, rounds, segments
from db.models.mentoring import MatchRound
from db.rounds import State
from handlers.coordination.round_buttons import (
    DropRound,
    ListLeftOver,
    ListPairs,
    ListRounds,
    NewRound,
    OpenRound,
    PublishRound,
)
from handlers.coordination.round_wording import card_lines, pairs_line
from handlers.mentoring.wording import format_names

PAGE = 6
LONGEST_LABEL = 40
# The assignment of more takes minutes and gigabytes.
MOST_MENTEES = 3_000
EVERYBODY, ANY = "e", "any"


@dataclass(frozen=True, slots=True)
class RoundReady(Notice, kind="round_ready"):
    """The pairs of a round were found, or it failed: to whoever made it a minute ago, and is awake."""

    round: int
    waits = False

    def compose(self, at: Composing) -> Reply | None:
        row = rounds.load(at.session, self.round)
        if row is None or not members.is_coordinator(at.session, at.member.id):
            return None
        if row.state == State.FAILED:
            text = _(
                "The round “{name}” could not be computed. Nobody was told anything. Please make it again; if it fails "
                "again, with a smaller group."
            )
            return Reply(text.format(name=row.name), column(Button(_("New round"), NewRound()), *_ways_on()))
        if row.state != State.READY:
            return None
        text = _("The round “{name}” is ready. {figures}").format(name=row.name, figures=pairs_line(row.figures or {}))
        return Reply(text, column(Button(_("Look at it"), OpenRound(row.id)), Button(_("Menu"), Go("menu"))))


def tell_author(session: Session, round_id: int, now: datetime) -> None:
    """Whoever made a round hears what became of it."""
    row = rounds.load(session, round_id)
    if row is not None and row.made_by is not None:
        queue(session, row.made_by, RoundReady(round_id), now)


def round_failed(session: Session, params: Mapping[str, Any]) -> None:
    """The job of a round failed for good (its parameters): nothing of it stays."""
    if rounds.settle(session, params["round"], State.FAILED):
        rounds.clear(session, params["round"])
        tell_author(session, params["round"], datetime.fromisoformat(params["at"]))


# --- the list and the card -----------------------------------------------------------------------------------------


def open_list(turn: Turn) -> Reply:
    """/rounds"""
    return list_rounds(turn, ListRounds())


def list_rounds(turn: Turn, tap: ListRounds, note: Markup | None = None) -> Reply:
    page = max(tap.page, 0)
    found = rounds.newest(turn.session, limit=PAGE + 1, offset=page * PAGE)
    shown = column(*(Button(_label(row), OpenRound(row.id)) for row in found[:PAGE]))
    head = _("<b>Matching rounds</b>\nMentors for many mentees at once. People still decide for themselves.")
    empty = _("There is none yet.")
    text = Markup("\n\n").join([*([note] if note else []), head, *([] if found else [empty])])
    last = (Button(_("New round"), NewRound()), Button(_("Menu"), Go("menu")))
    return Reply(text, (*shown, *leaves(ListRounds, page, more=len(found) > PAGE), last))


def _label(row: MatchRound) -> str:
    return f"{shorten(row.name, LONGEST_LABEL - 14)} · {state_names()[State(row.state)]}"


def state_names() -> dict[State, Markup]:
    return {
        State.COMPUTING: pgettext("matching round", "being computed"),
        State.READY: pgettext("matching round", "ready"),
        State.PUBLISHED: pgettext("matching round", "published"),
        State.DROPPED: pgettext("matching round", "dropped"),
        State.FAILED: pgettext("matching round", "failed"),
    }


def find_or_refuse(turn: Turn, round_id: int, *, lock: bool = False) -> MatchRound:
    """The round; a friendly no where there is none (any more)."""
    row = rounds.lock(turn.session, round_id) if lock else rounds.load(turn.session, round_id)
    if row is None or row.state == State.DROPPED:
        raise Refused(Reply(_("This round no longer exists."), pairs(*_ways_on())))
    return row


def find_ready(turn: Turn, round_id: int, *, lock: bool = False) -> MatchRound:
    """A round whose pairs can be looked at and changed."""
    row = find_or_refuse(turn, round_id, lock=lock)
    if row.state != State.READY:
        raise Refused(show_card(turn, row, _("The pairs of this round cannot be changed now.")))
    return row


def _ways_on() -> tuple[Button, Button]:
    return Button(pgettext("matching round", "Rounds"), ListRounds()), Button(_("Menu"), Go("menu"))


def open_round(turn: Turn, tap: OpenRound) -> Reply:
    return show_card(turn, find_or_refuse(turn, tap.round))


def show_card(turn: Turn, row: MatchRound, note: Markup | None = None) -> Reply:
    """Who takes part, how far it is, and its figures beside those of first-come matching."""
    text = Markup("\n").join(card_lines(turn.session, row))
    if note is not None:
        text = Markup("{}\n\n{}").format(note, text)
    return Reply(text, (*_actions(row), *pairs(*_ways_on())))


def _actions(row: MatchRound) -> Rows:
    drop = Button(pgettext("matching round", "Drop"), DropRound(row.id))
    if row.state == State.COMPUTING:
        return ((Button(_("Refresh"), OpenRound(row.id)), drop),)
    if row.state == State.READY:
        look = (
            Button(pgettext("matching round", "Pairs"), ListPairs(row.id)),
            Button(_("Without mentor"), ListLeftOver(row.id)),
        )
        return (look, (Button(_("Publish …"), PublishRound(row.id)), drop))
    if row.state == State.PUBLISHED:
        return ((Button(_("Refresh"), OpenRound(row.id)),),)
    return ((drop,),)


def drop(turn: Turn, tap: DropRound) -> Reply:
    """Asks once. What was published can no longer be dropped."""
    row = find_or_refuse(turn, tap.round, lock=tap.sure)
    if row.state == State.PUBLISHED:
        return show_card(turn, row, _("This round is published: its suggestions are on their way."))
    if not tap.sure:
        text = _("<b>Drop “{name}”?</b> Its pairs are forgotten. Nobody was told about them.").format(name=row.name)
        sure = Button(pgettext("matching round", "Drop"), DropRound(row.id, True))
        return Reply(text, ((sure, Button(_("Back"), OpenRound(row.id))),))
    row.state = State.DROPPED
    rounds.clear(turn.session, row.id)
    turn.record("round_dropped", round=row.id)
    return list_rounds(turn, ListRounds(), _("“{name}” is dropped.").format(name=row.name))


# --- a new one -----------------------------------------------------------------------------------------------------


def begin(turn: Turn, _tap: NewRound) -> Outcome:
    return forms.begin(turn, FORM)


def make(turn: Turn, answers: Answers) -> Reply:
    """Write the round down and ask for its computation; whoever made it is told when it is done."""
    pool = _pool_or_refuse(turn, answers["pool"])
    format = None if answers["format"] == ANY else answers["format"]
    row = MatchRound(pool=pool, format=format)
    _check_size(rounds.count_seeking(turn.session, rounds.pool_of(row), format))
    row = rounds.create(turn.session, answers["name"], pool, format, turn.me.id, turn.now)
    given = {"round": row.id, "weights": asdict(turn.house.weights), "at": turn.now.isoformat()}
    jobs.queue(turn.session, "round", turn.now, given)
    turn.record("round_made", round=row.id)
    return show_card(turn, row)


def _pool_or_refuse(turn: Turn, chosen: str) -> dict[str, Any] | None:
    """The conditions as they are now: a round keeps a copy."""
    if chosen == EVERYBODY:
        return None
    segment = segments.find(turn.session, int(chosen[1:]))
    if segment is None:
        raise Refused(Reply(_("This segment no longer exists."), column(Button(_("New round"), NewRound()))))
    return segment.audience


def _check_size(mentees: int) -> None:
    again = column(Button(_("New round"), NewRound()), *_ways_on())
    if not mentees:
        text = _("Nobody in this group is looking for a mentor and still without a suggestion. No round was made.")
        raise Refused(Reply(text, again))
    if mentees > MOST_MENTEES:
        text = _(
            "In this group {n} people are looking for a mentor. A round takes {most} at most: please choose a smaller "
            "group."
        )
        raise Refused(Reply(text.format(n=number(mentees), most=number(MOST_MENTEES)), again))


def _list_pools(asking: Asking) -> list[Choice]:
    rows = [row for row in segments.all(asking.turn.session) if _is_readable(row)]
    return [
        Choice(EVERYBODY, _("Everybody who is looking")),
        *(Choice(f"s{row.id}", shorten(row.name, LONGEST_LABEL)) for row in rows),
    ]


def _is_readable(row: Any) -> bool:
    try:
        segments.audience_of(row)
    except ValueError:
        return False
    return True


def _list_formats(_asking: Asking) -> list[Choice]:
    return [Choice(ANY, _("Any format")), *(Choice(each.value, name) for each, name in format_names().items())]


FORM = Form(
    name="matchround",
    title=lambda: _("New round"),
    questions=(
        Question(
            name="name",
            label=lambda: _("Name of the round"),
            prompt=lambda _asking: _("What shall the round be called? For example: Mentoring, autumn."),
            check=check_line(rounds.LONGEST_NAME),
        ),
        Question(
            name="pool",
            label=lambda: _("Mentees"),
            prompt=lambda _asking: _(
                "Which mentees take part? Mentors are all who can be asked now, wherever they belong."
            ),
            check=check_choice(_list_pools),
            choices=_list_pools,
            typed=False,
        ),
        Question(
            name="format",
            label=lambda: pgettext("mentor", "Format"),
            prompt=lambda _asking: _("For which format?"),
            check=check_choice(_list_formats),
            choices=_list_formats,
            typed=False,
        ),
    ),
    finish=make,
)


def register(router: Router) -> None:
    router.command("rounds", open_list, gate=Gate.CENTRAL, about=N_("Mentors for many mentees at once"))
    router.tap(ListRounds, list_rounds, gate=Gate.CENTRAL)
    router.tap(NewRound, begin, gate=Gate.CENTRAL)
    router.tap(OpenRound, open_round, gate=Gate.CENTRAL)
    router.tap(DropRound, drop, gate=Gate.CENTRAL)
    router.form(FORM, gate=Gate.CENTRAL)
    router.notice(RoundReady)
