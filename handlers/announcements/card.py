"""A draft before it goes out: whom it reaches and how, and exactly how each language will read it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup

from bot.conversation.i18n import LANGUAGES, SOURCE, _, listed, name_language, named, ngettext, number, speaking, zone
from bot.conversation.reply import Button, Go, Reply, Rows, column, pairs
from bot.conversation.routing import Gate, Router
from bot.conversation.times import long_day, short_start
from bot.conversation.turn import Refused, Turn
from bot.domain.audience import Audience
from bot.domain.scripts import may_be
from db import announcements
from db.announcements import Crowd
from db.models.announcements import Announcement, AnnouncementState
from db.models.clubs import Club
from handlers.announcements.buttons import (
    ChangeAnnouncement,
    DiscardAnnouncement,
    ListAnnouncements,
    OpenAnnouncement,
    PreviewAnnouncement,
    SendAnnouncement,
)
from handlers.announcements.listing import may_speak_or_refuse
from handlers.announcements.planning import due_by_clock
from handlers.announcements.recipients import count_left_out, count_sated, crowds_of, those_told
from handlers.announcements.wording import language_for, word
from handlers.events.card import reader_of
from handlers.segments.naming import describe


def draft_card(turn: Turn, row: Announcement, note: Markup | None = None) -> Reply:
    """Whom it is for, how many it reaches by language and door, and what to do with it."""
    crowds = crowds_of(turn.session, row)
    lines = [
        *([note, Markup("")] if note is not None else []),
        _("<b>Draft</b>"),
        *audience_lines(turn, row),
        *reach_lines(crowds),
        *_left_out(turn, row, crowds),
        *missing_lines(row.texts, crowds),
        *mistaken_lines(row.texts),
        moment_line(row),
        *_asleep_lines(turn, row),
    ]
    return Reply(Markup("\n").join(lines), _draft_rows(row), new=note is None)


def _draft_rows(row: Announcement) -> Rows:
    return (
        *preview_rows(row),
        (Button(_("Send to me as a test"), PreviewAnnouncement(row.id)),),
        (Button(_("Send …"), SendAnnouncement(row.id)), Button(_("Change"), ChangeAnnouncement(row.id))),
        (Button(_("Discard the draft"), DiscardAnnouncement(row.id)), Button(_("Announcements"), ListAnnouncements())),
    )


def preview_rows(row: Announcement) -> Rows:
    """One button a language."""
    return pairs(
        *(
            Button(_("As read: {language}").format(language=LANGUAGES[tag]), PreviewAnnouncement(row.id, tag))
            for tag in LANGUAGES
        )
    )


def audience_lines(turn: Turn, row: Announcement) -> list[Markup]:
    """Whom it is for, in the reader's words."""
    if row.segment is not None:
        return [_("To: {segment}").format(segment=row.segment)]
    club = turn.session.get(Club, row.club_id) if row.club_id is not None else None
    if club is not None and row.event_id is None:
        return [_("To: {segment}").format(segment=_("Members: {club}").format(club=named(club.names)))]
    return describe(turn.session, Audience.from_json(row.audience)) or [_("To: everybody")]


def reach_lines(crowds: list[Crowd]) -> list[Markup]:
    """So many people, by language and by door."""
    told = sum(crowd.people for crowd in crowds)
    by_language, by_door = Counter[str](), Counter[str | None]()
    for crowd in crowds:
        by_language[crowd.language] += crowd.people
        by_door[crowd.door] += crowd.people
    languages = listed(
        [str(_("{label}: {n}").format(label=name_language(tag), n=number(n))) for tag, n in by_language.most_common()]
    )
    head = ngettext("It goes to {n} person.", "It goes to {n} people.", told).format(n=number(told))
    ways = _(
        "At once, on Telegram: {telegram} · only in the browser, at their next visit: {web} · not reachable at "
        "present: {nowhere}"
    ).format(telegram=number(by_door["telegram"]), web=number(by_door["web"]), nowhere=number(by_door[None]))
    return [head, *([Markup("{}").format(languages), ways] if told else [])]


def _left_out(turn: Turn, row: Announcement, crowds: list[Crowd]) -> list[Markup]:
    told = sum(crowd.people for crowd in crowds)
    objected = count_left_out(turn.session, row, told)
    sated = count_sated(turn.session, row, turn.house.weekly_budget, turn.now)
    lines = []
    if objected:
        text = ngettext(
            "{n} more person does not wish to be written to and is left out.",
            "{n} more people do not wish to be written to and are left out.",
            objected,
        )
        lines.append(text.format(n=number(objected)))
    if sated:
        text = ngettext(
            "{n} of these readers was written to {budget} times this week and gets it some days later.",
            "{n} of these readers were written to {budget} times this week and get it some days later.",
            sated,
        )
        lines.append(text.format(n=number(sated), budget=number(turn.house.weekly_budget)))
    return lines


