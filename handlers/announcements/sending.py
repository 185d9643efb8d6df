"""The way out: doubts are said first, many readers need a second coordinator, and there is a minute to undo."""

from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from bot.conversation.i18n import _, number
from bot.conversation.notices import Composing, Notice
from bot.conversation.reply import Button, Go, Reply, Rows, column
from bot.conversation.routing import Gate, Router
from bot.conversation.times import short_start
from bot.conversation.turn import Outcome, Refused, Turn
from db import announcements, events, members, scopes
from db.announcements import Crowd
from db.models.announcements import Announcement, AnnouncementState
from handlers.announcements.buttons import (
    Approve,
    ChangeAnnouncement,
    OpenAnnouncement,
    SendAnnouncement,
    StopAnnouncement,
    TakeBack,
)
from handlers.announcements.card import (
    asleep,
    audience_lines,
    draft_card,
    missing_lines,
    mistaken_lines,
    moment_line,
    preview_rows,
    reach_lines,
)
from handlers.announcements.ledger import ledger_card
from handlers.announcements.listing import first_words, may_speak_or_refuse
from handlers.announcements.recipients import crowds_of
from handlers.events.card import is_open

UNDO = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ToApprove(Notice, kind="announcement_asked"):
    """A second coordinator is asked. `at` names the occasion: sent back and asked again is another one."""

    announcement: int
    at: int

    def compose(self, at: Composing) -> Reply | None:
        row = announcements.load(at.session, self.announcement)
        asked = scopes.scope_of(at.session, at.member.id).central
        if row is None or row.state != AnnouncementState.ASKED or not asked:
            return None
        text = _("An announcement needs the approval of a second coordinator. Would you look at it? {words}").format(
            words=first_words(row, 80)
        )
        return Reply(text, column(Button(_("Look at it"), OpenAnnouncement(row.id)), Button(_("Menu"), Go("menu"))))


@dataclass(frozen=True, slots=True)
class SentBack(Notice, kind="announcement_back"):
    """A second coordinator did not agree."""

    announcement: int
    at: int

    def compose(self, at: Composing) -> Reply | None:
        row = announcements.load(at.session, self.announcement)
        if row is None or row.state != AnnouncementState.DRAFT or row.author_id != at.member.id:
            return None
        text = _("Your announcement was sent back by a second coordinator. It is a draft again: {words}")
        buttons = column(Button(_("Open the draft"), OpenAnnouncement(row.id)), Button(_("Menu"), Go("menu")))
        return Reply(text.format(words=first_words(row, 80)), buttons)


def open_announcement(turn: Turn, tap: OpenAnnouncement) -> Outcome:
    """The draft, what is to be approved, or how it goes."""
    row = may_speak_or_refuse(turn, tap.announcement)
    if row.state == AnnouncementState.DRAFT:
        return draft_card(turn, row)
    return _review(turn, row) if row.state == AnnouncementState.ASKED else ledger_card(turn, row)


def send(turn: Turn, tap: SendAnnouncement) -> Outcome:
    """Everything that speaks against it is said; then it is planned, a minute ahead. Sent twice is sent once."""
    row = may_speak_or_refuse(turn, tap.announcement, lock=True)
    if row.state != AnnouncementState.DRAFT:
        return open_announcement(turn, OpenAnnouncement(row.id))
    crowds = crowds_of(turn.session, row)
    fault = _fault(turn, row, crowds)
    if fault is not None:
        raise Refused(draft_card(turn, row, fault))
    doubts = _doubts(turn, row, crowds)
    accepted = max(tap.accepted, 0)
    if accepted < len(doubts):
        return _ask_about(row, doubts[accepted], accepted + 1)
    if sum(crowd.people for crowd in crowds) > turn.house.confirmed_above:
        return _ask_second(turn, row)
    return _plan(turn, row)


def _fault(turn: Turn, row: Announcement, crowds: list[Crowd]) -> Markup | None:
    """Why it cannot be sent at all."""
    if not crowds:
        return _("Nobody would get this: there is nobody in this group who may be written to. Please choose another.")
    event = events.load(turn.session, row.event_id) if row.event_id is not None else None
    if row.event_id is not None and (event is None or not is_open(event, turn.now)):
        return _("The event of this announcement is over or was cancelled.")
    if row.wanted_at is not None and not row.morning and row.wanted_at <= turn.now:
        return _("The time you chose has passed meanwhile. Please change it.")
    if all(crowd.door is None for crowd in crowds):
        return _("None of these people can be reached at present: they have no door that works. A letter might.")
    return None


def _doubts(turn: Turn, row: Announcement, crowds: list[Crowd]) -> list[Markup]:
    """What its author should decide knowingly."""
    missing = [*missing_lines(row.texts, crowds), *mistaken_lines(row.texts)]
    doubts = [Markup("\n").join([*missing, _("Add their language, or send it anyway?")])] if missing else []
    found = asleep(turn, row)
    if found is None or found.people < found.all:
        return doubts
    text = _(
        "At that time all of them have quiet hours. The first get it at {time}, the last at {last}. Send it anyway?"
    )
    return [*doubts, text.format(time=short_start(found.first), last=short_start(found.last))]


def _ask_about(row: Announcement, doubt: Markup, accepted: int) -> Reply:
    anyway = Button(_("Send it anyway"), SendAnnouncement(row.id, accepted))
    change = Button(_("Change"), ChangeAnnouncement(row.id))
    return Reply(doubt, ((anyway, change), (Button(_("Back"), OpenAnnouncement(row.id)),)))


