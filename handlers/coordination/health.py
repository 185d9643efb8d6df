"""Coordinators see how the bot itself is doing: what is good, what needs a look, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import N_, _, listed, ngettext, number, pgettext, short_time, when
from bot.conversation.notices import Lane
from bot.conversation.reply import Button, Go, Reply, Rows
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Turn
from bot.domain.health import Part, Vitals, need_a_look
from bot.domain.scope import CENTRAL
from db import operations, reachability
from db.models.operations import Fault
from db.operations import BACKUP, CHORES, Queue
from db.reachability import Reach
from handlers.coordination.reaching import reached_of

FAULTS_OF = timedelta(days=1)
JOBS_OF = timedelta(days=7)
SENDER = "sender"


@dataclass(frozen=True, slots=True)
class State:
    """Everything the screen tells, as the database has it."""

    heard: dict[str, datetime | None]
    telegram_used: bool
    unacted: Queue
    unshown: Queue
    due: dict[int, Queue]
    fault_count: int
    faults: Sequence[Fault]
    given_up: int
    jobs: tuple[int, int]
    failed_jobs: list[tuple[str, str, datetime]]
    reach: Reach
    holder: str | None
    runs: dict[str, datetime]
    database: str
    bytes: int


def health(turn: Turn) -> Reply:
    """/health"""
    state = _look(turn.session, turn.now)
    bad = need_a_look(_vitals(turn, state))
    title = _("<b>How the bot is doing</b>, {time}").format(time=when(turn.now))
    lines = [Markup("{} {}").format(_mark(part in bad), line) for part, line in _lines(turn, state)]
    advice = [Markup("→ {}").format(_ADVICE[part]()) for part in Part if part in bad]
    parts = [title, _summary(len(bad)), Markup("\n").join(lines), *([Markup("\n").join(advice)] if advice else [])]
    return Reply(Markup("\n\n").join([*parts, _about(turn, state)]), _buttons())


def _buttons() -> Rows:
    return (
        (Button(_("Refresh"), Go("health")), Button(_("Reachability"), Go("reach"))),
        (Button(_("Menu"), Go("menu")),),
    )


def _look(session: Session, now: datetime) -> State:
    return State(
        heard={channel: operations.last_heard(session, channel) for channel in ("telegram", "web")},
        telegram_used=operations.has_doors(session, "telegram"),
        unacted=operations.unacted(session),
        unshown=operations.unshown(session),
        due=operations.due_notices(session, now),
        fault_count=operations.count_faults(session, now - FAULTS_OF),
        faults=operations.latest_faults(session, now - FAULTS_OF),
        given_up=operations.failed_notices(session, now - FAULTS_OF),
        jobs=operations.open_jobs(session),
        failed_jobs=operations.failed_jobs(session, now - JOBS_OF),
        reach=reachability.overall(session, CENTRAL),
        holder=operations.lease_holder(session, SENDER),
        runs=operations.last_runs(session),
        database=session.get_bind().dialect.name,
        bytes=operations.database_bytes(session),
    )


def _vitals(turn: Turn, state: State) -> Vitals:
    now = turn.now
    return Vitals(
        telegram_lost=_is_telegram_lost(turn, state),
        unacted=_others(state.unacted, now).age(now),
        unshown=state.unshown.age(now),
        notices=_due(state, Lane.ANSWER).age(now),
        announcements=_due(state, Lane.UNASKED).age(now),
        faults=state.fault_count,
        given_up=state.given_up,
        failed_jobs=len(state.failed_jobs),
        members=state.reach.members,
        unreached=state.reach.not_at_all,
        sending=state.holder is not None,
        chores=now - state.runs[CHORES] if CHORES in state.runs else None,
        backup=_since_backup(turn, state),
    )


def _since_backup(turn: Turn, state: State) -> timedelta | None:
    """The demonstration keeps nothing, so nothing is lost."""
    if BACKUP in state.runs:
        return turn.now - state.runs[BACKUP]
    return timedelta() if turn.house.demo else None


def _due(state: State, lane: Lane) -> Queue:
    return state.due.get(lane, Queue())


def _others(unacted: Queue, now: datetime) -> Queue:
    """Without the message that asks."""
    return Queue(unacted.waiting - 1, unacted.oldest) if unacted.waiting > 1 else Queue()


def _mark(bad: bool) -> Markup:
    return Markup("<b>{}</b> ·").format(pgettext("state", "look here") if bad else pgettext("state", "good"))


def _summary(bad: int) -> Markup:
    if not bad:
        return _("Everything is good.")
    return ngettext("{n} thing needs a look.", "{n} things need a look.", bad).format(n=number(bad))


# --- line by line --------------------------------------------------------------------------------------------


def _lines(turn: Turn, state: State) -> list[tuple[Part | None, Markup]]:
    lines: list[tuple[Part | None, Markup]] = [
        (Part.TELEGRAM, _telegram(turn, state)),
        (None, _("Web page: {address}. {heard}").format(address=turn.house.web_url, heard=_heard(state.heard["web"]))),
        (Part.COMING_IN, _waiting(_("Messages coming in"), _others(state.unacted, turn.now))),
        (Part.REPLIES, _waiting(_("Replies"), state.unshown)),
        (Part.GOING_OUT, _waiting(_("Messages going out"), _due(state, Lane.ANSWER))),
        (Part.ANNOUNCEMENTS, _waiting(_("Announcements"), _due(state, Lane.UNASKED))),
        (Part.FAULTS, _faults(state)),
        (Part.GIVEN_UP, _("Messages given up in the last 24 hours: {n}").format(n=number(state.given_up))),
        (Part.JOBS, _jobs(state)),
        (Part.REACH, reached_of(state.reach)),
        (Part.SENDING, _sending(state.holder)),
    ]
    if CHORES in state.runs:
        lines.append((Part.CHORES, _("Last clearing up: {time}").format(time=short_time(state.runs[CHORES]))))
    return lines if turn.house.demo else [*lines, (Part.BACKUP, _backup(state))]


def _backup(state: State) -> Markup:
    if BACKUP not in state.runs:
        return _("Last backup: there is none yet.")
    return _("Last backup: {time}").format(time=short_time(state.runs[BACKUP]))


def _telegram(turn: Turn, state: State) -> Markup:
    if turn.house.telegram is not None:
        heard = _heard(state.heard["telegram"])
        return _("Telegram: open as @{name}. {heard}").format(name=turn.house.telegram, heard=heard)
    return _("Telegram: not open.") if _is_telegram_lost(turn, state) else _("Telegram: not in use here.")


def _is_telegram_lost(turn: Turn, state: State) -> bool:
    """People use it, and it is not open. Of the demonstration's people some do, as it were."""
    return state.telegram_used and turn.house.telegram is None and not turn.house.demo