def missing_languages(texts: Mapping[str, str], crowds: list[Crowd]) -> Counter[str]:
    """How many readers of each language would not read it in their own."""
    found = Counter[str]()
    for crowd in crowds:
        if crowd.language not in texts:
            found[crowd.language] += crowd.people
    return found


def missing_lines(texts: dict[str, str], crowds: list[Crowd]) -> list[Markup]:
    return language_gate(missing_languages(texts, crowds), lambda: language_for(texts))


def language_gate(readers: Counter[str], read_in: Callable[[], str]) -> list[Markup]:
    """Who (language -> people) would get a text in another language than theirs, and in which: `read_in`, asked
    while that reader's language is spoken."""
    lines = []
    for tag, people in readers.most_common():
        with speaking(tag):
            instead = read_in()
        text = ngettext(
            "{n} reader of {language} would get it in {instead}.",
            "{n} readers of {language} would get it in {instead}.",
            people,
        )
        lines.append(text.format(n=number(people), language=name_language(tag), instead=name_language(instead)))
    return lines


def mistaken_lines(texts: Mapping[str, str]) -> list[Markup]:
    """Texts that seem to stand in the field of another language."""
    sentence = _("The text for this language does not look like it: {language}")
    return [sentence.format(language=name_language(tag)) for tag, text in texts.items() if not may_be(tag, text)]


class Asleep(NamedTuple):
    """So many of `all` readers have quiet hours when it goes out; they get it from `first` to `last`."""

    people: int
    all: int
    first: datetime
    last: datetime


def asleep(turn: Turn, row: Announcement) -> Asleep | None:
    """Who has quiet hours when it goes out; None where nobody has, or each gets it in their own morning."""
    if row.morning:
        return None
    begin = max(row.wanted_at or turn.now, turn.now)
    counts = announcements.clock_counts(turn.session, those_told(row))
    due = {clock: due_by_clock(clock, begin, morning=False) for clock in counts}
    late = {clock: at for clock, at in due.items() if at > begin}
    if not late:
        return None
    return Asleep(sum(counts[clock] for clock in late), sum(counts.values()), min(late.values()), max(late.values()))


def _asleep_lines(turn: Turn, row: Announcement) -> list[Markup]:
    found = asleep(turn, row)
    if found is None:
        return []
    text = ngettext(
        "{n} of them has quiet hours then and gets it when they end, by {time}.",
        "{n} of them have quiet hours then and get it when they end, the last by {time}.",
        found.people,
    )
    return [text.format(n=number(found.people), time=short_start(found.last))]


def moment_line(row: Announcement) -> Markup:
    """When it goes out, by the clock of who looks."""
    if row.wanted_at is None:
        return _("When: next at nine, by each reader's clock") if row.morning else _("When: at once")
    if row.morning:
        return _("When: from {day} on, at nine by each reader's clock").format(
            day=long_day(row.wanted_at.astimezone(zone()).date())
        )
    return _("When: {time}").format(time=short_start(row.wanted_at))


def preview(turn: Turn, tap: PreviewAnnouncement) -> list[Reply]:
    """Exactly the messages that a reader of the language gets, with my own name; then the draft again."""
    row = may_speak_or_refuse(turn, tap.announcement)
    tag = tap.language if tap.language in LANGUAGES else turn.me.language or SOURCE
    with speaking(tag, turn.me.zone):
        replies = word(turn.session, reader_of(turn), turn.member, row, turn.house)
    if not replies:
        raise Refused(Reply(_("The event of this announcement is over or was cancelled."), _draft_rows(row)))
    note = _("Above: as readers of this language see it: {language}").format(language=name_language(tag))
    note = note if tap.language else _("Above: exactly what you would get yourself.")
    if row.state != AnnouncementState.DRAFT:
        return [*replies, Reply(note, column(Button(_("Back"), OpenAnnouncement(row.id))), new=True)]
    return [*replies, replace(draft_card(turn, row, note), new=True)]


def discard(turn: Turn, tap: DiscardAnnouncement) -> Reply:
    row = may_speak_or_refuse(turn, tap.announcement, lock=True)
    if row.state != AnnouncementState.DRAFT:
        raise Refused(Reply(_("This is no longer a draft, so it can no longer be discarded."), _draft_rows(row)[-1:]))
    turn.session.delete(row)
    turn.record("announcement_discarded", announcement=tap.announcement)
    return Reply(_("Discarded."), ((Button(_("Announcements"), Go("announce")), Button(_("Menu"), Go("menu"))),))


def register(router: Router) -> None:
    router.tap(PreviewAnnouncement, preview, gate=Gate.AMBASSADOR)
    router.tap(DiscardAnnouncement, discard, gate=Gate.AMBASSADOR)
