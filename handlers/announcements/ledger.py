"""How an announcement goes, at this moment: who waits, who has it, whom it did not reach. Counts only, no names."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation.i18n import SOURCE, _, name_language, named, ngettext, number
from bot.conversation.notices import Composing
from bot.conversation.reply import Button, Go, Recipe, Reply, Rows, pairs
from bot.conversation.routing import Gate, Made, Router, ToDraw
from bot.conversation.times import short_start
from bot.conversation.turn import Turn
from bot.domain.anonymity import MIN
from bot.drawing.data import Bar, Bars, Drawing
from db import announcements
from db.models.announcements import Announcement, AnnouncementState
from handlers.announcements.buttons import (
    DrawLedger,
    ListAnnouncements,
    OpenAnnouncement,
    ShowDetails,
    StopAnnouncement,
    TakeBack,
)
from handlers.announcements.listing import first_words, may_speak_or_refuse, state_names
from handlers.announcements.recipients import may_speak

BAR = 12
MOST_CLUBS = 6


@dataclass(frozen=True, slots=True)
class Sums:
    """So many notices of each outcome; they add up to `all`. `doubtful` of them may have arrived twice."""

    by: Counter[str]
    doubtful: int

    @property
    def all(self) -> int:
        return sum(self.by.values())

    @property
    def tried(self) -> int:
        return self.all - self.by["waiting"] - self.by["stopped"]


def sums_of(lines: list[announcements.Line]) -> Sums:
    by = Counter[str]()
    for line in lines:
        by[line.outcome] += line.people
    return Sums(by, sum(line.doubtful for line in lines))


def ledger_card(turn: Turn, row: Announcement) -> Reply:
    """Live: whoever opens it again sees how it stands now."""
    sums = sums_of(announcements.ledger(turn.session, row.id, SOURCE))
    head = _("<b>{label}:</b> {answer}").format(label=state_names()[row.state], answer=first_words(row, 60))
    lines = [
        head,
        *_moment_lines(turn, row),
        *_progress(row, sums),
        *figure_lines(sums),
        *_last(turn, row, sums),
        *_answers(turn, row),
    ]
    return Reply(Markup("\n").join(lines), _rows(turn, row))


def _moment_lines(turn: Turn, row: Announcement) -> list[Markup]:
    if row.state != AnnouncementState.PLANNED or row.due_at is None:
        return []
    if row.due_at <= turn.now:
        return []
    if (row.due_at - turn.now).total_seconds() <= 60:
        return [_("It begins to go out within a minute. Until then you can undo it.")]
    return [_("It goes out at {time}. Until then you can undo it.").format(time=short_start(row.due_at))]


def _progress(row: Announcement, sums: Sums) -> list[Markup]:
    if not sums.all:
        return []
    full = BAR * sums.tried // sums.all
    planned = "" if row.planned_at is not None else "…"
    return [
        Markup("{}{} {} / {}{}").format("▓" * full, "░" * (BAR - full), number(sums.tried), number(sums.all), planned)
    ]


def outcome_names() -> dict[str, Markup]:
    return {
        "sent": _("Have it"),
        "waiting": _("Still to get it"),
        "kept": _("Unread in the browser"),
        "unreachable": _("Not reachable"),
        "unwanted": _("Do not want it any more"),
        "stopped": _("Left out, as it was stopped"),
        "failed": _("Failed"),
    }


def figure_lines(sums: Sums) -> list[Markup]:
    """A line for each outcome there is; they add up."""
    lines = [
        _("{label}: {n}").format(label=name, n=number(sums.by[outcome]))
        for outcome, name in outcome_names().items()
        if sums.by[outcome]
    ]
    if sums.doubtful:
        text = ngettext(
            "{n} of them may have it twice: the line broke while it was sent.",
            "{n} of them may have it twice: the line broke while it was sent.",
            sums.doubtful,
        )
        lines.append(text.format(n=number(sums.doubtful)))
    return lines


def _last(turn: Turn, row: Announcement, sums: Sums) -> list[Markup]:
    """Why some still wait: they have quiet hours, or were told enough this week."""
    last = announcements.last_due(turn.session, row.id) if sums.by["waiting"] else None
    if last is None or last <= turn.now:
        return []
    return [_("The last of those who wait get it at {time}.").format(time=short_start(last))]


def _answers(turn: Turn, row: Announcement) -> list[Markup]:
    """How many have answered the event since; a count, not whose, from five on."""
    if row.event_id is None or row.due_at is None:
        return []
    answered = announcements.count_answered(turn.session, row.id, row.event_id, row.due_at)
    if answered < MIN:
        return [_("Answered since: fewer than {n}").format(n=MIN)]
    return [_("Answered since: {n}").format(n=number(answered))]


def _rows(turn: Turn, row: Announcement) -> Rows:
    undo = row.state == AnnouncementState.PLANNED
    goes = row.state in (AnnouncementState.PLANNED, AnnouncementState.SENDING)
    more = [Button(_("By language and club"), ShowDetails(row.id)), Button(_("As a picture"), DrawLedger(row.id))]
    return (
        *(((Button(_("Undo"), TakeBack(row.id)),),) if undo else ()),
        *(((Button(_("Stop it"), StopAnnouncement(row.id)),),) if goes and not undo else ()),
        (Button(_("Refresh"), OpenAnnouncement(row.id)),),
        *pairs(*more),
        (Button(_("Announcements"), ListAnnouncements()), Button(_("Menu"), Go("menu"))),
    )


def show_details(turn: Turn, tap: ShowDetails) -> Reply:
    """How many of each language and club have it."""
    row = may_speak_or_refuse(turn, tap.announcement)
    lines = [Markup("<b>{}</b>").format(first_words(row, 60)), _("Who has it, of all it is for:")]
    for label, sums in _shares(turn.session, row, announcements.ledger(turn.session, row.id, SOURCE)):
        text = _("{label}: {sent} / {all}")
        lines.append(text.format(label=label, sent=number(sums.by["sent"]), all=number(sums.all)))
    back = (Button(_("Back"), OpenAnnouncement(row.id)), Button(_("As a picture"), DrawLedger(row.id)))
    return Reply(Markup("\n").join(lines), (back,))


def _shares(session: Session, row: Announcement, ledger: list[announcements.Line]) -> list[tuple[str, Sums]]:
    """Label -> sums, of all languages, then of the clubs with most readers. Somebody may be in several clubs; in which
    others the members of a club are is nobody's business, nor who the only one is."""
    by_language: dict[str, list[announcements.Line]] = {}
    for line in ledger:
        by_language.setdefault(line.language, []).append(line)
    found = [(name_language(tag), sums_of(lines)) for tag, lines in by_language.items()]
    if row.club_id is not None:
        return found
    clubs = [
        (named(club.names), Sums(counts, 0)) for club, counts in announcements.by_club(session, row.id, MOST_CLUBS)
    ]
    return [*found, *((label, sums) for label, sums in clubs if sums.all >= MIN)]


