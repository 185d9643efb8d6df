"""Central coordinators close a club: its members are told once, and somebody is in charge of what it had planned. It
can be opened again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.conversation import forms
from bot.conversation.checks import check_choice, check_text
from bot.conversation.i18n import _, named, ngettext, number
from bot.conversation.notices import Composing, Notice, Switch
from bot.conversation.questions import Answers, Asking, Choice, Form, Question
from bot.conversation.reply import Button, Go, Reply, column
from bot.conversation.routing import Gate, Router
from bot.conversation.turn import Outcome, Refused, Turn
from db import clubs, doors, events, outbox
from db.models.clubs import Club
from handlers.clubs import OpenClub
from handlers.coordination.club_buttons import CloseClub, ManageClub, ReopenClub
from handlers.coordination.club_card import find_club, manage_club
from handlers.coordination.deciding import decline_all
from handlers.events.changing import cancel_event

CLUB = "_club"
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class ClubClosed(Notice, kind="club_closed"):
    """To everybody who is in it, or has asked to be. `at` tells one closing from the next (seconds)."""

    club: int
    at: int
    switch = Switch.CLUBS
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        club = at.session.get(Club, self.club)
        if club is None or club.closed_at is None or _moment(club.closed_at) != self.at:
            return None
        text = _("{club} has been closed. The alumni office writes: “{reason}”").format(
            club=named(club.names), reason=club.close_note or "–"
        )
        lines = [text, *_what_remains(at.session, club, at.now), _("Perhaps there is another club near you.")]
        return Reply(
            Markup("\n\n").join(lines), column(Button(_("Clubs"), Go("clubs")), Button(_("Contact"), Go("contact")))
        )


def _what_remains(session: Session, club: Club, now: datetime) -> Iterator[Markup]:
    if clubs.coming_events(session, club.id, now):
        yield _("The meetups that are planned take place; the alumni office is in charge of them.")


@dataclass(frozen=True, slots=True)
class ClubReopened(Notice, kind="club_reopened"):
    """To those who were told that it is closed."""

    club: int
    at: int
    switch = Switch.CLUBS
    unasked = True

    def compose(self, at: Composing) -> Reply | None:
        club = at.session.get(Club, self.club)
        if club is None or club.closed_at is not None or clubs.membership(at.session, at.member.id, club.id) is None:
            return None
        text = _("{club} is open again, and everything is as it was.").format(club=named(club.names))
        return Reply(text, column(Button(_("Open the club"), OpenClub(club.id))))


def _moment(instant: datetime) -> int:
    return int(instant.timestamp())


def begin_closing(turn: Turn, tap: CloseClub) -> Outcome:
    club = find_club(turn, tap.club, is_open=True)
    coming = clubs.coming_events(turn.session, club.id, turn.now)
    return forms.begin_anew(turn, CLOSING, {CLUB: club.id, "_coming": coming})


def close(turn: Turn, answers: Answers) -> Reply:
    """Memberships are kept, ambassadors' offices rest; an event nobody was asked about goes on."""
    club = find_club(turn, answers[CLUB], lock=True, is_open=True)
    if answers.get("events") == "cancel":
        _cancel_events(turn, club, answers["reason"])
    else:
        events.invite_to_all_of(turn.session, club.id, clubs.belonging(club.id, ("in",)), turn.now)
    decline_all(turn, club, answers["reason"])
    club.closed_at, club.close_note = turn.now, answers["reason"]
    turn.session.flush()
    turn.notify_all(clubs.belonging(club.id), ClubClosed(club.id, _moment(turn.now)))
    _reset_menus(turn, club)
    turn.record("club_closed", club=club.id, events=answers.get("events"))
    note = _("{club} is closed. Its members are being told.").format(club=named(club.names))
    return manage_club(turn, ManageClub(club.id), note)


def _cancel_events(turn: Turn, club: Club, reason: str) -> None:
    found = [event.id for event in events.all_coming_of(turn.session, club.id, turn.now)]
    for event in events.lock_many(turn.session, found):
        cancel_event(turn.session, event, turn.now, reason)
        turn.record("event_cancelled", event=event.id)


def _reset_menus(turn: Turn, club: Club) -> None:
    for person in clubs.ambassadors(turn.session, club.id):
        doors.reset_menus(turn.session, person.id)


def _ends(_asking: Asking) -> list[Choice]:
    return [
        Choice("office", _("The alumni office takes them over")),
        Choice("cancel", _("They are cancelled")),
    ]


def _summary(asking: Asking) -> Markup:
    """What it means, in numbers."""
    session, club = asking.turn.session, asking.turn.session.get_one(Club, asking.answers[CLUB])
    people, leading = clubs.count_members(session, club.id), len(clubs.ambassadors(session, club.id))
    lines = [
        _("<b>Close {club}?</b>").format(club=named(club.names)),
        ngettext(
            "{n} member is told once, with your reason. The membership is kept, in case the club opens again.",
            "{n} members are told once, with your reason. Memberships are kept, in case the club opens again.",
            people,
        ).format(n=number(people)),
    ]
    if leading:
        lines.append(
            ngettext("The office of {n} ambassador rests.", "The offices of {n} ambassadors rest.", leading).format(
                n=number(leading)
            )
        )
    return Markup("\n").join(lines)


CLOSING = Form(
    name="closeclub",
    title=lambda: _("Close a club"),
    questions=(
        Question(
            name="reason",
            label=lambda: _("Reason"),
            prompt=lambda _asking: _("Why is it closed? Its members read it exactly as you write it."),
            check=check_text(LONGEST_REASON),
        ),
        Question(
            name="events",
            label=lambda: _("Coming events"),
            prompt=lambda asking: ngettext(
                "{n} event of the club is still to come. What becomes of it?",
                "{n} events of the club are still to come. What becomes of them?",
                asking.answers["_coming"],
            ).format(n=number(asking.answers["_coming"])),
            check=check_choice(_ends),
            choices=_ends,
            when=lambda answers: bool(answers.get("_coming")),
        ),
    ),
    finish=close,
    summary=_summary,
    confirm=lambda: _("Close the club"),
    starts=None,
)


def reopen(turn: Turn, tap: ReopenClub) -> Reply:
    """Everybody who was in it is in it, who led it leads it. Only those are told who have read that it was closed."""
    club = find_club(turn, tap.club, lock=True)
    if club.merged_into is not None:
        raise Refused(manage_club(turn, ManageClub(club.id), _("It is part of another club, and stays so.")))
    if club.closed_at is None:
        return manage_club(turn, ManageClub(club.id))
    told = ClubClosed(club.id, _moment(club.closed_at))
    club.closed_at, club.close_note = None, None
    turn.session.flush()
    turn.notify_all(outbox.reached(told.kind, told.ref()), ClubReopened(club.id, _moment(turn.now)))
    _reset_menus(turn, club)
    turn.record("club_reopened", club=club.id)
    note = _("{club} is open again. Whoever has read that it was closed is told.").format(club=named(club.names))
    return manage_club(turn, ManageClub(club.id), note)


def register(router: Router) -> None:
    router.tap(CloseClub, begin_closing, gate=Gate.CENTRAL)
    router.tap(ReopenClub, reopen, gate=Gate.CENTRAL)
    router.form(CLOSING, gate=Gate.CENTRAL)
    router.notice(ClubClosed)
    router.notice(ClubReopened)