def _heard(at: datetime | None) -> Markup:
    return _("Last message: {time}.").format(time=short_time(at)) if at else _("No message in three days.")


def _waiting(what: Markup, queue: Queue) -> Markup:
    if not queue.waiting or queue.oldest is None:
        return _("{what}: nothing waits.").format(what=what)
    since = short_time(queue.oldest)
    return _("{what}: {n} waiting, the oldest since {time}.").format(what=what, n=number(queue.waiting), time=since)


def _faults(state: State) -> Markup:
    if not state.fault_count:
        return _("Faults in the last 24 hours: none.")
    codes = listed([f"{fault.code} ({short_time(fault.at)})" for fault in state.faults])
    return _("Faults in the last 24 hours: {n}. The newest: {codes}.").format(n=number(state.fault_count), codes=codes)


def _jobs(state: State) -> Markup:
    running, waiting = (number(count) for count in state.jobs)
    line = _("Long work: {running} running, {waiting} waiting.").format(running=running, waiting=waiting)
    if not state.failed_jobs:
        return line
    failed = listed([f"{kind} ({error})" for kind, error, _at in state.failed_jobs])
    return Markup("{} {}").format(line, _("Failed this week: {which}.").format(which=failed))


def _sending(holder: str | None) -> Markup:
    if holder is None:
        return _("Sending and reminding: no process does it.")
    return _("Sending and reminding: process {name}.").format(name=holder)


def _about(turn: Turn, state: State) -> Markup:
    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[state.database]
    size = number(state.bytes / 1_000_000, 1)
    return _("Version {version}, database {kind} with {size} MB.").format(
        version=turn.house.version, kind=kind, size=size
    )


# --- what to do ----------------------------------------------------------------------------------------------

_ADVICE = {
    Part.TELEGRAM: lambda: _(
        "Telegram: please ask whoever runs the server to call “python -m bot check”; it says whether the token or the "
        "line is the trouble. The web page works meanwhile."
    ),
    Part.COMING_IN: lambda: _(
        "People wait for an answer. Nothing is lost, but the server or its database is too slow or stands still: "
        "please tell whoever runs it."
    ),
    Part.REPLIES: lambda: _(
        "Replies are ready but do not get out: Telegram or the line to it is away. They are tried again by themselves."
    ),
    Part.GOING_OUT: lambda: _(
        "Reminders and the like are late. If this does not get less within minutes, please tell whoever runs the "
        "server."
    ),
    Part.ANNOUNCEMENTS: lambda: _("An announcement takes very long. /announce shows how far it is."),
    Part.FAULTS: lambda: _(
        "Somebody read “Something went wrong” with such a code. Please give the codes to whoever runs the server: the "
        "log says under them where it happened, without a word of what anybody wrote."
    ),
    Part.GIVEN_UP: lambda: _("Some messages could not be delivered for good. The log on the server says why."),
    Part.JOBS: lambda: _("Long work failed. Please start it again; if it fails again, tell whoever runs the server."),
    Part.REACH: lambda: _("More than a fifth of the members cannot be reached. /reach shows who, and writes letters."),
    Part.SENDING: lambda: _(
        "No reminders and announcements go out just now. If this is still so in a minute, please tell whoever runs the "
        "server."
    ),
    Part.CHORES: lambda: _("What should be forgotten is not cleared up. Please tell whoever runs the server."),
    Part.BACKUP: lambda: _("A backup should be made every night. Please ask whoever runs the server."),
}


def register(router: Router) -> None:
    router.command("health", health, gate=Gate.COORDINATOR, about=N_("How the bot is doing"))