def show_picture(turn: Turn, tap: DrawLedger) -> Reply:
    row = may_speak_or_refuse(turn, tap.announcement)
    alt = _("How the announcement stands")
    recipe = Recipe("announcement", "announcement.png", {"announcement": row.id, "alt": str(alt)})
    back = (Button(_("Back"), OpenAnnouncement(row.id)), Button(_("Menu"), Go("menu")))
    return Reply(alt, (back,), picture=recipe, new=True)


def draw_ledger(at: Composing, params: dict[str, Any]) -> Made | ToDraw:
    """For who may look at it at this moment."""
    row = announcements.load(at.session, params["announcement"])
    assert row is not None and may_speak(at.session, at.member.id, row)
    ledger = announcements.ledger(at.session, row.id, SOURCE)
    sums = sums_of(ledger)
    outcomes = {str(name): sums.by[outcome] for outcome, name in outcome_names().items()}
    bars = [_bar(name, people, sums.all) for name, people in outcomes.items() if people]
    bars += [_bar(label, each.by["sent"], each.all) for label, each in _shares(at.session, row, ledger)]
    data: Bars = {
        "title": first_words(row, 60),
        "subtitle": [short_start(row.due_at)] if row.due_at is not None else [],
        "bars": bars,
        "suppressed": "",
        "footer": str(_("Counts at {time}").format(time=short_start(at.now))),
    }
    return ToDraw("announcement.png", Drawing.BARS, data)


def _bar(label: str, people: int, of: int) -> Bar:
    """As long as their share."""
    return {"label": label, "value": 100 * people / max(of, 1), "shown": f"{number(people)} / {number(of)}"}


def register(router: Router) -> None:
    router.tap(ShowDetails, show_details, gate=Gate.AMBASSADOR)
    router.tap(DrawLedger, show_picture, gate=Gate.AMBASSADOR)
    router.maker("announcement", draw_ledger)