def _plan(turn: Turn, row: Announcement) -> Reply:
    row.state, row.confirmed_by = AnnouncementState.PLANNED, turn.me.number
    row.due_at = max(row.wanted_at or turn.now, turn.now + UNDO)
    row.cursor, row.planned_at, row.done_at = 0, None, None
    row.changed_at = turn.now
    turn.record("announcement_confirmed", announcement=row.id)
    return ledger_card(turn, row)


# --- a second coordinator --------------------------------------------------------------------------------------


def _central(turn: Turn) -> list[int]:
    """Those who may agree: who answers for the whole network, deputies too."""
    everybody = members.coordinators(turn.session)
    return [each for each in everybody if scopes.scope_of(turn.session, each).central]


def _ask_second(turn: Turn, row: Announcement) -> Reply:
    others = [each for each in _central(turn) if each not in (turn.me.id, row.author_id)]
    if not others:
        text = _("More than {n} people would get this, so a second coordinator must agree, and there is none yet.")
        raise Refused(draft_card(turn, row, text.format(n=number(turn.house.confirmed_above))))
    row.state, row.changed_at = AnnouncementState.ASKED, turn.now
    for each in others:
        turn.notify(each, ToApprove(row.id, int(turn.now.timestamp())))
    turn.record("announcement_asked", announcement=row.id)
    return _review(turn, row)


def _review(turn: Turn, row: Announcement) -> Reply:
    """What a second coordinator decides on; whoever wrote it may take it back."""
    crowds = crowds_of(turn.session, row)
    mine = _may_approve(turn, row)
    head = _("<b>Waits for your approval</b>") if mine else _("<b>To be approved by a second coordinator</b>")
    author = members.load(turn.session, row.author_id).full_name if row.author_id is not None else None
    lines = [
        head,
        *([_("Written by: {name}").format(name=author)] if author else []),
        *audience_lines(turn, row),
        *reach_lines(crowds),
        *missing_lines(row.texts, crowds),
        *mistaken_lines(row.texts),
        moment_line(row),
    ]
    return Reply(Markup("\n").join(lines), (*preview_rows(row), *_review_rows(turn, row)))


def _review_rows(turn: Turn, row: Announcement) -> Rows:
    if not _may_approve(turn, row):
        return column(Button(_("Take it back"), TakeBack(row.id)), Button(_("Menu"), Go("menu")))
    return (
        (Button(_("Approve and send"), Approve(row.id, True)),),
        (Button(_("Send back"), Approve(row.id, False)), Button(_("Menu"), Go("menu"))),
    )


def _may_approve(turn: Turn, row: Announcement) -> bool:
    return row.author_id != turn.me.id and turn.scope.central


def approve(turn: Turn, tap: Approve) -> Outcome:
    row = may_speak_or_refuse(turn, tap.announcement, lock=True)
    if row.state != AnnouncementState.ASKED:
        return open_announcement(turn, OpenAnnouncement(row.id))
    if not _may_approve(turn, row):
        raise Refused(Reply(_("Somebody other than its author must agree."), _review_rows(turn, row)))
    if tap.yes:
        fault = _fault(turn, row, crowds_of(turn.session, row))
        return Reply(fault, _review_rows(turn, row)) if fault is not None else _plan(turn, row)
    row.state, row.changed_at = AnnouncementState.DRAFT, turn.now
    if row.author_id is not None:
        turn.notify(row.author_id, SentBack(row.id, int(turn.now.timestamp())))
    turn.record("announcement_sent_back", announcement=row.id)
    back = (Button(_("Announcements"), Go("announce")), Button(_("Menu"), Go("menu")))
    return Reply(_("It went back to its author as a draft."), (back,))


# --- undo and stop ---------------------------------------------------------------------------------------------


def take_back(turn: Turn, tap: TakeBack) -> Outcome:
    """A draft again, as long as nothing has gone out."""
    row = may_speak_or_refuse(turn, tap.announcement, lock=True)
    if row.state not in (AnnouncementState.ASKED, AnnouncementState.PLANNED):
        return open_announcement(turn, OpenAnnouncement(row.id))
    row.state, row.due_at, row.changed_at = AnnouncementState.DRAFT, None, turn.now
    turn.record("announcement_taken_back", announcement=row.id)
    return draft_card(turn, row, _("Taken back: nobody has got it. It is a draft again."))


def stop(turn: Turn, tap: StopAnnouncement) -> Outcome:
    """Nobody else gets it from this moment on; what is under way just now may still arrive."""
    row = may_speak_or_refuse(turn, tap.announcement, lock=True)
    if row.state not in (AnnouncementState.PLANNED, AnnouncementState.SENDING):
        return open_announcement(turn, OpenAnnouncement(row.id))
    row.state, row.changed_at = AnnouncementState.STOPPED, turn.now
    row.planned_at = row.planned_at or turn.now
    turn.record("announcement_stopped", announcement=row.id)
    return ledger_card(turn, row)


def register(router: Router) -> None:
    router.tap(OpenAnnouncement, open_announcement, gate=Gate.AMBASSADOR)
    router.tap(SendAnnouncement, send, gate=Gate.AMBASSADOR)
    router.tap(Approve, approve, gate=Gate.COORDINATOR)
    router.tap(TakeBack, take_back, gate=Gate.AMBASSADOR)
    router.tap(StopAnnouncement, stop, gate=Gate.AMBASSADOR)
    router.notice(ToApprove)
    router.notice(SentBack)
